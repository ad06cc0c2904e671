"""A second opinion on travel: a year's tours by savings and sectors, sharing no code with solvers.

Simple on purpose: calls come at even intervals, sector by sector around the base, and each week's
calls are joined into trips by Clarke and Wright's savings (1964, doi:10.1287/opre.12.4.568), each
put in order by 2-opt. Trips to places beyond `far_min` may last several days.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["calendar_hours", "year_hours"]

Floats = NDArray[np.float64]

LATE = 3.0
"""Minutes on the road that a minute beyond the day is worth, where a week is too short for all."""


def year_hours(
    minutes: Floats,
    lonlat: Floats,
    calls: Floats,
    stay_min: Floats,
    *,
    weeks: int,
    day_min: float,
    far_min: float,
    days: int,
) -> float:
    """Return the hours a year on the road; position 0 of `minutes` and `lonlat` is the base."""
    whole = np.rint(calls).astype(int)
    away = lonlat[1:] - lonlat[0]
    angle = np.arctan2(away[:, 1], away[:, 0] * np.cos(np.radians(lonlat[0, 1])))
    by_week: list[list[int]] = [[] for _ in range(weeks)]
    for often in np.unique(whole[whole > 0]):
        same = np.flatnonzero(whole == often)
        same = same[np.argsort(angle[same], kind="stable")]
        for rank, at in enumerate(same):
            for turn in range(often):
                by_week[int((turn + rank / len(same)) * weeks / often) % weeks].append(int(at) + 1)
    total = 0.0
    for week in by_week:
        left = week
        while left:
            # Somewhere called on twice in a week is on two trips.
            once = sorted(set(left))
            left = [at for at in once for _ in range(left.count(at) - 1)]
            total += sum(_length(minutes, trip) for trip in _trips(
                minutes, once, stay_min, day_min=day_min, far_min=far_min, days=days))  # fmt: skip
    return total / 60.0


def calendar_hours(
    minutes: Floats,
    weeks: Sequence[Sequence[int]],
    stay_min: Floats,
    *,
    n_days: int,
    day_min: float,
    far_min: float,
    days: int,
    night_min: float,
) -> float:
    """Return the hours a year on the road of given weeks (positions from 1, repeated if so).

    Trips are joined by savings, over nights where that saves more than `night_min` each. While a
    week has more days of trips than `n_days`, the trip of fewest stops is given up and each of
    them goes where it costs least.
    """

    def work(trip: list[int]) -> float:
        return _length(minutes, trip) + sum(stay_min[at - 1] for at in trip)

    def lasts(trip: list[int]) -> int:
        far = max(minutes[0, at] for at in trip) > far_min
        return min(max(1, math.ceil(work(trip) / day_min - 1e-9)), days) if far else 1

    def price(trip: list[int]) -> float:
        n = lasts(trip)
        late = max(0.0, work(trip) - day_min * n)
        return _length(minutes, trip) + night_min * (n - 1) + LATE * late

    total = 0.0
    for week in weeks:
        trips, left = [], list(week)
        while left:
            once = sorted(set(left))
            left = [at for at in once for _ in range(left.count(at) - 1)]
            trips += _trips(
                minutes, once, stay_min, day_min=day_min, far_min=far_min, days=days, price=price
            )
        while len(trips) > 1 and (before := sum(map(lasts, trips))) > n_days:
            trips.sort(key=lambda trip: (len(trip), trip))
            for stop in sorted(trips.pop(0), key=lambda at: (-minutes[0, at], at)):
                ways = [
                    (lasts(more) > lasts(trip), price(more) - price(trip), i, more)
                    for i, trip in enumerate(trips)
                    if stop not in trip
                    for place in range(len(trip) + 1)
                    for more in [[*trip[:place], stop, *trip[place:]]]
                ]
                if ways:
                    _, _, i, more = min(ways)
                    trips[i] = more
                else:
                    trips.append([stop])
            if sum(map(lasts, trips)) >= before:
                break
        total += sum(_length(minutes, _two_opt(minutes, trip)) for trip in trips)
    return total / 60.0


def _length(minutes: Floats, trip: list[int]) -> float:
    way = [0, *trip, 0]
    return float(sum(minutes[a, b] for a, b in pairwise(way)))


def _trips(
    minutes: Floats,
    visits: list[int],
    stay_min: Floats,
    *,
    day_min: float,
    far_min: float,
    days: int,
    price: Callable[[list[int]], float] | None = None,
) -> list[list[int]]:
    def fits(trip: list[int]) -> bool:
        far = max(minutes[0, at] for at in trip) > far_min
        work = _length(minutes, trip) + sum(stay_min[at - 1] for at in trip)
        return bool(work <= day_min * (days if far else 1))

    trip_of = {at: [at] for at in visits}
    savings = sorted(
        ((minutes[0, a] + minutes[0, b] - minutes[a, b], a, b)
         for i, a in enumerate(visits) for b in visits[i + 1 :]),
        key=lambda each: (-each[0], each[1:]),
    )  # fmt: skip
    for saved, a, b in savings:
        one, two = trip_of[a], trip_of[b]
        if saved <= 0 or one is two or a not in (one[0], one[-1]) or b not in (two[0], two[-1]):
            continue
        joined = (one if one[-1] == a else one[::-1]) + (two if two[0] == b else two[::-1])
        if fits(joined) and (price is None or price(joined) <= price(one) + price(two)):
            for at in joined:
                trip_of[at] = joined
    found = {id(trip): trip for trip in trip_of.values()}
    return [_two_opt(minutes, trip) for trip in found.values()]


def _two_opt(minutes: Floats, trip: list[int]) -> list[int]:
    best = trip
    better = True
    while better:
        better = False
        for i in range(len(best)):
            for j in range(i + 2, len(best) + 1):
                turned = best[:i] + best[i:j][::-1] + best[j:]
                if _length(minutes, turned) < _length(minutes, best) - 1e-9:
                    best, better = turned, True
    return best
