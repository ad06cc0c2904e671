"""Graph questions against networkx and on graphs small enough to draw."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from solvers.problem import graph
from solvers.problem.problem import adjacency_from_edges


@st.composite
def graphs(draw, least=1, most=14):
    n = draw(st.integers(least, most))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=30)) if pairs else []
    return n, np.array(edges, dtype=np.int64).reshape(-1, 2)


def oracle(n, edges):
    net = nx.Graph()
    net.add_nodes_from(range(n))
    net.add_edges_from(edges.tolist())
    return net


@given(graphs(), st.data())
def test_components_are_those_of_networkx(world, data):
    n, edges = world
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    label = graph.components(*adjacency_from_edges(n, edges), mask)
    expected = nx.connected_components(oracle(n, edges).subgraph(np.flatnonzero(mask).tolist()))
    found = {frozenset(np.flatnonzero(label == c).tolist()) for c in range(label.max() + 1)}
    assert found == {frozenset(c) for c in expected}
    assert (label[~mask] == -1).all()


@given(graphs(), st.integers(1, 4), st.data())
def test_pieces_per_territory_are_those_of_networkx(world, k, data):
    n, edges = world
    assignment = np.array(data.draw(st.lists(st.integers(-1, k - 1), min_size=n, max_size=n)))
    exempt = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    count = graph.n_parts(*adjacency_from_edges(n, edges), assignment, k, exempt)
    net = oracle(n, edges)
    for t in range(k):
        units = np.flatnonzero((assignment == t) & ~exempt).tolist()
        assert count[t] == nx.number_connected_components(net.subgraph(units))


@given(graphs(), st.integers(1, 3), st.data())
def test_pieces_without_a_unit_are_those_of_networkx(world, k, data):
    n, edges = world
    assignment = np.array(data.draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n)))
    exempt = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    found = graph.pieces_without(*adjacency_from_edges(n, edges), assignment, exempt)
    net = oracle(n, edges)
    for t in range(k):
        own = net.subgraph(np.flatnonzero((assignment == t) & ~exempt).tolist())
        for unit in own:
            rest = own.subgraph(nx.node_connected_component(own, unit) - {unit})
            assert found[unit] == nx.number_connected_components(rest)
    assert not found[exempt].any()


@given(graphs(), st.data())
def test_cut_edges_and_boundary_follow_the_assignment(world, data):
    n, edges = world
    assignment = np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    adjacency = adjacency_from_edges(n, edges)
    cut = {tuple(e) for e in graph.cut_edges(*adjacency, assignment).tolist()}
    expected = {(a, b) for a, b in edges.tolist() if assignment[a] != assignment[b]}
    assert cut == expected
    border = graph.boundary(*adjacency, assignment)
    assert set(np.flatnonzero(border).tolist()) == {u for edge in expected for u in edge}


@given(graphs(least=3), st.data())
def test_a_separator_parts_and_none_of_its_units_can_be_spared(world, data):
    n, edges = world
    net = oracle(n, edges)
    root = data.draw(st.integers(0, n - 1))
    start = data.draw(st.integers(0, n - 1))
    if start == root or net.has_edge(start, root):
        return
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    allowed[[root, start]] = True
    cut = graph.separator(
        *adjacency_from_edges(n, edges), np.array([start]), root, allowed
    ).tolist()
    usable = net.subgraph(np.flatnonzero(allowed).tolist()).copy()
    assert set(cut) <= set(usable) - {root, start}
    parted = usable.copy()
    parted.remove_nodes_from(cut)
    assert not nx.has_path(parted, root, start)
    for spared in cut:
        open_again = usable.copy()
        open_again.remove_nodes_from(set(cut) - {spared})
        assert nx.has_path(open_again, root, start)


def test_the_wall_of_a_grid_separates_its_two_sides():
    """0 1 2 / 3 4 5 / 6 7 8: the left column is parted from unit 5 by the middle column."""
    edges = [(r * 3 + c, r * 3 + c + 1) for r in range(3) for c in range(2)]
    edges += [(r * 3 + c, r * 3 + c + 3) for r in range(2) for c in range(3)]
    adjacency = adjacency_from_edges(9, np.array(edges))
    assert graph.separator(*adjacency, np.array([0, 3, 6]), 5).tolist() == [1, 4, 7]
    assert graph.separator(*adjacency, np.array([0]), 8).tolist() == [1, 3]


def test_a_graph_without_edges_is_all_pieces():
    adjacency = adjacency_from_edges(3, np.zeros((0, 2), dtype=np.int64))
    assert graph.components(*adjacency).tolist() == [0, 1, 2]
    assert graph.edges_of(*adjacency).shape == (0, 2)
