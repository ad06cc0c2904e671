"""Compiled years: the weeks in which stops are called on, the trips of each, what they come to."""

from __future__ import annotations

import numpy as np

from solvers.arrays import Floats, Longs
from solvers.kernels.compile import compiled
from solvers.kernels.routing.tours import LATE_PRICE, improve_week

__all__ = ["choose_weeks", "days_on_road", "route_weeks"]

_BLOCK = 128
"""Most numbers that are summed at once, eight sums beside each other."""


@compiled
def _sum_of(values: Floats, weeks: Longs, sums: Floats) -> float:
    """Sum the values of some weeks as numpy sums a row: equal prices stay equal, bit by bit.

    Numbers in blocks of at most `_BLOCK`, halves of longer ones summed apart (pairwise summation);
    `sums` (8,) is room.
    """
    n = weeks.size
    total: float = 0.0
    if n < 8:
        for at in range(n):
            total += values[weeks[at]]
        return total
    if n > _BLOCK:
        half = n // 2
        half -= half % 8
        first: float = _sum_of(values, weeks[:half], sums)
        second: float = _sum_of(values, weeks[half:], sums)
        return first + second
    for j in range(8):
        sums[j] = values[weeks[j]]
    at = 8
    while at < n - n % 8:
        for j in range(8):
            sums[j] += values[weeks[at + j]]
        at += 8
    total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + (
        (sums[4] + sums[5]) + (sums[6] + sums[7])
    )
    for rest in range(at, n):
        total += values[weeks[rest]]
    return total


@compiled
def choose_weeks(
    between: Floats, home: Floats, effort: Floats, calls: Longs, order: Longs, begin: Longs,
    weeks: Longs, ways: Longs, possible: Longs, room: float, passes: int, load: Floats,
    near: Floats, price: Floats, sums: Floats, known: Longs,
) -> None:  # fmt: skip
    """Write the weeks of each stop's calls to `weeks`: see `solvers.tours.spread_calls`.

    Stops choose in the `order` (those with calls, at most n), `passes` times or until none chooses
    otherwise. Stop s has its `calls[s]` weeks in ``weeks[begin[s]:]`` and may choose among
    ``ways[s, 1]`` rows of `possible`, from place ``ways[s, 0]`` on, each as long. `between` (n, n)
    holds minutes between stops, `home` (n,) those to the base, `effort` (n,) minutes of a call with
    its road, `room` those of a week that is not yet crowded. The rest is room: `load`, `near`,
    `price` (n_weeks,), `sums` (8,), `known` (n,), all zero at first. O(passes · n · calls).
    """
    n, n_weeks = calls.size, load.size
    for _ in range(passes):
        as_before = True
        for stop in order:
            own = weeks[begin[stop] : begin[stop] + calls[stop]]
            if known[stop]:
                for week in own:
                    load[week] -= effort[stop]
            for week in range(n_weeks):
                near[week] = np.inf
            for other in range(n):
                # What lies farther than home makes no week nearer.
                way = between[stop, other]
                if way < home[stop] and other != stop and known[other]:
                    for at in range(begin[other], begin[other] + calls[other]):
                        near[weeks[at]] = min(near[weeks[at]], way)
            for week in range(n_weeks):
                crowd = max(load[week] + effort[stop] - room, 0.0)
                price[week] = 2.0 * min(home[stop], near[week]) + crowd
            best, least = 0, np.inf
            for way_at in range(ways[stop, 1]):
                start = ways[stop, 0] + way_at * calls[stop]
                cost = _sum_of(price, possible[start : start + calls[stop]], sums)
                if cost < least:
                    best, least = start, cost
            same = known[stop] == 1
            for at in range(calls[stop]):
                same = same and own[at] == possible[best + at]
                own[at] = possible[best + at]
                load[own[at]] += effort[stop]
            as_before = as_before and same
            known[stop] = 1
        if as_before:
            break


@compiled
def route_weeks(
    ways: Floats, on_site: Floats, visits: Longs, ends: Longs, limits: Floats, least_late: float,
    turns: int, order: Longs, sizes: Longs, kinds: Longs, places: Longs, road: Floats, stay: Floats,
    loose: Longs, seq: Longs, best: Longs, size: Longs, each: Floats, rows: Longs, ns: Longs,
    outs: Floats, held: Floats, sums: Floats, marks: Longs,
) -> None:  # fmt: skip
    """Route week after week: the trips of each in `order`, `sizes` and `kinds`.

    `ways` (n + 1, n + 1) and `on_site` (n + 1,) are minutes between and at the positions, `visits`
    those of each week, ascending, ``ends[w]`` where week w ends. `order` (visits,) holds each
    week's trips one behind the other, `sizes` (weeks, n_days) how many stops each trip has, `kinds`
    1 where it has nights. `limits` (4,) are those of `tours.trip_cost`; the last is written here:
    `least_late` in a week that may have nights. The rest is room for the largest week.
    """
    n_days = size.size
    start = 0
    for week in range(ends.size):
        p = ends[week] - start
        if p == 0:
            continue
        places[0] = 0
        for at in range(p):
            places[at + 1] = visits[start + at]
        farthest = 0.0
        for a in range(p + 1):
            stay[a] = on_site[places[a]]
            for b in range(p + 1):
                road[a, b] = ways[places[a], places[b]]
            farthest = max(farthest, road[0, a])
        # Farthest first, equals as they come.
        for a in range(1, p + 1):
            at = a - 1
            while at > 0 and road[0, loose[at - 1]] < road[0, a]:
                loose[at] = loose[at - 1]
                at -= 1
            loose[at] = a
        for a in range(n_days):
            size[a] = 0
            for b in range(p + 1):
                seq[a, b] = 0
            for b in range(2 * n_days + 3):
                marks[b, a] = 0
        limits[3] = least_late if farthest >= limits[2] else LATE_PRICE
        improve_week(
            seq, size, places, road, stay, limits, kinds[week], best, sizes[week], each, rows, ns,
            outs, held, loose[:p], sums, marks, turns,
        )  # fmt: skip
        at = start
        for trip in range(n_days):
            for step in range(sizes[week, trip]):
                order[at] = places[best[trip, step]]
                at += 1
        start = ends[week]


@compiled
def days_on_road(
    ways: Floats, on_site: Floats, order: Longs, sizes: Longs, kinds: Longs, day_min: float,
    drives: Floats, away: Longs,
) -> int:  # fmt: skip
    """Write each day's minutes on the road to `drives`, and 1 to `away` where it ends away.

    Trips as `route_weeks` writes them (`ways` (n + 1, n + 1), the rest as there), cut into days as
    `solvers.tour_days` cuts them; return how many days there are: at most as many as `drives` has.
    """
    n, start = 0, 0
    for week in range(sizes.shape[0]):
        for trip in range(sizes.shape[1]):
            if sizes[week, trip] == 0:
                continue
            overnight = kinds[week, trip] == 1
            at, drive, work = 0, 0.0, 0.0
            for step in range(sizes[week, trip] + 1):
                to = order[start + step] if step < sizes[week, trip] else 0
                leg = ways[at, to]
                left = day_min - min(drive + work, day_min)
                while overnight and leg > left:
                    drives[n], away[n] = drive + left, 1
                    n += 1
                    leg -= left
                    drive, work, left = 0.0, 0.0, day_min
                drive += leg
                if to > 0:
                    if overnight and drive + work > 0.0 and drive + work + on_site[to] > day_min:
                        drives[n], away[n] = drive, 1
                        n += 1
                        drive, work = 0.0, 0.0
                    work += on_site[to]
                at = to
            drives[n], away[n] = drive, 0
            n += 1
            start += sizes[week, trip]
    return n
