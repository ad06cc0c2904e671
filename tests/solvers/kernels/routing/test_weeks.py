"""Weeks of calls by the compiled choice, against the same choice written plainly."""

import numpy as np
import pytest

from solvers.tours import _CROWDED, _PASSES, _weeks, spread_calls


def plainly(minutes, calls, stay, n_weeks):
    """The weeks of each stop as whole columns: slow, and summed by numpy."""
    n = calls.size
    road = np.minimum(minutes, minutes.T)
    home, between = road[0, 1:], road[1:, 1:].copy()
    np.fill_diagonal(between, np.inf)
    chosen = [np.zeros(0, dtype=np.int64) for _ in range(n)]
    count, load = np.zeros((n, n_weeks), dtype=np.int64), np.zeros(n_weeks)
    effort = stay + np.minimum(2.0 * home, 30.0 + home / 2.0)
    room = _CROWDED * float((calls * effort).sum()) / n_weeks
    order = np.lexsort((np.arange(n), -home, -calls))
    for _ in range(_PASSES):
        for stop in order[calls[order] > 0].tolist():
            np.subtract.at(count[stop], chosen[stop], 1)
            np.subtract.at(load, chosen[stop], effort[stop])
            near = np.where(count > 0, between[stop][:, None], np.inf).min(axis=0)
            crowd = np.maximum(load + effort[stop] - room, 0.0)
            price = 2.0 * np.minimum(home[stop], near) + crowd
            weeks = _weeks(int(calls[stop]), n_weeks)
            chosen[stop] = weeks[int(np.argmin(price[weeks].sum(axis=1)))]
            np.add.at(count[stop], chosen[stop], 1)
            np.add.at(load, chosen[stop], effort[stop])
    return [np.repeat(np.arange(1, n + 1), count[:, week]).tolist() for week in range(n_weeks)]


@pytest.mark.parametrize("seed", range(12))
def test_stops_choose_the_weeks_that_they_choose_written_plainly(seed):
    rng = np.random.default_rng(seed)
    n, n_weeks = int(rng.integers(1, 40)), int(rng.choice([1, 4, 20, 44, 52]))
    places = np.vstack([[0.0, 0.0], rng.uniform(-100, 100, (n, 2))])
    if seed % 2:  # on a grid many weeks are equally good: the first of them counts
        places = np.round(places / 20.0) * 20.0
    minutes = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    calls = rng.choice([0, 1, 2, 4, 6, 12, 26, 52, 200], n)
    stay = rng.choice([30.0, 45.0, 37.3], n)
    found = spread_calls(minutes, calls, stay, n_weeks=n_weeks)
    assert [week.tolist() for week in found] == plainly(minutes, calls, stay, n_weeks)
