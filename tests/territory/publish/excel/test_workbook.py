"""The workbook opens, keeps ids as text, runs no name, and its moves can be read back."""

import pandas as pd
import pytest
from openpyxl import load_workbook

from territory.errors import InputError
from territory.messages import visible
from territory.publish.excel import writing
from territory.publish.excel.account_sheet import account_sheet
from territory.publish.excel.headings import heading
from territory.publish.excel.moves_sheet import read_moves
from territory.publish.excel.workbook import SHEETS, refresh_workbook, write_workbook
from territory.review.moves import moves
from tests.territory.plans import HOSTILE_NAMES, UNIT_IDS, small_plan


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "scorecard.xlsx"
    plan = small_plan()
    write_workbook(plan, path)
    return plan, path


@pytest.fixture(scope="module")
def book(written):
    """The workbook as it is read; who changes it reads one of their own."""
    return load_workbook(written[1])


def column(sheet, name):
    header = [cell.value for cell in sheet[1]]
    return [row[header.index(heading(name))] for row in sheet.iter_rows(min_row=2)]


def test_all_sheets_are_there_in_order(book):
    assert tuple(book.sheetnames) == SHEETS


def test_no_cell_of_any_sheet_is_a_formula_or_an_error_code(book):
    for sheet in book:
        for row in sheet.iter_rows():
            assert not [cell.coordinate for cell in row if cell.data_type in {"f", "e"}]


def test_names_that_begin_like_a_formula_are_text_with_a_quote_prefix(book):
    cells = column(book["Accounts"], "name")
    assert [cell.value for cell in cells] == [visible(name) for name in HOSTILE_NAMES]
    dangerous = [cell for cell in cells if cell.value[0] in "=+-@"]
    assert len(dangerous) == 4
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in dangerous)


def test_characters_that_xml_cannot_hold_are_written_out(book):
    names = [cell.value for cell in column(book["Accounts"], "name")]
    assert "\\x1b[31mRed\\x1b[0m Cross\\x07" in names


def test_ids_are_text_cells_and_keep_leading_zeros(book):
    ids = column(book["Accounts"], "account_id")
    assert [ids[1].value, ids[1].data_type, ids[1].number_format] == ["0001", "s", "@"]
    units = column(book["Alignment"], "unit_id")
    assert [cell.value for cell in units] == list(UNIT_IDS)
    assert {cell.data_type for cell in units} == {"s"}


def test_the_scorecard_is_numbers_with_formats_and_a_frozen_filtered_header(book, written):
    plan, _ = written
    sheet = book["Scorecard"]
    deviations = column(sheet, "potential_usd_deviation")
    assert [cell.value for cell in deviations] == pytest.approx(
        list(plan.territories["potential_usd_deviation"])
    )
    assert deviations[0].number_format == "+0.0%;-0.0%;0.0%"
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert [cell.value for cell in column(sheet, "outside")] == [None, None, "potential_usd"]


def test_deviations_outside_the_band_are_coloured_by_a_rule(book):
    ranges = {str(found.sqref): found.rules for found in book["Scorecard"].conditional_formatting}
    assert len(ranges) == 2
    (rule,) = ranges["J2:J4"]
    assert rule.operator == "notBetween"
    assert [float(text) for text in rule.formula] == pytest.approx([-0.1, 0.1], abs=1e-5)


def test_the_summary_says_what_is_proved_and_that_the_data_are_synthetic(book):
    said = {row[0].value: row[1].value for row in book["Summary"].iter_rows(min_row=2, max_col=2)}
    assert said["Status"].startswith("no plan found that keeps every rule")
    assert said["Data"].startswith("synthetic")
    assert said["Scenario and inputs (SHA-256)"] == "ab12" * 16
    assert said["Broken rule"].startswith("potential_usd of T03 is 520,000")


def test_missing_numbers_are_empty_cells(book):
    assert column(book["Accounts"], "revenue_usd")[11].value is None


def test_the_moves_sheet_reads_back_as_the_moves(written):
    plan, path = written
    pd.testing.assert_frame_equal(
        read_moves(path)[["unit_id", "account_id", "from", "to", "today"]],
        moves(plan)[["unit_id", "account_id", "from", "to", "today"]],
        check_dtype=False,
    )


def test_rows_that_people_add_are_read_and_unusable_ones_are_all_named(written, tmp_path):
    book = load_workbook(written[1])
    sheet = book["Moves"]
    sheet.append([48006, None, None, "T03", "T01", "a nicer border"])
    path = tmp_path / "edited.xlsx"
    book.save(path)
    assert read_moves(path).iloc[-1]["unit_id"] == "48006"
    sheet.append(["48002", None, None, "T02", None, None])
    sheet.append([None, None, None, None, "T02", None])
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_moves(path)
    assert str(caught.value) == (
        f"error: {path}, sheet Moves: 2 rows cannot be used\n"
        "  row 5  48002   has no `to`\n"
        "  row 6  to T02  names no unit and no account\n"
        "\n"
        "hint: fill the cells in, or clear the row"
    )


def test_a_workbook_without_moves_and_a_file_that_is_none_are_refused(tmp_path):
    from openpyxl import Workbook

    other = tmp_path / "other.xlsx"
    Workbook().save(other)
    with pytest.raises(InputError, match="has no sheet Moves"):
        read_moves(other)
    other.write_text("unit_id,to\n")
    with pytest.raises(InputError, match="cannot be read as an Excel workbook"):
        read_moves(other)


def test_more_rows_than_a_sheet_holds_are_counted_in_the_last_row(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "LARGEST_SHEET", 8)
    path = tmp_path / "scorecard.xlsx"
    write_workbook(small_plan(), path)
    sheet = load_workbook(path)["Accounts"]
    assert sheet.max_row == 8
    assert sheet["A8"].value == ("and 6 more rows, which no Excel sheet can hold: see accounts.csv")


def test_the_same_plan_gives_the_same_bytes(written, tmp_path):
    again = tmp_path / "again.xlsx"
    write_workbook(small_plan(), again)
    assert again.read_bytes() == written[1].read_bytes()


def test_headings_are_words_with_the_columns_sentence_as_a_note(book):
    sheet = book["Accounts"]
    heads = {cell.value: cell for cell in sheet[1]}
    assert {"Account ID", "Potential (USD)", "Territory today", "Rep today"} <= set(heads)
    assert heads["Potential (USD)"].comment.text == "potential in USD a year [USD a year]"
    for each in book:
        if each.title == "Summary":
            continue
        titles = [cell.value for cell in each[1]]
        assert len(titles) == len(set(titles)), each.title


def test_accounts_have_zip_city_state_and_the_reps_of_today_and_the_plan(tmp_path):
    plan = small_plan()
    plan.accounts["zip"] = "79901"
    plan.accounts["my own column"] = "x"
    write_workbook(plan, tmp_path / "book.xlsx")
    sheet = load_workbook(tmp_path / "book.xlsx")["Accounts"]
    first = {name.value: cell.value for name, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (first["ZIP"], first["City"], first["State"]) == ("79901", "El Paso", "TX")
    assert first["Rep"] == plan.territories["rep_name"][0]
    assert first["my own column"] == "x"


def test_a_german_postal_code_gets_no_american_city():
    plan = small_plan()
    plan.accounts["zip"] = "79901"
    units = plan.geography.units.assign(level="polygon")
    object.__setattr__(plan.geography, "units", units)
    whole = ~plan.accounts["unit_id"].str.contains(":")
    assert set(account_sheet(plan).loc[whole, "city"]) == {""}


def test_every_sheet_prints_one_page_wide_with_its_head_on_each_page(book):
    for sheet in book:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$1:$1"


def test_long_text_is_wrapped_and_numbers_are_numbers(book):
    assert column(book["Columns"], "meaning")[0].alignment.wrap_text
    assert all(isinstance(c.value, float | int) for c in column(book["Accounts"], "potential_usd"))


def test_the_columns_sheet_says_what_every_column_means(book):
    names = {cell.value for cell in column(book["Columns"], "column")}
    assert {"territory_id", "potential_usd", "travel_h"} <= names


def test_moves_read_back_under_their_plain_names_too(written, tmp_path):
    book = load_workbook(written[1])
    for cell in book["Moves"][1]:
        cell.value = {"Unit ID": "unit_id", "Account ID": "account_id", "To": "to"}.get(
            cell.value, cell.value
        )
    book.save(tmp_path / "plain.xlsx")
    assert len(read_moves(tmp_path / "plain.xlsx")) == len(moves(small_plan()))


def test_further_sheets_stay_when_others_join_and_are_replaced_by_their_own(tmp_path):
    plan = small_plan()
    first = pd.DataFrame({"territory_id": ["01", "=2"], "quota_usd": [1.0, float("nan")]})
    refresh_workbook(plan, tmp_path, {"Quotas": first})
    refresh_workbook(plan, tmp_path, {"Pay": pd.DataFrame({"rep_id": ["R1"]})})
    book = load_workbook(tmp_path / "scorecard.xlsx")
    assert [*SHEETS[:-1], "Quotas", "Pay", "Columns"] == book.sheetnames
    rows = [[cell.value for cell in row] for row in book["Quotas"].iter_rows()]
    assert rows == [["Territory", "Quota (USD)"], ["01", 1], ["=2", None]]
    assert book["Quotas"]["B2"].number_format == '"$"#,##0'
    assert book["Quotas"]["A3"].data_type == "s"
    refresh_workbook(plan, tmp_path, {"Quotas": first.head(1)})
    assert load_workbook(tmp_path / "scorecard.xlsx")["Quotas"].max_row == 2
