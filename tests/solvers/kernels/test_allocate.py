"""Units go to the cheapest priced territory, unassigned ones to the least loaded beside them."""

import numpy as np
import pytest

from solvers.kernels.allocate import absorb, ascend
from solvers.problem.problem import adjacency_from_edges
from tests.solvers import worlds


def absorbed(assignment, *, barred=(), together=None, weight=None):
    n, k = len(assignment), 2
    indptr, indices = adjacency_from_edges(n, worlds.path_edges(n))
    out = np.array(assignment, dtype=np.int32)
    weight = np.ones(n) if weight is None else np.asarray(weight, dtype=float)
    load = np.bincount(out[out >= 0], weight[out >= 0], minlength=k) / 2.0
    waiting = np.flatnonzero(out < 0).astype(np.int32)
    mates = np.full(n, -1, dtype=np.int32) if together is None else np.array(together, np.int32)
    absorb(
        np.array(indptr, dtype=np.int64), np.array(indices, dtype=np.int32), out, waiting,
        np.empty_like(waiting), weight, load, np.full(k, 2.0),
        np.sort(np.array(barred, dtype=np.int64)), mates,
    )  # fmt: skip
    return out.tolist()


def test_units_between_two_territories_are_shared_evenly():
    assert absorbed([0, -1, -1, 1]) == [0, 0, 1, 1]


def test_the_lighter_territory_takes_a_unit_that_both_touch():
    assert absorbed([0, -1, 1], weight=[5, 1, 1]) == [0, 1, 1]


def test_a_barred_unit_goes_to_the_other_one():
    assert absorbed([0, -1, 1], weight=[1, 1, 5], barred=[1 * 2 + 0]) == [0, 1, 1]


def test_where_only_a_barred_territory_is_near_it_is_taken_all_the_same():
    assert absorbed([0, -1, -1], barred=[1 * 2 + 0, 2 * 2 + 0]) == [0, 0, 0]


def test_mates_follow_the_first_of_them():
    assert absorbed([0, -1, -1, 1], together=[-1, 7, 7, -1], weight=[1, 1, 1, 5]) == [0, 0, 0, 1]


def looked_at_in_every_round(lists, activity, share, goal, band, price, rounds):
    """The ascent in plain NumPy: each round looks at all candidates of all units."""
    territory, cost = lists
    n, k, m = len(cost), len(goal), len(share)
    best, least = None, np.inf
    for turn in range(rounds):
        step = 0.4 * 0.25 ** (turn / max(1, rounds - 1))
        amount = activity[:, None, :] + share * cost[:, :, None]
        at = (cost + (price[territory] * amount).sum(axis=2)).argmin(axis=1)
        taken = territory[np.arange(n), at]
        load = np.array(
            [np.bincount(taken, amount[np.arange(n), at, j], minlength=k) for j in range(m)]
        ).T
        spent = np.bincount(taken, cost[np.arange(n), at], minlength=k)
        scale = np.where(share > 0, load.sum(axis=0) / goal.sum(axis=0), 1.0)
        over, under = load - (1 + band) * goal * scale, (1 - band) * goal * scale - load
        excess = (np.maximum(np.maximum(over, under), 0.0) / goal).sum()
        if excess < least:
            best, least = taken, excess
        own = np.maximum(spent, 0.01 * spent.mean())[:, None] / np.maximum(load, 0.1 * goal)
        driven = price + step * own * np.clip(load / (goal * scale) - 1.0, -1.0, 1.0)
        price = np.where((over > 0) | (under > 0), driven, price * (1.0 - 0.02 * step))
        if least <= 0.0:
            break
    return best, least, price


@pytest.mark.parametrize("share", [(0.0, 0.0), (0.0, 0.3)], ids=["told", "with travel"])
@pytest.mark.parametrize("few", [1, 2, 3, 6])
def test_units_passed_over_stay_where_a_look_at_all_candidates_puts_them(few, share):
    rng = np.random.default_rng(few)
    n, k, rounds = 300, 6, 30
    cost = rng.random((n, few)) ** 2
    cost[::7] = 0.5  # as cheap anywhere
    territory = rng.permuted(np.tile(np.arange(k, dtype=np.int32), (n, 1)), axis=1)[:, :few]
    activity, share = rng.random((n, 2)), np.array(share)
    activity[::5] = 0.0
    goal = np.tile(activity.sum(axis=0) / k, (k, 1))
    start = rng.normal(0.0, 0.2, (k, 2))
    price, found, rival = start.copy(), np.empty(n, dtype=np.int32), np.empty(n)
    least = ascend(
        np.arange(0, n * few + 1, few), territory.ravel(), cost.ravel(), cost.ravel(), activity,
        share, goal, 0.98 * goal, 1.02 * goal, price, np.empty(2), rival, np.empty(k), 0.4, 0.1,
        rounds, np.empty((n, 2), dtype=np.int32), np.empty((k, 2)), found,
    )  # fmt: skip
    told = looked_at_in_every_round((territory, cost), activity, share, goal, 0.02, start, rounds)
    assert np.array_equal(found, told[0])
    assert least == pytest.approx(told[1])
    assert price == pytest.approx(told[2])
    assert np.isneginf(rival).all() == share.any()
