"""Numbers written in parts: degrees, minutes and seconds; hours and minutes; years and months."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["composite"]

_DEGREES = re.compile(
    r"(?P<first>[NSEWO])?\s*(?P<sign>[+\-\u2212])?(?P<deg>\d{1,3})\s*[°º:\sd]\s*"
    r"(?P<min>\d{1,2}(?:[.,]\d+)?)\s*(?:['\u2032\u2019m:]\s*|\s+|$)"
    r"(?:(?P<sec>\d{1,2}(?:[.,]\d+)?)\s*(?:\"|\u2033|\u201d|''|s)?)?\s*(?P<last>[NSEWO])?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")
_HOURS = re.compile(r"(?i)(\d{1,4})\s*h(?:ours?|rs?)?\.?\s*,?\s*(\d{1,2})\s*m(?:in(?:ute)?s?)?\.?")
_FRENCH = re.compile(r"(?i)(\d{1,4})\s*h\s*([0-5]\d)")
_ISO = re.compile(r"PT(\d{1,4})H(\d{1,2})M(?:0S)?")
_YEARS = re.compile(r"(?i)(\d{1,2})\s*y(?:ea)?(?:rs?)?\.?\s*,?\s*(\d{1,2})\s*m(?:o(?:nth)?s?)?\.?")


def composite(cell: str, column: str) -> tuple[float, str] | None:
    r"""Return what a number in parts means in a column, and how its parts are called.

    Parameters
    ----------
    cell : str
        Without blanks around it.
    column : str
        Our name: ``lon`` and ``lat`` are degrees, ``_h`` hours, ``_y`` years.

    Returns
    -------
    (float, str) or None
        None where it is no number in parts, or a part is out of range (minutes of 60 and more).

    Examples
    --------
    >>> composite("95°21'36\"W", "lon"), composite("20:30", "service_h")
    ((-95.36, 'degrees and minutes'), (20.5, 'hours and minutes'))
    >>> composite("3y 6m", "tenure_y"), composite("20:75", "service_h")
    ((3.5, 'years and months'), None)
    >>> composite("20h30", "service_h"), composite("PT20H30M", "service_h")
    ((20.5, 'hours and minutes'), (20.5, 'hours and minutes'))
    """
    if column in {"lon", "lat"}:
        found = _degrees(cell, column)
        return None if found is None else (found, "degrees and minutes")
    if column.endswith("_h"):
        match = _first((_CLOCK, _HOURS, _FRENCH, _ISO), cell)
        if match is None or int(match[2]) >= 60:
            return None
        seconds = int(match[3] or 0) if match.re is _CLOCK else 0
        return int(match[1]) + int(match[2]) / 60 + seconds / 3600, "hours and minutes"
    if column.endswith("_y"):
        match = _YEARS.fullmatch(cell)
        if match is not None and int(match[2]) < 12:
            return int(match[1]) + int(match[2]) / 12, "years and months"
    return None


def _first(patterns: Iterable[re.Pattern[str]], cell: str) -> re.Match[str] | None:
    return next((found for it in patterns if (found := it.fullmatch(cell))), None)


def _degrees(cell: str, column: str) -> float | None:
    match = _DEGREES.fullmatch(cell)
    if match is None:
        return None
    minutes = float(match["min"].replace(",", "."))
    seconds = float((match["sec"] or "0").replace(",", "."))
    words = [word.upper() for word in (match["first"], match["last"]) if word]
    ends = {"lon": {"E": 1, "O": 1, "W": -1}, "lat": {"N": 1, "S": -1}}[column]
    if minutes >= 60 or seconds >= 60 or len(words) > 1 or (words and match["sign"]):
        return None
    if words and words[0] not in ends:
        return None
    negative = (match["sign"] or "+") != "+" or (bool(words) and ends[words[0]] < 0)
    value = round(int(match["deg"]) + minutes / 60 + seconds / 3600, 9)
    return -value if negative else value
