"""The market's stage between places and workload: owners, potential, tiers and segments at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.audit import Audit
from territory.dictionary.accounts import carried
from territory.inputs.findings.rows import Rows
from territory.market.idn.affiliations import read_affiliations, systems_at_level
from territory.market.segments import with_segments
from territory.market.tiers import with_tiers
from territory.market.value.oversold import oversold
from territory.market.value.potential import MARKET_ROW, with_potential

if TYPE_CHECKING:
    from territory.inputs.places.places import Places
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.tables import Tables

__all__ = ["joined", "market_accounts", "with_market"]


def with_market(scenario: Scenario, tables: Tables, places: Places) -> tuple[Places, Audit]:
    """Return the places with the market's columns; absent sections leave theirs as given.

    Parameters
    ----------
    scenario : Scenario
        Sections ``affiliations``, ``market``, ``tiers``.
    tables : Tables
        Further columns of accounts (volumes, payers, groups), affiliations, history.
    places : Places
        Its accounts, with lon, lat for town and country.

    Returns
    -------
    Places
        ``accounts`` has idn at the chosen level, potential with its interval, score and tier.
    Audit
        Errors stop the work where `Audit.raise_if_errors` is called: bad data never raises here.
    """
    sections = (scenario.affiliations, scenario.market, scenario.tiers)
    if places.audit.errors:
        return places, Audit()
    if all(section is None for section in sections):
        return places, Audit(oversold(scenario, places.accounts))
    accounts, audit = market_accounts(scenario, tables, places.accounts)
    own = [name for name in places.accounts.columns if name in accounts]
    added = [name for name in carried("market", accounts) if name not in own]
    return replace(places, accounts=accounts[[*own, *added]]), audit


def market_accounts(
    scenario: Scenario, tables: Tables, accounts: pd.DataFrame
) -> tuple[pd.DataFrame, Audit]:
    """Return the accounts with every column of the table, and all that the market adds to them."""
    from territory.audit import Finding
    from territory.errors import InputError

    out, rows = joined(tables, accounts)
    audit = Audit()
    memberships = None
    if tables.affiliations is not None and len(tables.affiliations):
        about = tables.rows.get("affiliations")
        if scenario.market is not None:
            memberships = read_affiliations(scenario, tables.affiliations, out).memberships
        out, found = systems_at_level(scenario, tables.affiliations, out, rows=about)
        audit += found
    out, found = with_potential(scenario, out, memberships=memberships, rows=rows)
    audit += found
    if audit.errors:
        return out, audit
    audit += Audit(oversold(scenario, out, rows=rows))
    try:
        out, found = with_tiers(scenario, out, tables.history, rows=rows)
    except InputError as error:
        # What the profile refuses is about the scenario's keys: an error like the others.
        found = Audit(
            Finding(severity="error", kind="profile", what=message.fact, repair=message.hint)
            for message in error.messages
        )
    audit += found
    out, found = with_segments(scenario, out)
    return out, audit + found


def joined(tables: Tables, accounts: pd.DataFrame) -> tuple[pd.DataFrame, Rows | None]:
    """Add the table's further columns, and say in which file and line each account stands."""
    out = accounts.reset_index(drop=True)
    if tables.accounts is None or "accounts" not in tables.rows:
        return out, None
    source = tables.accounts
    position = _positions(source["account_id"], out)
    found = position >= 0
    further = [name for name in source.columns if name not in out]
    for name in further:
        column = source[name].take(np.maximum(position, 0)).set_axis(out.index)
        blank = np.nan if pd.api.types.is_numeric_dtype(column) else ""
        out[name] = column.where(found, blank)
    own = tables.rows["accounts"]
    lines = np.where(found, own.lines[np.maximum(position, 0)], 0)
    rows = Rows(table="accounts", file=own.file, lines=lines, ids=out["account_id"].tolist())
    return out, rows


def _positions(ids: Sequence[str] | pd.Series[str], accounts: pd.DataFrame) -> np.ndarray:
    index = pd.Index(ids)
    first = pd.Series(np.arange(len(index)), index=index)
    first = first[~index.duplicated()]
    position = accounts["account_id"].map(first).fillna(-1).to_numpy(dtype=np.intp)
    market = (accounts["type"] == MARKET_ROW).to_numpy(dtype=bool)
    return np.where(market, -1, position)
