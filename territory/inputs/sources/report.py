"""Exports are reports: find the table between titles, group headers, totals and legal lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.sources.header_rows import NUMBER_LIKE, header_at, header_names
from territory.inputs.sources.headers import clean_headers
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.other_tables import table_below, tables_beside
from territory.inputs.sources.raw import Note, RawTable, SourceError
from territory.messages import counted, quoted
from territory.wording import LIMIT

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["MOST_COLUMNS", "Grid", "table_of"]

MOST_COLUMNS = 2_000
"""A sheet with more columns than this is no table: its cells are repeated by mistake."""

_HEAD_ROWS = 40
_TOTAL = re.compile(
    r"(?i)\s*(?:(?:grand|sub|overall|report)[\s-]*)?totals?\b|\s*(?:gesamt(?:summe)?|summe|"
    r"zwischensumme|sous-total|totale|totaal|suma|summa|razem|ogółem|celkem|toplam|yhteensä|i alt|"
    r"итого|всего|average|mean|median|overall)\b|\s*(?:合計|小計|総計|总计|合计|總計|합계)|"
    r"\s*sum\s*:?\s*$|\s*(?:record )?count\s*(?::|$)|.*\S\s+(?:sub)?totals?\s*:?\s*$"
)
_LEGAL = re.compile(
    r"(?i)copyright|\(c\)|©|all rights reserved|confidential|proprietary|generated (?:by|on|at)|"
    r"do not distribute|end of report|^\s*page \d|printed (?:by|on)|exported (?:by|on|from)|"
    r"^\s*(?:\* ?)?(?:note|source|filtered by|report (?:name|run|date))\b"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """All cells of a file, before a header is known.

    Parameters
    ----------
    cells : (n, w) DataFrame of str
        Columns 0, 1, …; "" for an empty cell.
    lines : (n,) int64
        Physical lines, from 1.
    notes : sequence of Note
        What was noticed so far.
    widths : (n,) int64, optional
        Fields of each row as written, where rows may differ.
    numbers, dates : mapping of int to (n,) bool
        Cells that the file stores as numbers and as dates, by column.
    hidden : frozenset of int
        Lines that the file hides.
    delimiter : str
        Of delimited text, else "".
    where : str
        Prefix of messages, as in 'sheet "Accounts" '.
    """

    cells: pd.DataFrame
    lines: NDArray[np.int64]
    notes: Sequence[Note] = ()
    widths: NDArray[np.int64] | None = None
    numbers: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)
    dates: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    delimiter: str = ""
    where: str = ""


def table_of(
    grid: Grid, *, known: frozenset[str] = frozenset(), header_has: str | None = None
) -> RawTable:
    """Return the table in a grid: what stands above and below it is left out, and said.

    Parameters
    ----------
    grid : Grid
    known : frozenset of str
        Plain names of headers that are known: the header row is the first with the most of them.
    header_has : str, optional
        A header that the header row has.

    Raises
    ------
    SourceError
        If there is nothing, or no row has the wanted header.

    Notes
    -----
    A row of totals is left out where its label says so and its other texts are empty; legal lines
    and titles where they fill one cell of a table that fills three or more. Anything else stays.
    """
    filled = _filled(grid.cells)
    rows = np.flatnonzero(filled)
    if not len(rows):
        raise SourceError(f"{grid.where}is empty", kind="empty_table")
    head = [_texts(grid.cells, row) for row in rows[: _HEAD_ROWS + 1]]
    if header_has is not None:
        wanted = plain_name(header_has)
        with_it = [
            at for at, row in enumerate(head) if wanted in {plain_name(cell) for cell in row}
        ]
        if not with_it:
            raise SourceError(f"{grid.where}has no header {quoted(header_has)}", kind="empty_table")
        at = with_it[0]
    else:
        at = header_at(head, filled[rows], known)
    top = int(rows[at])
    cut = tables_beside(grid.cells, top, grid.lines, known)
    if cut is not None:
        part = _columns_of(grid, cut.first, cut.last)
        return table_of(
            replace(part, notes=(*grid.notes, cut.note)), known=known, header_has=header_has
        )
    if grid.widths is not None:
        head[at + 1 :] = [row[: int(grid.widths[top])] for row in head[at + 1 :]]
    header = header_names(head, at, known)
    names, titles = header.names, at - header.above
    notes = list(grid.notes)
    if titles > 0 and header_has is None:
        above = " | ".join(cell for row in head[:titles] for cell in row if cell.strip())
        noun = "line above it was" if titles == 1 else "lines above it were"
        first = grid.lines[rows[titles]]
        said = f"the header is on line {first}; {titles:,} {noun} left out: {quoted(above)}"
        notes.append(("info", "title_rows", int(grid.lines[rows[0]]), said, ""))
    if header.above or header.what == "its second row":
        n_rows = 1 + header.above + (header.below if header.what != "units" else 0)
        first, last = (int(grid.lines[rows[it]]) for it in (titles, titles + n_rows - 1))
        said = f"the header fills lines {first} {'and' if n_rows == 2 else 'to'} {last}"
        notes.append(("info", "title_rows", first, said, ""))
    if header.below and header.what in {"units", "labels"}:
        under = quoted(" | ".join(cell for cell in head[at + header.below] if cell.strip()))
        line = int(grid.lines[rows[at + header.below]])
        said = f"line {line} under the header has {header.what} and no data: {under}"
        notes.append(("info", "title_rows", line, said, ""))
    body, below = table_below(grid.cells, rows[at + 1 + header.below :], grid.lines, names, known)
    notes += below
    body = body[~_not_data(grid, body, filled, names, notes)]
    notes += _width_notes(grid, body, top, names)
    if grid.hidden:
        n = int(np.isin(grid.lines[body], list(grid.hidden)).sum())
        if n:
            what = f"{n:,} of {counted(len(body), 'row')} are hidden in the sheet, by a filter or "
            what += 'by hand; they are read like the others: leave them out with where = "…"'
            notes.append(("warning", "hidden_rows", 0, what, ""))
    width = len(names)
    cells = grid.cells.iloc[body, :width].reset_index(drop=True)
    frame, kept, more = clean_headers(cells, names)
    return RawTable(
        frame=frame,
        lines=grid.lines[body],
        notes=(*notes, *more),
        stored_as_number=_flags(grid.numbers, frame, kept, body),
        stored_as_date=_flags(grid.dates, frame, kept, body),
        delimiter=grid.delimiter,
    )


def _columns_of(grid: Grid, first: int, last: int) -> Grid:
    """Return some columns of a grid as a grid."""
    cells = grid.cells.iloc[:, first:last].copy()
    cells = cells.set_axis(range(last - first), axis=1)
    return replace(
        grid,
        cells=cells,
        widths=None,
        numbers={at - first: it for at, it in grid.numbers.items() if first <= at < last},
        dates={at - first: it for at, it in grid.dates.items() if first <= at < last},
    )


def _flags(
    masks: Mapping[int, NDArray[np.bool_]],
    frame: pd.DataFrame,
    kept: Sequence[int],
    body: NDArray[np.intp],
) -> dict[str, NDArray[np.bool_]]:
    named = zip(frame.columns, kept, strict=True)
    return {str(name): masks[at][body] for name, at in named if at in masks}


def _filled(cells: pd.DataFrame) -> NDArray[np.int64]:
    """Return (n,) the number of cells of each row that hold something."""
    count = np.zeros(len(cells), dtype=np.int64)
    for at in range(cells.shape[1]):
        column = cells.iloc[:, at]
        some = (column != "").to_numpy(dtype=bool)
        blank = some & column.str.isspace().to_numpy(dtype=bool)
        count += some & ~blank
    return count


def _texts(cells: pd.DataFrame, row: int) -> list[str]:
    return [str(cell) for cell in cells.iloc[row]]


def _not_data(
    grid: Grid,
    body: NDArray[np.intp],
    filled: NDArray[np.int64],
    names: Sequence[str],
    notes: list[Note],
) -> NDArray[np.bool_]:
    """Return which rows below the header are no data, and add what they are to the notes."""
    out = np.zeros(len(body), dtype=bool)
    if not len(body):
        return out
    width = len([name for name in names if name])
    counts = filled[body]
    typical = int(np.median(counts))
    if min(width, typical) >= 3:
        out |= _footers(grid, body, counts, notes)
        out |= _totals(grid, body, counts, typical, out, notes)
    alike = np.flatnonzero((counts >= 2) & ~out)
    for at, name in enumerate(names):
        own = grid.cells.iloc[body[alike], at].str.strip() == name
        alike = alike[own.to_numpy(dtype=bool)]
    repeated = np.isin(np.arange(len(body)), alike)
    if min(width, typical) >= 3:
        out |= _labels(grid, body, counts, out | repeated, notes)
    if repeated.any():
        at = int(np.flatnonzero(repeated)[0])
        n = int(repeated.sum())
        what = f"{counted(n, 'row')} that {'repeats' if n == 1 else 'repeat'} the header "
        what += "was left out" if n == 1 else "were left out"
        notes.append(("info", "report_rows", int(grid.lines[body[at]]), what, ""))
    return out | repeated


def _footers(
    grid: Grid, body: NDArray[np.intp], counts: NDArray[np.int64], notes: list[Note]
) -> NDArray[np.bool_]:
    """Find the lines below the table: one cell each, legal words or after a gap or in prose."""
    out = np.zeros(len(body), dtype=bool)
    first_column = grid.cells.iloc[body[: min(len(body), 200)], 0]
    full = counts[: len(first_column)] > 1
    shapes = {_shape(str(cell)) for cell in first_column[full]}
    last, pending, texts = len(body) - 1, list[int](), list[str]()
    at = last
    while at >= 0 and (counts[at] == 1 or (counts[at] == 2 and _legal(grid, body[at]))):
        text = next(cell for cell in _texts(grid.cells, int(body[at])) if cell.strip()).strip()
        if _TOTAL.match(text):
            at -= 1
            continue
        pending.append(at)
        texts.append(text)
        gap = at > 0 and grid.lines[body[at]] - grid.lines[body[at - 1]] > 1
        prose = len(text.split()) >= 3 and _shape(text) not in shapes
        if gap or prose or _LEGAL.search(text):
            out[pending] = True
        at -= 1
    if out.any():
        chosen = np.flatnonzero(out)
        shown = " | ".join(
            text for where, text in sorted(zip(pending, texts, strict=True)) if out[where]
        )
        noun = "line below the table was" if len(chosen) == 1 else "lines below the table were"
        what = f"{len(chosen):,} {noun} left out: {quoted(shown)}"
        notes.append(("info", "report_rows", int(grid.lines[body[chosen[0]]]), what, ""))
    return out


def _labels(
    grid: Grid,
    body: NDArray[np.intp],
    counts: NDArray[np.int64],
    gone: NDArray[np.bool_],
    notes: list[Note],
) -> NDArray[np.bool_]:
    """Find the names of groups: one cell, unlike an id, between the blocks of a report."""
    out = np.zeros(len(body), dtype=bool)
    shapes = {_shape(str(cell)) for cell in grid.cells.iloc[body[counts > 1][:200], 0]}
    lines = grid.lines[body]
    for at in np.flatnonzero((counts == 1) & ~gone).tolist():
        text = next(cell for cell in _texts(grid.cells, int(body[at])) if cell.strip()).strip()
        begins = at == 0 or gone[at - 1] or lines[at] - lines[at - 1] > 1
        heads = at + 1 < len(body) and (gone[at + 1] or counts[at + 1] > 1)
        named = ":" in text or at == 0 or gone[at - 1] or (at + 1 < len(body) and gone[at + 1])
        out[at] = begins and heads and named and _shape(text) not in shapes
    _left_out(grid, body[out], ("name of a group was", "names of groups were"), notes)
    return out


def _left_out(
    grid: Grid, rows: NDArray[np.intp], nouns: tuple[str, str], notes: list[Note]
) -> None:
    """Note rows that were left out, in one's and in several's words, with the first three."""
    if not rows.size:
        return
    shown = ", ".join(
        quoted(next(c for c in _texts(grid.cells, int(row)) if c.strip()).strip())
        for row in rows[:3]
    )
    what = f"{rows.size:,} {nouns[rows.size > 1]} left out: {shown}"
    notes.append(("info", "report_rows", int(grid.lines[rows[0]]), what, ""))


def _legal(grid: Grid, row: int) -> bool:
    return any(_LEGAL.search(cell) for cell in _texts(grid.cells, row))


def _shape(text: str) -> str:
    return re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"\d+", "9", text.strip())))


def _totals(
    grid: Grid,
    body: NDArray[np.intp],
    counts: NDArray[np.int64],
    typical: int,
    gone: NDArray[np.bool_],
    notes: list[Note],
) -> NDArray[np.bool_]:
    """Find rows of totals and subtotals: their label says so, and they have no other text."""
    out = np.zeros(len(body), dtype=bool)
    last = int(np.flatnonzero(~gone)[-1]) if not gone.all() else -1
    candidates = np.flatnonzero(~gone & (counts < typical))
    labelled = np.zeros(len(candidates), dtype=bool)
    for at in range(min(grid.cells.shape[1], 4)):
        cells = grid.cells.iloc[body[candidates], at]
        labelled |= cells.str.match(_TOTAL).to_numpy(dtype=bool)
    candidates = candidates[labelled]
    for at in {*candidates.tolist(), *([last] if last >= 0 and counts[last] < typical else [])}:
        texts = [cell.strip() for cell in _texts(grid.cells, int(body[at])) if cell.strip()]
        label = texts[0] if _TOTAL.match(texts[0]) else ""
        values = texts[1:] if label else texts
        if not all(NUMBER_LIKE.fullmatch(value) for value in values):
            continue
        if label or (at == last and len(body) > 2 and _sums(grid, body, at, gone | out)):
            out[at] = True
    _left_out(grid, body[out], ("row of totals was", "rows of totals were"), notes)
    return out


def _sums(grid: Grid, body: NDArray[np.intp], last: int, gone: NDArray[np.bool_]) -> bool:
    """Return whether the numbers of the last row are the sums of those above, all of them."""
    import pandas as pd

    above = np.ones(len(body), dtype=bool)
    above[last:] = False
    above &= ~gone
    equal = 0
    for at in range(grid.cells.shape[1]):
        text = str(grid.cells.iloc[body[last], at]).strip()
        if not text:
            continue
        column = pd.to_numeric(
            grid.cells.iloc[body, at].str.replace(r"[$€£,\s]", "", regex=True), errors="coerce"
        ).to_numpy(dtype=float)
        total = float(np.nansum(column[above]))
        if not np.isclose(total, column[last], rtol=LIMIT, atol=0.01) or total == 0:
            return False
        equal += 1
    return equal > 0


def _width_notes(grid: Grid, body: NDArray[np.intp], top: int, names: Sequence[str]) -> list[Note]:
    """Name the rows that have more or fewer fields than the header."""
    if grid.widths is None:
        return []
    width = max(int(grid.widths[top]), len(names))
    notes: list[Note] = []
    for row in body[grid.widths[body] != width].tolist():
        n = int(grid.widths[row])
        more = n > width and any(cell.strip() for cell in _texts(grid.cells, row)[width:])
        if more or n < width:
            kind = "wide_row" if more else "short_row"
            what = f"{counted(n, 'field')} under {counted(width, 'header')}"
            notes.append(("error", kind, int(grid.lines[row]), what, ""))
    return notes
