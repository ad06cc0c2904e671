"""Centers in the plane: the kernel says what plain turns say, and looks centers up less often."""

import numpy as np
import pytest

from solvers.arrays import LIMIT
from solvers.construct import centering
from solvers.construct.allocate import allocate, candidates
from solvers.construct.centering import centred, demand
from solvers.kernels.allocate import FIRST, LAST, LONG, SHORT
from solvers.problem.evaluate import evaluate
from tests.solvers import worlds


def spread(k, *, power=2, n=(9, 10), **rules):
    rng = np.random.default_rng(4)
    xy, edges = worlds.grid_xy(*n), worlds.grid_edges(*n)
    xy = xy + rng.uniform(-0.3, 0.3, xy.shape)
    weight = rng.uniform(0.5, 2.0, len(xy))
    problem = worlds.planar_problem(xy, weight, k, edges, power=power, tolerance=0.1, **rules)
    return problem, rng.integers(0, k, len(xy)).astype(np.int32)


def made_anew(problem, first, rounds=20):
    """Plain turns: centroids, each unit's nearest centers looked up anew, priced allocation."""
    plane, k = problem.cost.points, problem.k
    mass = (demand(problem) if plane.power == 1 else plane.weight) + LIMIT
    heavy = np.argsort(-mass, kind="stable")
    best, assignment, least, price = first, first, np.inf, None
    for turn in range(rounds):
        held = np.bincount(assignment, mass, minlength=k)
        sums = [np.bincount(assignment, mass * at, minlength=k) for at in plane.xy.T]
        centers = np.stack(sums, axis=1) / np.where(held > 0, held, 1.0)[:, None]
        empty = np.flatnonzero(held == 0)
        centers[empty] = plane.xy[heavy[: empty.size]]
        lists = candidates(problem, np.zeros(k, dtype=np.int32), centers)
        long = SHORT if turn else LONG
        assignment, price, excess = allocate(
            problem, lists, rounds=long, price=price, first=FIRST, last=LAST
        )
        if turn >= rounds // 2 and excess < least:
            best, least = assignment, excess
    return best


def centred_plan(problem, first, rounds=20):
    return centred(problem, problem.cost.points, first, rounds=rounds, spent=lambda: False)


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize("k", [1, 2, 5, 9])
def test_the_kernel_says_what_plain_turns_say(k, power):
    problem, first = spread(k, power=power)
    plan = centred_plan(problem, first)
    assert np.array_equal(plan, made_anew(problem, first))
    assert plan.dtype == np.int32


@pytest.mark.parametrize("power", [1, 2])
def test_nearest_centers_looked_up_in_every_turn_are_what_plain_turns_say(power, monkeypatch):
    problem, first = spread(30, power=power, n=(20, 20))
    anew = made_anew(problem, first)
    assert np.array_equal(centred_plan(problem, first), anew)
    monkeypatch.setattr(centering, "LARGE", 0)
    again = centred_plan(problem, first)
    monkeypatch.setattr(centering, "_AGAIN", 1)
    assert np.array_equal(centred_plan(problem, first), anew)

    def cost(plan):
        return evaluate(problem, plan).objective

    # Looked up now and then they are as good.
    assert cost(again) <= 1.1 * cost(anew)


def test_forbidden_pairs_are_no_candidates():
    shut = np.array([[u, 0] for u in range(0, 90, 3)], dtype=np.int32)
    problem, first = spread(4, forbidden=shut)
    plan = centred_plan(problem, first)
    assert np.array_equal(plan, made_anew(problem, first))
    assert (plan[::3] != 0).all()


def test_pinned_units_stay_where_they_are_pinned():
    pinned = np.full(90, -1, dtype=np.int32)
    pinned[[0, 1, 44, 89]] = [3, 3, 1, 0]
    problem, first = spread(4, pinned=pinned)
    plan = centred_plan(problem, first)
    assert plan[[0, 1, 44, 89]].tolist() == [3, 3, 1, 0]
    assert np.bincount(plan, minlength=4).min() > 4


def test_a_territory_without_units_begins_on_a_heavy_one():
    problem, first = spread(3)
    plan = centred_plan(problem, np.zeros_like(first))
    assert np.array_equal(plan, made_anew(problem, np.zeros_like(first)))
    assert np.bincount(plan, minlength=3).all()


def test_bands_are_kept_better_than_by_the_nearest_center():
    problem, first = spread(5)
    plan = centred(problem, problem.cost.points, first, rounds=40, spent=lambda: False)
    load = np.bincount(plan, problem.balance.activity[:, 0], minlength=5)
    assert np.abs(load / problem.balance.goal[:, 0] - 1.0).max() < 0.25


def test_turns_are_the_same_in_pieces(monkeypatch):
    problem, first = spread(4)
    asked = []
    whole = centred(problem, problem.cost.points, first, rounds=12, spent=lambda: False)
    monkeypatch.setattr(centering, "_AT_ONCE", 1)
    pieces = centred(problem, problem.cost.points, first, rounds=12, spent=lambda: asked.append(1))
    assert np.array_equal(whole, pieces)
    assert len(asked) == 12


def test_a_spent_budget_leaves_the_plan_of_the_turns_so_far(monkeypatch):
    problem, first = spread(30, n=(20, 20))
    monkeypatch.setattr(centering, "LARGE", 0)
    monkeypatch.setattr(centering, "_AGAIN", 3)
    asked = iter([False, True])
    plan = centred(problem, problem.cost.points, first, rounds=12, spent=lambda: next(asked))
    two = iter([False, False, True])
    more = centred(problem, problem.cost.points, first, rounds=12, spent=lambda: next(two))
    assert (plan != first).mean() > 0.5
    assert (more != plan).any()
