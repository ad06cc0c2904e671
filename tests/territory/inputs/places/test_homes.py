"""Homes of reps are placed by their own postal codes and cities, in any country."""

import pytest

from territory.inputs.places.places import locate
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables

ACCOUNTS = "account_id,lon,lat,potential_usd,service_h,n_calls\nA,13.7,51,1,1,1\nB,13.4,52,1,1,1\n"


@pytest.fixture
def reps_of(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(ACCOUNTS, encoding="utf-8")
    (tmp_path / "plz.csv").write_text("PLZ;lon;lat\n01067;13,73;51,06\n", encoding="utf-8")

    def run(reps, more, accounts=""):
        (tmp_path / "reps.csv").write_text(reps, encoding="utf-8")
        (tmp_path / "s.toml").write_text(
            f'[inputs]\naccounts = {{file = "a.csv"{accounts}}}\n'
            f'reps = {{file = "reps.csv"{more}}}\n[geography]\nkind = "points"\n'
        )
        scenario = read_scenario("s.toml")
        found = locate(scenario, read_tables(scenario))
        return found.reps[["lon", "lat"]], [it.kind for it in found.audit.findings]

    return run


@pytest.mark.parametrize("where", ["reps", "accounts"])
def test_a_home_is_found_by_its_postal_code(reps_of, where):
    table = ', postal_points = {file = "plz.csv"}'
    more, accounts = (table, "") if where == "reps" else ("", table)
    homes, kinds = reps_of("Mitarbeiter,PLZ\nAnna,1067\nBen,99999\n", more, accounts)
    assert homes.iloc[0].tolist() == [13.73, 51.06]
    assert homes.iloc[1].isna().all()
    assert "placed_by_zip" in kinds


def test_a_home_is_found_by_its_city_where_that_is_asked_for(reps_of):
    rows = "Mitarbeiter,Wohnort,Land\nAnna,Berlin,DE\n"
    assert reps_of(rows, ", place_by_city = true")[0]["lat"].round().tolist() == [53]
    assert reps_of(rows, "")[0]["lat"].isna().all()


def test_a_german_code_is_no_home_in_the_united_states(reps_of):
    homes, _ = reps_of("Mitarbeiter,PLZ\nAnna,10115\n", "")
    assert homes["lon"].isna().all()
