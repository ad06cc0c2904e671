"""Trips of a week, by hand and against every order of the stops."""

import itertools

import numpy as np
import pytest

from solvers.kernels.routing.tours import LATE_PRICE, improve_week, trip_cost, week_cost

# Base at 0, three stops on a line at 60, 120 and 300 minutes from it.
PLACES = np.array([0.0, 60.0, 120.0, 300.0])
ROAD = np.abs(PLACES[:, None] - PLACES[None, :])
STAY = np.array([0.0, 60.0, 60.0, 200.0])
WHO = np.arange(4)


def cost(row, *, day=480.0, night=100.0, far=200.0, who=WHO, stay=STAY):
    out = np.zeros(3)
    padded = np.array([*row, 0], dtype=np.int64)
    trip_cost(padded, len(row), who, ROAD, stay, np.array([day, night, far]), out)
    return out.tolist()


def test_no_stops_cost_nothing_and_take_no_day():
    assert cost([]) == [0.0, 0.0, 0.0]


def test_a_day_that_fits_costs_its_way_and_nobody_stays_away_near_home():
    # 120 minutes out and back over both stops, 120 on site.
    assert cost([1, 2]) == [240.0, np.inf, 1.0]


def test_a_late_day_pays_for_every_minute_beyond_its_length():
    # 600 minutes on the road and 200 on site: 320 late.
    one_day, _, _ = cost([3])
    assert one_day == 600.0 + LATE_PRICE * 320.0


def test_nights_are_priced_and_days_end_where_their_length_is_reached():
    # Day one: 300 out; 200 on site would end at 500, so they are on day two; 280 of the way back
    # fit behind them and 20 are left for a third day.
    _, away, days = cost([3])
    assert (away, days) == (600.0 + 2 * 100.0, 3.0)


def test_a_stop_longer_than_a_day_is_late_even_with_nights():
    stay = np.array([0.0, 60.0, 60.0, 500.0])
    _, away, days = cost([3], stay=stay)
    assert days == 3.0
    assert away == 600.0 + 2 * 100.0 + LATE_PRICE * 20.0


def test_two_visits_of_one_place_on_one_trip_are_ruled_out_by_their_price():
    twice = np.array([0, 1, 1, 3])
    assert cost([1, 2], who=twice)[0] > 1e6
    assert cost([1, 3], who=twice)[0] < 1e6


def week(*rows):
    kinds = np.zeros(len(rows), dtype=np.int64)
    total = week_cost(np.array(rows, dtype=float), 3, kinds)
    return total, kinds.tolist()


def test_each_trip_takes_its_cheaper_way_while_the_week_has_the_days():
    assert week([300.0, np.inf, 1.0], [900.0, 700.0, 2.0], [0.0, 0.0, 0.0]) == (1000.0, [0, 1, 0])


def test_where_days_are_short_the_trip_that_loses_least_a_day_comes_home():
    # Two trips of two days are four; home in one day costs 50 or 200 more.
    assert week([750.0, 700.0, 2.0], [900.0, 700.0, 2.0]) == (1450.0, [0, 1])


def routed(places, stay, n_days, *, turns=12, **others):
    """Trips and their cost from the compiled search."""
    road = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    total, trips, _ = on_roads(road, stay, n_days, turns=turns, **others)
    return road, total, trips


def on_roads(road, stay, n_days, *, who=None, night=1e9, far=1e9, least_late=LATE_PRICE, turns=12):
    p = stay.size - 1
    seq, best = (np.zeros((n_days, p + 1), dtype=np.int64) for _ in range(2))
    size, best_size, kinds = (np.zeros(n_days, dtype=np.int64) for _ in range(3))
    first = np.lexsort((np.arange(p), -road[0, 1:])) + 1
    total = improve_week(
        seq, size, np.arange(p + 1) if who is None else who, road, stay,
        np.array([480.0, night, far, least_late]), kinds, best, best_size, np.zeros((n_days, 3)),
        np.zeros((2, p + 1), dtype=np.int64), np.zeros(2, dtype=np.int64), np.zeros((2, 3)),
        np.zeros((2, 3)), first, np.zeros((3, n_days, p + 2)),
        np.zeros((2 * n_days + 3, n_days), dtype=np.int64), turns,
    )  # fmt: skip
    return total, [best[r, : best_size[r]].tolist() for r in range(n_days)], kinds.tolist()


def least_cost(road, stay, n_days):
    """Least cost over all ways to cut and order the stops in day trips."""
    p, best = stay.size - 1, np.inf
    limits, out = np.array([480.0, 1e9, 1e9]), np.zeros(3)
    for order in itertools.permutations(range(1, p + 1)):
        for cuts in itertools.combinations_with_replacement(range(p + 1), n_days - 1):
            total = 0.0
            for low, high in itertools.pairwise((0, *cuts, p)):
                row = np.array([*order[low:high], 0])
                trip_cost(row, high - low, np.arange(p + 1), road, stay, limits, out)
                total += out[0]
            best = min(best, total)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_a_small_week_is_routed_as_well_as_by_trying_everything(seed):
    rng = np.random.default_rng(seed)
    places = np.vstack([[0.0, 0.0], rng.uniform(-90, 90, (5, 2))])
    stay = np.concatenate([[0.0], rng.uniform(30, 150, 5)])
    road, total, trips = routed(places, stay, 2)
    assert sorted(stop for trip in trips for stop in trip) == [1, 2, 3, 4, 5]
    assert total == pytest.approx(least_cost(road, stay, 2), rel=1e-6)


def test_more_turns_never_make_a_week_dearer_and_the_same_week_gives_the_same_trips():
    rng = np.random.default_rng(7)
    places = np.vstack([[0.0, 0.0], rng.uniform(-150, 150, (14, 2))])
    stay = np.concatenate([[0.0], rng.uniform(30, 150, 14)])
    short, long, again = (routed(places, stay, 5, turns=turns) for turns in (0, 20, 20))
    assert long[1] <= short[1]
    assert long[2] == again[2]


@pytest.mark.parametrize("seed", range(6))
def test_what_was_looked_at_in_vain_hides_no_change(seed):
    # A negative price of a late minute has every pair of trips looked at, at every turn.
    rng = np.random.default_rng(seed)
    places = np.vstack([[0.0, 0.0], rng.uniform(-60, 60, (18, 2))])
    road = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    stay = np.concatenate([[0.0], rng.uniform(30, 150, 18)])
    assert on_roads(road, stay, 4) == on_roads(road, stay, 4, least_late=-1.0)
