"""The bound on near pairs is below every plan, and near the best in even country."""

import itertools

import numpy as np
import pytest

from solvers.bounds.near_pairs import _shares, near_pairs_bound
from solvers.problem.evaluate import evaluate
from solvers.stop import Budget, never
from tests.solvers import worlds


def world(rows, columns, k, power):
    n = rows * columns
    return worlds.planar_problem(
        worlds.grid_xy(rows, columns), np.ones(n), k, worlds.grid_edges(rows, columns),
        power=power, contiguity=False, lower=np.zeros((k, 1)), upper=np.full((k, 1), float(n)),
    )  # fmt: skip


def bound_of(problem, assignment, iterations=40, threads=1):
    return near_pairs_bound(
        problem, assignment, evaluate(problem, assignment),
        iterations=iterations, pairs=1e9, budget=Budget(rule=never), threads=threads,
    )  # fmt: skip


@pytest.mark.parametrize("soft", [1e-6, 0.1, 10.0, 1e4])
@pytest.mark.parametrize("k", [1, 7, 39, 40])
def test_as_many_centers_are_open_as_there_are_territories(k, soft):
    value = np.random.default_rng(k).normal(0.0, 10.0, 40)
    value[5] = value[6]
    share = _shares(value, k, soft)
    assert share.sum() == pytest.approx(k, rel=1e-5)
    assert (np.diff(share[np.argsort(value)]) <= 0).all()


def test_the_bound_is_the_same_for_any_number_of_threads():
    problem = world(6, 9, 3, 2)
    thirds = np.tile(np.repeat([0, 1, 2], 3), 6).astype(np.int32)
    one = bound_of(problem, thirds)
    assert [bound_of(problem, thirds, threads=threads) for threads in (2, 3, 16)] == [one] * 3


def test_more_territories_get_more_steps(monkeypatch):
    taken = []
    monkeypatch.setattr(Budget, "charge", lambda self, s: taken.append(s))
    lines = [np.arange(120) * k // 120 for k in (3, 110)]
    for k, line in zip((3, 110), lines, strict=True):
        bound_of(world(1, 120, k, 2), line.astype(np.int32), iterations=20)
        taken.append(None)
    few, many = taken.index(None), len(taken) - 2 - taken.index(None)
    assert many - few == 40  # 400 steps for three territories, 440 for 110


@pytest.mark.parametrize("power", [1, 2])
def test_no_choice_of_centers_is_cheaper_than_the_bound(power):
    problem = world(2, 4, 2, power)
    every = np.arange(problem.n)
    least = min(
        np.minimum(
            problem.cost.at(every, np.full(problem.n, a)),
            problem.cost.at(every, np.full(problem.n, b)),
        ).sum()
        for a, b in itertools.combinations(range(problem.n), 2)
    )
    halves = np.array([0, 0, 1, 1] * 2, dtype=np.int32)
    bound = bound_of(problem, halves)
    assert bound <= least + 1e-9
    assert bound >= 0.8 * least
    mixed = np.array([0, 1] * 4, dtype=np.int32)
    assert bound_of(problem, mixed) <= least + 1e-9


def test_bands_are_priced():
    """Ten units at one end weigh as much as all others: a band parts them, no band keeps them."""
    xy = worlds.grid_xy(1, 20)
    load = np.where(np.arange(20) < 4, 4.0, 1.0)
    edges = worlds.grid_edges(1, 20)
    banded = worlds.planar_problem(xy, load, 2, edges, power=2, tolerance=0.02)
    plan = (np.arange(20) >= 4).astype(np.int32)
    free = worlds.planar_problem(
        xy, load, 2, edges, power=2, lower=np.zeros((2, 1)), upper=np.full((2, 1), 99.0)
    )
    with_bands, without = bound_of(banded, plan), bound_of(free, plan)
    assert without * 1.05 < with_bands <= evaluate(banded, plan).objective + 1e-9


def test_a_time_limit_leaves_what_is_proved_by_then():
    problem = world(4, 6, 3, 2)
    thirds = np.tile(np.repeat([0, 1, 2], 2), 4).astype(np.int32)
    value = near_pairs_bound(
        problem, thirds, evaluate(problem, thirds),
        iterations=40, pairs=1e9, budget=Budget(rule=lambda: "interrupted"),
    )  # fmt: skip
    assert 0.0 <= value <= bound_of(problem, thirds) + 1e-9


def test_a_plan_without_travel_is_bounded_by_what_is_paid_anyway():
    problem = world(1, 3, 3, 2)
    assert bound_of(problem, np.arange(3, dtype=np.int32)) == 0.0


def test_too_many_pairs_prove_nothing(monkeypatch):
    monkeypatch.setattr("solvers.bounds.plane.MOST_PAIRS", 3)
    thirds = np.tile(np.repeat([0, 1, 2], 2), 4).astype(np.int32)
    assert bound_of(world(4, 6, 3, 2), thirds) == -np.inf


def test_a_bound_that_may_price_no_pair_takes_one_step():
    problem = world(4, 6, 3, 2)
    thirds = np.tile(np.repeat([0, 1, 2], 2), 4).astype(np.int32)
    value = near_pairs_bound(
        problem, thirds, evaluate(problem, thirds), iterations=40, pairs=0.0, budget=Budget()
    )
    assert 0.0 <= value <= bound_of(problem, thirds) + 1e-9
