"""Leave out the rows that the scenario does not want: ``exclude`` and ``where``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.selection.where import ConditionError, rows_where
from territory.inputs.sources.raw import Note, RawTable
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["kept_rows", "narrowed"]


def narrowed(
    raw: RawTable,
    headers: Mapping[str, str],
    key: str,
    *,
    exclude: Sequence[str] = (),
    where: str | None = None,
) -> RawTable:
    """Return a table without the rows that are not wanted, with a note of each sort.

    Parameters
    ----------
    raw : RawTable
    headers : mapping of str to str
        Our name → header.
    key : str
        Our name of the column that `exclude` speaks of.
    exclude : sequence of str
        Ids that are left out; one that no row has is warned about.
    where : str, optional
        See `rows_where`.
    """
    if not exclude and where is None:
        return raw
    notes: list[Note] = []
    n = len(raw.lines)
    keep = np.ones(n, dtype=bool)
    if exclude and key in headers:
        ids = raw.frame[headers[key]].str.strip()
        gone = ids.isin([name.strip() for name in exclude]).to_numpy(dtype=bool)
        keep &= ~gone
        what = f"{int(gone.sum()):,} of {counted(n, 'row')} left out by exclude"
        notes.append(("info", "left_out", 0, what, ""))
        known = set(ids)
        absent = [name for name in exclude if name.strip() not in known]
        if absent:
            shown = ", ".join(map(quoted, absent[:5]))
            what = f"exclude names {counted(len(absent), 'id')} that no row has: {shown}"
            notes.append(("warning", "left_out", 0, what, ""))
    if where is not None:
        columns: dict[str, pd.Series[str]] = {str(name): raw.frame[name] for name in raw.frame}
        columns |= {ours: raw.frame[header] for ours, header in headers.items()}
        try:
            wanted = rows_where(where, columns)
        except ConditionError as error:
            fault: Note = ("error", "condition", 0, f"where {error.what}", error.hint)
            return replace(raw, notes=(*raw.notes, *notes, fault))
        keep &= wanted
        what = (
            f"{int((~wanted).sum()):,} of {counted(n, 'row')} left out by where = {quoted(where)}"
        )
        notes.append(("info", "left_out", 0, what, ""))
        if not wanted.any():
            notes.append(("error", "left_out", 0, f"where = {quoted(where)} leaves no row", ""))
    return replace(kept_rows(raw, keep), notes=(*raw.notes, *notes))


def kept_rows(raw: RawTable, keep: NDArray[np.bool_]) -> RawTable:
    """Return a table with some of its rows; ``keep`` is (n,)."""
    return replace(
        raw,
        frame=raw.frame[keep].reset_index(drop=True),
        lines=raw.lines[keep],
        stored_as_number={name: mask[keep] for name, mask in raw.stored_as_number.items()},
        stored_as_date={name: mask[keep] for name, mask in raw.stored_as_date.items()},
    )
