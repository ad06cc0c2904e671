"""Travel minutes against known distances and the written formulas."""

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
    is_urban,
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


@pytest.mark.parametrize("n", [0, 1, 33, 70])
def test_minutes_among_places_are_those_of_each_pair(n):
    rng = np.random.default_rng(n)
    lonlat, urban = rng.uniform([-100, 30], [-95, 35], (n, 2)), rng.integers(0, 2, n).astype(float)
    model = RoadEstimate()
    pairs = model.road_minutes(great_circle_km(lonlat, lonlat), urban[:, None] + urban[None, :])
    assert (model.minutes_among(lonlat, urban) == pairs).all()
