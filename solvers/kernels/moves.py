"""Compiled building blocks of the search: what one move of a unit changes, and making it.

A search works on two records of flat arrays: a `Field`, which never changes, and a `State`, which
every move changes. Each kernel has a slow obvious twin in the tests.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import NONZERO
from solvers.kernels.compile import compiled, inlined
from solvers.kernels.records import (
    CENTROID,
    DENSE,
    SPARSE,
    Field,
    Ints,
    Longs,
    State,
)

__all__ = ["cut_edges", "draw", "excess", "find", "move", "refresh", "serve", "shift", "wide"]


@inlined
def draw(rng: NDArray[np.uint64]) -> np.uint64:
    """Draw 64 random bits (splitmix64).

    `rng` is (1,), the state, and changed in place.
    """
    rng[0] += np.uint64(0x9E3779B97F4A7C15)
    z = rng[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inlined
def wide(value: Any) -> int:
    """Widen an index to 64 bits, so that each kernel is compiled for one type of index."""
    whole: Any = np.int64(value)
    return whole


@inlined
def find(row_ptr: Longs, row_territory: Ints, u: int, t: int) -> int:
    """Place of territory t in the candidate list of unit u, -1 where it is off the list.

    `row_ptr` is (n + 1,), `row_territory` (entries,), ascending for each unit.
    """
    low, high = row_ptr[u], row_ptr[u + 1]
    while low < high:
        middle = (low + high) // 2
        if row_territory[middle] < t:
            low = middle + 1
        else:
            high = middle
    if low < row_ptr[u + 1] and row_territory[low] == t:
        return low
    return -1


@inlined
def serve(f: Field, s: State, u: int, t: int) -> tuple[float, float, float]:
    """Cost of unit u in territory t as its center stands, the travel part, and 1 where barred.

    Barred is what the rules forbid, what is off the unit's candidate list, and what is too far.
    Where the mode is CENTROID the cost is that of standing still and counts only in `refresh`.
    """
    barred = 0.0
    away = 0.0
    if f.mode == DENSE:
        cost = f.table[u, s.col[t]]
        travel = f.travel[u, s.col[t]] if f.travel.size > 0 else cost
        if f.distance.size > 0:
            away = f.distance[u, s.col[t]]
    elif f.mode == SPARSE:
        at = find(f.row_ptr, f.row_territory, u, t)
        if at >= 0:
            cost = f.row_cost[at]
            travel = f.row_travel[at] if f.row_travel.size > 0 else cost
        else:
            cost, travel, barred = 0.0, 0.0, 1.0
        if f.distance.size > 0:
            away = f.distance[u, s.col[t]]
    else:
        dx = f.x[u] - s.cx[t]
        dy = f.y[u] - s.cy[t]
        cost = dx * dx + dy * dy
        if f.radius < np.inf:
            away = f.distance[u, s.col[t]] if f.distance.size > 0 else np.sqrt(cost)
        if f.power == 1:
            cost = np.sqrt(cost)
        cost = f.offset[u] + f.weight[u] * cost
        travel = cost
    if f.ruled:
        if away > f.radius:
            barred = 1.0
        for at in range(f.barred_ptr[u], f.barred_ptr[u + 1]):
            if f.barred[at] == t:
                barred = 1.0
    return cost, travel, barred


@inlined
def _excess(load: float, lower: float, upper: float) -> float:
    if load > upper:
        return load - upper
    if load < lower:
        return lower - load
    return 0.0


@inlined
def shift(f: Field, s: State, u: int, a: int, b: int) -> tuple[float, float, float, float]:
    """Tell what changes when unit u goes from territory a to territory b.

    Returns the change of the objective, of the priced violation and of the plain violation, and 1
    where b is barred to u.
    """
    from_cost, from_travel, from_barred = serve(f, s, u, a)
    to_cost, to_travel, to_barred = serve(f, s, u, b)
    worth = to_cost - from_cost
    if f.mode == CENTROID:
        # Removal frees w M / (M - w) times the squared distance, joining costs w M / (M + w).
        w = f.weight[u]
        rest = s.mass[a] - w
        worth = (to_cost - f.offset[u]) * s.mass[b] / (s.mass[b] + w)
        if rest > NONZERO * s.mass[a]:
            worth -= (from_cost - f.offset[u]) * s.mass[a] / rest
    plain = to_barred - from_barred
    priced = f.big * plain
    for j in range(f.m):
        out = f.activity[u, j] + f.share[j] * from_travel
        into = f.activity[u, j] + f.share[j] * to_travel
        low, top, was = s.lower[a, j], s.upper[a, j], s.load[a, j]
        change = (_excess(was - out, low, top) - _excess(was, low, top)) / s.goal[a, j]
        priced += s.price[a, j] * change
        plain += change
        low, top, was = s.lower[b, j], s.upper[b, j], s.load[b, j]
        change = (_excess(was + into, low, top) - _excess(was, low, top)) / s.goal[b, j]
        priced += s.price[b, j] * change
        plain += change
    if f.priced:
        now = f.current[u]
        if now >= 0 and (now == a or now == b):  # noqa: PLR1714, SIM109
            step = 1.0 if now == a else -1.0
            worth += step * f.move_cost[u]
            for j in range(f.moved_cap.size):
                was = s.moved[j]
                to = was + step * f.moved_weight[u, j]
                change = max(0.0, to - f.moved_cap[j]) - max(0.0, was - f.moved_cap[j])
                change /= f.moved_scale[j]
                priced += s.cap_price[j] * change
                plain += change
        for at in range(f.group_ptr[u], f.group_ptr[u + 1]):
            g = f.groups[at]
            if s.held[g, a] == 1:
                worth -= f.group_price[g]
            if s.held[g, b] == 0:
                worth += f.group_price[g]
    if f.bordered:
        for at in range(f.near_ptr[u], f.near_ptr[u + 1]):
            t = s.assignment[f.near[at]]
            if t == a:
                worth += f.border[at]
            elif t == b:
                worth -= f.border[at]
    return worth, priced, plain, to_barred


@inlined
def cut_edges(indptr: Longs, indices: Ints, assignment: Ints, u: int, b: int) -> int:
    """How many edges more would be cut if u went to b.

    `indptr` is (n + 1,), `indices` (m,), `assignment` (n,).
    """
    a = assignment[u]
    cut = 0
    for at in range(indptr[u], indptr[u + 1]):
        t = assignment[indices[at]]
        if t == a:
            cut += 1
        elif t == b:
            cut -= 1
    return cut


@inlined
def _rim_add(rim: Ints, place: Ints, rim_size: Longs, u: int) -> None:
    if place[u] < 0:
        place[u] = rim_size[0]
        rim[rim_size[0]] = u
        rim_size[0] += 1


@inlined
def _rim_drop(rim: Ints, place: Ints, rim_size: Longs, u: int) -> None:
    at = place[u]
    if at >= 0:
        rim_size[0] -= 1
        last = rim[rim_size[0]]
        rim[at] = last
        place[last] = at
        place[u] = -1


@inlined
def move(f: Field, s: State, u: int, b: int) -> None:
    """Give unit u to territory b and bring every derived array up to date (totals apart)."""
    a = wide(s.assignment[u])
    from_travel = 0.0
    to_travel = 0.0
    if f.shared:
        for t in (a, b):
            from_travel = to_travel
            _, to_travel, _ = serve(f, s, u, t)
    for j in range(f.m):
        s.load[a, j] -= f.activity[u, j] + f.share[j] * from_travel
        s.load[b, j] += f.activity[u, j] + f.share[j] * to_travel
    w = f.weight[u]
    if f.mode == CENTROID:
        rest = s.mass[a] - w
        if rest > NONZERO * s.mass[a]:
            s.cx[a] -= w * (f.x[u] - s.cx[a]) / rest
            s.cy[a] -= w * (f.y[u] - s.cy[a]) / rest
        more = s.mass[b] + w
        s.cx[b] += w * (f.x[u] - s.cx[b]) / more
        s.cy[b] += w * (f.y[u] - s.cy[b]) / more
    s.mass[a] -= w
    s.mass[b] += w
    s.n_units[a] -= 1
    s.n_units[b] += 1
    if not f.exempt[u]:
        s.asked[a] -= 1
        s.asked[b] += 1
    if f.priced:
        now = f.current[u]
        if now >= 0 and (now == a or now == b):  # noqa: PLR1714, SIM109
            step = 1.0 if now == a else -1.0
            for j in range(f.moved_cap.size):
                s.moved[j] += step * f.moved_weight[u, j]
        for at in range(f.group_ptr[u], f.group_ptr[u + 1]):
            s.held[f.groups[at], a] -= 1
            s.held[f.groups[at], b] += 1
    s.assignment[u] = b
    mine = 0
    for at in range(f.near_ptr[u], f.near_ptr[u + 1]):
        v = f.near[at]
        if s.assignment[v] == a:
            s.foreign[v] += 1
            mine += 1
            if s.foreign[v] == 1 and not f.locked[v] and not f.roam[v]:
                _rim_add(s.rim, s.place, s.rim_size, v)
        elif s.assignment[v] == b:
            s.foreign[v] -= 1
            if s.foreign[v] == 0 and not f.roam[v]:
                _rim_drop(s.rim, s.place, s.rim_size, v)
        else:
            mine += 1
    s.foreign[u] = mine
    if mine > 0 and not f.locked[u]:
        _rim_add(s.rim, s.place, s.rim_size, u)
    elif not f.roam[u]:
        _rim_drop(s.rim, s.place, s.rim_size, u)


@compiled
def excess(f: Field, s: State) -> float:
    """Sum what is outside its band or beyond its cap, in shares of goals and scales."""
    plain = 0.0
    for t in range(f.k):
        for j in range(f.m):
            plain += _excess(s.load[t, j], s.lower[t, j], s.upper[t, j]) / s.goal[t, j]
    for j in range(f.moved_cap.size):
        plain += max(0.0, s.moved[j] - f.moved_cap[j]) / f.moved_scale[j]
    return plain


@compiled
def refresh(f: Field, s: State, moved: bool) -> float:
    """Derive everything from the assignment anew: loads, centroids, rim, objective, violation.

    Where units were but `moved`, one by one, their neighbours elsewhere are known and not counted.
    Returns the number of units in territories that are barred to them.
    """
    s.load[:] = 0.0
    s.mass[:] = 0.0
    s.n_units[:] = 0
    s.asked[:] = 0
    s.moved[:] = 0.0
    s.held[:] = 0
    s.rim_size[0] = 0
    if f.mode == CENTROID:
        s.cx[:] = 0.0
        s.cy[:] = 0.0
    worth = 0.0
    out = 0.0
    for u in range(f.n):
        t = wide(s.assignment[u])
        s.n_units[t] += 1
        if not f.exempt[u]:
            s.asked[t] += 1
        w = f.weight[u]
        s.mass[t] += w
        cost, travel, barred = serve(f, s, u, t)
        out += barred
        if f.mode == CENTROID:
            worth += f.offset[u]
            s.cx[t] += w * f.x[u]
            s.cy[t] += w * f.y[u]
        else:
            worth += cost
        for j in range(f.m):
            s.load[t, j] += f.activity[u, j] + f.share[j] * travel
        if f.priced:
            if f.current[u] >= 0 and f.current[u] != t:
                worth += f.move_cost[u]
                for j in range(f.moved_cap.size):
                    s.moved[j] += f.moved_weight[u, j]
            for at in range(f.group_ptr[u], f.group_ptr[u + 1]):
                s.held[f.groups[at], t] += 1
        if not moved:
            s.foreign[u] = 0
            for at in range(f.near_ptr[u], f.near_ptr[u + 1]):
                if s.assignment[f.near[at]] != t:
                    s.foreign[u] += 1
        if f.bordered and s.foreign[u] > 0:
            for at in range(f.near_ptr[u], f.near_ptr[u + 1]):
                if s.assignment[f.near[at]] != t:
                    worth += 0.5 * f.border[at]
        s.place[u] = -1
        if not f.locked[u] and (s.foreign[u] > 0 or f.roam[u]):
            _rim_add(s.rim, s.place, s.rim_size, u)
    if f.mode == CENTROID:
        for t in range(f.k):
            if s.mass[t] > 0:
                s.cx[t] /= s.mass[t]
                s.cy[t] /= s.mass[t]
        for u in range(f.n):
            dx = f.x[u] - s.cx[s.assignment[u]]
            dy = f.y[u] - s.cy[s.assignment[u]]
            worth += f.weight[u] * (dx * dx + dy * dy)
    for g in range(f.group_price.size):
        held = 0
        for t in range(f.k):
            if s.held[g, t] > 0:
                held += 1
        worth += f.group_price[g] * max(0, held - 1)
    s.totals[0] = worth
    s.totals[1] = out + excess(f, s)
    return out
