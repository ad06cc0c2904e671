"""Compiled allocation: units to priced territories, and unassigned units to their neighbours."""

from __future__ import annotations

import math

import numpy as np

from solvers.arrays import LIMIT
from solvers.kernels.compile import compiled, inlined
from solvers.kernels.moves import wide
from solvers.kernels.records import Floats, Ints, Longs

__all__ = [
    "FIRST",
    "LAST",
    "LONG",
    "SHORT",
    "absorb",
    "ascend",
    "choose",
    "recentre",
    "to_centroids",
]

FIRST, LAST = 0.4, 0.1
"""Size of the first and the last change of a price, while centers are looked for, in the
territory's own costs per goal."""

LONG, SHORT = 40, 5
"""Rounds of prices in the first turn of that, and in each later one, which begins with prices."""


@compiled
def _is_barred(barred: Longs, key: int) -> bool:
    low, high = 0, barred.size
    while low < high:
        middle = (low + high) // 2
        if barred[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low < barred.size and barred[low] == key


@compiled
def absorb(
    indptr: Longs,
    indices: Ints,
    assignment: Ints,
    queue: Ints,
    choice: Ints,
    weight: Floats,
    load: Floats,
    goal: Floats,
    barred: Longs,
    together: Ints,
) -> None:
    """Give the queue's units, ring by ring, to the least loaded neighbouring territory, in place.

    The queue is used up; `choice` is room of the same size; `load` (k,) is in shares of the goal
    (k,); `barred` holds sorted keys ``unit * k + territory``. Mates of a together group follow the
    first of them.
    """
    k = load.size
    left = queue.size
    lenient = False
    while left > 0:
        for at in range(left):
            u = queue[at]
            best = -1
            for slot in range(indptr[u], indptr[u + 1]):
                t = assignment[indices[slot]]
                if t < 0 or (best >= 0 and load[t] >= load[best]):
                    continue
                if not lenient and _is_barred(barred, u * k + t):
                    continue
                best = t
            choice[at] = best
        kept = 0
        for at in range(left):
            u = queue[at]
            t = choice[at]
            if assignment[u] >= 0:
                continue
            if t < 0:
                queue[kept] = u
                kept += 1
                continue
            assignment[u] = t
            load[t] += weight[u] / goal[t]
            if together[u] >= 0:
                for v in range(assignment.size):
                    if together[v] == together[u] and assignment[v] < 0:
                        assignment[v] = t
                        load[t] += weight[v] / goal[t]
        if kept == left:
            if lenient:
                return
            lenient = True
        else:
            lenient = False
        left = kept


@compiled
def choose(
    ptr: Longs,
    territory: Ints,
    cost: Floats,
    travel: Floats,
    activity: Floats,
    share: Floats,
    price: Floats,
    fallen: Floats,
    rival: Floats,
    taken: Ints,
    load: Floats,
    spent: Floats,
) -> None:
    """Give every unit to the candidate with the least cost plus priced load.

    Writes which entries are the cheapest and the next one of each unit, `taken` (n, 2), and the
    loads (k, m) and the costs (k,) of the territories.

    Since all candidates of a unit were last looked at, no price has fallen by more than `fallen`
    (m,) has risen. So these two stay ahead as long as one of them costs less than the third one
    did then, less that: `rival` (n,), -inf where all are to be looked at.
    """
    n, m = activity.shape
    for t in range(load.shape[0]):
        spent[t] = 0.0
        for j in range(m):
            load[t, j] = 0.0
    for u in range(n):
        best, after, least = ptr[u], ptr[u], np.inf
        if rival[u] > -np.inf:
            best, after = wide(taken[u, 0]), wide(taken[u, 1])
            least = _priced(territory, cost, travel, activity, share, price, u, best)
            other = _priced(territory, cost, travel, activity, share, price, u, after)
            if other < least or (other == least and after < best):
                best, after, least = after, best, other
            for j in range(m):
                least += fallen[j] * activity[u, j]
        if least >= rival[u]:
            least, second, third = np.inf, np.inf, np.inf
            for at in range(ptr[u], ptr[u + 1]):
                value = _priced(territory, cost, travel, activity, share, price, u, at)
                if value < least:
                    least, second, third = value, least, second
                    best, after = at, best
                elif value < second:
                    second, third, after = value, second, at
                elif value < third:
                    third = value
            rival[u] = _lasting(third, activity, share, fallen, u)
        taken[u, 0], taken[u, 1] = best, after
        t = territory[best]
        spent[t] += cost[best]
        for j in range(m):
            load[t, j] += activity[u, j] + share[j] * travel[best]


@inlined
def _priced(
    territory: Ints,
    cost: Floats,
    travel: Floats,
    activity: Floats,
    share: Floats,
    price: Floats,
    u: int,
    at: int,
) -> float:
    """Cost of unit u at one of its entries and what its load is priced there."""
    out: float = cost[at]
    for j in range(share.size):
        out += price[territory[at], j] * (activity[u, j] + share[j] * travel[at])
    return out


@inlined
def _lasting(value: float, activity: Floats, share: Floats, fallen: Floats, u: int) -> float:
    """Cost of unit u's third candidate as it is compared when prices have fallen, less rounding.

    Where bands hold travel nothing of the kind is said: what is priced hangs on the candidate then.
    """
    more = 0.0
    for j in range(share.size):
        if share[j] > 0.0:
            return -np.inf
        more += fallen[j] * activity[u, j]
    out: float = value
    if value < np.inf:
        out += more - LIMIT * (abs(value) + more)
    return out


@compiled
def ascend(
    ptr: Longs,
    territory: Ints,
    cost: Floats,
    travel: Floats,
    activity: Floats,
    share: Floats,
    goal: Floats,
    lower: Floats,
    upper: Floats,
    price: Floats,
    fallen: Floats,
    rival: Floats,
    spent: Floats,
    first: float,
    last: float,
    rounds: int,
    taken: Ints,
    load: Floats,
    best_assignment: Ints,
) -> float:
    """Raise the price of loads above their band, lower it below: a subgradient ascent in rounds.

    `price` (k, m) is changed in place, by steps that fall from `first` to `last` territory costs
    per goal and relative excess. `fallen` (m,), `rival` (n,), `taken` (n, 2), `load` (k, m) and
    `spent` (k,) are room to work in; `best_assignment` (n,) gets the one with the least total
    excess, which is returned.
    """
    n = activity.shape[0]
    k, m = goal.shape
    least = np.inf
    rival[:] = -np.inf
    for j in range(m):
        fallen[j] = 0.0
        for t in range(k):
            fallen[j] = max(fallen[j], abs(price[t, j]))
    for turn in range(rounds):
        step = first * (last / first) ** (turn / max(1, rounds - 1))
        choose(
            ptr,
            territory,
            cost,
            travel,
            activity,
            share,
            price,
            fallen,
            rival,
            taken,
            load,
            spent,
        )
        mean = 0.0
        for t in range(k):
            mean += spent[t] / k
        total = 0.0
        for j in range(m):
            factor = 1.0
            if share[j] > 0:
                held = 0.0
                whole = 0.0
                for t in range(k):
                    held += load[t, j]
                    whole += goal[t, j]
                factor = held / whole
            deepest = 0.0
            for t in range(k):
                over = load[t, j] - upper[t, j] * factor
                under = lower[t, j] * factor - load[t, j]
                if over > 0:
                    total += over / goal[t, j]
                elif under > 0:
                    total += under / goal[t, j]
                gap = load[t, j] / (goal[t, j] * factor) - 1.0
                before = price[t, j]
                # Inside the band the price drifts back to nothing; outside it is driven.
                if over > 0 or under > 0:
                    local = max(spent[t], 0.01 * mean) / max(load[t, j], 0.1 * goal[t, j])
                    price[t, j] += step * local * min(1.0, max(-1.0, gap))
                else:
                    price[t, j] *= 1.0 - 0.02 * step
                deepest = max(deepest, before - price[t, j])
            fallen[j] += deepest
        if total < least:
            least = total
            for u in range(n):
                best_assignment[u] = territory[taken[u, 0]]
            if total <= 0.0:
                break
    return least


@compiled
def to_centroids(
    x: Floats, y: Floats, mass: Floats, heavy: Longs, assignment: Ints, center: Floats
) -> None:
    """Put each territory's center on its centroid; `mass` (n,) weighs the units.

    A territory without units gets one of the `heavy` ones, in turn. Writes `center` (k, 3), of
    which the last column is room.
    """
    center[:] = 0.0
    for u in range(assignment.size):
        t = assignment[u]
        center[t, 0] += mass[u] * x[u]
        center[t, 1] += mass[u] * y[u]
        center[t, 2] += mass[u]
    empty = 0
    for t in range(center.shape[0]):
        if center[t, 2] > 0.0:
            center[t, 0] /= center[t, 2]
            center[t, 1] /= center[t, 2]
        else:
            center[t, 0] = x[heavy[empty]]
            center[t, 1] = y[heavy[empty]]
            empty = (empty + 1) % heavy.size


@compiled
def recentre(
    x: Floats,
    y: Floats,
    mass: Floats,
    heavy: Longs,
    offset: Floats,
    weight: Floats,
    power: int,
    ptr: Longs,
    territory: Ints,
    activity: Floats,
    share: Floats,
    goal: Floats,
    lower: Floats,
    upper: Floats,
    begin: int,
    end: int,
    turns: int,
    price: Floats,
    fallen: Floats,
    rival: Floats,
    spent: Floats,
    load: Floats,
    center: Floats,
    cost: Floats,
    taken: Ints,
    assignment: Ints,
    best: Ints,
    least: Floats,
) -> None:
    """Centers to centroids and units to centers, in the turns `begin` to `end` of `turns`.

    The candidates (`ptr`, `territory`) stay, and are priced anew from where the centers come to
    lie. `assignment` (n,) is changed in place; `best` (n,) gets the one of the second half of all
    turns with the least excess, and `least` (1,) that excess. `fallen` to `load`, `center` (k, 3),
    `cost` (entries,) and `taken` (n, 2) are room.
    """
    for turn in range(begin, end):
        to_centroids(x, y, mass, heavy, assignment, center)
        for u in range(assignment.size):
            for at in range(ptr[u], ptr[u + 1]):
                t = territory[at]
                dx, dy = x[u] - center[t, 0], y[u] - center[t, 1]
                away = dx * dx + dy * dy
                cost[at] = offset[u] + weight[u] * (away if power == 2 else math.sqrt(away))
        excess = ascend(
            ptr,
            territory,
            cost,
            cost,
            activity,
            share,
            goal,
            lower,
            upper,
            price,
            fallen,
            rival,
            spent,
            FIRST,
            LAST,
            SHORT if turn else LONG,
            taken,
            load,
            assignment,
        )
        if turn >= turns // 2 and excess < least[0]:
            least[0] = excess
            for u in range(assignment.size):
                best[u] = assignment[u]
