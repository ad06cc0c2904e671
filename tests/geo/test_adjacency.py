"""Neighbours on worlds small enough to draw, and on the real counties."""

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.adjacency import _components, rook
from geo.us import boundaries


def neighbours(adjacency, ids):
    return {frozenset((ids[a], ids[b])) for a, b in adjacency.pairs()}


def test_squares_of_a_grid_meet_their_four_neighbours_and_not_the_diagonal_ones(grid):
    adjacency = rook(grid)
    expected = {"ab", "bc", "de", "ef", "gh", "hi", "ad", "be", "cf", "dg", "eh", "fi"}
    assert neighbours(adjacency, grid.ids) == {frozenset(pair) for pair in expected}
    assert np.allclose(adjacency.border_km, 1.0)
    assert not adjacency.bridge.any()
    assert adjacency.notes == ()


def test_edges_come_once_ordered_and_both_ways_in_csr(grid):
    adjacency = rook(grid)
    assert (adjacency.a < adjacency.b).all()
    order = np.lexsort((adjacency.b, adjacency.a))
    assert (order == np.arange(len(order))).all()
    indptr, indices = adjacency.csr()
    assert indptr.dtype == indices.dtype == np.int32
    assert indices[indptr[4] : indptr[5]].tolist() == [1, 3, 5, 7]
    assert len(indices) == 2 * len(adjacency.a) == len(adjacency.csr_border_km())


def test_border_lengths_stay_beside_their_neighbours_in_csr(world):
    strip = world(
        {
            "low": shapely.box(0, 0, 1000, 1000),
            "middle": shapely.box(0, 1000, 1000, 2000),
            "wide": shapely.Polygon(
                [(1000, 1000), (3000, 1000), (3000, 2000), (1000, 2000), (1000, 1000)]
            ),
            "top": shapely.Polygon(
                [(0, 2000), (1000, 2000), (3000, 2000), (3000, 3000), (0, 3000)]
            ),
        }
    )
    adjacency = rook(strip)
    indptr, indices = adjacency.csr()
    assert indptr.tolist() == [0, 1, 4, 6, 8]
    assert indices.tolist() == [1, 0, 2, 3, 1, 3, 1, 2]
    assert adjacency.csr_border_km().tolist() == [1, 1, 1, 1, 1, 2, 1, 2]


def test_two_squares_that_touch_in_a_corner_are_bridged_with_no_distance(world):
    corner = world({"a": shapely.box(0, 0, 1000, 1000), "b": shapely.box(1000, 1000, 2000, 2000)})
    adjacency = rook(corner)
    assert adjacency.bridge.tolist() == [True]
    assert adjacency.border_km.tolist() == [0.0]
    (note,) = adjacency.notes
    assert note.what == "b shares no border with the rest; bridged to a, 0.0 km away"


def test_an_enclave_has_the_ring_around_it_as_its_only_neighbour(world):
    hole = shapely.box(1000, 1000, 2000, 2000)
    ring = shapely.box(0, 0, 3000, 3000).difference(hole)
    adjacency = rook(
        world({"ring": ring, "enclave": hole, "east": shapely.box(3000, 0, 4000, 3000)})
    )
    assert neighbours(adjacency, ("ring", "enclave", "east")) == {
        frozenset(("ring", "enclave")),
        frozenset(("ring", "east")),
    }
    assert adjacency.border_km.tolist() == [4.0, 3.0]


def test_an_island_is_bridged_to_the_nearest_unit_and_the_note_names_both_and_the_km(world):
    shapes = {
        "a": shapely.box(0, 0, 1000, 1000),
        "b": shapely.box(1000, 0, 2000, 1000),
        "island": shapely.box(4500, 0, 5000, 1000),
    }
    adjacency = rook(world(shapes))
    assert neighbours(adjacency, tuple(shapes)) == {frozenset("ab"), frozenset(("b", "island"))}
    (note,) = adjacency.notes
    assert note.ids == ("island", "b")
    assert note.what == "island shares no border with the rest; bridged to b, 2.5 km away"


def test_an_archipelago_is_chained_by_its_shortest_crossings(world):
    shapes = {f"i{n}": shapely.box(x, 0, x + 100, 100) for n, x in enumerate((0, 300, 5000, 5150))}
    adjacency = rook(world(shapes))
    assert neighbours(adjacency, tuple(shapes)) == {
        frozenset(("i0", "i1")),
        frozenset(("i1", "i2")),
        frozenset(("i2", "i3")),
    }
    assert adjacency.bridge.all()


def test_units_whose_vertices_differ_are_still_neighbours_and_a_note_says_so(world):
    adjacency = rook(
        world(
            {
                "west": shapely.box(0, 0, 1000, 2000),
                "south": shapely.box(1000, 0, 2000, 1000),
                "north": shapely.box(1000, 1000, 2000, 2000),
            }
        )
    )
    assert len(adjacency.a) == 3
    assert not adjacency.bridge.any()
    assert "did not match vertex for vertex" in adjacency.notes[0].what


def test_a_single_unit_has_no_neighbours(world):
    adjacency = rook(world({"a": shapely.box(0, 0, 1, 1)}))
    assert len(adjacency.a) == 0
    assert adjacency.csr()[0].tolist() == [0, 0]


@settings(max_examples=25)
@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12))
def test_every_set_of_squares_ends_in_one_component_with_as_few_bridges_as_possible(world, places):
    shapes = {
        f"{x}{y}": shapely.box(1000 * x, 1000 * y, 1000 * (x + 1), 1000 * (y + 1))
        for x, y in sorted(places)
    }
    adjacency = rook(world(shapes))
    truth = nx.Graph()
    truth.add_nodes_from(places)
    truth.add_edges_from(
        (p, q) for p in places for q in places if abs(p[0] - q[0]) + abs(p[1] - q[1]) == 1
    )
    assert (~adjacency.bridge).sum() == truth.number_of_edges()
    assert adjacency.bridge.sum() == nx.number_connected_components(truth) - 1
    found = nx.Graph(adjacency.pairs().tolist())
    found.add_nodes_from(range(len(shapes)))
    assert nx.is_connected(found)


def test_reordering_the_units_permutes_the_neighbours_and_changes_nothing_else(texas):
    there = rook(texas)
    back = texas.subset(tuple(reversed(texas.ids)))
    again = rook(back)
    assert neighbours(there, texas.ids) == neighbours(again, back.ids)
    assert there.border_km.sum() == pytest.approx(again.border_km.sum())


def test_texas_has_the_661_neighbour_pairs_of_the_published_instance(texas):
    adjacency = rook(texas)
    assert len(texas) == 254
    assert len(adjacency.a) == 661
    assert not adjacency.bridge.any()


def test_the_united_states_are_connected_with_a_bridge_for_each_island_county(country):
    adjacency = rook(country)
    assert len(country) == 3108
    assert (~adjacency.bridge).sum() == 8731
    # Dukes and Nantucket, Massachusetts, and San Juan, Washington.
    assert {note.ids[0] for note in adjacency.notes} == {"25007", "25019", "53055"}
    assert nx.is_connected(nx.Graph(adjacency.pairs().tolist()))


def test_hawaii_is_bridged_island_by_island():
    hawaii = boundaries.counties(["HI"])
    adjacency = rook(hawaii)
    assert adjacency.bridge.sum() == 3
    assert len(adjacency.notes) == 3


def test_components_are_numbered_by_their_first_units():
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rng = np.random.default_rng(5)
    assert _components(3, []).tolist() == [0, 1, 2]
    for n, m in ((1, 0), (40, 25), (400, 300), (3000, 2999)):
        pairs = rng.integers(0, n, (m, 2))
        if n == 3000:  # one long way, in any order
            way = rng.permutation(n)
            pairs = np.column_stack([way[:-1], way[1:]])
        graph = coo_array((np.ones(m), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
        wanted = connected_components(graph, directed=False)[1]
        assert _components(n, [tuple(pair) for pair in pairs.tolist()]).tolist() == wanted.tolist()
