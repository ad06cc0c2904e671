"""Reading polygons: every defect is repaired with a note or refused with the ids."""

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.adjacency import rook
from geo.boundaries import from_frame, read_polygons
from geo.crs import to_lonlat
from geo.errors import GeographyError

SQUARES = {
    "1001": shapely.box(4.0, 50.0, 4.1, 50.1),
    "1002": shapely.box(4.1, 50.0, 4.2, 50.1),
    "1003": shapely.box(4.0, 50.1, 4.2, 50.2),
}


def frame_of(shapes, crs=4326, **columns):
    return geopandas.GeoDataFrame(
        {"code": list(shapes), **columns}, geometry=list(shapes.values()), crs=crs
    )


def by_code(shapes, crs=4326):
    return frame_of(shapes, crs).set_index("code")


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp"])
def test_polygons_of_every_file_kind_are_read_alike(tmp_path, suffix):
    path = tmp_path / f"units.{suffix}"
    frame_of(SQUARES, label=["Left", "Right", "Top"]).to_file(path)
    geography = read_polygons(path, id_column="code", name_column="label")
    assert geography.ids == tuple(SQUARES)
    assert geography.units["name"].tolist() == ["Left", "Right", "Top"]
    assert geography.units["level"].unique().tolist() == ["polygon"]
    assert geography.crs.name.startswith("Local equal area")
    # Top's long side has no vertex where Left and Right meet: it gets one.
    assert len(rook(geography).a) == 3
    assert rook(geography).notes == ()


def test_areas_are_those_of_the_globe():
    geography = from_frame(by_code(SQUARES))
    assert geography.areas_km2()[0] == pytest.approx(79.6, abs=0.3)


def test_whole_number_ids_become_text_without_a_fraction():
    frame = frame_of(SQUARES, unit_id=[1.0, 2.0, 3.0])
    assert from_frame(frame).ids == ("1", "2", "3")


def test_repeated_ids_are_refused_with_their_count():
    frame = frame_of(SQUARES, unit_id=["A", "B", "A"])
    with pytest.raises(GeographyError, match="occur more than once") as caught:
        from_frame(frame)
    assert caught.value.evidence == ('"A" 2 times',)


def test_missing_ids_are_refused_by_row():
    with pytest.raises(GeographyError, match="1 of 3 units of the frame have no id"):
        from_frame(frame_of(SQUARES, unit_id=["A", None, "C"]))


def test_a_missing_coordinate_system_is_refused():
    with pytest.raises(GeographyError, match="no coordinate system"):
        from_frame(by_code(SQUARES, crs=None))


def test_a_missing_column_is_refused_with_the_columns_there_are(tmp_path):
    path = tmp_path / "units.gpkg"
    frame_of(SQUARES).to_file(path)
    with pytest.raises(GeographyError, match='has no column "zip"') as caught:
        read_polygons(path, id_column="zip")
    assert caught.value.evidence == ("columns: code, geometry",)


def test_a_file_with_several_layers_wants_one_named(tmp_path):
    path = tmp_path / "units.gpkg"
    frame_of(SQUARES).to_file(path, layer="now")
    frame_of(SQUARES).to_file(path, layer="then")
    with pytest.raises(GeographyError, match="has 2 layers"):
        read_polygons(path, id_column="code")
    assert len(read_polygons(path, id_column="code", layer="then")) == 3
    with pytest.raises(GeographyError, match="has no layer"):
        read_polygons(path, id_column="code", layer="never")


def test_a_file_that_holds_no_polygons_is_refused(tmp_path):
    text = tmp_path / "units.gpkg"
    text.write_text("unit_id\n1\n", encoding="utf-8")
    with pytest.raises(GeographyError, match="begins with other bytes"):
        read_polygons(text, id_column="unit_id")
    table = tmp_path / "units.csv"
    table.write_text("code\n1\n", encoding="utf-8")
    with pytest.raises(GeographyError, match=r"is a \.csv; expected one of"):
        read_polygons(table, id_column="code")


def test_points_empty_shapes_and_an_empty_table_are_refused():
    with pytest.raises(GeographyError, match="have no area") as caught:
        from_frame(by_code(SQUARES | {"P": shapely.Point(4, 50)}))
    assert caught.value.evidence == ('"P" is a Point',)
    with pytest.raises(GeographyError, match="have no geometry"):
        from_frame(by_code(SQUARES | {"E": None}))
    with pytest.raises(GeographyError, match="holds no units"):
        from_frame(by_code(SQUARES).iloc[:0])


def test_a_self_crossing_ring_is_repaired_and_named():
    bow_tie = shapely.Polygon([(5, 50), (5.1, 50.1), (5.1, 50), (5, 50.1)])
    geography = from_frame(by_code(SQUARES | {"bow": bow_tie}))
    (note,) = (note for note in geography.notes if "invalid rings" in note.what)
    assert note.ids == ("bow",)
    assert shapely.is_valid(geography.geometries).all()


def test_an_overlap_goes_to_one_of_both_and_the_note_gives_the_area():
    shapes = dict(SQUARES)
    shapes["1002"] = shapely.box(4.09, 50.0, 4.2, 50.1)
    geography = from_frame(by_code(shapes))
    (note,) = geography.notes
    assert note.severity == "warning"
    assert set(note.ids) <= {"1001", "1002"}
    assert shapely.coverage_is_valid(geography.geometries)
    whole = from_frame(by_code(SQUARES))
    assert geography.areas_km2().sum() == pytest.approx(whole.areas_km2().sum(), rel=1e-4)


def test_a_unit_wholly_under_another_is_refused():
    copy = SQUARES | {"copy": SQUARES["1001"]}
    with pytest.raises(GeographyError, match="lie wholly under others"):
        from_frame(by_code(copy))


def test_a_slit_of_ten_metres_between_neighbours_is_closed():
    shapes = {
        "west": shapely.box(0, 0, 1000, 1000),
        "east": shapely.box(1010, 0, 2000, 1000),
        "north": shapely.box(0, 1000, 2000, 2000),
        "south": shapely.box(0, -1000, 2000, 0),
    }
    geography = from_frame(by_code(shapes, crs=5070))
    assert geography.areas_km2().sum() == pytest.approx(6.0)
    assert len(rook(geography).a) == 5


def test_a_system_that_distorts_areas_is_refused():
    with pytest.raises(GeographyError, match="distorts the area of a unit"):
        from_frame(by_code(SQUARES), crs="EPSG:3857")


def test_coarse_squares_in_degrees_keep_their_area_and_their_borders():
    shapes = {
        "low": shapely.box(0, 40, 4, 42),
        "left": shapely.box(0, 42, 2, 44),
        "right": shapely.box(2, 42, 4, 44),
    }
    geography = from_frame(by_code(shapes))
    assert len(rook(geography).a) == 3
    # A 4 by 2 degree band from 40 to 42 north, on the ellipsoid.
    assert geography.areas_km2()[0] == pytest.approx(74_820, rel=0.005)


def test_points_are_found_in_their_unit_and_a_corner_in_one_of_four(grid):
    inside = to_lonlat([[500.0, 500.0], [2500.0, 2500.0]], grid.crs)
    position, distance = grid.locate(inside)
    assert position.tolist() == [0, 8]
    assert distance.tolist() == [0.0, 0.0]
    # The corner of a, b, d and e, once projected, is still within a millionth of a metre of all.
    corner, _ = grid.locate(to_lonlat([[1000.0, 1000.0]], grid.crs), nearest_km=1e-6)
    assert corner[0] in (0, 1, 3, 4)


def test_a_point_outside_goes_to_the_nearest_unit_only_within_the_distance_asked(grid):
    outside = to_lonlat([[-2000.0, 500.0]], grid.crs)
    position, distance = grid.locate(outside)
    assert position.tolist() == [-1]
    assert np.isinf(distance[0])
    position, distance = grid.locate(outside, nearest_km=1.9)
    assert position.tolist() == [-1]
    position, distance = grid.locate(outside, nearest_km=2.1)
    assert position.tolist() == [0]
    assert distance[0] == pytest.approx(2.0, abs=0.01)


def test_every_unit_holds_its_own_point(texas):
    position, distance = texas.locate(texas.points_lonlat())
    assert position.tolist() == list(range(254))
    assert not distance.any()


def test_the_point_of_a_ring_lies_on_the_ring(world):
    ring = shapely.box(0, 0, 3000, 3000).difference(shapely.box(500, 500, 2500, 2500))
    assert ring.contains(shapely.Point(world({"ring": ring}).points_xy()[0]))


def test_unknown_ids_are_named(grid):
    assert grid.index_of(["c", "a"]).tolist() == [2, 0]
    assert grid.subset(["c", "a"]).ids == ("c", "a")
    with pytest.raises(GeographyError, match="1 of 2 ids are no units") as caught:
        grid.subset(["a", "z"])
    assert caught.value.evidence == ('"z"',)


def test_a_geography_written_and_read_again_is_the_same(tmp_path, texas):
    path = tmp_path / "texas.gpkg"
    texas.units.reset_index().to_file(path)
    again = read_polygons(path, id_column="unit_id", name_column="name", crs="EPSG:5070")
    assert again.ids == texas.ids
    pd.testing.assert_series_equal(again.units["name"], texas.units["name"])
    assert np.allclose(again.areas_km2(), texas.areas_km2())
    assert again.notes == ()


@pytest.mark.real
def test_the_zip_tabulation_areas_of_connecticut_are_read_as_one_connected_coverage(real_data):
    geography = read_polygons(real_data / "zcta2010_ct.geojson", id_column="ZCTA5CE10")
    assert len(geography) == 282
    assert all(len(unit) == 5 and unit.startswith("0") for unit in geography.ids)
    assert shapely.coverage_is_valid(geography.geometries)
    assert not rook(geography).bridge.any()
    # Between the state's land, and its land with its part of Long Island Sound.
    assert 12_542 < geography.areas_km2().sum() < 14_357
