"""Composite moves against networkx and full evaluation."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.kernels import carry, moves
from solvers.search.anneal import open_search
from tests.solvers.feature_worlds import grid_edges, worlds

WORLD = worlds()["matrix"]
GRAPH = nx.Graph(grid_edges(6, 6).tolist())


def _grown(seed):
    """Four connected territories, grown ragged so that many units hold others on."""
    rng = np.random.default_rng(seed)
    assignment = np.full(36, -1, dtype=np.int32)
    assignment[rng.choice(36, 4, replace=False)] = np.arange(4)
    while (assignment < 0).any():
        u = int(rng.choice(np.flatnonzero(assignment < 0)))
        near = [int(assignment[v]) for v in GRAPH[u] if assignment[v] >= 0]
        if near:
            assignment[u] = rng.choice(near)
    return assignment


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_a_unit_takes_all_but_the_largest_piece_behind_it_along_and_all_stays_connected(seed):
    assignment = _grown(seed)
    search = open_search(WORLD, assignment, seed=0)
    f, s = search.field, search.state
    assert np.array_equal(s.assignment, assignment)
    moves.refresh(f, s, False)
    for u in range(36):
        mine = set(np.flatnonzero(assignment == assignment[u]).tolist()) - {u}
        pieces = sorted(nx.connected_components(GRAPH.subgraph(mine)), key=len)
        for b in sorted({int(assignment[v]) for v in GRAPH[u]} - {int(assignment[u])}):
            before = s.totals.copy()
            count, worth, _, plain = carry.carry(f, s, u, b)
            if not pieces:
                assert count == 0
                continue
            smaller = 1 + sum(len(piece) for piece in pieces[:-1])
            if count == 0:
                # Refused where the pieces behind are many units, or may be.
                assert smaller > carry.MOST or len(pieces[-1]) > carry.MOST
                continue
            assert count == smaller
            changed = np.flatnonzero(s.assignment != assignment)
            assert (s.assignment[changed] == b).all()
            assert changed.size == count
            for t in {int(assignment[u]), b}:
                assert nx.is_connected(GRAPH.subgraph(np.flatnonzero(s.assignment == t).tolist()))
            load = s.load.copy()
            moves.refresh(f, s, False)
            assert s.totals[0] - before[0] == pytest.approx(worth, rel=1e-7, abs=1e-7)
            assert s.totals[1] - before[1] == pytest.approx(plain, rel=1e-7, abs=1e-7)
            assert np.allclose(load, s.load)
            carry.give_back(f, s, count)
            assert np.array_equal(s.assignment, assignment)
            moves.refresh(f, s, False)


def test_the_smaller_piece_goes_whichever_side_it_lies_on():
    assignment = np.zeros(36, dtype=np.int32)
    assignment[18:] = 1
    assignment[30:] = 2
    assignment[35] = 3
    # Territory 0 keeps two rows of the grid and a handle of two units at the lower left.
    assignment[12:18] = [0, 1, 1, 1, 1, 1]
    assignment[18] = 0
    search = open_search(WORLD, assignment, seed=0)
    count, *_ = carry.carry(search.field, search.state, 12, 2)
    assert count == 0  # it does not border territory 2
    count, *_ = carry.carry(search.field, search.state, 12, 1)
    assert count == 2
    assert set(np.flatnonzero(search.state.assignment != assignment).tolist()) == {12, 18}
