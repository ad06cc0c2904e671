"""Conflicts that sums alone prove, each with the numbers that prove it."""

import numpy as np
import pytest

from solvers.conflict.arithmetic import arithmetic, arithmetic_upper
from solvers.stop import Budget, never
from tests.solvers import worlds


def world(loads, k=2, **rules):
    loads = np.asarray(loads, dtype=float)
    cost = np.arange(loads.size * k, dtype=float).reshape(loads.size, k)
    return worlds.matrix_problem(cost, loads, worlds.path_edges(loads.size), **rules)


def found(problem):
    return arithmetic(problem, Budget(rule=never))


def kinds(conflict):
    return [rule.kind for rule in conflict.rules]


def test_what_can_be_kept_is_no_conflict():
    assert found(world([1, 1, 1, 1])) is None


def test_a_unit_above_every_band_needs_the_tolerance_that_would_hold_it():
    conflict = found(world([5, 1, 1, 1], tolerance=0.1))  # goals are 4
    assert kinds(conflict) == ["balance"]
    assert conflict.rules[0].units == (0,)
    assert (conflict.rules[0].value, conflict.rules[0].limit) == pytest.approx((5.0, 4.4))
    assert conflict.relaxations[0].amount == pytest.approx(0.25)


def test_lower_bands_that_add_up_to_more_than_there_is_are_a_conflict():
    high = np.array([[3.0], [3.0]])
    conflict = found(world([1, 1, 1, 1], goal=high, lower=high, upper=high))
    assert kinds(conflict) == ["balance"]
    assert (conflict.rules[0].value, conflict.rules[0].limit) == (4.0, 6.0)
    assert not conflict.relaxations[0].sufficient


def test_units_pinned_to_one_territory_may_be_too_much_for_it():
    conflict = found(world([2, 2, 2, 2], pinned=np.array([0, 0, 0, -1], dtype=np.int32)))
    assert kinds(conflict) == ["pinned", "balance"]
    assert conflict.rules[0].value == 6.0
    assert conflict.relaxations[0].kind == "unpin"
    assert conflict.relaxations[0].amount == pytest.approx(6.0 - 4.4)


def test_a_group_that_stays_together_may_be_too_much_for_any_territory():
    conflict = found(world([2, 2, 2, 2], together=np.array([0, 0, 0, -1], dtype=np.int32)))
    assert set(kinds(conflict)) == {"together", "balance"}


def test_more_territories_than_groups_to_give_them_are_a_conflict():
    one = np.zeros(4, dtype=np.int32)
    wide = {"lower": np.zeros((2, 1)), "upper": np.full((2, 1), 9.0)}
    conflict = found(world([1, 1, 1, 1], together=one, **wide))
    assert kinds(conflict) == ["together", "territories"]


def test_a_unit_that_no_territory_may_have_is_named_with_the_rule():
    both = np.array([[2, 0], [2, 1]], dtype=np.int32)
    conflict = found(world([1, 1, 1, 1], forbidden=both))
    assert kinds(conflict) == ["forbidden"]
    assert conflict.rules[0].units == (2,)
    away = np.array([[1.0, 1.0], [1.0, 1.0], [7.0, 8.0], [1.0, 1.0]])
    conflict = found(world([1, 1, 1, 1], radius=5.0, distance=away))
    assert kinds(conflict) == ["radius"]
    assert (conflict.rules[0].value, conflict.rules[0].limit) == (7.0, 5.0)


@pytest.mark.parametrize("k", [1, 3])
def test_where_centers_are_free_a_unit_forbidden_everywhere_is_named_too(k):
    everywhere = np.array([[2, t] for t in range(k)])
    xy, edges = worlds.grid_xy(2, 3), worlds.grid_edges(2, 3)
    ruled = {"forbidden": everywhere, "radius": 0.1}
    conflict = found(worlds.planar_problem(xy, np.ones(6), k, edges, **ruled))
    assert kinds(conflict) == ["forbidden"]
    assert conflict.rules[0].units == (2,)


def test_a_travelled_band_is_as_wide_as_with_the_most_travel():
    problem = world([1, 1, 1, 1], travel_share=np.array([1.0]))
    # The dearest column of each unit costs 1, 3, 5 and 7: the total is at most 20, 5 times goals.
    assert arithmetic_upper(problem) == pytest.approx(np.full((2, 1), 2.2 * 5.0))
