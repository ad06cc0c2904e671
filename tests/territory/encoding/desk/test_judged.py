"""What a move changes in a prepared plan, by plain sums."""

import numpy as np
import pytest

import territory
from territory.encoding.desk.desk import Desk
from territory.encoding.desk.judged import (
    after_moves,
    as_it_is,
    found,
    loads_of,
    rules_broken,
)
from territory.encoding.desk.named import Move
from territory.encoding.desk.preparing import prepared_of
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from tests.territory.worlds import grid_scenario


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid")
    scenario = read_scenario(grid_scenario(folder)).with_overrides(effort="quick")
    return Desk(read_plan(territory.design(scenario).save(folder / "plan")))


def test_only_the_ways_of_what_moves_are_others(desk):
    prepared = prepared_of(desk)
    owner = desk.plan.alignment.set_index("unit_id")["territory_id"]
    to = "T02" if owner["U01"] == "T01" else "T01"
    apart, target, moved = found(prepared, [Move(to=to, what=("U01",))])
    assert apart is prepared
    old = as_it_is(prepared)
    new = after_moves(prepared, old, target, moved)
    here = (desk.plan.accounts["unit_id"] == "U01").to_numpy()
    assert (new.territory != old.territory).tolist() == here.tolist()
    assert np.array_equal(new.travel_h[~here], old.travel_h[~here])
    assert np.allclose(new.workload_h[here], prepared.held.service_h[here] + new.travel_h[here])
    sums = np.bincount(new.territory, new.workload_h, 2)
    assert np.allclose(loads_of(prepared, new)[:, 0], sums, atol=1e-4)


def test_a_plan_as_it_is_breaks_what_its_record_says(desk):
    prepared = prepared_of(desk)
    old = as_it_is(prepared)
    loads = loads_of(prepared, old)
    goals = np.round(prepared.team.shares * loads.sum(axis=0), 4)
    assert rules_broken(prepared, old, loads, goals) == list(prepared.before.broken)
