"""The embedded counties and states."""

import pytest
import shapely

from geo.errors import GeographyError
from geo.us import boundaries


def test_the_conterminous_counties_are_3108_in_48_states_and_the_district(country):
    assert len(country) == 3108
    assert country.units["state"].nunique() == 49
    assert country.crs.to_epsg() == 5070
    assert shapely.coverage_is_valid(country.geometries)


def test_counties_have_five_digit_ids_and_full_names(texas):
    assert texas.units.loc["48201", "name"] == "Harris County, TX"
    assert (texas.units["level"] == "county").all()
    assert (texas.units["parent"] == "").all()
    names = boundaries.counties(["LA", "VA", "AK", "PR"]).units["name"]
    assert names["22071"] == "Orleans Parish, LA"
    assert names["51760"] == "Richmond city, VA"
    assert names["02110"] == "Juneau City and Borough, AK"
    assert names["72097"] == "Mayagüez Municipio, PR"


def test_areas_agree_with_the_census_figures(texas):
    # Land and water of the shore-clipped file; the Census counts 4,602 km2 with all inner water.
    harris = texas.areas_km2()[texas.index_of(["48201"])[0]]
    assert harris == pytest.approx(4_600, rel=0.02)
    assert texas.areas_km2().sum() == pytest.approx(687_000, rel=0.01)


def test_alaska_is_one_piece_across_the_antimeridian_when_asked_for():
    alaska = boundaries.counties(["AK"])
    assert len(alaska) == 29
    west, _, east, _ = alaska.units.total_bounds
    assert (east - west) / 1000 < 4_000
    assert alaska.crs.name.startswith("Local equal area")


def test_states_are_those_of_the_counties():
    states = boundaries.states()
    assert len(states) == 49
    assert states.units.loc["TX", "name"] == "Texas"
    assert boundaries.states(["tx", "NM"]).ids == ("NM", "TX")


def test_unknown_states_are_refused():
    with pytest.raises(GeographyError, match="TEXAS, XX: no USPS state code"):
        boundaries.counties(["XX", "Texas"])
    with pytest.raises(GeographyError, match="no state is named"):
        boundaries.counties([])


def test_a_caller_who_changes_a_geography_changes_no_other():
    first = boundaries.counties(["DE"])
    first.units.loc["10001", "name"] = "changed"
    assert boundaries.counties(["DE"]).units.loc["10001", "name"] == "Kent County, DE"
