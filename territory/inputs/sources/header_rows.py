"""Which row of a sheet is the header, and whether its words stand in more rows than one.

A header may have a row of groups above it ("Account", "Activity"), its words may be cut over two
rows ("Zip" over "Code"), and a row of units ("USD", "h/yr") or of labels may stand below it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory.inputs.sources.names import plain_name, plain_names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NUMBER_LIKE", "Header", "header_at", "header_names"]

NUMBER_LIKE = re.compile(r"[\s$€£()+-]*\d[\d.,'\s]*[\s%)$€£A-Z-]*")
"""A cell that may be a number."""

_UNIT = re.compile(
    r"(?i)[(\[]?\s*(?:us\$|[$€£¥#%]|(?:usd|eur|gbp|chf|cad|aud|jpy)(?:\s*(?:/|per|p\.?)\s*(?:a|y|yr|year"
    r"|annum))?|[$€£]?\s*'?000s?|[$€£]\s*[km]m?|[km]\s*[$€£]|k|m|thousands?|millions?|"
    r"\d+\s*char(?:s|acters)?|n\s*(?:/|per)\s*(?:a|y|yr|year)|"
    r"(?:h|hrs?|hours?|mins?|minutes?|days?|calls?|visits?)(?:\s*(?:/|per|a)\s*(?:a|y|yr|year|q|"
    r"quarter|month|week))?|(?:per|a|/)\s*(?:annum|year|yr|quarter|month|week|day|visit|call)|no\.?|n|nr\.?|count|number|numeric|integer|decimal|text|string|char|"
    r"varchar(?:\(\d+\))?|date|id|code|deg(?:rees)?|°|km|mi|miles?|y{2,4}-mm-dd|mm/dd/y{2,4}|"
    r"dd\.mm\.y{2,4}|-+)\s*[)\]]?"
)
_TYPICAL_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header of a sheet.

    Attributes
    ----------
    names : list of str
        One a column; "" where there is none.
    above : int
        Rows above the header row that belong to it: 0 or 1.
    below : int
        Rows below it that are no data: 0, 1 or 2.
    what : str
        What the row below is: "its second row", "units", "labels"; "" where it is data.
    """

    names: list[str]
    above: int = 0
    below: int = 0
    what: str = ""


def header_at(
    head: Sequence[Sequence[str]], filled: NDArray[np.int64], known: frozenset[str]
) -> int:
    """Return which of the first rows is the header: the first with the most known names.

    Parameters
    ----------
    head : sequence of rows
        Texts of the first rows that are not empty.
    filled : (n,) int64
        Filled cells of every row that is not empty.
    known : frozenset of str
        Plain names of headers that are known.
    """
    hits = [_hits(row, known) for row in head]
    best = max(hits)
    if best >= 2:
        return hits.index(best)
    typical = Counter(filled[1:].tolist()).most_common(1)[0][0] if len(filled) > 1 else filled[0]
    for at, row in enumerate(head):
        n = sum(1 for cell in row if cell.strip())
        if 2 * n >= typical:
            return at
    return 0


def header_names(head: Sequence[Sequence[str]], at: int, known: frozenset[str]) -> Header:
    """Return the names of the columns, and which rows beside the header row are part of it.

    In a header of two rows the lower names a column and the upper a group: the group is put in
    front where the lower names alone would be the same, or where more names are known with it.
    """
    header = [cell.strip() for cell in head[at]]
    while header and not header[-1]:
        header.pop()
    header += [""] * (_last_filled(head[at + 1 : at + 1 + _TYPICAL_ROWS]) - len(header))
    if at + 1 < len(head):
        found = _with_row_below(head, at, header, known)
        if found is not None:
            return _with_third_row(head, at, found, known)
    if at > 0:
        above = _padded(head[at - 1], len(header))
        if sum(1 for cell in above if cell) > 1 and not _numbers(above):
            whole = _most_known(above, header, known)
            if whole is not None:
                return _with_third_row(head, at, Header(names=whole, above=1), known)
            double = len({*map(plain_name, header)} - {""}) < sum(1 for name in header if name)
            if double or "" in header:
                joined = Header(names=_joined(above, header), above=1)
                return _with_third_row(head, at, joined, known)
    return Header(names=header)


def _with_third_row(
    head: Sequence[Sequence[str]], at: int, header: Header, known: frozenset[str]
) -> Header:
    """Return a header of two rows with the one below them, where that is no data either."""
    last = at + header.below
    if header.what not in {"", "its second row"} or last + 1 >= len(head):
        return header
    third = _with_row_below(head, last, header.names, known)
    if third is None:
        return header
    what = header.what if third.what == "its second row" else third.what
    return Header(names=third.names, above=header.above, below=header.below + 1, what=what)


def _with_row_below(
    head: Sequence[Sequence[str]], at: int, header: list[str], known: frozenset[str]
) -> Header | None:
    """Return the header with the row below it, where that row is no data."""
    below = _padded(head[at + 1], len(header))
    if _numbers(below):
        return None
    group = [
        bool(name) and column + 1 < len(header) and not header[column + 1]
        for column, name in enumerate(header)
    ]
    apart = all(not cell or not header[c] or group[c] for c, cell in enumerate(below))
    joined = _joined(header, below)
    if apart and _hits(below, known) and _hits(joined, known) > _hits(header, known):
        return Header(names=joined, below=1, what="its second row")
    whole = _most_known(header, below, known)
    if whole is not None:
        return Header(names=whole, below=1, what="its second row")
    rows = [_padded(row, len(header)) for row in head[at + 2 : at + 2 + _TYPICAL_ROWS]]
    if _are_units(below, rows):
        return Header(names=_with_units(header, below), below=1, what="units")
    if _hits(below, known) >= max(2, (sum(1 for cell in below if cell) + 1) // 2):
        return Header(names=header, below=1, what="labels")
    return None


def _most_known(
    upper: Sequence[str], lower: Sequence[str], known: frozenset[str]
) -> list[str] | None:
    """Return both rows' words, where that makes more known names than either row alone."""
    least = max(_hits(upper, known), _hits(lower, known))
    group, names = "", list[str]()
    for own, below in zip(upper, lower, strict=True):
        group = own or group
        both = f"{own} {below}".strip()
        # A unit in the lower row says nothing of the name: "Revenue" over "USD".
        other = own if own and _UNIT.fullmatch(below) else both
        ways = (both, f"{group} {below}".strip(), below, own) if below else (own,)
        names.append(next((name for name in ways if {plain_name(name)} & known), other))
    return names if _hits(names, known) > least else None


def _are_units(below: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a row has nothing but units, most of them over numbers."""
    named = [at for at, cell in enumerate(below) if cell]
    if not named or not all(_UNIT.fullmatch(below[at]) for at in named) or len(rows) < 1:
        return False
    numbers = [
        at
        for at in named
        if any(row[at] for row in rows)
        and all(NUMBER_LIKE.fullmatch(row[at]) for row in rows if row[at])
    ]
    blank = [at for at, cell in enumerate(below) if not cell and any(row[at] for row in rows)]
    return bool(numbers) and (2 * len(numbers) >= len(named) or bool(blank))


def _with_units(header: Sequence[str], units: Sequence[str]) -> list[str]:
    """Return names with the units that change their numbers: thousands, minutes, months."""
    from territory.inputs.numbers.header_units import header_unit

    names: list[str] = []
    for name, unit in zip(header, units, strict=True):
        written = f"{name} ({unit.strip('()[] ')})"
        tells = any(
            header_unit(written, column, yearly=True) != header_unit(name, column, yearly=True)
            for column in ("potential_usd", "service_h", "tenure_y", "n_calls")
        )
        names.append(written if name and unit and tells else name)
    return names


def _hits(row: Sequence[str], known: frozenset[str]) -> int:
    return len({name for cell in row for name in plain_names(cell)} & known)


def _numbers(row: Sequence[str]) -> bool:
    return any(cell and NUMBER_LIKE.fullmatch(cell) for cell in row)


def _padded(row: Sequence[str], width: int) -> list[str]:
    cells = [cell.strip() for cell in row][:width]
    return cells + [""] * (width - len(cells))


def _last_filled(rows: Sequence[Sequence[str]]) -> int:
    return max((c + 1 for row in rows for c, cell in enumerate(row) if cell.strip()), default=0)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    count = Counter(plain_name(name) for name in lower)
    names, group = [], ""
    for above, name in zip(upper, lower, strict=True):
        group = above or group
        twice = bool(name) and count[plain_name(name)] > 1
        names.append(f"{group} {name}".strip() if twice else name or above)
    return names
