"""A prepared plan counts for the tables that it came of, and for no others."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import territory
from territory.encoding.desk.desk import Desk
from territory.encoding.desk.kept import NAME, read_prepared, write_prepared
from territory.encoding.desk.named import Move
from territory.encoding.desk.preparing import prepared_of
from territory.incentives.payout.prepared import money_of
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from territory.review.ledger.quick import quick_ledger
from tests.territory.worlds import grid_scenario


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid")
    scenario = read_scenario(grid_scenario(folder)).with_overrides(effort="quick")
    place = territory.design(scenario).save(folder / "plan")
    prepared = prepared_of(Desk(read_plan(place)))
    write_prepared(prepared, place, of=["accounts.csv", "alignment.csv"])
    return place


@pytest.fixture
def folder(saved, tmp_path):
    return Path(shutil.copytree(saved, tmp_path / "plan"))


def test_what_is_written_is_read_back(folder):
    owner = read_plan(folder).alignment.set_index("unit_id")["territory_id"]
    moves = [Move(to="T02" if owner["U01"] == "T01" else "T01", what=("U01",))]
    kept, fresh = read_prepared(folder), prepared_of(Desk(read_plan(folder)))
    assert quick_ledger(kept, moves) == quick_ledger(fresh, moves)
    first = (folder / NAME).read_bytes()
    write_prepared(fresh, folder, of=["accounts.csv", "alignment.csv"])
    assert (folder / NAME).read_bytes() == first  # the same plan is the same file


def test_a_table_that_people_saved_again_makes_it_void(folder):
    with (folder / "alignment.csv").open("a") as file:
        file.write("\n")
    assert read_prepared(folder) is None


@pytest.mark.parametrize("cut", [0, 100, 5_000])
def test_a_file_that_was_cut_short_or_is_another_does_not_count(folder, cut):
    (folder / NAME).write_bytes((folder / NAME).read_bytes()[:cut])
    assert read_prepared(folder) is None


def test_quotas_are_told_while_the_files_that_they_came_of_are_as_they_were(tmp_path):
    path = grid_scenario(tmp_path, extra="[quotas]\ngrowth = 0.1\n")
    scenario = read_scenario(path).with_overrides(effort="quick")
    place = territory.design(scenario).save(tmp_path / "plan")
    plan = read_plan(place)
    prepared = replace(prepared_of(Desk(plan)), money=money_of(plan, scenario))
    deals = tmp_path / "deals.csv"  # not there then
    files = [*scenario.input_paths(), str(deals)]
    write_prepared(prepared, place, of=["accounts.csv"], money_of=files)
    assert read_prepared(place).money is None  # not asked for
    known = read_prepared(place, money=True)
    owner = plan.alignment.set_index("unit_id")["territory_id"]
    moves = [Move(to="T02" if owner["U01"] == "T01" else "T01", what=("U01",))]
    told = quick_ledger(known, moves, tours=False, pay=True)
    assert told == quick_ledger(prepared, moves, tours=False, pay=True)
    assert "quota_usd" in {row["figure"] for row in told.territories}
    deals.write_text("account_id,opened,closed,status\n")
    changed = read_prepared(place, money=True)
    assert changed is not None and changed.money is None


def test_arrays_of_objects_are_never_loaded(folder):
    np.savez(folder / NAME, facts=np.array([{"form": 1}], dtype=object))
    assert read_prepared(folder) is None
