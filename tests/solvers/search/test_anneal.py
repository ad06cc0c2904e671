"""Annealing on grids: what is kept of the way."""

import dataclasses

import numpy as np
import pytest

from solvers import MatrixCost, evaluate
from solvers.kernels.looks import WIDE
from solvers.problem.centers import best_centers
from solvers.search.anneal import Schedule, anneal, open_search, settle, typical_change
from solvers.stop import Budget
from tests.solvers import worlds
from tests.solvers.feature_worlds import quarters, world


def test_an_annealing_that_forgets_its_beginning_ends_with_another_plan():
    problem = world("homes")
    best = open_search(problem, quarters(), seed=1)
    anneal(best, Schedule(hot=1.0), steps=40_000, budget=Budget())
    start = best.best_assignment.copy()
    for forget, same in ((0.0, True), (0.5, False)):
        search = open_search(problem, start, seed=2)
        warm = Schedule(hot=20.0, cold=10.0, forget=forget)
        anneal(search, warm, steps=4000, budget=Budget())
        assert np.array_equal(search.best_assignment, start) == same
        assert search.best[1] >= best.best[1] - 1e-9


def test_units_worth_next_to_nothing_do_not_set_the_heat():
    problem = world("matrix")
    whole = typical_change(open_search(problem, quarters(), seed=0))
    cost = np.array(problem.cost.cost)
    cost[np.arange(36) % 10 != 0] *= 1e-6
    sparse = dataclasses.replace(problem, cost=MatrixCost(cost=cost))
    assert 0.02 * whole < typical_change(open_search(sparse, quarters(), seed=0)) < whole


def test_centers_that_follow_are_units_in_the_end_and_what_is_best_is_judged_by_them():
    """By its centroids a plan seemed 2 % cheaper than it is, and another one the best."""
    problem = world("free")
    search = open_search(problem, quarters(), seed=1)
    standing = search.field
    anneal(search, Schedule(hot=1.0, tight=0.1, follow=True), steps=20_000, budget=Budget())
    assert search.field is standing
    assert search.state.tight[0] == 0.0
    judged = evaluate(problem, search.best_assignment)
    assert search.best[1] >= judged.objective * (1 - 1e-9)
    assert search.best[1] == pytest.approx(judged.objective, rel=0.02)


@pytest.mark.parametrize("n", [90, 2 * WIDE + 2])
def test_centers_by_distance_are_the_best_by_the_weights_that_a_plan_is_judged_by(n):
    rng = np.random.default_rng(3)
    xy, weight = rng.random((n, 2)), np.where(rng.random(n) < 0.4, 0.0, rng.random(n) ** 6)
    problem = worlds.planar_problem(xy, weight, 2, worlds.path_edges(n), power=1)
    search = open_search(problem, np.arange(n) % 2, seed=0)
    assert np.array_equal(search.state.col, best_centers(problem, search.state.assignment))
    search.state.assignment[:5] = 1
    settle(search)
    assert np.array_equal(search.state.col, best_centers(problem, search.state.assignment))


def test_an_annealing_that_is_ended_while_centers_follow_keeps_the_best_met_judged_by_units():
    """It kept what the heat had made of it at the moment it was ended."""
    problem = world("free")
    search = open_search(problem, quarters(), seed=1)
    standing, before = search.field, evaluate(problem, quarters())
    budget = Budget(rule=lambda: "interrupted")
    anneal(search, Schedule(hot=1e4, cold=1e3, follow=True), steps=10_000_000, budget=budget)
    assert search.steps < 10_000_000
    assert search.field is standing
    judged = evaluate(problem, search.best_assignment)
    assert search.best[1] == pytest.approx(judged.objective)
    assert judged.objective <= 1.02 * before.objective


def bordered(name):
    """A world whose borders cost about as much as its units' ways."""
    entries = world(name).indices.size
    return world(name, border_price=0.5, border_km=np.ones(entries))


@pytest.mark.parametrize("name", ["homes", "free"])
def test_borders_come_to_count_in_the_first_part_and_the_best_is_judged_by_their_full_price(
    name, monkeypatch
):
    problem = bordered(name)
    search = open_search(problem, quarters(), seed=1)
    standing, full = search.field, search.field.border.sum()
    seen = []
    schedule = Schedule(hot=1.0, tight=0.1, follow=True, soft=0.5)
    note = lambda search: seen.append((search.steps, search.field.border.sum() / full))  # noqa: E731
    anneal(search, schedule, steps=40_000, budget=Budget(), report=note)
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert sorted(set(shares)) == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0])
    assert max(steps for steps, share in seen if share < 1.0) <= 20_500
    assert search.field is standing
    judged = evaluate(problem, search.best_assignment)
    assert search.best[1] == pytest.approx(judged.objective, rel=1e-9 if name == "homes" else 0.02)


def test_an_annealing_that_is_ended_before_borders_count_keeps_the_best_judged_by_them():
    problem = bordered("homes")
    search = open_search(problem, quarters(), seed=1)
    budget = Budget(rule=lambda: "interrupted")
    anneal(search, Schedule(hot=1.0, soft=0.9), steps=10_000_000, budget=budget)
    assert search.steps < 10_000_000
    judged = evaluate(problem, search.best_assignment)
    assert search.best[1] == pytest.approx(judged.objective)


def test_where_borders_are_free_nothing_waits_for_them():
    problem = world("homes")
    plain, soft = (open_search(problem, quarters(), seed=1) for _ in range(2))
    anneal(plain, Schedule(hot=1.0), steps=20_000, budget=Budget())
    anneal(soft, Schedule(hot=1.0, soft=0.5), steps=20_000, budget=Budget())
    assert np.array_equal(plain.best_assignment, soft.best_assignment)
    assert np.array_equal(plain.state.assignment, soft.state.assignment)
