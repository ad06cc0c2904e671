"""The referee against its slow twin, and each rule on a world small enough to see."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers import CandidateCost, MatrixCost
from solvers.errors import ProblemError
from solvers.problem.centers import best_centers
from solvers.problem.evaluate import evaluate
from tests.solvers import worlds
from tests.solvers.random_problems import problems


def rules(evaluation):
    return {violation.rule for violation in evaluation.violations}


@settings(max_examples=150)
@given(problems(), st.data())
def test_the_referee_breaks_the_rules_that_plain_loops_break(problem, data):
    assignment = np.array(
        data.draw(st.lists(st.integers(0, problem.k - 1), min_size=problem.n, max_size=problem.n)),
        dtype=np.int32,
    )
    first = data.draw(st.permutations(range(problem.n)))[: problem.k]
    assignment[first] = np.arange(problem.k)  # no territory without a unit
    centers = best_centers(problem, assignment)
    found = evaluate(problem, assignment, centers)
    objective, loads, broken = worlds.judge(problem, assignment.tolist(), centers.tolist())
    assert found.objective == pytest.approx(objective)
    assert found.loads == pytest.approx(loads)
    assert rules(found) == broken


PATH = worlds.path_edges(4)


def path_problem(**given):
    """Four units in a row, two territories with homes at the ends, one measure."""
    cost = np.abs(np.arange(4)[:, None] - np.array([0.0, 3.0]))
    return worlds.matrix_problem(cost, np.ones(4), PATH, **given)


def test_a_balanced_contiguous_plan_breaks_no_rule():
    found = evaluate(path_problem(), np.array([0, 0, 1, 1]))
    assert found.feasible
    assert found.terms == {"cost": 2.0, "moves": 0.0, "splits": 0.0, "borders": 0.0}
    assert found.imbalance == 0.0
    assert found.n_parts.tolist() == [1, 1]


def test_a_territory_in_two_pieces_is_named_with_its_smaller_piece():
    found = evaluate(path_problem(tolerance=0.6), np.array([0, 0, 1, 0]))
    (breach,) = found.violations
    assert (breach.rule, breach.territory, breach.units) == ("contiguity", 0, (3,))
    assert (breach.value, breach.limit) == (2.0, 1.0)


def test_exempt_units_neither_break_nor_carry_contiguity():
    exempt = np.array([False, False, False, True])
    assert evaluate(path_problem(tolerance=0.6, exempt=exempt), np.array([0, 0, 1, 0])).feasible
    bridge = np.array([False, True, False, False])
    found = evaluate(path_problem(tolerance=0.6, exempt=bridge), np.array([0, 0, 0, 1]))
    assert rules(found) == {"contiguity"}


def test_a_load_outside_its_band_is_named_with_load_and_limit():
    found = evaluate(path_problem(tolerance=0.25), np.array([0, 0, 0, 1]))
    over, under = found.violations
    assert (over.rule, over.territory, over.value, over.limit) == ("balance", 0, 3.0, 2.5)
    assert (under.rule, under.territory, under.value, under.limit) == ("balance", 1, 1.0, 1.5)
    assert found.excess[:, 0].tolist() == [0.25, 0.25]


def test_the_band_of_a_measure_with_travel_follows_the_plans_own_total_on_both_sides():
    # Loads 2 + 6 and 2 + 0: the total of 10 makes bands of 4 to 6, where 1.6 to 2.4 were written.
    cost = np.array([[3.0, 9.0], [3.0, 9.0], [9.0, 0.0], [9.0, 0.0]])
    problem = worlds.matrix_problem(
        cost, np.ones(4), PATH, tolerance=0.2, travel_share=np.array([1.0])
    )
    found = evaluate(problem, np.array([0, 0, 1, 1]))
    assert [(v.territory, v.value, v.limit) for v in found.violations] == [
        (0, 8.0, pytest.approx(6.0)),
        (1, 2.0, pytest.approx(4.0)),
    ]


def test_the_band_of_a_measure_without_travel_stays_as_it_was_written():
    goal = np.array([[3.0], [3.0]])
    problem = path_problem(goal=goal, lower=goal * 0.9, upper=goal * 1.1)
    found = evaluate(problem, np.array([0, 0, 1, 1]))
    assert [(v.rule, v.territory, v.limit) for v in found.violations] == [
        ("balance", 0, pytest.approx(2.7)),
        ("balance", 1, pytest.approx(2.7)),
    ]


def test_each_border_between_two_territories_is_priced_once():
    problem = path_problem(border_price=5.0, border_km=np.array([1.0, 1.0, 3.0, 3.0, 2.0, 2.0]))
    assert evaluate(problem, np.array([0, 0, 1, 1])).terms["borders"] == 15.0
    assert evaluate(problem, np.array([0, 0, 0, 1])).terms["borders"] == 10.0


def test_more_moved_than_the_cap_is_named_with_what_moved():
    problem = path_problem(
        current=np.array([1, 1, 1, 1], dtype=np.int32),
        move_cost=np.zeros(4),
        moved_weight=np.ones((4, 1)),
        moved_cap=np.array([1.0]),
    )
    (breach,) = evaluate(problem, np.array([0, 0, 1, 1])).violations
    assert (breach.rule, breach.units, breach.value, breach.limit) == ("moves", (0, 1), 2.0, 1.0)


def test_a_territory_of_nothing_but_named_accounts_has_no_land():
    exempt = np.array([False, False, False, True])
    problem = path_problem(exempt=exempt, tolerance=0.6)
    (breach,) = evaluate(problem, np.array([0, 0, 0, 1])).violations
    assert (breach.rule, breach.territory, breach.value, breach.limit) == ("contiguity", 1, 0, 1)


def test_an_empty_territory_and_a_lost_unit_are_both_found():
    found = evaluate(path_problem(contiguity=False), np.array([0, 0, -1, 0]))
    lost, empty = (v for v in found.violations if v.rule == "assigned")
    assert (lost.territory, lost.units) == (-1, (2,))
    assert (empty.territory, empty.value, empty.limit) == (1, 0.0, 1.0)


def test_pins_and_forbidden_pairs_name_their_units():
    problem = path_problem(
        pinned=np.array([1, -1, -1, -1], dtype=np.int32),
        forbidden=np.array([[2, 1]], dtype=np.int32),
    )
    found = evaluate(problem, np.array([0, 0, 1, 1]))
    assert {(v.rule, v.territory, v.units) for v in found.violations} == {
        ("pinned", 1, (0,)),
        ("forbidden", 1, (2,)),
    }


def test_a_split_together_group_names_the_units_away_from_the_rest():
    problem = path_problem(tolerance=0.6, together=np.array([5, 5, 5, -1], dtype=np.int32))
    (breach,) = evaluate(problem, np.array([0, 0, 1, 1])).violations
    assert (breach.rule, breach.territory, breach.units, breach.value) == ("together", 0, (2,), 2.0)


def test_a_unit_beyond_the_radius_is_named_with_its_distance():
    problem = path_problem(tolerance=0.6, radius=1.5, distance=path_problem().cost.cost)
    (breach,) = evaluate(problem, np.array([0, 0, 0, 1])).violations
    assert (breach.rule, breach.territory, breach.units) == ("radius", 0, (2,))
    assert (breach.value, breach.limit) == (2.0, 1.5)


def test_a_territory_off_the_candidate_list_costs_infinitely_much_and_is_forbidden():
    cost = CandidateCost(
        indptr=np.array([0, 1, 3, 5, 6]),
        territory=np.array([0, 0, 1, 0, 1, 1], dtype=np.int32),
        cost=np.ones(6),
        k=2,
    )
    problem = worlds.make(cost, np.ones(4), 2, PATH, tolerance=0.6)
    found = evaluate(problem, np.array([0, 0, 0, 0]))
    assert "forbidden" in rules(found)
    assert found.objective == np.inf
    assert evaluate(problem, np.array([0, 0, 1, 1])).feasible


def test_moves_are_priced_and_capped():
    problem = path_problem(
        tolerance=0.6,
        current=np.array([0, 0, 1, -1], dtype=np.int32),
        move_cost=np.array([10.0, 20.0, 40.0, 80.0]),
        moved_weight=np.ones((4, 1)),
        moved_cap=np.array([0.0]),
    )
    found = evaluate(problem, np.array([0, 1, 1, 1]))
    assert found.terms["moves"] == 20.0
    (breach,) = found.violations
    assert (breach.rule, breach.units, breach.value) == ("moves", (1,), 1.0)


def test_each_territory_beyond_the_first_costs_a_health_system_its_price():
    problem = path_problem(
        group_indptr=np.array([0, 3]),
        group_units=np.array([0, 1, 2], dtype=np.int32),
        group_price=np.array([7.0]),
    )
    assert evaluate(problem, np.array([0, 0, 1, 1])).terms["splits"] == 7.0


def test_bands_with_travel_are_shares_of_the_plans_own_total():
    """Activity 4 and travel 2 make a total of 6: both goals grow from 2 to 3."""
    problem = path_problem(travel_share=np.array([1.0]))
    found = evaluate(problem, np.array([0, 0, 1, 1]))
    assert found.loads[:, 0].tolist() == [3.0, 3.0]
    assert found.goal[:, 0].tolist() == [3.0, 3.0]
    assert found.upper[:, 0] == pytest.approx([3.3, 3.3])


def test_only_the_travel_part_of_a_cost_reaches_the_measures():
    plain = path_problem()
    cost = MatrixCost(cost=plain.cost.cost + 100.0, travel=plain.cost.cost)
    problem = worlds.make(cost, np.ones(4), 2, PATH, travel_share=np.array([1.0]))
    found = evaluate(problem, np.array([0, 0, 1, 1]))
    assert found.loads[:, 0].tolist() == [3.0, 3.0]
    assert found.terms["cost"] == 402.0


def test_a_free_center_outside_its_territory_is_a_violation():
    problem = worlds.planar_problem(worlds.grid_xy(1, 4), np.ones(4), 2, PATH)
    assert evaluate(problem, np.array([0, 0, 1, 1])).feasible
    found = evaluate(problem, np.array([0, 0, 1, 1]), np.array([2, 3]))
    assert {(v.rule, v.territory, v.units) for v in found.violations} == {("center", 0, (2,))}


def test_the_upper_band_of_a_center_takes_the_territorys_place():
    problem = worlds.planar_problem(
        worlds.grid_xy(1, 4),
        np.ones(4),
        2,
        PATH,
        lower=np.zeros((2, 1)),
        center_upper=np.array([[1.0], [3.0], [3.0], [1.0]]),
    )
    assignment = np.array([0, 0, 0, 1])
    assert evaluate(problem, assignment, np.array([1, 3])).feasible
    assert rules(evaluate(problem, assignment, np.array([0, 3]))) == {"balance"}


@pytest.mark.parametrize(
    ("assignment", "text"),
    [
        (np.zeros(3, dtype=int), "assignment is of shape (3,); expected shape (4,)"),
        (np.zeros(4), "assignment is of type float64; expected integers"),
    ],
)
def test_an_assignment_of_the_wrong_form_is_refused(assignment, text):
    with pytest.raises(ProblemError) as caught:
        evaluate(path_problem(), assignment)
    assert str(caught.value) == text


def test_a_center_that_is_no_unit_is_refused():
    problem = worlds.planar_problem(worlds.grid_xy(1, 4), np.ones(4), 2, PATH)
    with pytest.raises(ProblemError, match=r"centers\[1\] is 9; expected 0 to 3"):
        evaluate(problem, np.array([0, 0, 1, 1]), np.array([0, 9]))


@settings(max_examples=40)
@given(problems(), st.data())
def test_scaling_a_measure_changes_no_deviation(problem, data):
    assignment = np.array(
        data.draw(st.lists(st.integers(0, problem.k - 1), min_size=problem.n, max_size=problem.n)),
        dtype=np.int32,
    )
    factor = data.draw(st.floats(0.01, 1000.0))
    scaled = worlds.changed(
        problem,
        activity=problem.balance.activity * factor,
        goal=problem.balance.goal * factor,
        lower=problem.balance.lower * factor,
        upper=problem.balance.upper * factor,
        travel_share=problem.balance.travel_share * factor,
        center_upper=None
        if problem.balance.center_upper is None
        else problem.balance.center_upper * factor,
    )
    before, after = evaluate(problem, assignment), evaluate(scaled, assignment)
    assert after.deviation == pytest.approx(before.deviation, abs=1e-9)
