"""Days on which nobody works: public holidays, those of the scenario, the end of the year."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.plan import Plan

__all__ = ["is_closed", "is_year_end", "kept_keys", "public_holidays", "with_country"]

_SATURDAY = 5
_EVERYWHERE = "1/1 12/25"
_BY_COUNTRY = {
    "AT": "1/6 E+1 5/1 E+39 E+50 E+60 8/15 10/26 11/1 12/8 12/26",
    "BE": "E+1 5/1 E+39 E+50 7/21 8/15 11/1 11/11",
    "CA": "E-2 5/25-Mon 7/1 9/1Mon 9/30 10/2Mon 11/11 12/26",
    "CH": "E+39 8/1",
    "DE": "E-2 E+1 5/1 E+39 E+50 10/3 12/26",
    "DK": "E-3 E-2 E+1 E+39 E+50 12/26",
    "ES": "1/6 E-2 5/1 8/15 10/12 11/1 12/6 12/8",
    "FI": "1/6 E-2 E+1 5/1 E+39 12/6 12/26",
    "FR": "E+1 5/1 5/8 E+39 E+50 7/14 8/15 11/1 11/11",
    "GB": "E-2 E+1 5/1Mon 6/1-Mon 9/1-Mon 12/26",
    "IE": "2/1Mon 3/17 E+1 5/1Mon 6/1Mon 8/1Mon 11/1-Mon 12/26",
    "IT": "1/6 E+1 4/25 5/1 6/2 8/15 10/4 11/1 12/8 12/26",
    "LU": "E+1 5/1 5/9 E+39 E+50 6/23 8/15 11/1 12/26",
    "NL": "E+1 4/27 E+39 E+50 12/26",
    "NO": "E-3 E-2 E+1 5/1 5/17 E+39 E+50 12/26",
    "PL": "1/6 E+1 5/1 5/3 E+60 8/15 11/1 11/11 12/24 12/26",
    "PT": "E-2 4/25 5/1 E+60 6/10 8/15 10/5 11/1 12/1 12/8",
    "SE": "1/6 E-2 E+1 5/1 E+39 6/6 12/26",
    "US": "1/3Mon 2/3Mon 6/1-Mon 6/19 7/4 9/1Mon 10/2Mon 11/11 11/4Thu",
}
"""Holidays of the whole country by law, as of 2026, beside those of all: month/day, month/n-th
weekday, month/day-weekday (the last one before that day), E and days from Easter Sunday."""
_NEAREST = ("US",)
"""Where a holiday on a weekend is kept on the Friday before or the Monday after."""
_AFTER = ("CA", "GB", "IE")
"""Where it is kept on the next days of work."""
_OF_KIND = {"us_counties": "US", "us_zips": "US", "belgium_cantons": "BE"}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


def kept_keys(plan: Plan) -> RolloutKeys:
    """Return the keys of the rollout that a plan keeps: its scenario's on the day it was made.

    The defaults where it keeps none, or an earlier version wrote them otherwise.
    """
    from pydantic import ValidationError

    from territory.inputs.scenario.rollout import RolloutKeys

    try:
        return RolloutKeys.model_validate(plan.record.keys.get("rollout", {}))
    except ValidationError:
        return RolloutKeys()


def with_country(keys: RolloutKeys, plan: Plan) -> RolloutKeys:
    """Return the keys with the country that the plan's kind of units tells, if none is written."""
    geography = plan.record.keys.get("geography", {})
    known = _OF_KIND.get(geography.get("kind", "")) if isinstance(geography, dict) else None
    return keys if keys.country or known is None else keys.model_copy(update={"country": known})


def is_closed(day: date, keys: RolloutKeys) -> bool:
    """Return whether nobody works on a day: a weekend, a public holiday, one of the scenario's."""
    return (
        day.weekday() >= _SATURDAY
        or day in keys.holidays
        or day in public_holidays(day.year, keys.country)
        # The first of January that is kept on the last day of the year before.
        or day in public_holidays(day.year + 1, keys.country)
    )


def is_year_end(day: date) -> bool:
    """Return whether a day is of those in which people are not to be had: 24 December to 1 January.

    Examples
    --------
    >>> [is_year_end(date(2026, 12, day)) for day in (23, 24, 31)], is_year_end(date(2027, 1, 2))
    ([False, True, True], False)
    """
    return (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)


@cache
def public_holidays(year: int, country: str | None = None) -> frozenset[date]:
    """Return the holidays of a whole country by law (regional ones are not among them).

    Parameters
    ----------
    year : int
        From 1583 on (Gregorian calendar).
    country : str, optional
        ISO 3166 code of two letters; one that is not known, or none, has New Year's Day and
        Christmas Day alone.

    Notes
    -----
    Easter after Meeus, Jones and Butcher: Astronomical Algorithms, 2nd edition 1998, chapter 8.

    Examples
    --------
    >>> [day.isoformat() for day in sorted(public_holidays(2026, "US"))][4:6]
    ['2026-06-19', '2026-07-03']
    """
    rules = f"{_EVERYWHERE} {_BY_COUNTRY.get(country or '', '')}".split()
    days: set[date] = set()
    for day in sorted(_day(rule, year) for rule in rules):
        kept = day
        if country in _NEAREST:
            kept += timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))
        elif country in _AFTER:
            while kept.weekday() >= _SATURDAY or kept in days:
                kept += timedelta(days=1)
        days.add(kept)
    return frozenset(days)


def _day(rule: str, year: int) -> date:
    if rule.startswith("E"):
        return _easter(year) + timedelta(days=int(rule[1:]))
    month, rest = rule.split("/")
    if not rest.endswith(_WEEKDAYS):
        return date(year, int(month), int(rest))
    weekday, number = _WEEKDAYS.index(rest[-3:]), rest[:-3]
    if number.endswith("-"):
        before = date(year, int(month), int(number[:-1])) - timedelta(days=1)
        return before - timedelta(days=(before.weekday() - weekday) % 7)
    first = date(year, int(month), 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (int(number) - 1))


def _easter(year: int) -> date:
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    back = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + back - 7 * ((a + 11 * h + 22 * back) // 451) + 114, 31)
    return date(year, month, day + 1)
