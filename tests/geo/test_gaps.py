"""Units that nearly touch are neighbours; units that meet in a corner are not."""

import geopandas
import numpy as np
import pytest
from shapely import Polygon, box

from geo.adjacency import rook
from geo.boundaries import from_frame


def grid(n=4, side=10_000.0, gap=0.0, jitter=0.0, corner=(500_000.0, 500_000.0)):
    """n × n squares, `gap` metres apart; corners moved by up to `jitter` metres, each by itself."""
    rng = np.random.default_rng(3)
    shapes, ids = [], []
    for row in range(n):
        for column in range(n):
            x, y = corner[0] + column * side, corner[1] + row * side
            square = box(x + gap / 2, y + gap / 2, x + side - gap / 2, y + side - gap / 2)
            points = np.asarray(square.exterior.coords)[:-1]
            shapes.append(Polygon(points + rng.uniform(-jitter, jitter, points.shape)))
            ids.append(f"U{row}{column}")
    frame = geopandas.GeoDataFrame({"unit_id": ids}, geometry=shapes, crs="EPSG:5070")
    return from_frame(frame, crs="EPSG:5070")


def named(adjacency, geography):
    ids = geography.ids
    return {
        (ids[a], ids[b])
        for a, b, bridge in zip(adjacency.a, adjacency.b, adjacency.bridge, strict=True)
        if not bridge
    }


@pytest.fixture(scope="module")
def touching():
    whole = grid()
    return named(rook(whole), whole)


@pytest.mark.parametrize("gap", [0.0, 1.0, 22.0, 60.0, 190.0])
def test_a_network_of_slits_changes_no_neighbours(touching, gap):
    geography = grid(gap=gap)
    found = rook(geography, gap_m=None)
    assert len(touching) == 24
    assert named(found, geography) == touching
    assert not found.bridge.any()
    if gap > 50:
        assert "24 pairs of units do not touch" in found.notes[-1].what
        assert np.allclose(found.border_km, 10.0 - gap / 1000, atol=0.2)


@pytest.mark.parametrize("jitter", [1e-9, 0.5, 40.0])
def test_corners_drawn_by_each_unit_for_itself_lose_no_neighbours(touching, jitter):
    geography = grid(jitter=jitter)
    found = rook(geography, gap_m=None)
    pairs = named(found, geography)
    assert touching <= pairs
    # Where corners overlap, units across the crossing touch by no more than the overlap.
    short = [km for km in found.border_km if km < 9]
    assert len(short) == len(pairs) - len(touching)
    assert max(short, default=0.0) * 1000 <= 4 * jitter


def test_wider_than_two_percent_is_no_border_but_a_key_says_otherwise(touching):
    geography = grid(gap=300.0)
    assert not named(rook(geography, gap_m=None), geography)
    assert named(rook(geography, gap_m=400.0), geography) == touching
    assert not named(rook(geography, gap_m=0.0), geography)


def test_units_that_meet_in_a_corner_only_stay_apart():
    shapes = [box(0, 0, 10_000, 10_000), box(10_000, 10_000, 20_000, 20_000)]
    shapes = [Polygon(np.asarray(shape.exterior.coords) + 500_000) for shape in shapes]
    frame = geopandas.GeoDataFrame({"unit_id": ["A", "B"]}, geometry=shapes, crs="EPSG:5070")
    geography = from_frame(frame, crs="EPSG:5070")
    assert not named(rook(geography, gap_m=None), geography)


def test_the_last_bit_of_a_corner_changes_no_neighbours():
    step, start = 0.1, 8.0
    xs = [start + i * step for i in range(6)]
    again = [xs[0]]
    for _ in range(5):
        again.append(again[-1] + step)
    assert xs != again
    shapes, ids = [], []
    for row in range(5):
        for column in range(5):
            own = xs if (row + column) % 2 else again
            shapes.append(box(own[column], 50 + own[row], own[column + 1], 50 + own[row + 1]))
            ids.append(f"{row}{column}")
    frame = geopandas.GeoDataFrame({"unit_id": ids}, geometry=shapes, crs=4326)
    geography = from_frame(frame)
    assert len(named(rook(geography, gap_m=None), geography)) == 40
