"""What a change of trips costs at least: known from sums, and never more than what it costs."""

import numpy as np
import pytest

from solvers.kernels.routing.tour_looks import next_tail, next_within, sum_up, tails, turned_round
from solvers.kernels.routing.tours import LATE_PRICE
from tests.solvers.kernels.routing.test_tours import on_roads

# Base at 0 and four stops on a line, an hour apart; the way back takes ten minutes more each hour.
PLACES = np.array([0.0, 60.0, 120.0, 180.0, 240.0])
OUT = PLACES[None, :] - PLACES[:, None]
ROAD = np.where(OUT >= 0, OUT, -OUT * 7.0 / 6.0)
STAY = np.array([0.0, 30.0, 30.0, 45.0, 60.0])
LIMITS = np.array([480.0, 1e9, 1e9, LATE_PRICE])


def trips(*rows):
    """Trips, their sizes and their sums, and room for two changed ones."""
    seq = np.zeros((len(rows), 5), dtype=np.int64)
    size = np.array([len(row) for row in rows])
    sums = np.zeros((3, len(rows), 6))
    for r, row in enumerate(rows):
        seq[r, : len(row)] = row
        sum_up(seq, size, r, ROAD, STAY, sums)
    return seq, size, sums, np.zeros((2, 5), dtype=np.int64), np.zeros(2, dtype=np.int64)


def test_sums_tell_the_minutes_out_the_whole_trip_those_back_and_those_at_stops():
    _, _, sums, _, _ = trips([1, 3, 4])
    assert sums[0, 0, :5].tolist() == [0.0, 60.0, 180.0, 240.0, 520.0]
    assert sums[1, 0, :3].tolist() == [0.0, 140.0, 210.0]
    assert sums[2, 0, :4].tolist() == [0.0, 30.0, 75.0, 135.0]


def test_tails_are_exchanged_where_the_room_is_more_than_they_cost():
    seq, size, sums, rows, ns = trips([1, 4], [2, 3])
    # 1 and 3: 390 minutes; 2 and 4: 520 and 90 at stops, 130 beyond the day.
    least = 390.0 + 520.0 + 130.0 * LATE_PRICE
    assert next_tail(seq, size, 0, 1, 1, 1, ROAD, LIMITS, sums, least) > 1
    assert next_tail(seq, size, 0, 1, 1, 1, ROAD, LIMITS, sums, least + 1.0) == 1
    tails(seq, size, 0, 1, 1, 1, rows, ns)
    assert (rows[0, :2].tolist(), rows[1, :2].tolist(), ns.tolist()) == ([1, 3], [2, 4], [2, 2])


def test_a_stretch_is_turned_round_by_the_minutes_of_the_other_direction():
    seq, size, sums, rows, ns = trips([3, 2, 1])
    # Out to 1, 2 and 3 and back: 180 and 210, and 105 at stops, 15 beyond the day.
    least = 390.0 + 15.0 * LATE_PRICE
    looked = 2 * 2 + 1
    assert next_within(seq, size, 0, 0, looked, ROAD, LIMITS, sums, least) > looked
    assert next_within(seq, size, 0, 0, looked, ROAD, LIMITS, sums, least + 1.0) == looked
    turned_round(seq, size, 0, 0, 2, rows, ns)
    assert (rows[0, :3].tolist(), ns[0]) == ([1, 2, 3], 3)


@pytest.mark.parametrize("seed", range(24))
def test_changes_that_are_passed_over_are_none_that_would_be_taken(seed):
    """With `least_late` below zero each change is reckoned: the same trips, slowly."""
    rng = np.random.default_rng(seed)
    p, n_days = int(rng.integers(2, 18)), int(rng.integers(1, 6))
    places = rng.uniform(0, rng.choice([100, 300, 900]), (p + 1, 2))
    road = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    if seed % 3 == 0:  # one-way streets
        road *= rng.uniform(0.7, 1.3, road.shape)
        np.fill_diagonal(road, 0.0)
    stay = np.concatenate([[0.0], rng.uniform(10, 200, p)])
    who = np.arange(p + 1)
    if seed % 2:  # some places more than once a week
        who = np.concatenate([[0], np.sort(rng.integers(1, p + 1, p))])
    night, far = [(1e9, 1e9), (60.0, 50.0), (2000.0, 50.0), (0.0, 150.0)][seed % 4]
    late = min(LATE_PRICE, night / 480.0) if road[0].max() >= far else LATE_PRICE
    keys = {"who": who, "night": night, "far": far}
    quick = on_roads(road, stay, n_days, least_late=late, **keys)
    assert quick == on_roads(road, stay, n_days, least_late=-1.0, **keys)
