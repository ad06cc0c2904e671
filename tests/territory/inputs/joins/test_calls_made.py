"""Calls a year of the accounts are counted from calls made, and init offers it."""

import tomllib

import pytest

from territory.audit import Audit
from territory.inputs.first.first import first_scenario
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables

HEAD = "Activity Date,Account,Type,Status\n"


@pytest.fixture
def plan(tmp_path):
    def written(calls, accounts="A-1,Alpha,06103\nA-2,Beta,06104\nA-3,Gamma,06105\n"):
        (tmp_path / "a.csv").write_text("account_id,name,zip\n" + accounts)
        (tmp_path / "visits.csv").write_text(HEAD + calls)
        files = [tmp_path / "a.csv", tmp_path / "visits.csv"]
        found = first_scenario(tmp_path / "out", files, audit=lambda _: Audit([]))
        made = tomllib.loads(found.path.read_text())["inputs"]["accounts"].get("calls_made")
        return made, found.lines, read_tables(read_scenario(found.path)).accounts

    return written


YEAR = "".join(f"2023-{month:02d}-07,A-1,Visit,Completed\n" for month in range(1, 13))


def test_calls_of_the_last_year_are_the_calls_a_year(plan):
    before = "2022-12-05,A-1,Visit,Completed\n"
    names = "2023-03-01,Beta,Visit,Completed\n2023-05-01,BETA,Visit,Completed\n"
    made, lines, accounts = plan(before + YEAR + names + "2024-09-01,A-3,Visit,Planned\n")
    assert made == {"file": "visits.csv"}
    assert "16 rows" in dict(lines)["calls"]
    assert accounts["n_calls"].fillna(-1).tolist() == [12, 2, -1]


def test_half_a_year_of_calls_is_brought_to_a_year(plan):
    half = "".join(YEAR.splitlines(keepends=True)[:6])
    assert plan(half)[2]["n_calls"].fillna(-1).tolist() == [12, -1, -1]
