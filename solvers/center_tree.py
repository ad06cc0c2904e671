"""Branching on where the centers are: regions of the map, each with its number of centers.

The free-center relaxation is weak because it opens halves of neighbouring centers. A count of
centers per region takes that freedom away long before any one unit is decided: a region with its
count is split in two, once for every way to divide the count, and each branch is bounded by the
same Lagrangian at the cost of a few dozen steps.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from solvers.hess import HessData, Prices, Region, ascend, open_after
from solvers.stop import Budget

__all__ = ["search_tree"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

_STEPS = 60
"""Steps of the multipliers in a branch, which begins with its parent's."""


def search_tree(
    data: HessData,
    root: Prices,
    *,
    xy: Floats | None,
    leaf_pairs: int,
    target: Callable[[], float],
    leaf: Callable[[Prices], float],
    progress: Callable[[float], None],
    budget: Budget,
) -> float:
    """Bound and branch until every branch is above the target or handed to `leaf`.

    Parameters
    ----------
    data : HessData
    root : Prices
        Multipliers of the whole problem.
    xy : float64, shape (n, 2), or None
        Where the units lie; their costs to each other serve where missing.
    leaf_pairs : int
        A branch with at most this many open pairs, or nothing left to branch on, is a leaf.
    target : callable
        Only assignments of lower cost matter; may fall from call to call.
    leaf : callable
        Solves a leaf and returns a lower bound of its assignments (``inf`` where there are none).
    progress : callable
        Told the lower bound of everything still open.
    budget : Budget

    Returns
    -------
    float
        Lower bound of all assignments, at least the target where the search was finished.
    """
    order = itertools.count()
    heap = [(root.bound, next(order), root)]
    done = float("inf")
    while heap:
        bound = heap[0][0]
        progress(min(bound, done))
        if budget.spent():
            return min(bound, done)
        bound, _, prices = heapq.heappop(heap)
        limit = target()
        if bound > limit:
            # The heap is ordered, so nothing better is left in it.
            return min(done, bound)
        regions = _narrowed(prices, limit)
        if _is_leaf(data, prices, regions, limit, leaf_pairs):
            done = min(done, max(leaf(prices), bound))
            continue
        for branch in _split(data, regions, xy):
            child = ascend(
                data,
                branch,
                target=limit,
                iterations=_STEPS,
                budget=budget,
                start=prices,
                factor=0.5,
                patience=12,
                least_factor=0.02,
            )
            value = max(bound, child.bound)
            if value <= limit:
                heapq.heappush(heap, (value, next(order), child))
            else:
                done = min(done, value)
    return done


def _narrowed(prices: Prices, limit: float) -> tuple[Region, ...]:
    """The regions without the centers that are too dear to open."""
    kept = prices.bound + prices.excess() <= limit + 1e-9 * max(1.0, abs(limit))
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
    data: HessData, regions: tuple[Region, ...], xy: Floats | None
) -> Iterator[tuple[Region, ...]]:
    """Halve the widest region and divide its count in every way."""
    width = [
        _width(region, xy) if region.columns.size > region.count else -1.0 for region in regions
    ]
    at = int(np.argmax(width))
    region = regions[at]
    columns = region.columns[np.argsort(_along(data, region.columns, xy), kind="stable")]
    half = columns.size // 2
    left, right = np.sort(columns[:half]), np.sort(columns[half:])
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
