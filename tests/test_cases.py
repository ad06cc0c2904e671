"""Inputs made after public reports, each with its right value; skipped where they are absent."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from territory.design import prepare
from territory.errors import InputError, TerritoryError
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables

CASES = Path(__file__).resolve().parents[1].parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not here")

READ = {  # potential_usd in all, accounts
    "csv_dot_thousands_silent": (2_372_000, 24),
    "csv_german_numbers": (2_372_000, 24),
    "csv_german_numbers_repair": (2_372_000, 24),
    "csv_nbsp_thousands": (2_372_000, 24),
    "csv_zip_float": (2_372_000, 24),
    "csv_zip_float_repair": (2_372_000, 24),
    "csv_fips_float": (2_372_000, 24),
    "csv_census_geoid_prefix": (2_372_000, 24),
    "csv_sep_line": (2_372_000, 24),
    "csv_crm_footer": (2_372_000, 24),
    "csv_title_rows": (2_372_000, 24),
    "csv_ctrl_z": (2_372_000, 24),
    "csv_mixed_encoding": (2_372_000, 24),
    "xlsx_total_row": (2_372_000, 24),
    "xlsx_two_row_header": (2_372_000, 24),
    "xlsx_hidden_first_sheet": (2_372_000, 24),
    "xlsx_very_hidden_first_sheet": (2_372_000, 24),
    "xlsx_active_second_sheet": (2_372_000, 24),
    "xlsx_chartsheet_first": (2_372_000, 24),
    "xlsx_strict_ooxml": (2_372_000, 24),
    "xlsx_html_export": (2_372_000, 24),
    "xlsx_merged_idn": (2_372_000, 24),
    "xlsx_merged_alignment": (2_372_000, 24),
    "crm_id_15_18": (2_372_000, 24),
    "alignment_dated": (2_372_000, 24),
    "alignment_two_territories_overlay": (2_372_000, 24),
    "account_credit_revenue": (2_372_000, 24),
    "csv_comma3_repair": (2_372_000, 24),
    "reps_capacity_dot_thousands": (2_372_000, 24),
}
REFUSED = {  # what the message names
    "csv_two_revenue_headers": '"Net Sales" and "Sales"',
    "csv_two_zip_headers": '"Zip Code" and "Postal Code"',
    "xlsx_control_char": 'sheet "Accounts"',
    "xlsx_broken_xml": 'sheet "Accounts"',
    "xlsx_bad_string_index": 'sheet "Accounts"',
    "xlsx_bad_number": 'sheet "Accounts"',
    "xlsx_password": "password",
    "xlsx_formula_no_cache": "formulas without stored values",
    "xlsx_long_numeric_ids": "Excel keeps 15 digits",
    "xlsx_ids_became_dates": "Excel made it of an id",
    "history_year_subtotals": "periods overlap",
    "points_plz_as_us_zip": "no place",
    "points_paris_as_us_zip": "no place",
    "points_plz_mixed": "no place",
    "poly_geojson_projected_no_crs": "metres or feet",
    "rep_on_leave_fte0": "fte",
}
UNITS = {  # units, borders; bridges are none
    "poly_gap_none": (36, 60),
    "poly_gap_22m": (36, 60),
    "poly_gap_60m": (36, 60),
    "poly_gap_300m": (36, 60),
    "real_ct60_simplified": (60, 150),
    "poly_topojson": (16, 24),
    "poly_plz_int": (16, 24),
    "poly_plz_excel_units": (16, 24),
    "poly_fsa_case": (16, 24),
}
ALONE = ("points_40_same", "points_mob", "points_pairs_same_address", "points_antimeridian_fiji")
PLACED = (
    *("gis_accounts_footprints", "gis_accounts_lat_only_attr", "gis_accounts_lon_in_metres"),
    "gis_accounts_multipoint",
)
TREND = {
    "history_trend_q1_2023": 1 / 3,
    "history_trend_2023_q1": 1 / 3,
    "history_trend_dmy": 0.5,
    "history_trend_excel_serial": 0.5,
    "history_trend_iso": 0.5,
    "history_trend_month_names": 0.5,
    "history_trend_unpadded": 0.5,
    "history_trend_us_dates": 0.5,
}


@pytest.fixture
def case(tmp_path):
    def copied(name):
        shutil.copytree(CASES / name, tmp_path / name)
        return read_scenario(tmp_path / name / "s.toml")

    return copied


@pytest.mark.parametrize("name", READ)
def test_the_table_is_read_as_it_was_meant(case, name):
    tables = read_tables(case(name))
    tables.audit.raise_if_errors()
    potential, n = READ[name]
    assert len(tables.accounts) == n
    assert tables.accounts["potential_usd"].sum() == potential
    if "service_h" in tables.accounts and "zip_float" not in name:
        assert tables.accounts["service_h"].sum() == pytest.approx(784.3, abs=15)


def test_nobody_works_two_hours_a_year(case):
    tables = read_tables(case("reps_capacity_dot_thousands"))
    assert tables.reps["capacity_h"].tolist() == [1640, 820, 1640]


@pytest.mark.parametrize("name", REFUSED)
def test_the_cause_is_named(case, name):
    with pytest.raises(TerritoryError) as caught:
        prepare(case(name))
    assert isinstance(caught.value, InputError)
    assert REFUSED[name] in str(caught.value)


@pytest.mark.parametrize("name", UNITS)
def test_neighbours_are_found(case, name):
    prepared = prepare(case(name))
    adjacency = prepared.case.adjacency
    assert (adjacency.n, int((~adjacency.bridge).sum())) == UNITS[name]
    assert not adjacency.bridge.any()


@pytest.mark.parametrize("name", ALONE)
def test_every_account_is_its_own_unit(case, name):
    accounts = prepare(case(name)).case.accounts
    assert accounts["unit_id"].is_unique
    assert (accounts["unit_id"] == accounts["account_id"]).all()


@pytest.mark.parametrize("name", PLACED)
def test_geometries_are_places(case, name):
    accounts = prepare(case(name)).case.accounts
    assert accounts["lon"].abs().between(60, 180).all()
    assert accounts["lat"].between(20, 60).all()


@pytest.mark.parametrize("name", TREND)
def test_periods_are_sorted_in_time(case, name):
    from territory.market.customers.history import trend

    tables = read_tables(case(name))
    tables.audit.raise_if_errors()
    found = trend(tables.accounts, tables.history)
    assert sorted(set(np.round(np.abs(found), 3))) == [round(TREND[name], 3)]


def test_one_spelling_of_codes(case):
    assert "77002" in set(read_tables(case("csv_zip_float")).accounts["zip"])
    assert "48201" in set(read_tables(case("csv_fips_float")).accounts["county_fips"])
    found = read_tables(case("csv_census_geoid_prefix")).accounts["county_fips"]
    assert "48201" in set(found)


def test_thousands_among_decimals(case):
    tables = read_tables(case("csv_dot_thousands_mixed"))
    tables.audit.raise_if_errors()
    assert tables.accounts["potential_usd"].sum() == 26_400


def test_the_export_of_a_company_becomes_a_scenario(tmp_path):
    from territory.design import audit
    from territory.inputs.first.first import first_scenario

    files = [
        CASES / "company_export" / name for name in ("Accounts Export.xlsx", "Rep Roster.xlsx")
    ]
    first = first_scenario(tmp_path / "a", files, audit=lambda path: audit(read_scenario(path)))
    prepared = prepare(read_scenario(first.path))
    assert len(prepared.case.accounts) == 372
    assert len(prepared.case.team) == 9
    assert int((prepared.case.current != "").sum()) == 360
    assert prepared.case.accounts["potential_usd"].notna().all()
