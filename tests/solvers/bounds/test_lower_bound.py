"""Bounds are never above the optimum, whatever the multipliers, and near it where they can be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers import evaluate
from solvers.bounds.lower_bound import Bound, lower_bound
from solvers.bounds.near_pairs import near_pairs_bound
from solvers.problem.centers import best_centers
from solvers.stop import Budget
from tests.solvers.worlds import brute_force, grid_edges, grid_xy, matrix_problem, planar_problem


def bound_of(problem, assignment, iterations=60) -> Bound:
    evaluation = evaluate(problem, assignment)
    return lower_bound(
        problem, assignment, evaluation, iterations=iterations, pairs=1e9, budget=Budget()
    )


def random_world(seed, *, power=None):
    rng = np.random.default_rng(seed)
    activity = rng.uniform(0.8, 1.2, (6, 2))
    if power is None:
        cost = rng.uniform(0.0, 10.0, (6, 2))
        return matrix_problem(cost, activity, grid_edges(2, 3), tolerance=0.3)
    xy = grid_xy(2, 3) + rng.normal(0.0, 0.1, (6, 2))
    return planar_problem(
        xy, activity, 2, grid_edges(2, 3), power=power, weight=activity[:, 0], tolerance=0.3
    )


def optimum(problem):
    best, assignment = brute_force(problem)
    return best, None if assignment is None else np.array(assignment, dtype=np.int32)


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000))
def test_with_given_centers_the_relaxation_is_below_the_optimum(seed):
    problem = random_world(seed)
    best, assignment = optimum(problem)
    if assignment is None:
        return
    found = bound_of(problem, assignment)
    assert found.method == "linear relaxation"
    assert 0.0 <= found.value <= best + 1e-9


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), power=st.sampled_from([1, 2]))
def test_with_free_centers_both_lagrangians_are_below_the_optimum(seed, power):
    problem = random_world(seed, power=power)
    best, assignment = optimum(problem)
    if assignment is None:
        return
    assert bound_of(problem, assignment).value <= best + 1e-9
    evaluation = evaluate(problem, assignment)
    near = near_pairs_bound(
        problem, assignment, evaluation, iterations=12, pairs=1e6, budget=Budget()
    )
    assert near <= best + 1e-9


def test_priced_bands_come_near_the_linear_relaxation(monkeypatch):
    rng = np.random.default_rng(5)
    cost = rng.uniform(1.0, 10.0, (100, 4))
    problem = matrix_problem(cost, np.ones((100, 2)), grid_edges(10, 10), tolerance=0.05)
    assignment = np.repeat(np.arange(4), 25)
    exact = bound_of(problem, assignment).value
    monkeypatch.setattr("solvers.bounds.lower_bound.LINEAR_PAIRS", 0)
    priced = bound_of(problem, assignment, iterations=400)
    assert priced.method == "Lagrangian"
    assert 0.97 * exact <= priced.value <= exact + 1e-6


def test_even_country_is_bounded_within_a_tenth_by_near_pairs():
    side = 30
    xy = grid_xy(side, side)
    problem = planar_problem(
        xy, np.ones((side * side, 1)), 9, grid_edges(side, side), power=2, tolerance=0.1
    )
    column, row = (xy // (side / 3)).astype(int).T
    assignment = (3 * row + column).astype(np.int32)
    evaluation = evaluate(problem, assignment, best_centers(problem, assignment))
    value = near_pairs_bound(
        problem, assignment, evaluation, iterations=40, pairs=1e9, budget=Budget()
    )
    assert 0.9 * evaluation.objective <= value <= evaluation.objective


@pytest.mark.parametrize("iterations", [1, 5, 50])
def test_more_steps_never_lower_the_bound_below_that_of_fewer(iterations):
    problem = random_world(3, power=2)
    best, assignment = optimum(problem)
    few = bound_of(problem, assignment, iterations=iterations).value
    assert (
        few <= bound_of(problem, assignment, iterations=2 * iterations).value + 1e-9 <= best + 1e-6
    )
