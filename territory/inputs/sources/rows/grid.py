"""All cells of a file, before a header is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.sources.raw import Note
from territory.messages import Severity, quoted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Grid", "all_texts_of", "filled_cells", "left_out", "shape_of", "texts_of"]

_MANY = 10_000
"""Rows of a table from which on pandas, which takes a while to begin, is quicker than a loop."""


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


def filled_cells(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Return (n, w) which cells hold something; blanks alone are nothing."""
    some = np.zeros(cells.shape, dtype=bool)
    for at, (_, column) in enumerate(cells.items()):
        if len(cells) > _MANY:
            some[:, at] = (column.str.strip() != "").to_numpy(dtype=bool)
        else:
            some[:, at] = [text != "" for text in map(str.strip, column.tolist())]
    return some


def texts_of(cells: pd.DataFrame, row: int) -> list[str]:
    """Return the cells of one row."""
    return [str(cell) for cell in cells.iloc[row]]


def all_texts_of(cells: pd.DataFrame, rows: NDArray[np.intp]) -> list[list[str]]:
    """Return the cells of some rows, as `texts_of` one row's, in a twentieth of its time each."""
    return [[str(cell) for cell in row] for row in cells.iloc[rows].to_numpy(dtype=object)]


def shape_of(text: str) -> str:
    """Return what a text looks like: 9 for digits, A and a for letters.

    Examples
    --------
    >>> shape_of("A-0012"), shape_of("Page 1 of 3")
    ('A-9', 'Aa 9 a 9')
    """
    return re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"\d+", "9", text.strip())))


def left_out(
    grid: Grid,
    rows: NDArray[np.intp],
    nouns: tuple[str, str],
    notes: list[Note],
    *,
    severity: Severity = "info",
    repair: str = "",
) -> None:
    """Note rows that were left out, in one's and in several's words, with the first three."""
    if not rows.size:
        return
    shown = ", ".join(
        quoted(next(c for c in texts_of(grid.cells, int(row)) if c.strip()).strip())
        for row in rows[:3]
    )
    what = f"{rows.size:,} {nouns[rows.size > 1]} left out: {shown}"
    notes.append((severity, "report_rows", int(grid.lines[rows[0]]), what, repair))
