"""Accounts without coordinates and ZIP codes find a place by city or by the user's postal codes."""

import pytest

from territory.errors import InputError
from territory.inputs.places.places import locate
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables


@pytest.fixture
def located(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(accounts, source, geography='kind = "us_counties"\nstates = ["MA"]'):
        (tmp_path / "a.csv").write_text(accounts, encoding="utf-8")
        text = f"[inputs]\naccounts = {{file = 'a.csv', {source}}}\n[geography]\n{geography}\n"
        (tmp_path / "s.toml").write_text(f"{text}[team]\nterritories = 1\n")
        scenario = read_scenario("s.toml")
        tables = read_tables(scenario)
        tables.audit.raise_if_errors()
        return locate(scenario, tables)

    return run


def test_a_city_of_a_state_is_a_place_with_a_warning(located):
    found = located(
        "account_id,city,state,potential_usd,service_h,n_calls\nA-1,Worcester,MA,1,1,1\n",
        "place_by_city = true",
    )
    assert found.accounts["unit_id"].tolist() == ["25027"]
    assert "placed at the middle of its city" in str(found.audit.messages("warning"))


def test_an_unknown_city_has_no_place(located):
    found = located(
        "account_id,city,state,potential_usd,service_h,n_calls\nA-1,Worcester,CT,1,1,1\n",
        "place_by_city = true",
    )
    assert [finding.kind for finding in found.audit.errors] == ["no_place"]


def test_a_city_abroad_needs_its_country(located):
    found = located(
        "account_id,city,country,potential_usd,service_h,n_calls\n"
        "A-1,München,Germany,1,1,1\nA-2,Berlin,DE,1,1,1\nA-3,Köln,DEU,1,1,1\n",
        "place_by_city = true",
        'kind = "points"',
    )
    assert found.accounts["lat"].round().tolist() == [48, 53, 51]


def test_postal_codes_of_a_table_of_ones_own(located, tmp_path):
    (tmp_path / "plz.csv").write_text("plz,x,y\n01067,13.73,51.06\n10115,13.38,52.53\n")
    found = located(
        "account_id,plz,potential_usd,service_h,n_calls\nA-1,1067,1,1,1\nA-2,10115,1,1,1\n"
        "A-3,99999,1,1,1\n",
        'columns = {zip = "plz"}, '
        'postal_points = {file = "plz.csv", code = "plz", lon = "x", lat = "y"}',
        'kind = "points"',
    )
    assert found.accounts["lon"].tolist()[:2] == [13.73, 13.38]
    assert [finding.id for finding in found.audit.errors] == ["A-3"]


def test_a_postal_table_without_the_column_says_what_it_has(located, tmp_path):
    (tmp_path / "plz.csv").write_text("key,a,b\n01067,13.73,51.06\n")
    with pytest.raises(InputError, match='has no column "code"; it has "key", "a", "b"'):
        located(
            "account_id,zip,potential_usd,service_h,n_calls\nA-1,1067,1,1,1\n",
            'postal_points = {file = "plz.csv"}',
            'kind = "points"',
        )
