"""Layer files are what their suffix says; nothing else is opened, and nothing is called."""

import json
import os

import geopandas
import pytest
from shapely import box

from geo.boundaries import read_polygons
from geo.errors import GeographyError
from geo.layers import check_layer_file, list_layers, read_layer

VRT = """<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{path}</SrcDataSource>
</OGRVRTLayer></OGRVRTDataSource>"""


def squares(n=2):
    shapes = [box(-72 + i / 10, 41, -71.9 + i / 10, 41.1) for i in range(n)]
    return geopandas.GeoDataFrame({"code": [f"U{i}" for i in range(n)]}, geometry=shapes, crs=4326)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.geojson", VRT, "a virtual layer"),
        ("a.geojson", VRT.replace("{path}", "/vsicurl/http://127.0.0.1:9/x.csv"), "a virtual"),
        ("a.json", '{"type": "gdal_streamed_alg", "command_line": "gdal vector"}', "no GeoJSON"),
        (
            "a.json",
            '{"x": {"type": "Point"}, "type" : "GDAL_streamed_alg", "command_line": "read x"}',
            "no GeoJSON",
        ),
        ("a.gpkg", VRT, "begins with other bytes"),
        ("a.shp", VRT, "begins with other bytes"),
        ("a.fgb", "x", "begins with other bytes"),
        ("a.vrt", VRT, "expected one of"),
        ("a.geojson", "", "no JSON"),
        ("a.geojson", '{"a": 1}', "no GeoJSON"),
        ("a.geojson", '{"type": "FeatureCollection", "features": [', "cannot be read"),
    ],
)
def test_a_file_that_is_something_else_is_refused(tmp_path, name, content, said):
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    path = tmp_path / name
    path.write_text(content.replace("{path}", str(secret)))
    with pytest.raises(GeographyError, match=said):
        read_layer(path)


def test_pipes_devices_and_paths_of_gdal_are_refused(tmp_path):
    os.mkfifo(tmp_path / "a.geojson")
    with pytest.raises(GeographyError, match="no regular file"):
        check_layer_file(tmp_path / "a.geojson")
    with pytest.raises(GeographyError, match="no path of a file"):
        list_layers(type(tmp_path)("/vsicurl/http://127.0.0.1:9/a.geojson"))


def test_geojson_in_metres_without_a_system_is_refused_at_once(tmp_path):
    frame = squares()
    frame["geometry"] = [box(i * 1e4, 3.6e6, i * 1e4 + 1e4, 3.7e6) for i in range(2)]
    content = json.loads(frame.to_json(drop_id=True))
    content.pop("crs", None)
    (tmp_path / "a.geojson").write_text(json.dumps(content))
    with pytest.raises(GeographyError, match="they are metres or feet"):
        read_polygons(tmp_path / "a.geojson", id_column="code")


def test_topojson_is_read_in_degrees(tmp_path):
    topology = {
        "type": "Topology",
        "objects": {
            "areas": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0]], "properties": {"code": "A"}},
                ],
            }
        },
        "arcs": [[[-72, 41], [-71.9, 41], [-71.9, 41.1], [-72, 41.1], [-72, 41]]],
    }
    (tmp_path / "a.topojson").write_text(json.dumps(topology))
    found = read_polygons(tmp_path / "a.topojson", id_column="code")
    assert found.ids == ("A",)


def test_a_shapefile_without_its_parts_and_a_zip_say_what_to_do(tmp_path):
    frame = geopandas.GeoDataFrame({"code": ["A"]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    frame.to_file(tmp_path / "a.shp")
    (tmp_path / "a.dbf").unlink()
    with pytest.raises(GeographyError, match=r"\.dbf of the same name is not beside it"):
        read_layer(tmp_path / "a.shp")
    (tmp_path / "a.zip").write_bytes(b"PK")
    with pytest.raises(GeographyError) as why:
        read_layer(tmp_path / "a.zip")
    assert why.value.hint == "unpack it and name the layer inside"
