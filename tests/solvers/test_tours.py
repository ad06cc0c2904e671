"""Weeks of calls: spread evenly, routed within days, and never shorter than the road allows."""

import itertools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.errors import ProblemError
from solvers.tours import Nights, road_year, route_week, route_year, spread_calls


def plane(points):
    """Minutes between points of a plane at one minute a unit; the base is at the origin."""
    every = np.vstack([[0.0, 0.0], points])
    return np.hypot(*(every[:, None] - every[None, :]).transpose(2, 0, 1))


def shortest_week(minutes, stay, n_days, day_min):
    """Least travel over all ways to cut and order the stops: the slow obvious twin."""
    n = len(stay)
    best = np.inf
    for labels in itertools.product(range(n_days), repeat=n):
        total = 0.0
        for day in range(n_days):
            stops = [at + 1 for at in range(n) if labels[at] == day]
            if not stops:
                continue
            road = min(
                sum(minutes[a, b] for a, b in itertools.pairwise((0, *order, 0)))
                for order in itertools.permutations(stops)
            )
            if road + sum(stay[at - 1] for at in stops) > day_min:
                total = np.inf
                break
            total += road
        best = min(best, total)
    return best


def test_a_week_of_few_stops_is_routed_nearly_as_well_as_by_trying_everything():
    rng = np.random.default_rng(3)
    for _ in range(5):
        minutes = plane(rng.uniform(-60, 60, (5, 2)))
        stay = rng.uniform(30, 90, 5)
        days = route_week(minutes, np.arange(1, 6), stay, n_days=2, day_min=480.0)
        best = shortest_week(minutes, stay, 2, 480.0)
        assert best - 1e-6 <= sum(day.travel_min for day in days) <= 1.03 * best


def test_every_visit_is_made_once_and_the_reported_minutes_are_those_of_the_route():
    rng = np.random.default_rng(4)
    minutes, stay = plane(rng.uniform(-50, 50, (8, 2))), rng.uniform(20, 60, 8)
    days = route_week(minutes, [1, 2, 3, 4, 5, 6, 7, 8, 3], stay, n_days=3, week=7)
    assert sorted(stop for day in days for stop in day.stops) == [1, 2, 3, 3, 4, 5, 6, 7, 8]
    for day in days:
        assert day.week == 7
        assert len(set(day.stops)) == len(day.stops), "two visits of a week are on different days"
        road = [minutes[a, b] for a, b in itertools.pairwise((0, *day.stops, 0))]
        assert day.travel_min == pytest.approx(sum(road))
        assert day.on_site_min == pytest.approx(sum(stay[stop - 1] for stop in day.stops))
        assert day.arrive_min[0] == pytest.approx(road[0])
        last = day.arrive_min[-1] + stay[day.stops[-1] - 1] + road[-1]
        assert last == pytest.approx(day.travel_min + day.on_site_min)


def test_days_keep_their_length_where_they_can():
    minutes = plane(np.array([[20.0, 0.0], [0.0, 20.0], [-20.0, 0.0], [0.0, -20.0]]))
    days = route_week(minutes, [1, 2, 3, 4], np.full(4, 200.0), n_days=4, day_min=300.0)
    assert all(day.travel_min + day.on_site_min <= 300.0 for day in days)
    assert len(days) == 4


def test_a_stop_too_far_for_any_day_makes_one_long_day_and_is_counted():
    minutes = plane(np.array([[400.0, 0.0], [10.0, 0.0]]))
    year = route_year(minutes, np.array([1, 1]), np.array([60.0, 60.0]), n_weeks=1, day_min=480.0)
    assert year.n_visits == 2
    assert year.long_days == 1


def test_weekly_calls_come_every_week_and_rare_ones_evenly_apart():
    minutes = plane(np.array([[10.0, 0.0], [0.0, 30.0], [40.0, 0.0]]))
    weeks = spread_calls(minutes, np.array([40, 4, 80]), np.full(3, 30.0), n_weeks=40)
    counts = np.array([np.bincount(week, minlength=4) for week in weeks])
    assert (counts[:, 1] == 1).all()
    assert (counts[:, 3] == 2).all()
    assert np.diff(np.flatnonzero(counts[:, 2])).tolist() == [10, 10, 10]


def test_far_neighbours_are_visited_in_the_same_weeks():
    points = np.array([[200.0, 0.0], [201.0, 0.0], [202.0, 1.0], [-200.0, 0.0]])
    weeks = spread_calls(plane(points), np.full(4, 5), np.full(4, 60.0), n_weeks=40)
    together = [set(week.tolist()) & {1, 2, 3} for week in weeks]
    assert {frozenset(each) for each in together if each} == {frozenset({1, 2, 3})}


def test_the_same_year_gives_the_same_tours():
    rng = np.random.default_rng(5)
    minutes = plane(rng.uniform(-60, 60, (12, 2)))
    calls, stay = rng.integers(1, 30, 12), rng.uniform(20, 90, 12)
    first, second = (route_year(minutes, calls, stay, n_weeks=10, sample=4) for _ in range(2))
    assert first == second
    assert first.weeks == (1, 3, 6, 8)
    assert first.n_visits == calls.sum()


@settings(max_examples=25)
@given(data=st.data())
def test_no_visit_is_lost_whatever_the_calls(data):
    n = data.draw(st.integers(1, 8))
    n_weeks = data.draw(st.integers(1, 12))
    calls = np.array(data.draw(st.lists(st.integers(0, 5 * n_weeks), min_size=n, max_size=n)))
    places = data.draw(
        st.lists(st.tuples(st.floats(-90, 90), st.floats(-90, 90)), min_size=n, max_size=n)
    )
    weeks = spread_calls(plane(np.array(places)), calls, np.full(n, 30.0), n_weeks=n_weeks)
    made = np.bincount(np.concatenate(weeks), minlength=n + 1)[1:]
    assert made.tolist() == calls.tolist()
    per_week = [np.bincount(week, minlength=n + 1).max(initial=0) for week in weeks]
    assert max(per_week) <= -(-calls.max(initial=0) // n_weeks)


def test_values_of_no_sense_are_refused_by_name():
    minutes = plane(np.array([[10.0, 0.0]]))
    with pytest.raises(ProblemError, match=r"n_calls\[0\] is -1"):
        spread_calls(minutes, np.array([-1.0]), np.array([30.0]), n_weeks=4)
    with pytest.raises(ProblemError, match="minutes is"):
        spread_calls(minutes, np.array([1.0, 1.0]), np.array([30.0, 30.0]), n_weeks=4)
    with pytest.raises(ProblemError, match="n_weeks is 0"):
        spread_calls(minutes, np.array([1.0]), np.array([30.0]), n_weeks=0)
    with pytest.raises(ProblemError, match="at most 2 a week"):
        route_week(minutes, [1, 1, 1], np.array([30.0]), n_days=2)


def test_a_week_without_visits_has_no_days():
    assert route_week(plane(np.array([[1.0, 1.0]])), [], np.array([30.0])) == ()
    nobody = route_year(plane(np.array([[1.0, 1.0]])), np.zeros(1), np.ones(1), n_weeks=3)
    assert (nobody.days, nobody.year_travel_min, nobody.stops_per_day) == ((), 0.0, 0.0)


def test_a_night_away_saves_the_second_way_to_far_neighbours():
    minutes = plane(np.array([[240.0, 0.0], [250.0, 0.0], [10.0, 0.0]]))
    stay = np.array([200.0, 200.0, 30.0])
    home = route_week(minutes, [1, 2, 3], stay, day_min=540.0)
    away = route_week(
        minutes, [1, 2, 3], stay, day_min=540.0, nights=Nights(price_min=140.0, far_min=120.0)
    )
    assert not any(day.away for day in home)
    assert max(day.travel_min + day.on_site_min for day in home) > 540.0
    # One trip of two days takes both, and the stop on the way.
    assert [day.away for day in away] == [True, False]
    assert sum(day.travel_min for day in away) == pytest.approx(500.0)
    assert all(day.travel_min + day.on_site_min <= 540.0 for day in away)
    assert sorted(stop for day in away for stop in day.stops) == [1, 2, 3]


def test_nobody_stays_away_within_the_distance_or_where_the_night_costs_too_much():
    minutes, stay = plane(np.array([[100.0, 0.0], [100.0, 5.0]])), np.array([300.0, 300.0])
    for nights in (Nights(price_min=10.0, far_min=120.0), Nights(price_min=500.0, far_min=60.0)):
        days = route_week(minutes, [1, 2], stay, day_min=540.0, nights=nights)
        assert not any(day.away for day in days)


def test_trips_never_take_more_days_than_the_week_has():
    rng = np.random.default_rng(8)
    minutes, stay = plane(rng.uniform(-400, 400, (14, 2))), rng.uniform(60, 200, 14)
    days = route_week(
        minutes, np.arange(1, 15), stay, n_days=3, nights=Nights(price_min=60.0, far_min=100.0)
    )
    assert len(days) <= 3
    assert sorted(stop for day in days for stop in day.stops) == list(range(1, 15))


def test_importing_tours_does_not_load_the_routing_library():
    code = "import sys, solvers.tours; sys.exit('ortools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("seed", range(4))
def test_a_year_comes_to_what_its_days_come_to(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 14))
    minutes = plane(rng.uniform(-250, 250, (n, 2)))
    calls, stay = rng.choice([0, 1, 4, 12], n), rng.choice([30.0, 45.0, 700.0], n)
    nights = Nights(price_min=60.0, far_min=100.0) if seed % 2 else None
    keys = {"n_weeks": 12, "n_days": 4, "day_min": 300.0, "nights": nights}
    year = route_year(minutes, calls, stay, **keys)
    assert road_year(minutes, calls, stay, **keys) == (year.year_travel_min, year.year_nights)
    # Each week as it is routed alone.
    alone = route_week(
        minutes, spread_calls(minutes, calls, stay, n_weeks=12)[3], stay,
        n_days=4, day_min=300.0, nights=nights, week=3,
    )  # fmt: skip
    assert tuple(day for day in year.days if day.week == 3) == alone


def test_a_year_of_no_calls_comes_to_nothing():
    assert road_year(plane(np.array([[1.0, 1.0]])), np.zeros(1), np.ones(1), n_weeks=3) == (0.0, 0)
