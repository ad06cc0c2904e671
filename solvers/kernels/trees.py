"""Compiled recombination: two neighbouring territories are one for a moment, and are cut anew.

A spanning tree of both together is drawn at random; without one of its edges it is two pieces, each
connected. All its edges are weighed in one pass. What no exchange of single units reaches without
leaving its bands is one step here.

References
----------
DeFord, Duchin, Solomon: Recombination: a family of Markov chains for redistricting (2021),
https://doi.org/10.1162/99608f92.eb30390f
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import NONZERO
from solvers.kernels.compile import compiled, inlined
from solvers.kernels.moves import draw, wide
from solvers.kernels.records import Bools, Floats, Ints, Longs

__all__ = ["Pieces", "Plan", "recombine"]

_NEVER = -40.0
"""Logarithm of a chance below that of any number drawn here."""

_LOOKS = 64
"""Edges drawn for each attempt until one joins two territories."""


class Pieces(NamedTuple):
    """What stays: q pieces that are assigned whole, k territories, m measures, e entries."""

    indptr: Longs  # (q + 1,)
    indices: Ints  # (e,)
    owner: Ints  # (e,) piece of each entry
    activity: Floats  # (q, m)
    travel: Floats  # (q, k), or (0, 0) where no measure has travel
    share: Floats  # (m,) of travel in each measure
    barred: Bools  # (q, k)
    cost: Floats  # (q, k) finite, in the unit of an excess
    goal: Floats  # (k, m)
    lower: Floats  # (k, m) for what the pieces bring
    upper: Floats  # (k, m)


class Plan(NamedTuple):
    """What changes, and room to work in."""

    assignment: Ints  # (q,) 0 to k - 1
    best: Ints  # (q,) the assignment of least excess, of these the cheapest
    worth: Floats  # (2,) its excess and its cost
    first: Ints  # (k,) first piece of each territory, -1 where none
    next: Ints  # (q,) next piece of the same territory, -1 where none
    excess: Floats  # (k,) beyond the bands, in goals; 1 for each barred piece
    cost: Floats  # (k,)
    rng: NDArray[np.uint64]  # (1,)
    ends: Ints  # (e, 2) edges of two territories
    root: Ints  # (q,) towards the root of the part of a tree that is joined already
    link: Ints  # (q,) first link of each piece of a tree, -1 where none
    following: Ints  # (2q,) next link of the same piece
    to: Ints  # (2q,) piece that a link leads to
    order: Ints  # (q,) pieces of the tree, each after the one above it
    above: Ints  # (q,)
    under: Bools  # (q,)
    load: Floats  # (q, m) of a piece and all below it
    away: Floats  # (q, 4) travel and cost of these in either territory
    outside: Longs  # (q, 2) how many of these are barred from either territory
    rest: Floats  # (1, m)
    energy: Floats  # (2q,) of each way to cut


@inlined
def _chance(rng: NDArray[np.uint64]) -> float:
    """Draw a number from 0 to below 1."""
    return float(draw(rng) >> np.uint64(11)) * 2.0**-53


@inlined
def _at_most(rng: NDArray[np.uint64], count: int) -> int:
    """Draw a whole number from 0 to below `count`."""
    return wide(_chance(rng) * count)


@inlined
def _root_of(root: Ints, u: int) -> int:
    while root[u] != u:
        root[u] = root[root[u]]
        u = wide(root[u])
    return u


@inlined
def _excess(p: Pieces, t: int, load: Floats, row: int, travel: float, barred: float) -> float:
    """Excess of a territory that holds a row of loads (m,) and what travel adds to it."""
    out = barred
    for j in range(p.goal.shape[1]):
        held = load[row, j] + p.share[j] * travel
        if held > p.upper[t, j]:
            out += (held - p.upper[t, j]) / p.goal[t, j]
        elif held < p.lower[t, j]:
            out += (p.lower[t, j] - held) / p.goal[t, j]
    return out


@compiled
def _span(p: Pieces, s: Plan, a: int, b: int) -> int:
    """Draw a spanning tree of two territories; 0 pieces where they are not connected."""
    count, edges = 0, 0
    for t in (a, b):
        u = wide(s.first[t])
        while u >= 0:
            s.root[u] = u
            s.link[u] = -1
            count += 1
            for at in range(p.indptr[u], p.indptr[u + 1]):
                v = wide(p.indices[at])
                if v > u and (s.assignment[v] == a or s.assignment[v] == b):
                    s.ends[edges, 0] = u
                    s.ends[edges, 1] = v
                    edges += 1
            u = wide(s.next[u])
    links = 0
    while links < 2 * (count - 1) and edges > 0:
        at = _at_most(s.rng, edges)
        edges -= 1
        u, v = wide(s.ends[at, 0]), wide(s.ends[at, 1])
        s.ends[at, 0], s.ends[at, 1] = s.ends[edges, 0], s.ends[edges, 1]
        one, other = _root_of(s.root, u), _root_of(s.root, v)
        if one == other:
            continue
        s.root[one] = other
        s.to[links], s.following[links], s.link[u] = v, s.link[u], links
        s.to[links + 1], s.following[links + 1], s.link[v] = u, s.link[v], links + 1
        links += 2
    return count if links == 2 * (count - 1) else 0


@compiled
def _weigh(p: Pieces, s: Plan, a: int, b: int) -> None:
    """Order the tree from one of its pieces down, and sum up what hangs on every piece."""
    m = p.goal.shape[1]
    top = wide(s.first[a])
    s.order[0] = top
    s.above[top] = -1
    tail, head = 1, 0
    while head < tail:
        u = wide(s.order[head])
        head += 1
        for j in range(m):
            s.load[u, j] = p.activity[u, j]
        s.away[u, 0], s.away[u, 1] = 0.0, 0.0
        if p.travel.size:
            s.away[u, 0], s.away[u, 1] = p.travel[u, a], p.travel[u, b]
        s.away[u, 2], s.away[u, 3] = p.cost[u, a], p.cost[u, b]
        s.outside[u, 0], s.outside[u, 1] = p.barred[u, a], p.barred[u, b]
        at = wide(s.link[u])
        while at >= 0:
            v = wide(s.to[at])
            if v != s.above[u]:
                s.above[v] = u
                s.order[tail] = v
                tail += 1
            at = wide(s.following[at])
    for at in range(tail - 1, 0, -1):
        v = wide(s.order[at])
        u = wide(s.above[v])
        for j in range(m):
            s.load[u, j] += s.load[v, j]
        for j in range(4):
            s.away[u, j] += s.away[v, j]
        for j in range(2):
            s.outside[u, j] += s.outside[v, j]


@inlined
def _cut(
    p: Pieces, s: Plan, u: int, one: int, t: int, other: int
) -> tuple[float, float, float, float]:
    """Excess and cost of territories t and `other` where t takes u and what hangs on it.

    `one` tells whether t is the first of the two (0) or the second (1). Returns both excesses, then
    both costs.
    """
    top = wide(s.order[0])
    two = 1 - one
    for j in range(p.goal.shape[1]):
        s.rest[0, j] = s.load[top, j] - s.load[u, j]
    inside = _excess(p, t, s.load, u, s.away[u, one], float(s.outside[u, one]))
    travel = s.away[top, two] - s.away[u, two]
    barred = float(s.outside[top, two] - s.outside[u, two])
    rest = _excess(p, other, s.rest, 0, travel, barred)
    return inside, rest, s.away[u, 2 + one], s.away[top, 2 + two] - s.away[u, 2 + two]


@compiled
def _choose(p: Pieces, s: Plan, count: int, a: int, b: int, heat: float) -> int:
    """Draw one of the ways to cut: e times less likely for each `heat` that it is worse.

    A way is twice the place in `order`, and 1 more where the second territory takes the lower part.
    """
    least = np.inf
    for way in range(2, 2 * count):
        u, one = wide(s.order[way // 2]), way % 2
        t, other = (b, a) if one else (a, b)
        inside, rest, own, kept = _cut(p, s, u, one, t, other)
        s.energy[way] = inside + rest + own + kept
        least = min(least, s.energy[way])
    whole = 0.0
    for way in range(2, 2 * count):
        better = (least - s.energy[way]) / heat
        s.energy[way] = math.exp(better) if better > _NEVER else 0.0
        whole += s.energy[way]
    drawn = _chance(s.rng) * whole
    for way in range(2, 2 * count):
        drawn -= s.energy[way]
        if drawn < 0.0:
            return way
    return 2 * count - 1


@compiled
def _apply(p: Pieces, s: Plan, count: int, u: int, a: int, b: int) -> None:
    """Give u and what hangs on it to territory a, and the rest of the tree to b."""
    s.first[a] = -1
    s.first[b] = -1
    for at in range(count):
        v = wide(s.order[at])
        s.under[v] = v == u or (at > 0 and s.under[s.above[v]])
        t = a if s.under[v] else b
        s.assignment[v] = t
        s.next[v] = s.first[t]
        s.first[t] = v


@compiled
def recombine(p: Pieces, s: Plan, attempts: int, hot: float, cold: float) -> None:
    """Anneal a plan by cutting pairs of territories anew, in place.

    The heat falls from `hot` to `cold`, in the unit of the excess.
    """
    entries = p.indices.size
    if entries == 0:
        return
    for turn in range(attempts):
        heat = hot * (cold / hot) ** (turn / attempts)
        a, b = 0, 0
        for _ in range(_LOOKS):
            at = _at_most(s.rng, entries)
            a, b = wide(s.assignment[p.owner[at]]), wide(s.assignment[p.indices[at]])
            if a != b:
                break
        if a == b:
            continue
        count = _span(p, s, a, b)
        if count == 0:
            continue
        _weigh(p, s, a, b)
        way = _choose(p, s, count, a, b, heat)
        u, one = wide(s.order[way // 2]), way % 2
        t, other = (b, a) if one else (a, b)
        inside, rest, own, kept = _cut(p, s, u, one, t, other)
        worse = inside + rest + own + kept
        worse -= s.excess[a] + s.excess[b] + s.cost[a] + s.cost[b]
        if worse > 0.0 and _chance(s.rng) >= math.exp(-worse / heat):
            continue
        _apply(p, s, count, u, t, other)
        s.excess[t], s.excess[other] = inside, rest
        s.cost[t], s.cost[other] = own, kept
        outside, cost = s.excess.sum(), s.cost.sum()
        if outside < s.worth[0] - NONZERO or (
            outside <= s.worth[0] + NONZERO and cost < s.worth[1]
        ):
            s.worth[0], s.worth[1] = min(outside, s.worth[0]), cost
            for v in range(s.best.size):
                s.best[v] = s.assignment[v]
