"""Which unit may go where, said once for the referee and every search."""

import numpy as np
import pytest

from solvers.problem.reach import (
    banned,
    barred_keys,
    barred_pairs,
    barred_units,
    beyond,
    close_pairs,
    distances,
    has_radius,
    holds_land,
    is_pinned,
    pin_of,
    pinned_to,
    pins,
    strayed,
    too_far,
    with_pins,
)
from tests.solvers import worlds

AWAY = np.array([[0.0, 3.0], [1.0, 2.0], [2.0, 1.0], [3.0, 0.0]])


def problem(**rules):
    return worlds.matrix_problem(AWAY, np.ones(4), worlds.path_edges(4), **rules)


def test_a_unit_is_too_far_beyond_the_radius_and_not_on_it():
    ruled = problem(radius=2.0, distance=AWAY)
    everywhere = too_far(ruled, np.arange(4)[:, None], np.arange(2)[None, :])
    assert everywhere.tolist() == [[False, True], [False, False], [False, False], [True, False]]


def test_without_a_radius_nothing_is_too_far():
    assert not too_far(problem(), np.arange(4), np.zeros(4, dtype=int)).any()


def test_distances_are_those_given_and_unknown_where_none_are():
    units, columns = np.arange(4), np.array([0, 0, 1, 1])
    assert distances(problem(), units, columns) is None
    given = distances(problem(radius=2.0, distance=2.0 * AWAY), units, columns)
    assert given.tolist() == [0.0, 2.0, 2.0, 0.0]
    planar = worlds.planar_problem(
        [[0, 0], [3, 4], [6, 8], [9, 12]], np.ones(4), 2, worlds.path_edges(4)
    )
    assert distances(planar, np.array([0, 0]), np.array([1, 3])).tolist() == [5.0, 15.0]


@pytest.mark.parametrize(("territory", "units"), [(0, [1]), (1, [0, 3])])
def test_the_units_forbidden_in_a_territory_come_in_order(territory, units):
    pairs = np.array([[3, 1], [1, 0], [0, 1]], dtype=np.int32)
    assert barred_units(problem(forbidden=pairs), territory).tolist() == units


def test_territories_need_land_only_where_there_is_enough_of_it():
    assert holds_land(problem())
    assert not holds_land(problem(contiguity=False))
    assert not holds_land(problem(exempt=np.array([True, True, True, False])))


def test_only_the_very_pairs_that_are_forbidden_are_banned():
    ruled = problem(forbidden=np.array([[1, 0], [3, 1]], dtype=np.int32))
    units, territories = np.array([1, 1, 3, 0]), np.array([0, 1, 1, 0])
    assert banned(ruled, units, territories).tolist() == [True, False, True, False]
    assert not banned(problem(), units, territories).any()


def test_a_distance_is_beyond_the_radius_by_more_than_rounding():
    ruled = problem(radius=2.0, distance=AWAY)
    assert (has_radius(ruled), has_radius(problem())) == (True, False)
    assert beyond(ruled, np.array([2.0, 2.0 + 1e-10, 2.1])).tolist() == [False, False, True]


def test_pins_come_in_order_with_their_territories():
    ruled = problem(pinned=np.array([1, -1, -1, 0], dtype=np.int32))
    units, territories = pins(ruled)
    assert (units.tolist(), territories.tolist()) == ([0, 3], [1, 0])
    assert is_pinned(ruled).tolist() == [True, False, False, True]


def test_only_a_unit_pinned_elsewhere_has_strayed():
    ruled = problem(pinned=np.array([1, -1, -1, 0], dtype=np.int32))
    everywhere = strayed(ruled, np.arange(4)[:, None], np.arange(2)[None, :])
    assert everywhere.tolist() == [[True, False], [False, False], [False, False], [False, True]]


def test_forbidden_pairs_and_pins_close_their_pairs_and_no_others():
    ruled = problem(
        pinned=np.array([1, -1, -1, -1], dtype=np.int32),
        forbidden=np.array([[3, 1], [2, 0]], dtype=np.int32),
    )
    assert [each.tolist() for each in barred_pairs(ruled)] == [[3, 2], [1, 0]]
    assert barred_keys(ruled).tolist() == [4, 7]
    price = AWAY.copy()
    close_pairs(ruled, price)
    assert np.isfinite(price).tolist() == [
        [False, True],
        [True, True],
        [False, True],
        [True, False],
    ]
    assert price[0, 1] == AWAY[0, 1]


def test_pins_are_set_and_taken_off_in_a_copy():
    before = problem(pinned=np.array([-1, 0, -1, 1], dtype=np.int32))
    after = with_pins(before, {0: 1, 3: -1})
    assert [pin_of(after, unit) for unit in range(4)] == [1, 0, -1, -1]
    assert pinned_to(after, 1).tolist() == [0]
    assert pinned_to(with_pins(before, {}), 1).tolist() == [3]
    assert pin_of(before, 3) == 1
