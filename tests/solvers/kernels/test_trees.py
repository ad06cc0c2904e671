"""Recombination along random trees, against networkx and sums of its own."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.kernels.trees import Pieces, recombine
from solvers.problem.problem import Problem, Rules, adjacency_from_edges
from solvers.trees import recombine as driver
from tests.solvers.feature_worlds import grid_edges, world
from tests.solvers.worlds import path_edges

SIDE, K = 5, 4


def pieces_of(edges, activity, *, k, tolerance, rng=None, travel=False):
    """Pieces with drawn costs, bars and travel; without numbers to draw all of them are 0."""
    q = activity.size
    indptr, indices = adjacency_from_edges(q, edges)
    goal = np.full((k, 1), activity.sum() / k)
    cost, away = np.zeros((q, k)), np.zeros((q, k) if travel else (0, 0))
    barred = np.zeros((q, k), dtype=bool)
    if rng is not None:
        cost, barred = rng.uniform(0.0, 0.1, (q, k)), rng.random((q, k)) < 0.1
        away = rng.uniform(0.0, 0.5, away.shape)
    return Pieces(
        indptr=indptr,
        indices=indices,
        owner=np.repeat(np.arange(q, dtype=np.int32), np.diff(indptr)),
        activity=activity[:, None].astype(float),
        travel=away,
        share=np.full(1, 0.3),
        barred=barred,
        cost=cost,
        goal=goal,
        lower=goal * (1 - tolerance),
        upper=goal * (1 + tolerance),
    )


def begun(pieces, first, seed):
    """Room for pieces whose assignment is the given one."""
    problem = world(rows=1, columns=first.size, k=pieces.goal.shape[0])
    problem = Problem(
        cost=problem.cost,
        balance=problem.balance,
        indptr=pieces.indptr,
        indices=pieces.indices,
        rules=Rules(exempt=np.diff(pieces.indptr) == 0),
    )
    plan = driver._room(problem, np.arange(first.size, dtype=np.int32), first, seed)
    driver._begin(pieces, plan)
    return plan


def sums(pieces, assignment):
    """Excess and cost of every territory, reckoned plainly."""
    k = pieces.goal.shape[0]
    excess, cost = np.zeros(k), np.zeros(k)
    for t in range(k):
        held = np.flatnonzero(assignment == t)
        load = pieces.activity[held, 0].sum()
        if pieces.travel.size:
            load += pieces.share[0] * pieces.travel[held, t].sum()
        outside = max(load - pieces.upper[t, 0], pieces.lower[t, 0] - load, 0.0)
        excess[t] = outside / pieces.goal[t, 0] + pieces.barred[held, t].sum()
        cost[t] = pieces.cost[held, t].sum()
    return excess, cost


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), travel=st.booleans())
def test_whatever_was_cut_is_connected_and_summed_up_as_it_is(seed, travel):
    rng = np.random.default_rng(seed)
    pieces = pieces_of(
        grid_edges(SIDE, SIDE),
        rng.lognormal(size=SIDE * SIDE),
        k=K,
        tolerance=0.05,
        rng=rng,
        travel=travel,
    )
    first = np.minimum(np.arange(SIDE * SIDE) // SIDE, K - 1).astype(np.int32)
    plan = begun(pieces, first, seed)
    before = sums(pieces, first)
    assert plan.excess == pytest.approx(before[0])
    assert plan.worth == pytest.approx([each.sum() for each in before])
    recombine(pieces, plan, 300, 0.05, 0.001)
    graph = nx.Graph(grid_edges(SIDE, SIDE).tolist())
    for assignment in (plan.assignment, plan.best):
        for t in range(K):
            assert nx.is_connected(graph.subgraph(np.flatnonzero(assignment == t).tolist()))
    excess, cost = sums(pieces, plan.assignment)
    assert plan.excess == pytest.approx(excess)
    assert plan.cost == pytest.approx(cost)
    excess, cost = sums(pieces, plan.best)
    assert plan.worth == pytest.approx([excess.sum(), cost.sum()], abs=1e-9)
    assert excess.sum() <= before[0].sum() + 1e-9


def test_the_lists_hold_every_piece_of_its_territory_once():
    rng = np.random.default_rng(0)
    pieces = pieces_of(grid_edges(SIDE, SIDE), rng.lognormal(size=25), k=K, tolerance=0.1)
    plan = begun(pieces, np.minimum(np.arange(25) // SIDE, K - 1).astype(np.int32), 0)
    recombine(pieces, plan, 500, 0.05, 0.001)
    for t in range(K):
        held, at = [], plan.first[t]
        while at >= 0:
            held.append(int(at))
            at = plan.next[at]
        assert sorted(held) == np.flatnonzero(plan.assignment == t).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_a_path_of_two_territories_is_cut_where_both_keep_their_bands(seed):
    pieces = pieces_of(path_edges(8), np.array([1, 1, 1, 1, 1, 1, 1, 7.0]), k=2, tolerance=0.01)
    plan = begun(pieces, np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32), seed)
    recombine(pieces, plan, 20, 0.01, 0.001)
    assert plan.worth[0] == pytest.approx(0.0, abs=1e-12)
    assert len(set(plan.best[:7].tolist())) == 1
    assert plan.best[7] != plan.best[0]


def test_the_piece_goes_to_the_territory_that_may_have_it():
    pieces = pieces_of(path_edges(4), np.ones(4), k=2, tolerance=0.01)
    pieces.barred[0, 0] = True
    plan = begun(pieces, np.array([0, 0, 1, 1], dtype=np.int32), 0)
    assert plan.worth[0] == pytest.approx(1.0)
    recombine(pieces, plan, 20, 0.01, 0.001)
    assert plan.best.tolist() == [1, 1, 0, 0]


def test_where_nothing_touches_nothing_is_cut():
    pieces = pieces_of(np.zeros((0, 2), dtype=np.int64), np.ones(3), k=2, tolerance=0.1)
    first = np.array([0, 0, 1], dtype=np.int32)
    plan = begun(pieces, first, 0)
    recombine(pieces, plan, 100, 0.01, 0.001)
    assert plan.assignment.tolist() == first.tolist()


def test_the_same_seed_draws_the_same_trees():
    pieces = pieces_of(grid_edges(SIDE, SIDE), np.arange(1.0, 26.0), k=K, tolerance=0.01)
    first = np.minimum(np.arange(25) // SIDE, K - 1).astype(np.int32)
    plans = [begun(pieces, first, seed) for seed in (3, 3, 4)]
    for plan in plans:
        recombine(pieces, plan, 200, 0.05, 0.01)
    assert np.array_equal(plans[0].assignment, plans[1].assignment)
    assert not np.array_equal(plans[0].assignment, plans[2].assignment)
