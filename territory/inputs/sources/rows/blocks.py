"""Blocks of rows under titles of their own: "2023", a header, rows, a total; "2024", and so on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.sources.names import plain_name
from territory.inputs.sources.raw import Note, SourceError
from territory.inputs.sources.rows.grid import Grid, texts_of
from territory.inputs.sources.rows.totals import is_total
from territory.inputs.time.named import period_of, periods_header, without_period
from territory.messages import quoted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Blocks", "blocks_below", "blocks_beside", "with_titles"]

_KEYED = re.compile(r"\s*([^:=]{2,40}?)\s*[:=]\s*(\S.*?)\s*")
_PAGE = re.compile(r"(?i)\s*(?:page|seite|pagina|página|p\.)\s*\d+.*")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Blocks:
    """Blocks of rows of one table.

    Attributes
    ----------
    header : str
        Of the column of titles.
    titles : (n,) array of str
        Of each row of the grid; "" above the first block.
    names : list of str
        Of the other columns: without the periods by which they differ from block to block.
    gone : (n,) bool
        Rows that are titles and repeated headers.
    note : Note
    """

    header: str
    titles: NDArray[np.object_]
    names: list[str]
    gone: NDArray[np.bool_]
    note: Note


def blocks_below(
    grid: Grid, top: int, filled: NDArray[np.int64], names: list[str]
) -> Blocks | None:
    """Find blocks one under the other; None where the sheet is one table.

    Each block begins with the header again, but for years in it, and a title above it; or, where
    the header stands once, with a line that is nothing but a period.

    Parameters
    ----------
    grid : Grid
    top : int
        Row of the first header.
    filled : (n,) int64
        Filled cells of each row.
    names : list of str
        Of the columns.

    Raises
    ------
    SourceError
        Blocks after the first have periods as titles, and the first has none.
    """
    own = _plain(texts_of(grid.cells, top))
    if len([name for name in own if name]) < 2:
        return None
    heads = [top] + [
        row
        for row in _like(grid, top, top + 1 + np.flatnonzero(filled[top + 1 :] == filled[top]))
        if _plain(texts_of(grid.cells, row)) == own
    ]
    rows = np.flatnonzero(filled).tolist()
    if len(heads) > 1:
        above = [_title_above(grid, rows, head, filled) for head in heads]
    else:
        above = _periods_between(grid, rows, top, filled)
    texts = ["" if row is None else _only_text(grid, row) for row in above]
    if len(heads) > 1 and all(texts) and len(set(texts)) > 1:
        above, texts = _all_titles(grid, rows, heads, filled, texts)
    if len(above) < 2 or len(set(texts)) < len(texts) or any(map(_PAGE.fullmatch, texts)):
        return None
    if not texts[0] and all(map(period_of, texts[1:])):
        line = int(grid.lines[_sure(above[1])])
        raise SourceError(
            f"{grid.where}has {len(texts)} blocks of rows: that from line {line} on is under the "
            f"title {quoted(texts[1])}, and the first has no title",
            hint="write its period above its header, or give the rows a column for it",
            kind="header",
        )
    if not all(texts):
        return None
    header, values = _named(texts)
    titles = np.full(len(grid.lines), "", dtype=object)
    starts = [*map(_sure, above), len(titles)]
    for value, first, end in zip(values, starts, starts[1:], strict=False):
        titles[first:end] = value
    gone = np.zeros(len(titles), dtype=bool)
    gone[[*starts[:-1], *heads]] = True
    shown = ", ".join(map(quoted, texts[:4])) + (", …" if len(texts) > 4 else "")
    what = f"{len(texts)} blocks of rows under titles of their own were read as one table; the "
    what += f"titles are its column {quoted(header)}: {shown}"
    line = int(grid.lines[starts[0]])
    first_head = texts_of(grid.cells, top)
    if any(texts_of(grid.cells, head) != first_head for head in heads):
        names = [without_period(name).strip() or name for name in names]
    note: Note = ("info", "report_rows", line, what, "")
    return Blocks(header=header, titles=titles, names=names, gone=gone, note=note)


def _like(grid: Grid, top: int, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the rows whose cells begin like the header's, in columns that name no period.

    A million rows are held against it column by column: one of numbers lets none through.
    """
    for at, name in enumerate(texts_of(grid.cells, top)):
        if not rows.size:
            break
        bare = name.strip()
        if bare and not bare[0].isdigit() and without_period(name).strip() == bare:
            first, cells = bare[0].casefold(), grid.cells.iloc[rows, at].astype("str").tolist()
            begins = (str(cell).strip()[:1].casefold() == first for cell in cells)
            rows = rows[np.fromiter(begins, dtype=bool, count=len(rows))]
    return rows


def with_titles(
    cells: pd.DataFrame, names: list[str], blocks: Blocks | None, rows: NDArray[np.intp]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the cells of some rows, and their names, with the column of titles as the last."""
    if blocks is None or plain_name(blocks.header) in map(plain_name, blocks.names):
        return cells, names if blocks is None else blocks.names
    width = cells.shape[1]
    cells = cells.assign(titles=blocks.titles[rows]).set_axis(range(width + 1), axis=1)
    return cells.astype("str"), [*blocks.names, blocks.header]


def blocks_beside(grid: Grid, top: int) -> Grid | None:
    """Bring blocks that stand side by side, each under a title, one under the other.

    None where the header is not the same names again, or a block has no title of its own.
    """
    import pandas as pd

    own = _plain(texts_of(grid.cells, top))
    while own and not own[-1]:
        own.pop()
    parts = _repeats(own)
    if len(parts) < 2 or top == 0:
        return None
    above = texts_of(grid.cells, top - 1)
    titles = [[cell.strip() for cell in above[slice(*part)] if cell.strip()] for part in parts]
    if any(len(it) != 1 for it in titles) or len({it[0] for it in titles}) < len(parts):
        return None
    width = parts[0][1] - parts[0][0]
    body = grid.cells.iloc[top - 1 :]
    blocks = []
    for (first, last), (title,) in zip(parts, titles, strict=True):
        block = body.iloc[:, first:last].copy().set_axis(range(width), axis=1)
        block.iloc[0] = [title, *[""] * (width - 1)]
        blocks.append(block)
    before = grid.cells.iloc[: top - 1, :width]
    take = np.concatenate([np.arange(top - 1), *[np.arange(top - 1, len(grid.lines))] * len(parts)])

    def masks(flags: object) -> dict[int, NDArray[np.bool_]]:
        assert isinstance(flags, dict)
        none = np.zeros(len(grid.lines), dtype=bool)
        return {
            at: np.concatenate(
                [flags.get(at, none)[: top - 1]]
                + [flags.get(first + at, none)[top - 1 :] for first, _ in parts]
            )
            for at in range(width)
        }

    return replace(
        grid,
        cells=pd.concat([before, *blocks], ignore_index=True),
        lines=grid.lines[take],
        widths=None,
        numbers=masks(dict(grid.numbers)),
        dates=masks(dict(grid.dates)),
    )


def _plain(row: Sequence[str]) -> list[str]:
    names = [plain_name(without_period(cell)) or cell.strip() for cell in row]
    while names and not names[-1]:
        names.pop()
    return names


def _repeats(names: Sequence[str]) -> list[tuple[int, int]]:
    """Return begin and end of each run of the same names, which may be parted by empty ones."""
    for width in range(2, len(names) // 2 + 1):
        first = list(names[:width])
        if not all(first) or len(set(first)) < width:
            continue
        parts, at = list[tuple[int, int]](), 0
        while at < len(names) and list(names[at : at + width]) == first:
            parts.append((at, at + width))
            at += width
            while at < len(names) and not names[at]:
                at += 1
        if at >= len(names) and len(parts) > 1:
            return parts
    return []


def _only_text(grid: Grid, row: int) -> str:
    return next(cell for cell in texts_of(grid.cells, row) if cell.strip()).strip()


def _title_above(
    grid: Grid, rows: Sequence[int], head: int, filled: NDArray[np.int64]
) -> int | None:
    """Return the row of the title above a header: one cell, and no total."""
    at = rows.index(head)
    if at == 0 or filled[rows[at - 1]] != 1 or is_total(_only_text(grid, rows[at - 1])):
        return None
    return rows[at - 1]


def _all_titles(
    grid: Grid,
    rows: Sequence[int],
    heads: Sequence[int],
    filled: NDArray[np.int64],
    texts: Sequence[str],
) -> tuple[list[int | None], list[str]]:
    """Return the titles with those under which the header is not repeated; none where unsure."""
    first = rows[rows.index(heads[0]) - 1]
    single = [row for row in rows if row >= first and filled[row] == 1]
    found = [(row, _only_text(grid, row)) for row in single]
    found = [(row, text) for row, text in found if not is_total(text)]
    kinds = {_kind(text) for text in texts}
    if kinds != {""} and len(kinds) == 1:
        found = [(row, text) for row, text in found if _kind(text) in kinds]
    elif [text for _, text in found][: len(texts)] != list(texts):
        return [], []
    else:
        found = found[: len(texts)]
    return [row for row, _ in found], [text for _, text in found]


def _kind(text: str) -> str:
    """Return what a title tells: the name before a colon, what stands beside a period, or ""."""
    if period_of(text):
        return f"period {plain_name(without_period(text))}"
    keyed = _KEYED.fullmatch(text)
    return plain_name(keyed[1]) if keyed else ""


def _periods_between(
    grid: Grid, rows: Sequence[int], top: int, filled: NDArray[np.int64]
) -> list[int | None]:
    """Return the rows that hold one period and nothing else, if the first rows are under one."""
    found = [
        row
        for row in rows
        if filled[row] == 1 and period_of(_only_text(grid, row))
        and not without_period(_only_text(grid, row)).strip(" -:.")
    ]  # fmt: skip
    at = rows.index(top)
    first = [rows[it] for it in (at - 1, at + 1) if 0 <= it < len(rows)]
    below = [row for row in found if row > top]
    if filled[top] < 3 or not below or not set(first) & set(found):
        return []
    return [row for row in found if row >= min(set(first) & set(found))]


def _named(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return a header for titles, and their values: "Region: North" is North of Region."""
    periods = [period_of(text) for text in texts]
    if all(periods):
        return periods_header(periods), periods
    keyed = [_KEYED.fullmatch(text) for text in texts]
    keys = {plain_name(it[1]) if it else "" for it in keyed}
    if len(keys) == 1 and keys != {""}:
        return str(keyed[0][1]), [it[2] for it in keyed if it]  # type: ignore[index]
    return "Block", list(texts)


def _sure(row: int | None) -> int:
    assert row is not None
    return row
