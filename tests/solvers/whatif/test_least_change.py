"""An edit is mended with as few further changes as keep the rules."""

import numpy as np
import pytest

from solvers.errors import ProblemError
from solvers.problem.evaluate import evaluate
from solvers.whatif.least_change import least_change
from tests.solvers import worlds

PATH = worlds.path_edges(8)


def path_problem(**given):
    """Eight units in a row, two territories with homes at the ends, one measure."""
    cost = np.abs(np.arange(8)[:, None] - np.array([0.0, 7.0]))
    return worlds.matrix_problem(cost, np.ones(8), PATH, **given)


def test_an_edit_that_keeps_the_rules_changes_nothing_else():
    start = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    found = least_change(path_problem(tolerance=0.3), start, fixed={4: 0})
    assert found.assignment.tolist() == [0, 0, 0, 0, 0, 1, 1, 1]
    assert found.evaluation.feasible


def test_an_edit_in_the_middle_of_the_other_territory_takes_the_way_there_along():
    start = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    problem = path_problem(tolerance=0.6)
    found = least_change(problem, start, fixed={5: 0})
    assert found.assignment.tolist() == [0, 0, 0, 0, 0, 0, 1, 1]
    # The result is judged by the problem as it is, without the price of changes.
    assert found.evaluation.objective == evaluate(problem, found.assignment).objective


def test_free_centers_are_refused():
    problem = worlds.planar_problem(np.zeros((3, 2)), np.ones(3), 1, worlds.path_edges(3))
    with pytest.raises(ProblemError, match="cost is of free centers; expected fixed centers"):
        least_change(problem, np.zeros(3, dtype=np.int32), fixed={})


def test_exchanges_that_the_edit_has_no_part_in_are_left_out():
    from solvers.whatif.least_change import _without_strangers

    # Two rows apart from each other: the edit is in the first, a swap was found in the second.
    edges = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6], [6, 7]])
    cost = np.zeros((8, 4))
    problem = worlds.matrix_problem(cost, np.ones(8), edges, tolerance=0.6)
    start = np.array([0, 0, 0, 1, 2, 2, 3, 3], dtype=np.int32)
    found = np.array([0, 0, 0, 1, 2, 2, 2, 3], dtype=np.int32)
    assert _without_strangers(problem, found, start, {0, 1}).tolist() == start.tolist()
    assert _without_strangers(problem, found, start, {1, 2}).tolist() == found.tolist()
