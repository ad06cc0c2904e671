"""Layer files are what their suffix says; nothing else is opened, and nothing is called."""

import json
import os
import zipfile

import geopandas
import pytest
from shapely import box

from geo.boundaries import read_polygons
from geo.errors import GeographyError
from geo.files.layers import check_layer_file, geometry_kind, list_layers, read_layer

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


def test_a_shapefile_without_its_parts_says_what_to_do(tmp_path):
    frame = geopandas.GeoDataFrame({"code": ["A"]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    frame.to_file(tmp_path / "a.shp")
    (tmp_path / "a.dbf").unlink()
    with pytest.raises(GeographyError, match=r"\.dbf of the same name is not beside it"):
        read_layer(tmp_path / "a.shp")


def test_json_in_utf_16_or_with_a_mark_is_read(tmp_path):
    squares().to_file(tmp_path / "a.geojson")
    text = (tmp_path / "a.geojson").read_text(encoding="utf-8").replace("U1", "\u00d11")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"):
        (tmp_path / "b.geojson").write_bytes(text.encode(encoding))
        assert read_layer(tmp_path / "b.geojson")["code"].tolist() == ["U0", "\u00d11"]
        assert list_layers(tmp_path / "b.geojson")
        assert geometry_kind(tmp_path / "b.geojson") == "Polygon"


def test_a_zipped_shapefile_and_a_kml_are_read(tmp_path):
    squares().to_file(tmp_path / "a.shp")
    squares().rename(columns={"code": "Name"}).to_file(tmp_path / "b.kml", driver="KML")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in tmp_path.glob("a.*"):
            if part.suffix != ".zip":
                archive.write(part, f"folder/{part.name}")
        archive.writestr("readme.txt", "a,b")
    with zipfile.ZipFile(tmp_path / "b.kmz", "w") as archive:
        archive.write(tmp_path / "b.kml", "doc.kml")
    assert read_layer(tmp_path / "a.zip")["code"].tolist() == ["U0", "U1"]
    for name in ("b.kml", "b.kmz"):
        found = read_layer(tmp_path / name)
        assert found["Name"].tolist() == ["U0", "U1"]
        assert found.total_bounds.tolist() == [-72.0, 41.0, -71.8, 41.1]


def test_a_shapefile_of_degrees_without_a_system_is_read_and_that_is_known(tmp_path):
    squares().to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    found = read_polygons(tmp_path / "a.shp", id_column="code")
    assert "were read as WGS 84" in found.notes[0].what
    squares().to_crs(5070).to_file(tmp_path / "b.shp")
    (tmp_path / "b.prj").unlink()
    with pytest.raises(GeographyError):
        read_polygons(tmp_path / "b.shp", id_column="code")


@pytest.mark.parametrize(
    "content", ["<html></html>", '<!DOCTYPE kml [<!ENTITY a "b">]><kml></kml>', "x"]
)
def test_a_kml_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "a.kml").write_text(content)
    with pytest.raises(GeographyError, match="is no KML"):
        read_layer(tmp_path / "a.kml")


def test_what_is_wrong_inside_an_archive_is_said_of_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.geojson", '{"a": 1}')
    with pytest.raises(GeographyError, match=r'"x.geojson" in .*a.zip is JSON, but no GeoJSON'):
        read_layer(tmp_path / "a.zip")


def test_a_damaged_system_of_a_shapefile_is_no_bug(tmp_path):
    squares().to_file(tmp_path / "a.shp")
    written = (tmp_path / "a.prj").read_bytes()
    damaged = written.replace(b"D_WGS_1984", b"D_W\xc7S_1984").replace(b"WGS_1984", b"WGS]1984")
    (tmp_path / "a.prj").write_bytes(damaged)
    with pytest.raises(GeographyError, match="its coordinate system is damaged"):
        read_layer(tmp_path / "a.shp")
