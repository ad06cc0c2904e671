"""The free-center Lagrangian never proves more than is true, and closes no pair of the optimum."""

import numpy as np
import pytest

from solvers.bounds.lagrangian import ascend, everywhere, open_after
from solvers.bounds.subgradient import Steps
from solvers.problem.free_pairs import hess_data
from solvers.problem.pieces import merge
from solvers.stop import Budget
from tests.solvers import worlds

# Two towns of two units each, far from each other: a center in either costs 1 each.
XY = np.array([[0.0, 0.0], [1.0, 0.0], [50.0, 0.0], [51.0, 0.0]])
BEST = 2.0


@pytest.fixture
def data():
    problem = worlds.planar_problem(XY, np.ones(4), 2, worlds.path_edges(4), tolerance=0.1)
    return hess_data(problem, merge(problem), BEST)


def raised(data, most):
    return ascend(data, everywhere(data), target=BEST, steps=Steps(most=most), budget=Budget())


def test_a_bound_is_never_above_the_optimum_and_more_steps_do_not_lower_it(data):
    few, many = raised(data, 2).bound, raised(data, 300).bound
    assert few <= many <= BEST * (1 + 1e-9)
    assert many > 0.9 * BEST


def test_reduced_costs_close_what_no_plan_of_that_cost_uses(data):
    opened = open_after(data, raised(data, 300), BEST)
    assert opened[0, 0]
    assert opened[1, 0]
    assert not opened[0, 2]
    assert not opened[3, 1]


def test_too_few_centers_for_a_region_have_no_plan(data):
    from solvers.bounds.lagrangian import Region

    nowhere = (Region(np.array([0]), 2),)
    found = ascend(data, nowhere, target=BEST, steps=Steps(most=5), budget=Budget())
    assert found.bound == float("inf")
