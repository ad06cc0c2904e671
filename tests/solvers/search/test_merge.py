"""Merging plans, priced borders and threads, on grids small enough to know the answer."""

import dataclasses
import itertools

import numpy as np
import pytest

from solvers import Borders, ProblemError, evaluate, solve
from solvers.search.choice import Choice
from solvers.search.merge import merge
from solvers.search.union import solve_choice
from tests.solvers.worlds import grid_edges, grid_xy, matrix_problem


def grid(rows=3, columns=4, *, price=0.0, k=2, tolerance=0.35, seed=0, **rules):
    """A grid of even units with drawn costs, every border one kilometre long."""
    rng = np.random.default_rng(seed)
    homes = grid_xy(rows, columns)[rng.choice(rows * columns, k, replace=False)]
    away = np.abs(grid_xy(rows, columns)[:, None] - homes[None]).sum(axis=2)
    cost = away + rng.uniform(0, 2, (rows * columns, k))
    problem = matrix_problem(
        cost, np.ones(rows * columns), grid_edges(rows, columns), tolerance=tolerance, **rules
    )
    borders = Borders(km=np.ones(problem.indices.size), price=price)
    return dataclasses.replace(problem, borders=borders)


def columns(problem):
    return np.arange(problem.k, dtype=np.int32)


def everything(problem, base):
    return Choice(
        base=base,
        units=np.arange(problem.n),
        territories=np.arange(problem.k),
        allowed=np.ones((problem.n, problem.k), dtype=bool),
        columns=columns(problem),
    )


@pytest.mark.parametrize("price", [0.0, 0.7])
@pytest.mark.parametrize("seed", range(4))
def test_the_model_over_every_choice_finds_the_optimum(price, seed):
    problem = grid(3, 3, price=price, seed=seed)
    base = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1], dtype=np.int32)
    found = solve_choice(problem, everything(problem, base), effort=20.0, rounds=60)
    every = (np.array(labels) for labels in itertools.product((0, 1), repeat=9))
    best = min(each.objective for each in (evaluate(problem, x) for x in every) if each.feasible)
    assert found is not None
    judged = evaluate(problem, found)
    assert judged.feasible
    assert judged.objective == pytest.approx(best, rel=1e-5)


def test_merging_takes_the_better_part_of_each_plan():
    """Two copies of a problem side by side; each plan is right in one of them."""
    good, bad = [0, 0, 1, 1], [0, 1, 1, 1]
    edges = np.array([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7)])
    cost = np.full((8, 4), 9.0)
    for part in (0, 4):
        for unit, t in enumerate(good):
            cost[part + unit, t + part // 2] = 1.0
    problem = matrix_problem(cost, np.ones(8), edges, tolerance=0.6)
    one = np.array([*good, *(t + 2 for t in bad)], dtype=np.int32)
    two = np.array([*bad, *(t + 2 for t in good)], dtype=np.int32)
    found = merge(problem, [one, two], columns(problem), effort=1.0)
    assert found.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_plans_that_agree_have_nothing_to_merge():
    problem = grid()
    plan = np.repeat([0, 1], 6).astype(np.int32)
    assert merge(problem, [plan, plan], columns(problem), effort=1.0) is None


def test_the_price_of_borders_is_a_term_of_its_own():
    problem = grid(2, 2, price=3.0)
    assert evaluate(problem, np.array([0, 0, 1, 1])).terms["borders"] == pytest.approx(6.0)


def test_a_dear_border_is_short():
    free, dear = (solve(grid(6, 6, price=p, seed=3), effort="quick", seed=1) for p in (0.0, 50.0))
    km = [
        evaluate(grid(6, 6, price=1.0, seed=3), r.assignment).terms["borders"] for r in (free, dear)
    ]
    assert km[1] == 6.0 <= km[0]


@pytest.mark.parametrize("threads", [2, 5, 16])
def test_the_number_of_threads_changes_nothing(threads):
    problem = grid(8, 8, price=0.5, k=4, tolerance=0.2, seed=2)
    one, more = (solve(problem, effort="quick", seed=4, threads=t) for t in (1, threads))
    assert np.array_equal(one.assignment, more.assignment)
    assert one.bound == more.bound


def test_no_thread_is_refused():
    with pytest.raises(ProblemError, match="threads"):
        solve(grid(), threads=0)


@pytest.mark.parametrize("km", [[-1.0], [np.nan], [1.0, 2.0]])
def test_lengths_that_make_no_sense_are_refused(km):
    problem = grid(2, 2)
    lengths = np.ones(problem.indices.size)
    lengths[: len(km)] = km
    with pytest.raises(ProblemError, match=r"borders\.km"):
        dataclasses.replace(problem, borders=Borders(km=lengths, price=1.0))
