"""Compiled pricing of centers: free ones by value and load, given ones by each unit's choice."""

from __future__ import annotations

from solvers.kernels.compile import compiled, inlined
from solvers.kernels.records import Bools, Floats, Ints, Longs

__all__ = ["banded", "count_taken", "price_columns", "price_given"]


@inlined
def banded(gain: float, lower: Floats, upper: Floats, band: Floats, j: int) -> float:
    """Take off a gain what the band of center j costs, at its upper end or at its lower.

    `lower`, `upper` and the prices `band` have shape (n, m).
    """
    for a in range(band.shape[1]):
        if band[j, a] > 0.0:
            gain -= upper[j, a] * band[j, a]
        elif band[j, a] < 0.0:
            gain -= lower[j, a] * band[j, a]
    return gain


@compiled
def price_columns(
    cost: Floats,
    weight: Floats,
    travel_share: Floats,
    lower: Floats,
    upper: Floats,
    own: Ints,
    heavy: Bools,
    item: Floats,
    band: Floats,
    value: Floats,
    load: Floats,
    only: Longs,
) -> None:
    """Write each column's value (c,), load (c, m) and its heavy item or -1 (c,).

    `cost` (c, q) is by column, so that one pass reads it in order; `heavy` (q,) marks the items of
    which a column takes one only. `solvers.bounds.lagrangian` says what is computed, and does
    it in plain NumPy.
    """
    c, q = cost.shape
    m = weight.shape[1]
    for j in range(c):
        factor = 1.0
        for a in range(m):
            factor += band[j, a] * travel_share[a]
            load[j, a] = 0.0
        mine = own[j]
        gain = 0.0
        best = -1
        least = 0.0
        for i in range(q):
            price = cost[j, i]
            if price == float("inf"):
                continue
            travel = price
            price = price * factor - item[i]
            for a in range(m):
                price += band[j, a] * weight[i, a]
            if i != mine:
                if price >= 0.0:
                    continue
                if heavy[i]:
                    if not heavy[mine] and price < least:
                        best = i
                        least = price
                    continue
            gain += price
            for a in range(m):
                load[j, a] += weight[i, a] + travel_share[a] * travel
        if best >= 0:
            gain += least
            for a in range(m):
                load[j, a] += weight[best, a] + travel_share[a] * cost[j, best]
        value[j] = banded(gain, lower, upper, band, j)
        only[j] = best


@compiled
def count_taken(
    cost: Floats,
    weight: Floats,
    travel_share: Floats,
    own: Ints,
    heavy: Bools,
    item: Floats,
    band: Floats,
    only: Longs,
    chosen: Longs,
    times: Floats,
) -> None:
    """Add to `times` (q,) how many of the chosen columns take each item."""
    q, m = weight.shape
    for at in range(chosen.size):
        j = chosen[at]
        factor = 1.0
        for a in range(m):
            factor += band[j, a] * travel_share[a]
        for i in range(q):
            if i == own[j] or i == only[j]:
                times[i] += 1.0
                continue
            price = cost[j, i]
            if heavy[i] or price == float("inf"):
                continue
            price = price * factor - item[i]
            for a in range(m):
                price += band[j, a] * weight[i, a]
            if price < 0.0:
                times[i] += 1.0


@compiled
def price_given(
    near: Ints,
    cost: Floats,
    travel: Floats,
    activity: Floats,
    share: Floats,
    band: Floats,
    load: Floats,
    chosen: Longs,
) -> float:
    """Send units where they are cheapest: return what all pay, write loads (k, m), choices (n,).

    `near`, `cost` and `travel` (n, c) are some of the k given centers and what they cost, `band`
    (k, m) the prices of their loads, of which a travel of 1 adds `share` (m,).
    """
    n, m = activity.shape
    load[:] = 0.0
    paid = 0.0
    for i in range(n):
        least = float("inf")
        best = 0
        for at in range(near.shape[1]):
            t = near[i, at]
            price = cost[i, at]
            for a in range(m):
                price += band[t, a] * (activity[i, a] + share[a] * travel[i, at])
            if price < least:
                least, best = price, at
        paid += least
        chosen[i] = near[i, best]
        for a in range(m):
            load[near[i, best], a] += activity[i, a] + share[a] * travel[i, best]
    return paid
