"""Accounts in layers: a place in each geometry, unless the columns have one in degrees."""

import geopandas
import pytest
from shapely import MultiPoint, Point, box

from territory.inputs.sources.open import open_table


def test_footprints_multipoints_and_projected_columns_have_places(tmp_path):
    shapes = [box(-72, 41, -71.98, 41.02), MultiPoint([(-72, 41), (-71, 42)]), Point(-70, 40)]
    frame = geopandas.GeoDataFrame(
        {"account_id": ["A", "B", "C"], "lon": [1e6, 2e6, 3e6], "lat": [5e6, 5e6, 5e6]},
        geometry=shapes,
        crs=4326,
    ).to_crs(5070)
    frame.to_file(tmp_path / "a.gpkg", layer="a")
    raw = open_table(tmp_path / "a.gpkg")
    lon = raw.frame["lon"].astype(float).round(2).tolist()
    assert lon in ([-71.99, -72.0, -70.0], [-71.99, -71.0, -70.0])
    assert "lon (file)" in raw.frame
    assert "no pair of degrees" in str(raw.notes)


def test_geoparquet_gives_its_points_as_lon_and_lat(tmp_path):
    place = [Point(-95.36, 29.756)]
    points = geopandas.GeoDataFrame({"account_id": ["A-1"]}, geometry=place, crs=4326)
    points.to_crs(3857).to_parquet(tmp_path / "a.parquet")
    raw = open_table(tmp_path / "a.parquet")
    assert list(raw.frame) == ["account_id", "lon", "lat"]
    assert float(raw.frame["lon"].iloc[0]) == pytest.approx(-95.36)
