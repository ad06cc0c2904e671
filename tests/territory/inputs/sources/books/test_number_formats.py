"""Ids that a format of fixed digits shows are read as shown; amounts and dates are numbers."""

import openpyxl
import pytest

from territory.inputs.sources.books.number_formats import _pattern, shown
from territory.inputs.sources.open import open_table


def table(path, formats, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["account_id", "zip", "potential_usd"])
    for row in rows:
        sheet.append(row)
        for at, code in enumerate(formats):
            sheet.cell(sheet.max_row, at + 1).number_format = code
    book.save(path)
    return open_table(path)


def test_shown_digits_and_letters_are_read(tmp_path):
    formats = ["000000", "00000", "#,##0.00"]
    found = table(tmp_path / "a.xlsx", formats, [[7, 2138, 5], ["A-9", "x", 6], [None, 77002, 7]])
    assert found.frame["account_id"].tolist() == ["000007", "A-9", ""]
    assert found.frame["zip"].tolist() == ["02138", "x", "77002"]
    assert found.frame["potential_usd"].tolist() == ["5", "6", "7"]
    assert any("by a format of fixed digits" in what for *_, what, _ in found.notes)


def test_letters_of_a_format_are_part_of_the_id(tmp_path):
    found = table(tmp_path / "a.xlsx", ['"A-"000', "00000-0000", "0"], [[7, 21381234, 5]])
    assert found.frame.iloc[0].tolist() == ["A-007", "02138-1234", "5"]


@pytest.mark.parametrize(
    "code",
    ["0", "0.00", "0000.00", "#,##0", "00%", "0.00E+00", "hh:mm", "yyyy-mm-dd", "# ?/?", "@"],
)
def test_other_formats_change_nothing(code):
    assert _pattern(code) == ""


def test_digits_beyond_the_format_stay():
    assert shown(12345, _pattern("000")) == "12345"
