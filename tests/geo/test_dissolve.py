"""Rows of one unit are its parts where nothing says that they are several units."""

import geopandas
import pytest
from shapely import box

from geo.boundaries import read_polygons
from geo.errors import GeographyError


def layer(folder, ids, **columns):
    shapes = [box(-72 + at / 10, 41, -71.9 + at / 10, 41.1) for at in range(len(ids))]
    frame = geopandas.GeoDataFrame({"code": ids, **columns}, geometry=shapes, crs=4326)
    frame.to_file(folder / "a.gpkg")
    return folder / "a.gpkg"


def test_parts_of_a_unit_are_joined_and_said(tmp_path):
    path = layer(tmp_path, ["A", "B", "A"], gen=["a", "b", "a"], gf=["4", "4", "2"])
    found = read_polygons(path, id_column="code", name_column="gen")
    assert found.ids == ("A", "B")
    area = found.units.area
    assert area["A"] == pytest.approx(2 * area["B"], rel=1e-2)
    assert "1 unit has several rows" in found.notes[0].what
    assert '"A" (2 rows)' in found.notes[0].what


def test_rows_with_different_names_are_no_parts(tmp_path):
    path = layer(tmp_path, ["A", "B", "A"], gen=["a", "b", "c"])
    with pytest.raises(GeographyError) as error:
        read_polygons(path, id_column="code", name_column="gen")
    assert error.value.fact.endswith("stand for several units")
    assert error.value.evidence == ('"A": "a", "c"',)


def test_a_column_that_tells_all_rows_apart_is_the_id(tmp_path):
    path = layer(tmp_path, ["TX", "TX", "LA"], county=["1", "2", "3"])
    with pytest.raises(GeographyError, match="occur more than once") as error:
        read_polygons(path, id_column="code")
    assert 'column "county" is different in every row' in error.value.hint
