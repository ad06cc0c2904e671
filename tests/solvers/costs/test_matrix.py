"""Costs by territory: the travel part may be told apart."""

import numpy as np
import pytest

from solvers import MatrixCost, ProblemError
from solvers.kernels import records

PRICE, TRAVEL = np.array([[5.0, 9.0]]), np.array([[2.0, 3.0]])


def test_travel_is_the_whole_cost_unless_it_is_told_apart():
    at = np.array([0]), np.array([1])
    assert MatrixCost(cost=PRICE).travel_at(*at).tolist() == [9.0]
    assert MatrixCost(cost=PRICE, travel=TRAVEL).travel_at(*at).tolist() == [3.0]
    assert MatrixCost(cost=PRICE, travel=TRAVEL).cheapest(np.arange(2), 2).travel.sum() == 5.0


def test_travel_of_another_shape_is_refused():
    with pytest.raises(ProblemError, match=r"cost.travel is of shape \(1, 1\)"):
        MatrixCost(cost=PRICE, travel=np.ones((1, 1))).check()


def test_a_table_of_territories_knows_no_nearest_unit():
    assert MatrixCost(cost=PRICE).nearest(np.array([0]), 3).shape == (1, 0)


def test_the_kernels_get_both_tables():
    laid = MatrixCost(cost=PRICE, travel=TRAVEL).kernel_arrays()
    assert laid.mode == records.DENSE
    assert (laid.table is PRICE, laid.travel is TRAVEL) == (True, True)
    assert MatrixCost(cost=PRICE).kernel_arrays().travel.size == 0
