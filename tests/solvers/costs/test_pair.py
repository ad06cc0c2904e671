"""Costs from unit to unit, where centers are free."""

import numpy as np
import pytest

from solvers import PairCost, ProblemError
from solvers.kernels import records

WAYS = np.array([[0.0, 1.0, 9.0], [1.0, 0.0, 8.0], [9.0, 8.0, 0.0]])


def test_the_nearest_units_are_the_cheapest_and_oneself_among_them():
    near = PairCost(pair=WAYS).nearest(np.array([2, 0]), 2)
    assert sorted(near[0].tolist()) == [1, 2]
    assert sorted(near[1].tolist()) == [0, 1]


def test_centers_are_free():
    assert not PairCost(pair=WAYS).fixed


def test_a_way_below_zero_is_refused():
    with pytest.raises(ProblemError, match=r"cost\[0, 0\] is -1.0"):
        PairCost(pair=WAYS - 1.0).check()


def test_the_kernels_get_the_table():
    laid = PairCost(pair=WAYS).kernel_arrays()
    assert (laid.mode, laid.table is WAYS) == (records.DENSE, True)
