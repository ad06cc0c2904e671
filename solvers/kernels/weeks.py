"""Compiled choice of the weeks in which stops are called on: neighbours in the same ones."""

from __future__ import annotations

import numpy as np

from solvers.arrays import Floats, Longs
from solvers.kernels.compile import compiled

__all__ = ["choose_weeks"]

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
                if other != stop and known[other]:
                    way = between[stop, other]
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
