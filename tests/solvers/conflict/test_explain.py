"""Conflicts on worlds where it is plain to see what cannot go together."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from solvers import CandidateCost
from solvers.conflict.explain import explain_conflict
from solvers.stop import Budget
from tests.solvers import worlds
from tests.solvers.random_problems import problems

EDGES = worlds.path_edges(6)


def row_of_six(activity=None, **rules):
    """Six units in a row and two homes at its ends."""
    cost = np.abs(np.arange(6)[:, None] - np.array([0.0, 5.0]))
    return worlds.matrix_problem(cost, np.ones(6) if activity is None else activity, EDGES, **rules)


def said(conflict):
    return [(r.kind, r.territory, r.measure, r.units, r.value, r.limit) for r in conflict.rules]


def changes(conflict):
    return [(r.kind, r.territory, r.measure, pytest.approx(r.amount)) for r in conflict.relaxations]


def ints(*values):
    return np.array(values, dtype=np.int32)


def test_a_problem_with_a_plan_has_no_conflict():
    assert explain_conflict(row_of_six()) is None


def test_a_unit_above_every_band_is_named_with_the_tolerance_it_would_need():
    found = explain_conflict(row_of_six([1, 1, 1, 9, 1, 1]))
    assert said(found) == [("balance", -1, 0, (3,), 9.0, pytest.approx(7.7))]
    assert changes(found) == [
        ("tolerance", -1, 0, 9 / 7 - 1),
        ("divide", -1, 0, 0.0),
    ]
    assert found.proved
    assert found.method == "arithmetic"


def test_a_group_that_outweighs_every_band_is_named_as_a_group():
    found = explain_conflict(row_of_six(together=ints(0, 0, 0, 0, -1, -1)))
    assert said(found)[0] == ("together", 0, 0, (0, 1, 2, 3), 4.0, 0.0)
    assert changes(found)[0] == ("split", 0, 0, 4 - 3.3)


def test_pins_beyond_the_band_say_how_much_to_unpin():
    found = explain_conflict(row_of_six(pinned=ints(1, 1, 1, 1, -1, -1)))
    assert said(found) == [
        ("pinned", 1, 0, (0, 1, 2, 3), 4.0, 0.0),
        ("balance", 1, 0, (), 4.0, pytest.approx(3.3)),
    ]
    assert changes(found) == [("unpin", 1, 0, 0.7), ("tolerance", 1, 0, 1 / 3)]


def test_lower_bands_above_the_total_are_found():
    goal = np.full((2, 1), 5.0)
    found = explain_conflict(row_of_six(goal=goal, lower=goal * 0.9, upper=goal * 1.1))
    assert said(found) == [("balance", -1, 0, (), 6.0, 9.0)]
    assert changes(found) == [("tolerance", -1, 0, 0.4)]


def test_upper_bands_below_the_total_are_found():
    goal = np.full((2, 1), 2.0)
    found = explain_conflict(row_of_six(goal=goal, lower=goal * 0.9, upper=goal * 1.1))
    assert said(found) == [("balance", -1, 0, (), 6.0, pytest.approx(4.4))]


def test_a_radius_that_leaves_units_without_a_territory_says_what_it_would_have_to_be():
    problem = row_of_six(radius=1.5, distance=row_of_six().cost.cost)
    found = explain_conflict(problem)
    assert said(found) == [("radius", -1, -1, (2, 3), 2.0, 1.5)]
    assert changes(found) == [("radius", -1, -1, 2.0)]


def test_a_unit_forbidden_everywhere_is_named():
    found = explain_conflict(row_of_six(forbidden=np.array([[2, 0], [2, 1]], dtype=np.int32)))
    assert said(found) == [("forbidden", -1, -1, (2,), 0.0, 0.0)]
    assert changes(found) == [("allow", -1, -1, 0.0)]


def test_a_pin_off_the_candidate_list_is_named():
    cost = CandidateCost(
        indptr=np.array([0, 1, 2, 3, 4, 5, 6]),
        territory=ints(0, 0, 0, 1, 1, 1),
        cost=np.ones(6),
        k=2,
    )
    problem = worlds.make(cost, np.ones(6), 2, EDGES, pinned=ints(1, -1, -1, -1, -1, -1))
    assert [rule.kind for rule in explain_conflict(problem).rules] == ["candidates", "pinned"]


def test_more_territories_than_groups_are_found():
    cost = np.zeros((6, 3))
    problem = worlds.matrix_problem(
        cost, np.ones(6), EDGES, tolerance=0.9, together=ints(0, 0, 0, 1, 1, 1)
    )
    found = explain_conflict(problem)
    assert ("territories", -1, -1, (), 2.0, 3.0) in said(found)


def test_a_pocket_between_heavy_neighbours_is_found_by_its_sets():
    """8-8-1-8-8-1 in a row: a 1 can neither stand alone nor join an 8 (goal 8.5)."""
    xy = worlds.grid_xy(1, 6)
    problem = worlds.planar_problem(xy, [8, 8, 1, 8, 8, 1], 4, EDGES, tolerance=0.05)
    found = explain_conflict(problem)
    assert (found.method, found.proved) == ("pocket", True)
    assert found.rules[0].kind == "contiguity"
    assert 2 in found.rules[0].units or 5 in found.rules[0].units
    least, most = found.rules[1:]
    assert (least.side, least.units, least.value) == ("at least", found.rules[0].units, 1.0)
    assert (most.side, most.value) == ("at most", 9.0)
    assert sorted(problem.balance.activity[list(most.units), 0].tolist()) == [1.0, 8.0]
    (tolerance,) = (r for r in found.relaxations if r.kind == "tolerance")
    assert tolerance.amount == pytest.approx(9 / 8.5 - 1, abs=2e-3)


def test_the_model_names_the_few_rules_that_conflict_among_many():
    """Pins at both ends of the row and the middle given to the wrong sides: contiguity fails."""
    problem = row_of_six(
        tolerance=0.4,
        pinned=ints(0, -1, 1, 0, -1, 1),
        together=ints(-1, -1, -1, -1, 3, 3),
    )
    found = explain_conflict(problem)
    assert (found.method, found.proved, found.minimal) == ("model", True, True)
    assert {(r.kind, r.territory) for r in found.rules} == {
        ("contiguity", -1),
        ("pinned", 0),
        ("pinned", 1),
    }
    assert ("unpin", -1, 0, pytest.approx(1.0)) in changes(found)


def test_the_model_says_what_a_tolerance_would_have_to_be():
    """Three units of 3 and one of 5: no two territories come closer than 6 and 8."""
    activity = [3, 3, 3, 5]
    cost = np.abs(np.arange(4)[:, None] - np.array([0.0, 3.0]))
    problem = worlds.matrix_problem(cost, activity, worlds.path_edges(4), contiguity=False)
    found = explain_conflict(problem)
    assert found.method == "model"
    assert {r.kind for r in found.rules} >= {"balance"}
    (tolerance,) = (r for r in found.relaxations if r.kind == "tolerance")
    assert tolerance.amount == pytest.approx(8 / 7 - 1, abs=6e-3)


def test_too_many_forced_moves_name_the_cap_and_what_it_would_have_to_be():
    problem = row_of_six(
        current=ints(0, 0, 0, 0, 0, 1), moved_weight=np.ones((6, 1)), moved_cap=np.array([1.0])
    )
    found = explain_conflict(problem)
    assert "moves" in {r.kind for r in found.rules}
    assert ("moves", -1, 0, pytest.approx(2.0)) in changes(found)


def test_no_time_proves_nothing():
    problem = row_of_six(tolerance=0.4, pinned=ints(0, -1, 1, 0, -1, 1))
    assert explain_conflict(problem, budget=Budget(limit_s=0.0)) is None


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(problems(most=5))
def test_a_conflict_is_only_claimed_where_brute_force_finds_no_plan(problem):
    if explain_conflict(problem, budget=Budget(limit_s=5.0)) is not None:
        best, _ = worlds.brute_force(problem)
        assert best == np.inf
