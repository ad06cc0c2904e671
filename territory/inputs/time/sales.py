"""Sales by account and quarter, from a history in months, quarters or years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.currency import money
from territory.errors import InputError
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["QUARTERS_A_YEAR", "Sales", "quarter_of", "sales_of"]

QUARTERS_A_YEAR = 4

_QUARTER = re.compile(r"(\d{4})[\s_-]*[Qq]([1-4])|[Qq]([1-4])[\s_/-]*(\d{4})")
_MONTH = re.compile(r"(\d{4})-?(0[1-9]|1[0-2])(?:-?\d{2}(?:[T ].*)?)?")
_YEAR = re.compile(r"(\d{4})")
_SPAN = re.compile(r"(\d{4})-(\d{2})/(3|6|9|12)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sales:
    """What every account bought in every quarter.

    Attributes
    ----------
    first : int
        Number of the first quarter: four times the year plus the quarter from 0.
    revenue_usd : (n, q) float64
        Accounts in the plan's order, quarters rising without gaps; 0 where nothing was bought.
    notes : tuple of str
        What was left out or assumed.
    """

    first: int
    revenue_usd: NDArray[np.float64]
    notes: tuple[str, ...] = ()

    @property
    def n_years(self) -> int:
        """Whole years that the history covers."""
        return int(self.revenue_usd.shape[1]) // QUARTERS_A_YEAR

    def year(self, back: int = 0) -> NDArray[np.float64]:
        """Return (n,) sales of the last four quarters, or of the four before (``back=1``)."""
        end = self.revenue_usd.shape[1] - QUARTERS_A_YEAR * back
        return np.asarray(self.revenue_usd[:, max(0, end - QUARTERS_A_YEAR) : end].sum(axis=1))

    def in_quarters_of(self, other: Sales) -> Sales:
        """Return these sales in another's quarters: 0 where nothing was bought."""
        q = other.revenue_usd.shape[1]
        revenue = np.zeros((self.revenue_usd.shape[0], q))
        shift = self.first - other.first
        for at in range(self.revenue_usd.shape[1]):
            if 0 <= at + shift < q:
                revenue[:, at + shift] = self.revenue_usd[:, at]
        return Sales(first=other.first, revenue_usd=revenue, notes=self.notes)

    def span(self, back: int = 0) -> str:
        """Return the quarters of such a year in words.

        Examples
        --------
        >>> Sales(first=4 * 2023, revenue_usd=np.zeros((1, 8))).span()
        '2024-Q1 to 2024-Q4'
        """
        end = self.first + self.revenue_usd.shape[1] - QUARTERS_A_YEAR * back
        return f"{_name(end - QUARTERS_A_YEAR)} to {_name(end - 1)}"

    def season(self) -> NDArray[np.float64]:
        """Return (12,) the share of a year's sales by month, from January; a twelfth if unknown."""
        q = self.revenue_usd.shape[1] - self.revenue_usd.shape[1] % QUARTERS_A_YEAR
        by_quarter = np.zeros(QUARTERS_A_YEAR)
        if q:
            totals = np.maximum(self.revenue_usd[:, -q:].sum(axis=0), 0.0)
            numbers = (self.first + self.revenue_usd.shape[1] - q + np.arange(q)) % QUARTERS_A_YEAR
            np.add.at(by_quarter, numbers, totals)
        total = by_quarter.sum()
        share = by_quarter / total if total > 0 else np.full(QUARTERS_A_YEAR, 0.25)
        return np.repeat(share / 3.0, 3)


def quarter_of(period: str) -> tuple[int, int] | None:
    """Return the first quarter of a period and its length in months; None if it is no period.

    Examples
    --------
    Quarters, months, days of a month and years are understood:

    >>> quarter_of("2024-Q3") == (4 * 2024 + 2, 3), quarter_of("2024-08-31") == (4 * 2024 + 2, 1)
    (True, True)
    >>> quarter_of("2024") == (4 * 2024, 12), quarter_of("last year")
    (True, None)
    """
    text = period.strip()
    if match := _QUARTER.fullmatch(text):
        year, quarter = match.group(1) or match.group(4), match.group(2) or match.group(3)
        return QUARTERS_A_YEAR * int(year) + int(quarter) - 1, 3
    if match := _MONTH.fullmatch(text):
        return QUARTERS_A_YEAR * int(match.group(1)) + (int(match.group(2)) - 1) // 3, 1
    if match := _SPAN.fullmatch(text):
        # A fiscal quarter that is none of the calendar counts where two of its months lie.
        shift = 1 if match.group(3) == "3" else 0
        months = 12 * int(match.group(1)) + int(match.group(2)) - 1 + shift
        return months // 3, int(match.group(3))
    if match := _YEAR.fullmatch(text):
        return QUARTERS_A_YEAR * int(match.group(1)), 12
    return None


def sales_of(
    account_ids: Sequence[str],
    history: pd.DataFrame | None,
    *,
    file: str = "history",
    lines: NDArray[np.int64] | None = None,
) -> Sales | None:
    """Return the sales of some accounts by quarter; None where there is no history.

    A year or half is divided evenly over its quarters. A last quarter with fewer than three of
    its months is left out, and so is what other accounts bought: both are noted.

    Parameters
    ----------
    account_ids : sequence of n str
        In the order wanted.
    history : DataFrame or None
        ``account_id, period, revenue_usd``.
    file : str
        Name for messages.
    lines : (rows,) int64, optional
        Lines of the file, for messages.

    Raises
    ------
    InputError
        A period that is no month, quarter or year.
    """
    if history is None or history.empty:
        return None
    named = {period: quarter_of(period) for period in history["period"].unique().tolist()}
    _refuse_unknown(history, named, file, lines)
    known = {period: value for period, value in named.items() if value is not None}
    start = history["period"].map({period: value[0] for period, value in known.items()})
    months = history["period"].map({period: value[1] for period, value in known.items()})
    last = int((start + (months - 1) // 3).max())
    first = int(start.min())
    notes: list[str] = []
    in_last = history.loc[(start == last) & (months == 1), "period"]
    n_months = len({text.strip()[:7].replace("-", "")[:6] for text in in_last.unique()})
    if 0 < n_months < 3 and not ((start == last) & (months > 1)).any():
        notes.append(f"{_name(last)} has {counted(n_months, 'month')} only and is left out")
        last -= 1
    revenue = history["revenue_usd"].fillna(0.0).to_numpy(dtype=np.float64)
    position = pd.Series(np.arange(len(account_ids)), index=pd.Index(account_ids))
    row = history["account_id"].map(position)
    unknown = row.isna().to_numpy()
    if unknown.any():
        n_unknown = history.loc[unknown, "account_id"].nunique()
        notes.append(
            f"sales of {counted(n_unknown, 'account')} outside the plan are left out: "
            f"{money(revenue[unknown].sum())}"
        )
    sums = np.zeros((len(account_ids), max(0, last - first + 1)))
    quarters = np.maximum(1, months.to_numpy() // 3)
    if (quarters > 1).any():
        lasting = "yearly" if (months == 12).any() else "half-yearly"
        notes.append(f"{lasting} sales are divided evenly over the quarters")
    for quarter in range(int(quarters.max())):
        column = start.to_numpy() - first + quarter
        take = (quarter < quarters) & ~unknown & (column < sums.shape[1])
        at = (row.to_numpy()[take].astype(np.intp), column[take].astype(np.intp))
        np.add.at(sums, at, revenue[take] / quarters[take])
    return Sales(first=first, revenue_usd=sums, notes=tuple(notes))


def _name(quarter: int) -> str:
    return f"{quarter // QUARTERS_A_YEAR}-Q{quarter % QUARTERS_A_YEAR + 1}"


def _refuse_unknown(
    history: pd.DataFrame,
    named: dict[str, tuple[int, int] | None],
    file: str,
    lines: NDArray[np.int64] | None,
) -> None:
    wrong = history["period"].map(lambda period: named[period] is None).to_numpy()
    if not wrong.any():
        return
    evidence = tuple(
        (
            f"{file}:{lines[at]}" if lines is not None else file,
            str(history["account_id"].iloc[at]),
            f"period {quoted(str(history['period'].iloc[at]))}",
        )
        for at in np.flatnonzero(wrong)[:100]
    )
    raise InputError(
        Message(
            f"{counted(int(wrong.sum()), 'row')} of {file} have no period that can be read",
            evidence=evidence,
            hint="write 2024-Q3, 2024-08 or 2024",
        )
    )
