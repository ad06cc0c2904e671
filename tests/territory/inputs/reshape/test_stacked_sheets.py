"""Sheets of one workbook are one history, each for the period that its name says."""

import tomllib

import openpyxl
import pytest

from territory.audit import Audit
from territory.inputs.first.first import first_scenario
from territory.inputs.reshape.reshape import reshaped
from territory.inputs.reshape.stacked_sheets import stacked_sheets
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.sources.raw import Options, SourceError
from territory.inputs.tables.tables import read_tables
from territory.inputs.time.named import period_of

IDS = ["A-1", "A-2", "A-3"]


@pytest.fixture
def files(tmp_path):
    def write(sheets):
        (tmp_path / "a.csv").write_text(
            "account_id,name,zip,potential_usd\n"
            + "".join(f"{it},Clinic,0610{at},9\n" for at, it in enumerate(IDS, start=3))
        )
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "sales.xlsx")
        return [tmp_path / "a.csv", tmp_path / "sales.xlsx"]

    return write


def years(head, *values):
    return {
        f"Sales {year}": [[cell.format(year) for cell in head]]
        + [[it, *values, year][: len(head)] for it in IDS]
        for year in (2023, 2024)
    }


def test_a_sheet_of_months_for_each_year_is_one_history(files, tmp_path):
    sheets = years(["Account", "Jan", "Feb"], 5, 2)
    found = first_scenario(tmp_path / "out", files(sheets), audit=lambda _: Audit([]))
    written = tomllib.loads(found.path.read_text())["inputs"]["history"]
    assert written["sheet"] == ["Sales 2023", "Sales 2024"]
    history = read_tables(read_scenario(found.path)).history
    assert history.groupby("period")["revenue_usd"].sum().to_dict() == {
        "2023-01": 15, "2023-02": 6, "2024-01": 15, "2024-02": 6,
    }  # fmt: skip


def test_years_as_blocks_of_one_sheet_are_one_history(files, tmp_path):
    rows = []
    for year, jan in ((2023, 5), (2024, 7)):
        rows += [[year], ["Account", "Jan", "Feb"], *([it, jan, 2] for it in IDS)]
        rows += [["Total", 3 * jan, 6], []]
    found = first_scenario(tmp_path / "out", files({"Sales": rows}), audit=lambda _: Audit([]))
    history = read_tables(read_scenario(found.path)).history
    assert history.groupby("period")["revenue_usd"].sum().to_dict() == {
        "2023-01": 15, "2023-02": 6, "2024-01": 21, "2024-02": 6,
    }  # fmt: skip


@pytest.mark.parametrize("head", ["Amount", "Sales {}"])
def test_the_year_of_a_sheet_is_in_its_name_or_in_a_header(files, head):
    _, path = files(years(["Account", head], 5))
    raw = stacked_sheets(path, ["Sales 2023", "Sales 2024"], Options())
    history = reshaped(raw, "history", {}).frame
    assert len(history) == 6
    column = "Year" if head == "Amount" else "period"
    assert sorted(set(history[column])) == ["2023", "2024"]


def test_sheets_of_different_tables_are_not_stacked(files):
    _, path = files(
        {"2023": [["Account", "Amount"], ["A-1", 5]], "2024": [["Name", "Zip"], ["x", 1]]}
    )
    with pytest.raises(SourceError, match='"2023" and "2024" have different headers: "Account"'):
        stacked_sheets(path, ["2023", "2024"], Options())


def test_the_name_of_a_sheet_says_one_period_or_none():
    names = ("2023", "Sales 2023", "Q1 2024", "FY24", "2023 vs 2024", "North", "Invoices")
    assert [period_of(it) for it in names] == ["2023", "2023", "Q1 2024", "FY24", "", "", ""]
