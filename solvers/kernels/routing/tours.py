"""Compiled routing of one week: trips of a day or several, improved move by move.

A trip is a row of `seq` (n_days, p) with `size` (n_days,) stops, positions 1 to p of the week's
own matrix; position 0 is the base. A trip takes one day, late if need be, or, where its farthest
stop is `far` minutes away or more, as many days as its hours need, each night priced in minutes.

Only changes of trips that may be better (`tour_looks`) are reckoned, and those between two trips
once: while both are what they were, nothing between them has become better.
"""

from __future__ import annotations

import numpy as np

from solvers.arrays import Floats, Longs
from solvers.kernels.compile import compiled, inlined
from solvers.kernels.moves import wide
from solvers.kernels.routing.tour_looks import (
    LEAST,
    as_before,
    at_least,
    cheaper,
    elsewhere,
    is_new,
    keep_marks,
    moved_within,
    next_elsewhere,
    next_swapped,
    next_tail,
    next_within,
    pair_of,
    room_for,
    sum_up,
    swapped,
    tails,
    turned_round,
)

__all__ = ["LATE_PRICE", "improve_week"]

LATE_PRICE = 3.0
"""Minutes on the road that a minute beyond the day's length is worth."""

_TWICE = 1e6


@compiled
def trip_cost(
    row: Longs, n: int, who: Longs, road: Floats, stay: Floats, limits: Floats, out: Floats
) -> None:
    """Write to `out`: cost in one day, cost with nights (inf if not allowed), days of the latter.

    `limits` holds the day's length, the price of a night and the least way to a stop that allows
    one, all in minutes, and what a minute beyond the day costs at least (`least_late`), negative
    where every change is to be reckoned.
    """
    day, night, far = limits[0], limits[1], limits[2]
    if n == 0:
        out[0] = out[1] = out[2] = 0.0
        return
    twice = 0.0
    for a in range(n):
        for b in range(a):
            if who[row[a]] == who[row[b]]:
                twice += _TWICE
    drive, work, most = 0.0, 0.0, 0.0
    clock, late, days = 0.0, 0.0, 1
    at = 0
    for step in range(n + 1):
        to = row[step] if step < n else 0
        leg = road[at, to]
        drive += leg
        if to > 0:
            work += stay[to]
            most = max(most, road[0, to])
        while leg > day - clock:
            leg -= day - clock
            clock = 0.0
            days += 1
        clock += leg
        if to > 0:
            if clock > 0.0 and clock + stay[to] > day:
                days += 1
                clock = 0.0
            clock += stay[to]
            if clock > day:
                late += clock - day
                clock = day
        at = to
    out[0] = drive + LATE_PRICE * max(0.0, drive + work - day) + twice
    out[1] = drive + night * (days - 1) + LATE_PRICE * late + twice if most >= far else np.inf
    out[2] = float(days)


@compiled
def week_cost(each: Floats, n_days: int, kinds: Longs) -> float:
    """Return the cost of all trips within the week's days; write 1 to `kinds` where nights are."""
    total, days = 0.0, 0
    for r in range(each.shape[0]):
        overnight = each[r, 1] < each[r, 0]
        kinds[r] = 1 if overnight else 0
        total += each[r, 1] if overnight else each[r, 0]
        days += int(each[r, 2]) if overnight else (1 if each[r, 2] > 0 else 0)
    while days > n_days:
        best, least = -1, np.inf
        for r in range(each.shape[0]):
            if kinds[r] == 1 and each[r, 2] > 1:
                price = (each[r, 0] - each[r, 1]) / (each[r, 2] - 1.0)
                if price < least:
                    best, least = r, price
        if best < 0:
            break
        kinds[best] = 0
        total += each[best, 0] - each[best, 1]
        days -= int(each[best, 2]) - 1
    return total


@inlined
def _keep(seq: Longs, size: Longs, each: Floats, r: int, row: Longs, n: int, out: Floats) -> None:
    for at in range(n):
        seq[r, at] = row[at]
    size[r] = n
    for at in range(3):
        each[r, at] = out[at]


@compiled
def _try_pair(
    seq: Longs, size: Longs, each: Floats, a: int, b: int, rows: Longs, ns: Longs, who: Longs,
    road: Floats, stay: Floats, limits: Floats, outs: Floats, held: Floats, kinds: Longs,
    sums: Floats, marks: Longs, now: float,
) -> float:  # fmt: skip
    """Take the new rows of trips a and b (the same for one trip) if that is better."""
    trip_cost(rows[0], ns[0], who, road, stay, limits, outs[0])
    if a != b:
        trip_cost(rows[1], ns[1], who, road, stay, limits, outs[1])
    for at in range(3):
        held[0, at], held[1, at] = each[a, at], each[b, at]
    for at in range(3):
        each[a, at] = outs[0, at]
        if a != b:
            each[b, at] = outs[1, at]
    cost = week_cost(each, each.shape[0], kinds)
    if cost < now - LEAST:
        _keep(seq, size, each, a, rows[0], ns[0], outs[0])
        if a != b:
            _keep(seq, size, each, b, rows[1], ns[1], outs[1])
            sum_up(seq, size, b, road, stay, sums)
            is_new(marks, b)
        sum_up(seq, size, a, road, stay, sums)
        is_new(marks, a)
        return cost
    for at in range(3):
        each[a, at] = held[0, at]
        if a != b:
            each[b, at] = held[1, at]
    return now


@compiled
def _insert(
    seq: Longs, size: Longs, each: Floats, node: int, who: Longs, road: Floats, stay: Floats,
    limits: Floats, rows: Longs, outs: Floats, held: Floats, kinds: Longs, sums: Floats,
    marks: Longs, plain: bool,
) -> float:  # fmt: skip
    """Put a stop where it costs least; return the week's cost.

    Where all is `plain` (no trip has nights, no stop is visited twice) a trip costs what `at_least`
    says.
    """
    best, at_trip, at_place = np.inf, 0, 0
    empty_seen = False
    whole = 0.0
    for r in range(size.size):
        whole += cheaper(each, r)
    for r in range(size.size):
        if size[r] == 0:
            if empty_seen:
                continue
            empty_seen = True
        n = size[r]
        for at in range(3):
            held[0, at] = each[r, at]
        rest = whole - cheaper(each, r)
        for place in range(n + 1):
            before = seq[r, place - 1] if place else 0
            after = seq[r, place] if place < n else 0
            drive = sums[0, r, n + 1] - road[before, after] + road[before, node] + road[node, after]
            least = rest + at_least(drive, sums[2, r, n] + stay[node], limits)
            if plain:
                if least < best - LEAST:
                    best, at_trip, at_place = least, r, place
                continue
            if limits[3] >= 0.0 and least >= best - LEAST / 2.0:
                continue
            for i in range(n + 1):
                rows[0, i] = node if i == place else seq[r, i if i < place else i - 1]
            trip_cost(rows[0], n + 1, who, road, stay, limits, outs[0])
            for at in range(3):
                each[r, at] = outs[0, at]
            cost = week_cost(each, each.shape[0], kinds)
            if cost < best - LEAST:
                best, at_trip, at_place = cost, r, place
            for at in range(3):
                each[r, at] = held[0, at]
    n = size[at_trip]
    for i in range(n, at_place, -1):
        seq[at_trip, i] = seq[at_trip, i - 1]
    seq[at_trip, at_place] = node
    size[at_trip] = n + 1
    is_new(marks, at_trip)
    trip_cost(seq[at_trip], n + 1, who, road, stay, limits, each[at_trip])
    sum_up(seq, size, at_trip, road, stay, sums)
    return week_cost(each, each.shape[0], kinds)


@compiled
def _descend(
    seq: Longs, size: Longs, each: Floats, who: Longs, road: Floats, stay: Floats, limits: Floats,
    rows: Longs, ns: Longs, outs: Floats, held: Floats, kinds: Longs, sums: Floats, marks: Longs,
    alone: bool, now: float,
) -> float:  # fmt: skip
    """Relocate, swap, reverse and exchange tails until nothing is better; return the cost.

    Where trips are `alone` (none has nights, and so takes another's days) what two of them cost is
    their own business, and a pair that was looked at in vain is passed over while it is the same.
    """
    k = size.size
    better = True
    while better:
        better = False
        before = now
        for a in range(k):
            for b in range(k):
                if b == a or size[a] == 0:
                    continue
                looked = pair_of(marks, a, b)
                if alone and marks[a, b] == looked:
                    continue
                room = room_for(each, a, b, now)
                for way in range(3):
                    if way != 1 and a > b:
                        continue
                    i = wide(0)
                    while i < size[a] + (way == 0):
                        j = wide(0)
                        while i < size[a] + (way == 0):
                            if way == 0:
                                j = next_tail(seq, size, a, b, i, j, road, limits, sums, room)
                            elif way == 1:
                                j = next_elsewhere(
                                    seq, size, a, b, i, j, road, stay, limits, sums, room
                                )  # fmt: skip
                            else:
                                j = next_swapped(
                                    seq, size, a, b, i, j, road, stay, limits, sums, room
                                )  # fmt: skip
                            if j >= size[b] + (way < 2):
                                break
                            if way == 0:
                                tails(seq, size, a, b, i, j, rows, ns)
                            elif way == 1:
                                elsewhere(seq, size, a, b, i, j, rows, ns)
                            else:
                                swapped(seq, size, a, b, i, j, rows, ns)
                            now = _try_pair(
                                seq, size, each, a, b, rows, ns, who, road, stay, limits,
                                outs, held, kinds, sums, marks, now,
                            )  # fmt: skip
                            room = room_for(each, a, b, now)
                            j += 1
                        i += 1
                marks[a, b] = looked  # another by now if a change was made
            # Within a trip: a stop elsewhere, a stretch in the other direction.
            looked = pair_of(marks, a, a)
            if alone and marks[a, a] == looked:
                continue
            room = room_for(each, a, a, now)
            for i in range(size[a]):
                at = next_within(seq, size, a, i, wide(0), road, limits, sums, room)
                while at < 2 * size[a]:
                    if at % 2:
                        turned_round(seq, size, a, i, at // 2, rows, ns)
                    else:
                        moved_within(seq, size, a, i, at // 2, rows, ns)
                    now = _try_pair(
                        seq, size, each, a, a, rows, ns, who, road, stay, limits, outs,
                        held, kinds, sums, marks, now,
                    )  # fmt: skip
                    room = room_for(each, a, a, now)
                    at = next_within(seq, size, a, i, at + 1, road, limits, sums, room)
            marks[a, a] = looked
        better = now < before - LEAST
    return now


@compiled
def _put_back(
    seq: Longs, size: Longs, each: Floats, loose: Longs, who: Longs, road: Floats, stay: Floats,
    limits: Floats, rows: Longs, outs: Floats, held: Floats, kinds: Longs, sums: Floats,
    marks: Longs, plain: bool,
) -> float:  # fmt: skip
    """Insert the loose stops, at least one, one by one; return the week's cost."""
    now = np.inf
    for r in range(size.size):
        sum_up(seq, size, r, road, stay, sums)
    for at in range(loose.size):
        now = _insert(
            seq, size, each, loose[at], who, road, stay, limits, rows, outs, held, kinds, sums,
            marks, plain,
        )  # fmt: skip
    return now


@compiled
def _copy(seq: Longs, size: Longs, to_seq: Longs, to_size: Longs) -> None:
    """Copy trips and their sizes."""
    for r in range(size.size):
        to_size[r] = size[r]
        for at in range(size[r]):
            to_seq[r, at] = seq[r, at]


@compiled
def improve_week(
    seq: Longs, size: Longs, who: Longs, road: Floats, stay: Floats, limits: Floats, kinds: Longs,
    best_seq: Longs, best_size: Longs, each: Floats, rows: Longs, ns: Longs, outs: Floats,
    held: Floats, loose: Longs, sums: Floats, marks: Longs, turns: int,
) -> float:  # fmt: skip
    """Route a week's stops, the best trips in `best_seq`, `best_size`, `kinds`; return their cost.

    The stops 1 to p are inserted one by one, farthest first as `loose` (p,) lists them, improved to
    a local optimum, and then `turns` times some neighbours are taken out, put back and improved
    again (large neighbourhood search; Schrimpf and others 2000, doi:10.1006/jcph.1999.6413); the
    draws are a counter's, so the same week gives the same trips. The other arrays are room.
    """
    k, p = size.size, loose.size
    alone = limits[3] >= 0.0 and road[0, loose[0]] < limits[2]
    plain = alone and limits[3] == LATE_PRICE
    for at in range(1, p):
        plain = plain and who[at] != who[at + 1]
    for r in range(k):
        size[r] = 0
        trip_cost(seq[r], wide(0), who, road, stay, limits, each[r])
        is_new(marks, r)
    now = _put_back(
        seq, size, each, loose, who, road, stay, limits, rows, outs, held, kinds, sums, marks,
        plain,
    )  # fmt: skip
    now = _descend(
        seq, size, each, who, road, stay, limits, rows, ns, outs, held, kinds, sums, marks, alone,
        now,
    )  # fmt: skip
    best = now
    _copy(seq, size, best_seq, best_size)
    keep_marks(marks)
    draw = np.int64(12345)
    out_of = min(p, 2 + p // 5)
    for _ in range(turns if p > 1 else 0):
        draw = (draw * 1103515245 + 12345) % 2147483648
        middle = 1 + (draw // 65536) % p
        # The stops nearest to the drawn one leave their trips, nearest first.
        last, last_way = 0, -2.0
        for at in range(out_of):
            nearest, least = 0, np.inf
            for node in range(1, p + 1):
                way = road[middle, node] if node != middle else -1.0
                if way < least and (way > last_way or (way == last_way and node > last)):
                    nearest, least = node, way
            last, last_way = nearest, least
            loose[at] = nearest
            for r in range(k):
                for place in range(size[r]):
                    if seq[r, place] == nearest:
                        for i in range(place, size[r] - 1):
                            seq[r, i] = seq[r, i + 1]
                        size[r] -= 1
                        is_new(marks, r)
                        break
        for r in range(k):
            trip_cost(seq[r], size[r], who, road, stay, limits, each[r])
        now = _put_back(
            seq, size, each, loose[:out_of], who, road, stay, limits, rows, outs, held, kinds, sums,
            marks, plain,
        )  # fmt: skip
        as_before(seq, size, best_seq, best_size, marks)
        now = _descend(
            seq, size, each, who, road, stay, limits, rows, ns, outs, held, kinds, sums, marks,
            alone, now,
        )  # fmt: skip
        if now < best - LEAST:
            best = now
            _copy(seq, size, best_seq, best_size)
            keep_marks(marks)
        else:
            _copy(best_seq, best_size, seq, size)
    for r in range(k):
        trip_cost(best_seq[r], best_size[r], who, road, stay, limits, each[r])
    return week_cost(each, k, kinds)
