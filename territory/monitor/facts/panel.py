"""Sales by account and period: pieces and USD, checked for gaps, overlaps, years and currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.audit import Finding
from territory.currency import money
from territory.inputs.findings.rows import issue_of
from territory.inputs.time.periods import months_of
from territory.messages import counted
from territory.monitor.facts.calendar import Span, month_name
from territory.wording import NONZERO

if TYPE_CHECKING:
    from territory.inputs.findings.rows import Rows

__all__ = [
    "Panel",
    "gaps",
    "lengths_told",
    "missing_reports",
    "period_months",
    "spread_over",
    "step_of",
    "wrong_currency",
]

Months = NDArray[np.int64]

_LONGEST = 10_000
"""More months than any period has."""

_NAMED = 6
"""Periods without a row that are named."""

_SURE = 20.0
"""Events expected of which not one came: no chance, but a rep who is gone or a report."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """What accounts bought in periods.

    Attributes
    ----------
    account_ids : (n,) object
    events, revenue_usd : float64, shape (n, T)
        Pieces (or orders, see ``counted_as``) and USD; 0 where nothing was bought.
    counted_as : str
        What an event is: pieces, or the median account's sales of a month, where only revenue is
        known.
    priced : bool
        Whether the file tells money.
    known : bool
        Whether sales were given at all; without them all is 0 and nothing is told of it.
    """

    account_ids: NDArray[np.object_]
    events: Floats
    revenue_usd: Floats
    counted_as: str
    priced: bool = True
    known: bool = True

    @property
    def usd_an_event(self) -> float:
        """What an event brings on average, USD: of sales without pieces it tells the events."""
        return float(self.revenue_usd.sum()) / max(float(self.events.sum()), NONZERO)

    def price(self) -> Floats:
        """Return what an event brought of each account, USD, (n,); the field's where it had none.

        Examples
        --------
        >>> sold = Panel(
        ...     account_ids=np.array(["a", "b"], dtype=object), events=np.array([[2.0], [0.0]]),
        ...     revenue_usd=np.array([[6.0], [0.0]]), counted_as="pieces",
        ... )
        >>> sold.price().tolist()
        [3.0, 3.0]
        """
        events, money = self.events.sum(axis=1), self.revenue_usd.sum(axis=1)
        own = np.where(events > 0, money / np.where(events > 0, events, 1.0), 0.0)
        return np.where(own > 0, own, self.usd_an_event)


def period_months(frame: pd.DataFrame, *, column: str = "period") -> tuple[Months, Months]:
    """Return first month and length of each row's period, (r,) each; -1 and 0 where there is none.

    Parameters
    ----------
    frame : DataFrame
        Its periods are in one spelling already, as the tables' reader leaves them.
    column : str
    """
    at, texts = pd.factorize(frame[column], use_na_sentinel=False)
    spans = [months_of(text) or (-1, 0) for text in texts.tolist()]
    start, length = np.array(spans, dtype=np.int64).reshape(-1, 2)[at].T
    return start, length


def step_of(length: Months) -> int:
    """Return the months of a period: the longest among the rows decides, a quarter at least 3."""
    return 1 if not length.size or int(length.max()) <= 1 else 3


def lengths_told(length: Months, rows: Rows) -> list[Finding]:
    """Tell that a file's periods are of several lengths, and by which it is looked at."""
    months = np.unique(length[length > 0])
    if months.size < 2 and not (months > 3).any():
        return []
    several = " and ".join(str(each) for each in months.tolist())
    unit = "quarter" if step_of(length) > 1 else "month"
    what = f"its periods are {several} months long: all is looked at by {unit}"
    if months[-1] > 3:
        what += ", longer ones in even parts, in which no change can be seen"
    return [rows.whole(severity="warning", kind="period_lengths", what=what)]


def wrong_currency(frame: pd.DataFrame, rows: Rows, currency: str) -> list[Finding]:
    """Find rows in another currency than the plan's."""
    written = frame["currency"].str.strip().str.upper()
    bad = ((written != "") & (written != currency.upper())).to_numpy()
    issue = issue_of(
        bad, frame["currency"], severity="error", kind="other_currency", column="currency",
        what=f"expected {currency}",
    )  # fmt: skip
    return rows.findings(issue)


def outside_time(
    frame: pd.DataFrame, rows: Rows, start: Months, length: Months, span: Span
) -> tuple[NDArray[np.bool_], list[Finding]]:
    """Tell the rows of the span, (r,), and name those of other years and of days to come.

    All rows outside is an error: these are another year's sales.
    """
    end = span.first + span.count * span.step
    before, after = (start >= 0) & (start + length <= span.first), start + length > end
    across = (start >= 0) & (start < span.first) & (start + length > span.first)
    inside = (start >= span.first) & ~after
    findings: list[Finding] = []
    first, last = month_name(span.first), month_name(end - 1)
    if len(frame) and not inside.any():
        issue = issue_of(
            np.ones(len(frame), dtype=bool), frame["period"], severity="error", kind="other_year",
            column="period", what=f"as all others: expected {first} to {last}",
        )  # fmt: skip
        return inside, rows.findings(issue)
    for mask, severity, what in (
        (across, "error", f"begins before go-live ({span.go_live}) and ends after it"),
        (before, "warning", f"before go-live ({span.go_live}); left out of what is judged"),
        (after, "warning", f"not over by {span.as_of}; left out"),
    ):
        at = np.flatnonzero(mask)
        if at.size and severity == "warning":
            said = f"{counted(at.size, 'row')} {what}: {_amount(frame, at)}"
            findings.append(
                rows.several(at, frame["period"], severity="warning", kind="other_year", what=said)
            )
        elif at.size:
            issue = issue_of(
                mask, frame["period"], severity="error", kind="other_year", column="period",
                what=what,
            )  # fmt: skip
            findings += rows.findings(issue)
    return inside, findings


def _amount(frame: pd.DataFrame, rows: NDArray[np.intp]) -> str:
    """Say what some rows come to, with a comma behind; nothing where that is not known."""
    for column, words in (("revenue_usd", money), ("n_calls", "{:,.0f} calls".format)):
        if column in frame and frame[column].iloc[rows].notna().any():
            return f"{words(float(frame[column].iloc[rows].sum()))}, "
    return ""


def gaps_and_overlaps(
    frame: pd.DataFrame, rows: Rows, start: Months, length: Months, inside: NDArray[np.bool_],
    span: Span,
) -> list[Finding]:  # fmt: skip
    """Find months of the span without any row, and accounts whose periods overlap."""
    findings = gaps(rows, start, length, inside, span)
    lengths = np.unique(length[inside])
    if lengths.size > 1:
        findings += _overlaps(frame, rows, start, length, inside)
    return findings


def gaps(
    rows: Rows, start: Months, length: Months, inside: NDArray[np.bool_], span: Span, *,
    severe: bool = True,
) -> list[Finding]:  # fmt: skip
    """Find months of the span of which a file has no row at all.

    Without sales of a month nothing can be judged; without calls, they count as not made, and it is
    told (``severe`` is False).
    """
    covered = np.zeros(span.count * span.step, dtype=bool)
    spans = np.unique(start[inside] * _LONGEST + length[inside])
    for begin, long in zip(*(each.tolist() for each in divmod(spans, _LONGEST)), strict=True):
        covered[begin - span.first : begin - span.first + long] = True
    empty = np.flatnonzero(~covered)
    if not empty.size:
        return []
    names = sorted({span.names[at // span.step] for at in empty.tolist()})
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [
        rows.whole(
            severity="error" if severe else "warning", kind="period_gap",
            what=f"has no row for {', '.join(names[:_NAMED])}{more}, which "
            f"{'lies' if len(names) == 1 else 'lie'} between go-live and {span.as_of}"
            + ("" if severe else ": nothing counts for it"),
            repair="add them, or name an earlier --as-of",
        )
    ]  # fmt: skip


def missing_reports(
    events: Floats, base: Floats, rows: Rows, *, ids: list[str], names: tuple[str, ...]
) -> list[Finding]:
    """Find periods in which a territory sold nothing at all and should have sold much.

    Parameters
    ----------
    events : float64, shape (k, T)
        By territory and period.
    base : float64, shape (k,)
        Its events a period before, whose share of all is expected again.
    rows : Rows
    ids, names : list and tuple of str
        Of territories and periods.

    Notes
    -----
    Of as many as are expected at least, no event comes by chance once in some hundred millions, and
    once in thousands where the field scatters twice as much as chance.
    """
    share = base / max(float(base.sum()), NONZERO)
    expected = share[:, None] * events.sum(axis=0)[None, :]
    empty = np.argwhere((events <= 0) & (expected >= _SURE) & (events.sum(axis=1) > 0)[:, None])
    return [
        rows.whole(
            severity="warning", kind="period_gap",
            what=f"nothing is sold in {ids[t]} in {names[q]}, where {expected[t, q]:,.0f} pieces "
            "or orders were expected: is a report missing?",
            repair="add its rows; what is not there counts as not sold",
        )
        for t, q in empty[:_NAMED].tolist()
    ]  # fmt: skip


def _overlaps(
    frame: pd.DataFrame, rows: Rows, start: Months, length: Months, inside: NDArray[np.bool_]
) -> list[Finding]:
    at = np.flatnonzero(inside)
    table = pd.DataFrame(
        {
            "row": at,
            "account": frame["account_id"].to_numpy()[at],
            "product": frame["product"].to_numpy()[at],
            "start": start[at],
            "end": start[at] + length[at],
        }
    ).sort_values(["account", "product", "start", "end"], kind="stable")
    group = table.groupby(["account", "product"], sort=False)
    reached = group["end"].cummax().groupby([table["account"], table["product"]]).shift()
    begun = group["start"].shift()
    same = (table["start"] == begun) & (group["end"].shift() == table["end"])
    bad = table[(table["start"] < reached) & ~same]
    mask = np.zeros(len(frame), dtype=bool)
    mask[bad["row"].to_numpy()] = True
    issue = issue_of(
        mask, frame["period"], severity="error", kind="overlapping_periods", column="period",
        what="another row of the account covers a part of it",
    )  # fmt: skip
    return rows.findings(issue)


def spread_over(
    row: NDArray[np.intp], start: Months, length: Months, value: Floats, *, n: int, first: int,
    step: int, count: int,
) -> Floats:  # fmt: skip
    """Sum values into (n, count) periods; what is longer than a period is divided evenly."""
    out = np.zeros((n, count))
    for long in np.unique(length):
        part = length == long
        pieces = max(1, int(long) // step)
        at = (start[part] - first) // step
        for piece in range(pieces):
            column = at + piece
            fits = (column >= 0) & (column < count)
            np.add.at(out, (row[part][fits], column[fits]), value[part][fits] / pieces)
    return out
