"""Sales of the last year for accounts whose own table names none, from the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.audit import Finding
from territory.errors import InputError
from territory.inputs.time.sales import sales_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from territory.inputs.findings.rows import Rows

__all__ = ["fill_last_year", "with_last_year"]


def fill_last_year(
    frames: dict[str, pd.DataFrame], rows: Mapping[str, Rows], findings: Iterable[Finding]
) -> list[Finding]:
    """Put `with_last_year` accounts in the place of those that were read; return what was done.

    Nothing is done where either table has errors: they are said first.
    """
    wanted = {"accounts", "history"}
    broken = {each.table for each in findings if each.severity == "error"}
    if not wanted <= set(frames) or wanted & broken:
        return []
    frames["accounts"], told = with_last_year(
        frames["accounts"], frames["history"], file=rows["history"].file
    )
    return told


def with_last_year(
    accounts: pd.DataFrame, history: pd.DataFrame, *, file: str
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the accounts with the sales of the history's last four quarters as their revenue.

    Only where the accounts' table has no revenue at all: else its own counts, and an empty cell is
    not known. Nothing is filled from less than a year, or where periods cannot be read.

    Parameters
    ----------
    accounts, history : DataFrame
    file : str
        Of the history, for the audit.
    """
    if not accounts["revenue_usd"].isna().all():
        return accounts, []
    try:
        sales = sales_of(accounts["account_id"].tolist(), history, file=file)
    except InputError:
        return accounts, []
    if sales is None or sales.n_years < 1:
        return accounts, []
    found = Finding(
        severity="info",
        kind="revenue_from_history",
        table="accounts",
        column="revenue_usd",
        what=f"accounts have no revenue_usd: it is their sales from {sales.span()} in {file}",
    )
    return accounts.assign(revenue_usd=sales.year().round(2)), [found]
