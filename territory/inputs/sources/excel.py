"""Read an Excel sheet cell by cell: numbers in code columns noticed, formulas never computed."""

from __future__ import annotations

import datetime
import difflib
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from territory.inputs.sources.headers import clean_headers, plain_name
from territory.inputs.sources.raw import Options, RawTable, SourceError
from territory.messages import Severity, quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["cell_text", "read_excel"]


def cell_text(value: object) -> str:
    """Return a cell's value as text, without guessing what it means.

    Examples
    --------
    Whole numbers have no decimals, and dates no time of day:

    >>> cell_text(1002.0), cell_text(0.1), cell_text(True), cell_text(None)
    ('1002', '0.1', 'TRUE', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | np.floating):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return str(value)


def read_excel(path: Path, options: Options) -> RawTable:
    """Read one sheet of a workbook; see `open_table`."""
    notes: list[tuple[Severity, str, int, str, str]] = []
    values, sheet, sheets = _sheet_rows(path, options.sheet, formulas=False)
    if options.sheet is None and len(sheets) > 1:
        others = ", ".join(quoted(name) for name in sheets if name != sheet)
        notes.append(
            ("info", "sheet", 0, f"sheet {quoted(sheet)} was read; not read: {others}", "")
        )
    filled = [at for at, row in enumerate(values) if any(cell_text(cell).strip() for cell in row)]
    if options.header_has is not None:
        wanted = plain_name(options.header_has)
        while filled and wanted not in {plain_name(cell_text(cell)) for cell in values[filled[0]]}:
            filled.pop(0)
    if not filled:
        lacks = f"has no header {quoted(options.header_has)}" if options.header_has else "is empty"
        raise SourceError(f"sheet {quoted(sheet)} {lacks}", kind="empty_table")
    header, body = values[filled[0]], [values[at] for at in filled[1:]]
    width = max(len(row) for row in values)
    lines = np.asarray(filled[1:], dtype=np.int64) + 1
    notes += [
        ("warning", "formula", at + 1, "its value was read as missing", "")
        for at in _uncomputed(path, options.sheet, values)
    ]
    return _table(header, body, width, lines, notes)


def _table(
    header: tuple[Any, ...],
    body: list[tuple[Any, ...]],
    width: int,
    lines: NDArray[np.int64],
    notes: list[tuple[Severity, str, int, str, str]],
) -> RawTable:
    import pandas as pd

    padded = [(*row, *(None,) * (width - len(row))) for row in body]
    cells = pd.DataFrame(
        {at: pd.Series([cell_text(row[at]) for row in padded], dtype="str") for at in range(width)}
    )
    names = [cell_text(cell) for cell in (*header, *(None,) * (width - len(header)))]
    frame, more = clean_headers(cells, names)
    numbers: dict[str, NDArray[np.bool_]] = {}
    kept = [at for at in range(width) if names[at].strip() or (cells[at] != "").any()]
    for name, at in zip(frame.columns, kept, strict=True):
        stored = [isinstance(row[at], int | float) and row[at] is not True for row in padded]
        numbers[str(name)] = np.asarray(stored, dtype=bool)
    return RawTable(frame=frame, lines=lines, notes=(*notes, *more), stored_as_number=numbers)


def _sheet_rows(
    path: Path, wanted: str | None, *, formulas: bool
) -> tuple[list[tuple[Any, ...]], str, list[str]]:
    """Return all rows of a sheet, its name and the names of all sheets."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with warnings.catch_warnings():
        # openpyxl warns about drawing features that no table needs.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=not formulas)
        except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
            raise SourceError(
                f"is no Excel workbook ({type(error).__name__})",
                hint="save it as .xlsx, or give a CSV file the suffix .csv",
            ) from None
        try:
            sheets = [str(name) for name in book.sheetnames]
            sheet = wanted or sheets[0]
            if sheet not in sheets:
                close = difflib.get_close_matches(sheet, sheets, n=1)
                raise SourceError(
                    f"has no sheet {quoted(sheet)}; it has {', '.join(map(quoted, sheets))}",
                    hint=f"did you mean {quoted(close[0])}?" if close else "",
                )
            page = book[sheet]
            page.reset_dimensions()
            return [tuple(row) for row in page.iter_rows(values_only=True)], sheet, sheets
        finally:
            book.close()


def _uncomputed(path: Path, wanted: str | None, values: list[tuple[Any, ...]]) -> list[int]:
    """Return the rows with a formula whose value the file does not store."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(b"<f" in archive.read(name) for name in sheets):
            return []
    formulas, _, _ = _sheet_rows(path, wanted, formulas=True)
    return [
        at
        for at, (row, shown) in enumerate(zip(formulas, values, strict=False))
        if any(
            isinstance(cell, str) and cell.startswith("=") and (c >= len(shown) or shown[c] is None)
            for c, cell in enumerate(row)
        )
    ]
