"""The command `forecast` on a saved plan with hostile names."""

import json

import pandas as pd
import pytest
from openpyxl import load_workbook

from tests.territory.cli.test_incentive_commands import command, place

__all__ = ["command", "place"]


def test_the_forecast_sums_to_the_companys_and_its_quarters_to_the_year(place, command):
    code, out, err = command("forecast", "tiny.toml", "--json")
    assert code == 0, err
    said = json.loads(out)
    table = pd.read_csv(place / "runs" / "tiny" / "forecast.csv")
    assert len(table) == 3
    assert (table["p10_usd"] < table["expected_usd"]).all()
    assert (table["expected_usd"] < table["p90_usd"]).all()
    assert table["expected_usd"].sum() == pytest.approx(said["company"]["expected_usd"], abs=1)
    quarters = table[[f"{name}_expected_usd" for name in said["quarters"]]].sum(axis=1)
    assert quarters.to_numpy() == pytest.approx(table["expected_usd"].to_numpy(), abs=1)


def test_every_quarter_has_its_interval_and_the_companys_is_narrower_than_the_sum(place, command):
    code, out, err = command("forecast", "tiny.toml", "--json")
    assert code == 0, err
    said = json.loads(out)
    table = pd.read_csv(place / "runs" / "tiny" / "forecast.csv")
    company = pd.read_csv(place / "runs" / "tiny" / "forecast_company.csv").set_index("period")
    assert list(company.index) == ["year", *said["quarters"]]
    assert company.loc["year", "p90_usd"] == said["company"]["p90_usd"]
    book = load_workbook(place / "runs" / "tiny" / "scorecard.xlsx", read_only=True)
    assert {"Forecast", "Company forecast", "Business case", "Forecast notes"} <= {*book.sheetnames}
    book.close()
    for row in said["company_by_quarter"]:
        name = row["quarter"]
        low, high = (table[f"{name}_{end}_usd"] for end in ("p10", "p90"))
        assert (low < table[f"{name}_expected_usd"]).all()
        assert (table[f"{name}_expected_usd"] < high).all()
        assert row["expected_usd"] == pytest.approx(table[f"{name}_expected_usd"].sum(), abs=1)
        assert low.sum() < row["p10_usd"] < row["expected_usd"] < row["p90_usd"] < high.sum()
    shown = command("forecast", "tiny.toml")[1]
    below = shown.split("sales by quarter, 10 to 90 % of years")[1]
    assert [line.split()[0] for line in below.splitlines() if line.startswith((" T", " all"))] == [
        *table["territory_id"], "all",
    ]  # fmt: skip


def test_the_business_case_is_its_parts_and_says_what_it_assumes(place, command):
    code, out, err = command("forecast", "tiny.toml")
    assert code == 0, err
    assert "business case: " in out
    assert "if sales answer to selling time as published studies of other fields found" in out
    rows = pd.read_csv(place / "runs" / "tiny" / "business_case.csv").set_index("item")
    parts = rows["expected_usd"].drop("together").sum()
    assert rows.loc["together", "expected_usd"] == pytest.approx(parts, abs=0.05)
    assert "\x1b" not in out
