"""The integer model of a few open units finds what trying every choice finds."""

import itertools

import numpy as np
import pytest

from solvers.problem.evaluate import evaluate
from solvers.search.choice import Choice
from solvers.search.union import solve_choice
from solvers.stop import Budget, Interrupt
from tests.solvers import worlds

EDGES = worlds.grid_edges(2, 4)
BASE = np.array([0, 0, 1, 1, 0, 0, 1, 1], dtype=np.int32)
OPEN = (1, 2, 5, 6)
RNG = np.random.default_rng(3)
COST = RNG.integers(1, 20, (8, 3)).astype(float)


def ints(*values):
    return np.array(values, dtype=np.int32)


def world(k=2, **rules):
    # No sum of whole numbers lies on a band: the model keeps a hair inside.
    given = {"tolerance": 0.55} | rules
    return worlds.matrix_problem(COST[:, :k], np.array([1, 2, 1, 1, 1, 1, 2, 1.0]), EDGES, **given)


def choice(units=OPEN, k=2, allowed=None, base=BASE):
    return Choice(
        base=base, units=np.array(units), territories=np.arange(k),
        allowed=np.ones((len(units), k), dtype=bool) if allowed is None else allowed,
        columns=np.arange(k, dtype=np.int32),
    )  # fmt: skip


def by_trying(problem, given):
    """Least objective of all choices that keep every rule."""
    best = np.inf
    options = [given.territories[row].tolist() for row in given.allowed]
    for picked in itertools.product(*options):
        assignment = given.base.copy()
        assignment[given.units] = picked
        judged = evaluate(problem, assignment)
        if judged.feasible:
            best = min(best, judged.objective)
    return best


BORDER = np.ones(2 * len(EDGES))
RULES = {
    "bands": {},
    "pieces": {"contiguity": False},
    "travel": {"travel_share": np.array([0.1])},
    "groups": {
        "group_units": ints(0, 2, 5, 3), "group_indptr": np.array([0, 3, 4]),
        "group_price": np.array([7.0, 9.0]),
    },
    "borders": {"border_price": 6.0, "border_km": BORDER},
    "together": {"together": ints(-1, 4, 4, -1, -1, 2, 2, -1)},
    "cap on moves": {
        "current": ints(1, 1, 0, 1, 0, 0, 1, 0), "move_cost": np.full(8, 2.0),
        "moved_weight": np.array([[1.0], [2], [1], [1], [1], [3], [2], [1]]),
        "moved_cap": np.array([6.0]),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_what_it_finds_is_the_best_of_all_choices(name):
    problem = world(**RULES[name])
    found = solve_choice(problem, choice(), effort=1.0)
    judged = evaluate(problem, found)
    assert judged.feasible
    assert judged.objective == pytest.approx(by_trying(problem, choice()))
    closed = np.setdiff1d(np.arange(8), OPEN)
    assert np.array_equal(found[closed], BASE[closed])


def test_only_what_is_allowed_is_chosen():
    allowed = np.array([[True, True], [False, True], [True, False], [True, True]])
    problem = world(contiguity=False)
    found = solve_choice(problem, choice(allowed=allowed), effort=1.0)
    assert (found[2], found[5]) == (1, 0)
    assert evaluate(problem, found).objective == pytest.approx(
        by_trying(problem, choice(allowed=allowed))
    )


def test_a_territory_that_would_be_empty_keeps_a_unit():
    """Territory 2 holds only unit 3, which is open and dear there."""
    cost = COST.copy()
    cost[:, 2] = 500.0
    base = BASE.copy()
    base[3] = 2
    problem = worlds.matrix_problem(cost, np.ones(8), EDGES, tolerance=0.99, contiguity=False)
    found = solve_choice(problem, choice((2, 3, 7), k=3, base=base), effort=1.0)
    assert np.bincount(found, minlength=3)[2] == 1


def test_hard_bands_that_cannot_be_kept_give_nothing_and_soft_ones_the_least_excess():
    activity = np.array([9, 1, 1, 1, 1, 1, 1, 1.0])
    problem = worlds.matrix_problem(COST[:, :2], activity, EDGES, tolerance=0.02)
    assert solve_choice(problem, choice(), effort=1.0) is None
    found = solve_choice(problem, choice(), effort=1.0, soft=True)
    # Unit 0 alone is above the goal of 8: the open units all go to the other side.
    assert evaluate(problem, found).loads[:, 0].tolist() == [10.0, 6.0]
    assert set(found[list(OPEN)]) == {1}


def test_the_same_question_has_the_same_answer_and_the_plan_is_left_alone():
    problem, given = world(**RULES["borders"]), choice()
    first, second = (solve_choice(problem, given, effort=1.0, seed=5) for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(given.base, BASE)


def test_who_stops_gets_a_connected_plan_or_none():
    interrupt = Interrupt()
    interrupt.pull()
    found = solve_choice(world(), choice(), effort=1.0, budget=Budget(rule=interrupt))
    assert found is None or (evaluate(world(), found).n_parts == 1).all()
