"""Rows written as text are what openpyxl writes cell by cell."""

import datetime
import io
import zipfile

from territory.publish.excel import rows
from territory.publish.excel.rows import write_rows
from territory.publish.excel.workbook_parts import Style
from territory.publish.excel.writing import Cells, book_bytes, empty_book

COLUMNS = [
    ["007", " =A1", "=A1", "@x", "", "a&b<c>d", "Zürich 東京", "tail ", "line\rend", "\x1b[0m"],
    [0, 1, -3, 10**17, True, False, None, float("nan"), 7, 8],
    [0.1, 1 / 3, 1e300, 1e-7, 2.0, float("inf"), -0.0, None, "n/a", 12345678.9],
    [None, "text", datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1, 12), 1, 2.5, *"abcd"],
]
STYLES = [Style("@"), Style("#,##0"), Style("0.0%", wrap=True), Style("0")]


def sheet_of(fill):
    book = empty_book()
    sheet = book.workbook.create_sheet("Sheet")
    cell = Cells(sheet)
    sheet.append([cell("head")])
    fill(book, sheet, cell)
    with zipfile.ZipFile(io.BytesIO(book_bytes(book))) as file:
        return file.read("xl/worksheets/sheet1.xml")


def by_openpyxl(_book, sheet, cell):
    for row, values in enumerate(zip(*COLUMNS, strict=True), start=2):
        if row == 3:
            sheet.row_dimensions[row].height = 30.0
        sheet.append([cell(each, style) for each, style in zip(values, STYLES, strict=True)])


def by_rows(book, _sheet, cell):
    cells = [lambda value, style=style: cell(value, style) for style in STYLES]
    write_rows(book, COLUMNS, cells=cells, heights={3: 30.0}, first=2)


def test_text_numbers_dates_and_what_is_missing_are_written_as_openpyxl_writes_them():
    assert sheet_of(by_rows) == sheet_of(by_openpyxl)


def test_blocks_and_texts_that_are_forgotten_change_nothing(monkeypatch):
    whole = sheet_of(by_rows)
    monkeypatch.setattr(rows, "_BLOCK", 3)
    monkeypatch.setattr(rows, "_KNOWN", 2)
    assert sheet_of(by_rows) == whole
