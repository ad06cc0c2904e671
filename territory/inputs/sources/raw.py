"""A table as it stands in its file, before anything is understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from territory.audit import Finding
from territory.messages import Severity

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


__all__ = ["Note", "Options", "RawTable", "SourceError"]

Note = tuple[Severity, str, int, str, str]
"""Severity, kind, line (0: the whole table), what, hint."""


class SourceError(Exception):
    """A file that cannot be read as a table; the text continues "accounts.csv: …"."""

    def __init__(self, what: str, *, hint: str = "", kind: str = "unreadable") -> None:
        self.what, self.hint, self.kind = what, hint, kind
        super().__init__(what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is known about a file beforehand; None is found out.

    ``header_has`` names a header: the header row is the first that has it, so that titles above a
    published table are passed over. Without it the row with the most ``known`` (plain) names is.
    """

    sheet: str | None = None
    layer: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    header_has: str | None = None
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A table as it stands in its file.

    Parameters
    ----------
    frame : DataFrame
        All cells as ``str``; an empty cell is "". Headers as written, without blanks around them.
    lines : (n,) int64
        Physical line of each row, from 1.
    notes : tuple of (severity, kind, line, what, hint)
        What was noticed while reading.
    stored_as_number : mapping of str to (n,) bool
        Cells that the file stores as numbers, by header: codes in them have no leading zeros.
    stored_as_date : mapping of str to (n,) bool
        Cells that the file stores as dates, by header: ids in them are lost.
    delimiter : str
        Of delimited text, else "".
    """

    frame: pd.DataFrame
    lines: NDArray[np.int64]
    notes: tuple[Note, ...] = ()
    stored_as_number: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    stored_as_date: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    delimiter: str = ""

    def findings(self, table: str, file: str) -> list[Finding]:
        """Return the notes as findings about a table."""
        return [
            Finding(
                severity=severity,
                kind=kind,
                table=table,
                file=file,
                line=line,
                what=what,
                repair=hint,
            )
            for severity, kind, line, what, hint in self.notes
        ]
