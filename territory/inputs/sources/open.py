"""Open a table of any supported format as text cells that know their file and line."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from territory.inputs.sources.books.sheet_xml import DAMAGED
from territory.inputs.sources.raw import Note, Options, RawTable, SourceError
from territory.messages import closest, quoted

__all__ = ["TABLE_SUFFIXES", "format_of", "open_table", "unpacked_table"]

_TEXT = (".csv", ".tsv", ".txt")
_EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_VECTOR = (".gpkg", ".geojson", ".json", ".topojson", ".shp", ".fgb", ".kml")
_RECORDS = (".jsonl", ".ndjson")
_PARQUET = (".parquet",)
_ARCHIVES = (".zip", ".gz", ".kmz")
_SINGLE = (*_TEXT, *_EXCEL, *_PARQUET, *_VECTOR, *_RECORDS)
TABLE_SUFFIXES = (*_SINGLE, *_ARCHIVES)
"""Suffixes of files that can be read as tables; archives hold one."""

_FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)


def open_table(path: Path, options: Options | None = None) -> RawTable:
    """Read a file as a table of text cells, by its content and its suffix.

    Parameters
    ----------
    path : Path
        CSV, Excel, OpenDocument, a web page named .xls, Parquet, GeoPackage, GeoJSON or Shapefile.
    options : Options, optional
        Sheet, layer, delimiter, encoding, where they are not to be found out.

    Returns
    -------
    RawTable
        Nothing is converted, and nothing is dropped but rows without any content and what is no
        data for certain: titles, repeated headers, totals, legal lines, each with a note.

    Raises
    ------
    SourceError
        If the file is absent or no table.
    """
    options = options or Options()
    _check_present(path)
    kind = format_of(path)
    if kind == "archive":
        with unpacked_table(path) as inner:
            found = open_table(inner, options)
            which: Note = ("info", "format", 0, f"{quoted(inner.name)} in the archive was read", "")
            return replace(found, notes=(which, *found.notes))
    try:
        raw = _read(path, kind, options)
    except (SourceError, KeyboardInterrupt):
        raise
    except MemoryError:
        raise SourceError("needs more memory than this machine has") from None
    except Exception as error:
        said = (str(error).splitlines() or [""])[0][:120]
        raise SourceError(
            f"cannot be read as a table ({type(error).__name__}: {said})",
            hint="export it again, as .xlsx or CSV UTF-8",
        ) from error
    suffix = path.suffix.lower()
    if (kind == "text") != (suffix in _TEXT) and kind in {"text", "excel"}:
        really = "delimited text" if kind == "text" else "a workbook"
        note: Note = ("info", "format", 0, f"is {really}, although its name ends in {suffix}", "")
        raw = replace(raw, notes=(note, *raw.notes))
    return raw


@contextmanager
def unpacked_table(path: Path) -> Iterator[Path]:
    """Yield the one table that an archive holds, unpacked as long as it is needed.

    Raises
    ------
    SourceError
        It is damaged, protected, too large, or holds none or several.
    """
    from geo.errors import GeographyError
    from geo.files.archives import unpacked

    try:
        with unpacked(path, _SINGLE) as inner:
            yield inner
    except GeographyError as error:
        what = error.fact.removeprefix(str(path)).strip()
        held = f": {', '.join(error.evidence[:5])}" if error.evidence else ""
        raise SourceError(f"{what}{held}", hint=error.hint) from None


def _read(path: Path, kind: str, options: Options) -> RawTable:
    if kind == "text":
        from territory.inputs.sources.text.csv import read_csv

        return read_csv(path, options)
    if kind == "html":
        from territory.inputs.sources.html import read_html

        return read_html(path, options)
    if kind == "excel":
        from territory.inputs.sources.excel import read_excel

        return read_excel(path, options)
    if kind == "records":
        from territory.inputs.sources.text.records import read_records

        return read_records(path)
    if kind == "parquet":
        from territory.inputs.sources.frames import read_parquet

        return read_parquet(path)
    from territory.inputs.sources.frames import read_vector

    return read_vector(path, options)


def format_of(path: Path) -> str:
    """Return how a file is read.

    One of "text", "html", "excel", "records", "parquet", "vector" and "archive".
    The content decides between text, web pages and workbooks, the suffix elsewhere.

    Raises
    ------
    SourceError
        If it is none of them.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(4096)
    for magic, what in _FOREIGN:
        if head.startswith(magic) and suffix not in _VECTOR:
            raise SourceError(
                f"is {what}, no table", hint="export the data as .xlsx or CSV and name that file"
            )
    if suffix in _ARCHIVES or head.startswith(b"\x1f\x8b"):
        return "archive"
    if suffix in {".json", *_RECORDS}:
        from territory.inputs.sources.text.records import holds_records

        if suffix in _RECORDS or holds_records(path):
            return "records"
    if suffix in _VECTOR:
        return "vector"
    if suffix in _PARQUET or head.startswith(b"PAR1"):
        return "parquet"
    if suffix not in (*_TEXT, *_EXCEL):
        raise SourceError(
            f"is a {suffix or 'file without suffix'}; expected one of {', '.join(TABLE_SUFFIXES)}"
        )
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return "archive" if suffix in _TEXT and head[:2] == b"PK" and _of_text(path) else "excel"
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if suffix in _EXCEL or bare.startswith((b"<html", b"<!doctype html", b"<table")):
        if bare.startswith(b"<"):
            return "html"
        if suffix in _EXCEL and (not head or not _is_text(head)):
            return "excel"
    return "text"


def _of_text(path: Path) -> bool:
    """Return whether an archive with the suffix of a text holds texts, and is no workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except DAMAGED:
        return False
    return (
        any(name.lower().endswith(_TEXT) for name in names) and "[Content_Types].xml" not in names
    )


def _is_text(head: bytes) -> bool:
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or not any(
        byte < 9 or 13 < byte < 32 for byte in head
    )


def _check_present(path: Path) -> None:
    if path.is_dir():
        raise SourceError("is a folder; expected a file", kind="missing_file")
    if not path.exists():
        near = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
        close = closest(path.name, near)
        raise SourceError(
            "does not exist", hint=f"did you mean {close[0]}?" if close else "", kind="missing_file"
        )
    if not stat.S_ISREG(path.stat().st_mode):
        raise SourceError("is no regular file, but a pipe or a device; expected a file")
