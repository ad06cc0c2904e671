"""Values that stand in other cells than ours are read, and each change is said."""

import numpy as np
import pandas as pd
import pytest

from territory.inputs.reshape.reshape import reshaped
from territory.inputs.sources.raw import RawTable


def table(headers, *rows):
    frame = pd.DataFrame(rows, columns=headers.split(","), dtype="str")
    return RawTable(frame=frame, lines=np.arange(2, 2 + len(rows), dtype=np.int64))


@pytest.mark.parametrize(("header", "cell"), [
    ("Lat/Lon", "29.756, -95.36"),
    ("GPS", "29.756,-95.36"),
    ("Coordinates", "(29.756, -95.36)"),
    ("Koordinaten", "29,756; -95,36"),
    ("Location", "POINT (-95.36 29.756)"),
    ("geopoint", "[-95.36, 29.756]"),
    ("lonlat", "-95.36 29.756"),
])  # fmt: skip
def test_both_coordinates_in_one_cell_are_taken_apart(header, cell):
    rows = [("A-1", cell), ("A-2", cell)]
    out = reshaped(table(f"account_id,{header}", *rows), "accounts", {})
    assert out.frame["lon"].str.replace(",", ".").tolist() == ["-95.36"] * 2
    assert out.frame["lat"].str.replace(",", ".").tolist() == ["29.756"] * 2
    assert out.notes[0][0] == "info"


def test_an_order_that_no_number_tells_is_warned_about_and_own_columns_stay():
    rows = [("A-1", "48.1, 11.5")]
    assert reshaped(table("account_id,GPS", *rows), "accounts", {}).notes[0][0] == "warning"
    own = table("account_id,lon,lat,GPS", ("A-1", "11.5", "48.1", "48.1, 11.5"))
    assert reshaped(own, "accounts", {}) is own


@pytest.mark.parametrize(("state", "county", "cells"), [
    ("State FIPS", "County FIPS", ("48", "201")),
    ("STATEFP", "COUNTYFP", ("48", "1")),
    ("State", "County Code", ("TX", "201")),
])  # fmt: skip
def test_county_codes_in_two_columns_are_put_together(state, county, cells):
    out = reshaped(table(f"account_id,{state},{county}", ("A-1", *cells)), "accounts", {})
    assert out.frame[county].tolist() == ["48" + cells[1].zfill(3)]
    assert "put together" in out.notes[0][3]


def test_names_of_counties_and_whole_codes_stay():
    for cells in (("TX", "Harris"), ("TX", "48201")):
        raw = table("account_id,state,county", ("A-1", *cells))
        assert reshaped(raw, "accounts", {}) is raw


@pytest.mark.parametrize(("headers", "cells", "period"), [
    ("Year,Month", ("2024", "3"), "2024-03"),
    ("Year,Month", ("2024.0", "März"), "2024-03"),
    ("Yr,Qtr", ("2024", "Q2"), "2024-Q2"),
    ("Year,Quarter,Month", ("2024", "Q1", "2"), "2024-02"),
    ("Fiscal Year,Fiscal Quarter", ("2024", "2"), "FY2024-Q2"),
])  # fmt: skip
def test_a_year_and_its_part_become_a_period(headers, cells, period):
    raw = table(f"account_id,{headers},revenue", ("A-1", *cells, "100"))
    out = reshaped(raw, "history", {})
    assert out.frame["period"].tolist() == [period]
    assert list(out.frame) == ["account_id", "revenue", "period"]


def test_a_year_beside_dates_of_that_year_is_left_out():
    raw = table("account_id,Year,Date,revenue", ("A-1", "2024", "2024-03-15", "100"))
    assert list(reshaped(raw, "history", {}).frame) == ["account_id", "Date", "revenue"]


def test_periods_as_columns_become_rows_with_the_lines_of_the_file():
    raw = table("account_id,Sales Q1 2023,Sales Q2 2023,Total", ("A-1", "10", "", "10"),
                ("A-2", "30", "40", "70"))  # fmt: skip
    out = reshaped(raw, "history", {})
    assert out.frame.values.tolist() == [
        ["A-1", "Q1 2023", "10"], ["A-2", "Q1 2023", "30"], ["A-2", "Q2 2023", "40"]
    ]  # fmt: skip
    assert out.lines.tolist() == [2, 3, 3]


def test_units_of_the_headers_and_pieces_beside_sales_are_kept():
    raw = table("account_id,2022 Revenue ($K),2023 Revenue ($K)", ("A-1", "1", "2"))
    assert list(reshaped(raw, "history", {}).frame) == ["account_id", "period", "Sales ($K)"]
    raw = table("account_id,Revenue 2022,Units 2022,Revenue 2023", ("A-1", "1", "7", "2"))
    out = reshaped(raw, "history", {}).frame
    assert out["units"].tolist() == ["7", ""]


def test_months_need_a_year():
    with_year = table("account_id,Year,Jan,Feb", ("A-1", "2024", "1", "2"))
    assert reshaped(with_year, "history", {}).frame["period"].tolist() == ["2024-01", "2024-02"]
    out = reshaped(table("account_id,Jan,Feb", ("A-1", "1", "2")), "history", {})
    assert out.notes[0][3] == 'columns "Jan" to "Feb" are periods of a year that stands nowhere'


def test_what_the_scenario_maps_and_other_tables_stay():
    raw = table("account_id,2022,2023", ("A-1", "1", "2"))
    assert reshaped(raw, "history", {"revenue_usd": "2023"}) is raw
    assert reshaped(raw, "accounts", {}) is raw
