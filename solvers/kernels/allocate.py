"""Compiled allocation: units to priced territories, and unassigned units to their neighbours."""

from __future__ import annotations

import numpy as np

from solvers.kernels.compile import compiled
from solvers.kernels.records import Floats, Ints, Longs

__all__ = ["absorb", "ascend", "choose"]


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
    assignment: Ints,
    load: Floats,
    spent: Floats,
) -> None:
    """Give every unit to the candidate with the least cost plus priced load.

    Writes the loads (k, m) and the costs (k,) of the territories.
    """
    n, m = activity.shape
    for t in range(load.shape[0]):
        spent[t] = 0.0
        for j in range(m):
            load[t, j] = 0.0
    for u in range(n):
        best = -1
        least = np.inf
        for at in range(ptr[u], ptr[u + 1]):
            t = territory[at]
            value = cost[at]
            for j in range(m):
                value += price[t, j] * (activity[u, j] + share[j] * travel[at])
            if value < least:
                least = value
                best = at
        assignment[u] = territory[best]
        spent[territory[best]] += cost[best]
        for j in range(m):
            load[territory[best], j] += activity[u, j] + share[j] * travel[best]


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
    spent: Floats,
    first: float,
    last: float,
    rounds: int,
    assignment: Ints,
    load: Floats,
    best_assignment: Ints,
) -> float:
    """Raise the price of loads above their band, lower it below: a subgradient ascent in rounds.

    `price` (k, m) is changed in place, by steps that fall from `first` to `last` territory costs
    per goal and relative excess. `assignment` (n,), `load` (k, m) and `spent` (k,) are room to work
    in; `best_assignment` (n,) gets the one with the least total excess, which is returned.
    """
    n = activity.shape[0]
    k, m = goal.shape
    least = np.inf
    for turn in range(rounds):
        step = first * (last / first) ** (turn / max(1, rounds - 1))
        choose(ptr, territory, cost, travel, activity, share, price, assignment, load, spent)
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
            for t in range(k):
                over = load[t, j] - upper[t, j] * factor
                under = lower[t, j] * factor - load[t, j]
                if over > 0:
                    total += over / goal[t, j]
                elif under > 0:
                    total += under / goal[t, j]
                gap = load[t, j] / (goal[t, j] * factor) - 1.0
                # Inside the band the price drifts back to nothing; outside it is driven.
                if over > 0 or under > 0:
                    local = max(spent[t], 0.01 * mean) / max(load[t, j], 0.1 * goal[t, j])
                    price[t, j] += step * local * min(1.0, max(-1.0, gap))
                else:
                    price[t, j] *= 1.0 - 0.02 * step
        if total < least:
            least = total
            for u in range(n):
                best_assignment[u] = assignment[u]
            if total <= 0.0:
                break
    return least
