"""The work's stage between market and loads: the call plan gives each account calls and hours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from territory.audit import Audit
from territory.market.stage import joined
from territory.workforce.callplan import CALL_PLAN_COLUMNS, with_call_plan

if TYPE_CHECKING:
    from territory.inputs.places.places import Places
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.tables import Tables

__all__ = ["with_work"]


def with_work(scenario: Scenario, tables: Tables, places: Places) -> tuple[Places, Audit]:
    """Return the places with calls and service hours from the call plan, where there is one.

    Parameters
    ----------
    scenario : Scenario
        Section ``callplan``; without it the accounts keep what they came with.
    tables : Tables
        Further columns of accounts: procedures, and overrides such as ``calls_q``.
    places : Places
        After the market's stage, which may have given the tiers.

    Returns
    -------
    Places
        ``accounts`` with `CALL_PLAN_COLUMNS`.
    Audit
        Errors stop the work where `Audit.raise_if_errors` is called.
    """
    if scenario.callplan is None or places.audit.errors:
        return places, Audit()
    accounts, rows = joined(tables, places.accounts)
    planned, audit = with_call_plan(scenario, accounts, rows=rows)
    own = list(places.accounts.columns)
    added = [name for name in CALL_PLAN_COLUMNS if name in planned and name not in own]
    return replace(places, accounts=planned[[*own, *added]]), audit
