"""Tables of every format become the same text cells, with their physical lines."""

import datetime
import subprocess

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import Options, SourceError
from territory.inputs.sources.text.csv import _careful, _fast, sniff_delimiter


@pytest.fixture
def opened(tmp_path):
    """Write a CSV file and open it."""

    def opener(content, *, name="a.csv", **options):
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (tmp_path / name).write_bytes(data)
        return open_table(tmp_path / name, Options(**options))

    return opener


def cells(raw):
    return raw.frame.values.tolist()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(opened, delimiter):
    raw = opened(f"id{delimiter}name\nA-1{delimiter}x y\n")
    assert list(raw.frame.columns) == ["id", "name"]
    assert cells(raw) == [["A-1", "x y"]]


def test_delimiters_inside_quotes_or_names_do_not_mislead():
    assert sniff_delimiter('id;name\n1;"a,b,c"\n2;"d,e,f"\n') == ";"
    assert sniff_delimiter("id,name\n1,a;b\n2,c;d\n") == ","
    assert sniff_delimiter("only\n1\n") == ","


def test_a_byte_order_mark_windows_lines_and_missing_last_newline_change_nothing(opened):
    assert cells(opened("\ufeffa,b\r\n1,2\r\n3,4")) == [["1", "2"], ["3", "4"]]
    assert list(opened("\ufeffa,b\n1,2\n").frame.columns) == ["a", "b"]


def test_lines_are_those_of_the_file_after_quoted_newlines_and_blank_lines(opened):
    raw = opened('a,b\r\n"x\r\ny\r\nz",1\r\nq,2\r\n\r\n,\r\nr,3\r\n')
    assert cells(raw) == [["x\r\ny\r\nz", "1"], ["q", "2"], ["r", "3"]]
    assert raw.lines.tolist() == [2, 5, 8]
    assert opened('a,b\n"x\ny",1\nq,2\n').lines.tolist() == [2, 4]


def test_latin_1_is_read_and_noticed_with_its_first_line(opened):
    raw = opened("a,b\n1,2\nMontréal,“x”\n".encode("cp1252"))
    assert cells(raw)[1] == ["Montréal", "“x”"]
    said = 'line 3 is not UTF-8; read as Windows Latin-1: "Montréal"'
    assert raw.notes[0][3] == said


def test_utf_16_as_excel_saves_unicode_text_is_read(opened):
    assert cells(opened("a\tb\n1\té\n".encode("utf-16"))) == [["1", "é"]]


def test_a_given_encoding_is_kept_to(opened):
    assert cells(opened("a\né\n".encode("latin-1"), encoding="latin-1")) == [["é"]]
    with pytest.raises(SourceError, match="is not text in the encoding utf-8"):
        opened(b"a\n\xff\n", encoding="utf-8")
    with pytest.raises(SourceError, match='encoding "klingon" is unknown'):
        opened("a\n", encoding="klingon")


def test_rows_with_too_many_or_too_few_fields_are_named(opened):
    raw = opened("a,b\n1,2,3\n4\n5,6,\n")
    assert [note[:4] for note in raw.notes] == [
        ("error", "wide_row", 2, "3 fields under 2 headers"),
        ("error", "short_row", 3, "1 field under 2 headers"),
    ]


def test_an_unclosed_quote_is_named_by_its_line(opened):
    with pytest.raises(SourceError, match="line 3: a quote is opened and never closed"):
        opened('a,b\n1,2\n"x,3\n4,5\n')


def test_binary_data_is_no_table(opened):
    with pytest.raises(SourceError, match="line 2 contains a NUL character"):
        opened(b"a,b\n1,\x00\n")


def test_double_and_missing_headers_are_noticed(opened):
    assert opened("a,a\n1,2\n").notes[0][3] == 'has two columns named "a"'
    raw = opened("a,,\n1,2,\n")
    assert list(raw.frame.columns) == ["a", "column_2"]
    assert raw.notes[0][3] == "column 2 has no header; kept as column_2"


_cell = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=6
) | st.sampled_from(['"', ",", "\n", "\r\n", "a\rb", "=1", " x "])


@settings(max_examples=60)
@given(st.lists(st.lists(_cell, min_size=2, max_size=2), min_size=1, max_size=5))
def test_the_fast_and_the_careful_way_read_the_same(rows):
    def quoted(cell):
        return '"' + cell.replace('"', '""') + '"'

    text = "\n".join(",".join(quoted(cell) for cell in row) for row in [["a", "b"], *rows])
    slow, fast = _careful(text, ","), _fast(text, ",")
    if fast is not None:
        kept = (fast.cells != "").any(axis=1).to_numpy()
        assert fast.cells[kept].values.tolist() == slow.cells.values.tolist()
        assert fast.lines[kept].tolist() == slow.lines.tolist()
    assert slow.cells.values.tolist() == [["a", "b"], *(row for row in rows if any(row))]


def workbook(path, rows, title="Accounts"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.create_sheet("Notes").append(["x"])
    book.save(path)
    return path


def test_an_excel_sheet_keeps_numbers_text_dates_and_lines(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        [
            [],
            ["id", "zip", "when", "x", "ok"],
            ["A-1", 1002, datetime.datetime(2024, 1, 31), 0.1, True],
            [],
            ["A-2", "01002", None, 1e20, False],
        ],
    )
    raw = open_table(path)
    assert cells(raw) == [
        ["A-1", "1002", "2024-01-31", "0.1", "TRUE"],
        ["A-2", "01002", "", "1e+20", "FALSE"],
    ]
    assert raw.lines.tolist() == [3, 5]
    assert raw.stored_as_number["zip"].tolist() == [True, False]
    assert raw.notes[0][3] == 'sheet "Accounts" was read; not read: "Notes"'


def test_a_sheet_can_be_chosen_and_a_wrong_one_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["id"], ["A-1"]])
    assert cells(open_table(path, Options(sheet="Accounts"))) == [["A-1"]]
    with pytest.raises(SourceError) as caught:
        open_table(path, Options(sheet="Acounts"))
    assert caught.value.what == 'has no sheet "Acounts"; it has "Accounts", "Notes"'
    assert caught.value.hint == 'did you mean "Accounts"?'


def test_a_formula_without_a_stored_value_is_noticed(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["id", "v"], ["A-1", "=1+1"], ["A-2", 5]])
    raw = open_table(path)
    assert cells(raw) == [["A-1", ""], ["A-2", "5"]]
    assert ("warning", "formula", 2, "its value was read as missing", "") in raw.notes


def test_excel_zips_stored_as_numbers_get_their_zeros_back_with_a_line_each(read, tmp_path):
    workbook(
        tmp_path / "a.xlsx",
        [
            ["account_id", "zip", "county_fips", "ccn"],
            [17, 1002, 9001, 10001],
            [18, 77030, None, None],
        ],
    )
    tables = read(keys='inputs.accounts = {file = "a.xlsx"}')
    assert not tables.audit.errors
    assert tables.accounts["account_id"].tolist() == ["17", "18"]
    assert tables.accounts["zip"].tolist() == ["01002", "77030"]
    assert tables.accounts["county_fips"].tolist() == ["09001", ""]
    assert tables.accounts["ccn"].tolist() == ["010001", ""]
    text = "\n".join(message.text() for message in tables.audit.messages())
    for code in ("01002", "09001", "010001"):
        assert f"(restored to {code})" in text
    assert "ids are stored as numbers: leading zeros, if they had any, are lost" in text


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("a.parquet", "is no Parquet file"),
        ("a.gpkg", "begins with other bytes"),
        ("a.docx", "is a .docx; expected one of .csv"),
    ],
)
def test_a_file_that_is_not_what_its_suffix_says_is_refused(opened, name, what):
    with pytest.raises(SourceError, match=what):
        opened("account_id,zip\nA-1,77030\n", name=name)


def test_text_named_xlsx_is_read_and_said(opened):
    raw = opened("account_id,zip\nA-1,77030\n", name="a.xlsx")
    assert cells(raw) == [["A-1", "77030"]]
    assert raw.notes[0][3] == "is delimited text, although its name ends in .xlsx"


def test_a_folder_is_no_table(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(SourceError, match="is a folder; expected a file"):
        open_table(tmp_path / "a.csv")


def test_parquet_numbers_in_code_columns_are_noticed(tmp_path, read):
    pd.DataFrame(
        {"account_id": ["A-1", "A-2"], "zip": [1002, 77030], "potential_usd": [1.5, np.nan]}
    ).to_parquet(tmp_path / "a.parquet")
    tables = read(keys='inputs.accounts = {file = "a.parquet"}')
    assert tables.accounts["zip"].tolist() == ["01002", "77030"]
    assert tables.accounts["potential_usd"].iloc[0] == 1.5
    assert np.isnan(tables.accounts["potential_usd"].iloc[1])


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp"])
def test_points_of_a_layer_become_lon_and_lat(tmp_path, read, name):
    frame = gpd.GeoDataFrame(
        {"account_id": ["A-1", "A-2"]},
        geometry=gpd.points_from_xy([-97.74, -95.4], [30.27, 29.7]),
        crs=4326,
    )
    (frame.rename(columns={"account_id": "acct"}) if name == "a.shp" else frame).to_file(
        tmp_path / name
    )
    tables = read(keys=f'inputs.accounts = {{file = "{name}"}}')
    assert tables.accounts["account_id"].tolist() == ["A-1", "A-2"]
    assert tables.accounts["lon"].tolist() == pytest.approx([-97.74, -95.4])
    assert tables.accounts["lat"].tolist() == pytest.approx([30.27, 29.7])
    assert "lon and lat were taken from its points" in str(tables.audit.messages("info"))


def test_a_layer_can_be_chosen_and_a_wrong_one_is_refused(tmp_path):
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=gpd.points_from_xy([1.0], [2.0]), crs=4326)
    frame.to_file(tmp_path / "a.gpkg", layer="one")
    frame.to_file(tmp_path / "a.gpkg", layer="two")
    assert open_table(tmp_path / "a.gpkg").notes[0][3] == 'layer "one" was read; not read: "two"'
    with pytest.raises(SourceError, match='has no layer "tow"; it has "one", "two"'):
        open_table(tmp_path / "a.gpkg", Options(layer="tow"))


@pytest.mark.parametrize(
    "label", ["TX Total", "Razem", "Summa", "合計", "总计", "Average", "Overall"]
)
def test_totals_of_other_languages_and_of_groups_are_left_out(tmp_path, label):
    path = tmp_path / "a.csv"
    path.write_text(
        f"account_id,zip,a,b\nA,77002,1,2\nB,77003,3,4\n{label},,4,6\n", encoding="utf-8"
    )
    raw = open_table(path, Options())
    assert raw.frame["account_id"].tolist() == ["A", "B"]
    assert any(label in what for _, _, _, what, _ in raw.notes)


def test_a_workbook_that_a_busy_machine_does_not_read_in_time_is_not_called_broken(
    tmp_path, monkeypatch
):
    path = tmp_path / "a.xlsx"
    pd.DataFrame({"id": ["A-1"]}).to_excel(path, index=False)

    def late(*words, timeout, **options):
        raise subprocess.TimeoutExpired("python", timeout)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(SourceError, match="could not be read within 21 seconds") as told:
        open_table(path, Options())
    assert "once this machine has less to do" in told.value.hint
