"""When every cell of a column fails for one cause, the column is the fault, not its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.findings.rows import Issue, Rows
from territory.inputs.sources.names import plain_name
from territory.messages import counted, likeness, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reads", "column_wide"]

Reads = Callable[["pd.Series[str]"], NDArray[np.bool_]]
"""Tells which cells, (n,), of another column could be read in this one's place."""

_FEWEST = 3
_ENOUGH = 0.8


def column_wide(
    issue: Issue,
    text: pd.Series[str],
    rows: Rows,
    *,
    others: Mapping[str, pd.Series[str]],
    reads: Reads | None = None,
) -> Finding | None:
    """Return one finding about a column none of whose cells can be read, else None.

    Parameters
    ----------
    issue : Issue
        Errors of one kind in the column.
    text : (n,) Series of str
        The column; its name is the header in the file.
    rows : Rows
        Names of the rows.
    others : mapping of str to (n,) Series of str
        Columns of the file that were not taken for anything, by header.
    reads : Reads, optional
        Finds the header that would do.
    """
    if issue.kind == "id_changed":
        return None
    filled = text.str.strip() != ""
    whats = set(issue.whats)
    if issue.severity != "error" or len(issue.rows) < max(_FEWEST, int(filled.sum())):
        return None
    if len(whats) > 1:
        return None
    header = str(text.name)
    named = quoted(header)
    if header != issue.column:
        named = f"{named}, read as {issue.column},"
    fact = (
        f"no cell of column {named} can be used: {len(issue.rows):,} × {issue.whats[0]}, "
        f"as in {quoted(issue.values[0])} on line {rows.lines[issue.rows[0]]}"
    )
    return rows.whole(
        severity="error",
        kind="bad_column",
        what=fact,
        repair=_hint(issue, rows.table, others, reads),
    )


def _hint(
    issue: Issue, table: str, others: Mapping[str, pd.Series[str]], reads: Reads | None
) -> str:
    if all(issue.repairs):
        return (
            f"write repair = true for {table} under [inputs] to read {quoted(issue.values[0])} "
            f"as {issue.repairs[0]}, and the others alike"
        )
    offers = _offers(others, reads) if reads is not None else {}
    if offers:
        name = max(offers, key=lambda header: (offers[header], _likeness(header, issue.column)))
        cells = counted(offers[name], "cell")
        return (
            f"column {quoted(name)} can be read as {issue.column} ({cells}): "
            f'write columns = {{{issue.column} = "{name}"}} for {table} under [inputs]'
        )
    return (
        f'name the right column, columns = {{{issue.column} = "HEADER"}}, '
        f"for {table} under [inputs]"
    )


def _offers(others: Mapping[str, pd.Series[str]], reads: Reads) -> dict[str, int]:
    """Return how many cells of each other column could be read, where that is most of them."""
    offers: dict[str, int] = {}
    for header, text in others.items():
        filled = (text.str.strip() != "").to_numpy(dtype=bool)
        good = int((reads(text) & filled).sum())
        if good and good >= _ENOUGH * max(int(filled.sum()), len(text) // 2):
            offers[header] = good
    return offers


def _likeness(header: str, column: str) -> float:
    return likeness(plain_name(header), plain_name(column))
