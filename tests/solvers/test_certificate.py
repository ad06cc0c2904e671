"""What is proved of an assignment within a budget."""

import numpy as np
import pytest

from solvers.certificate import certify, settle
from solvers.effort import PROFILES
from solvers.problem.evaluate import evaluate
from solvers.stop import Budget, never
from tests.solvers import worlds

COST = np.array([[1.0, 9.0], [2.0, 8.0], [8.0, 2.0], [9.0, 1.0]])


def world(**rules):
    return worlds.matrix_problem(COST, np.ones(4), worlds.path_edges(4), tolerance=0.1, **rules)


def proved(problem, plan, effort="normal"):
    assignment = np.array(plan, dtype=np.int32)
    evaluation = evaluate(problem, assignment)
    return certify(
        problem,
        assignment,
        evaluation,
        profile=PROFILES[effort],
        budget=Budget(rule=never),
        threads=1,
    )


def test_the_best_plan_of_a_tiny_world_is_proved():
    found = settle(world(), Budget(rule=never))
    assert found.assignment.tolist() == [0, 0, 1, 1]
    assert found.bound == pytest.approx(6.0)
    assert found.cut_short is None


def test_the_bound_holds_whichever_plan_is_known():
    assert proved(world(), [0, 0, 1, 1]).bound <= 6.0 + 1e-9
    assert proved(world(), [1, 1, 0, 0]).bound <= 6.0 + 1e-9


def test_that_no_plan_exists_is_proved_from_a_broken_one():
    pinned = np.array([0, 1, 0, -1], dtype=np.int32)  # the middle parts territory 0
    found = proved(world(pinned=pinned), [0, 1, 0, 1])
    assert found.infeasible
    assert found.assignment is None


def test_a_spent_budget_proves_nothing():
    problem = world()
    assignment = np.array([0, 0, 1, 1], dtype=np.int32)
    spent = Budget(rule=lambda *_: "interrupted")
    spent.spent()
    found = certify(
        problem,
        assignment,
        evaluate(problem, assignment),
        profile=PROFILES["quick"],
        budget=spent,
        threads=1,
    )
    assert found.assignment is None
    assert found.bound == -np.inf
    assert not found.infeasible
