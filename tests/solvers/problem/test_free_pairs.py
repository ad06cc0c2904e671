"""Pairs of unit and center that can occur at all."""

import numpy as np
import pytest

from solvers.problem.free_pairs import hess_data, open_pairs
from solvers.problem.pieces import merge
from tests.solvers import worlds


def path(loads, k, **rules):
    n = len(loads)
    away = np.abs(np.arange(n)[:, None] - np.arange(n)[None, :]).astype(float)
    return worlds.pair_problem(
        away, np.asarray(loads, dtype=float), k, worlds.path_edges(n), **rules
    )


def opened(problem, **more):
    items = merge(problem)
    return open_pairs(problem, items, hess_data(problem, items, **more))


def test_a_pair_is_open_only_where_the_way_between_fits_into_the_band():
    # Goals are 2, at most 3: four units of 1 in a row do not fit into one territory.
    found = opened(path([1, 1, 1, 1], 2, tolerance=0.5))
    assert found.tolist() == [
        [True, True, True, False],
        [True, True, True, True],
        [True, True, True, True],
        [False, True, True, True],
    ]


def test_without_contiguity_only_the_two_ends_have_to_fit():
    assert opened(path([1, 1, 1, 1], 2, tolerance=0.5, contiguity=False)).all()


def test_two_heavy_units_never_share_a_territory():
    problem = path([3, 1, 1, 3], 2, tolerance=0.25)
    items = merge(problem)
    assert hess_data(problem, items).heavy().tolist() == [0, 3]
    assert not opened(problem)[0, 3]


def test_a_travelled_band_is_open_ended_without_a_cutoff():
    problem = path([1, 1, 1, 1], 2, tolerance=0.1, travel_share=np.array([1.0]))
    items = merge(problem)
    assert np.isinf(hess_data(problem, items).upper).all()
    assert hess_data(problem, items, cutoff=2.0).upper[0, 0] == pytest.approx(1.1 * 6.0 / 4.0)
