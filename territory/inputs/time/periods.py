"""Read periods: months, quarters and years in any common spelling, fiscal ones with a key.

Every period comes back in one spelling that sorts in time: ``2024``, ``2024-Q3``, ``2024-08``;
a fiscal year or quarter that is no year or quarter of the calendar as its first month and length,
``2023-10/12``, and a half year likewise, ``2024-01/6``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from territory.inputs.time.days import MONTHS, Order, full_year, read_days
from territory.messages import quoted

__all__ = ["Periods", "months_of", "read_periods"]

_FISCAL = re.compile(r"(?i)\s*\b(?:FY|fiscal(?:\s+year)?)\s*-?\s*'?(?=\d|\s|$)")
_Y = r"'?(\d{4}|\d{2})"
_APART = r"[\s_/.'-]*(?P<y>\d{4}|(?<=[\s_/.'-])\d{2})"
_QUARTER = (
    re.compile(rf"(?i){_Y}[\s_/.-]*Q(?:uarter\s*|tr\s*)?([1-4])"),
    re.compile(r"(?i)(\d{4})[\s_/.-]*([1-4])(?:Q|\.\s*Quartal)"),
    re.compile(r"(?i)CY\s*'?(\d{4}|\d{2})[\s_/.-]*Q([1-4])"),
    re.compile(r"(?i)(\d{4}):Q?([1-4])"),
)
_QUARTER_FIRST = (
    re.compile(rf"(?i)Q(?:uarter\s*|tr\s*)?([1-4])[\s_/.,-]*(?:of\s+)?{_Y}"),
    re.compile(rf"(?i)([1-4])(?:Q|st quarter|nd quarter|rd quarter|th quarter)[\s_/.,-]*{_Y}"),
    re.compile(rf"(?i)([1-4])\.\s*Quartal\s*{_Y}"),
    re.compile(rf"(?i)T([1-4]){_APART}"),
    re.compile(rf"(?i)([1-4])\s*(?:er|re|e|º|°|ª|\.)?\s*(?:trim(?:estre)?|kwartaal)[\s_/.-]*{_Y}"),
)
_HALF = (
    re.compile(rf"(?i)(?:half|halbjahr|[hs]|hj)\s*(?P<n>[12]){_APART}"),
    re.compile(rf"(?i)(?P<n>[12])\.?\s*(?:half|halbjahr|h|hj|semestre)[\s_/.-]*(?P<y>{_Y})"),
    re.compile(r"(?i)(?P<y>\d{4})[\s_/.-]*(?:h|s|hj)(?P<n>[12])"),
)
_MONTH_NUMBER = (
    re.compile(r"(?i)(?P<y>\d{4})[\s_/.-]*M(?P<n>\d{1,2})"),
    re.compile(r"(?i)M(?P<n>\d{1,2})[\s_/.-]+(?P<y>\d{4})"),
)
_POSTING = (
    re.compile(rf"(?i)(?:p|per|period)\.?\s*0?(?P<n>\d{{1,2}}){_APART}"),
    re.compile(rf"(?i)(?P<y>{_Y})[\s_/.-]*(?:p|per|period)\.?\s*0?(?P<n>\d{{1,2}})"),
    re.compile(r"0(?P<n>\d{2})[./](?P<y>\d{4})"),
)
_RANGE = re.compile(rf"([^\W\d_]{{3,}})\.?\s*[-–]\s*([^\W\d_]{{3,}})\.?[\s/,-]*{_Y}")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]")
_YEAR = re.compile(r"(?:CY\s*)?((?:19|20|21)\d{2})(?:\.0+)?")
_MONTH = re.compile(r"(\d{4})[-/.\s]?(\d{2})|(\d{4})[-/.\s]+(\d)")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.\s]+(\d{4})")
_NAME_YEAR = re.compile(rf"([^\W\d_]{{3,}})\.?[-\s/,]*{_Y}")
_YEAR_NAME = re.compile(r"(\d{4})[-\s/]*([^\W\d_]{3,})\.?")
_YEARS = range(1950, 2150)
_BUDDHIST = 543
_CANONICAL = re.compile(r"(\d{4})(?:-Q([1-4])|-(\d{2})(?:/(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """What the periods of one column mean.

    Attributes
    ----------
    by_text : dict
        Each text that is a period, in one spelling.
    notes : list of str
        What the reading rests on.
    questions : list of (str, str)
        What can mean two things, and what to write about it.
    """

    by_text: dict[str, str]
    notes: list[str]
    questions: list[tuple[str, str]]


def months_of(period: str) -> tuple[int, int] | None:
    """Return the first month of a period in one spelling (12 × year + month from 0) and its length.

    Examples
    --------
    >>> months_of("2024-Q3") == (12 * 2024 + 6, 3), months_of("2023-10/12") == (12 * 2023 + 9, 12)
    (True, True)
    """
    match = _CANONICAL.fullmatch(period)
    if match is None:
        return None
    year = 12 * int(match[1])
    if match[2]:
        return year + 3 * (int(match[2]) - 1), 3
    if match[3]:
        return (year + int(match[3]) - 1, int(match[4] or 1)) if 1 <= int(match[3]) <= 12 else None
    return year, 12


def read_periods(
    texts: Iterable[str], *, fiscal_start: int | None = None, order: Order | None = None
) -> Periods:
    """Read the distinct periods of one column.

    Parameters
    ----------
    texts : iterable of str
    fiscal_start : int, optional
        The month, 1 to 12, in which fiscal years begin; they are named by the year they end in.
        Quarters and years are then fiscal; months and days never are.
    order : {"day first", "month first"}, optional
        Of days as 3/4/2024.

    Notes
    -----
    Days count as their month. "2024-1" is a month where the column has numbers above 4, else a
    question: it may be a quarter.
    """
    distinct = list(dict.fromkeys(texts))
    out = Periods(by_text={}, notes=[], questions=[])
    days = read_days((text for text in distinct if not _YEAR.fullmatch(text.strip())), order=order)
    out.notes.extend(days.notes)
    if days.question:
        ask = 'write dates = "day first" or dates = "month first" for this table under [inputs]'
        out.questions.append((days.question, ask))
    short: dict[str, tuple[int, int]] = {}
    fiscal: list[str] = []
    for text in distinct:
        if text in days.by_text:
            day = days.by_text[text]
            out.by_text[text] = f"{day.year}-{day.month:02d}"
            continue
        bare = text.strip()
        plain = _FISCAL.sub(" ", bare).strip()
        if plain != bare:
            fiscal.append(text)
        posting = _found(_POSTING, plain)
        if posting and 1 <= posting[1] <= 12:
            if plain == bare:
                fiscal.append(text)
            out.by_text[text] = _spelled(*posting, 1, fiscal_start or 1, moved=True)
            continue
        if spelled := _months(plain):
            out.by_text[text] = spelled
            continue
        span = _span(plain, named=plain != bare)
        if span is None:
            match = _MONTH.fullmatch(plain)
            if match and match[3]:
                short[text] = (int(match[3]), int(match[4]))
            continue
        out.by_text[text] = _spelled(*span, fiscal_start or 1)
    _unpadded(out, short)
    _other_years(out)
    if fiscal and fiscal_start is None:
        what = (
            f"{quoted(fiscal[0])} is fiscal, and the month in which fiscal years begin is unknown"
        )
        ask = "write fiscal_start_month = 10 (or another) for this table under [inputs]"
        out.questions.append((what, ask))
    return out


def _other_years(out: Periods) -> None:
    """Ask about periods of years that no sales are of, as of another calendar."""
    odd = [text for text, it in out.by_text.items() if int(it[:4]) not in _YEARS]
    if not odd:
        return
    year = int(out.by_text[odd[0]][:4])
    what = f"{quoted(odd[0])} is in the year {year}"
    ask = "write years of the Gregorian calendar, as 2024"
    if year - _BUDDHIST in _YEARS:
        what += f", in the Buddhist calendar {year - _BUDDHIST}"
        ask = f"write {year - _BUDDHIST} for {year}"
    out.questions.append((what, ask))


def _span(text: str, *, named: bool) -> tuple[int, int, int] | None:
    """Return year, first month from 1 and length of a period; years and quarters may be fiscal."""
    for pattern in _QUARTER:
        if match := pattern.fullmatch(text):
            return full_year(match[1]), 3 * int(match[2]) - 2, 3
    for pattern in _QUARTER_FIRST:
        if match := pattern.fullmatch(text):
            return full_year(match[2]), 3 * int(match[1]) - 2, 3
    if half := _found(_HALF, text):
        return half[0], 6 * half[1] - 5, 6
    if (month := _found(_MONTH_NUMBER, text)) and 1 <= month[1] <= 12:
        return month[0], month[1], 1
    if match := _YEAR.fullmatch(text):
        return int(match[1]), 1, 12
    if named and re.fullmatch(r"\d{2}", text):
        return full_year(text), 1, 12
    if (match := _MONTH.fullmatch(text)) and match[1] and 1 <= int(match[2]) <= 12:
        return int(match[1]), int(match[2]), 1
    if (match := _MONTH_FIRST.fullmatch(text)) and 1 <= int(match[1]) <= 12:
        return int(match[2]), int(match[1]), 1
    if (match := _NAME_YEAR.fullmatch(text)) and match[1].lower() in MONTHS:
        return full_year(match[2]), MONTHS[match[1].lower()], 1
    if (match := _YEAR_NAME.fullmatch(text)) and match[2].lower() in MONTHS:
        return int(match[1]), MONTHS[match[2].lower()], 1
    return None


def _found(patterns: Iterable[re.Pattern[str]], text: str) -> tuple[int, int] | None:
    """Return year and number of the first pattern that a text is."""
    for pattern in patterns:
        if match := pattern.fullmatch(text):
            return full_year(match["y"].removeprefix("'")), int(match["n"])
    return None


def _months(text: str) -> str:
    """Return months that are written as from one to another, or in East Asian signs, "" for none.

    Examples
    --------
    >>> _months("Jan-Mar 2024"), _months("Nov - Dec 23"), _months("2024年1月")
    ('2024-Q1', '', '2024-01')
    """
    if match := _EAST_ASIAN.fullmatch(text):
        month = int(match[2])
        return f"{match[1]}-{month:02d}" if 1 <= month <= 12 else ""
    match = _RANGE.fullmatch(text)
    first, last = (MONTHS.get(it.lower(), 0) for it in match.groups()[:2]) if match else (0, 0)
    if match is None or not first or last < first or (last - first + 1) % 3:
        return ""
    return _spelled(full_year(match[3]), first, last - first + 1, 1)


def _spelled(year: int, month: int, length: int, fiscal_start: int, *, moved: bool = False) -> str:
    """Return a period in one spelling; a month is the calendar's unless it is `moved`."""
    start = 12 * year + month - 1
    if fiscal_start > 1 and (length > 1 or moved):
        start += fiscal_start - 1 - 12
    year, month = start // 12, start % 12 + 1
    if length == 1:
        return f"{year}-{month:02d}"
    if length == 3 and month % 3 == 1:
        return f"{year}-Q{(month + 2) // 3}"
    return f"{year}" if length == 12 and month == 1 else f"{year}-{month:02d}/{length}"


def _unpadded(out: Periods, short: dict[str, tuple[int, int]]) -> None:
    """Read "2024-1" as a month where the column shows that it is none of four quarters."""
    if not short:
        return
    months = {
        int(value[5:7]) for value in out.by_text.values() if re.fullmatch(r"\d{4}-\d\d", value)
    }
    first = next(iter(short))
    year, number = short[first]
    if months or max(number for _, number in short.values()) > 4:
        for text, (one, month) in short.items():
            if 1 <= month <= 12:
                out.by_text[text] = f"{one}-{month:02d}"
        out.notes.append(f"{quoted(first)} is read as {year}-{number:02d}, a month")
        return
    what = f"{quoted(first)} may be month {number} or quarter {number} of {year}"
    out.questions.append((what, f"write {year}-0{number} or {year}-Q{number} in the file"))
