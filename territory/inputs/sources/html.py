"""Read the largest table of an HTML or SpreadsheetML page that a system saved as a workbook."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import numpy as np

from territory.inputs.sources.raw import Note, Options, RawTable, SourceError
from territory.inputs.sources.report import table_of
from territory.inputs.sources.rows.grid import Grid
from territory.inputs.sources.text.decode import decode

__all__ = ["read_html"]

_MOST_CELLS = 20_000_000
_BREAKS = frozenset({"br", "p", "div"})


class _Tables(HTMLParser):
    """Collects the rows of every table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.cell: list[str] | None = None
        self.span, self.n_cells = 1, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        given = dict(attrs)
        if name == "table" or (name in {"tr", "row"} and not self.tables):
            self.tables.append([])
        if name in {"tr", "row"}:
            self._close()
            self.tables[-1].append([])
        elif name in {"td", "th", "cell"} and self.tables and self.tables[-1]:
            self._close()
            index = given.get("ss:index") or ""
            row = self.tables[-1][-1]
            if index.isdigit() and int(index[:5]) - 1 > len(row):
                self._add([""] * (int(index[:5]) - 1 - len(row)))
            span = given.get("colspan") or ""
            self.span = min(int(span[:4]), 1000) if span.isdigit() and int(span[:4]) else 1
            self.cell = []
        elif name in _BREAKS and self.cell:
            self.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag.rpartition(":")[2] in {"td", "th", "cell", "tr", "row", "table"}:
            self._close()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _close(self) -> None:
        if self.cell is not None and self.tables and self.tables[-1]:
            text = " ".join("".join(self.cell).split())
            self._add([text, *[""] * (self.span - 1)])
        self.cell = None

    def _add(self, cells: list[str]) -> None:
        self.n_cells += len(cells)
        if self.n_cells > _MOST_CELLS:
            raise SourceError("has more cells than a table can have")
        self.tables[-1][-1].extend(cells)


def read_html(path: Path, options: Options) -> RawTable:
    """Read the table with the most rows; see `open_table`."""
    import pandas as pd

    text, notes = decode(path.read_bytes(), options.encoding)
    parser = _Tables()
    parser.feed(text)
    parser.close()
    tables = [[row for row in table if row] for table in parser.tables]
    best = max(tables, key=len, default=[])
    if not best:
        raise SourceError(
            f"is a web page, no {path.suffix or 'table'}, and has no table in it",
            hint="export the data again as .xlsx or CSV",
        )
    said: Note = ("info", "format", 0, f"is a web page named {path.suffix}; its table was read", "")
    width = max(len(row) for row in best)
    cells = pd.DataFrame(
        [[*row, *[""] * (width - len(row))] for row in best], dtype="str",
        columns=pd.RangeIndex(width),
    )  # fmt: skip
    lines = np.arange(1, len(best) + 1, dtype=np.int64)
    grid = Grid(cells=cells, lines=lines, notes=[said, *notes])
    return table_of(grid, known=options.known, header_has=options.header_has)
