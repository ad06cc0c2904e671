"""Polygons of a map: shared borders stay shared, and what is packed can be unpacked."""

import geopandas
import numpy as np
import pandas as pd
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from geo.map.shapes import packed, shapes, shared_borders


def unpacked(polygons) -> shapely.MultiPolygon:
    """What the map's script does, once more: add up the steps of every ring."""
    parts = []
    for rings in polygons:
        points = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / 1e5 for ring in rings]
        parts.append(shapely.Polygon(points[0], points[1:]))
    return shapely.MultiPolygon(parts)


def frames(units, owner, crs="EPSG:5070"):
    unit_frame = geopandas.GeoDataFrame({"territory_id": owner}, geometry=units, crs=crs)
    territories = unit_frame.dissolve("territory_id")
    return territories, unit_frame


def wavy_grid(columns: int, rows: int, side: float = 40_000.0) -> list[shapely.Polygon]:
    """Squares whose borders wiggle, with many points that simplification can take away."""
    lines = []
    t = np.linspace(0, 1, 60)
    wave = 0.04 * side * np.sin(9 * np.pi * t) * np.sin(np.pi * t)
    for c in range(columns + 1):
        for r in range(rows):
            lines.append(shapely.LineString(np.column_stack([c * side + wave, (r + t) * side])))
    for r in range(rows + 1):
        for c in range(columns):
            lines.append(shapely.LineString(np.column_stack([(c + t) * side, r * side + wave])))
    return list(shapely.get_parts(shapely.polygonize([shapely.union_all(lines)])))


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_packing_keeps_every_point_to_half_a_step(seed: int):
    rng = np.random.default_rng(seed)
    centre = rng.uniform([-120, 25], [-70, 48])
    circle = shapely.Point(centre).buffer(rng.uniform(0.01, 2))
    ring = circle.difference(shapely.Point(centre).buffer(0.005))
    back = unpacked(packed([ring])[0])
    assert len(back.geoms[0].interiors) == 1
    assert shapely.hausdorff_distance(ring, back) < 1e-5


def test_an_island_smaller_than_a_metre_is_left_out():
    land = shapely.MultiPolygon([box(0, 0, 1, 1), box(2, 2, 2.000001, 2.000001)])
    assert len(packed([land])[0]) == 1


def test_simplified_units_still_cover_their_territories_exactly():
    units = wavy_grid(6, 4)
    west = [bool(unit.centroid.x < 120_000) for unit in units]
    territories, unit_frame = frames(units, ["W" if w else "E" for w in west])
    drawn = shapes(territories, unit_frame, unit_limit=100, vertex_budget=400)
    light = [unpacked(polygons) for polygons in drawn.units]
    assert sum(shapely.get_num_coordinates(light)) < 500 < sum(shapely.get_num_coordinates(units))
    assert shapely.coverage_is_valid(np.array([part for one in light for part in one.geoms]))
    for t, name in enumerate(territories.index):
        own = [one for one, w in zip(light, west, strict=True) if w == (name == "W")]
        assert shapely.union_all(own).equals(unpacked(drawn.territories[t]))
    assert drawn.neighbours == ((0, 1),)


def test_cells_that_end_in_the_middle_of_a_border_leave_no_gap_along_it():
    """A county is split into two cells; its neighbour has no point where they meet.

    ::

        +-----+-----+
        |  b  |     |
        +-----+  c  |
        |  a  |     |
        +-----+-----+
    """
    wave = 400 * np.sin(np.linspace(0, 6 * np.pi, 41))
    border = np.column_stack([50_000 + wave, np.linspace(0, 100_000, 41)])
    lower = border[border[:, 1] <= 50_000]
    middle = [50_000.0, 51_234.0]  # between two points of the border, seen by a and b only
    upper = border[border[:, 1] > 51_234]
    a = shapely.Polygon([(0, 0), *lower, middle, (0, 51_234)])
    b = shapely.Polygon([(0, 51_234), middle, *upper, (0, 100_000)])
    c = shapely.Polygon([*border, (100_000, 100_000), (100_000, 0)])
    # the point in the middle is moved onto the border, where c has none
    on_border = shapely.LineString(border).intersection(
        shapely.LineString([(0, 51_234), (100_000, 51_234)])
    )
    a, b = (
        shapely.Polygon(
            [on_border.coords[0] if list(p) == middle else p for p in one.exterior.coords]
        )
        for one in (a, b)
    )
    territories, units = frames([a, b, c], ["T1", "T1", "T2"])
    assert not shapely.coverage_is_valid(units.geometry.array)
    drawn = shapes(territories, units, unit_limit=10)
    light = [unpacked(polygons) for polygons in drawn.units]
    whole = shapely.union_all(light, grid_size=1e-5)
    assert [len(p.interiors) for p in shapely.get_parts(whole)] == [0]
    assert len(shapely.get_parts(unpacked(drawn.territories[0]))) == 1
    assert unpacked(drawn.territories[0]).geoms[0].interiors[:] == []
    assert drawn.neighbours == ((0, 1),)


def test_too_many_units_are_drawn_as_outlines_and_keep_their_places():
    units = [box(x, y, x + 1000, y + 1000) for x in (0, 1000) for y in (0, 1000)]
    territories, unit_frame = frames(units, ["T1", "T1", "T2", "T2"])
    drawn = shapes(territories, unit_frame, unit_limit=3)
    assert drawn.units == ()
    assert drawn.points.shape == (4, 2)
    assert [len(polygons) for polygons in drawn.territories] == [1, 1]


def test_a_territory_without_units_takes_its_own_polygon_or_none():
    units = geopandas.GeoDataFrame(
        {"territory_id": ["T1"]}, geometry=[box(0, 0, 1000, 1000)], crs="EPSG:5070"
    )
    own = geopandas.GeoDataFrame(
        index=["T1", "T2", "T3"],
        geometry=[box(0, 0, 1000, 1000), box(2000, 0, 3000, 1000), shapely.Polygon()],
        crs="EPSG:5070",
    )
    drawn = shapes(own, units, unit_limit=10)
    assert [len(polygons) for polygons in drawn.territories] == [1, 1, 0]
    assert np.isnan(drawn.label_points[2]).all()


def test_only_borders_of_some_length_make_neighbours():
    polygons = [box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 1, 3, 2), box(5, 5, 6, 6)]
    assert shared_borders(polygons) == ((0, 1),)


def test_levels_are_outlines_of_joined_territories_in_the_order_of_their_names():
    squares = geopandas.GeoDataFrame(
        {"territory_id": ["A", "B", "C"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)],
        crs=4326,
    )
    territories = pd.DataFrame(index=["A", "B", "C"])
    drawn = shapes(
        territories, squares, unit_limit=10, levels=[["D2", "D1", "D1"], ["R", "R", "R"]]
    )
    (east, west), (whole,) = drawn.levels
    assert [len(outline) for outline in (east, west, whole)] == [1, 1, 1]
    assert [east[0][0][0] >= 100_000, west[0][0][0] <= 100_000] == [True, True]


def test_simplifying_ends_where_only_corners_of_three_are_left():
    """A budget that no simplification reaches costs no truth: the grid stays a grid."""
    units = [box(c, r, c + 1.0, r + 1.0) for c in range(12) for r in range(12)]
    units = [shapely.affinity.scale(each, 1e4, 1e4, origin=(0, 0)) for each in units]
    territories, frame = frames(units, [f"T{at % 12:02d}" for at in range(144)])
    made = shapes(territories, frame, unit_limit=1_000, vertex_budget=100)
    areas = [unpacked(each).area for each in made.units]
    assert min(areas) > 0.9 * max(areas)


def test_only_land_is_packed_without_what_shrinks_to_a_line():
    speck = box(0, 0, 1e-6, 1e-6)
    ground = box(0, 0, 1, 1).difference(shapely.affinity.translate(speck, 0.5, 0.5))
    field = shapely.Polygon([(0, 0), (0, 0), (1, 0), (1, 0), (1, 1), (0, 0)])
    ring = [0, 0, 100_000, 0, 0, 100_000]
    shown = packed(
        [
            speck,
            ground,
            shapely.Polygon(),
            shapely.GeometryCollection([shapely.Point(0, 0), field]),
            shapely.MultiPolygon([speck, box(3, 3, 4, 4)]),
        ]
    )
    assert [len(parts) for parts in shown] == [0, 1, 0, 1, 1]
    assert [len(rings) for parts in shown for rings in parts] == [1, 1, 1]
    assert shown[3] == [[ring]]
    assert packed([]) == ()
