"""The bound on near pairs is below every plan, and near the best in even country."""

import itertools

import numpy as np
import pytest

from solvers.bounds.near_pairs import even_reach, near_pairs_bound
from solvers.problem.evaluate import evaluate
from solvers.stop import Budget, never
from tests.solvers import worlds


def world(rows, columns, k, power):
    n = rows * columns
    return worlds.planar_problem(
        worlds.grid_xy(rows, columns), np.ones(n), k, worlds.grid_edges(rows, columns),
        power=power, contiguity=False, lower=np.zeros((k, 1)), upper=np.full((k, 1), float(n)),
    )  # fmt: skip


def bound_of(problem, assignment, iterations=200):
    return near_pairs_bound(
        problem.cost, problem.k, assignment, evaluate(problem, assignment),
        iterations=iterations, budget=Budget(rule=never),
    )  # fmt: skip


@pytest.mark.parametrize("power", [1, 2])
def test_no_choice_of_centers_is_cheaper_than_the_bound(power):
    problem = world(2, 4, 2, power)
    every = np.arange(problem.n)
    least = min(
        np.minimum(
            problem.cost.at(every, np.full(problem.n, a)),
            problem.cost.at(every, np.full(problem.n, b)),
        ).sum()
        for a, b in itertools.combinations(range(problem.n), 2)
    )
    halves = np.array([0, 0, 1, 1] * 2, dtype=np.int32)
    bound = bound_of(problem, halves)
    assert bound <= least + 1e-9
    assert bound >= 0.8 * least
    mixed = np.array([0, 1] * 4, dtype=np.int32)
    assert bound_of(problem, mixed) <= least + 1e-9


def test_more_steps_prove_no_less():
    problem = world(4, 6, 3, 2)
    thirds = np.tile(np.repeat([0, 1, 2], 2), 4).astype(np.int32)
    assert bound_of(problem, thirds, 100) >= bound_of(problem, thirds, 1) - 1e-12


def test_the_reach_of_even_country_is_a_multiple_of_the_mean_cost():
    problem = world(2, 2, 1, 1)
    travel = np.array([0.0, 1.0, 1.0, 2.0])
    weight, reach = even_reach(problem.cost, travel, np.zeros(4, dtype=np.int32), 1)
    assert weight.tolist() == [1.0] * 4
    assert reach == pytest.approx([1.5])
