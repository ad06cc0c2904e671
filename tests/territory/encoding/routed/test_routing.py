"""The loop on the road: factors by territory and distance, and what a plan says of its tours."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import territory
from territory.design import prepare
from territory.encoding.routed.routing import corrected, rounds_of, with_routed
from territory.encoding.travel import roads_of
from territory.inputs.scenario.scenario import read_scenario
from territory.workforce.travel_check import check_travel
from tests.territory.worlds import grid_scenario


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    scenario = read_scenario(grid_scenario(tmp_path_factory.mktemp("grid"), columns=8, rows=3))
    case, roads = roads_of(prepare(scenario).case)
    plan = territory.design(scenario)
    return scenario, case, roads, plan, check_travel(plan, scenario)


def test_corrected_hours_of_the_plan_are_the_routed_ones_by_territory(made):
    _, case, roads, plan, check = made
    after = corrected(case, roads, check)
    at = [list(case.team["territory_id"]).index(each) for each in plan.accounts["territory_id"]]
    hours = pd.Series(after.hours[np.arange(len(at)), at]).groupby(at).sum().to_numpy()
    assert hours == pytest.approx(check.table["tour_h"].to_numpy(), rel=2e-3)
    assert after.hours == pytest.approx(roads.hours * after.factor, abs=1e-3)


def test_a_second_correction_multiplies_the_first(made):
    _, case, roads, _, check = made
    once = corrected(case, roads, check)
    twice = corrected(case, once, check)
    assert twice.factor == pytest.approx(once.factor**2, rel=1e-4)


def test_routed_columns_add_up_and_name_the_territories_outside(made):
    _, _, _, plan, check = made
    routed = with_routed(plan, check, rounds=2)
    rows = routed.plan.territories
    service = plan.accounts.groupby("territory_id")["service_h"].sum().to_numpy()
    assert rows["routed_workload_h"].to_numpy() == pytest.approx(
        service + rows["routed_travel_h"], abs=1e-3
    )
    assert routed.plan.record.routed.rounds == 2
    tight = {"workload_h": replace(plan.record.measures["workload_h"], tolerance=0.0)}
    strict = replace(plan, record=plan.record.but(measures=tight))
    named = with_routed(strict, check, rounds=0).plan.record.routed.outside
    deviation = rows.set_index("territory_id")["routed_deviation"]
    assert list(named) == list(deviation.index[deviation.abs() > 1e-6])


def test_plans_are_routed_at_normal_and_best_effort_unless_told_otherwise(made):
    scenario = made[0]
    normal = scenario.with_overrides(effort="normal")
    calls = pd.DataFrame({"n_calls": np.ones(100)})
    assert rounds_of(scenario.with_overrides(effort="quick"), calls) == 0
    assert rounds_of(normal, calls) == 3
    assert rounds_of(normal, pd.DataFrame({"n_calls": np.ones(1_000_000)})) == 0
    assert rounds_of(normal, calls * 0.5) == 0


def test_a_plan_at_normal_effort_carries_its_routed_hours(tmp_path):
    path = grid_scenario(tmp_path, columns=8, rows=3)
    plan = territory.design(read_scenario(path).with_overrides(effort="normal"))
    assert plan.record.routed.outside == ()
    assert (plan.territories["routed_travel_h"] > 0).all()
    assert plan.status in {"optimal", "feasible"}
    # What the plan calls travel is what its tours take, and its bands hold in these hours.
    told = plan.record.to_dict()["routed"]
    assert told["settled"]
    assert told["worst_error"] == pytest.approx(0.0, abs=0.002)
    routed = plan.territories["routed_travel_h"]
    assert plan.territories["travel_h"].to_numpy() == pytest.approx(routed, rel=0.002)
    assert plan.record.bound_for == "the reps' homes, with the hours of this plan's tours"
    assert 0 < plan.record.bound <= plan.record.objective
