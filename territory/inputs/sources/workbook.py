"""Read a workbook in a process of its own: no file can take this one's memory, time or life."""

from __future__ import annotations

import contextlib
import datetime
import gc
import io
import marshal
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from territory.inputs.sources.books.hidden_rows import hidden_in_xls, hidden_in_xlsb
from territory.inputs.sources.books.number_formats import shown
from territory.inputs.sources.books.ods_xml import ods_facts
from territory.inputs.sources.books.sheet_xml import (
    DAMAGED,
    SheetFacts,
    active_sheet,
    broken_cell,
    sheet_facts,
)
from territory.inputs.sources.names import plain_name

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["HEAD_ROWS", "known_hits", "limits_of", "main", "read_workbook"]

HEAD_ROWS = 40
"""Rows in which a header is looked for."""

_PLAIN = frozenset({str, float, int, bool})
_MEGABYTE = 1 << 20
_EXACT = 1e15


def known_hits(row: Sequence[object], known: Sequence[str] | frozenset[str]) -> int:
    """Return how many different cells of a row are names of columns that are known."""
    return len({plain_name(cell) for cell in row if isinstance(cell, str)} & set(known) - {""})


def limits_of(size: int) -> tuple[int, int]:
    """Return the memory (bytes) and the processor time (s) that a file of some size may take.

    A sheet of 1.5 million cells in a file of 8 MB needs 0.3 GB and 2 s.
    """
    return 640 * _MEGABYTE + 100 * size, 7 + int(2 * size / _MEGABYTE)


def main() -> None:
    """Answer one question from stdin on stdout, both in Python's marshal format."""
    gc.disable()  # millions of cells, none of which refers to another: looking for circles is waste
    request = marshal.loads(sys.stdin.buffer.read())
    memory, seconds = limits_of(request["size"])
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        reply = read_workbook(request)
    except MemoryError:
        reply = {"error": "memory"}
    sys.stdout.buffer.write(marshal.dumps(dict(reply), 2))


class Request(TypedDict):
    """What is asked of the child; see `read_workbook`."""

    path: str
    sheet: str | None
    known: list[str]
    size: int


class Reply(TypedDict, total=False):
    """What the child answers; see `read_workbook`."""

    error: str
    what: str
    cell: str
    names: list[str]
    sheet: str
    sheets: list[tuple[str, str, str, int]]
    rows: list[list[object]]
    hidden: list[int]
    merged: list[tuple[int, int, int, int]]
    uncomputed: list[tuple[int, int]]
    whole: bool
    fixed: tuple[int, int, str]


def read_workbook(request: Request) -> Reply:
    """Return the rows of one sheet and what is known about the others.

    Parameters
    ----------
    request : mapping
        ``path``; ``sheet``, a name or None; ``known``, plain names of headers; ``size`` in bytes.

    Returns
    -------
    dict
        ``sheet``, ``sheets`` (name, kind, visibility, hits), ``rows``, ``hidden``, ``merged``,
        ``uncomputed``; or ``error`` (a kind or a sentence), ``names`` of sheets, ``sheet`` and
        ``cell``.
    """
    import python_calamine as calamine

    data = Path(request["path"]).read_bytes()
    try:
        book = calamine.load_workbook(io.BytesIO(data))
    except calamine.PasswordError:
        return {"error": "password"}
    except (calamine.CalamineError, ValueError, OSError, KeyError) as error:
        return {"error": "book", "what": _said(error)}
    metadata = [
        (meta.name, str(meta.typ).rpartition(".")[2], str(meta.visible).rpartition(".")[2])
        for meta in book.sheets_metadata
    ]
    archive = _archive(data)
    wanted = request["sheet"]
    names = [name for name, _, _ in metadata]
    if wanted is not None and wanted not in names:
        return {"error": "sheet", "names": names}
    tried: dict[str, list[list[object]]] = {}
    failures: dict[str, tuple[str, str]] = {}

    def rows_of(name: str) -> list[list[object]]:
        if name not in tried:
            try:
                sheet = book.get_sheet_by_name(name)
                found = sheet.to_python(skip_empty_area=False)
                tried[name] = cast("list[list[object]]", found)
            except (calamine.CalamineError, ValueError, OSError, KeyError) as error:
                tried[name] = []
                cell, what = broken_cell(archive, name) if archive else ("", "")
                failures[name] = (cell, what or _said(error))
        return tried[name]

    chosen, hits = _choice(metadata, wanted, request["known"], rows_of, archive)
    if chosen is None:
        return {"error": "no_sheet", "names": names}
    rows = rows_of(chosen)
    if chosen in failures:
        cell, what = failures[chosen]
        return {"error": "cell", "sheet": chosen, "cell": cell, "what": what}
    facts = _facts(book, data, archive, chosen)
    tried.clear()
    if archive and facts.illegal:
        cell, what = broken_cell(archive, chosen)
        what = "a control character that no workbook may hold" if what else ""
        return {"error": "cell", "sheet": chosen, "cell": cell, "what": what}
    fixed = _show(rows, facts.fixed)
    return {
        "fixed": fixed,
        "sheet": chosen,
        "sheets": [(*meta, hits.get(meta[0], -1)) for meta in metadata],
        "rows": [row if _PLAIN.issuperset(map(type, row)) else _marshalled(row) for row in rows],
        "hidden": facts.hidden,
        "merged": facts.merged,
        "uncomputed": facts.uncomputed,
        "whole": facts.all_told,
    }


def _show(rows: list[list[object]], fixed: Sequence[tuple[int, int, str]]) -> tuple[int, int, str]:
    """Write numbers as their formats of fixed digits show them, in place.

    Returns
    -------
    (int, int, str)
        How many, the row of the first from 0, and what it reads now.
    """
    count, first, example = 0, 0, ""
    for row, column, pattern in fixed:
        if row >= len(rows) or column >= len(rows[row]):
            continue
        value = rows[row][column]
        if isinstance(value, int | float) and 0 <= value < _EXACT and value == int(value):
            rows[row][column] = shown(value, pattern)
            if not count:
                first, example = row, str(rows[row][column])
            count += 1
    return count, first, example


def _facts(
    book: CalamineWorkbook, data: bytes, archive: zipfile.ZipFile | None, sheet: str
) -> SheetFacts:
    """Return what stands beside the values."""
    if archive is not None:
        return sheet_facts(archive, sheet)
    hidden: list[int] | None = None
    if data.startswith(b"PK"):
        with (
            contextlib.suppress(*DAMAGED),
            zipfile.ZipFile(io.BytesIO(data)) as other,
        ):
            if "content.xml" in other.namelist():
                return ods_facts(other, sheet)
            hidden = hidden_in_xlsb(other, sheet)
    else:
        hidden = hidden_in_xls(data, sheet)
    ranges = book.get_sheet_by_name(sheet).merged_cell_ranges or []
    merged = sorted((*first, *last) for first, last in ranges)
    return SheetFacts(merged=merged, hidden=hidden or [], all_told=hidden is not None)


def _choice(
    metadata: Sequence[tuple[str, str, str]],
    wanted: str | None,
    known: Sequence[str],
    rows_of: Callable[[str], list[list[object]]],
    archive: zipfile.ZipFile | None,
) -> tuple[str | None, dict[str, int]]:
    """Return the sheet to read and the known headers of each sheet that was looked at.

    The sheet that was open when the workbook was saved counts first; another visible one is taken
    only if it has more headers that are known. Hidden sheets and charts are never taken.
    """
    if wanted is not None:
        return wanted, {}
    visible = [name for name, kind, shown in metadata if (kind, shown) == ("WorkSheet", "Visible")]
    if len(visible) < 2:
        return (visible[0] if visible else None), {}
    at = active_sheet(archive) if archive else 0
    active = metadata[at][0] if at < len(metadata) else visible[0]
    visible.sort(key=lambda name: name != active)
    hits = {
        name: max((known_hits(row, known) for row in rows_of(name)[:HEAD_ROWS]), default=0)
        for name in visible
    }
    best = max(hits.values())
    if best < 2:
        filled = [name for name in visible if rows_of(name)]
        return (filled or visible)[0], hits
    first = hits[visible[0]]
    if first >= 2 and 2 * first >= best:
        return visible[0], hits
    return max(visible, key=lambda name: hits[name]), hits


def _archive(data: bytes) -> zipfile.ZipFile | None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        return archive if "xl/workbook.xml" in archive.namelist() else None
    except DAMAGED:
        return None


def _marshalled(row: Sequence[object]) -> list[object]:
    return [cell if type(cell) in _PLAIN else _odd(cell) for cell in row]


def _odd(cell: object) -> object:
    """Return a cell that marshal cannot write as a pair of its kind and its text."""
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return ("date", cell.date().isoformat() if midnight else cell.isoformat(sep=" "))
    if isinstance(cell, datetime.date):
        return ("date", cell.isoformat())
    if isinstance(cell, datetime.timedelta):
        seconds = round(cell.total_seconds())
        sign, seconds = "-" * (seconds < 0), abs(seconds)
        return ("time", f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}")
    return ("time", str(cell))


def _said(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
