"""Leave out rows that repeat an earlier row in every cell: exports with a join have them."""

from __future__ import annotations

from dataclasses import replace

from territory.inputs.selection.narrow import kept_rows
from territory.inputs.sources.raw import RawTable
from territory.messages import counted, quoted

__all__ = ["without_repeats"]


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
    if key is None or key not in raw.frame:
        return raw
    again = raw.frame.duplicated() & (raw.frame[key].str.strip() != "")
    gone = again.to_numpy(dtype=bool)
    if not gone.any():
        return raw
    first = int(gone.argmax())
    name = str(raw.frame[key].iloc[first])
    earlier = int((raw.frame[key] == name).to_numpy().argmax())
    what = (
        f"{counted(int(gone.sum()), 'row')} left out, the same as an earlier row in every cell: "
        f"{quoted(name)} on line {raw.lines[first]} as on line {raw.lines[earlier]}"
    )
    notes = (*raw.notes, ("warning", "repeated_row", 0, what, ""))
    return replace(kept_rows(raw, ~gone), notes=notes)
