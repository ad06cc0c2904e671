"""The GeoPackage opens in a GIS, says the same every time, and reads back as the plan's units."""

import numpy as np
import pyogrio
import pytest

from territory.errors import InputError
from territory.publish.gis import LAYERS, read_geopackage, write_geopackage
from tests.territory.plans import HOSTILE_NAMES, REP_NAMES, UNIT_IDS, small_plan


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("gis") / "territories.gpkg"
    plan = small_plan()
    write_geopackage(plan, path)
    return plan, path


def test_the_four_layers_are_in_longitude_and_latitude(written):
    _, path = written
    assert {name for name, _ in pyogrio.list_layers(path)} == set(LAYERS)
    for layer in LAYERS:
        info = pyogrio.read_info(path, layer=layer)
        assert info["crs"] == "EPSG:4326"
        west, south, east, north = info["total_bounds"]
        assert -98 < west < east < -94
        assert 30 < south < north < 33


def test_territories_are_dissolved_outlines_with_their_numbers(written):
    plan, path = written
    territories = pyogrio.read_dataframe(path, layer="territories")
    assert list(territories["territory_id"]) == ["T01", "T02", "T03"]
    assert territories["area_km2"].to_numpy() == pytest.approx([3200, 3200, 3200])
    assert territories["potential_usd"].to_numpy() == pytest.approx(
        plan.territories["potential_usd"].to_numpy()
    )
    assert [len(shape.geoms) for shape in territories.geometry] == [1, 1, 1]


def test_units_know_their_territory_and_accounts_keep_hostile_names_as_they_are(written):
    _, path = written
    units = pyogrio.read_dataframe(path, layer="units")
    assert list(units["unit_id"]) == list(UNIT_IDS)
    assert list(units["territory_id"]) == ["T01", "T02", "T03"] * 2
    assert list(units["n_accounts"]) == [2] * 6
    accounts = pyogrio.read_dataframe(path, layer="accounts")
    assert list(accounts["name"]) == list(HOSTILE_NAMES)
    assert accounts["account_id"][1] == "0001"


def test_reading_gives_the_geography_and_the_reps_back(written):
    plan, path = written
    geography, reps = read_geopackage(path, crs=plan.geography.crs)
    assert geography.ids == plan.geography.ids
    assert geography.crs == plan.geography.crs
    for column in ("name", "level", "parent"):
        assert list(geography.units[column]) == list(plan.geography.units[column])
    assert np.abs(geography.points_xy() - plan.geography.points_xy()).max() < 1e-3
    assert geography.areas_km2() == pytest.approx(plan.geography.areas_km2(), rel=1e-9)
    assert list(reps.columns) == list(plan.reps.columns)
    assert list(reps["name"]) == list(REP_NAMES)
    assert reps["lon"].to_numpy() == pytest.approx(plan.reps["lon"].to_numpy(), abs=0)


def test_neighbours_are_the_same_after_reading(written):
    from geo.adjacency import rook

    plan, path = written
    geography, _ = read_geopackage(path, crs=plan.geography.crs)
    before, after = rook(plan.geography), rook(geography)
    assert after.pairs().tolist() == before.pairs().tolist()
    assert after.border_km == pytest.approx(before.border_km)


def test_the_same_plan_gives_the_same_bytes(written, tmp_path):
    _, path = written
    again = tmp_path / "again.gpkg"
    write_geopackage(small_plan(), again)
    assert again.read_bytes() == path.read_bytes()


def test_a_file_that_is_no_geopackage_is_refused_with_its_name(tmp_path):
    path = tmp_path / "territories.gpkg"
    path.write_bytes(b"not a database")
    with pytest.raises(InputError, match=r"territories\.gpkg cannot be read as the GeoPackage"):
        read_geopackage(path, crs="EPSG:5070")


def test_without_outlines_the_layers_are_those_that_a_plan_is_read_from(tmp_path):
    plan = small_plan()
    path = tmp_path / "territories.gpkg"
    write_geopackage(plan, path, outlined=False)
    assert {name for name, _ in pyogrio.list_layers(path)} == {"units", "reps"}
    geography, reps = read_geopackage(path, crs=plan.record.crs)
    assert geography.ids == plan.geography.ids
    assert len(reps) == len(plan.reps)


def test_a_disk_without_room_is_no_bug(tmp_path, monkeypatch):
    def full(*_, **__):
        raise pyogrio.errors.DataSourceError("Failed to commit transaction")

    monkeypatch.setattr(pyogrio, "write_dataframe", full)
    with pytest.raises(InputError, match=r"plan\.gpkg cannot be written: Failed to commit"):
        write_geopackage(small_plan(), tmp_path / "plan.gpkg")
