"""The compiled pricing of centers says what its slow twin says."""

import numpy as np
import pytest

from solvers.bounds.lagrangian import _slice, everywhere
from solvers.kernels.pricing import price_given
from solvers.problem.free_pairs import hess_data
from solvers.problem.pieces import merge
from tests.solvers import worlds


@pytest.mark.parametrize("seed", range(4))
def test_values_loads_and_counts_are_those_of_the_slow_twin(seed):
    rng = np.random.default_rng(seed)
    problem = worlds.planar_problem(
        rng.random((9, 2)), rng.uniform(0.5, 4.0, 9), 3, worlds.grid_edges(3, 3), tolerance=0.3
    )
    data = hess_data(problem, merge(problem), float("inf"))
    regions = everywhere(data)
    part = _slice(data, regions, regions[0].columns)
    item, band = rng.random(9), rng.normal(0.0, 0.2, (9, 1))
    value, load = part.pricer()(item, band)
    _, slow, taken = part.price(item, band)
    assert value == pytest.approx(slow)
    assert load[:, 0] == pytest.approx(taken.T.astype(float) @ part.weight[:, 0])
    chosen = part.choose(value)
    assert part.count(item, band, chosen).tolist() == taken[:, chosen].sum(axis=1).tolist()


def test_units_go_where_they_are_cheapest_at_the_bands_prices():
    near = np.array([[0, 1], [1, 0], [0, 1]], dtype=np.int32)
    cost = np.array([[1.0, 2.0], [1.0, 5.0], [1.0, 9.0]])
    activity = np.array([[1.0], [1.0], [2.0]])
    load, chosen = np.empty((2, 1)), np.empty(3, dtype=np.int64)
    paid = price_given(
        near, cost, np.zeros((3, 2)), activity, np.zeros(1), np.array([[3.0], [0.0]]), load, chosen
    )
    assert chosen.tolist() == [1, 1, 0]
    assert load.ravel().tolist() == [2.0, 2.0]
    assert paid == pytest.approx(2.0 + 1.0 + 1.0 + 2 * 3.0)


def test_travel_weighs_in_a_measure_that_it_counts_in():
    near, cost = np.array([[0, 1]], dtype=np.int32), np.array([[1.0, 1.5]])
    travel, load, chosen = np.array([[2.0, 1.0]]), np.empty((2, 1)), np.empty(1, dtype=np.int64)
    paid = price_given(
        near, cost, travel, np.ones((1, 1)), np.array([0.5]), np.ones((2, 1)), load, chosen
    )
    assert paid == pytest.approx(1.0 + 1.0 + 0.5 * 2.0)
    assert load.ravel().tolist() == [2.0, 0.0]
