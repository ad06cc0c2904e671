"""Where travel is inside a band, the referee takes centers that keep it, if any do."""

import numpy as np
import pytest

from solvers.problem.evaluate import evaluate
from tests.solvers import worlds


def two_rows(travel_share):
    """Two territories of three units in a row; the middle one is the cheapest center of each.

    From the middle of the first row its travel is 2, from its end 3; in the second row the units
    lie twice as far apart. Alike are only the loads of an end here and the middle there.
    """
    pair = np.full((6, 6), 50.0)
    for first, step in ((0, 1.0), (3, 1.5)):
        for i in range(3):
            for j in range(3):
                pair[first + i, first + j] = step * abs(i - j)
    edges = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]])
    return worlds.pair_problem(
        pair, np.ones(6), 2, edges, tolerance=0.02, travel_share=np.array([travel_share])
    )


def test_a_band_with_travel_is_kept_by_other_centers_than_the_cheapest():
    problem = two_rows(1.0)
    plan = np.array([0, 0, 0, 1, 1, 1])
    cheapest = evaluate(problem, plan, np.array([1, 4]))
    assert {each.rule for each in cheapest.violations} == {"balance"}
    found = evaluate(problem, plan)
    assert found.feasible
    assert found.centers.tolist() == [0, 4]
    assert found.objective == pytest.approx(6.0)
    objective, _, broken = worlds.judge(problem, plan.tolist(), found.centers.tolist())
    assert (objective, broken) == (pytest.approx(6.0), set())


def test_without_travel_in_the_band_the_cheapest_centers_serve():
    found = evaluate(two_rows(0.0), np.array([0, 0, 0, 1, 1, 1]))
    assert found.centers.tolist() == [1, 4]


def test_a_plan_that_no_centers_bring_into_its_bands_is_judged_by_the_cheapest():
    found = evaluate(two_rows(1.0), np.array([0, 0, 1, 1, 1, 1]))
    assert not found.feasible
    assert found.centers.tolist()[0] in (0, 1)


def test_many_choices_are_tried_in_turn(monkeypatch):
    monkeypatch.setattr("solvers.problem.centers._CHOICES", 0)
    assert evaluate(two_rows(1.0), np.array([0, 0, 0, 1, 1, 1])).feasible
