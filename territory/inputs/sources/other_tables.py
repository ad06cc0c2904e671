"""A sheet may hold several tables: one beside or below the one that is meant is cut off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.sources.header_rows import NUMBER_LIKE
from territory.inputs.sources.names import plain_names
from territory.inputs.sources.raw import Note
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Cut", "table_below", "tables_beside"]

_SHARE_APART = 0.2


@dataclass(frozen=True, slots=True)
class Cut:
    """What is left of a sheet: columns `first` to `last` (exclusive), and why."""

    first: int
    last: int
    note: Note


def tables_beside(
    cells: pd.DataFrame,
    some: NDArray[np.bool_],
    top: int,
    lines: NDArray[np.int64],
    known: frozenset[str],
) -> Cut | None:
    """Return the columns of the table that is meant, where an empty column parts it from another.

    Two blocks of columns are two tables where one fills a run of rows from the first that is much
    shorter than the other's, or longer. A column with gaps is a column of the same table.

    Parameters
    ----------
    cells : (n, w) DataFrame of str
    some : (n, w) bool
        Cells that hold something.
    top : int
        Row of the header.
    lines : (n,) int64
    known : frozenset of str
        Plain names of headers that are known; the block with the most of them is meant.
    """
    some = some[top:]
    blocks = _runs(np.asarray(some.any(axis=0), dtype=bool))
    if len(blocks) < 2:
        return None
    header = [str(cell) for cell in cells.iloc[top]]
    kept = [blocks[0]]
    filled = some[1:, slice(*blocks[0])].any(axis=1)
    for block in blocks[1:]:
        other = some[1:, slice(*block)].any(axis=1)
        named = any(header[at].strip() for at in range(*block))
        shorter, longer = int((filled & ~other).sum()), int((other & ~filled).sum())
        apart = longer >= 1 or shorter >= max(1, _SHARE_APART * int(filled.sum()))
        if named and apart and _run(np.asarray(other, dtype=bool)):
            kept.append(block)
            filled = other
        else:
            kept[-1] = (kept[-1][0], block[1])
            filled = filled | other
    if len(kept) < 2:
        return None
    best = max(range(len(kept)), key=lambda at: (_hits(header[slice(*kept[at])], known), -at))
    others = [block for at, block in enumerate(kept) if at != best]
    names = ", ".join(quoted(header[at]) for block in others for at in range(*block) if header[at])
    what = f"columns behind an empty one are another table and were not read: {names}"
    return Cut(*kept[best], ("warning", "other_table", int(lines[top]), what, ""))


def _run(rows: NDArray[np.bool_]) -> bool:
    """Return whether rows are one run without gaps."""
    at = np.flatnonzero(rows)
    return len(at) > 0 and int(at[-1] - at[0]) + 1 == len(at)


def _runs(used: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return begin and end (exclusive) of each run of columns that are used."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], used, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def table_below(
    cells: pd.DataFrame,
    body: NDArray[np.intp],
    lines: NDArray[np.int64],
    header: Sequence[str],
    known: frozenset[str],
) -> tuple[NDArray[np.intp], list[Note]]:
    """Return the rows of the table, (n,), without those of another that follows an empty line.

    Another table has a header of its own: texts without a number that are known as headers, or
    that fill fewer columns than the rows above, with no row below that fills others.

    Parameters
    ----------
    cells : (n, w) DataFrame of str
    body : (m,) int
        Rows below the header.
    lines : (n,) int64
    header : sequence of str
        Of the table that is meant: it may be repeated.
    known : frozenset of str
    """
    gaps = np.flatnonzero(np.diff(lines[body]) > 1) + 1
    if not len(gaps):
        return body, []
    own = [name.strip() for name in header]
    for at in gaps.tolist():
        if at + 1 >= len(body):
            continue
        row = [str(cell).strip() for cell in cells.iloc[body[at]]]
        texts = [cell for cell in row if cell]
        repeated = row[: len(own)] == own
        if len(texts) < 2 or repeated or any(map(NUMBER_LIKE.fullmatch, texts)):
            continue
        where = np.array([bool(cell) for cell in row])
        below = _filled(cells, body[at + 1 :])
        above = _filled(cells, body[:at])
        typical = int(np.median(above.sum(axis=1)))
        narrow = len(texts) < typical and not below[:, ~where].any()
        if not narrow and _hits(texts, known) < 2:
            continue
        rows = counted(len(body) - at - 1, "row")
        what = f"another table begins here and was not read: {rows} of "
        what += ", ".join(map(quoted, texts[:6]))
        return body[:at], [("warning", "other_table", int(lines[body[at]]), what, "")]
    return body, []


def _filled(cells: pd.DataFrame, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    part = cells.iloc[rows]
    return np.column_stack(
        [(part.iloc[:, at].str.strip() != "").to_numpy(dtype=bool) for at in range(part.shape[1])]
    )


def _hits(row: Sequence[str], known: frozenset[str]) -> int:
    return len({name for cell in row for name in plain_names(cell)} & known)
