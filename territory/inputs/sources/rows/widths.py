"""Rows of delimited text that have more or fewer fields than the header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.sources.header_rows import NUMBER_LIKE
from territory.inputs.sources.raw import Note
from territory.inputs.sources.rows.grid import Grid, texts_of
from territory.messages import counted, quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["width_notes"]

_SAMPLE = 300
_ALMOST_ALL = 0.95


def width_notes(
    grid: Grid, body: NDArray[np.intp], top: int, names: Sequence[str], *, last_line: int
) -> list[Note]:
    """Name the rows that have more or fewer fields than the header.

    Excel and others leave off the delimiters of empty last fields. Where rows are short in this
    way only - each number stands in a column of numbers, no row is the rest of the one above, and
    the file does not end within one - their last fields are empty, which is one warning;
    otherwise each row is an error.

    Parameters
    ----------
    grid : Grid
    body : (r,) int
        Its rows below the header that are data.
    top : int
        The row of the header.
    names : sequence of str
    last_line : int
        The last line of the file: a row cut off there is no row without its last fields.
    """
    if grid.widths is None:
        return []
    width = max(int(grid.widths[top]), len(names))
    own = grid.widths[body]
    notes: list[Note] = []
    short = np.flatnonzero(own < width)
    if short.size and _only_cut(grid, body, short, width, last_line):
        first = int(body[short[0]])
        missing = ", ".join(quoted(name) for name in names[int(own[short].min()) :][:5])
        what = f"{counted(short.size, 'row')} {'lacks' if short.size == 1 else 'lack'} the last "
        what += f"fields: {missing} read as empty"
        notes.append(("warning", "short_row", int(grid.lines[first]), what, ""))
        short = short[:0]
    wide = [
        at
        for at in np.flatnonzero(own > width).tolist()
        if any(cell.strip() for cell in texts_of(grid.cells, int(body[at]))[width:])
    ]
    for at in sorted({*short.tolist(), *wide}):
        kind = "wide_row" if at in wide else "short_row"
        what = f"{counted(int(own[at]), 'field')} under {counted(width, 'header')}"
        notes.append(("error", kind, int(grid.lines[body[at]]), what, ""))
    return notes


def _only_cut(
    grid: Grid, body: NDArray[np.intp], short: NDArray[np.intp], width: int, last_line: int
) -> bool:
    """Return whether short rows have lost nothing but empty last fields."""
    assert grid.widths is not None
    own = grid.widths[body]
    if int(grid.lines[body[short]].max()) >= last_line and own[short[-1]] not in own[short[:-1]]:
        return False
    both = short[:-1][np.diff(short) == 1]
    if (own[both] + own[both + 1] <= width + 1).any():
        return False
    whole = np.flatnonzero(own == width)[:_SAMPLE]
    if not whole.size or int(own[short].min()) < 2:
        return False
    checked = 0
    for at in range(1, int(own[short].max())):
        column = grid.cells.iloc[body[whole], at].str.strip()
        some = [cell for cell in column.tolist() if cell]
        numeric = sum(NUMBER_LIKE.fullmatch(cell) is not None for cell in some)
        cells = grid.cells.iloc[body[short[own[short] > at]], at].str.strip().tolist()
        odd = [cell for cell in cells if cell and NUMBER_LIKE.fullmatch(cell) is None]
        if some and numeric >= _ALMOST_ALL * len(some):
            checked += 1
            if odd:
                return False
        elif some and not numeric and any(cells) and not odd:
            return False
    return checked > 0
