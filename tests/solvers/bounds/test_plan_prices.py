"""A plan's own centers tell what bands are worth, and what travel costs in even country."""

import numpy as np
import pytest

from solvers.bounds.plan_prices import bands_of_centers, even_reach, smooth
from solvers.problem.evaluate import evaluate
from solvers.problem.free_pairs import loosest_bands
from tests.solvers import worlds


def line(load, tolerance):
    n = len(load)
    return worlds.planar_problem(
        worlds.grid_xy(1, n), np.asarray(load, float), 2, worlds.grid_edges(1, n),
        power=2, tolerance=tolerance,
    )  # fmt: skip


def test_the_reach_of_even_country_is_a_multiple_of_the_mean_cost():
    problem = worlds.planar_problem(
        worlds.grid_xy(2, 2), np.ones(4), 1, worlds.grid_edges(2, 2), power=1, tolerance=0.1
    )
    travel = np.array([0.0, 1.0, 1.0, 2.0])
    weight, reach = even_reach(problem.cost, travel, np.zeros(4, dtype=np.int32), 1)
    assert weight.tolist() == [1.0] * 4
    assert reach == pytest.approx([1.5])


def test_the_heavy_territory_pays_for_its_load_and_the_light_one_is_paid():
    problem = line([4.0] * 4 + [1.0] * 12, 0.02)
    plan = (np.arange(16) >= 4).astype(np.int32)
    evaluation = evaluate(problem, plan)
    goal, lower, upper = loosest_bands(problem)
    chosen, band = bands_of_centers(
        problem, evaluation, problem.balance.activity / goal, lower, upper,
        np.ones(1, dtype=bool), evaluation.objective / 2,
    )  # fmt: skip
    assert chosen.shape == (16,) and set(chosen.tolist()) == {0, 1}
    assert band[0, 0] > band[1, 0]


def test_the_mean_is_that_of_the_nearest_territories():
    problem = line([1.0] * 8, 0.5)
    evaluation = evaluate(problem, np.repeat([0, 1], 4).astype(np.int32))
    out = smooth(problem.cost.points, evaluation, np.array([1.0, 3.0]))
    assert out.tolist() == [2.0, 2.0]
