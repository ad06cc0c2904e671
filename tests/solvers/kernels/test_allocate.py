"""Unassigned units go, ring by ring, to the least loaded territory beside them."""

import numpy as np

from solvers.kernels.allocate import absorb
from solvers.problem.problem import adjacency_from_edges
from tests.solvers import worlds


def absorbed(assignment, *, barred=(), together=None, weight=None):
    n, k = len(assignment), 2
    indptr, indices = adjacency_from_edges(n, worlds.path_edges(n))
    out = np.array(assignment, dtype=np.int32)
    weight = np.ones(n) if weight is None else np.asarray(weight, dtype=float)
    load = np.bincount(out[out >= 0], weight[out >= 0], minlength=k) / 2.0
    waiting = np.flatnonzero(out < 0).astype(np.int32)
    mates = np.full(n, -1, dtype=np.int32) if together is None else np.array(together, np.int32)
    absorb(
        np.array(indptr, dtype=np.int64), np.array(indices, dtype=np.int32), out, waiting,
        np.empty_like(waiting), weight, load, np.full(k, 2.0),
        np.sort(np.array(barred, dtype=np.int64)), mates,
    )  # fmt: skip
    return out.tolist()


def test_units_between_two_territories_are_shared_evenly():
    assert absorbed([0, -1, -1, 1]) == [0, 0, 1, 1]


def test_the_lighter_territory_takes_a_unit_that_both_touch():
    assert absorbed([0, -1, 1], weight=[5, 1, 1]) == [0, 1, 1]


def test_a_barred_unit_goes_to_the_other_one():
    assert absorbed([0, -1, 1], weight=[1, 1, 5], barred=[1 * 2 + 0]) == [0, 1, 1]


def test_where_only_a_barred_territory_is_near_it_is_taken_all_the_same():
    assert absorbed([0, -1, -1], barred=[1 * 2 + 0, 2 * 2 + 0]) == [0, 0, 0]


def test_mates_follow_the_first_of_them():
    assert absorbed([0, -1, -1, 1], together=[-1, 7, 7, -1], weight=[1, 1, 1, 5]) == [0, 0, 0, 1]
