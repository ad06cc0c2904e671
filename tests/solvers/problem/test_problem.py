"""A problem is complete, checked and frozen once it is made."""

import numpy as np
import pytest

from solvers.costs.matrix import MatrixCost
from solvers.errors import ProblemError
from solvers.problem.evaluate import evaluate
from solvers.problem.problem import Problem, adjacency_from_edges
from tests.solvers import worlds


def problem():
    return worlds.matrix_problem(np.ones((4, 2)), np.ones(4), worlds.path_edges(4))


def test_what_is_not_given_is_filled_to_full_length():
    made = problem()
    assert made.rules.pinned.tolist() == [-1] * 4
    assert made.changes.move_cost.tolist() == [0.0] * 4
    assert made.borders.km.shape == made.indices.shape
    assert (made.n, made.k, made.m, made.free_centers) == (4, 2, 1, False)


def test_no_array_of_a_problem_can_be_written():
    with pytest.raises(ValueError, match="read-only"):
        problem().balance.activity[0, 0] = 5.0


def test_repeated_edges_count_once_and_loops_are_refused():
    indptr, indices = adjacency_from_edges(2, np.array([[0, 1], [1, 0]]))
    assert (indptr.tolist(), indices.tolist()) == ([0, 1, 2], [1, 0])
    with pytest.raises(ProblemError, match=r"edges\[0\] is \[1, 1\]"):
        adjacency_from_edges(2, np.array([[1, 1]]))


def test_other_ways_leave_the_rest_as_it_was_checked():
    made = problem()
    dear = MatrixCost(cost=np.full((4, 2), 9.0))
    other = made.with_cost(dear)
    assert (other.cost, other.indices, other.rules) == (dear, made.indices, made.rules)
    with pytest.raises(ProblemError, match="for 3 units"):
        made.with_cost(MatrixCost(cost=np.ones((3, 2))))


def test_parts_of_a_problem_make_one_that_is_judged_alike():
    made = problem()
    again = Problem.checked_before(
        cost=made.cost,
        balance=made.balance,
        indptr=made.indptr,
        indices=made.indices,
        rules=made.rules,
        changes=made.changes,
        shapes=made.shapes,
    )
    for assignment in ([0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 0]):
        one, other = (evaluate(each, np.array(assignment)) for each in (made, again))
        assert one.violations == other.violations
        assert one.terms == other.terms
