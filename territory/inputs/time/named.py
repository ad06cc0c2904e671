"""The one period that a name says: of a sheet, or of a block of rows in one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from territory.inputs.time.periods import read_periods

__all__ = ["period_of", "periods_header", "without_period"]

_PERIOD = re.compile(
    r"(?i)(?<![a-z\d])(?:(?:19|20)\d\d[-_ ]?(?:[QH]\d|-\d\d)|[QH]\d[-_ ]?(?:19|20)\d\d|"
    r"[^\W\d_]{3,9}[-_ ](?:19|20)\d\d|FY[-_ ]?'?\d{2}(?:\d\d)?|(?:19|20)\d\d)(?![a-z\d])"
)


def period_of(name: str) -> str:
    """Return the one period that a name says, "" where it says none or several.

    Examples
    --------
    >>> period_of("Sales 2023"), period_of("Q1 2024"), period_of("FY24 actuals"), period_of("North")
    ('2023', 'Q1 2024', 'FY24', '')
    >>> period_of("2023 vs 2024")
    ''
    """
    found = _PERIOD.findall(name.strip())
    if len(found) != 1:
        return ""
    return _read(found[0])


def without_period(name: str) -> str:
    """Return a name without the periods in it.

    Examples
    --------
    >>> without_period("Sales 2023"), without_period("Units Q1 2024"), without_period("May 2024")
    ('Sales ', 'Units ', '')
    """

    def rest(found: re.Match[str]) -> str:
        return found[0][: len(found[0]) - len(_read(found[0]))]

    return _PERIOD.sub(rest, name)


def _read(found: str) -> str:
    """Return what of a match is a period: of "Sales 2023" the year."""
    bare = found.replace("_", " ")
    texts = (bare, bare[-4:])
    return next((it for it in texts if read_periods([it], fiscal_start=1).by_text), "")


def periods_header(periods: Iterable[str]) -> str:
    """Return the header of a column of such periods."""
    years = all(re.fullmatch(r"(?i)(?:FY\W*)?\d{2,4}", it) for it in periods)
    return "Year" if years else "period"
