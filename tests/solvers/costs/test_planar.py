"""Costs as distances in the plane: to homes, to units, to places that are neither."""

import numpy as np
import pytest

from solvers import PlanarCost, ProblemError
from solvers.kernels import records

XY = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])


def plane(**more):
    return PlanarCost(**{"xy": XY, "weight": np.full(3, 2.0), "offset": np.ones(3)} | more)


def test_a_cost_is_the_offset_and_the_weighted_power_of_the_distance():
    assert plane().at(np.array([0]), np.array([1])).tolist() == [11.0]
    assert plane(power=2).at(np.array([0]), np.array([1])).tolist() == [51.0]


def test_homes_are_columns():
    homes = plane(home_xy=np.array([[0.0, 5.0]]))
    assert (homes.fixed, homes.n_columns) == (True, 1)
    assert homes.column(0)[0] == 11.0
    assert homes.points.columns_xy.tolist() == [[0.0, 5.0]]


def test_the_cheapest_territory_is_that_of_the_nearest_place():
    lists = plane().cheapest(np.array([0, 2]), 1)
    assert lists.territory[[0, 2]].tolist() == [0, 1]
    moved = plane().cheapest(np.array([0, 2]), 1, places=np.array([[6.0, 8.0], [0.0, 0.0]]))
    assert moved.territory[[0, 2]].tolist() == [1, 0]
    assert moved.cost[[0, 2]].tolist() == [1.0, 1.0]


def test_all_territories_cost_what_the_nearest_ones_do():
    columns = np.array([0, 2, 1])
    every, two = plane().cheapest(columns, 3), plane().cheapest(columns, 2)
    price = {
        (u, t): c
        for u, t, c in zip(np.repeat(range(3), 3), every.territory, every.cost, strict=True)
    }
    assert sorted(every.territory[:3].tolist()) == [0, 1, 2]
    for u, t, c in zip(np.repeat(range(3), 2), two.territory, two.cost, strict=True):
        assert price[u, t] == pytest.approx(c, rel=1e-12)


def test_nearest_places_are_the_same_on_any_threads():
    rng = np.random.default_rng(2)
    cost = PlanarCost(xy=rng.random((90, 2)), weight=np.ones(90), offset=np.zeros(90))
    one, three = (cost.cheapest(np.arange(30), 4, threads=threads) for threads in (1, 3))
    assert np.array_equal(one.territory, three.territory)
    assert np.array_equal(one.cost, three.cost)


def test_the_nearest_unit_is_the_unit_itself():
    assert plane().nearest(np.array([2, 0]), 2).tolist() == [[2, 1], [0, 1]]


def test_a_power_that_is_no_distance_is_refused():
    with pytest.raises(ProblemError, match=r"cost.power is 3; expected 1 or 2"):
        plane(power=3).check()


def test_units_without_weight_pull_a_little_in_the_kernels():
    laid = plane(weight=np.array([0.0, 3.0, 3.0])).kernel_arrays()
    assert laid.weight.tolist() == pytest.approx([0.002, 3.0, 3.0])
    assert laid.mode == records.PLANE
