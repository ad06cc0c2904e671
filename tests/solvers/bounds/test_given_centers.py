"""Bands priced at given centers: below every plan, near the linear relaxation."""

import itertools

import numpy as np
import pytest

from solvers.bounds import given_centers
from solvers.bounds.given_centers import bands_lagrangian
from solvers.problem.evaluate import evaluate
from solvers.problem.pieces import merge
from solvers.stop import Budget
from tests.solvers import worlds


def priced(problem, target, steps=300):
    return bands_lagrangian(problem, merge(problem), target, steps, Budget())[0]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("share", [0.0, 0.02])
def test_no_plan_within_the_bands_is_cheaper(seed, share):
    rng = np.random.default_rng(seed)
    problem = worlds.matrix_problem(
        rng.uniform(1.0, 10.0, (8, 2)), rng.uniform(0.5, 2.0, (8, 2)), worlds.grid_edges(2, 4),
        tolerance=0.3, travel_share=np.array([share, 0.0]), contiguity=False,
    )  # fmt: skip
    plans = [
        evaluate(problem, np.array(plan, dtype=np.int32))
        for plan in itertools.product(range(2), repeat=8)
    ]
    costs = [plan.objective for plan in plans if plan.feasible]
    assert costs
    bound = priced(problem, min(costs))
    assert 0.0 < bound <= min(costs) + 1e-9


def test_a_center_that_prices_make_the_cheapest_is_looked_at(monkeypatch):
    """One center is cheap for all and cannot hold them: many must go to one far down their list."""
    monkeypatch.setattr(given_centers, "NEAR", 2)
    cost = np.tile(np.arange(1.0, 7.0), (60, 1))
    problem = worlds.matrix_problem(
        cost, np.ones((60, 1)), worlds.grid_edges(6, 10), tolerance=0.01, contiguity=False
    )
    least = 10 * cost[0].sum()
    assert priced(problem, least) <= least + 1e-6
    # Two centers of six are listed at first: their bands would be worth any price.
    assert priced(problem, least) > 0.9 * least


def test_many_territories_are_bounded_near_the_linear_relaxation():
    from solvers.bounds.lower_bound import lower_bound

    rng = np.random.default_rng(3)
    homes = worlds.grid_xy(3, 4) * 3.0
    units = rng.uniform(0.0, 9.0, (240, 2))
    cost = np.hypot(*(units[:, None] - homes[None]).transpose(2, 0, 1))
    problem = worlds.matrix_problem(
        cost, rng.uniform(0.5, 1.5, (240, 2)), worlds.grid_edges(12, 20), tolerance=0.05
    )
    plan = cost.argmin(axis=1).astype(np.int32)
    word = evaluate(problem, plan)
    exact = lower_bound(problem, plan, word, iterations=1, pairs=1e9, budget=Budget())
    assert exact.method == "linear relaxation"
    assert 0.99 * exact.value <= priced(problem, word.objective) <= exact.value + 1e-6
