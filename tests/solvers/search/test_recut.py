"""A few territories cut anew: never worse, and as good as the model of their units can be."""

import numpy as np
import pytest

from solvers.problem.evaluate import evaluate
from solvers.search.anneal import open_search
from solvers.search.recut import anywhere, cut_anew, outside, recut
from solvers.stop import Budget
from tests.solvers import worlds
from tests.solvers.enumeration import optimum

EDGES = worlds.grid_edges(2, 4)
HALVES = np.array([0, 0, 1, 1, 0, 0, 1, 1], dtype=np.int32)
ACROSS = np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32)


def world(**rules):
    """Two homes left and right of a 2 × 4 grid; its upper and lower half are dear territories."""
    xy = worlds.grid_xy(2, 4)
    cost = np.abs(xy[:, :1] - np.array([0.0, 3.0]))
    return worlds.matrix_problem(cost, np.ones(8), EDGES, **({"tolerance": 0.3} | rules))


def opened(problem, assignment):
    return open_search(problem, assignment, seed=0)


def test_two_territories_cut_anew_are_the_best_there_are():
    problem = world()
    search = opened(problem, ACROSS)
    assert recut(search, [0, 1], effort=1.0, seed=0)
    judged = evaluate(problem, search.state.assignment)
    assert judged.feasible
    assert judged.objective == pytest.approx(optimum(problem))
    assert np.array_equal(search.best_assignment, search.state.assignment)


def test_where_nothing_is_better_nothing_changes():
    search = opened(world(), HALVES)
    assert not recut(search, [0, 1], effort=1.0, seed=0)
    assert np.array_equal(search.state.assignment, HALVES)
    assert search.best == pytest.approx([0.0, optimum(world())])


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ({"pinned": np.array([-1, -1, 0, -1, -1, 1, -1, -1], np.int32)}, {2: 0, 5: 1}),
        ({"forbidden": np.array([[2, 1], [5, 0]], np.int32)}, {2: 0, 5: 1}),
        ({"radius": 2.5, "distance": np.abs(worlds.grid_xy(2, 4)[:, :1] - [[0.0, 3.0]])}, {}),
        ({"together": np.array([-1, -1, 3, 3, -1, -1, -1, -1], np.int32)}, {}),
    ],
    ids=["pins", "forbidden", "radius", "together"],
)  # fmt: skip
def test_no_rule_that_was_kept_is_broken(rules, kept):
    problem = world(**rules)
    start = ACROSS if kept else HALVES
    search = opened(problem, start)
    before = {v.rule for v in evaluate(problem, start).violations}
    recut(search, [0, 1], effort=1.0, seed=0)
    judged = evaluate(problem, search.state.assignment)
    assert {v.rule for v in judged.violations} <= before
    assert all(search.state.assignment[unit] == t for unit, t in kept.items())


def test_what_is_outside_its_band_comes_inside_whatever_it_costs():
    start = np.array([0, 1, 1, 1, 0, 1, 1, 1], dtype=np.int32)
    problem = world(tolerance=0.1)
    search = opened(problem, start)
    assert search.best[0] > 0
    assert outside(search, 0, np.random.default_rng(0)) == 0
    assert outside(search, 1, np.random.default_rng(0)) == 1
    cut_anew(
        search, outside, turns=3, effort=1.0, rng=np.random.default_rng(0), budget=Budget()
    )  # fmt: skip
    assert search.best[0] == 0.0
    assert outside(search, 0, np.random.default_rng(0)) is None
    assert evaluate(problem, search.best_assignment).feasible


def test_a_spent_budget_solves_nothing_and_every_model_is_reported():
    told = []
    search = opened(world(), ACROSS)
    given = {"turns": 4, "effort": 0.5, "rng": np.random.default_rng(0)}
    cut_anew(search, anywhere, budget=Budget(limit_s=0.0), report=told.append, **given)
    assert (len(told), search.state.assignment.tolist()) == (0, ACROSS.tolist())
    cut_anew(search, anywhere, budget=Budget(), report=told.append, **given)
    assert len(told) == 4


def test_territories_too_large_together_are_left_as_they_are():
    """Two territories of 4 units each go into one model of at most 5 units only by twos."""
    search = opened(world(), ACROSS)
    cut_anew(
        search, anywhere, turns=2, effort=0.5, most_units=5, rng=np.random.default_rng(0),
        budget=Budget(),
    )  # fmt: skip
    # With one territory chosen the first neighbour always comes along; it was cut anew.
    assert search.best[1] == pytest.approx(optimum(world()))
