"""Branch and bound on where the centers are: regions of the map, each with its number of centers.

The free-center relaxation is weak because it opens halves of neighbouring centers. A count of
centers per region takes that freedom away long before any one unit is decided: a region with its
count is split in two, once for every way to divide the count, and each branch is bounded by the
same Lagrangian at the cost of a few dozen steps.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from solvers.arrays import LIMIT, Floats, Longs
from solvers.bounds.lagrangian import Prices, Region, ascend, open_after
from solvers.bounds.subgradient import Steps
from solvers.problem.free_pairs import HessData
from solvers.stop import Budget

__all__ = ["Asked", "search_tree"]


_STEPS = Steps(most=60, factor=0.5, least=0.02, patience=12)
"""Steps of the multipliers in a branch, which begins with its parent's."""

_GUESS = 1.03
"""A guess of the optimum, as a multiple of the bound of what is open."""


class _Node(NamedTuple):
    """A branch: its bound, a number that breaks ties, its prices, the limit they were left at."""

    bound: float
    number: int
    prices: Prices
    passed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the tree asks of whoever grows it.

    Attributes
    ----------
    target : callable
        Only assignments of lower cost matter, ``inf`` while none is known; may fall from call to
        call.
    leaf : callable
        Solves a leaf up to a limit and returns a lower bound of its assignments (``inf`` where
        there are none at all below the limit).
    progress : callable
        Told the lower bound of everything still open.
    """

    target: Callable[[], float]
    leaf: Callable[[Prices, float], float]
    progress: Callable[[float], None]


def search_tree(
    data: HessData,
    root: Prices,
    *,
    xy: Floats | None,
    leaf_pairs: int,
    most: float,
    asked: Asked,
    budget: Budget,
) -> float:
    """Bound and branch, the most promising branch first, until nothing better can be left.

    Where no plan is known the search goes by a guess of the optimum, a little above the bound of
    what is open; once that bound has passed the guess, a higher one is made. Branches and leaves
    above a guess wait for the next.

    Parameters
    ----------
    data : HessData
    root : Prices
        Multipliers of the whole problem.
    xy : float64, shape (n, 2), or None
        Where the units lie; their costs to each other serve where missing.
    leaf_pairs : int
        A branch with at most this many open pairs, or nothing left to branch on, is a leaf.
    most : float
        Guess above which the search is given up.
    asked : Asked
    budget : Budget

    Returns
    -------
    float
        Lower bound of all assignments: the target or more where the search was finished.
    """
    order = itertools.count()
    heap = [_Node(root.bound, next(order), root, float("inf"))]
    guess = float("inf") if np.isfinite(asked.target()) else root.bound * _GUESS
    settled = float("inf")
    while heap:
        bound = heap[0].bound
        asked.progress(min(bound, settled))
        if budget.spent() or bound > asked.target():
            return min(bound, settled)
        if bound >= guess:
            guess = bound * _GUESS
            if guess > most:
                return min(bound, settled)
        limit = min(guess, asked.target())
        prices, passed = heapq.heappop(heap)[2:]
        if passed < limit:
            # Its multipliers were left as soon as they had passed a lower guess.
            prices = _ascended(data, prices.regions, limit, budget, prices)
            if prices.bound > limit:
                heapq.heappush(heap, _Node(max(bound, prices.bound), next(order), prices, limit))
                continue
        live = _narrowed(prices, limit)
        if _is_leaf(data, prices, live, limit, leaf_pairs):
            # Plans above the limit were not looked for.
            left = max(asked.leaf(prices, limit), bound)
            if left >= limit and limit < asked.target():
                heapq.heappush(heap, _Node(limit, next(order), prices, limit))
            else:
                settled = min(settled, left)
            continue
        # What a guess rules out may come back with a higher one; what the target does will not.
        regions = _narrowed(prices, min(asked.target(), most))
        for branch in _split(data, regions, live, xy):
            child = _ascended(data, branch, limit, budget, prices)
            value = max(bound, child.bound)
            if value <= asked.target() and np.isfinite(value):
                above = limit if value > limit else float("inf")
                heapq.heappush(heap, _Node(value, next(order), child, above))
            else:
                settled = min(settled, value)
    return settled


def _ascended(
    data: HessData, regions: tuple[Region, ...], limit: float, budget: Budget, start: Prices
) -> Prices:
    return ascend(
        data,
        regions,
        target=limit,
        steps=_STEPS,
        budget=budget,
        start=start,
    )


def _narrowed(prices: Prices, limit: float) -> tuple[Region, ...]:
    """The regions without the centers that are too dear to open."""
    kept = prices.bound + prices.excess() <= limit + LIMIT * max(1.0, abs(limit))
    out, start = [], 0
    for region in prices.regions:
        part = kept[start : start + region.columns.size]
        out.append(Region(region.columns[part], region.count))
        start += part.size
    return tuple(out)


def _is_leaf(
    data: HessData,
    prices: Prices,
    regions: tuple[Region, ...],
    limit: float,
    leaf_pairs: int,
) -> bool:
    if all(region.columns.size <= region.count for region in regions):
        return True
    return np.isfinite(limit) and int(open_after(data, prices, limit).sum()) <= leaf_pairs


def _split(
    data: HessData, regions: tuple[Region, ...], live: tuple[Region, ...], xy: Floats | None
) -> Iterator[tuple[Region, ...]]:
    """Halve the widest region and divide its count in every way.

    Width and middle are those of its `live` centers.
    """
    width = [_width(region, xy) if region.columns.size > region.count else -1.0 for region in live]
    at = int(np.argmax(width))
    region = regions[at]
    along = _along(data, region.columns, xy)
    ranked = np.argsort(along, kind="stable")
    inner = np.flatnonzero(np.isin(region.columns[ranked], live[at].columns))
    cut = int(inner[inner.size // 2]) if inner.size else ranked.size // 2
    left, right = np.sort(region.columns[ranked[:cut]]), np.sort(region.columns[ranked[cut:]])
    rest = regions[:at] + regions[at + 1 :]
    for count in range(region.count + 1):
        other = region.count - count
        if count > left.size or other > right.size:
            continue
        more = [Region(left, count)] if count else []
        more += [Region(right, other)] if other else []
        yield (*rest, *more)


def _width(region: Region, xy: Floats | None) -> float:
    if xy is None:
        return float(region.columns.size - region.count)
    return float(np.ptp(xy[region.columns], axis=0).max())


def _along(data: HessData, columns: Longs, xy: Floats | None) -> Floats:
    """Position of each center along the region's longer side."""
    if xy is not None:
        place = xy[columns]
        along: Floats = place[:, int(np.argmax(np.ptp(place, axis=0)))]
        return along
    table = data.cost[np.ix_(data.own[columns], columns)]
    # A closed pair is as far as can be.
    table = np.where(np.isfinite(table), table, 2.0 * table[np.isfinite(table)].max(initial=1.0))
    far = int(np.argmax(table[:, 0]))
    opposite = int(np.argmax(table[:, far]))
    total = np.maximum(table[:, far] + table[:, opposite], 1e-300)
    share: Floats = table[:, opposite] / total
    return share
