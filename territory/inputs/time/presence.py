"""When seats are filled: start, end, leave and days off, as shares of the planned year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.errors import InputError
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    from territory.inputs.scenario.workforce import Capacity

__all__ = ["DATES", "QUARTERS", "presence"]

DATES = ("start", "end", "leave_from", "leave_to")
"""Columns of the reps table: first and last day of the seat, first and last day of its leave."""

QUARTERS = ("present_1", "present_2", "present_3", "present_4")


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
        A date is none, a period ends before it begins, leave lies outside the seat's time, days
        off are no number of 0 to 366, or the plan's year is not known.
    """
    out = pd.DataFrame(1.0, index=reps.index, columns=["present", *QUARTERS, "employed"])
    days = {name: _days(reps, name, file) for name in DATES}
    off = _off(reps, file)
    dated = any(each is not None for column in days.values() for each in column)
    if dated:
        first = _first_day(capacity, file)
        _check(reps, days, file)
        edges = [_later(first, 3 * quarter) for quarter in range(5)]
        for at, (start, end, leave, back) in enumerate(zip(*days.values(), strict=True)):
            seat = (start or date.min, end or date.max)
            away = (leave, back or date.max) if leave else None
            whole = [(edges[q], edges[q + 1] - timedelta(days=1)) for q in range(4)]
            shares = [_share(quarter, seat, away) for quarter in whole]
            year = (edges[0], edges[4] - timedelta(days=1))
            values = [_share(year, seat, away), *shares, _share(year, seat, None)]
            out.iloc[at] = np.round(values, 6)
    working = float(capacity.working_days) if capacity is not None else 220.0
    left = np.clip(1.0 - np.nan_to_num(off) / working, 0.0, 1.0)
    for name in ("present", *QUARTERS):
        out[name] = (out[name] * left).round(6)
    return out


def _share(
    span: tuple[date, date], seat: tuple[date, date], away: tuple[date, date] | None
) -> float:
    """Return the part of a span of days that lies in the seat's time and not in the leave."""

    def common(one: tuple[date, date], two: tuple[date, date]) -> int:
        return max(0, (min(one[1], two[1]) - max(one[0], two[0])).days + 1)

    inside = common(span, seat)
    if away is not None and inside:
        both = (max(span[0], seat[0]), min(span[1], seat[1]))
        inside -= common(both, away)
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


def _days(reps: pd.DataFrame, column: str, file: str) -> list[date | None]:
    if column not in reps:
        return [None] * len(reps)
    out: list[date | None] = []
    wrong = []
    for rep, cell in zip(reps["rep_id"], reps[column], strict=True):
        text = "" if pd.isna(cell) else str(cell).strip()
        try:
            out.append(date.fromisoformat(text[:10]) if text else None)
        except ValueError:
            out.append(None)
            wrong.append((str(rep), f"{column} {quoted(text)}"))
    if wrong:
        raise InputError(
            Message(
                f"{file}: {column} of {counted(len(wrong), 'rep')} is no day",
                evidence=tuple(wrong),
                hint="write days as in 2027-03-01, or leave them empty",
            )
        )
    return out


def _off(reps: pd.DataFrame, file: str) -> np.ndarray:
    if "pto_days" not in reps:
        return np.zeros(len(reps))
    text = reps["pto_days"].astype("str").str.strip().where(reps["pto_days"].notna(), "")
    value = pd.to_numeric(text.astype(object), errors="coerce").to_numpy(dtype=np.float64)
    wrong = (text != "").to_numpy() & ~((value >= 0) & (value <= 366))
    if wrong.any():
        raise InputError(
            Message(
                f"{file}: pto_days of {counted(int(wrong.sum()), 'rep')} is no number of 0 to 366",
                evidence=tuple(
                    (str(reps["rep_id"].iloc[at]), f"pto_days {quoted(text.iloc[at])}")
                    for at in np.flatnonzero(wrong).tolist()
                ),
                hint="write days off a year as in 12, or leave it empty",
            )
        )
    return np.asarray(value)


def _check(reps: pd.DataFrame, days: dict[str, list[date | None]], file: str) -> None:
    """Refuse periods that end before they begin, and leave outside the seat's time."""
    wrong = []
    ids = reps["rep_id"].astype("str").tolist()
    for rep, start, end, leave, back in zip(ids, *days.values(), strict=True):
        if start and end and end < start:
            wrong.append((rep, f"end {end} is before start {start}"))
        if back and leave is None:
            wrong.append((rep, f"leave_to {back} without leave_from"))
        if leave and back and back < leave:
            wrong.append((rep, f"leave_to {back} is before leave_from {leave}"))
        elif leave and ((start and (back or leave) < start) or (end and leave > end)):
            wrong.append((rep, f"leave from {leave} is outside the seat's time"))
    if wrong:
        raise InputError(
            Message(
                f"{file}: dates of {counted(len({rep for rep, _ in wrong}), 'rep')} contradict",
                evidence=tuple(wrong),
                hint="mend the dates: start <= leave_from <= leave_to <= end",
            )
        )
