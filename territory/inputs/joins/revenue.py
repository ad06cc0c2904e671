"""Sales of the last year from the history, where the accounts have no column of sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.time.periods import months_of
from territory.messages import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["revenue_of_history"]

_YEAR = 12


def revenue_of_history(
    accounts: pd.DataFrame, history: pd.DataFrame, rows: Rows, *, earned: bool = False
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the accounts with ``revenue_usd`` as the sum of the history's last twelve months.

    Accounts that have a column of sales keep it, whole; an account without a row in those months
    has sold nothing in them.

    Parameters
    ----------
    accounts : DataFrame
        ``account_id, revenue_usd``.
    history : DataFrame
        ``account_id, period, revenue_usd``, ids as the accounts spell them.
    rows : Rows
        Of the history, for the finding.
    earned : bool
        Whether the accounts' column is what they earn themselves (AnnualRevenue of a CRM), and
        only stands in for sales.
    """
    if (accounts["revenue_usd"].notna().any() and not earned) or not len(history):
        return accounts, []
    spans = {name: months_of(str(name)) for name in history["period"].unique()}
    known = [span for span in spans.values() if span is not None]
    if not known:
        return accounts, []
    end = max(start + length for start, length in known)
    first = max(min(start for start, _ in known), end - _YEAR)
    inside = {name for name, span in spans.items() if span is not None and span[0] >= first}
    part = history[history["period"].isin(inside)]
    sales = part.groupby("account_id")["revenue_usd"].sum()
    found = accounts["account_id"].map(sales)
    if not found.notna().any():
        return accounts, []
    whole = end - first == _YEAR
    n = int(found.notna().sum())
    what = f"revenue_usd of {counted(n, 'account')} is the sum of the last "
    what += f"{'year' if whole else counted(end - first, 'month')} of it; the accounts have no "
    what += f"{'other ' if earned else ''}column of sales, and {len(found) - n:,} are not in it"
    finding = rows.whole(
        severity="info" if whole else "warning", kind="revenue_of_history", what=what,
        repair="" if whole else "give a year of sales, or a column revenue_usd of the accounts",
    )  # fmt: skip
    values = found.fillna(0.0).to_numpy(dtype=np.float64)
    return accounts.assign(revenue_usd=values), [finding]
