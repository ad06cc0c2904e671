"""Routed hours of each move are those of the plans before and after it."""

import numpy as np
import pytest

import territory
from territory.inputs.scenario.scenario import read_scenario
from territory.monitor.realign.frontier import frontier_of
from territory.monitor.realign.routed import routed_moves
from territory.monitor.realign.standing import standing_of
from territory.workforce.travel_check import check_travel
from tests.territory.worlds import grid_scenario


def test_each_move_is_routed_before_and_after_and_adds_up(tmp_path):
    scenario = read_scenario(grid_scenario(tmp_path, columns=6))
    plan = territory.design(scenario)
    accounts = plan.accounts.copy()
    west = accounts["territory_id"] == accounts["territory_id"].iloc[0]
    accounts.loc[west, "potential_usd"] *= 1.6
    standing = standing_of(plan, scenario, accounts)
    step = frontier_of(standing, max_moves=2).steps[-1]
    assert step.moves
    found = routed_moves(standing, scenario, step)

    def tours(assignment):
        return float(check_travel(standing.plan_with(assignment), scenario).table["tour_h"].sum())

    assert len(found) == len(step.moves)
    assert found["routed_change_h"].sum() == pytest.approx(
        tours(step.assignment) - tours(standing.assignment)
    )
    assert np.isfinite(found.select_dtypes("number").to_numpy()).all()


def test_no_moves_have_no_routes(tmp_path):
    scenario = read_scenario(grid_scenario(tmp_path, columns=4))
    plan = territory.design(scenario)
    standing = standing_of(plan, scenario, plan.accounts)
    assert routed_moves(standing, scenario, frontier_of(standing, max_moves=0).steps[0]).empty
