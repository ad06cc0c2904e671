"""Annealing on grids: what is kept of the way."""

import dataclasses

import numpy as np

from solvers import MatrixCost
from solvers.search.anneal import Schedule, anneal, open_search, typical_change
from solvers.stop import Budget
from tests.solvers.feature_worlds import quarters, world


def test_an_annealing_that_forgets_its_beginning_ends_with_another_plan():
    problem = world("homes")
    best = open_search(problem, quarters(), seed=1)
    anneal(best, Schedule(hot=1.0), steps=40_000, budget=Budget())
    start = best.best_assignment.copy()
    for forget, same in ((0.0, True), (0.5, False)):
        search = open_search(problem, start, seed=2)
        warm = Schedule(hot=20.0, cold=10.0, forget=forget)
        anneal(search, warm, steps=4000, budget=Budget())
        assert np.array_equal(search.best_assignment, start) == same
        assert search.best[1] >= best.best[1] - 1e-9


def test_units_worth_next_to_nothing_do_not_set_the_heat():
    problem = world("matrix")
    whole = typical_change(open_search(problem, quarters(), seed=0))
    cost = np.array(problem.cost.cost)
    cost[np.arange(36) % 10 != 0] *= 1e-6
    sparse = dataclasses.replace(problem, cost=MatrixCost(cost=cost))
    assert 0.02 * whole < typical_change(open_search(sparse, quarters(), seed=0)) < whole
