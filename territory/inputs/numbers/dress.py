"""What numbers wear in exports: currency signs, brackets, percent signs, units, K and M.

"$1,234.50", "(1,200)", "15.1 hrs", "100 %" and "$50.0K" mean one number each. A unit that the
column cannot be in, or two currencies in one column, is left for a finding.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.numbers.composite import composite
from territory.inputs.numbers.currencies import CODES, CURRENCY, code_of, fits
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Undressed", "undressed"]

_SIGN = "[+\\-\u2212\u2013\uff0b\uff0d]"
_GAP = "[ \\t\u00a0\u2009\u202f]*"
_DIGITS = "\\d(?:[\\d.,'\u2019 \u00a0\u2009\u202f]*\\d)?(?:\\.(?![-\u2013\u2014]))?|[.,]\\d+"
_BEHIND = rf"(?P<after>{CURRENCY}|%|°)?{_GAP}"
_DRESSED = re.compile(
    rf"(?:(?P<early>{CURRENCY}){_GAP}(?=\())?(?P<open>\()?{_GAP}(?P<sign>{_SIGN})?{_GAP}"
    rf"(?P<before>{CURRENCY})?{_GAP}(?P<sign2>{_SIGN})?{_GAP}(?P<number>{_DIGITS})"
    rf"(?:[.,](?:-|\u2013|\u2014){{1,2}})?{_GAP}"
    rf"(?P<word>(?!(?:{CURRENCY}))[A-Za-z]+\.?)?{_GAP}{_BEHIND}(?P<unit>[A-Za-z]+\.?)?"
    rf"(?P<per>{_GAP}(?:/|per{_GAP}){_GAP}[A-Za-z]+\.?)?{_GAP}"
    rf"(?P<tail>{_SIGN})?{_GAP}(?P<close>\))?{_GAP}(?P<late>{CURRENCY})?",
    re.IGNORECASE,
)
_PLAIN = r"[+-]?(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d+)?"
_DASH = re.compile(
    rf"(?:{CURRENCY}){_GAP}[-\u2013]{{1,2}}|[-\u2013]{{1,2}}{_GAP}(?:{CURRENCY})", re.IGNORECASE
)
_SCALES = {
    **dict.fromkeys(("k", "tsd", "thousand", "tausend"), 1e3),
    **dict.fromkeys(("m", "mm", "mn", "mio", "million", "millionen", "mill"), 1e6),
    **dict.fromkeys(("b", "bn", "mrd", "billion", "milliarden"), 1e9),
}
_BEFORE_CURRENCY = {**_SCALES, "t": 1e3}
_HOURS = {**dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std"), 1.0)}
_MINUTES = dict.fromkeys(("min", "mins", "minute", "minutes"), 1 / 60)
_CALLS = dict.fromkeys(("call", "calls", "visit", "visits", "x", "times"), 1.0)
_YEARS = dict.fromkeys(("y", "yr", "yrs", "year", "years"), 1.0)
_FTE = dict.fromkeys(("fte", "ftes"), 1.0)
_PER_YEAR = frozenset({"y", "yr", "year", "a", "annum"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Undressed:
    """One column of numbers without what they wore.

    Attributes
    ----------
    text : (n,) Series of str
        Digits, marks and a sign; cells that are not understood as they were.
    factor : (n,) float64
        What each number is to be multiplied with: 1000 for "50 K", 0.01 for "80 %".
    notes : list of str
        One sentence for each dress that was taken off.
    warnings : list of str
        Amounts in another currency.
    questions : list of str
        What can mean two things: nothing is read then.
    currencies : frozenset of str
        Codes of the amounts, and signs that several currencies share.
    """

    text: pd.Series[str]
    factor: NDArray[np.float64]
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    currencies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One cell: its digits, factor and dresses; `currency` as its code or a shared sign."""

    text: str
    factor: float
    dresses: tuple[str, ...]
    currency: str = ""


def undressed(
    text: pd.Series[str],
    column: str,
    *,
    stored: NDArray[np.bool_] | None = None,
    currency: str = "USD",
) -> Undressed:
    """Take off what the numbers of one column wear.

    Parameters
    ----------
    text : (n,) Series of str
        Cells as they stand in the file.
    column : str
        Our name: ``_h`` are hours, ``_usd`` amounts, ``n_calls`` visits, ``_y`` years; anything
        else (shares, FTE, growth) may be written in percent.
    stored : (n,) bool, optional
        Cells that the file stores as numbers: they wear nothing.
    currency : str, default "USD"
        Of the amounts; another sign is warned about, never converted.

    Notes
    -----
    Percent beside bare numbers above 1.5 is a question: 80 may be 80 % or 8,000 %.
    """
    import pandas as pd

    bare = text.str.strip()
    odd = (bare != "") & ~bare.str.fullmatch(_PLAIN)
    if stored is not None:
        odd &= ~stored
    factor = np.ones(len(bare))
    rows = np.flatnonzero(odd.to_numpy(dtype=bool))
    if not len(rows):
        return Undressed(text=text, factor=factor)
    groups, distinct = pd.factorize(bare.iloc[rows])
    readings = [_reading(str(value), column) for value in distinct]
    found = np.asarray([reading is not None for reading in readings], dtype=bool)[groups]
    if not found.any():
        return Undressed(text=text, factor=factor)
    told = [reading for reading in readings if reading is not None]
    currencies = frozenset(reading.currency for reading in told) - {""}
    questions = _questions(column, bare, odd.to_numpy(dtype=bool), told)
    if questions:
        # Nothing is solved with a question open; a number here keeps later checks quiet.
        plain = text.where(bare == "", "1")
        return Undressed(text=plain, factor=factor, questions=questions, currencies=currencies)
    cells = text.to_numpy(dtype=object).copy()
    cells[rows] = [
        readings[group].text if readings[group] is not None else cells[row]  # type: ignore[union-attr]
        for row, group in zip(rows.tolist(), groups.tolist(), strict=True)
    ]
    factor[rows] = [1.0 if (it := readings[group]) is None else it.factor for group in groups]
    return Undressed(
        text=pd.Series(cells, index=text.index, dtype="str"),
        factor=factor,
        notes=_notes(column, bare.iloc[rows].tolist(), [readings[group] for group in groups]),
        warnings=_foreign(column, told, currency),
        currencies=currencies,
    )


def _reading(cell: str, column: str) -> _Reading | None:
    """Return what one cell means; None where it is no number in this column."""
    parts = composite(cell, column)
    if parts is not None:
        return _Reading(repr(parts[0]), 1.0, (parts[1],))
    if column.endswith("_usd") and _DASH.fullmatch(cell):
        return _Reading("0", 1.0, ("the dash that accounting formats write for zero",))
    match = _DRESSED.fullmatch(cell)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    signed = _sign(match)
    if signed is None:
        return None
    negative, dresses = signed
    after = (match["after"] or "").upper()
    mark = after if after in {"%", "°"} else ""
    words = [word.rstrip(".").lower() for word in (match["word"], match["unit"]) if word]
    scale, compound = _scaled_currency(words)
    written = [match["early"], match["before"], None if mark else match["after"], match["late"]]
    currency = _one_currency([*(code_of(each) for each in written if each), *compound])
    if currency is None or not _may_stand(column, currency, mark, match["per"]):
        return None
    if match["per"] is not None:
        dresses.append("a unit")
    if currency:
        dresses.append("a currency sign")
    if mark == "°" or (column in {"lon", "lat"} and words):
        return _degrees(match["number"], column, mark, words, negative)
    factor = scale
    if scale > 1:
        dresses.append("thousands or millions")
    if mark == "%":
        factor, dresses = 0.01, [*dresses, "a percent sign"]
    for word in [] if compound else words:
        step = _BEFORE_CURRENCY.get(word) if currency else _unit(word, column)
        if step is None:
            return None
        factor *= step
        dresses.append("thousands or millions" if word in _SCALES and step > 1 else "a unit")
    number = f"{'-' if negative else ''}{match['number']}"
    return _Reading(number, factor, tuple(dresses), currency)


def _sign(match: re.Match[str]) -> tuple[bool, list[str]] | None:
    """Return whether a number is negative, and how that is written; None for two signs."""
    signs = [part for part in (match["sign"], match["sign2"], match["tail"]) if part]
    if len(signs) > 1 or (signs and match["open"]):
        return None
    if match["open"]:
        return True, ["brackets, for a negative number"]
    negative = bool(signs) and signs[0] not in "+\uff0b"
    return negative, ["a minus sign behind it"] if match["tail"] and negative else []


def _scaled_currency(words: list[str]) -> tuple[float, list[str]]:
    """Return the factor and the code of "TEUR" and "kUSD"."""
    if len(words) != 1 or words[0][-3:].upper() not in CODES:
        return 1.0, []
    scale = _BEFORE_CURRENCY.get(words[0][:-3])
    return (1.0, []) if scale is None else (scale, [words[0][-3:].upper()])


def _one_currency(codes: list[str]) -> str | None:
    """Return the currency of a cell that writes it twice, as "$1,200 CAD"; None for two."""
    different = sorted(set(codes))
    if len(different) == 2:
        shared, code = different  # a sign that several currencies share, and one of them
        return code if not shared.isalpha() and fits(shared, code) else None
    return different[0] if different else ""


def _may_stand(column: str, currency: str, mark: str, per: str | None) -> bool:
    """Whether a column's numbers may have a currency, "%" or "°" and a period about them."""
    place = column in {"lon", "lat"}
    if per is not None:
        period = re.sub(r"[^a-z]", "", per.lower()).removeprefix("per")
        if period not in _PER_YEAR or place or column == "tenure_y":
            return False
    if currency and mark:
        return False
    plain = place or column.endswith(("_h", "_y")) or column == "n_calls"
    if mark == "%":
        return not plain and not column.endswith("_usd")
    return not plain or not currency


def _degrees(
    number: str, column: str, after: str, words: list[str], negative: bool
) -> _Reading | None:
    ends = {"lon": {"e": 1, "o": 1, "w": -1}, "lat": {"n": 1, "s": -1}}.get(column)
    if ends is None or len(words) > 1 or (words and (words[0] not in ends or negative)):
        return None
    west = negative or (bool(words) and ends[words[0]] < 0)
    dress = "a degree sign" if after else "a point of the compass"
    return _Reading(f"{'-' if west else ''}{number}", 1.0, (dress,))


def _unit(word: str, column: str) -> float | None:
    """Return the factor of a word behind a number of this column; None where it cannot stand."""
    if column.endswith("_h"):
        units = {**_HOURS, **_MINUTES, "k": 1e3}
    elif column == "n_calls":
        units = {**_CALLS, "k": 1e3}
    elif column.endswith("_y"):
        units = _YEARS
    elif column == "fte":
        units = _FTE
    elif column in {"lon", "lat"}:
        units = {}
    else:
        units = _SCALES
    return units.get(word)


def _questions(
    column: str, bare: pd.Series[str], odd: NDArray[np.bool_], readings: list[_Reading]
) -> list[str]:
    found = {reading.currency for reading in readings} - {""}
    # "$" beside USD is its own sign; beside CAD it may be either.
    own = {"$": {"USD"}, "kr": {code for code in found if fits("kr", code)}}
    currencies = sorted(code for code in found if not own.get(code, set()) & found)
    if len(currencies) > 1:
        return [f"{column}: amounts in {' and in '.join(currencies)} stand in one column"]
    if not any("a percent sign" in reading.dresses for reading in readings):
        return []
    import pandas as pd

    plain = pd.to_numeric(bare.where(~odd, ""), errors="coerce")
    large = plain[plain.abs() > 1.5]
    if large.empty:
        return []
    first = next(reading.text for reading in readings if "a percent sign" in reading.dresses)
    return [
        f'{column}: "{large.iloc[0]:g}" stands beside "{first}%": '
        f"it may be {large.iloc[0]:g} percent or {100 * large.iloc[0]:g} percent"
    ]


def _notes(column: str, cells: list[str], readings: list[_Reading | None]) -> list[str]:
    """Say what was taken off, once for each dress."""
    count: Counter[str] = Counter()
    example: dict[str, str] = {}
    for cell, reading in zip(cells, readings, strict=True):
        if reading is None or (not reading.dresses and reading.text == cell.strip()):
            continue
        what = " and ".join(dict.fromkeys(reading.dresses)) or "blanks or another minus sign"
        count[what] += 1
        value = reading.text if reading.factor == 1 else f"{reading.text} x {reading.factor:.4g}"
        example.setdefault(what, f"{quoted(cell)} is read as {value}")
    return [
        f"{column}: {example[what]} ({counted(number, 'cell')} with {what})"
        for what, number in count.most_common()
    ]


def _foreign(column: str, readings: list[_Reading], currency: str) -> list[str]:
    return [
        f"{column}: amounts are written in {code}, the plan reckons in {currency}; "
        "they are taken as they are, nothing is converted"
        for code in sorted({reading.currency for reading in readings} - {""})
        if not fits(code, currency)
    ]
