"""What a dot and a comma mean in a file's numbers: by the evidence of all its number columns.

"1.250" is 1250 where decimals are written with a comma and 1.25 where they are written with a
point. A column is read where the file shows which; where it does not, the planner is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from territory.arrays import Bools
from territory.inputs.numbers.by_size import MONEY, fractions, mark_by_size
from territory.messages import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Settled", "settle_marks"]

Mark = Literal[".", ","]

_DOT_GROUPS = r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+"
_COMMA_GROUPS = r"[+-]?[1-9]\d{0,2}(?:,\d{3})+"
_SEVERAL_DOTS = r"[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}"
_SEVERAL_COMMAS = r"[+-]?[1-9]\d{0,2}(?:,\d{3}){2,}"
_SPACES = " \u00a0\u2009\u202f'\u2019"
_SPACED_GROUPS = rf"[+-]?[1-9]\d{{0,2}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?"
_DOT_DECIMAL = r"[+-]?(?:\d*|[1-9]\d{0,2}(?:,\d{3})+)\.\d+"
_COMMA_DECIMAL = r"[+-]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+),\d+(?:[eE][+-]?\d+)?"
_INDIAN = r"[+-]?[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d+)?"
_WHOLE = r"[+-]?\d+"
_WITH_COMMAS = rf"[+-]?[1-9]\d{{0,2}}(?:,\d{{3}})+(?:\.\d+)?|{_INDIAN}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settled:
    """Number columns with points for decimals and without separators, as far as that is known.

    Attributes
    ----------
    texts : mapping of str to Series of str
        The columns that were given; 1 stands in cells that could be read in two ways.
    notes : list of (column, sentence)
        How a column was read, where a mark in it could have meant something else.
    questions : list of (column, sentence)
        Columns that can be read in two ways.
    """

    texts: dict[str, pd.Series[str]]
    notes: list[tuple[str, str]]
    questions: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shapes:
    """What the cells of one column look like, (n,) each."""

    dot_groups: Bools
    comma_groups: Bools
    dot_decimal: Bools
    comma_decimal: Bools
    whole: Bools
    several: Bools


def settle_marks(
    texts: Mapping[str, pd.Series[str]],
    *,
    stored: Mapping[str, Bools | None],
    coordinates: frozenset[str],
    delimiter: str,
    decimal: Mark | None = None,
) -> Settled:
    """Decide what dots and commas mean, column by column.

    Parameters
    ----------
    texts : mapping of str to (n,) Series of str
        The table's number columns, by our name.
    stored : mapping of str to (n,) bool or None
        Cells that the file stores as numbers: their marks are no question.
    coordinates : frozenset of str
        Columns of degrees: too small for groups of thousands.
    delimiter : str
        Of delimited text, else "". A semicolon is what programs write whose decimals are commas.
    decimal : {".", ","}, optional
        What the planner says; then nothing is asked.

    Notes
    -----
    Evidence is a cell with one reading only: "35.3", "0.125", "12,5", "1.250,5", "1.250.000" and
    "1,250,000" tell the decimal mark. A column with such a cell is read by it; else the other
    columns and the delimiter decide where they agree. A column with cells of both kinds is read
    cell by cell, if no cell has two readings. "1,250" beside "980,00" has: who writes two decimals
    writes no three. Blanks and apostrophes between groups of three mean nothing.
    """
    out = Settled(texts={}, notes=[], questions=[])
    texts = {name: _closed_up(out, name, text) for name, text in texts.items()}
    shapes = {name: _shapes(text, stored.get(name)) for name, text in texts.items()}
    others_point = any(bool(each.dot_decimal.any()) for each in shapes.values())
    written_comma = any(bool(each.comma_decimal.any()) for each in shapes.values())
    others_comma = delimiter == ";" or written_comma
    for name, text in texts.items():
        shape, told = shapes[name], True
        unclear = shape.dot_groups | shape.comma_groups
        if decimal is None and shape.dot_decimal.any() and shape.comma_decimal.any():
            if (unclear | shape.several).any():
                _ask(out, name, text, unclear if unclear.any() else shape.several)
            else:
                out.texts[name] = _cell_by_cell(out, name, text, shape)
            continue
        odd = _odd_decimals(name, text, shape)
        if decimal is None and odd.any():
            _ask(out, name, text, odd)
            continue
        mark = decimal
        if mark is None and unclear.any():
            told = name not in coordinates
            if name in coordinates:
                mark = "," if shape.comma_groups.any() else "."
            else:
                mark = _by_size(out, name, text, shape)
                told = mark is None
                mark = mark or _mark_of(
                    name,
                    shape,
                    others_point=others_point,
                    others_comma=others_comma,
                    written_comma=written_comma,
                )
            if mark is None:
                _ask(out, name, text, unclear)
                continue
        elif mark is None:
            mark = "," if others_comma and shape.comma_decimal.any() else "."
        out.texts[name] = _read(out, name, text, shape, mark, told=told)
    return out


def _closed_up(out: Settled, name: str, text: pd.Series[str]) -> pd.Series[str]:
    """Take out blanks and apostrophes between groups of three digits."""
    bare = text.str.strip()
    # A set of characters is looked for before a pattern of them: fast in columns without one.
    if not bare.str.contains(f"[{_SPACES}]").any():
        return text
    spaced = bare.str.fullmatch(_SPACED_GROUPS)
    if not spaced.any():
        return text
    plain = text.copy()
    plain[spaced] = bare[spaced].str.replace(r"[^\d.,+-]", "", regex=True)
    first, read, cells = bare[spaced].iloc[0], plain[spaced].iloc[0], int(spaced.sum())
    out.notes.append((name, f'{name}: "{first}" is read as {read} ({counted(cells, "cell")})'))
    return plain


def _shapes(text: pd.Series[str], stored: Bools | None) -> _Shapes:
    bare = text.str.strip()
    free = np.ones(len(bare), dtype=bool) if stored is None else ~stored

    with_mark = {mark: bool(bare.str.contains(mark, regex=False).any()) for mark in (".", ",")}

    def like(pattern: str, needs: str = "") -> Bools:
        if needs and not with_mark[needs]:
            return np.zeros(len(bare), dtype=bool)
        found: Bools = bare.str.fullmatch(pattern).to_numpy(dtype=bool) & free
        return found

    dot_groups, comma_groups = like(_DOT_GROUPS, "."), like(_COMMA_GROUPS, ",")
    # Where there is none with a group, there is none with several.
    several = like(_SEVERAL_DOTS, ".") if dot_groups.any() else dot_groups
    commas = like(_SEVERAL_COMMAS, ",") if comma_groups.any() else comma_groups
    return _Shapes(
        dot_groups=dot_groups & ~several,
        comma_groups=comma_groups & ~commas,
        dot_decimal=(like(_DOT_DECIMAL, ".") & ~dot_groups) | like(_INDIAN, ",") | commas,
        comma_decimal=(like(_COMMA_DECIMAL, ",") & ~comma_groups) | several,
        whole=like(_WHOLE),
        several=several | commas,
    )


def _by_size(out: Settled, name: str, text: pd.Series[str], shape: _Shapes) -> Mark | None:
    """Return the decimal mark of a column whose numbers have a size in one reading only."""
    if shape.dot_decimal.any() or shape.comma_decimal.any():
        return None
    bare = text.str.strip()
    unclear = shape.dot_groups | shape.comma_groups
    mark = mark_by_size(name, bare[unclear])
    if mark is not None:
        first = str(bare[unclear].iloc[0])
        small, large = first.replace(",", "."), first.replace(",", "").replace(".", "")
        decimals = mark in first
        taken, other = (small, large) if decimals else (large, small)
        what = f'{name}: "{first}" is read as {float(taken):g}: {float(other):,g} is no value of it'
        out.notes.append((name, what))
    return mark


def _mark_of(
    name: str, shape: _Shapes, *, others_point: bool, others_comma: bool, written_comma: bool
) -> Mark | None:
    """Return the decimal mark of a column with groups of three; None where nobody can know."""
    point, comma = bool(shape.dot_decimal.any()), bool(shape.comma_decimal.any())
    if point or comma:
        return None if point and comma else "." if point else ","
    if name.endswith(MONEY) and shape.comma_groups.any() and not written_comma:
        # A semicolon alone does not make three decimals of "$17,500".
        return None if shape.dot_groups.any() else "."
    if others_point and others_comma:
        return None
    if others_comma:
        return ","
    if shape.comma_groups.any():
        # "1,250" beside points, or where nothing else is written with a comma: thousands.
        return None if shape.dot_groups.any() else "."
    # "1.640" beside "820": a program that writes three decimals writes them in every cell, and
    # only where fractions are natural: "87.000" dollars are as likely 87,000.
    return "." if others_point and fractions(name) and not shape.whole.any() else None


def _ask(out: Settled, name: str, text: pd.Series[str], unclear: Bools) -> None:
    """Ask for a column whose cells `unclear`, (n,), have two readings."""
    one = unclear & text.str.count(r"[.,]").eq(1).to_numpy(dtype=bool)
    cells = counted(int(unclear.sum()), "cell")
    if one.any():
        first = str(text[one].iloc[0]).strip()
        small, large = first.replace(",", "."), first.replace(",", "").replace(".", "")
        what = f'{name}: "{first}" may be {float(small):g} or {large} ({cells})'
    else:
        first = str(text[unclear].iloc[0]).strip()
        what = f'{name}: "{first}" stands beside numbers with another mark for decimals ({cells})'
    # Nothing is solved with a question open; a number here keeps later checks from complaining too.
    out.texts[name] = text.where(text.str.strip() == "", "1")
    out.questions.append((name, what))


def _odd_decimals(name: str, text: pd.Series[str], shape: _Shapes) -> Bools:
    """Mark groups of three that would be decimals unlike all others of their column, (n,).

    All others have two decimals ("1,250" beside "980,00"), or it is an amount whose three
    end in 0, which nobody writes who leaves zeros out ("1,250" beside "12,5").
    """
    sure, mark, groups = shape.dot_decimal, ".", shape.dot_groups
    if shape.comma_decimal.any():
        sure, mark, groups = shape.comma_decimal, ",", shape.comma_groups
    if not sure.any() or not groups.any():
        return np.zeros(len(text), dtype=bool)
    bare = text.str.strip()
    with_mark = bare[sure & bare.str.contains(mark, regex=False).to_numpy(dtype=bool)]
    one = with_mark[with_mark.str.count(f"[{mark}]") == 1]
    digits = set(one.str.replace(f"^[^{mark}]*[{mark}]", "", regex=True).str.len().unique())
    if digits == {2} and not shape.whole.any():
        return groups
    odd = bool(digits) and 3 not in digits and name.endswith(MONEY)
    return groups & odd & bare.str.endswith("0").to_numpy(dtype=bool)


def _cell_by_cell(out: Settled, name: str, text: pd.Series[str], shape: _Shapes) -> pd.Series[str]:
    """Write a column that mixes both marks with points: each cell has one reading."""
    bare, plain = text.str.strip(), text.copy()
    point, comma = shape.dot_decimal, shape.comma_decimal
    plain[point] = bare[point].str.replace(",", "", regex=False)
    swapped = bare[comma].str.replace(".", "", regex=False)
    plain[comma] = swapped.str.replace(",", ".", regex=False)
    cells = [counted(int(kind.sum()), "cell") for kind in (point, comma)]
    said = " and ".join(
        f'"{bare[kind].iloc[0]}" is read as {plain[kind].iloc[0]} ({n})'
        for kind, n in zip((point, comma), cells, strict=True)
    )
    out.notes.append((name, f"{name}: points and commas are mixed: {said}"))
    return plain


def _read(
    out: Settled, name: str, text: pd.Series[str], shape: _Shapes, mark: Mark, *, told: bool
) -> pd.Series[str]:
    """Write one column with points; columns that hold nothing to decide stay as they are."""
    if mark == ".":
        return _with_points(out, name, text, shape, told=told)
    changed = shape.dot_groups | shape.comma_decimal | shape.comma_groups
    if not changed.any():
        return text
    bare = text[changed].str.strip().str.replace(".", "", regex=False)
    plain = text.copy()
    plain[changed] = bare.str.replace(",", ".", regex=False)
    first, read = str(text[changed].iloc[0]).strip(), str(plain[changed].iloc[0])
    cells = counted(int(changed.sum()), "cell")
    out.notes.append((name, f'{name}: "{first}" is read as {read} ({cells}), a comma for decimals'))
    return plain


def _with_points(
    out: Settled, name: str, text: pd.Series[str], shape: _Shapes, *, told: bool
) -> pd.Series[str]:
    """Take the commas out of a column whose decimals have points."""
    one = np.flatnonzero(told & shape.dot_groups)
    one = one[text.iloc[one].str.count(r"[.]").eq(1).to_numpy(dtype=bool)]
    if len(one):
        first = str(text.iloc[one[0]]).strip()
        out.notes.append((name, f'{name}: "{first}" is read as {float(first):g}'))
    if not text.str.contains(",", regex=False).any():
        return text
    bare = text.str.strip()
    commas = bare.str.fullmatch(_WITH_COMMAS).to_numpy(dtype=bool)
    if not commas.any():
        return text
    plain = text.copy()
    plain[commas] = bare[commas].str.replace(",", "", regex=False)
    first, read = str(bare[commas].iloc[0]), str(plain[commas].iloc[0])
    cells = counted(int(commas.sum()), "cell")
    what = f'{name}: "{first}" is read as {read} ({cells}), a comma for thousands'
    out.notes.append((name, what))
    return plain
