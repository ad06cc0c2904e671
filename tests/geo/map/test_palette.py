"""Territory colours: neighbours differ, for every reader."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.map.palette import LEAST_DISTANCE, PALETTE, colours, distances

# Machado, Oliveira, Fernandes (2009), severity 1.0, written down here once more as the oracle.
MACHADO = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen_lab(colour: str, vision: str) -> np.ndarray:
    """CIELAB of one colour for one vision, written out step by step."""
    srgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in srgb]
    seen = [
        min(1.0, max(0.0, sum(w * c for w, c in zip(row, linear, strict=True))))
        for row in MACHADO[vision]
    ]
    r, g, b = seen
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883

    def f(t: float) -> float:
        return t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29

    return np.array([116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))])


def least_neighbour_distance(fills: list[str], edges: list[tuple[int, int]]) -> float:
    return min(
        float(np.linalg.norm(seen_lab(fills[a], vision) - seen_lab(fills[b], vision)))
        for a, b in edges
        for vision in MACHADO
    )


def test_neighbours_on_a_grid_can_be_told_apart_with_every_kind_of_vision():
    graph = nx.convert_node_labels_to_integers(nx.triangular_lattice_graph(9, 12))
    edges = list(graph.edges)
    fills = colours(graph.number_of_nodes(), edges)
    assert least_neighbour_distance(fills, edges) >= LEAST_DISTANCE


def test_every_pair_of_the_palette_can_be_told_apart_with_every_kind_of_vision():
    pairs = [(a, b) for a in range(len(PALETTE)) for b in range(a)]
    assert least_neighbour_distance(list(PALETTE), pairs) >= LEAST_DISTANCE


def test_black_text_is_readable_on_every_colour_of_the_palette():
    for colour in PALETTE:
        luminance = ((seen_lab(colour, "normal")[0] + 16) / 116) ** 3
        assert (luminance + 0.05) / 0.05 >= 4.5, colour  # WCAG 2.1, level AA


def test_distances_agree_with_the_colour_by_colour_oracle():
    found = distances(PALETTE)
    for a in range(len(PALETTE)):
        for b in range(a):
            expected = least_neighbour_distance(list(PALETTE), [(a, b)])
            assert found[a, b] == pytest.approx(expected)
            assert found[b, a] == pytest.approx(expected)


@settings(deadline=None, max_examples=60)
@given(st.integers(4, 120), st.integers(0, 10_000))
def test_planar_maps_stay_within_the_palette_and_neighbours_differ(k: int, seed: int):
    points = np.random.default_rng(seed).random((k, 2))
    from scipy.spatial import Delaunay

    triangles = Delaunay(points).simplices
    edges = sorted({tuple(sorted((int(t[i]), int(t[i - 1])))) for t in triangles for i in range(3)})
    fills = colours(k, edges)
    assert set(fills) <= set(PALETTE)
    assert all(fills[a] != fills[b] for a, b in edges)


def test_a_map_where_everybody_neighbours_everybody_still_gets_different_colours():
    k = 24
    fills = colours(k, [(a, b) for a in range(k) for b in range(a)])
    assert len(set(fills)) == k


def test_a_dense_map_falls_back_to_the_colouring_with_the_fewest_colours():
    graph = nx.complete_multipartite_graph(*[6] * 7)  # seven colours suffice, evenness wastes them
    edges = list(graph.edges)
    fills = colours(graph.number_of_nodes(), edges)
    assert set(fills) == set(PALETTE)
    assert all(fills[a] != fills[b] for a, b in edges)


def test_the_same_map_gets_the_same_colours_whatever_the_order_of_its_edges():
    edges = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)]
    assert colours(4, edges) == colours(4, [(b, a) for a, b in reversed(edges)] + edges)


def test_colours_are_used_evenly_when_nothing_forbids_it():
    fills = colours(70, [])
    assert {fills.count(colour) for colour in PALETTE} == {10}


def test_no_territory_needs_no_colour_and_a_loop_is_ignored():
    assert colours(0, []) == []
    assert len(colours(1, [(0, 0)])) == 1


def test_an_edge_to_an_unknown_territory_is_refused_with_its_indices():
    with pytest.raises(ValueError, match=r"edge \(0, 5\) names a territory outside 0\.\.1"):
        colours(2, [(0, 5)])
