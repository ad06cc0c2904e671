"""Hours and nights on the road against the written formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeographyError
from geo.roads.trips import HOP_SHARE, Trips, hop_minutes, trip_hours, trip_shares
from geo.travel import RoadEstimate, great_circle_km

HOUSTON = (-95.3698, 29.7604)
DALLAS = (-96.7970, 32.7767)
EL_PASO = (-106.4850, 31.7619)
ONE_MINUTE_A_KM = RoadEstimate(circuity=1.0, urban_kmh=60, rural_kmh=60)


def test_a_hop_is_a_share_of_the_mean_way_to_the_nearest_accounts():
    line = np.array([[0.0, 0.0], [0.1, 0.0], [0.3, 0.0]])
    km = HOP_SHARE * great_circle_km([[0, 0]], [[0.1, 0]])[0, 0]
    one = hop_minutes(line, ONE_MINUTE_A_KM, nearest=1)
    assert one == pytest.approx([km, km, 2 * km], rel=1e-9)
    four = hop_minutes(line, ONE_MINUTE_A_KM, nearest=4)
    assert four == pytest.approx([2 * km, 1.5 * km, 2.5 * km])


def test_a_hop_leads_to_accounts_that_are_called_and_is_longer_where_calls_are_rare():
    line = np.array([[0.0, 0.0], [0.1, 0.0], [0.3, 0.0], [0.31, 0.0]])
    km = HOP_SHARE * great_circle_km([[0, 0]], [[0.1, 0]])[0, 0]
    calls = np.array([44.0, 0.0, 44.0, 0.0])
    hops = hop_minutes(line, ONE_MINUTE_A_KM, n_calls=calls, n_weeks=44, nearest=1)
    assert hops == pytest.approx([3 * km, km, 3 * km, 0.1 * km], rel=1e-6)
    rare = hop_minutes(line, ONE_MINUTE_A_KM, n_calls=calls / 4, n_weeks=44, nearest=1)
    assert rare == pytest.approx(2.0 * hops)
    assert hop_minutes(line, n_calls=np.zeros(4)).tolist() == [0.0] * 4


def test_hops_do_not_depend_on_the_order_of_the_rows():
    rng = np.random.default_rng(2)
    places = np.repeat(rng.normal(0, 0.2, (40, 2)), 3, axis=0) + HOUSTON
    calls = rng.integers(0, 30, 120).astype(float)
    order = rng.permutation(120)
    shuffled = hop_minutes(places[order], n_calls=calls[order])
    assert shuffled.tolist() == hop_minutes(places, n_calls=calls)[order].tolist()


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


def test_a_day_takes_the_stops_that_fit_between_the_way_out_and_back():
    # 540 - 120 + 10 minutes, one visit's 78 of them to spare: four stops of 88.
    shares = trip_shares([[60.0], [200.0]], [10.0, 10.0], [78.0, 78.0], Trips(days=1))
    assert shares.stops[:, 0] == pytest.approx([4.0, 2.0])
    assert shares.minutes[0, 0] == pytest.approx((120 + 3 * 10) / 4)
    assert shares.minutes[1, 0] == pytest.approx((400 + 10) / 2), "two stops, however late"
    assert shares.nights.tolist() == [[0.0], [0.0]]


def test_long_visits_leave_room_for_fewer_stops():
    stops = trip_shares([[30.0]] * 2, [10.0] * 2, [40.0, 130.0], Trips()).stops[:, 0]
    assert stops == pytest.approx([450 / 50, 360 / 140])


def test_a_night_away_is_taken_beyond_its_distance_where_it_is_worth_its_price():
    far, hop, stay = [[240.0]], [20.0], [80.0]
    home = trip_shares(far, hop, stay, Trips(days=1))
    away = trip_shares(far, hop, stay, Trips(night_min=60.0))
    assert home.minutes[0, 0] == pytest.approx(250.0)
    # Three days: (3 · (540 - 80) - 480 + 20) / 100 = 9.2 stops, at most 9.
    assert away.stops[0, 0] == 9.0
    assert away.minutes[0, 0] == pytest.approx((480 + 8 * 20) / 9)
    assert away.nights[0, 0] == pytest.approx(2 / 9)
    for never in (Trips(far_min=241.0), Trips(night_min=5_000.0)):
        assert trip_shares(far, hop, stay, never).nights[0, 0] == 0.0


def test_pairs_that_no_night_can_help_are_passed_over_and_all_others_reckoned():
    rng = np.random.default_rng(3)
    minutes = rng.uniform(0.0, 2_000.0, (60, 8))
    hop, stay = rng.uniform(0.0, 60.0, 60), rng.uniform(0.0, 700.0, 60)
    trips = Trips(far_min=90.0, night_min=30.0)
    shares = trip_shares(minutes, hop, stay, trips)
    for a, t in np.ndindex(minutes.shape):
        each, day = max(hop[a] + stay[a], 1.0), trips.day_min - stay[a]
        stops = max(2.0, (day - 2.0 * minutes[a, t] + hop[a]) / each)
        way = (2.0 * minutes[a, t] + (stops - 1.0) * hop[a]) / stops
        least = (way, way, stops, 0.0)
        for days in range(2, trips.days + 1):
            fit = (days * day - 2.0 * minutes[a, t] + hop[a]) / each
            many = min(max(fit, 2.0), 9.0)
            way = (2.0 * minutes[a, t] + (many - 1.0) * hop[a]) / many
            away = (days - 1) / many
            if minutes[a, t] >= trips.far_min and fit >= 2.0:
                least = min(least, (way + trips.night_min * away, way, many, away))
        found = (shares.minutes[a, t], shares.stops[a, t], shares.nights[a, t])
        assert found == least[1:]
    assert 0.1 < (shares.nights > 0).mean() < 0.9


def test_hours_are_calls_times_their_minutes():
    hours, nights = trip_hours([[60.0, 240.0]], [12], [10.0], [78.0], Trips())
    shares = trip_shares([[60.0, 240.0]], [10.0], [78.0], Trips())
    assert hours == pytest.approx(12 * shares.minutes / 60)
    assert nights == pytest.approx(12 * shares.nights)
    assert nights[0, 0] == 0.0 < nights[0, 1]


def test_a_given_number_of_stops_is_taken_whatever_fits():
    shares = trip_shares([[60.0], [240.0]], [10.0] * 2, [78.0] * 2, Trips(stops=4))
    assert shares.minutes[:, 0] == pytest.approx([(120 + 30) / 4, (480 + 30) / 4])
    assert not shares.nights.any()


@given(st.floats(0, 600), st.integers(0, 50), st.floats(0, 60), st.floats(1, 300))
def test_trip_hours_scale_with_the_calls(minutes, calls, hop, stay):
    one = trip_hours([[minutes]], [1], [hop], [stay], Trips())
    many = trip_hours([[minutes]], [calls], [hop], [stay], Trips())
    assert many[0] == pytest.approx(calls * one[0])
    assert many[1] == pytest.approx(calls * one[1])


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
        trip_hours(minutes, calls, hop, [60.0], Trips())
    assert caught.value.evidence == (evidence,)


def test_trip_hours_refuse_other_shapes_and_less_than_a_stop_a_trip():
    with pytest.raises(GeographyError, match="minutes has 1 rows, n_calls 2"):
        trip_hours([[1.0]], [1, 2], [0.0], [1.0], Trips())
    with pytest.raises(GeographyError, match="stops of a trip are 0"):
        trip_hours([[1.0]], [1], [0.0], [1.0], Trips(stops=0))
    with pytest.raises(GeographyError, match="minutes has 1 dimensions; expected 2"):
        trip_hours([1.0], [1], [0.0], [1.0], Trips())


def test_a_hop_in_town_has_two_urban_ends_and_one_in_the_country_none():
    # Six accounts in a row, 20 km apart: rural; and the same with a radius that makes them a town.
    row = [(-100.0 + 0.2113 * step, 32.0) for step in range(6)]
    given = {"reference_lonlat": np.array(row), "urban_km": 4.0, "circuity": 1.0}
    country = RoadEstimate(**given, urban_kmh=40.0, rural_kmh=80.0)
    town = RoadEstimate(**given, urban_kmh=40.0, rural_kmh=80.0, urban_radius_km=500.0)
    km = great_circle_km([row[0]], [row[1]])[0, 0]
    once = HOP_SHARE * 60.0 * km / 80.0
    assert hop_minutes(row, country, nearest=1) == pytest.approx([once] * 6, rel=1e-3)
    twice = HOP_SHARE * 60.0 * (8.0 / 40.0 + (km - 8.0) / 80.0)  # 4 km of town at either end
    assert hop_minutes(row, town, nearest=1) == pytest.approx([twice] * 6, rel=1e-3)
