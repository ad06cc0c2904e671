"""Exports are reports: find the table between titles, group headers, totals and legal lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.sources.header_rows import header_at, header_names
from territory.inputs.sources.headers import clean_headers
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.other_tables import table_below, tables_beside
from territory.inputs.sources.raw import RawTable, SourceError
from territory.inputs.sources.rows.blocks import blocks_below, blocks_beside, with_titles
from territory.inputs.sources.rows.grid import Grid, all_texts_of, filled_cells, texts_of
from territory.inputs.sources.rows.no_data import not_data
from territory.inputs.sources.rows.totals import group_of, is_total, repeated_labels
from territory.inputs.sources.rows.widths import width_notes
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["MOST_COLUMNS", "table_of"]

MOST_COLUMNS = 2_000
"""A sheet with more columns than this is no table: its cells are repeated by mistake."""

_HEAD_ROWS = 40


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
    some = filled_cells(grid.cells)
    filled = some.sum(axis=1)
    rows = np.flatnonzero(filled)
    if not len(rows):
        raise SourceError(f"{grid.where}is empty", kind="empty_table")
    head = all_texts_of(grid.cells, rows[: _HEAD_ROWS + 1])
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
    beside = blocks_beside(grid, top)
    if beside is not None:
        return table_of(beside, known=known, header_has=header_has)
    cut = tables_beside(grid.cells, some, top, grid.lines, known)
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
    body = rows[at + 1 + header.below :]
    blocks = blocks_below(grid, top, filled, names)
    if blocks is not None:
        body = body[~blocks.gone[body]]
        notes.append(blocks.note)
    body, below = table_below(grid.cells, body, grid.lines, names, known)
    notes += below
    gone = not_data(grid, body, filled, names, notes)
    groups = _groups(grid, body[gone])
    body = body[~gone]
    notes += width_notes(grid, body, top, names, last_line=int(grid.lines[-1]))
    if grid.hidden:
        n = int(np.isin(grid.lines[body], list(grid.hidden)).sum())
        if n:
            what = f"{n:,} of {counted(len(body), 'row')} are hidden in the sheet, by a filter or "
            what += 'by hand; they are read like the others: leave them out with where = "…"'
            notes.append(("warning", "hidden_rows", 0, what, ""))
    width = len(names)
    cells = grid.cells.iloc[body, :width].reset_index(drop=True)
    if groups:
        cells = repeated_labels(cells, names, grid.lines[body], groups, notes)
    cells, names = with_titles(cells, names, blocks, body)
    frame, kept, more = clean_headers(cells, names)
    return RawTable(
        frame=frame,
        lines=grid.lines[body],
        notes=(*notes, *more),
        stored_as_number=_flags(grid.numbers, frame, kept, body),
        stored_as_date=_flags(grid.dates, frame, kept, body),
        delimiter=grid.delimiter,
    )


def _groups(grid: Grid, rows: NDArray[np.intp]) -> list[tuple[int, str]]:
    """Return line and group of the rows that are totals, "" where they name no group."""
    labels = [next(it for it in texts_of(grid.cells, int(row)) if it.strip()) for row in rows]
    return [
        (int(grid.lines[row]), group_of(label))
        for row, label in zip(rows, labels, strict=True)
        if is_total(label)
    ]


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
