"""Open a table of any supported format as text cells that know their file and line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from territory.inputs.audit import Finding
from territory.messages import Severity

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Options", "RawTable", "SourceError", "open_table"]

_TEXT = (".csv", ".tsv", ".txt")
_EXCEL = (".xlsx", ".xlsm")
_VECTOR = (".gpkg", ".geojson", ".json", ".shp", ".fgb")
_PARQUET = (".parquet",)


class SourceError(Exception):
    """A file that cannot be read as a table; the text continues "accounts.csv: …"."""

    def __init__(self, what: str, *, hint: str = "", kind: str = "unreadable") -> None:
        self.what, self.hint, self.kind = what, hint, kind
        super().__init__(what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is known about a file beforehand; None is found out.

    ``header_has`` names a header: the header row is the first that has it, so that titles above a
    published table are passed over.
    """

    sheet: str | None = None
    layer: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    header_has: str | None = None


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
    """

    frame: pd.DataFrame
    lines: NDArray[np.int64]
    notes: tuple[tuple[Severity, str, int, str, str], ...] = ()
    stored_as_number: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

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


def open_table(path: Path, options: Options | None = None) -> RawTable:
    """Read a file as a table of text cells, by its suffix.

    Parameters
    ----------
    path : Path
        CSV, Excel, Parquet, GeoPackage, GeoJSON or Shapefile.
    options : Options, optional
        Sheet, layer, delimiter, encoding, where they are not to be found out.

    Returns
    -------
    RawTable
        Nothing is converted and nothing is dropped except rows without any content.

    Raises
    ------
    SourceError
        If the file is absent or no table.
    """
    options = options or Options()
    _check_present(path)
    suffix = path.suffix.lower()
    if suffix in _TEXT:
        from territory.inputs.csv_source import read_csv

        return read_csv(path, options)
    if suffix in _EXCEL:
        from territory.inputs.excel_source import read_excel

        return read_excel(path, options)
    if suffix in _PARQUET:
        from territory.inputs.frame_source import read_parquet

        return read_parquet(path)
    if suffix in _VECTOR:
        from territory.inputs.frame_source import read_vector

        return read_vector(path, options)
    readable = ", ".join((*_TEXT, *_EXCEL, *_PARQUET, *_VECTOR))
    old = suffix == ".xls"
    raise SourceError(
        f"is a {suffix or 'file without suffix'}; expected one of {readable}",
        hint="save it as .xlsx" if old else "",
    )


def _check_present(path: Path) -> None:
    if path.is_dir():
        raise SourceError("is a folder; expected a file", kind="missing_file")
    if not path.exists():
        near = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
        close = difflib.get_close_matches(path.name, near, n=1)
        raise SourceError(
            "does not exist", hint=f"did you mean {close[0]}?" if close else "", kind="missing_file"
        )
