"""County codes of other years."""

import re

import pytest

from geo.us.boundaries import counties
from geo.us.fips import STATES, fips_successors, fips_vintage


def test_every_embedded_county_is_of_the_right_vintage():
    assert all(fips_vintage(code) is None for code in counties().ids)


@pytest.mark.parametrize(
    ("old", "new"), [("02270", "02158"), ("46113", "46102"), ("51515", "51019"), ("12025", "12086")]
)
def test_a_renamed_county_names_its_successor(old, new):
    assert new in fips_vintage(old)
    assert fips_successors(old) == (new,)


def test_connecticut_planning_regions_are_named_and_have_no_single_county():
    for region in range(9110, 9200, 10):
        code = f"0{region}"
        assert "Planning Region" in fips_vintage(code)
        assert fips_successors(code) == ()
    assert all(fips_vintage(f"090{county:02}") is None for county in range(1, 16, 2))


def test_newer_alaskan_areas_lead_back_to_the_embedded_one():
    assert fips_successors("02063") == fips_successors("02066") == ("02261",)


def test_every_county_that_a_reason_names_is_embedded():
    for code in ("02201", "02232", "02280", "30113", "29193", "51560", "51780"):
        named = re.findall(r"\d{5}", fips_vintage(code))
        assert named
        assert all(fips_vintage(county) is None for county in named)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("1001", 'lost its leading zero: "01001"'),
        ("99001", "unknown county: no state has the code 99"),
        ("48999", "unknown county"),
        ("4820A", "is no county code: five digits as text"),
        ("", "is no county code: five digits as text"),
    ],
)
def test_codes_that_are_none_say_why(code, reason):
    assert fips_vintage(code) == reason
    assert fips_successors(code) == ()


def test_there_are_fifty_states_the_district_and_five_territories():
    assert len(STATES) == 56
    assert len(set(STATES.values())) == 56
