"""Read days: ISO, day and month in either order by the evidence of the column, names, serials."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from territory.messages import counted, quoted

__all__ = ["MONTHS", "Days", "Order", "full_year", "read_days"]

Order = Literal["day first", "month first"]

MONTHS: Mapping[str, int] = MappingProxyType(
    {
        name: at
        for at, names in enumerate(
            (
                "jan january januar jän janvier janv enero ene gennaio gen januari janeiro",
                "feb february februar fev février févr fevr febrero febbraio februari fevereiro",
                "mar march märz mär mrz mars marzo maart mrt março marco",
                "apr april avril avr abril abr aprile",
                "may mai mayo maggio mag mei maio maj",
                "jun june juni juin junio giugno giu junho",
                "jul july juli juillet juil julio luglio lug julho",
                "aug august août aout agosto ago augustus augusti",
                "sep sept september septembre septiembre settembre setembro set",
                "oct october oktober okt octobre octubre ottobre ott outubro out",
                "nov november novembre noviembre novembro",
                "dec december dezember dez décembre déc diciembre dic dicembre dezembro",
            ),
            start=1,
        )
        for name in names.split()
    }
)

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?|(\d{4})(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?:[T ].*)?")
_NAMED = re.compile(r"(\d{1,2})\.?[-\s/]*([^\W\d_]{3,})\.?[-\s/,]*(\d{4}|\d{2})")
_NAME_FIRST = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?")
_MONTHS, _DAYS = 12, 31
_EPOCH = datetime.date(1899, 12, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What some texts mean as days.

    Attributes
    ----------
    by_text : dict
        Each text that is a day.
    notes : list of str
        What the reading rests on.
    question : str
        Why the order of day and month cannot be known; "" where it can.
    """

    by_text: dict[str, datetime.date]
    notes: list[str]
    question: str = ""


def full_year(text: str) -> int:
    """Return a year of four digits: two digits are of 1970 to 2069.

    Examples
    --------
    >>> full_year("24"), full_year("1999")
    (2024, 1999)
    """
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def read_days(texts: Iterable[str], *, order: Order | None = None, serials: bool = True) -> Days:
    """Read the texts of one column that are days; others are left out.

    Parameters
    ----------
    texts : iterable of str
        Distinct cells.
    order : {"day first", "month first"}, optional
        What the planner says about 3/4/2024; else the whole column decides: a number above 12 is
        a day, and a number that never changes while the other does is the day of monthly dates.
    serials : bool
        Whether whole numbers from 20000 to 79999 are days as spreadsheets count them.
    """
    found: dict[str, datetime.date] = {}
    slashed: dict[str, tuple[int, int, int]] = {}
    counted_days = 0
    for text in dict.fromkeys(texts):
        bare = text.strip()
        if match := _ISO.fullmatch(bare):
            year, month, day = (match[1], match[2], match[3]) if match[1] else match.groups()[3:]
            _put(found, text, int(year), int(month), int(day))
        elif match := _SLASHED.fullmatch(bare):
            one, two = int(match[1]), int(match[2])
            # 32.13.2025 is no day in either order, and tells neither.
            if min(one, two) <= _MONTHS and max(one, two) <= _DAYS:
                slashed[text] = (one, two, full_year(match[3]))
        elif match := _NAMED.fullmatch(bare):
            _put(found, text, full_year(match[3]), MONTHS.get(match[2].lower(), 0), int(match[1]))
        elif match := _NAME_FIRST.fullmatch(bare):
            _put(found, text, int(match[3]), MONTHS.get(match[1].lower(), 0), int(match[2]))
        elif serials and (match := _SERIAL.fullmatch(bare)):
            found[text] = _EPOCH + datetime.timedelta(days=int(match[1]))
            counted_days += 1
    notes: list[str] = []
    if counted_days:
        first = next(text for text in found if _SERIAL.fullmatch(text.strip()))
        notes.append(
            f"{quoted(first)} is read as {found[first]}, a day as spreadsheets count them "
            f"({counted(counted_days, 'text')})"
        )
    if not slashed:
        return Days(by_text=found, notes=notes)
    decided = order or _order_of(list(slashed.values()))
    first_text = next(iter(slashed))
    if decided is None:
        one, two, year = slashed[first_text]
        question = (
            f"{quoted(first_text)} may be {year}-{two:02d}-{one:02d} or {year}-{one:02d}-{two:02d}"
        )
        return Days(by_text=found, notes=notes, question=question)
    for text, (one, two, year) in slashed.items():
        month, day = (two, one) if decided == "day first" else (one, two)
        _put(found, text, year, month, day)
    if first_text in found:
        notes.append(f"{quoted(first_text)} is read as {found[first_text]}, {decided}")
    return Days(by_text=found, notes=notes)


def _put(found: dict[str, datetime.date], text: str, year: int, month: int, day: int) -> None:
    try:
        found[text] = datetime.date(year, month, day)
    except ValueError:
        return


def _order_of(parts: list[tuple[int, int, int]]) -> Order | None:
    """Return which of the first two numbers is the day; None where both can be."""
    ones, twos = {one for one, _, _ in parts}, {two for _, two, _ in parts}
    if max(ones) > 12 or max(twos) > 12:
        if max(ones) > 12 and max(twos) > 12:
            return None
        return "day first" if max(ones) > 12 else "month first"
    if all(one == two for one, two, _ in parts):
        return "month first"
    if len(ones) == 1 and len(twos) > 1:
        return "day first"
    if len(twos) == 1 and len(ones) > 1:
        return "month first"
    return None
