"""Paths side by side find what trying everything finds; the fewest moves are never too many."""

from itertools import combinations

import numpy as np
import pytest

import territory
from territory.inputs.scenario.scenario import read_scenario
from territory.monitor.realign.frontier import frontier_of
from territory.monitor.realign.paths import fewest_moves, side_by_side
from territory.monitor.realign.standing import standing_of
from territory.monitor.realign.steps import first_step, further, next_step, worth
from tests.territory.worlds import grid_scenario


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory):
    """Two rows of six squares in two territories; the west has become worth too much."""
    scenario = read_scenario(grid_scenario(tmp_path_factory.mktemp("grid"), columns=6))
    plan = territory.design(scenario)
    accounts = plan.accounts.copy()
    west = accounts["territory_id"] == accounts["territory_id"].iloc[0]
    accounts.loc[west, "potential_usd"] *= 1.6
    return standing_of(plan, scenario, accounts)


def all_after(standing, step):
    looked, gain = further(standing, step, most=1_000)
    rows = [] if looked is None else range(gain.size)
    return [next_step(standing, step, looked.take(np.array([at]))) for at in rows]


def test_side_by_side_finds_the_best_of_all_pairs_of_moves(standing):
    start = first_step(standing, standing.assignment)
    pairs = [two for one in all_after(standing, start) for two in all_after(standing, one)]
    assert len(pairs) > 3
    found = side_by_side(standing, start, depth=2)
    best = min(worth(standing, each) for each in pairs)
    assert worth(standing, found[1]) == pytest.approx(best)


def test_what_a_move_is_worth_is_what_it_takes_from_what_is_wrong(standing):
    start = first_step(standing, standing.assignment)
    looked, gain = further(standing, start, most=3)
    for at in range(gain.size):
        after = next_step(standing, start, looked.take(np.array([at])))
        assert worth(standing, start) - worth(standing, after) == pytest.approx(gain[at], abs=1e-9)


def test_no_set_of_fewer_moves_brings_the_potential_into_its_bands(standing):
    start = first_step(standing, standing.assignment)
    least = fewest_moves(standing, start)
    at = standing.column("potential_usd")
    amount = np.asarray(standing.problem.balance.activity)[:, at]
    tolerance = standing.tolerance[at]

    def inside(moved):
        label = start.assignment.copy()
        label[list(moved)] = 1 - label[list(moved)]
        load = np.bincount(label, amount, 2)
        return bool((np.abs(load / (standing.share[:, at] * load.sum()) - 1) <= tolerance).all())

    assert least >= 1
    assert not inside(())
    for n in range(1, least):
        assert not any(inside(each) for each in combinations(range(amount.size), n))


def test_a_plan_inside_its_bands_needs_no_move(standing):
    frontier = frontier_of(standing, max_moves=4)
    assert frontier.fewest >= fewest_moves(standing, frontier.steps[0])
    inside = [step for step in frontier.steps if not step.outside]
    assert inside, "the tiny world can be brought inside"
    assert fewest_moves(standing, inside[0]) == 0
    # Here the exact model proves that the four moves found are the fewest.
    assert len(inside[0].moves) == frontier.fewest == 4


def test_the_first_moves_are_proved_best_and_no_pair_of_moves_undercuts_the_bound(standing):
    found = frontier_of(standing, max_moves=2)
    table = found.table().set_index("n_moves")
    assert table.loc[1, "proved_best"]
    start = first_step(standing, standing.assignment)
    pairs = [two for one in all_after(standing, start) for two in all_after(standing, one)]
    assert found.bound[2] <= min(each.excess for each in pairs) + 1e-9
    assert found.bound[1] <= min(each.excess for each in all_after(standing, start)) + 1e-9
    assert (table["outside_sum_at_least"] <= table["outside_sum"] + 1e-6).all()
