"""Where no plan was found: the limits at which one is, on worlds whose answer is known."""

from types import SimpleNamespace

import numpy as np
import pytest

from solvers import evaluate
from solvers.whatif.wider import wider
from tests.solvers import worlds


def uneven(**rules):
    """A path of four with 4, 1, 1, 4 of one measure and 1, 1, 1, 3 of the other, for two."""
    activity = np.array([[4.0, 1.0], [1.0, 1.0], [1.0, 1.0], [4.0, 3.0]])
    cost = np.array([[0.0, 9.0], [1.0, 8.0], [8.0, 1.0], [9.0, 0.0]])
    return worlds.matrix_problem(cost, activity, worlds.path_edges(4), tolerance=0.1, **rules)


def test_the_tolerance_at_which_a_plan_is_found_is_told_with_the_territory_that_needs_it():
    """Even in the first measure is 5 : 5 with 2 : 4 in the second, a third off the goal of 3."""
    problem = uneven()
    assignment = np.array([0, 0, 1, 1], dtype=np.int32)
    found = {each.kind: each for each in wider(problem, assignment, evaluate(problem, assignment))}
    alone = found["tolerance"]
    assert alone.which == 1
    assert alone.amount == pytest.approx(0.335)
    assert alone.failed < 1 / 3
    assert abs(alone.deviation) == pytest.approx(1 / 3)
    both = found["tolerances"]
    # 6 : 4 and 3 : 3 needs 0.2 in the first: twice the tolerances.
    assert both.amount == pytest.approx(2.0, abs=0.01)


def test_a_cap_on_moves_is_told_with_how_much_it_would_have_to_be():
    current = np.array([1, 0, 1, 0], dtype=np.int32)
    goal = np.array([[5.0, 3.0], [5.0, 3.0]])
    problem = uneven(
        current=current,
        moved_weight=np.ones((4, 1)),
        moved_cap=np.array([0.0]),
        lower=goal * 0.5,
        upper=goal * 1.5,
    )
    assignment = np.array([0, 0, 1, 1], dtype=np.int32)
    (found,) = wider(problem, assignment, evaluate(problem, assignment))
    assert (found.kind, found.which) == ("moves", 0)
    # The plan at hand moves two; today is in pieces, and one move mends that: less does not.
    assert found.amount == pytest.approx(1.0)


def test_a_plan_that_keeps_all_asks_for_nothing():
    problem = uneven(lower=np.zeros((2, 2)))
    assignment = np.array([0, 0, 0, 1], dtype=np.int32)
    problem = worlds.changed(problem, upper=np.full((2, 2), 99.0))
    assert wider(problem, assignment, evaluate(problem, assignment)) == []


def test_what_was_tried_is_the_problem_that_the_planner_writes_next_to_the_last_bit(monkeypatch):
    """A limit whose bands differed by the solver's margin was told, and found no plan when run."""
    from solvers.whatif import wider as module

    margin, tried, search = 1e-5, [], module.solve

    def kept(problem, **options):
        tried.append(problem.balance)
        return search(problem, **options)

    monkeypatch.setattr(module, "solve", kept)
    goal = np.array([[5.0, 3.0], [5.0, 3.0]])
    problem = uneven(lower=goal * (1.0 - (0.1 - margin)), upper=goal * (1.0 + (0.1 - margin)))
    plan = np.array([0, 0, 1, 1], dtype=np.int32)
    found = module.wider(problem, plan, evaluate(problem, plan), narrower=margin)
    told = [float(f"{0.1 * each.amount:.6g}") for each in found if each.kind == "tolerances"]
    assert told == [0.201]  # 6 : 4 is 0.2, and with the margin more
    asked = goal[:, 0] * (1.0 + (told[0] - margin))
    assert any((each.upper[:, 0] == asked).all() for each in tried)
    # The plan in the middle is a third outside, and keeps that limit with the margin inside.
    alone = next(each for each in found if each.kind == "tolerance")
    assert alone.amount == pytest.approx(0.335)


def test_a_limit_that_only_a_plan_at_hand_came_to_is_told_beside_one_where_a_new_search_finds_one(
    monkeypatch,
):
    from solvers.whatif import wider as module

    search, worst = module.solve, np.array([0, 1, 1, 1], dtype=np.int32)

    def unlucky(problem, *, start=None, **options):
        """A search begun anew that finds nothing below 0.37 in the second measure."""
        narrow = problem.balance.upper[0, 1] < 3.0 * 1.37 - 1e-9
        if start is None and narrow:
            return SimpleNamespace(assignment=worst, evaluation=evaluate(problem, worst))
        return search(problem, start=start, **options)

    monkeypatch.setattr(module, "solve", unlucky)
    problem = uneven()
    plan = np.array([0, 0, 1, 1], dtype=np.int32)
    found = module.wider(problem, plan, evaluate(problem, plan))
    alone = next(each for each in found if each.kind == "tolerance")
    assert alone.least == pytest.approx(0.335)
    assert alone.amount == pytest.approx(0.37)
