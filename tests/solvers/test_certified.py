"""Judging without searching: the assignment stays, and what is proved of it is true."""

import numpy as np
import pytest
from hypothesis import given, settings

import solvers
from solvers.errors import ProblemError
from tests.solvers import worlds
from tests.solvers.random_problems import problems


@settings(max_examples=60)
@given(problems(most=5))
def test_a_bound_is_never_above_the_best_plan_there_is(problem):
    best, plan = worlds.brute_force(problem)
    if plan is None:
        return
    result = solvers.certified(problem, np.array(plan, dtype=np.int32), effort="quick")
    assert result.assignment.tolist() == list(plan)
    assert result.bound <= best + 1e-6 * abs(best) + 1e-9
    if result.status == "optimal":
        assert result.objective == pytest.approx(best, rel=2e-6)


def test_a_plan_that_breaks_a_rule_has_no_bound():
    cost = np.abs(np.arange(4)[:, None] - np.array([0.0, 3.0]))
    problem = worlds.matrix_problem(cost, np.ones(4), worlds.path_edges(4))
    result = solvers.certified(problem, np.array([0, 0, 0, 1]))
    assert (result.status, result.bound) == ("no_solution", -np.inf)
    with pytest.raises(ProblemError, match="start"):
        solvers.certified(problem, np.array([0, 1]))
