"""Units that would fill a territory alone are split, and nothing else is."""

import numpy as np
import pandas as pd
import pytest

from geo.us.boundaries import counties
from territory.audit import Audit
from territory.inputs.places.places import Places
from territory.inputs.places.split import split_heavy


def houston(points):
    """Harris and Waller counties with accounts at the given lon, lat, named A0, A1, …"""
    geography = counties(["TX"]).subset(["48201", "48473"])
    lonlat = np.array(points)
    at, _ = geography.locate(lonlat)
    accounts = pd.DataFrame(
        {
            "account_id": [f"A{row}" for row in range(len(points))],
            "name": [f"Clinic {row}" for row in range(len(points))],
            "unit_id": pd.Series([geography.ids[unit] for unit in at], dtype="str"),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
        }
    )
    return Places(geography=geography, accounts=accounts, reps=None, audit=Audit())


MEDICAL_CENTRE = [(-95.399, 29.707), (-95.401, 29.709), (-95.398, 29.705)]
DOWNTOWN = [(-95.365, 29.757)]
WALLER = [(-95.99, 30.06)]


def test_a_heavy_county_is_split_into_zips_and_a_heavy_zip_into_accounts():
    places = houston(MEDICAL_CENTRE + DOWNTOWN + WALLER)
    share = np.array([0.3, 0.3, 0.3, 0.3, 0.3])
    split = split_heavy(places, share, split_above=0.4)
    units = split.accounts["unit_id"].tolist()
    assert units[:3] == [f"48201:77030:A{row}" for row in range(3)]
    assert units[3] == "48201:77010"
    assert units[4] == "48473"
    assert "48201" not in split.geography.ids
    assert [f.id for f in split.audit if f.kind == "split"] == ["48201", "48201:77030"]


def test_the_children_cover_their_parent_and_lie_inside_it():
    places = houston(MEDICAL_CENTRE + DOWNTOWN + WALLER)
    split = split_heavy(places, np.full(5, 0.3), split_above=0.4)
    before = places.geography.areas_km2().sum()
    assert split.geography.areas_km2().sum() == pytest.approx(before, rel=1e-6)


def test_each_account_lies_in_the_cell_it_was_given():
    places = houston(MEDICAL_CENTRE + DOWNTOWN + WALLER)
    split = split_heavy(places, np.full(5, 0.3), split_above=0.4)
    lonlat = split.accounts[["lon", "lat"]].to_numpy()
    at, _ = split.geography.locate(lonlat)
    assert [split.geography.ids[unit] for unit in at] == split.accounts["unit_id"].tolist()


def test_a_single_account_above_a_territory_is_reported_and_kept():
    places = houston(MEDICAL_CENTRE[:1] + WALLER)
    split = split_heavy(places, np.array([1.3, 0.2]), split_above=0.4)
    assert split.geography.ids == places.geography.ids
    (finding,) = [f for f in split.audit if f.kind == "heavy_account"]
    assert (finding.id, finding.value, finding.severity) == ("A0", "1.30", "warning")
    assert "it needs a team, not a rep" in finding.what


def test_any_measure_can_make_a_unit_heavy():
    places = houston(MEDICAL_CENTRE + DOWNTOWN + WALLER)
    share = np.column_stack([np.full(5, 0.05), np.full(5, 0.3)])
    assert "48201" not in split_heavy(places, share, split_above=0.4).geography.ids


def test_zero_switches_splitting_off():
    places = houston(MEDICAL_CENTRE + DOWNTOWN)
    assert split_heavy(places, np.full(4, 9.0), split_above=0.0) is places
