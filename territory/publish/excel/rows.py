"""Rows of a sheet as the XML that a workbook holds: millions of cells, a column at a time."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from territory.messages import visible

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell

__all__ = ["Book", "Rows", "text_of", "write_rows"]

_BLOCK = 2_000
"""Rows that are made at once."""
_KNOWN = 50_000
"""Texts of a column that are remembered: most columns say the same few over and over."""
_INFINITY = float("inf")
_LONGEST = 32_767
"""Letters of a cell."""
_RUN_BY_SPREADSHEETS = re.compile(r"[=+\-@\t\r]")

MakeCell = Callable[[object], "Cell"]


@dataclass(slots=True)
class Rows:
    """Rows as XML in deflated blocks.

    Attributes
    ----------
    n_bytes : int
        Of the XML.
    """

    n_bytes: int = 0
    _blocks: list[bytes] = field(default_factory=list)

    def add(self, xml: bytes) -> None:
        """Keep a block behind the others."""
        self.n_bytes += len(xml)
        self._blocks.append(zlib.compress(xml, 1))

    def __iter__(self) -> Iterator[bytes]:
        return map(zlib.decompress, self._blocks)


@dataclass(frozen=True, slots=True)
class Book:
    """A write-only workbook, and the rows that stand in its sheets without a cell object each.

    Attributes
    ----------
    workbook : Workbook
    rows : dict of str to Rows
        Name of a sheet's part in the file → rows behind those that the workbook itself writes.
    """

    workbook: Workbook
    rows: dict[str, Rows] = field(default_factory=dict)


def write_rows(
    book: Book,
    columns: Sequence[Sequence[object]],
    *,
    cells: Sequence[MakeCell],
    heights: dict[int, float],
    first: int,
) -> None:
    """Write columns of equal length below what the last sheet of a book has.

    Parameters
    ----------
    book : Book
    columns : sequence of sequences
    cells : sequence of callables
        One a column: makes the cell of a value, with its style.
    heights : dict of int to float
        Row (from 1) → points, where it is not that of one line.
    first : int
        The row of the first values.

    Notes
    -----
    One cell of each kind (text, text that spreadsheets would run, number) is made a column; the
    rest is text around values. The same bytes as openpyxl's, in a fifth of its time.
    """
    from openpyxl.utils import get_column_letter

    part = f"xl/worksheets/sheet{len(book.workbook.worksheets)}.xml"
    rows = book.rows.setdefault(part, Rows())
    line = "".join(f'<c r="{get_column_letter(at + 1)}#%s' for at in range(len(columns)))
    tails = [_Tails(make) for make in cells]
    for begin in range(0, len(columns[0]) if columns else 0, _BLOCK):
        shown = [
            tail.of(column[begin : begin + _BLOCK])
            for tail, column in zip(tails, columns, strict=True)
        ]
        said: list[str] = []
        for row, ends in enumerate(zip(*shown, strict=True), start=first + begin):
            height = heights.get(row)
            high = "" if height is None else f' ht="{height:g}" customHeight="1"'
            row_cells = line.replace("#", str(row)) % ends
            said.append(f'<row r="{row}"{high}>{row_cells}</row>')
        rows.add("".join(said).encode("ascii", "xmlcharrefreplace"))


class _Tails(dict[str, str]):
    """What stands in a cell behind its place, by value: those of texts are remembered."""

    def __init__(self, make: MakeCell) -> None:
        super().__init__()
        self._make = make
        self._numbers = _opening(make(0.0))
        self._texts: dict[bool, str] = {}
        self._few: dict[object, str] = {}

    def of(self, values: Sequence[object]) -> list[str]:
        finite = f"{self._numbers}<v>%.16g</v></c>"
        return [
            self[value]
            if type(value) is str
            else finite % value
            if (type(value) is float or type(value) is int) and -_INFINITY < value < _INFINITY
            else self._other(value)
            for value in values
        ]

    def __missing__(self, value: str) -> str:
        if len(self) >= _KNOWN:
            self.clear()
        text, run = text_of(value)
        if run not in self._texts:
            self._texts[run] = _opening(self._make(value))
        space = ' xml:space="preserve"' if text != text.strip() else ""
        said = f"<is><t{space}>{escape(text)}</t></is>" if text else ""
        self[value] = f"{self._texts[run]}{said}</c>"
        return self[value]

    def _other(self, value: object) -> str:
        if value is None or type(value) is bool:
            if value not in self._few:
                self._few[value] = self._written(value)
            return self._few[value]
        if type(value) is float or type(value) is int:
            return f"{self._numbers}{_number(value)}</c>"
        return self[str(value)] if isinstance(value, str) else self._written(value)

    def _written(self, value: object) -> str:
        from openpyxl.utils.datetime import to_excel

        cell = self._make(value)
        content = cell.value
        if cell.data_type == "d":
            content = to_excel(content)  # type: ignore[no-untyped-call]
        said = _number(content) if isinstance(content, int | float) else ""
        return f"{_opening(cell)}{said}</c>"


def text_of(value: str) -> tuple[str, bool]:
    """Return a text as a cell shows it, and whether spreadsheets would run it."""
    text = visible(value)[:_LONGEST]
    return text, _RUN_BY_SPREADSHEETS.match(text) is not None


def _opening(cell: Cell) -> str:
    style = f' s="{cell.style_id}"' if cell.has_style else ""
    kind = {"s": "inlineStr", "d": "n"}.get(cell.data_type, cell.data_type)
    return f'"{style} t="{kind}">'


def _number(value: float) -> str:
    """Return a number's element: none where it is not known, an empty one beyond all numbers."""
    if -_INFINITY < value < _INFINITY:
        return f"<v>{value:.16g}</v>"
    return "" if value != value else "<v></v>"  # noqa: PLR0124 - NaN only
