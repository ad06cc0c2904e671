"""When seats are filled: start, end, leave and days off, as shares of the planned year."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.errors import InputError
from territory.inputs.findings.rep_cells import refuse_rep_cells
from territory.inputs.flags import STATES, is_no, is_yes
from territory.inputs.time.days import Days, read_days
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    from territory.inputs.scenario.workforce import Capacity

__all__ = [
    "DATES",
    "QUARTERS",
    "begins_later",
    "day_notes",
    "days_of",
    "filled_months",
    "is_vacant",
    "open_leaves",
    "presence",
    "present_within",
    "year_edges",
]

DATES = ("start", "end", "leave_from", "leave_to")
"""Columns of the reps table: first and last day of the seat, first and last day of its leave;
several leaves are parted by semicolons."""

RAMP = "ramp_from"
"""Column of the day from which a rep's ramp counts."""

QUARTERS = ("present_1", "present_2", "present_3", "present_4")

MONTHS = 12

Span = tuple[date, date]


def presence(reps: pd.DataFrame, capacity: Capacity | None, *, file: str) -> pd.DataFrame:
    """Return which part of the plan's year, and of its quarters, each rep works.

    Parameters
    ----------
    reps : DataFrame
        Perhaps with the columns `DATES` (days as in 2027-03-01; empty: not bounded) and
        ``pto_days`` (days off beyond those that ``working_days`` already leaves out).
    capacity : Capacity, optional
        With ``year_from``, the first day of the plan's year, where any date is given.
    file : str
        Of the reps table, for messages.

    Returns
    -------
    DataFrame
        ``present`` (0 to 1, of the year), `QUARTERS`, and ``employed`` (the same without leave and
        days off: what is paid), index of `reps`; all 1 where nothing is given.

    Raises
    ------
    InputError
        A date is none, a period ends before it begins, leaves overlap or lie outside the seat's
        time, days off are no number of 0 to 366, or the plan's year is not known.
    """
    out = pd.DataFrame(1.0, index=reps.index, columns=["present", *QUARTERS, "employed"])
    start, end = (days_of(reps, name, file) for name in DATES[:2])
    leaves, wrong = _leaves(reps, file)
    _refuse(wrong + _outside(reps, start, end, leaves), file)
    off = _off(reps, file)
    if any(start) or any(end) or any(leaves):
        first = _first_day(capacity, file)
        edges = [_later(first, 3 * quarter) for quarter in range(5)]
        whole = [(edges[q], edges[q + 1] - timedelta(days=1)) for q in range(4)]
        year = (edges[0], edges[4] - timedelta(days=1))
        for at, away in enumerate(leaves):
            seat = (start[at] or date.min, end[at] or date.max)
            shares = [_share(quarter, seat, away) for quarter in whole]
            values = [_share(year, seat, away), *shares, _share(year, seat, [])]
            out.iloc[at] = np.round(values, 6)
    working = float(capacity.working_days) if capacity is not None else 220.0
    left = np.clip(1.0 - np.nan_to_num(off) / working, 0.0, 1.0)
    for name in ("present", *QUARTERS):
        out[name] = (out[name] * left).round(6)
    return out


def present_within(
    reps: pd.DataFrame, first: date, last: date, *, file: str
) -> NDArray[np.float64]:
    """Return which part of a span of days each seat is filled and not on leave, 0 to 1.

    Parameters
    ----------
    reps : DataFrame, r rows
        See `presence`, which says what is wrong with its dates.
    first, last : date
        Both within it.
    file : str

    Returns
    -------
    float64, shape (r,)
    """
    start, end = (days_of(reps, name, file) for name in DATES[:2])
    leaves, _ = _leaves(reps, file)
    seats = zip(start, end, leaves, strict=True)
    shares = [_share((first, last), (a or date.min, z or date.max), away) for a, z, away in seats]
    return np.array(shares, dtype=np.float64)


def filled_months(
    reps: pd.DataFrame, capacity: Capacity | None, *, file: str
) -> NDArray[np.float64]:
    """Return which part of each month a seat is filled: what is paid, leave with it.

    Parameters
    ----------
    reps : DataFrame, r rows
        See `presence`, which says what is wrong with its dates.
    capacity : Capacity, optional
    file : str

    Returns
    -------
    float64, shape (r, 3, 12)
        0 to 1, by year (before the plan's, the plan's, after it) and month from the year's first.
    """
    out = np.ones((len(reps), 3, MONTHS))
    start, end = (days_of(reps, name, file) for name in DATES[:2])
    if not (any(start) or any(end)):
        return out
    first = _first_day(capacity, file)
    for year in range(3):
        for month in range(MONTHS):
            begin, after = (_later(first, MONTHS * (year - 1) + month + each) for each in (0, 1))
            whole = (begin, after - timedelta(days=1))
            out[:, year, month] = [
                _share(whole, (a or date.min, z or date.max), [])
                for a, z in zip(start, end, strict=True)
            ]
    return out


def is_vacant(reps: pd.DataFrame, *, file: str) -> pd.Series:
    """Return which seats are marked as vacant, by the column ``vacant`` (yes or no).

    Reading the table fills it from names that stand for nobody ("(vakant)", "TBD"). Their
    territories are drawn as if they were filled; nobody is paid and no quota is held.

    Raises
    ------
    InputError
        A cell is neither yes nor no.
    """
    if "vacant" not in reps:
        return pd.Series(False, index=reps.index)
    text = reps["vacant"].fillna("").astype("str").str.strip().str.lower()
    empty = (is_yes(text) & ~text.isin(STATES)) | (text == "vacant")
    wrong = ~empty & ((~is_no(text) & ~text.isin({"filled", "nan"})) | text.isin(STATES))
    refuse_rep_cells(
        reps, "vacant", wrong, file=file, what="is neither yes nor no",
        hint="write yes for an empty seat whose territory is drawn all the same, else no",
    )  # fmt: skip
    return empty


def open_leaves(reps: pd.DataFrame, *, file: str) -> list[date | None]:
    """Return from which day each rep is on a leave that has no last day; None where there is none.

    It counts to the end of the seat's time.

    Raises
    ------
    InputError
        A date is none.
    """
    leaves, _ = _leaves(reps, file)
    return [spans[-1][0] if spans and spans[-1][1] == date.max else None for spans in leaves]


def begins_later(reps: pd.DataFrame, capacity: Capacity | None, *, file: str) -> pd.Series:
    """Return which reps begin within the plan's year or after it: they earned nothing before.

    Raises
    ------
    InputError
        A date is none, or the plan's year is not known.
    """
    start = days_of(reps, "start", file)
    if not any(start):
        return pd.Series(False, index=reps.index)
    first = _first_day(capacity, file)
    return pd.Series([day is not None and day > first for day in start], index=reps.index)


def year_edges(
    reps: pd.DataFrame, capacity: Capacity | None, file: str
) -> tuple[list[float], date | None]:
    """Return the ends of the plan's quarters in years after its first day, and that day if known.

    Raises
    ------
    InputError
        Reps have dates and the plan's year is not known.
    """
    known = capacity is not None and capacity.year_from is not None
    dated = any(
        day is not None for name in ("start", "end", RAMP) for day in days_of(reps, name, file)
    )
    if not known and not dated:
        return [0.0, 0.25, 0.5, 0.75, 1.0], None
    first = _first_day(capacity, file)
    if not dated:
        return [0.0, 0.25, 0.5, 0.75, 1.0], first
    return [(_later(first, 3 * quarter) - first).days / 365.0 for quarter in range(5)], first


def _share(span: Span, seat: Span, away: list[Span]) -> float:
    """Return the part of a span of days that lies in the seat's time and not in a leave."""

    def common(one: Span, two: Span) -> int:
        return max(0, (min(one[1], two[1]) - max(one[0], two[0])).days + 1)

    inside = common(span, seat)
    if inside:
        both = (max(span[0], seat[0]), min(span[1], seat[1]))
        inside -= sum(common(both, leave) for leave in away)
    return inside / ((span[1] - span[0]).days + 1)


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, day.day)


def _first_day(capacity: Capacity | None, file: str) -> date:
    text = capacity.year_from if capacity is not None else None
    if text is None:
        raise InputError(
            Message(
                f"{file}: reps have dates, but which year is planned is not known",
                hint='write year_from = "2027-01-01", its first day, under [capacity]',
            )
        )
    return date.fromisoformat(text)


def days_of(reps: pd.DataFrame, column: str, file: str) -> list[date | None]:
    """Return a column of days; None where a cell is empty.

    Raises
    ------
    InputError
        A cell is no day.
    """
    return [found[0] if found else None for found in _several(reps, column, file)]


def _several(reps: pd.DataFrame, column: str, file: str) -> list[list[date]]:
    """Return the days of each cell, parted by semicolons; only leaves have more than one."""
    if column not in reps:
        return [[] for _ in range(len(reps))]
    known = _read(reps, file).by_text
    out: list[list[date]] = []
    wrong = []
    for rep, cell in zip(reps["rep_id"], reps[column], strict=True):
        parts = _parts(cell)
        days = [known[part] for part in parts if part in known]
        if len(days) < len(parts) or (len(parts) > 1 and not column.startswith("leave")):
            days = []
            wrong.append((str(rep), f"{column} {quoted(str(cell).strip())}"))
        out.append(days)
    if wrong:
        raise InputError(
            Message(
                f"{file}: {column} of {counted(len(wrong), 'rep')} is no day",
                evidence=tuple(wrong),
                hint="write days as in 2027-03-01, or leave them empty; several leaves are parted "
                'by semicolons, as in "2027-03-01; 2027-09-01"',
            )
        )
    return out


def _parts(cell: str | float | None) -> list[str]:
    text = "" if pd.isna(cell) else str(cell).strip()
    return [part.strip() for part in text.split(";")] if text else []


def _read(reps: pd.DataFrame, file: str) -> Days:
    """Read the texts of all columns of days: one file writes them in one order."""
    columns = [name for name in (*DATES, RAMP) if name in reps]
    texts = (part for name in columns for cell in reps[name] for part in _parts(cell))
    found = read_days(texts, serials=False)
    if found.question:
        raise InputError(Message(f"{file}: {found.question}", hint="write days as in 2027-03-01"))
    return found


def day_notes(reps: pd.DataFrame, *, file: str) -> list[str]:
    """Return what the reading of the columns of days rests on, in words: day or month first.

    Raises
    ------
    InputError
        The order of day and month cannot be known.
    """
    return _read(reps, file).notes


def _leaves(reps: pd.DataFrame, file: str) -> tuple[list[list[Span]], list[tuple[str, str]]]:
    """Return each rep's leaves in their order (a single one may be open), and what is wrong."""
    begins, ends = (_several(reps, name, file) for name in DATES[2:])
    out, wrong = [], []
    for rep, begin, end in zip(reps["rep_id"].astype("str"), begins, ends, strict=True):
        if end and not begin:
            wrong.append((rep, f"leave_to {end[0]} without leave_from"))
        elif len(end) > len(begin) or len(begin) > max(len(end), 1):
            wrong.append((rep, f"{len(begin)} leave_from and {len(end)} leave_to"))
        paired = [(day, end[at] if at < len(end) else date.max) for at, day in enumerate(begin)]
        for leave, back in paired:
            if back < leave:
                wrong.append((rep, f"leave_to {back} is before leave_from {leave}"))
        paired.sort()
        for (_, before), (leave, _) in pairwise(paired):
            if leave <= before:
                wrong.append((rep, f"leave from {leave} overlaps the one until {before}"))
        out.append(paired)
    return out, wrong


def _off(reps: pd.DataFrame, file: str) -> np.ndarray:
    if "pto_days" not in reps:
        return np.zeros(len(reps))
    text = reps["pto_days"].astype("str").str.strip().where(reps["pto_days"].notna(), "")
    value = pd.to_numeric(text.astype(object), errors="coerce").to_numpy(dtype=np.float64)
    wrong = (text != "").to_numpy() & ~((value >= 0) & (value <= 366))
    refuse_rep_cells(
        reps, "pto_days", wrong, file=file, what="is no number of 0 to 366",
        hint="write days off a year as in 12, or leave it empty",
    )  # fmt: skip
    return np.asarray(value)


def _outside(
    reps: pd.DataFrame,
    starts: list[date | None],
    ends: list[date | None],
    leaves: list[list[Span]],
) -> list[tuple[str, str]]:
    """Name seats that end before they begin, and leave outside the seat's time."""
    wrong: list[tuple[str, str]] = []
    ids = reps["rep_id"].astype("str").tolist()
    for rep, start, end, away in zip(ids, starts, ends, leaves, strict=True):
        if start and end and end < start:
            wrong.append((rep, f"end {end} is before start {start}"))
        wrong += [
            (rep, f"leave from {leave} is outside the seat's time")
            for leave, back in away
            if (start and back < start) or (end and leave > end)
        ]
    return wrong


def _refuse(wrong: list[tuple[str, str]], file: str) -> None:
    if wrong:
        raise InputError(
            Message(
                f"{file}: dates of {counted(len({rep for rep, _ in wrong}), 'rep')} contradict",
                evidence=tuple(wrong),
                hint="mend the dates: start <= leave_from <= leave_to <= end, a leave_to for each "
                "leave_from, and no leave within another",
            )
        )
