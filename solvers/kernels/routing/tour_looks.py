"""Which change of a week's trips may do, by what it costs at least.

Sums along the trips (`sums`, three of shape (n_days, p + 2)) tell the least of a change at once:
most are passed over without being reckoned, and none that would be taken. A negative `limits[3]`
lets every change through. What was looked at in vain is not looked at again (`marks`). Each look
goes along one trip from a place on and returns the first place that may do, so that what is the
same for all places is reckoned once. Behind the looks stand the trips as the changes would make
them, written to `rows` (2, p), their sizes to `ns` (2,).
"""

from __future__ import annotations

from solvers.arrays import Floats, Longs
from solvers.kernels.compile import compiled, inlined

__all__ = [
    "LEAST",
    "as_before",
    "at_least",
    "cheaper",
    "elsewhere",
    "is_new",
    "keep_marks",
    "moved_within",
    "next_elsewhere",
    "next_swapped",
    "next_tail",
    "next_within",
    "pair_of",
    "room_for",
    "sum_up",
    "swapped",
    "tails",
    "turned_round",
]

LEAST = 1e-7
"""Minutes by which a week has to be better."""

_MOST_TRIPS = 2**31
"""More than are ever looked at: two numbers below it are one below 2**62."""


@inlined
def at_least(drive: float, work: float, limits: Floats) -> float:
    """Least cost of a trip of so many minutes: `limits[3]` of (4,) for each beyond the day."""
    least: float = drive + limits[3] * max(0.0, drive + work - limits[0])
    return least


@inlined
def cheaper(each: Floats, r: int) -> float:
    """Return what a trip costs, in one day or with nights: `each` (k, 3) as `trip_cost` says."""
    cost: float = each[r, 1] if each[r, 1] < each[r, 0] else each[r, 0]
    return cost


@inlined
def room_for(each: Floats, a: int, b: int, now: float) -> float:
    """Return what the trips a and b may cost together: the others at their least, `each` (k, 3)."""
    room = now - LEAST / 2.0
    for r in range(each.shape[0]):
        if r != a and r != b:  # noqa: PLR1714
            room -= cheaper(each, r)
    return room


@inlined
def is_new(marks: Longs, r: int) -> None:
    """Note that a trip is another now: `marks` (2 k + 3, k) has trips' numbers in row k.

    Rows 0 to k - 1 hold what was last looked at without a gain, pair by pair, row k + 1 the
    numbers of the best trips, row k + 2 how many numbers were given out, those behind it what was
    looked at of the best trips.
    """
    k = marks.shape[1]
    marks[k + 2, 0] += 1
    marks[k, r] = marks[k + 2, 0]


@inlined
def pair_of(marks: Longs, a: int, b: int) -> int:
    """Return one number for what trips a and b are now; `marks` (2 k + 3, k) as `is_new` says."""
    k = marks.shape[1]
    both: int = marks[k, a] * _MOST_TRIPS + marks[k, b]
    return both


@compiled
def keep_marks(marks: Longs) -> None:
    """Note what trips and pairs are now as the best ones': `marks` (2 k + 3, k) as in `is_new`."""
    k = marks.shape[1]
    for r in range(k):
        marks[k + 1, r] = marks[k, r]
        for at in range(k):
            marks[k + 3 + r, at] = marks[r, at]


@compiled
def as_before(seq: Longs, size: Longs, best: Longs, best_size: Longs, marks: Longs) -> None:
    """Give trips that are the best ones again their numbers, so that they are not looked at anew.

    Arrays as in `sum_up`: `seq` (n_days, p), `best` the same; what was looked at of the best trips
    is known again, too.
    """
    k = size.size
    for r in range(k):
        same = size[r] == best_size[r]
        at = 0
        while same and at < size[r]:
            same = seq[r, at] == best[r, at]
            at += 1
        if same:
            marks[k, r] = marks[k + 1, r]
        for at in range(k):
            marks[r, at] = marks[k + 3 + r, at]


@compiled
def sum_up(seq: Longs, size: Longs, r: int, road: Floats, stay: Floats, sums: Floats) -> None:
    """Write the sums along a trip: minutes out to each stop, its whole, those back, at stops.

    `seq` (n_days, p), `size` (n_days,), `road` (p + 1, p + 1), `stay` (p + 1,),
    `sums` (3, n_days, p + 2).
    """
    n, at = size[r], 0
    sums[0, r, 0] = sums[1, r, 0] = sums[2, r, 0] = 0.0
    for i in range(n + 1):
        to = seq[r, i] if i < n else 0
        sums[0, r, i + 1] = sums[0, r, i] + road[at, to]
        if i < n:
            sums[2, r, i + 1] = sums[2, r, i] + stay[to]
            if i:
                sums[1, r, i] = sums[1, r, i - 1] + road[to, at]
        at = to


@inlined
def _stop(seq: Longs, size: Longs, r: int, at: int) -> int:
    """Return the stop at a place of a trip; the base before the first and after the last."""
    return seq[r, at] if 0 <= at < size[r] else 0


@inlined
def next_tail(
    seq: Longs, size: Longs, a: int, b: int, i: int, start: int, road: Floats, limits: Floats,
    sums: Floats, room: float,
) -> int:  # fmt: skip
    """Return the first place j of b, from `start` on, for which tails of a and b may be exchanged.

    First i of a with what follows the first j of b, and the other way; the size of b + 1 where
    none may. Arrays as in `sum_up`: `seq` (n_days, p).
    """
    m, n = size[a], size[b]
    day, price = limits[0], limits[3]
    if price < 0.0:
        return start
    first, at_a = _stop(seq, size, a, i - 1), _stop(seq, size, a, i)
    rest_a = sums[0, a, m + 1] - sums[0, a, i + 1] if i < m else 0.0
    out_a, w_a, w_rest = sums[0, a, i], sums[2, a, i], sums[2, a, m] - sums[2, a, i]
    whole_b, w_b = sums[0, b, n + 1], sums[2, b, n]
    other = seq[b, start - 1] if start else 0
    for j in range(start, n + 1):
        at_b = seq[b, j] if j < n else 0
        rest_b = whole_b - sums[0, b, j + 1] if j < n else 0.0
        one = out_a + rest_b + road[first, at_b]
        two = sums[0, b, j] + rest_a + road[other, at_a]
        w_j = sums[2, b, j]
        least = one + price * max(0.0, one + w_a + w_b - w_j - day)
        least += two + price * max(0.0, two + w_j + w_rest - day)
        if least < room:
            return j
        other = at_b
    return int(n + 1)


@inlined
def next_elsewhere(
    seq: Longs, size: Longs, a: int, b: int, i: int, start: int, road: Floats, stay: Floats,
    limits: Floats, sums: Floats, room: float,
) -> int:  # fmt: skip
    """Return the first place j of b, from `start` on, that stop i of a may have.

    The size of b + 1 where none may. Arrays as in `sum_up`: `seq` (n_days, p).
    """
    m, n = size[a], size[b]
    day, price = limits[0], limits[3]
    if price < 0.0:
        return start
    stop, before, after = seq[a, i], _stop(seq, size, a, i - 1), _stop(seq, size, a, i + 1)
    one = sums[0, a, m + 1] - road[before, stop] - road[stop, after] + road[before, after]
    left = room - at_least(one, sums[2, a, m] - stay[stop], limits)
    whole_b, late_b = sums[0, b, n + 1], sums[2, b, n] + stay[stop] - day
    before = seq[b, start - 1] if start else 0
    for j in range(start, n + 1):
        after = seq[b, j] if j < n else 0
        two = whole_b - road[before, after] + road[before, stop] + road[stop, after]
        if two + price * max(0.0, two + late_b) < left:
            return j
        before = after
    return int(n + 1)


@inlined
def next_swapped(
    seq: Longs, size: Longs, a: int, b: int, i: int, start: int, road: Floats, stay: Floats,
    limits: Floats, sums: Floats, room: float,
) -> int:  # fmt: skip
    """Return the first stop j of b, from `start` on, that stop i of a may be exchanged for.

    The size of b where none may. Arrays as in `sum_up`: `seq` (n_days, p).
    """
    m, n = size[a], size[b]
    day, price = limits[0], limits[3]
    if price < 0.0:
        return start
    x, left, right = seq[a, i], _stop(seq, size, a, i - 1), _stop(seq, size, a, i + 1)
    rest_a = sums[0, a, m + 1] - road[left, x] - road[x, right]
    late_a, late_b = sums[2, a, m] - stay[x] - day, sums[2, b, n] + stay[x] - day
    whole_b = sums[0, b, n + 1]
    before = seq[b, start - 1] if start else 0
    for j in range(start, n):
        y = seq[b, j]
        after = seq[b, j + 1] if j + 1 < n else 0
        one = rest_a + road[left, y] + road[y, right]
        two = whole_b - road[before, y] - road[y, after] + road[before, x] + road[x, after]
        least = one + price * max(0.0, one + late_a + stay[y])
        least += two + price * max(0.0, two + late_b - stay[y])
        if least < room:
            return j
        before = y
    return int(n)


@inlined
def next_within(
    seq: Longs, size: Longs, a: int, i: int, start: int, road: Floats, limits: Floats,
    sums: Floats, room: float,
) -> int:  # fmt: skip
    """Return the first change within trip a, from `start` on, that may do.

    2 j says stop i at place j, 2 j + 1 stops i to j in the other direction; twice the size of a
    where none may. Arrays as in `sum_up`: `seq` (n_days, p).
    """
    n = size[a]
    day, price = limits[0], limits[3]
    whole, late = sums[0, a, n + 1], sums[2, a, n] - day
    stop, left, right = seq[a, i], _stop(seq, size, a, i - 1), _stop(seq, size, a, i + 1)
    out = whole - road[left, stop] - road[stop, right] + road[left, right]
    for at in range(start, 2 * n):
        j = at // 2
        if i == j:
            continue
        if at % 2:
            if j < i + 2:
                continue
            if price < 0.0:
                return at
            last, after = seq[a, j], _stop(seq, size, a, j + 1)
            way = whole - (sums[0, a, j + 1] - sums[0, a, i + 1])
            way += sums[1, a, j] - sums[1, a, i]
            way += road[left, last] + road[stop, after] - road[left, stop] - road[last, after]
        else:
            if price < 0.0:
                return at
            before = _stop(seq, size, a, j - 1 if j <= i else j)
            after = _stop(seq, size, a, j if j < i else j + 1)
            way = out + road[before, stop] + road[stop, after] - road[before, after]
        if way + price * max(0.0, way + late) < room:
            return at
    return int(2 * n)


@inlined
def tails(seq: Longs, size: Longs, a: int, b: int, i: int, j: int, rows: Longs, ns: Longs) -> None:
    """First i of a with what follows the first j of b, and the other way.

    Of `seq` (n_days, p), into `rows` (2, p), whose lengths `ns` (2,) tells.
    """
    m, n = size[a], size[b]
    for at in range(i):
        rows[0, at] = seq[a, at]
    for at in range(j, n):
        rows[0, i + at - j] = seq[b, at]
    for at in range(j):
        rows[1, at] = seq[b, at]
    for at in range(i, m):
        rows[1, j + at - i] = seq[a, at]
    ns[0], ns[1] = i + n - j, j + m - i


@inlined
def elsewhere(
    seq: Longs, size: Longs, a: int, b: int, i: int, j: int, rows: Longs, ns: Longs
) -> None:
    """Stop i of a as stop j of b.

    Of `seq` (n_days, p), into `rows` (2, p), whose lengths `ns` (2,) tells.
    """
    m, n = size[a], size[b]
    for at in range(m - 1):
        rows[0, at] = seq[a, at if at < i else at + 1]
    for at in range(n + 1):
        rows[1, at] = seq[a, i] if at == j else seq[b, at if at < j else at - 1]
    ns[0], ns[1] = m - 1, n + 1


@inlined
def swapped(
    seq: Longs, size: Longs, a: int, b: int, i: int, j: int, rows: Longs, ns: Longs
) -> None:
    """Stop i of a for stop j of b.

    Of `seq` (n_days, p), into `rows` (2, p), whose lengths `ns` (2,) tells.
    """
    m, n = size[a], size[b]
    for at in range(m):
        rows[0, at] = seq[b, j] if at == i else seq[a, at]
    for at in range(n):
        rows[1, at] = seq[a, i] if at == j else seq[b, at]
    ns[0], ns[1] = m, n


@inlined
def moved_within(seq: Longs, size: Longs, a: int, i: int, j: int, rows: Longs, ns: Longs) -> None:
    """Stop i at place j of its own trip.

    Of `seq` (n_days, p), into `rows` (2, p), whose lengths `ns` (2,) tells.
    """
    n = size[a]
    at_new = 0
    for at in range(n):
        if at != i:
            rows[0, at_new if at_new < j else at_new + 1] = seq[a, at]
            at_new += 1
    rows[0, j] = seq[a, i]
    ns[0] = n


@inlined
def turned_round(seq: Longs, size: Longs, a: int, i: int, j: int, rows: Longs, ns: Longs) -> None:
    """Stops i to j of a trip in the other direction.

    Of `seq` (n_days, p), into `rows` (2, p), whose lengths `ns` (2,) tells.
    """
    n = size[a]
    for at in range(n):
        rows[0, at] = seq[a, i + j - at if i <= at <= j else at]
    ns[0] = n
