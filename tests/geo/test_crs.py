"""Choice and check of coordinate systems."""

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import crs
from geo.errors import GeographyError


def test_the_conterminous_united_states_get_their_albers_system():
    assert crs.equal_area(-124.8, 24.5, -66.9, 49.4).to_epsg() == 5070


def test_elsewhere_a_local_system_is_centred_on_the_data():
    belgium = crs.equal_area(2.5, 49.5, 6.4, 51.5)
    assert belgium.name == "Local equal area at 4.45 50.5"
    assert np.abs(crs.to_xy([[4.45, 50.5]], belgium)).max() < 1e-6


@settings(max_examples=30)
@given(st.floats(-170, 170), st.floats(-75, 75))
def test_the_local_system_keeps_areas_everywhere(lon, lat):
    box = shapely.box(lon - 1, lat - 1, lon + 1, lat + 1)
    frame = geopandas.GeoSeries([box], crs=4326).segmentize(0.05)
    local = frame.to_crs(crs.equal_area(*frame.total_bounds))
    assert crs.area_distortion(local) < 1e-4


def test_bounds_across_the_antimeridian_are_the_short_way_round():
    west, _, east, _ = crs.lonlat_bounds([172.0, -130.0], [52.0, 55.0])
    assert (west, east) == (172.0, 230.0)
    assert crs.equal_area(west, 52.0, east, 55.0).name == "Local equal area at -159 53.5"


def test_more_than_a_hemisphere_is_refused():
    with pytest.raises(GeographyError, match="spans 358 degrees"):
        crs.equal_area(-179.0, -60.0, 179.0, 60.0)


def test_metres_called_degrees_are_refused():
    with pytest.raises(GeographyError, match="no degrees"):
        crs.equal_area(500_000.0, 1.0, 600_000.0, 2.0)


@pytest.mark.parametrize(
    ("system", "fact"),
    [
        (4326, "WGS 84 measures in degree"),
        ("EPSG:2263", "measures in US survey foot"),
        (None, "has no coordinate system"),
        ("EPSG:nonsense", "is no coordinate system"),
    ],
)
def test_degrees_feet_and_nothing_are_refused(system, fact):
    with pytest.raises(GeographyError, match=fact):
        crs.require_projected(system)


def test_web_mercator_distorts_areas_in_belgium_by_a_factor():
    box = geopandas.GeoSeries([shapely.box(4, 50, 5, 51)], crs=4326).to_crs(3857)
    assert crs.area_distortion(box) == pytest.approx(1.46, abs=0.05)


def test_places_that_are_none_are_named_by_row():
    with pytest.raises(GeographyError, match="1 of 2 accounts") as caught:
        crs.require_lonlat([[4.0, 50.0], [4.0, 140.71]], what="account")
    assert caught.value.evidence == ("account 1: lon 4, lat 140.71",)
    with pytest.raises(GeographyError, match="no place on earth"):
        crs.require_lonlat([[np.nan, 50.0]])
    with pytest.raises(GeographyError, match="shape"):
        crs.require_lonlat([4.0, 50.0])


@given(st.floats(-120, -70), st.floats(25, 49))
def test_projecting_there_and_back_is_the_identity(lon, lat):
    system = crs.equal_area(-124, 25, -67, 49)
    back = crs.to_lonlat(crs.to_xy([[lon, lat]], system), system)
    assert np.allclose(back, [[lon, lat]], atol=1e-7)
