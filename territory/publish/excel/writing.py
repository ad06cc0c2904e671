"""One sheet of a workbook: text stays text, numbers are numbers, it prints one page wide."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from territory.publish.excel.headings import heading, note_of
from territory.publish.excel.layout import (
    LINE_POINTS,
    UPRIGHT,
    WRAPPED,
    header_lines,
    longest,
    n_printed,
    row_lines,
    width_of,
)
from territory.publish.excel.rows import Book, text_of, write_rows
from territory.publish.excel.workbook_parts import Style, normalised, style_of

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["LARGEST_SHEET", "Cells", "add_sheet", "book_bytes", "empty_book", "paper"]

LARGEST_SHEET = 1_048_576
"""Rows of an Excel sheet, the header included; what does not fit is counted in the last row."""


def empty_book() -> Book:
    """Return a write-only workbook to which sheets are added."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "territory-design"
    return Book(book)


def book_bytes(book: Book) -> bytes:
    """Return a workbook as it stands in a file, without the time of its writing."""
    out = io.BytesIO()
    book.workbook.save(out)
    return normalised(out.getvalue(), rows=book.rows)


def add_sheet(
    book: Book,
    name: str,
    frame: pd.DataFrame,
    *,
    file: str = "",
    frozen: str = "A2",
    finish: Callable[[Worksheet], None] | None = None,
    formats: Sequence[str] | None = None,
    people: bool = True,
) -> None:
    """Write a frame as a sheet with a frozen, filtered header and columns as wide as needed.

    Parameters
    ----------
    book : Book
    name : str
        At most 31 characters.
    frame : DataFrame
        The units in the column names (``_usd``, ``_h``) decide on the number formats.
    file : str
        The file that the columns are of: their notes are its columns' sentences.
    frozen : str
        First cell that scrolls.
    finish : callable, optional
        Gets the empty sheet.
    formats : sequence of str, optional
        Number formats instead, one a column.
    people : bool
        Headings for people instead of column names.
    """
    from openpyxl.utils import get_column_letter
    from pandas.api.types import is_numeric_dtype

    sheet = book.workbook.create_sheet(name)
    cell = Cells(sheet)
    fits = len(frame) + 1 <= LARGEST_SHEET
    shown = frame if fits else frame.iloc[: LARGEST_SHEET - 2]
    names = [str(column) for column in frame.columns]
    titles = [heading(each) for each in names] if people else names
    titles = [
        f"{title} ({name})" if titles.count(title) > 1 and title != name else title
        for title, name in zip(titles, names, strict=True)
    ]
    styles = [
        Style(formats[at])
        if formats is not None
        else style_of(each, number=is_numeric_dtype(frame.iloc[:, at]))
        for at, each in enumerate(names)
    ]
    letters = [longest(frame.iloc[:, at], style) for at, style in enumerate(styles)]
    widths = [width_of(t, n, people=people) for t, n in zip(titles, letters, strict=True)]
    printed = n_printed(widths)
    # What paper does not show stays on one line: it would only push the printed rows apart.
    wraps = [
        style.number_format == "@" and n > WRAPPED and at < printed
        for at, (style, n) in enumerate(zip(styles, letters, strict=True))
    ]
    styles = [
        Style(style.number_format, wrap=wrap, top=any(wraps))
        for style, wrap in zip(styles, wraps, strict=True)
    ]
    for at, width in enumerate(widths):
        column = sheet.column_dimensions[get_column_letter(at + 1)]
        column.width, column.number_format = width, styles[at].number_format
    sheet.freeze_panes = frozen
    last = get_column_letter(max(1, len(styles)))
    sheet.auto_filter.ref = f"A1:{last}{len(shown) + 1}"
    paper(sheet, across=sum(widths) > UPRIGHT)
    if printed < len(widths):
        end = get_column_letter(printed)
        sheet.print_area = f"A1:{end}{len(frame) + 1 if fits else LARGEST_SHEET}"
        _footer(sheet, f"&A, page &P of &N: columns A to {end} of {last}")
    if finish is not None:
        finish(sheet)
    head = header_lines(titles, widths) if people else 1
    if head > 1:
        sheet.row_dimensions[1].height = head * LINE_POINTS
    sheet.append(
        [
            cell(
                title,
                Style(bold=True, fill=True, wrap=people, right=style.number_format != "@"),
                note=note_of(raw, file) if file and people else "",
            )
            for title, raw, style in zip(titles, names, styles, strict=True)
        ]
    )
    columns = [shown.iloc[:, at].tolist() for at in range(len(names))]
    cells = [partial(cell, style=style) for style in styles]
    wrapped = [(at, widths[at]) for at, style in enumerate(styles) if style.wrap]
    heights: dict[int, float] = {}
    for row, values in enumerate(zip(*columns, strict=True) if wrapped else (), start=2):
        lines = row_lines(values, wrapped)
        if lines > 1:
            heights[row] = lines * LINE_POINTS
    write_rows(book, columns, cells=cells, heights=heights, first=2)
    if not fits:
        more = len(frame) - len(shown)
        place = f": see {file}" if file else ""
        said = f"and {more:,} more rows, which no Excel sheet can hold{place}"
        write_rows(book, [[said]], cells=[cell], heights={}, first=LARGEST_SHEET)


def paper(sheet: Worksheet, *, across: bool = True) -> None:
    """Print a sheet one page wide, with its head on every page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape" if across else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    _footer(sheet, "&A, page &P of &N")


def _footer(sheet: Worksheet, words: str) -> None:
    footer = sheet.oddFooter
    assert footer is not None
    assert footer.center is not None
    footer.center.text = words


class Cells:
    """Make the cells of one sheet: text stays text, missing numbers stay empty."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self._sheet = sheet
        self._styles: dict[Style, Mapping[str, object]] = {}

    def __call__(self, value: object, style: Style | None = None, *, note: str = "") -> Cell:
        """Return a cell with its style and, where there is one, its note."""
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.comments import Comment

        style = style or Style()
        if isinstance(value, str):
            text, run = text_of(value)
            cell = WriteOnlyCell(self._sheet, value=text)
            cell.data_type = "s"  # openpyxl guesses formulas and error codes from text
            if run:
                cell.quotePrefix = True
        else:
            number = None if value != value else cast("float", value)  # noqa: PLR0124 - NaN only
            cell = WriteOnlyCell(self._sheet, value=number)
        if style not in self._styles:
            self._styles[style] = style.parts()
        for name, part in self._styles[style].items():
            setattr(cell, name, part)
        if note:
            cell.comment = Comment(note, "territory-design", height=110, width=280)
        return cell
