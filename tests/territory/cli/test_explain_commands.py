"""`territory explain`: sentences on the terminal, the same as an object, a table of all reasons."""

import json

import pandas as pd
import pytest

import territory
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.call import call
from tests.territory.worlds import grid_scenario

TODAY = [
    {"account_id": f"A{r}{c}", "territory_id": "T02" if c > 1 else "T01"}
    for r in (0, 1)
    for c in range(6)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = grid_scenario(tmp_path_factory.mktemp("grid"), columns=6, alignment=TODAY)
    return territory.design(read_scenario(path)).save(path.parent / "plan")


def test_an_account_is_explained_in_words_and_as_an_object(folder):
    code, out, _ = call("explain", folder, "A02")
    assert code == 0
    assert "Moves from T02 to T01" in out
    code, out, _ = call("explain", folder, "A02", "--json")
    said = json.loads(out)
    assert said["territory_id"] == "T01"
    assert said["accounts"][0]["why"].startswith("Moves from T02 to T01")
    assert said["alternatives"][0]["territory_id"] == "T02"


def test_every_reason_is_written_and_the_plan_is_left_as_it_was(folder, tmp_path):
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    code, out, _ = call("explain", folder, "--out", tmp_path / "why")
    assert code == 0
    table = pd.read_csv(tmp_path / "why" / "reasons.csv", dtype=str)
    assert len(table) == 12
    assert table["why"].str.endswith(".").all()
    assert "moves" in out
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_a_territory_names_what_binds_it(folder):
    code, out, _ = call("explain", folder, "T01")
    assert code == 0
    assert out.startswith("territory T01: 6 accounts")


def test_what_eases_a_limit_is_told_by_kind(tmp_path):
    """An outline and pins were said to be worth "one point more", which is the other direction."""
    limits = "[measures.potential_usd]\ntolerance = 0.0\n[measures.workload_h]\ntolerance = 0.3\n"
    rules = '[[rules.pinned]]\naccounts = ["A00"]\nterritory = "T01"\n'
    path = grid_scenario(tmp_path, columns=6, extra=limits + rules)
    code, out, _ = call(
        "explain", territory.design(read_scenario(path)).save(tmp_path / "p"), "T01"
    )
    assert code == 0
    (band,) = {each for each in out.splitlines() if "potential of T01" in each and "most" in each}
    assert "is allowed; one point wider " in band
    (pins,) = (each for each in out.splitlines() if "pinned to or kept with" in each)
    assert "; leaving them out " in pins
    assert "one point more" not in out


def test_an_unknown_id_ends_with_its_neighbours_and_exit_2(folder):
    code, out, err = call("explain", folder, "A0Z")
    assert code == 2
    assert out == ""
    assert '"A0Z" is no account, unit or territory of this plan' in err
    assert 'like "A0' in err
