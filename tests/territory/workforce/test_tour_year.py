"""A year on the road out of arrays alone."""

import dataclasses

import numpy as np
import pytest

from geo.travel import RoadEstimate
from territory.inputs.once import once
from territory.workforce.tour_year import TourKeys, days_of, routed_year, ways_between

KEYS = TourKeys(n_weeks=44, day_min=600.0)


def test_part_time_reps_travel_on_fewer_days_and_nobody_on_none():
    assert days_of(np.array([1_500.0, 750.0, 1.0])).tolist() == [5, 2, 1]
    assert days_of(np.array([1_500.0, np.nan])).tolist() == [5, 5]


def test_minutes_from_home_are_those_of_the_plan_and_a_place_is_at_no_distance_from_itself():
    lonlat = np.array([[-98.0, 31.0], [-98.1, 31.0], [-98.2, 31.0]])
    ways = ways_between(RoadEstimate(), lonlat, np.zeros(3), np.array([7.0, 70.0]))
    assert ways[0].tolist() == ways[:, 0].tolist() == [0.0, 7.0, 70.0]
    assert np.diag(ways).tolist() == [0.0, 0.0, 0.0]
    assert ways[1, 2] == ways[2, 1] > 0


def test_one_account_called_every_week_is_a_way_there_and_back_each_week():
    ways = np.array([[0.0, 30.0], [30.0, 0.0]])
    year, fraction = routed_year(ways, np.array([44.0]), np.array([44.0]), KEYS, week_days=5)
    assert (year.year_travel_min, fraction) == (44 * 60.0, 1.0)


def test_nobody_called_is_no_year():
    ways = np.zeros((2, 2))
    assert routed_year(ways, np.array([0.4]), np.array([1.0]), KEYS, week_days=5) is None


WAYS = np.array([[0.0, 30.0, 50.0], [30.0, 0.0, 40.0], [50.0, 40.0, 0.0]])
ASKED = {
    "ways": WAYS,
    "calls": np.array([44.0, 22.0]),
    "on_site_h": np.array([44.0, 30.0]),
    "keys": KEYS,
    "week_days": 5,
    "sample": None,
}


def test_within_a_command_the_same_year_is_routed_once():
    copies = ASKED | {name: ASKED[name].copy() for name in ("ways", "calls", "on_site_h")}
    with once():
        first, again = routed_year(**ASKED)[0], routed_year(**copies)[0]
    assert again is first
    assert routed_year(**ASKED)[0] is not first


@pytest.mark.parametrize(
    "other",
    [
        {"ways": WAYS + 5.0 * (WAYS > 0)},
        {"calls": np.array([44.0, 23.0])},
        {"on_site_h": np.array([44.0, 60.0])},
        {"keys": dataclasses.replace(KEYS, day_min=KEYS.day_min / 4.0)},
        {"week_days": 1},
        {"sample": 3},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_year_that_is_another_in_anything_is_routed_for_itself(other):
    alone = routed_year(**ASKED | other)
    with once():
        first = routed_year(**ASKED)
        after = routed_year(**ASKED | other)
    assert after[0] is not first[0]
    assert after == alone
