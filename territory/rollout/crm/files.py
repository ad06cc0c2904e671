"""Load files: numbered, one object and one operation each, in batches that the loaders take."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BATCH_BYTES", "BATCH_ROWS", "LoadFile", "write_load_files"]

BATCH_ROWS = 10_000
"""Most records of one batch of the Bulk API."""
BATCH_BYTES = 10_000_000
"""Most bytes of one batch of the Bulk API."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadFile:
    """One file to load.

    Attributes
    ----------
    number : int
        Place in the load order: 01 to 09, rollback twins from 90.
    object : str
        API name.
    operation : str
        insert, delete, update, upsert, or backup.
    frame : DataFrame
        Text; the columns are the API names.
    label : str
        Further word of the file's name, as in ``level1``.
    batch_rows : int
        Most rows of one file.
    """

    number: int
    object: str
    operation: str
    frame: pd.DataFrame
    label: str = ""
    batch_rows: int = BATCH_ROWS

    @property
    def stem(self) -> str:
        """The file's name without its part and ending."""
        label = f"_{self.label}" if self.label else ""
        return f"{self.number:02d}_{self.object}_{self.operation}{label}"


def write_load_files(files: list[LoadFile], folder: Path) -> list[tuple[str, LoadFile, int]]:
    """Write files that have rows; return name, file and number of rows of each part.

    UTF-8 without a mark, comma, LF, API names as header, one object a file. Loaders take cells as
    they are, so no cell is guarded with an apostrophe here; nothing but ids, dates, picklist
    values and names that were checked before goes into such a file.
    """
    written = []
    for file in files:
        if file.frame.empty:
            continue
        parts = _parts(file)
        for at, part in enumerate(parts, start=1):
            suffix = f"_part{at:02d}" if len(parts) > 1 else ""
            name = f"{file.stem}{suffix}.csv"
            part.to_csv(folder / name, index=False, lineterminator="\n", encoding="utf-8")
            written.append((name, file, len(part)))
    return written


def _parts(file: LoadFile) -> list[pd.DataFrame]:
    frame = file.frame
    # A character takes at most four bytes; ids and dates take one each.
    plain = all(frame[name].map(str.isascii).all() for name in frame)
    row = sum(int(frame[name].str.len().max()) + 3 for name in frame) * (1 if plain else 4)
    rows = min(file.batch_rows, max(1, BATCH_BYTES // max(1, row)))
    return [frame.iloc[at : at + rows] for at in range(0, len(frame), rows)]
