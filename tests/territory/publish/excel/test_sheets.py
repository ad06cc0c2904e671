"""Tables as CSV files and one workbook: text stays text, all or nothing."""

import openpyxl
import pandas as pd
import pytest

from territory.errors import InputError
from territory.publish.excel.sheets import write_sheets, write_tables

HOSTILE = pd.DataFrame(
    {
        "zip": ["01001", "77030"],
        "name": ['=HYPERLINK("http://x")', "St. Mary\x1b[31m"],
        "potential_usd": [1.5, float("nan")],
    }
)


def test_text_stays_text_and_missing_numbers_stay_empty(tmp_path):
    write_sheets(tmp_path / "book.xlsx", {"Accounts": HOSTILE, "Empty": HOSTILE.head(0)})
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames == ["Accounts", "Empty"]
    rows = [[cell.value for cell in row] for row in book["Accounts"].iter_rows(min_row=2)]
    assert rows == [
        ["01001", '=HYPERLINK("http://x")', 1.5],
        ["77030", "St. Mary\\x1b[31m", None],
    ]
    cell = book["Accounts"]["B2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_the_same_tables_give_the_same_bytes(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_sheets(tmp_path / name, {"Accounts": HOSTILE})
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_each_table_is_a_csv_file_and_a_sheet_and_other_files_stay(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "mine.txt").write_text("kept", encoding="utf-8")
    files = write_tables(folder, {"accounts": HOSTILE}, workbook="book.xlsx")
    assert [file.name for file in files] == ["accounts.csv", "book.xlsx"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "accounts.csv", "book.xlsx", "mine.txt",
    ]  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    first = (folder / "accounts.csv").read_text(encoding="utf-8").splitlines()[1]
    assert first.startswith("01001,")
    assert not first.split(",")[1].lstrip('"').startswith("=")


def test_a_folder_that_is_a_file_is_refused_with_a_hint(tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="out is a file; expected a folder"):
        write_tables(tmp_path / "out", {"accounts": HOSTILE}, workbook="book.xlsx")
