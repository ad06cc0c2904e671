"""Sheets that people read and print: rows as high as their text, columns that paper can show."""

import io

import openpyxl
import pandas as pd
import pytest

from territory.publish.excel.layout import header_lines, longest, n_printed, width_of
from territory.publish.excel.workbook_parts import style_of
from territory.publish.excel.writing import add_sheet, book_bytes, empty_book

SENTENCE = "every territory keeps its workload within ten percent of its goal, travel included"


def sheet_of(frame, **options):
    book = empty_book()
    add_sheet(book, "Sheet", frame, **options)
    return openpyxl.load_workbook(io.BytesIO(book_bytes(book)))["Sheet"]


def test_a_row_is_as_high_as_the_text_that_wraps_in_it():
    sheet = sheet_of(pd.DataFrame({"what": [SENTENCE, "short", SENTENCE * 3], "n_x": [1, 2, 3]}))
    one, three = sheet.row_dimensions[2].height, sheet.row_dimensions[4].height
    assert one >= 2 * 15
    assert three > one
    assert sheet.row_dimensions[3].height is None
    assert sheet["B2"].alignment.vertical == "top"


def test_a_heading_of_several_lines_has_the_height_for_them():
    sheet = sheet_of(pd.DataFrame({"potential_usd_deviation": [0.1]}))
    lines = header_lines([sheet["A1"].value], [sheet.column_dimensions["A"].width])
    assert lines > 1
    assert sheet.row_dimensions[1].height == 15 * lines
    assert sheet["A1"].alignment.horizontal == "right"


def test_a_column_of_numbers_is_as_wide_as_what_it_shows():
    assert longest(pd.Series([1 / 3, -2 / 3]), style_of("travel_h", number=True)) == 5
    assert longest(pd.Series([1 / 3]), style_of("x_deviation", number=True)) == 6
    assert longest(pd.Series([float("nan")]), style_of("travel_h", number=True)) == 0
    assert width_of("Travel (h)", 5, people=True) == pytest.approx(12.5)


def test_paper_shows_the_columns_that_can_be_read_and_the_footer_says_which():
    wide = pd.DataFrame({f"column_{at:02}": ["a dozen letters"] * 3 for at in range(40)})
    sheet = sheet_of(wide)
    n = n_printed([sheet.column_dimensions["A"].width] * 40)
    assert 5 < n < 40
    last = openpyxl.utils.get_column_letter(n)
    assert sheet.print_area == f"'Sheet'!$A$1:${last}$4"
    assert sheet.oddFooter.center.text.endswith(f"columns A to {last} of AN")
    assert sheet.page_setup.orientation == "landscape"


def test_what_paper_does_not_show_pushes_no_rows_apart():
    frame = pd.DataFrame({f"column_{at:02}": ["a dozen letters"] for at in range(40)})
    sheet = sheet_of(frame.assign(why=SENTENCE * 4))
    assert sheet.row_dimensions[2].height is None


def test_a_narrow_sheet_prints_upright():
    sheet = sheet_of(pd.DataFrame({"zip": ["00601"], "territory_id": ["T01"]}))
    assert sheet.page_setup.orientation == "portrait"
    assert not sheet.print_area
