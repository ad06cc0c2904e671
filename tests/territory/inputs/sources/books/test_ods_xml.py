"""Merged cells and filtered rows of OpenDocument sheets, and durations of a day and more."""

import datetime
import zipfile

import openpyxl
import pytest

from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import SourceError

REPEATED = 'table:number-columns-repeated="3000"'
SPACE = "urn:oasis:names:tc:opendocument:xmlns"


def cell(text, **spans):
    written = "".join(f' table:number-{name}-spanned="{n}"' for name, n in spans.items())
    return (f'<table:table-cell office:value-type="string"{written}><text:p>{text}</text:p>'
            "</table:table-cell>")  # fmt: skip


def row(*cells, visibility="visible"):
    return f'<table:table-row table:visibility="{visibility}">{"".join(cells)}</table:table-row>'


def write(path, *rows):
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{SPACE}:office:1.0" '
        f'xmlns:table="{SPACE}:table:1.0" xmlns:text="{SPACE}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="A">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")


def test_every_row_of_a_merged_cell_has_its_text_and_filtered_rows_are_counted(tmp_path):
    covered = "<table:covered-table-cell/>"
    write(
        tmp_path / "a.ods",
        row(cell("account_id"), cell("idn")),
        row(cell("A-1"), cell("North", rows=2, columns=1)),
        row(cell("A-2"), covered, visibility="filter"),
        row(cell("A-3"), cell("South")),
    )
    raw = open_table(tmp_path / "a.ods")
    assert raw.frame["idn"].tolist() == ["North", "North", "South"]
    said = {kind: what for _, kind, _, what, _ in raw.notes}
    assert "each row was given its text" in said["merged"]
    assert said["hidden_rows"].startswith("1 of 3 rows are hidden")


def test_a_duration_of_more_than_a_day_is_hours_and_minutes(tmp_path):
    book = openpyxl.Workbook()
    for line in (["account_id", "service_h"], ["A-1", datetime.timedelta(hours=27, minutes=30)]):
        book.active.append(line)
    book.active["B2"].number_format = "[h]:mm"
    book.save(tmp_path / "a.xlsx")
    assert open_table(tmp_path / "a.xlsx").frame["service_h"].tolist() == ["27:30:00"]


def test_a_cell_repeated_over_thousands_of_columns_is_no_table(tmp_path):
    many = cell("x").replace("<table:table-cell", f"<table:table-cell {REPEATED}", 1)
    write(tmp_path / "a.ods", row(cell("account_id"), many), row(cell("A-1"), many))
    with pytest.raises(SourceError, match=r"has cells in [\d,]+ columns; this is no table"):
        open_table(tmp_path / "a.ods")


def number(kind, value, shown, *, more=""):
    key = {"date": "date-value", "boolean": "boolean-value"}.get(kind, "value")
    return (f'<table:table-cell office:value-type="{kind}" office:{key}="{value}"{more}>'
            f"<text:p>{shown}</text:p></table:table-cell>")  # fmt: skip


def test_numbers_of_an_open_document_read_as_those_of_a_workbook(tmp_path):
    note = "<office:annotation><text:p>007</text:p></office:annotation>"
    write(
        tmp_path / "a.ods",
        row(*map(cell, ("zip", "account_id", "fte", "revenue", "start", "n", "noted"))),
        row(
            number("float", "2138", "02138"),
            number("float", "7", "A-007"),
            number("percentage", "0.85", "85%"),
            number("currency", "1234.5", "1.234,50 €", more=' office:currency="EUR"'),
            number("date", "2024-01-31", "31.01.24"),
            number("float", "1200", "1 200"),
            number("float", "7", "7").replace("<text:p>", f"{note}<text:p>", 1),
        ),
    )
    raw = open_table(tmp_path / "a.ods")
    assert raw.frame.iloc[0].tolist() == [
        *("02138", "A-007", "0.85", "1234.5", "2024-01-31", "1200", "7")
    ]
    assert '2 numbers read as the sheet shows them, by a format of fixed digits: "02138"' in str(
        raw.notes
    )
