"""Voronoi cells in odd land, and units split into children."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.adjacency import rook
from geo.cells import Split, cells, split_units
from geo.errors import GeographyError

SQUARE = shapely.box(0, 0, 10_000, 10_000)
HORSESHOE = SQUARE.difference(shapely.box(4_000, 0, 6_000, 8_000))
ISLES = shapely.MultiPolygon([shapely.box(0, 0, 2_000, 2_000), shapely.box(5_000, 0, 9_000, 4_000)])

places = st.lists(
    st.tuples(st.integers(-2_000, 12_000), st.integers(-2_000, 12_000)), min_size=1, max_size=15
)


def split_unit(geography, unit_id, *, ids, points_xy, level, names=None):
    points = np.asarray(points_xy, dtype=np.float64).reshape(-1, 2)
    split = Split(unit_id=unit_id, ids=ids, points_xy=points, level=level, names=names)
    return split_units(geography, [split])


def names_of(points):
    return [f"p{row:02}" for row in range(len(points))]


def test_two_points_share_the_square_along_the_middle():
    shapes, notes = cells([[2_500, 5_000], [7_500, 5_000]], SQUARE, ids=["west", "east"])
    assert shapes["west"].equals(shapely.box(0, 0, 5_000, 10_000))
    assert shapes["east"].equals(shapely.box(5_000, 0, 10_000, 10_000))
    assert notes == ()


def test_one_point_gets_all_land():
    shapes, _ = cells([[0, 0]], HORSESHOE, ids=["only"])
    assert shapes["only"].equals(HORSESHOE)


def test_two_parts_of_a_cell_across_a_bay_belong_to_one_point():
    shapes, _ = cells([[2_000, 2_000], [5_000, 9_500]], HORSESHOE, ids=["low", "high"])
    assert shapes["low"].area + shapes["high"].area == pytest.approx(HORSESHOE.area)


@settings(max_examples=60)
@given(places, st.sampled_from([SQUARE, HORSESHOE, ISLES]))
def test_cells_tile_any_land_whatever_the_points(points, land):
    shapes, _ = cells(points, land, ids=names_of(points))
    found = shapes.to_numpy()
    assert len(found) == len(points)
    assert not shapely.is_empty(found).any()
    assert shapely.area(found).sum() == pytest.approx(land.area, rel=1e-9)
    overlap = shapely.union_all(found).area
    assert overlap == pytest.approx(land.area, rel=1e-9)


@settings(max_examples=30)
@given(places)
def test_every_place_of_the_land_is_nearest_to_the_point_of_its_cell(points):
    distinct = sorted(set(points))
    inside = [point for point in distinct if SQUARE.contains(shapely.Point(point))]
    if not inside:
        return
    shapes, _ = cells(inside, SQUARE, ids=names_of(inside))
    middles = shapely.get_coordinates(shapely.point_on_surface(shapes.to_numpy()))
    distance = np.hypot(*(middles[:, None] - np.array(inside)[None]).T).T
    own = np.diag(distance)
    assert (own <= distance.min(axis=1) + 1e-6).all()


def test_points_at_one_address_each_get_a_cell_and_are_noted():
    points = [[5_000, 5_000]] * 4 + [[5_400, 5_000]]
    shapes, (note,) = cells(points, SQUARE, ids=["d", "c", "b", "a", "far"])
    assert note.ids == ("a", "b", "c", "d")
    assert "spread by at most 50 m" in note.what
    assert shapes["a"].distance(shapely.Point(5_000, 5_000)) == 0.0
    assert (shapes.area > 0).all()


def test_the_spread_depends_on_ids_and_not_on_the_order_of_rows():
    points = [[5_000, 5_000]] * 3 + [[1_000, 1_000]]
    there, _ = cells(points, SQUARE, ids=["a", "b", "c", "z"])
    back, _ = cells(points[::-1], SQUARE, ids=["z", "c", "b", "a"])
    for unit in "abcz":
        assert there[unit].symmetric_difference(back[unit]).area < 1e-3


def test_points_off_the_land_are_moved_into_it_and_the_note_says_how_far():
    points = [[5_000, 5_000], [5_000, 25_000], [5_000, 40_000]]
    shapes, notes = cells(points, SQUARE, ids=["in", "out", "far"])
    moved = next(note for note in notes if "moved into it" in note.what)
    assert set(moved.ids) <= {"out", "far"}
    assert moved.severity == "warning"
    assert (shapes.area > 0).all()


def test_bad_points_are_refused_with_their_ids():
    with pytest.raises(GeographyError, match="occur more than once"):
        cells([[0, 0], [1, 1]], SQUARE, ids=["a", "a"])
    with pytest.raises(GeographyError, match="have no coordinates") as caught:
        cells([[0, 0], [np.nan, 1]], SQUARE, ids=["a", "b"])
    assert caught.value.evidence == ('"b"',)
    with pytest.raises(GeographyError, match="0 points and 0 ids"):
        cells(np.empty((0, 2)), SQUARE, ids=[])


def test_children_stand_in_place_of_their_parent_and_tile_it(grid):
    split = split_unit(
        grid,
        "e",
        ids=["1", "2", "3"],
        points_xy=[[1200, 1500], [1500, 1500], [1800, 1500]],
        level="zip",
    )
    assert split.ids == ("a", "b", "c", "d", "e:1", "e:2", "e:3", "f", "g", "h", "i")
    children = split.units.loc[["e:1", "e:2", "e:3"]]
    assert children["parent"].tolist() == ["e"] * 3
    assert children["level"].tolist() == ["zip"] * 3
    assert children["name"].tolist() == ["1", "2", "3"]
    assert shapely.union_all(children.geometry.to_numpy()).equals(grid.units.geometry["e"])
    assert shapely.coverage_is_valid(split.geometries)


def test_neighbours_of_a_split_unit_find_its_children(grid):
    split = split_unit(
        grid,
        "e",
        ids=["1", "2", "3"],
        points_xy=[[1200, 1500], [1500, 1500], [1800, 1500]],
        level="zip",
    )
    adjacency = rook(split)
    assert adjacency.notes == ()
    pairs = {frozenset((split.ids[a], split.ids[b])) for a, b in adjacency.pairs()}
    new = {pair for pair in pairs if any(":" in unit for unit in pair)}
    assert new == {
        *(frozenset((f"e:{child}", side)) for child in "123" for side in "bh"),
        frozenset(("e:1", "d")),
        frozenset(("e:3", "f")),
        frozenset(("e:1", "e:2")),
        frozenset(("e:2", "e:3")),
    }
    assert adjacency.border_km.sum() == pytest.approx(12.0 + 2.0)


def test_a_unit_without_a_split_keeps_its_shape(grid):
    split = split_unit(grid, "a", ids=["x", "y"], points_xy=[[200, 500], [800, 500]], level="zip")
    for unit in grid.ids[1:]:
        assert split.units.geometry[unit].equals(grid.units.geometry[unit])


def test_neighbouring_units_split_at_once_or_one_by_one_give_the_same_neighbours(grid):
    first = Split(
        unit_id="d", ids=["1", "2"], points_xy=np.array([[500, 1200], [500, 1700]]), level="zip"
    )
    second = Split(
        unit_id="e", ids=["1", "2"], points_xy=np.array([[1500, 1400], [1500, 1900]]), level="zip"
    )
    at_once = split_units(grid, [first, second])
    one_by_one = split_units(split_units(grid, [first]), [second])
    for geography in (at_once, one_by_one):
        assert shapely.coverage_is_valid(geography.geometries)
    assert at_once.ids == one_by_one.ids
    assert rook(at_once).pairs().tolist() == rook(one_by_one).pairs().tolist()


def test_children_can_be_split_again(grid):
    once = split_unit(
        grid, "e", ids=["1", "2"], points_xy=[[1200, 1500], [1800, 1500]], level="zip"
    )
    twice = split_unit(
        once, "e:1", ids=["A-1", "A-2"], points_xy=[[1200, 1200], [1200, 1800]], level="account"
    )
    assert "e:1:A-2" in twice.ids
    assert twice.units.loc["e:1:A-2", "parent"] == "e:1"
    assert twice.areas_km2().sum() == pytest.approx(9.0)
    assert not rook(twice).bridge.any()


def test_wrong_splits_are_refused(grid):
    split = Split(unit_id="e", ids=["1"], points_xy=np.array([[1500.0, 1500.0]]), level="zip")
    with pytest.raises(GeographyError, match="split twice"):
        split_units(grid, [split, split])
    with pytest.raises(GeographyError, match="are no units of the geography"):
        split_unit(grid, "z", ids=["1"], points_xy=[[0, 0]], level="zip")
    assert split_units(grid, []) is grid


def test_a_real_county_splits_and_the_state_stays_one_coverage(texas):
    rng = np.random.default_rng(1)
    west, south, east, north = texas.units.geometry["48201"].bounds
    points = rng.uniform([west, south], [east, north], (150, 2))
    split = split_unit(
        texas, "48201", ids=[f"A{row:03}" for row in range(150)], points_xy=points, level="account"
    )
    assert shapely.coverage_is_valid(split.geometries)
    assert split.areas_km2().sum() == pytest.approx(texas.areas_km2().sum(), rel=1e-12)
    assert not rook(split).bridge.any()


def test_two_addresses_off_the_land_that_meet_in_one_corner_still_get_cells():
    points = [[-500, -500]] * 2 + [[-800, -900]] * 2 + [[8_000, 8_000]]
    shapes, notes = cells(points, SQUARE, ids=list("abcde"))
    assert (shapes.area > 0).all()
    assert shapes.area.sum() == pytest.approx(SQUARE.area)
    assert {"a", "b", "c", "d"} == set(notes[0].ids) == set(notes[1].ids)


def test_an_address_exactly_on_the_border_still_gets_cells():
    shapes, (note,) = cells([[0, 5_000]] * 3 + [[9_000, 5_000]], SQUARE, ids=list("abcd"))
    assert (shapes.area > 0).all()
    assert note.ids == ("a", "b", "c")
