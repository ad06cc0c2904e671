"""What a change of a week's trips costs at least, and the trips as it would make them.

Sums along the trips (`sums`, three of shape (n_days, p + 2)) tell the least of a change at once:
most are passed over without being reckoned, and none that would be taken. A negative `limits[3]`
lets every change through. What was looked at in vain is not looked at again (`marks`).
"""

from __future__ import annotations

from solvers.arrays import Floats, Longs
from solvers.kernels.compile import compiled, inlined

__all__ = [
    "at_least",
    "elsewhere",
    "is_new",
    "moved_within",
    "pair_of",
    "sum_up",
    "swapped",
    "tails",
    "turned_round",
]

_MOST_TRIPS = 2**31
"""More than are ever looked at: two numbers below it are one below 2**62."""


@inlined
def at_least(drive: float, work: float, limits: Floats) -> float:
    """Least cost of a trip of so many minutes: `limits[3]` of (4,) for each beyond the day."""
    least: float = drive + limits[3] * max(0.0, drive + work - limits[0])
    return least


@inlined
def is_new(marks: Longs, r: int) -> None:
    """Note that a trip is another now: `marks` (k + 3, k) has trips' numbers in row k.

    Rows 0 to k - 1 hold what was last looked at without a gain, pair by pair, row k + 1 the
    numbers of the best trips, the last one how many numbers were given out.
    """
    k = marks.shape[1]
    marks[k + 2, 0] += 1
    marks[k, r] = marks[k + 2, 0]


@inlined
def pair_of(marks: Longs, a: int, b: int) -> int:
    """Return one number for what the trips a and b are now; `marks` (k + 3, k) as `is_new` says."""
    k = marks.shape[1]
    both: int = marks[k, a] * _MOST_TRIPS + marks[k, b]
    return both


@compiled
def sum_up(seq: Longs, size: Longs, r: int, road: Floats, stay: Floats, sums: Floats) -> None:
    """Write the sums along a trip: minutes out to each stop, its whole, those back, at stops.

    `seq` (n_days, p), `size` (n_days,), `road` (p + 1, p + 1), `stay` (p + 1,), `sums` as above.
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
def tails(
    seq: Longs, size: Longs, a: int, b: int, i: int, j: int, road: Floats, limits: Floats,
    sums: Floats, rows: Longs, ns: Longs, room: float,
) -> bool:  # fmt: skip
    """First i of a with what follows the first j of b, and the other way: whether it may do.

    Arrays as `sum_up` has them; the changed trips go to `rows` (2, p), their sizes to `ns` (2,).
    """
    m, n = size[a], size[b]
    if limits[3] >= 0.0:
        first, other = _stop(seq, size, a, i - 1), _stop(seq, size, b, j - 1)
        rest_b = sums[0, b, n + 1] - sums[0, b, j + 1] if j < n else 0.0
        rest_a = sums[0, a, m + 1] - sums[0, a, i + 1] if i < m else 0.0
        one = sums[0, a, i] + rest_b + road[first, _stop(seq, size, b, j)]
        two = sums[0, b, j] + rest_a + road[other, _stop(seq, size, a, i)]
        w_one = sums[2, a, i] + sums[2, b, n] - sums[2, b, j]
        w_two = sums[2, b, j] + sums[2, a, m] - sums[2, a, i]
        if at_least(one, w_one, limits) + at_least(two, w_two, limits) >= room:
            return False
    for at in range(i):
        rows[0, at] = seq[a, at]
    for at in range(j, n):
        rows[0, i + at - j] = seq[b, at]
    for at in range(j):
        rows[1, at] = seq[b, at]
    for at in range(i, m):
        rows[1, j + at - i] = seq[a, at]
    ns[0], ns[1] = i + n - j, j + m - i
    return True


@inlined
def elsewhere(
    seq: Longs, size: Longs, a: int, b: int, i: int, j: int, road: Floats, stay: Floats,
    limits: Floats, sums: Floats, rows: Longs, ns: Longs, room: float,
) -> bool:  # fmt: skip
    """Stop i of a as stop j of b: whether it may do.

    Arrays as `sum_up` has them; the changed trips go to `rows` (2, p), their sizes to `ns` (2,).
    """
    m, n = size[a], size[b]
    if limits[3] >= 0.0:
        stop, before, after = seq[a, i], _stop(seq, size, a, i - 1), _stop(seq, size, a, i + 1)
        one = sums[0, a, m + 1] - road[before, stop] - road[stop, after] + road[before, after]
        before, after = _stop(seq, size, b, j - 1), _stop(seq, size, b, j)
        two = sums[0, b, n + 1] - road[before, after] + road[before, stop] + road[stop, after]
        w_one, w_two = sums[2, a, m] - stay[stop], sums[2, b, n] + stay[stop]
        if at_least(one, w_one, limits) + at_least(two, w_two, limits) >= room:
            return False
    for at in range(m - 1):
        rows[0, at] = seq[a, at if at < i else at + 1]
    for at in range(n + 1):
        rows[1, at] = seq[a, i] if at == j else seq[b, at if at < j else at - 1]
    ns[0], ns[1] = m - 1, n + 1
    return True


@inlined
def swapped(
    seq: Longs, size: Longs, a: int, b: int, i: int, j: int, road: Floats, stay: Floats,
    limits: Floats, sums: Floats, rows: Longs, ns: Longs, room: float,
) -> bool:  # fmt: skip
    """Stop i of a for stop j of b: whether it may do.

    Arrays as `sum_up` has them; the changed trips go to `rows` (2, p), their sizes to `ns` (2,).
    """
    m, n = size[a], size[b]
    if limits[3] >= 0.0:
        x, y = seq[a, i], seq[b, j]
        before, after = _stop(seq, size, a, i - 1), _stop(seq, size, a, i + 1)
        one = sums[0, a, m + 1] - road[before, x] - road[x, after]
        one += road[before, y] + road[y, after]
        before, after = _stop(seq, size, b, j - 1), _stop(seq, size, b, j + 1)
        two = sums[0, b, n + 1] - road[before, y] - road[y, after]
        two += road[before, x] + road[x, after]
        more = stay[y] - stay[x]
        w_one, w_two = sums[2, a, m] + more, sums[2, b, n] - more
        if at_least(one, w_one, limits) + at_least(two, w_two, limits) >= room:
            return False
    for at in range(m):
        rows[0, at] = seq[b, j] if at == i else seq[a, at]
    for at in range(n):
        rows[1, at] = seq[a, i] if at == j else seq[b, at]
    ns[0], ns[1] = m, n
    return True


@inlined
def moved_within(
    seq: Longs, size: Longs, a: int, i: int, j: int, road: Floats, limits: Floats, sums: Floats,
    rows: Longs, ns: Longs, room: float,
) -> bool:  # fmt: skip
    """Stop i at place j of its own trip: whether it may do.

    Arrays as `sum_up` has them; the changed trips go to `rows` (2, p), their sizes to `ns` (2,).
    """
    n = size[a]
    if limits[3] >= 0.0:
        stop, before, after = seq[a, i], _stop(seq, size, a, i - 1), _stop(seq, size, a, i + 1)
        way = sums[0, a, n + 1] - road[before, stop] - road[stop, after] + road[before, after]
        before = _stop(seq, size, a, j - 1 if j <= i else j)
        after = _stop(seq, size, a, j if j < i else j + 1)
        way += road[before, stop] + road[stop, after] - road[before, after]
        if at_least(way, sums[2, a, n], limits) >= room:
            return False
    at_new = 0
    for at in range(n):
        if at != i:
            rows[0, at_new if at_new < j else at_new + 1] = seq[a, at]
            at_new += 1
    rows[0, j] = seq[a, i]
    ns[0] = n
    return True


@inlined
def turned_round(
    seq: Longs, size: Longs, a: int, i: int, j: int, road: Floats, limits: Floats, sums: Floats,
    rows: Longs, ns: Longs, room: float,
) -> bool:  # fmt: skip
    """Stops i to j of a trip in the other direction: whether it may do.

    Arrays as `sum_up` has them; the changed trips go to `rows` (2, p), their sizes to `ns` (2,).
    """
    n = size[a]
    if limits[3] >= 0.0:
        first, last = seq[a, i], seq[a, j]
        before, after = _stop(seq, size, a, i - 1), _stop(seq, size, a, j + 1)
        way = sums[0, a, n + 1] - (sums[0, a, j + 1] - sums[0, a, i + 1])
        way += sums[1, a, j] - sums[1, a, i]
        way += road[before, last] + road[first, after] - road[before, first] - road[last, after]
        if at_least(way, sums[2, a, n], limits) >= room:
            return False
    for at in range(n):
        rows[0, at] = seq[a, i + j - at if i <= at <= j else at]
    ns[0] = n
    return True
