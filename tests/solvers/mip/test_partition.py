"""Whole territories of several plans put together, against sums and all ways of choosing."""

import itertools

import numpy as np
import pytest

from solvers.mip import partition
from solvers.mip.partition import put_together
from solvers.problem.evaluate import evaluate
from solvers.search.best import rank
from solvers.stop import Budget
from tests.solvers.feature_worlds import world, worlds
from tests.solvers.kernels.test_carry import _grown

WORLDS = {name: each for name, each in worlds().items() if each.k == 4}
COLUMNS = np.tile(np.arange(6), 6)
TOP = np.repeat(np.arange(6), 6) < 3


def halves(top, bottom):
    """Four territories: each half of the grid parted after so many columns."""
    left = np.where(TOP, top, bottom) > COLUMNS
    return np.where(TOP, np.where(left, 0, 1), np.where(left, 2, 3)).astype(np.int32)


def together(problem, *plans, effort=1.0):
    judged = sorted(
        ((plan, evaluate(problem, plan)) for plan in plans), key=lambda one: rank(one[1])
    )
    return put_together(problem, judged, budget=Budget(effort_s=effort))


@pytest.mark.parametrize("name", ["homes", "free", "pair"])
def test_the_good_half_of_one_plan_goes_with_the_good_half_of_another(name):
    problem = world(name, tolerance=0.9)
    plan = together(problem, halves(3, 5), halves(5, 3))
    assert evaluate(problem, plan).objective == evaluate(problem, halves(3, 3)).objective
    assert len(set(plan.tolist())) == 4


@pytest.mark.parametrize("name", WORLDS)
def test_what_territories_cost_sums_up_to_what_the_plan_costs(name):
    problem = WORLDS[name]
    plan = _grown(3)
    judged = evaluate(problem, plan)
    costs, moved = partition._costs(problem, plan, judged)
    groups = problem.groups
    once = groups.price[np.diff(groups.indptr) > 0].sum()
    if np.isfinite(judged.objective):
        assert costs.sum() - once == pytest.approx(judged.objective)
    left = (problem.changes.current >= 0) & (problem.changes.current != plan)
    assert moved.sum(axis=0) == pytest.approx(problem.changes.moved_weight[left].sum(axis=0))


@pytest.mark.parametrize("seed", range(6))
def test_no_other_choice_of_territories_is_cheaper(seed):
    """With homes, so that a plan takes one territory of each name."""
    rng = np.random.default_rng(seed)
    problem = world(
        "matrix",
        tolerance=0.9,
        group_units=np.arange(0, 36, 5).astype(np.int32),
        group_indptr=np.array([0, 8]),
        group_price=np.array([3.0]),
        current=rng.integers(0, 4, 36).astype(np.int32),
        move_cost=np.full(36, 0.2),
        moved_weight=np.ones((36, 1)),
        moved_cap=np.array([30.0]),
    )
    plans = [halves(a, b) for a, b in itertools.product((2, 3, 4), repeat=2)]
    some = [plans[at] for at in rng.choice(len(plans), 4, replace=False)]
    least = np.inf
    for chosen in itertools.product(some, repeat=4):
        whole = np.full(36, -1, dtype=np.int32)
        for t, plan in enumerate(chosen):
            whole[plan == t] = t
        if (whole < 0).any() or sum((p == t).sum() for t, p in enumerate(chosen)) != 36:
            continue
        judged = evaluate(problem, whole)
        if judged.feasible:
            least = min(least, judged.objective)
    plan = together(problem, *some)
    best = min(evaluate(problem, each).objective for each in some)
    found = best if plan is None else evaluate(problem, plan).objective
    assert found == pytest.approx(least)


def test_caps_on_moves_hold_for_the_whole():
    today = halves(3, 5)
    problem = world(
        "homes",
        tolerance=0.9,
        current=today,
        move_cost=np.zeros(36),
        moved_weight=np.ones((36, 1)),
        moved_cap=np.array([5.0]),
    )
    # Six units leave their territory for the halves that are best.
    plan = together(problem, today, halves(3, 3))
    assert plan is None or (plan == today).all()


def test_territories_outside_their_bands_and_plans_that_break_a_rule_are_left_out():
    problem = world("homes", tolerance=0.3)
    uneven = halves(3, 5)
    judged = evaluate(problem, uneven)
    outside = np.flatnonzero(judged.excess.any(axis=1))
    assert 0 < outside.size < 4
    kept = partition._territories(problem, [(uneven, judged)])
    assert {each.name for each in kept} == set(range(4)) - set(outside.tolist())
    torn = halves(3, 3)
    torn[[0, 35]] = torn[[35, 0]]
    judged = evaluate(problem, torn)
    assert any(violation.rule == "contiguity" for violation in judged.violations)
    found = partition._territories(problem, [(torn, judged)])
    assert not found


def test_nothing_is_put_together_of_one_plan_and_fewer_territories_of_a_large_problem(monkeypatch):
    problem = world("homes", tolerance=0.9)
    assert together(problem, halves(3, 3)) is None
    both = [(plan, evaluate(problem, plan)) for plan in (halves(3, 5), halves(5, 3))]
    assert len(partition._territories(problem, both)) == 8
    monkeypatch.setattr(partition, "_ENTRIES", 5 * 36)
    assert len(partition._territories(problem, both)) == 5
