"""Compiled pricing of free centers in the plane on pairs of center and near unit.

`solvers.bounds.near_pairs` says what is computed, and draws the arrays up.
"""

from __future__ import annotations

from solvers.kernels.compile import compiled, inlined
from solvers.kernels.pricing import banded
from solvers.kernels.records import Floats, Ints, Longs

__all__ = ["cover_pairs", "list_pairs", "price_pairs"]


@compiled
def list_pairs(
    x: Floats,
    y: Floats,
    power: int,
    weight: Floats,
    activity: Floats,
    item: Floats,
    band: Floats,
    first_of_block: Longs,
    box: Floats,
    far: Floats,
    most: Floats,
    least: Floats,
    begin: int,
    end: int,
    at: int,
    first: Longs,
    unit: Ints,
    distance: Floats,
) -> int:
    """List, by center, itself and the units whose price there is below 0; return where they end.

    Of the centers `begin` to `end`, the first of whose pairs is the `at`-th of all.

    Blocks of neighbouring units b are passed over where their box `box` (b, 4) is too far away for
    any of them: `far` (b,) is the greatest item price over weight in it, `most` and `least` (b, m)
    those of activity over weight. `first` (n + 1,) is written always, `unit` and `distance` only
    where they have room: the first call, with none, counts.
    """
    m = activity.shape[1]
    for j in range(begin, end):
        first[j] = at
        for b in range(far.size):
            start, stop = first_of_block[b], first_of_block[b + 1]
            dx = max(0.0, box[b, 0] - x[j], x[j] - box[b, 1])
            dy = max(0.0, box[b, 2] - y[j], y[j] - box[b, 3])
            away = dx * dx + dy * dy
            if power == 1:
                away = away**0.5
            reach = far[b]
            for a in range(m):
                reach -= band[j, a] * (most[b, a] if band[j, a] < 0.0 else least[b, a])
            if away > reach and (j < start or j >= stop):
                continue
            for i in range(start, stop):
                dx, dy = x[i] - x[j], y[i] - y[j]
                away = dx * dx + dy * dy
                if power == 1:
                    away = away**0.5
                if i != j and _price(weight[i] * away, item, band, activity, i, j) >= 0.0:
                    continue
                if at < unit.size:
                    unit[at], distance[at] = i, away
                at += 1
    return at


@inlined
def _price(cost: float, item: Floats, band: Floats, activity: Floats, i: int, j: int) -> float:
    """Price of unit i in a territory around center j."""
    out: float = cost - item[i]
    for a in range(activity.shape[1]):
        out += band[j, a] * activity[i, a]
    return out


@compiled
def price_pairs(
    first: Longs,
    unit: Ints,
    distance: Floats,
    weight: Floats,
    activity: Floats,
    lower: Floats,
    upper: Floats,
    item: Floats,
    band: Floats,
    begin: int,
    end: int,
    value: Floats,
    load: Floats,
) -> None:
    """Write the value (n,) of opening the centers `begin` to `end`, and the load (n, m) of each."""
    m = activity.shape[1]
    for j in range(begin, end):
        gain = 0.0
        for a in range(m):
            load[j, a] = 0.0
        for at in range(first[j], first[j + 1]):
            i = unit[at]
            price = _price(weight[i] * distance[at], item, band, activity, i, j)
            if price < 0.0 or i == j:
                gain += price
                for a in range(m):
                    load[j, a] += activity[i, a]
        value[j] = banded(gain, lower, upper, band, j)


@compiled
def cover_pairs(
    first: Longs,
    unit: Ints,
    distance: Floats,
    weight: Floats,
    activity: Floats,
    item: Floats,
    band: Floats,
    share: Floats,
    least: float,
    begin: int,
    end: int,
    covered: Floats,
) -> None:
    """Write how often each unit (n,) is taken where `begin` to `end` are open by their shares (n,).

    Centers with less than the `least` share are passed over.
    """
    covered[:] = 0.0
    for j in range(begin, end):
        if share[j] < least:
            continue
        for at in range(first[j], first[j + 1]):
            i = unit[at]
            price = _price(weight[i] * distance[at], item, band, activity, i, j)
            if price < 0.0 or i == j:
                covered[i] += share[j]
