"""What one exact solve knows: the best plan as the referee sees it, the bound, new cuts."""

import numpy as np
import pytest

from solvers.events import ignore
from solvers.exact.attempt import Attempt
from solvers.mip.cuts import Cut
from solvers.problem.evaluate import evaluate
from solvers.problem.pieces import merge
from solvers.search.best import Best
from solvers.stop import Budget
from tests.solvers import worlds


@pytest.fixture
def attempt():
    """Four units in a row, two territories of two; nothing is known yet."""
    cost = np.array([[1.0, 9.0], [1.0, 9.0], [9.0, 1.0], [9.0, 1.0]])
    problem = worlds.matrix_problem(cost, np.ones(4), worlds.path_edges(4), tolerance=0.1)
    nothing = np.full(4, -1, dtype=np.int32)
    budget = Budget()
    best = Best(
        problem=problem, observer=ignore, budget=budget,
        assignment=nothing, evaluation=evaluate(problem, nothing),
    )  # fmt: skip
    return Attempt(best=best, items=merge(problem), first=False, budget=budget)


def test_only_what_the_referee_accepts_is_kept(attempt):
    assert not attempt.offer(np.array([0, 0, 0, 1])).feasible
    assert not attempt.found
    assert attempt.target == np.inf
    assert attempt.offer(np.array([1, 1, 0, 0])).feasible
    attempt.offer(np.array([0, 0, 1, 1]))
    assert attempt.found
    assert attempt.best.objective == pytest.approx(4.0)
    assert attempt.target < 4.0


def test_it_is_proved_once_the_bound_meets_the_plan_and_a_bound_never_falls(attempt):
    attempt.offer(np.array([0, 0, 1, 1]))
    attempt.raise_bound(3.0)
    attempt.raise_bound(2.0)
    assert attempt.best.bound == pytest.approx(3.0)
    assert not attempt.done()
    attempt.raise_bound(4.0)
    assert attempt.proved()
    assert attempt.done()


def test_a_cut_is_learned_once_until_all_are_forgotten(attempt):
    cut = Cut(((0, 0),), (), 0.0)
    assert attempt.learn([cut, cut])
    assert not attempt.learn([cut])
    assert (attempt.cuts, attempt.n_cuts) == ([cut], 1)
    attempt.forget()
    assert attempt.cuts == []
    assert attempt.learn([cut])
