"""The bands that a plan is held to: those given, or as shares of its own total."""

import numpy as np
import pytest

from solvers.problem.bands import bands_of_plan, own_scale
from tests.solvers import worlds

COST = np.array([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0], [2.0, 1.0]])


def problem(**more):
    return worlds.matrix_problem(COST, np.ones(4), worlds.path_edges(4), tolerance=0.5, **more)


def test_bands_stand_as_given_where_no_measure_holds_travel():
    given = problem()
    loads = np.array([[3.0], [1.0]])
    goal, lower, upper = bands_of_plan(given, loads, np.arange(2), np.array([3, 1]))
    assert goal.tolist() == [[2.0], [2.0]]
    assert (lower[0, 0], upper[0, 0]) == (1.0, 3.0)


def test_bands_of_a_travelled_measure_are_shares_of_the_plan_s_own_total():
    given = problem(travel_share=np.array([1.0]))
    loads = np.array([[4.0], [4.0]])
    assert own_scale(given.balance, loads).tolist() == [2.0]
    goal, lower, upper = bands_of_plan(given, loads, np.arange(2), np.array([2, 2]))
    assert [each[0, 0] for each in (goal, lower, upper)] == pytest.approx([4.0, 2.0, 6.0])


def test_a_plan_of_nothing_keeps_the_bands_as_given():
    given = problem(travel_share=np.array([1.0]))
    assert own_scale(given.balance, np.zeros((2, 1))).tolist() == [1.0]
