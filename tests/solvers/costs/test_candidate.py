"""Costs by lists: what stands on no list costs infinitely much."""

import numpy as np
import pytest

from solvers import CandidateCost, ProblemError
from solvers.kernels import records


def lists(**more):
    given = {
        "indptr": np.array([0, 1, 3]),
        "territory": np.array([1, 0, 2], dtype=np.int32),
        "cost": np.array([4.0, 6.0, 2.0]),
        "k": 3,
    }
    return CandidateCost(**given | more)


def test_a_pair_off_the_lists_has_no_price():
    units, columns = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 1])
    assert lists().at(units, columns).tolist() == [np.inf, 4.0, 2.0, np.inf]
    assert lists().column(0).tolist() == [np.inf, 6.0]
    assert lists(travel=np.array([1.0, 2.0, 3.0])).travel_at(units, columns)[1] == 1.0


def test_the_lists_are_returned_whole():
    assert lists().cheapest(np.arange(3), 1).territory.tolist() == [1, 0, 2]


def test_a_unit_without_a_candidate_is_refused():
    with pytest.raises(ProblemError, match=r"cost\[0\] is no candidate"):
        lists(indptr=np.array([0, 0, 3])).check()


def test_a_unit_with_one_candidate_is_idle_and_the_dearest_is_typical():
    typical, idle = lists().typical(3)
    assert (typical, idle.tolist()) == (6.0, [True, False])


def test_the_kernels_get_the_lists():
    laid = lists().kernel_arrays()
    assert laid.mode == records.SPARSE
    assert laid.row_cost.tolist() == [4.0, 6.0, 2.0]
    assert laid.row_travel.size == 0
