"""Travel minutes and hours against known distances and the written formulas."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.errors import GeographyError
from geo.travel import (
    GivenMatrix,
    RoadEstimate,
    TravelModel,
    great_circle_km,
    hop_minutes,
    is_urban,
    trip_hours,
)

HOUSTON = (-95.3698, 29.7604)
DALLAS = (-96.7970, 32.7767)
EL_PASO = (-106.4850, 31.7619)
NEW_YORK = (-74.0060, 40.7128)
LOS_ANGELES = (-118.2437, 34.0522)
BRUSSELS = (4.3517, 50.8503)
ANTWERP = (4.4025, 51.2194)

lonlats = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
TOWN = np.array([[-95.40, 29.70 + 0.005 * row] for row in range(8)])
RANCH = np.array([[-104.0, 31.0]])


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        (NEW_YORK, LOS_ANGELES, 3936),
        (HOUSTON, DALLAS, 362),
        (HOUSTON, EL_PASO, 1084),
        (BRUSSELS, ANTWERP, 41),
    ],
)
def test_great_circles_between_cities_are_as_published(a, b, km):
    assert great_circle_km([a], [b])[0, 0] == pytest.approx(km, rel=0.005, abs=0.5)


@given(lonlats, lonlats)
def test_great_circles_stay_within_six_tenths_of_a_percent_of_the_ellipsoid(a, b):
    metres = Geod(ellps="WGS84").inv(*a, *b)[2]
    assert great_circle_km([a], [b])[0, 0] == pytest.approx(metres / 1000, rel=0.006, abs=1e-3)


def test_blocks_of_pairs_give_the_same_as_one_by_one(monkeypatch):
    rng = np.random.default_rng(3)
    a, b = rng.uniform(-80, 80, (13, 2)), rng.uniform(-80, 80, (7, 2))
    whole = great_circle_km(a, b)
    monkeypatch.setattr("geo.travel._CHUNK", 10)
    assert (great_circle_km(a, b) == whole).all()
    assert great_circle_km(np.empty((0, 2)), b).shape == (0, 7)


def test_impossible_coordinates_are_refused():
    with pytest.raises(GeographyError, match="no place on earth"):
        great_circle_km([[-95.0, 140.71]], [HOUSTON])


def test_minutes_follow_the_written_formula():
    model = RoadEstimate(
        circuity=1.25, urban_kmh=30, rural_kmh=90, urban_km=6, reference_lonlat=TOWN
    )
    km = great_circle_km([TOWN[0]], [RANCH[0]])[0, 0] * 1.25
    found = model.minutes(RANCH, [TOWN[0], RANCH[0]])
    assert found[0, 0] == pytest.approx(60 * (6 / 30 + (km - 6) / 90))
    assert found[1, 0] == 0.0


def test_a_short_trip_in_town_is_driven_at_urban_speed_only():
    model = RoadEstimate(circuity=1.2, urban_kmh=40, urban_km=10)
    km = great_circle_km([TOWN[0]], [TOWN[7]])[0, 0]
    assert model.minutes([TOWN[0]], [TOWN[7]])[0, 0] == pytest.approx(60 * km * 1.2 / 40)


def test_without_reference_places_both_ends_count_as_town():
    model = RoadEstimate()
    assert model.urban([HOUSTON, RANCH[0]]).tolist() == [True, True]
    known = RoadEstimate(reference_lonlat=TOWN)
    assert known.urban([TOWN[0], RANCH[0]]).tolist() == [True, False]
    assert known.minutes([HOUSTON], RANCH)[0, 0] < model.minutes([HOUSTON], RANCH)[0, 0]


def test_minutes_have_a_row_for_each_destination_and_a_column_for_each_origin():
    model: TravelModel = RoadEstimate()
    assert model.minutes([HOUSTON, DALLAS], [EL_PASO, DALLAS, HOUSTON]).shape == (3, 2)


@settings(max_examples=50)
@given(
    st.tuples(st.floats(-120, -70), st.floats(25, 49)),
    st.tuples(st.floats(-120, -70), st.floats(25, 49)),
)
def test_minutes_are_symmetric_and_grow_with_circuity(a, b):
    model = RoadEstimate(reference_lonlat=TOWN)
    there, back = model.minutes([a], [b])[0, 0], model.minutes([b], [a])[0, 0]
    assert there == pytest.approx(back)
    assert RoadEstimate(circuity=1.5, reference_lonlat=TOWN).minutes([a], [b])[0, 0] >= there


def test_houston_to_dallas_takes_about_five_to_six_hours():
    minutes = RoadEstimate().minutes([HOUSTON], [DALLAS])[0, 0]
    assert 300 < minutes < 360


@pytest.mark.parametrize(
    ("options", "evidence"),
    [
        ({"circuity": 0.9}, "circuity is 0.9; expected 1 or more"),
        ({"urban_kmh": 0.0}, "urban_kmh is 0; expected more than 0"),
        ({"rural_kmh": float("inf")}, "rural_kmh is inf; expected more than 0"),
        ({"urban_km": -1.0}, "urban_km is -1; expected 0 or more"),
    ],
)
def test_an_impossible_estimate_is_refused(options, evidence):
    with pytest.raises(GeographyError) as caught:
        RoadEstimate(**options)
    assert caught.value.evidence == (evidence,)


def test_places_are_urban_among_five_within_eight_kilometres():
    assert is_urban(np.vstack([TOWN[:5], RANCH])).tolist() == [True] * 5 + [False]
    assert not is_urban(TOWN[:4]).any()
    assert is_urban(TOWN[:4], count=4).all()
    assert not is_urban(np.empty((0, 2))).any()


def test_a_given_matrix_is_handed_on_and_counted():
    matrix = np.array([[10.0, 20.0], [30.0, 40.0], [0.0, 5.0]])
    model: TravelModel = GivenMatrix(matrix=matrix)
    found = model.minutes([HOUSTON, DALLAS], [HOUSTON, DALLAS, EL_PASO])
    assert (found == matrix).all()
    found[0, 0] = -1.0
    assert matrix[0, 0] == 10.0
    with pytest.raises(GeographyError, match="3 rows and 2 columns; there are 1 destinations"):
        model.minutes([HOUSTON], [DALLAS])


def test_a_given_matrix_with_holes_is_refused_by_index():
    with pytest.raises(GeographyError, match="1 values of minutes") as caught:
        GivenMatrix(matrix=np.array([[1.0, np.nan]]))
    assert caught.value.evidence == ("minutes[0, 1] is nan",)


def test_a_hop_is_the_mean_way_to_the_nearest_accounts():
    line = np.array([[0.0, 0.0], [0.1, 0.0], [0.3, 0.0]])
    model = RoadEstimate(circuity=1.0, urban_kmh=60, rural_kmh=60)
    km = great_circle_km([[0, 0]], [[0.1, 0]])[0, 0]
    assert hop_minutes(line, model, nearest=1) == pytest.approx([km, km, 2 * km], rel=1e-9)
    assert hop_minutes(line, model, nearest=4) == pytest.approx([2 * km, 1.5 * km, 2.5 * km])


def test_accounts_at_one_address_hop_in_no_time_and_a_lone_account_does_not_hop():
    assert hop_minutes([HOUSTON] * 6).tolist() == [0.0] * 6
    assert hop_minutes([HOUSTON]).tolist() == [0.0]
    assert hop_minutes(np.empty((0, 2))).tolist() == []
    with pytest.raises(GeographyError, match="nearest is 0"):
        hop_minutes([HOUSTON, DALLAS], nearest=0)


def test_a_hop_in_town_is_shorter_than_one_in_the_country():
    rng = np.random.default_rng(5)
    town = HOUSTON + rng.normal(0, 0.02, (30, 2))
    country = np.array(EL_PASO) + rng.normal(0, 1.0, (10, 2))
    hops = hop_minutes(np.vstack([town, country]))
    assert hops[:30].max() < hops[30:].min()


def test_trip_hours_follow_the_written_formula():
    hours = trip_hours([[60.0, 30.0], [0.0, 90.0]], [12, 2], [10.0, 5.0], 4)
    assert hours == pytest.approx(
        np.array(
            [[12 * (2 * 60 / 4 + 10) / 60, 12 * (2 * 30 / 4 + 10) / 60], [2 * 5 / 60, 2 * 50 / 60]]
        )
    )


@given(st.floats(0, 600), st.integers(0, 50), st.floats(0, 60), st.floats(1, 10))
def test_trip_hours_scale_with_the_calls(minutes, calls, hop, per_trip):
    one = trip_hours([[minutes]], [1], [hop], per_trip)
    assert trip_hours([[minutes]], [calls], [hop], per_trip) == pytest.approx(calls * one)


@pytest.mark.parametrize(
    ("minutes", "calls", "hop", "evidence"),
    [
        ([[1.0, -2.0]], [1], [0.0], "minutes[0, 1] is -2"),
        ([[1.0]], [np.nan], [0.0], "n_calls[0] is nan"),
        ([[1.0]], [1], [np.inf], "hop_min[0] is inf"),
    ],
)
def test_values_that_are_no_durations_are_refused_by_index(minutes, calls, hop, evidence):
    with pytest.raises(GeographyError) as caught:
        trip_hours(minutes, calls, hop, 4)
    assert caught.value.evidence == (evidence,)


def test_trip_hours_refuse_other_shapes_and_less_than_a_call_a_trip():
    with pytest.raises(GeographyError, match="minutes has 1 rows, n_calls 2"):
        trip_hours([[1.0]], [1, 2], [0.0], 4)
    with pytest.raises(GeographyError, match="calls_per_trip is 0"):
        trip_hours([[1.0]], [1], [0.0], 0)
    with pytest.raises(GeographyError, match="minutes has 1 dimensions; expected 2"):
        trip_hours([1.0], [1], [0.0], 4)


def test_a_hop_in_town_has_two_urban_ends_and_one_in_the_country_none():
    # Six accounts in a row, 20 km apart: rural; and the same with a radius that makes them a town.
    row = [(-100.0 + 0.2113 * step, 32.0) for step in range(6)]
    given = {"reference_lonlat": np.array(row), "urban_km": 4.0, "circuity": 1.0}
    country = RoadEstimate(**given, urban_kmh=40.0, rural_kmh=80.0)
    town = RoadEstimate(**given, urban_kmh=40.0, rural_kmh=80.0, urban_radius_km=500.0)
    km = great_circle_km([row[0]], [row[1]])[0, 0]
    assert hop_minutes(row, country, nearest=1) == pytest.approx([60.0 * km / 80.0] * 6, rel=1e-3)
    twice = 60.0 * (8.0 / 40.0 + (km - 8.0) / 80.0)  # 4 km of town at either end
    assert hop_minutes(row, town, nearest=1) == pytest.approx([twice] * 6, rel=1e-3)
