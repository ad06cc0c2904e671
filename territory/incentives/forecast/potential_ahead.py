"""Accounts as they will be in the quarter that a scenario plans for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.audit import Audit, Finding

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.tables import Tables
    from territory.market.forecast.ahead import Ahead

__all__ = ["ahead_of", "at_quarter"]

_GROWS = ("potential_usd", "potential_low_usd", "potential_high_usd", "competitor_usd")


def at_quarter(
    scenario: Scenario, tables: Tables, accounts: pd.DataFrame
) -> tuple[pd.DataFrame, Audit]:
    """Return the accounts with the potential of [forecast].at, and a line that says so.

    Without that key they are returned as they are. Work stays as the call plan says: tiers are
    today's.

    Raises
    ------
    InputError
        There is no history, or it is too thin.
    """
    at = scenario.forecast.at
    if at is None:
        return accounts, Audit()
    found = ahead_of(tables, accounts, at)
    out = accounts.copy()
    for column in _GROWS:
        if column in out:
            out[column] = out[column].to_numpy(dtype=np.float64) * found.factor
    line = Finding(severity="info", kind="forecast", table="accounts", what=found.words)
    return out, Audit([line])


def ahead_of(tables: Tables, accounts: pd.DataFrame, at: str) -> Ahead:
    """Return the growth of each account's potential until a quarter."""
    from territory.inputs.time.sales import sales_of
    from territory.market.forecast.ahead import grown_potential

    sales = sales_of([str(each) for each in accounts["account_id"]], tables.history)
    return grown_potential(
        accounts["unit_id"].astype("str").str.split(":").str[0],
        None if sales is None else sales.revenue_usd,
        first=0 if sales is None else sales.first,
        at=at,
    )
