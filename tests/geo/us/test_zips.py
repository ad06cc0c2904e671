"""ZIP points, their defects, and the cells around them."""

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.adjacency import rook
from geo.crs import to_lonlat
from geo.us import zip_catalogue, zips


@pytest.fixture(scope="module")
def points():
    return zips.zip_points()


@pytest.fixture(scope="module")
def texas_zips():
    return zips.zips(["TX"])


def test_every_code_is_text_of_five_digits_and_occurs_once(points):
    assert points.index.is_unique
    assert points.index.str.fullmatch(r"\d{5}").all()
    assert len(points) > 42_000


def test_the_medical_center_lies_in_houston(points):
    row = points.loc["77030"]
    assert (row["city"], row["state"], row["kind"]) == ("Houston", "TX", "STANDARD")
    assert (row["lat"], row["lon"]) == (29.7041, -95.401)


def test_codes_at_zero_zero_have_no_point_and_say_why(points):
    assert points.loc["77352", "trouble"] == "no coordinates in the source"
    assert points.loc[points["trouble"] != "", ["lat", "lon"]].isna().all(axis=None)
    assert points.loc[points["trouble"] == "", ["lat", "lon"]].notna().all(axis=None)


def test_a_point_outside_its_state_is_not_used(points):
    moved = points.loc[["77030", "44195"]].copy()
    moved.loc["77030", ["lat", "lon"]] = [41.88, -87.63]
    trouble = zip_catalogue.trouble_of(moved)
    assert trouble["77030"] == "41.8800, -87.6300 lies 1,086 km outside TX"
    # Cleveland Clinic's own code lies 14 km out in Lake Erie: near enough to be kept.
    assert trouble["44195"] == ""


def test_the_packaged_table_is_what_the_catalogue_gives_today(points):
    pd.testing.assert_frame_equal(points, zip_catalogue.catalogue())


def test_callers_may_change_their_copy(points):
    mine = zips.zip_points()
    mine["city"] = "changed"
    assert zips.zip_points().equals(points)


def test_cells_tile_the_land_of_the_state(texas, texas_zips):
    assert len(texas_zips) == 1_730
    assert shapely.coverage_is_valid(texas_zips.geometries)
    assert texas_zips.areas_km2().min() > 0.0
    assert texas_zips.areas_km2().sum() == pytest.approx(texas.areas_km2().sum(), rel=1e-9)


def test_delivery_codes_are_units_and_others_are_hosted(points, texas_zips):
    assert "77030" in texas_zips.units.index
    kinds = points.loc[list(texas_zips.ids)]
    assert (kinds["kind"] == "STANDARD").all()
    assert kinds["active"].all()
    hosts = zips.zip_hosts(texas_zips)
    placed = points[(points["state"] == "TX") & (points["trouble"] == "")]
    assert set(hosts.index) == set(placed.index)
    assert set(hosts) <= set(texas_zips.ids)
    assert hosts["77030"] == "77030"
    # A post-office box code at the same point as its delivery code.
    assert hosts["77225"] in texas_zips.ids


def test_the_point_of_a_code_lies_in_its_cell_unless_it_was_spread(points, texas_zips):
    spread = {unit for note in texas_zips.notes for unit in note.ids}
    own = [unit for unit in texas_zips.ids if unit not in spread]
    position, _ = texas_zips.locate(points.loc[own, ["lon", "lat"]].to_numpy(), nearest_km=25.0)
    assert (position == texas_zips.index_of(own)).mean() > 0.999


def test_codes_at_one_point_each_have_a_cell_and_are_noted(texas_zips):
    (note,) = texas_zips.notes
    assert {"75034", "75036"} <= set(note.ids)
    assert note.what.startswith("TX: 17 points share their place")


def test_cells_meet_across_a_state_line():
    both = zips.zips(["RI", "CT"])
    adjacency = rook(both)
    state = both.units["state"].to_numpy()
    across = state[adjacency.a] != state[adjacency.b]
    assert across.sum() > 10
    assert (adjacency.border_km[across & ~adjacency.bridge] > 0.0).all()


@pytest.mark.slow
def test_the_whole_country_has_cells_that_tile_it_and_are_connected(country):
    geography = zips.zips()
    assert len(geography) == 29_545
    assert shapely.coverage_is_valid(geography.geometries)
    assert geography.areas_km2().sum() == pytest.approx(country.areas_km2().sum(), rel=1e-9)
    adjacency = rook(geography)
    assert len(adjacency.notes) == adjacency.bridge.sum() == 5
    corners = to_lonlat(geography.points_xy()[:100], geography.crs)
    assert (geography.locate(corners)[0] == np.arange(100)).all()
