"""A seat walked day by day: what part of the year it is filled and worked, and at what pace."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

__all__ = ["QUARTERS", "SLACK", "filled_months", "seat"]

QUARTERS = 4
SLACK = 5e-4
"""A day is walked as a whole, at the pace of its noon: half a day at most at the ramp's ends."""


def seat(rep: Mapping[str, str], capacity: Mapping[str, Any]) -> tuple[float, list[float]]:
    """Return what part of the year is paid, and the pace of its four quarters.

    Parameters
    ----------
    rep : mapping of str
        A row of the reps table: perhaps start, end, leave_from, leave_to, pto_days, tenure_y,
        ramp_from and ramp.
    capacity : mapping
        The section [capacity] of the scenario.
    """
    months, low = float(capacity.get("ramp_months", 6)), float(capacity.get("ramp_start", 0.5))
    first = date.fromisoformat(str(capacity.get("year_from", "2027-01-01")))
    start, end = day(rep.get("start"), date.min), day(rep.get("end"), date.max)
    leaves = spans(rep.get("leave_from"), rep.get("leave_to"))
    tenure, given = amount(rep.get("tenure_y")), amount(rep.get("ramp"))
    begun = day(rep.get("ramp_from"), start if start > date.min else None)
    off = amount(rep.get("pto_days"))
    left = 1.0 - min((0.0 if math.isnan(off) else off) / capacity.get("working_days", 220), 1.0)
    filled, every, paces = 0, 0, []
    for quarter in range(QUARTERS):
        at, last = month_later(first, 3 * quarter), month_later(first, 3 * quarter + 3)
        days, there, worked, total = 0, 0, 0, 0.0
        while at < last:
            days += 1
            if start <= at <= end:
                there += 1
                worked += not any(begin <= at <= back for begin, back in leaves)
                total += pace_of(at, first, tenure, begun, months / 12.0, low)
            at += timedelta(days=1)
        every, filled = every + days, filled + there
        mean = given if not math.isnan(given) else total / there if there else 1.0
        paces.append(mean * left * worked / days)
    return filled / every, paces


def filled_months(rep: Mapping[str, str], capacity: Mapping[str, Any]) -> list[list[float]]:
    """Return which part of each month of last, this and next year the seat is filled."""
    out = [[1.0] * 12 for _ in range(3)]
    start, end = day(rep.get("start"), date.min), day(rep.get("end"), date.max)
    if start == date.min and end == date.max:
        return out
    first = date.fromisoformat(str(capacity["year_from"]))
    for month in range(36):
        at, last = (month_later(first, month - 12 + each) for each in (0, 1))
        days = [at + timedelta(days=each) for each in range((last - at).days)]
        there = sum(start <= each <= end for each in days)
        out[month // 12][month % 12] = there / len(days)
    return out


def pace_of(
    at: date, first: date, tenure: float, begun: date | None, years: float, low: float
) -> float:
    """Pace at the noon of a day: from `low` to 1 in a straight line from the ramp's first day."""
    noon = ((at - first).days + 0.5) / 365.0
    if not math.isnan(tenure):
        since = noon + tenure
    elif begun is not None:
        since = noon - (begun - first).days / 365.0
    else:
        return 1.0
    if since < 0.0 or since >= years:
        return 1.0  # before a ramp begins the seat works as ever
    return low + (1.0 - low) * since / years


def day(text: str | None, missing: Any) -> Any:
    """Read a day, or what stands for an empty cell."""
    return date.fromisoformat(text[:10]) if text else missing


def spans(begin: str | None, end: str | None) -> list[tuple[date, date]]:
    """Read leaves, parted by semicolons; the last may be open."""
    first, last = ([part.strip() for part in (text or "").split(";")] for text in (begin, end))
    last += [""] * (len(first) - len(last))
    return [(day(a, None), day(b, date.max)) for a, b in zip(first, last, strict=True) if a]


def amount(text: str | None) -> float:
    """Read a number; nan where the cell is empty."""
    return float(text) if text else math.nan


def month_later(at: date, months: int) -> date:
    """Return the same day some months on."""
    whole = at.month - 1 + months
    return at.replace(year=at.year + whole // 12, month=whole % 12 + 1)
