"""Read a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods): formulas are never computed."""

from __future__ import annotations

import gc
import marshal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import numpy as np

from territory.inputs.sources.books.sheet_xml import DAMAGED
from territory.inputs.sources.cell_text import cell_text
from territory.inputs.sources.raw import Note, Options, RawTable, SourceError
from territory.inputs.sources.report import MOST_COLUMNS, table_of
from territory.inputs.sources.rows.grid import Grid
from territory.inputs.sources.workbook import Reply, Request, limits_of
from territory.messages import closest, counted, quoted

__all__ = ["read_excel", "sheets_of"]

_ROOT = str(Path(__file__).resolve().parents[3])
_CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from territory.inputs.sources.workbook import main; main()"
)
_NUMERIC: frozenset[type] = frozenset({float, int})
_EXACT = 1e15
_SAVE = "open it in Excel and save it again as .xlsx, or export the sheet as CSV"


def read_excel(path: Path, options: Options) -> RawTable:
    """Read one sheet of a workbook; see `open_table`.

    The workbook is read by a process of its own, whose memory and time are limited by the size of
    the file: what unpacks to more than a table of its size needs is refused.
    """
    with _uncollected():
        return _read(path, options)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from walking through millions of cells again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read(path: Path, options: Options) -> RawTable:
    reply = _ask(path, options)
    sheet = str(reply["sheet"])
    where = f"sheet {quoted(sheet)} "
    notes = _sheet_notes(reply, options)
    rows = reply.pop("rows")
    _fill_merged(rows, reply["merged"], notes)
    width = max((len(row) for row in rows), default=0)
    if not width:
        raise SourceError(f"{where}is empty", kind="empty_table")
    if width > MOST_COLUMNS:
        width = max(_filled_width(row) for row in rows)
        rows = [row[:width] for row in rows]
    if width > MOST_COLUMNS:
        raise SourceError(
            f"{where}has cells in {width:,} columns; this is no table with a header",
            hint="take out the cells beside the table, or export it as CSV",
        )
    uncomputed: dict[int, list[int]] = {}
    for row, column in reply["uncomputed"]:
        if row < len(rows):
            uncomputed.setdefault(row, []).append(column)
    notes += [
        ("warning", "formula", row + 1, "its value was read as missing", "") for row in uncomputed
    ]
    cells, first, example = reply["fixed"]
    if cells:
        what = f"{counted(cells, 'number')} read as the sheet shows them, by a format of fixed "
        notes.append(("info", "format", first + 1, f"{what}digits: {quoted(example)}", ""))
    if path.suffix.lower() in {".xls", ".xlsb"} and not reply["whole"]:
        what = "rows that a filter hides cannot be told from the others in an old workbook"
        notes.append(("info", "hidden_rows", 0, what, "save it as .xlsx where it has a filter"))
    grid = _grid(rows, width, notes, frozenset(row + 1 for row in reply["hidden"]), where)
    rows.clear()  # half of the memory that a large sheet takes
    return table_of(grid, known=options.known, header_has=options.header_has)


def _filled_width(row: Sequence[object]) -> int:
    return next((at + 1 for at in range(len(row) - 1, -1, -1) if row[at] != ""), 1)


def sheets_of(
    path: Path, known: frozenset[str], *, also: Callable[[str], object] | None = None
) -> list[str]:
    """Return the names of the visible sheets that look like tables, the one to be read first.

    With them those whose names ``also`` says yes to, whatever their headers are.
    """
    reply = _ask(path, Options(known=known))
    first = str(reply["sheet"])
    visible = [
        (str(name), hits)
        for name, kind, shown, hits in reply["sheets"]
        if name != first and (kind, shown) == ("WorkSheet", "Visible")
    ]
    others = [name for name, hits in visible if hits >= 2 or (also is not None and also(name))]
    return [first, *others]


def _grid(
    rows: Sequence[Sequence[object]],
    width: int,
    notes: Sequence[Note],
    hidden: frozenset[int],
    where: str,
) -> Grid:
    import pandas as pd

    padded = [row if len(row) == width else [*row, *[""] * (width - len(row))] for row in rows]
    cells: dict[int, pd.Series[str]] = {}
    numbers, dates = {}, {}
    for at, column in enumerate(zip(*padded, strict=True)):
        kinds = set(map(type, column))
        cells[at] = pd.Series(_texts(column, kinds), dtype="str")
        if kinds & _NUMERIC:
            numbers[at] = np.fromiter(map(_is_number, column), bool, len(column))
        if tuple in kinds:
            date = np.fromiter(map(_is_date, column), bool, len(column))
            if date.any():
                dates[at] = date
    return Grid(
        cells=pd.DataFrame(cells),
        lines=np.arange(1, len(rows) + 1, dtype=np.int64),
        notes=notes,
        numbers=numbers,
        dates=dates,
        hidden=hidden,
        where=where,
    )


def _is_number(cell: object) -> bool:
    return type(cell) is float or type(cell) is int


def _is_date(cell: object) -> bool:
    return type(cell) is tuple and cell[0] == "date"


def _texts(column: Sequence[object], kinds: set[type]) -> Sequence[str]:
    """Return the cells of one column as text; columns of one type, most of them, at once."""
    if kinds == {str}:
        return cast("Sequence[str]", column)
    if kinds <= {str, float}:
        return [
            cell
            if isinstance(cell, str)
            else str(int(cell))
            if cell.is_integer() and -_EXACT < cell < _EXACT
            else repr(cell)
            for cell in cast("Sequence[str | float]", column)
        ]
    return [_text(cell) for cell in column]


def _text(cell: object) -> str:
    if type(cell) is str:
        return cell
    return str(cell[1]) if type(cell) is tuple else cell_text(cell)


def _fill_merged(
    rows: list[list[object]], merged: Sequence[tuple[int, int, int, int]], notes: list[Note]
) -> None:
    """Give every row of a merged text cell its text; a merged number stands for all its rows."""
    filled, numbers = 0, 0
    first = 0
    for top, left, bottom, _ in merged:
        if bottom <= top or top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        if value == "":
            continue
        first = first or top + 1
        if type(value) in {float, int}:
            numbers += 1
            continue
        filled += 1
        for row in range(top + 1, min(bottom + 1, len(rows))):
            if left < len(rows[row]) and rows[row][left] == "":
                rows[row][left] = value
    if filled:
        what = f"{counted(filled, 'merged cell')} over several rows: each row was given its text"
        notes.append(("warning", "merged", first, what, ""))
    if numbers:
        what = f"{counted(numbers, 'merged cell')} with a number over several rows: only the first "
        notes.append(
            ("warning", "merged", first, f"{what}row has it", "unmerge and fill the cells in Excel")
        )


def _sheet_notes(reply: Reply, options: Options) -> list[Note]:
    sheet = str(reply["sheet"])
    if options.sheet is not None or len(reply["sheets"]) < 2:
        return []
    others = [
        quoted(name) + ("" if (kind, shown) == ("WorkSheet", "Visible") else " (hidden)")
        if kind == "WorkSheet"
        else f"{quoted(name)} (no table)"
        for name, kind, shown, _ in reply["sheets"]
        if name != sheet
    ]
    said = f"sheet {quoted(sheet)} was read; not read: {', '.join(others)}"
    notes: list[Note] = [("info", "sheet", 0, said, "")]
    hits = {str(name): n for name, _, _, n in reply["sheets"]}
    rivals = [name for name, n in hits.items() if name != sheet and n >= 2 and 2 * n >= hits[sheet]]
    if rivals:
        what = (
            f"sheet {quoted(sheet)} was read, and {', '.join(map(quoted, rivals))} could be meant"
        )
        hint = 'write sheet = "…" for this table in the scenario, or sheet = ["…", "…"] to read '
        notes = [("warning", "sheet", 0, what, f"{hint}several one under the other")]
    return notes


def _ask(path: Path, options: Options) -> Reply:
    """Return the child's answer, or refuse with the true cause."""
    size = path.stat().st_size
    request: Request = {
        "path": str(path.absolute()),
        "sheet": options.sheet,
        "known": sorted(options.known),
        "size": size,
    }
    _, seconds = limits_of(size)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD, _ROOT],
            input=marshal.dumps(dict(request), 2),
            capture_output=True,
            check=False,
            timeout=3 * seconds,
        )
    except subprocess.TimeoutExpired:
        what = f"could not be read within {3 * seconds} seconds"
        hint = f"try again once this machine has less to do, or {_SAVE}"
        raise SourceError(what, hint=hint) from None
    reply: Reply = {"error": "memory"}
    if done.returncode == 0:
        reply = marshal.loads(done.stdout)
    elif b"PanicException" in done.stderr:
        reply = {"error": "book", "what": "its parts contradict each other"}
    if "error" in reply:
        raise _refusal(path, reply, options)
    return reply


def _refusal(path: Path, reply: Reply, options: Options) -> SourceError:
    error = str(reply["error"])
    if error == "password":
        return _protected()
    if error == "memory":
        what = "is no usable workbook: it unpacks to far more than a table of its size needs"
        return SourceError(what, hint=_SAVE)
    if error == "sheet":
        names = reply["names"]
        wanted = options.sheet or ""
        close = closest(wanted, names)
        return SourceError(
            f"has no sheet {quoted(wanted)}; it has {', '.join(map(quoted, names))}",
            hint=f"did you mean {quoted(close[0])}?" if close else "",
        )
    if error == "no_sheet":
        names = reply["names"]
        listed = f": {', '.join(map(quoted, names))}" if names else ""
        what = f"has no visible sheet with cells{listed}"
        return SourceError(what, hint='write sheet = "…" to read a hidden one')
    if error == "cell":
        cell = f", cell {reply['cell']}" if reply["cell"] else ""
        what = f"sheet {quoted(str(reply['sheet']))}{cell} cannot be read: {reply['what']}"
        return SourceError(what, hint=_SAVE)
    return _no_workbook(path, str(reply["what"]))


def _protected() -> SourceError:
    return SourceError(
        "is protected by a password",
        hint="take the password off in Excel (File, Info, Protect Workbook) and save it",
    )


def _no_workbook(path: Path, said: str) -> SourceError:
    data = path.read_bytes()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0" in data:
            return _protected()
        if path.suffix.lower() != ".xls":
            return SourceError(
                f"is no {path.suffix} workbook: it is protected by a password, or an old .xls",
                hint="open it in Excel, take the password off and save it as .xlsx",
            )
    if data.startswith(b"PK\x03\x04") and not _whole(path):
        what = "is a damaged workbook: its archive is not whole, as after a broken download"
        return SourceError(what, hint="copy or export it again, and " + _SAVE)
    return SourceError(f"is no Excel workbook that can be read ({said})", hint=_SAVE)


def _whole(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(archive.namelist())
    except DAMAGED:
        return False
