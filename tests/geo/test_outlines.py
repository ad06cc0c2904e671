"""Dissolved outlines: areas add up, holes and parts are named."""

import numpy as np
import pytest
import shapely

from geo.errors import GeographyError
from geo.outlines import outlines, simplified


def test_columns_of_a_grid_dissolve_into_three_bars(grid):
    found = outlines(grid, list("LMRLMRLMR"))
    assert found.frame.index.tolist() == ["L", "M", "R"]
    assert found.frame.geometry["M"].equals(shapely.box(1000, 0, 2000, 3000))
    assert found.frame["n_units"].tolist() == [3, 3, 3]
    assert found.frame["n_parts"].tolist() == [1, 1, 1]
    assert found.frame["area_km2"].tolist() == [3.0, 3.0, 3.0]
    assert found.notes == ()


def test_a_territory_inside_another_makes_a_hole_that_is_named(grid):
    found = outlines(grid, list("OOOOIOOOO"))
    assert found.frame.loc["O", "n_holes"] == 1
    (note,) = found.notes
    assert note.what == "O has a hole of 1.00 km2 around I"
    assert note.ids == ("O", "I")
    assert note.severity == "warning"


def test_a_lake_without_units_is_a_hole_of_no_one(grid):
    found = outlines(grid.subset("abcdfghi"), ["A"] * 8)
    assert found.notes[0].what == "A has a hole of 1.00 km2 of land or water without units"
    assert found.notes[0].severity == "info"


def test_a_territory_in_two_pieces_says_so(grid):
    found = outlines(grid, list("XOXOOOOOO"))
    assert found.frame.loc["X", "n_parts"] == 2
    assert [note.what for note in found.notes] == ["X is drawn in 2 parts"]


def test_squares_that_touch_in_a_corner_stay_two_parts(grid):
    assert outlines(grid, list("XOOOXOOOO")).frame.loc["X", "n_parts"] == 2


def test_one_label_per_unit_is_asked_for(grid):
    with pytest.raises(GeographyError, match="3 labels for 9 units"):
        outlines(grid, list("ABC"))
    with pytest.raises(GeographyError, match="1 units have no territory") as caught:
        outlines(grid, ["A"] * 8 + [""])
    assert caught.value.evidence == ('"i"',)


def test_areas_of_real_outlines_add_up_without_slivers(texas):
    labels = np.array([f"T{row % 20:02}" for row in range(len(texas))])
    found = outlines(texas, labels)
    assert found.frame["area_km2"].sum() == pytest.approx(texas.areas_km2().sum(), rel=1e-12)
    assert shapely.is_valid(found.frame.geometry.to_numpy()).all()


def test_the_counties_of_each_state_dissolve_into_the_state(country):
    found = outlines(country, country.units["state"].tolist())
    assert len(found.frame) == 49
    assert found.frame.loc["KS", ["n_parts", "n_holes"]].tolist() == [1, 0]


def test_simplified_borders_stay_shared(texas):
    light = simplified(texas.units, 1_000.0)
    assert light.index.tolist() == list(texas.ids)
    shapes = light.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.get_num_coordinates(shapes).sum() < 0.3 * (
        shapely.get_num_coordinates(texas.geometries).sum()
    )
    assert shapely.area(shapes).sum() == pytest.approx(texas.units.area.sum(), rel=0.01)


def test_no_tolerance_changes_nothing_and_a_negative_one_is_refused(grid):
    assert simplified(grid.units, 0.0).geometry.geom_equals(grid.units.geometry).all()
    with pytest.raises(GeographyError, match="tolerance_m is -1"):
        simplified(grid.units, -1.0)


def test_borders_are_matched_once_for_all_who_ask(grid, monkeypatch):
    from geo.coverage import matched

    geography = grid.subset(grid.ids)
    asked = []
    found = matched.match_borders
    monkeypatch.setattr(matched, "match_borders", lambda *a, **k: asked.append(1) or found(*a, **k))
    one = outlines(geography, list("LMRLMRLMR"))
    assert len(asked) == 1
    assert outlines(geography, list("AAABBBCCC")).frame["n_units"].tolist() == [3, 3, 3]
    assert len(asked) == 1
    assert one.frame["n_units"].tolist() == [3, 3, 3]
