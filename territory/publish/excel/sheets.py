"""Write plain tables as one Excel workbook: what commands beside `design` leave behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from territory.publish.excel.writing import add_sheet, book_bytes, empty_book
from territory.whole import whole_file, whole_files

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["write_csvs", "write_sheets", "write_tables"]


def write_sheets(
    path: Path,
    sheets: Mapping[str, pd.DataFrame],
    *,
    finish: Mapping[str, Callable[[Worksheet], None]] | None = None,
    people: bool = False,
) -> None:
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
    finish : mapping of str to callable, optional
        Sheet name → what gets the empty sheet, to add charts.
    people : bool
        Headings for people instead of column names.
    """
    book = empty_book()
    for name, frame in sheets.items():
        add_sheet(book, name, frame, people=people, finish=(finish or {}).get(name))
    with whole_file(path) as part:
        part.write_bytes(book_bytes(book))


def write_csvs(folder: Path, tables: Mapping[str, pd.DataFrame]) -> tuple[Path, ...]:
    """Write each table as ``NAME.csv`` into a folder, all of them or none."""
    from territory.inputs.cells import write_table

    with whole_files(folder) as part:
        for name, frame in tables.items():
            write_table(frame, part / f"{name}.csv")
    return tuple(folder / f"{name}.csv" for name in tables)


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
    from territory.inputs.cells import write_table

    names = [*(f"{name}.csv" for name in tables), workbook]
    with whole_files(folder) as part:
        for name, frame in tables.items():
            write_table(frame, part / f"{name}.csv")
        sheets = {name.capitalize().replace("_", " "): each for name, each in tables.items()}
        write_sheets(part / workbook, sheets)
    return tuple(folder / name for name in names)
