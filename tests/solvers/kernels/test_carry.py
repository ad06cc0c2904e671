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
    label = np.full(36, -1, dtype=np.int32)
    label[rng.choice(36, 4, replace=False)] = np.arange(4)
    while (label < 0).any():
        u = int(rng.choice(np.flatnonzero(label < 0)))
        near = [int(label[v]) for v in GRAPH[u] if label[v] >= 0]
        if near:
            label[u] = rng.choice(near)
    return label


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_a_unit_takes_all_but_the_largest_piece_behind_it_along_and_all_stays_connected(seed):
    label = _grown(seed)
    search = open_search(WORLD, label, seed=0)
    f, s = search.field, search.state
    assert np.array_equal(s.assignment, label)
    moves.refresh(f, s)
    for u in range(36):
        mine = set(np.flatnonzero(label == label[u]).tolist()) - {u}
        pieces = sorted(nx.connected_components(GRAPH.subgraph(mine)), key=len)
        for b in sorted({int(label[v]) for v in GRAPH[u]} - {int(label[u])}):
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
            changed = np.flatnonzero(s.assignment != label)
            assert (s.assignment[changed] == b).all()
            assert changed.size == count
            for t in {int(label[u]), b}:
                assert nx.is_connected(GRAPH.subgraph(np.flatnonzero(s.assignment == t).tolist()))
            load = s.load.copy()
            moves.refresh(f, s)
            assert s.totals[0] - before[0] == pytest.approx(worth, rel=1e-7, abs=1e-7)
            assert s.totals[1] - before[1] == pytest.approx(plain, rel=1e-7, abs=1e-7)
            assert np.allclose(load, s.load)
            carry.give_back(f, s, count)
            assert np.array_equal(s.assignment, label)
            moves.refresh(f, s)


def test_the_smaller_piece_goes_whichever_side_it_lies_on():
    label = np.zeros(36, dtype=np.int32)
    label[18:] = 1
    label[30:] = 2
    label[35] = 3
    # Territory 0 keeps two rows of the grid and a handle of two units at the lower left.
    label[12:18] = [0, 1, 1, 1, 1, 1]
    label[18] = 0
    search = open_search(WORLD, label, seed=0)
    count, *_ = carry.carry(search.field, search.state, 12, 2)
    assert count == 0  # it does not border territory 2
    count, *_ = carry.carry(search.field, search.state, 12, 1)
    assert count == 2
    assert set(np.flatnonzero(search.state.assignment != label).tolist()) == {12, 18}
