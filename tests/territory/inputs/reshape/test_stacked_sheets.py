"""Sheets of one workbook are one history, each for the period that its name says."""

import tomllib

import openpyxl
import pytest

from territory.design import audit
from territory.errors import InputError
from territory.inputs.first.first import first_scenario
from territory.inputs.reshape.stacked_sheets import period_of
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables

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


def sums(found):
    history = read_tables(read_scenario(found.path)).history
    return history.groupby("period")["revenue_usd"].sum().to_dict()


@pytest.mark.parametrize(
    ("sheets", "wanted"),
    [
        (years(["Account", "Amount"], 5), {"2023": 15, "2024": 15}),
        (years(["Account", "Sales {}"], 5), {"2023": 15, "2024": 15}),
        (
            years(["Account", "Jan", "Feb"], 5, 2),
            {"2023-01": 15, "2023-02": 6, "2024-01": 15, "2024-02": 6},
        ),
    ],
)
def test_a_sheet_for_each_year_is_one_history(files, tmp_path, sheets, wanted):
    found = first_scenario(
        tmp_path / "out", files(sheets), audit=lambda path: audit(read_scenario(path))
    )
    written = tomllib.loads(found.path.read_text())["inputs"]["history"]
    assert written["sheet"] == ["Sales 2023", "Sales 2024"]
    assert sums(found) == wanted


def test_sheets_of_different_tables_are_not_stacked(files, tmp_path):
    files({"2023": [["Account", "Amount"], ["A-1", 5]], "2024": [["Name", "Zip"], ["x", 1]]})
    (tmp_path / "s.toml").write_text(
        'inputs.accounts = "a.csv"\nmeasures.workload_h.tolerance = 0.1\nteam.territories = 2\n'
        'geography = {kind = "us_counties", states = ["CT"]}\n'
        'inputs.history = {file = "sales.xlsx", sheet = ["2023", "2024"]}\n'
    )
    try:
        errors = str(audit(read_scenario(tmp_path / "s.toml")).messages("error"))
    except InputError as error:
        errors = str(error)
    assert 'sheets "2023" and "2024" have different headers: "Account"' in errors


def test_the_name_of_a_sheet_says_one_period_or_none():
    names = ("2023", "Sales 2023", "Q1 2024", "FY24", "2023 vs 2024", "North", "Invoices")
    assert [period_of(it) for it in names] == ["2023", "2023", "Q1 2024", "FY24", "", "", ""]


def test_a_total_with_all_cells_of_a_narrow_table_is_left_out(files, tmp_path):
    rows = [["Account", "Amount"], *[[it, 500] for it in IDS], ["Total", 1500]]
    found = first_scenario(
        tmp_path / "out",
        files({"2023": rows, "2024": rows}),
        audit=lambda path: audit(read_scenario(path)),
    )
    assert sums(found) == {"2023": 1500, "2024": 1500}
