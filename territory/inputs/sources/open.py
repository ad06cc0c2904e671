"""Open a table of any supported format as text cells that know their file and line."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from territory.inputs.sources.raw import Options, RawTable, SourceError

if TYPE_CHECKING:
    pass

__all__ = ["open_table"]

_TEXT = (".csv", ".tsv", ".txt")
_EXCEL = (".xlsx", ".xlsm")
_VECTOR = (".gpkg", ".geojson", ".json", ".shp", ".fgb")
_PARQUET = (".parquet",)


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
        from territory.inputs.sources.csv import read_csv

        return read_csv(path, options)
    if suffix in _EXCEL:
        from territory.inputs.sources.excel import read_excel

        return read_excel(path, options)
    if suffix in _PARQUET:
        from territory.inputs.sources.frames import read_parquet

        return read_parquet(path)
    if suffix in _VECTOR:
        from territory.inputs.sources.frames import read_vector

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
