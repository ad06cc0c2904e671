"""Write plain tables as one Excel workbook: what commands beside `design` leave behind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory.messages import visible
from territory.publish.excel.workbook_parts import Style, normalise, style_of
from territory.whole import whole_file, whole_files

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook

__all__ = ["write_sheets", "write_tables"]

_LARGEST_SHEET = 1_048_576
_WIDEST = 60.0
_LOOKED_AT = 200
_RUN_BY_SPREADSHEETS = re.compile(r"[=+\-@\t\r]")


def write_sheets(path: Path, sheets: Mapping[str, pd.DataFrame]) -> None:
    """Write each table as a sheet; the same tables give the same bytes.

    Every text is a text cell: ids keep leading zeros, names that begin like a formula are never
    run. Missing numbers stay empty.

    Parameters
    ----------
    path : Path
        Replaced if it exists.
    sheets : mapping of str to DataFrame
        Sheet name (at most 31 characters) → table, in the order of the workbook. The units in the
        column names (``_usd``, ``_h``) decide on the number formats.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "territory-design"
    for name, frame in sheets.items():
        _sheet(book, name, frame)
    with whole_file(path) as part:
        book.save(part)
        normalise(part)


def write_tables(
    folder: Path, tables: Mapping[str, pd.DataFrame], *, workbook: str
) -> tuple[Path, ...]:
    """Write each table as ``NAME.csv``, and all of them as the sheets of one workbook.

    Everything is written beside the folder first and moved in when whole; other files in the
    folder are left alone.

    Parameters
    ----------
    folder : Path
        Made if absent.
    tables : mapping of str to DataFrame
        Name, as in ``accounts`` (the sheet is called Accounts) → table.
    workbook : str
        File name of the workbook.

    Raises
    ------
    InputError
        The folder cannot be written, or holds a file of such a name that is not the product's.
    """
    from territory.inputs.tables.cells import write_table

    names = [*(f"{name}.csv" for name in tables), workbook]
    with whole_files(folder) as part:
        for name, frame in tables.items():
            write_table(frame, part / f"{name}.csv")
        sheets = {name.capitalize().replace("_", " "): each for name, each in tables.items()}
        write_sheets(part / workbook, sheets)
    return tuple(folder / name for name in names)


def _sheet(book: Workbook, name: str, frame: pd.DataFrame) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter
    from pandas.api.types import is_numeric_dtype

    sheet = book.create_sheet(name)
    parts: dict[Style, Mapping[str, Any]] = {}

    def cell(value: object, style: Style) -> Any:
        if isinstance(value, str):
            text = visible(value)[:32_767]
            out = WriteOnlyCell(sheet, value=text)
            out.data_type = "s"  # openpyxl guesses formulas and error codes from text
            if _RUN_BY_SPREADSHEETS.match(text):
                out.quotePrefix = True
        else:
            number: Any = None if value != value else value  # noqa: PLR0124 - NaN only
            out = WriteOnlyCell(sheet, value=number)
        if style not in parts:
            parts[style] = style.parts()
        for key, part in parts[style].items():
            setattr(out, key, part)
        return out

    fits = len(frame) + 1 <= _LARGEST_SHEET
    shown = frame if fits else frame.iloc[: _LARGEST_SHEET - 2]
    styles = [
        style_of(str(column), number=is_numeric_dtype(frame[column])) for column in frame.columns
    ]
    for at, column in enumerate(frame.columns):
        letter = get_column_letter(at + 1)
        longest = max((len(str(value)) for value in shown[column].head(_LOOKED_AT)), default=0)
        sheet.column_dimensions[letter].width = min(
            _WIDEST, max(len(str(column)), min(longest, 40)) + 2.5
        )
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(styles)))}{len(shown) + 1}"
    sheet.append([cell(str(column), Style(bold=True, fill=True)) for column in frame.columns])
    columns = [shown[column].tolist() for column in frame.columns]
    for values in zip(*columns, strict=True):
        sheet.append([cell(value, style) for value, style in zip(values, styles, strict=True)])
    if not fits:
        more = len(frame) - len(shown)
        sheet.append([cell(f"and {more:,} more rows, which no sheet can hold", Style())])
