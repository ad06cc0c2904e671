"""Compiled pricing of free centers in the plane on pairs of center and near block of units.

`solvers.bounds.plane` says what is computed, and draws the arrays up: by unit of length q, a
multiple of `WIDTH`, in an order in which blocks of `WIDTH` neighbours follow one another; by two
measures or more.

Sums run in `WIDTH` lanes side by side, and lanes are added in order: processors that work on eight
numbers at once are kept busy, and every other finds the same sums to the bit.
"""

from __future__ import annotations

import math

from solvers.kernels.compile import compiled, inlined
from solvers.kernels.moves import wide
from solvers.kernels.pricing import banded
from solvers.kernels.records import Floats, Ints, Longs

__all__ = ["WIDTH", "cover_blocks", "list_blocks", "price_blocks"]

WIDTH = 16
"""Units of a block."""


@compiled
def list_blocks(
    x: Floats,
    y: Floats,
    power: int,
    band: Floats,
    box: Floats,
    far: Floats,
    most: Floats,
    least: Floats,
    first_of_group: Longs,
    group_box: Floats,
    group_far: Floats,
    group_most: Floats,
    group_least: Floats,
    begin: int,
    end: int,
    at: int,
    first: Longs,
    block: Ints,
) -> int:
    """List, by center, the blocks that may hold a price below 0; return where they end.

    Of the centers `begin` to `end`, the first of whose blocks is the `at`-th of all.

    A block is passed over where its box `box` (b, 4) is too far away for any of its units: `far`
    (b,) is the greatest item price over weight in it, `most` and `least` (b, m) those of activity
    over weight; so are groups of blocks, by the same of theirs. `first` (n + 1,) is written always,
    `block` only where it has room: the first call, with none, counts.
    """
    for j in range(begin, end):
        first[j] = at
        own = j // WIDTH
        for g in range(group_far.size):
            start, stop = first_of_group[g], first_of_group[g + 1]
            mine = start <= own < stop
            if not mine and _beyond(
                x[j], y[j], power, band, j, group_box, group_far, group_most, group_least, g
            ):
                continue
            for b in range(start, stop):
                if b != own and _beyond(x[j], y[j], power, band, j, box, far, most, least, b):
                    continue
                if at < block.size:
                    block[at] = b
                at += 1
    return at


@inlined
def _beyond(
    x: float,
    y: float,
    power: int,
    band: Floats,
    j: int,
    box: Floats,
    far: Floats,
    most: Floats,
    least: Floats,
    b: int,
) -> bool:
    """Return whether box b is too far from center j, at x and y, for any price below 0."""
    dx = max(0.0, box[b, 0] - x, x - box[b, 1])
    dy = max(0.0, box[b, 2] - y, y - box[b, 3])
    away = dx * dx + dy * dy
    if power == 1:
        away = math.sqrt(away)
    reach = far[b]
    for a in range(band.shape[1]):
        reach -= band[j, a] * (most[b, a] if band[j, a] < 0.0 else least[b, a])
    beyond: bool = away > reach
    return beyond


@inlined
def _write_prices(
    x: Floats,
    y: Floats,
    power: int,
    weight: Floats,
    activity: Floats,
    item: Floats,
    band: Floats,
    j: int,
    start: int,
    price: Floats,
) -> int:
    """Write the prices (`WIDTH`,) of the units from `start` on in a territory around center j.

    Returns the bits of those below 0.
    """
    stop = start + WIDTH
    xs, ys, weights, items = x[start:stop], y[start:stop], weight[start:stop], item[start:stop]
    loads, others, mu, nu = activity[0, start:stop], activity[1, start:stop], band[j, 0], band[j, 1]
    own_x, own_y = x[j], y[j]
    bits = 0
    if power == 2:
        for at in range(WIDTH):
            dx, dy = xs[at] - own_x, ys[at] - own_y
            paid = weights[at] * (dx * dx + dy * dy) - items[at]
            paid = paid + mu * loads[at] + nu * others[at]
            price[at] = paid
            bits |= wide(paid < 0.0) << at
    else:
        for at in range(WIDTH):
            dx, dy = xs[at] - own_x, ys[at] - own_y
            paid = weights[at] * math.sqrt(dx * dx + dy * dy) - items[at]
            paid = paid + mu * loads[at] + nu * others[at]
            price[at] = paid
            bits |= wide(paid < 0.0) << at
    for a in range(2, activity.shape[0]):
        loads, mu, bits = activity[a, start:stop], band[j, a], 0
        for at in range(WIDTH):
            paid = price[at] + mu * loads[at]
            price[at] = paid
            bits |= wide(paid < 0.0) << at
    return bits


@compiled
def price_blocks(
    first: Longs,
    block: Ints,
    x: Floats,
    y: Floats,
    power: int,
    weight: Floats,
    activity: Floats,
    lower: Floats,
    upper: Floats,
    item: Floats,
    band: Floats,
    begin: int,
    end: int,
    price: Floats,
    lanes: Floats,
    value: Floats,
    load: Floats,
    taken: Ints,
) -> None:
    """Write the value (n,) of opening the centers `begin` to `end`, and the load (n, m) of each.

    And the bits of the units that each of them takes, by listed block: `taken`. A center's own unit
    is in its territory at any price. `activity` is (m, q); `price` (`WIDTH`,) and `lanes`
    (m + 1, `WIDTH`) are room.
    """
    m = activity.shape[0]
    sums, more, gains = lanes[0], lanes[1], lanes[m]
    for j in range(begin, end):
        lanes[:] = 0.0
        for at in range(first[j], first[j + 1]):
            start = block[at] * WIDTH
            bits = _write_prices(x, y, power, weight, activity, item, band, j, start, price)
            loads, others = activity[0, start : start + WIDTH], activity[1, start : start + WIDTH]
            taken[at] = bits | (1 << (j - start) if start <= j < start + WIDTH else 0)
            if bits == 0:
                continue
            for lane in range(WIDTH):
                gains[lane] += price[lane] if price[lane] < 0.0 else 0.0
                sums[lane] += loads[lane] if price[lane] < 0.0 else 0.0
                more[lane] += others[lane] if price[lane] < 0.0 else 0.0
            for a in range(2, m):
                loads, rest = activity[a, start : start + WIDTH], lanes[a]
                for lane in range(WIDTH):
                    rest[lane] += loads[lane] if price[lane] < 0.0 else 0.0
        own = _own_price(activity, item, band, j)
        gain = max(own, 0.0)
        for lane in range(WIDTH):
            gain += gains[lane]
        for a in range(m):
            total = activity[a, j] if own >= 0.0 else 0.0
            for lane in range(WIDTH):
                total += lanes[a, lane]
            load[j, a] = total
        value[j] = banded(gain, lower, upper, band, j)


@inlined
def _own_price(activity: Floats, item: Floats, band: Floats, j: int) -> float:
    """Price of a center's own unit, that travels nothing."""
    out: float = -item[j]
    for a in range(activity.shape[0]):
        out += band[j, a] * activity[a, j]
    return out


@compiled
def cover_blocks(
    first: Longs,
    block: Ints,
    taken: Ints,
    share: Floats,
    least: float,
    begin: int,
    end: int,
    covered: Floats,
) -> None:
    """Write how often each unit (q,) is taken where `begin` to `end` are open by their shares (n,).

    `taken` is as `price_blocks` writes it; centers with less than the `least` share are passed
    over.
    """
    covered[:] = 0.0
    for j in range(begin, end):
        part = share[j]
        if part < least:
            continue
        for at in range(first[j], first[j + 1]):
            bits = wide(taken[at])
            if bits == 0:
                continue
            start = block[at] * WIDTH
            times = covered[start : start + WIDTH]
            for lane in range(WIDTH):
                times[lane] += part if (bits >> lane) & 1 else 0.0
