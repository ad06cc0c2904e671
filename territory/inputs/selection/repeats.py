"""Rows that repeat an earlier row in every cell: left out, or told where each may be a sale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territory.inputs.selection.narrow import kept_rows
from territory.inputs.sources.raw import RawTable
from territory.messages import counted, quoted

__all__ = ["with_repeats_told", "without_repeats"]


def without_repeats(raw: RawTable, key: str | None) -> RawTable:
    """Return a table in which no row equals an earlier one in every cell, with a warning.

    Rows that share an id and differ in any cell stay, to be refused: which one is right nobody
    says.

    Parameters
    ----------
    raw : RawTable
    key : str, optional
        Header of the ids; rows without an id stay.
    """
    gone = _repeated(raw, key)
    if not gone.any():
        return raw
    what = f"{counted(int(gone.sum()), 'row')} left out, {_words(raw, key, gone)}"
    notes = (*raw.notes, ("warning", "repeated_row", 0, what, ""))
    return replace(kept_rows(raw, ~gone), notes=notes)


def with_repeats_told(raw: RawTable, key: str | None) -> RawTable:
    """Return a table of sales with a warning where rows repeat an earlier one in every cell.

    Two sales of one day may be alike, so both count; a file that was pasted twice looks the same.

    Parameters
    ----------
    raw : RawTable
    key : str, optional
        Header of the ids.
    """
    again = _repeated(raw, key)
    if not again.any():
        return raw
    count = int(again.sum())
    what = (
        f"{counted(count, 'row')} counted once more, {_words(raw, key, again)}; take "
        f"{'it' if count == 1 else 'them'} out if the file repeats itself"
    )
    return replace(raw, notes=(*raw.notes, ("warning", "repeated_row", 0, what, "")))


def _repeated(raw: RawTable, key: str | None) -> NDArray[np.bool_]:
    """Return which rows equal an earlier one in every cell; none without an id is one."""
    if key is None or key not in raw.frame:
        return np.zeros(len(raw.frame), dtype=bool)
    again = raw.frame.duplicated() & (raw.frame[key].str.strip() != "")
    return again.to_numpy(dtype=bool)


def _words(raw: RawTable, key: str | None, again: NDArray[np.bool_]) -> str:
    """Name the first of them and the row that it repeats."""
    first = int(again.argmax())
    same = raw.frame.eq(raw.frame.iloc[first]).all(axis=1).to_numpy()
    earlier = int(same.argmax())
    name = str(raw.frame[key].iloc[first])
    return (
        f"the same as an earlier row in every cell: {quoted(name)} on line {raw.lines[first]} as "
        f"on line {raw.lines[earlier]}"
    )
