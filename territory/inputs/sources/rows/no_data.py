"""What stands between and below the rows of a table and is no data: footers, groups, headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.sources.raw import Note
from territory.inputs.sources.rows.grid import Grid, left_out, shape_of, texts_of
from territory.inputs.sources.rows.totals import is_total, totals
from territory.messages import counted, quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["not_data"]

_LEGAL = re.compile(
    r"(?i)copyright|\(c\)|©|all rights reserved|confidential|proprietary|generated (?:by|on|at)|"
    r"do not distribute|end of (?:report|file)|^\s*page \d|printed (?:by|on)|"
    r"exported (?:by|on|from)|"
    r"^\s*(?:\* ?)?(?:note|source|filtered by|report (?:name|run|date))\b|"
    r"^\s*(?:stand|quelle|seite|druckdatum|erstellt|as of|fuente|fonte|bron)\b|"
    r"^\s*(?:eof|end|ende|fin)\s*$|"
    r"^\W*\d[\d,.]*\s*(?:records?|rows?|entries|results?|lines?|zeilen|datensätze|lignes|filas|"
    r"righe)\b"
)
_ALNUM = re.compile(r"[^\W_]")


def not_data(
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
    if min(width, typical) >= 2:
        out |= totals(grid, body, counts, out, notes)
    alike = np.flatnonzero((counts >= 2) & ~out)
    for at, name in enumerate(names):
        if not alike.size:
            break
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
    shapes = {shape_of(str(cell)) for cell in first_column[full]}
    last, pending, texts = len(body) - 1, list[int](), list[str]()
    at = last
    while at >= 0 and (counts[at] == 1 or (counts[at] == 2 and _legal(grid, body[at]))):
        text = next(cell for cell in texts_of(grid.cells, int(body[at])) if cell.strip()).strip()
        if is_total(text):
            at -= 1
            continue
        pending.append(at)
        texts.append(text)
        gap = at > 0 and grid.lines[body[at]] - grid.lines[body[at - 1]] > 1
        words = len(text.split()) >= (2 if _narrow(grid, body[at]) else 3)
        prose = (words or not _ALNUM.search(text)) and shape_of(text) not in shapes
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
    shapes = {shape_of(str(cell)) for cell in grid.cells.iloc[body[counts > 1][:200], 0]}
    lines = grid.lines[body]
    for at in np.flatnonzero((counts == 1) & ~gone).tolist():
        text = next(cell for cell in texts_of(grid.cells, int(body[at])) if cell.strip()).strip()
        begins = at == 0 or gone[at - 1] or lines[at] - lines[at - 1] > 1
        heads = at + 1 < len(body) and (gone[at + 1] or counts[at + 1] > 1)
        named = ":" in text or at == 0 or gone[at - 1] or (at + 1 < len(body) and gone[at + 1])
        out[at] = begins and heads and named and shape_of(text) not in shapes
    left_out(grid, body[out], ("name of a group was", "names of groups were"), notes)
    return out


def _legal(grid: Grid, row: int) -> bool:
    return any(_LEGAL.search(cell) for cell in texts_of(grid.cells, row))


def _narrow(grid: Grid, row: int) -> bool:
    """Return whether a row of delimited text has no delimiter at all: a line, no record."""
    return grid.widths is not None and int(grid.widths[row]) == 1
