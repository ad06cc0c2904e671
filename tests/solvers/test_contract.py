"""One contract over all solvers: what every result keeps, on every feature of `Problem`."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import Interrupt, Status, evaluate, solve
from solvers.effort import PROFILES
from tests.solvers.feature_worlds import world, worlds

WORLDS = worlds()


@pytest.mark.parametrize("name", WORLDS)
def test_a_result_keeps_every_rule_and_says_what_the_referee_says(name):
    problem = WORLDS[name]
    result = solve(problem, effort="quick", seed=1)
    assert result.status in (Status.FEASIBLE, Status.OPTIMAL), result.evaluation.violations
    assert result.assignment.dtype == np.int32
    assert sorted(set(result.assignment.tolist())) == list(range(problem.k))
    again = evaluate(problem, result.assignment, result.centers)
    assert again.feasible
    assert again.objective == result.objective
    assert result.bound <= result.objective + 1e-9 * abs(result.objective)
    assert result.gap >= 0
    if problem.free_centers:
        assert (result.assignment[result.centers] == np.arange(problem.k)).all()


@pytest.mark.parametrize("name", ["free", "median, pins", "matrix, today", "pair, together"])
def test_the_same_seed_gives_the_same_plan_and_leaves_its_inputs_alone(name):
    problem = WORLDS[name]
    before = [
        np.array(problem.balance.activity),
        np.array(problem.rules.pinned),
        np.array(problem.changes.current),
    ]
    first = solve(problem, effort="quick", seed=7)
    second = solve(problem, effort="quick", seed=7)
    assert np.array_equal(first.assignment, second.assignment)
    after = [problem.balance.activity, problem.rules.pinned, problem.changes.current]
    assert all(np.array_equal(x, y) for x, y in zip(before, after, strict=True))


@pytest.mark.parametrize("name", ["median, pins", "matrix, today"])
def test_more_effort_never_ends_worse(name):
    problem = WORLDS[name]
    less, more = (solve(problem, effort=effort, seed=3) for effort in ("quick", "normal"))
    assert more.objective <= less.objective * (1 + 1e-12)


def test_an_interrupt_returns_the_best_so_far_and_says_so():
    pull = Interrupt()
    events = []

    def observer(event):
        events.append(event)
        pull.pull()

    result = solve(WORLDS["free"], effort="best", observer=observer, stop=pull)
    assert result.status is Status.INTERRUPTED
    assert result.stop_reason == "interrupted"
    assert result.wall_s < 5
    assert events[0].stage == "begin"


def test_a_time_limit_is_a_cap_that_the_result_admits():
    result = solve(world("free", rows=20, columns=20, k=8), effort="best", time_limit_s=0.3)
    assert result.stop_reason == "time_limit"
    assert result.wall_s < 3


def test_renaming_the_territories_of_equal_goals_changes_no_objective():
    problem = WORLDS["free"]
    result = solve(problem, effort="quick", seed=3)
    renamed = evaluate(problem, (result.assignment + 1) % problem.k)
    assert renamed.objective == pytest.approx(result.objective, rel=1e-12)


@pytest.mark.parametrize("damage", ["partial", "broken", "nothing", "one edit"])
def test_a_start_is_repaired_whatever_its_state(damage):
    problem = WORLDS["matrix"]
    good = solve(problem, effort="quick", seed=1).assignment
    start = good.copy()
    if damage == "partial":
        start[::3] = -1
    elif damage == "broken":
        start = np.arange(36) % 4
    elif damage == "nothing":
        start[:] = -1
    else:
        start[good.argmax()] = 0
    result = solve(problem, effort="quick", seed=1, start=start.astype(np.int32))
    assert result.evaluation.feasible


def test_what_cannot_be_balanced_comes_back_as_the_least_bad_with_its_violations(monkeypatch):
    monkeypatch.setitem(PROFILES, "quick", replace(PROFILES["quick"], exact_s=1.0))
    problem = world("matrix", rows=4, columns=4, k=3, tolerance=0.0001)
    result = solve(problem, effort="quick")
    assert result.status in (Status.NO_SOLUTION, Status.INFEASIBLE)
    assert {v.rule for v in result.evaluation.violations} == {"balance"}
