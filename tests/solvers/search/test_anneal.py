"""Annealing on grids: what is kept of the way."""

import numpy as np

from solvers.search.anneal import Schedule, anneal, open_search
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
