"""Accounts that buy more than they are said to be able to: their potential is too low."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.market.findings import about_rows, numbers_of

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.scenario import Scenario

__all__ = ["oversold"]

_ROUNDING = 1.005
"""Sales up to half a percent above the potential are taken for rounding."""


def oversold(
    scenario: Scenario, accounts: pd.DataFrame, *, rows: Rows | None = None
) -> list[Finding]:
    """Name the accounts whose sales are above their potential; both are kept.

    Parameters
    ----------
    scenario : Scenario
    accounts : DataFrame, n rows
        ``revenue_usd, potential_usd``; where either is not known nothing is said.
    rows : Rows, optional
        File and line of each account.
    """
    sold, potential = (numbers_of(accounts, name) for name in ("revenue_usd", "potential_usd"))
    with np.errstate(invalid="ignore"):
        above = (sold > _ROUNDING * potential) & (sold > 0)
    return about_rows(
        scenario, accounts, above, severity="warning", kind="oversold", column="revenue_usd",
        what="is above the account's potential; both are kept",
        repair="raise the potential (price, volume, payers), or check the sales", rows=rows,
    )  # fmt: skip
