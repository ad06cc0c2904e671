"""The Lagrangian of free centers in the plane on near pairs only: a bound for any number of units.

A unit's price caps the distance at which any center is worth its while, so all pairs farther apart
add nothing and are never listed: about three times the units of a territory for each center.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.costs import PlanarCost
from solvers.evaluate import Evaluation
from solvers.stop import Budget

__all__ = ["near_pairs_bound"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

ROOM = 1.5
"""How far prices may rise above their first guess; pairs are listed up to there."""

MOST_PAIRS = 40_000_000
"""Most pairs that are held at once: 12 bytes each, twice for a moment."""


def near_pairs_bound(
    cost: PlanarCost,
    k: int,
    label: NDArray[np.integer],
    evaluation: Evaluation,
    *,
    iterations: int,
    budget: Budget,
) -> float:
    """Bound Σ cost over all choices of k centers and assignments, bands and contiguity aside.

    For prices π ≥ 0 of the units::

        Σ_i (offset_i + π_i) + the k least of  v_j = Σ_i min(0, w_i d_ij^p - π_i)

    is never above the cost of any plan. In even country π_i = w_i R^p, with R the radius of a
    territory, makes it the cost of round territories, which is 0.8 % below that of hexagons.

    Parameters
    ----------
    cost : PlanarCost
        With free centers.
    k : int
    label : int, shape (n,)
    evaluation : Evaluation
        A good plan: its territories' mean costs are the first guess of the prices.
    iterations : int
        Subgradient steps, each O(pairs).
    budget : Budget

    Returns
    -------
    float
        ``-inf`` where the pairs would be too many.
    """
    n = cost.n
    travel = cost.at(np.arange(n), evaluation.centers[label]) - cost.offset
    weight = np.maximum(cost.weight, 1e-12 * max(float(cost.weight.max(initial=0.0)), 1e-300))
    held = np.bincount(label, weights=weight, minlength=k)
    mean = np.bincount(label, weights=travel, minlength=k) / np.maximum(held, 1e-300)
    reach = (2.0 if cost.power == 2 else 1.5) * _smooth(cost, evaluation, mean)[label]
    reach = np.maximum(reach, 1e-12 * max(float(reach.max(initial=0.0)), 1e-300))
    pairs = _pairs(cost, reach * ROOM)
    if pairs is None:
        return float("-inf")
    first, unit, distance = pairs
    ceiling = weight * reach * ROOM
    price = weight * reach
    best, best_price = float("-inf"), price
    factor, stalled = 1.0, 0
    target = evaluation.terms["cost"] - float(cost.offset.sum())
    for step in range(iterations):
        if step % 4 == 0 and step and budget.spent():
            break
        value, gain = _values(first, unit, distance, weight, price)
        chosen = np.argpartition(value, k - 1)[:k]
        bound = float(price.sum() + value[chosen].sum())
        if bound > best:
            stalled = 0 if bound > best + 1e-5 * abs(best) else stalled + 1
            best, best_price = bound, price
        else:
            stalled += 1
        if stalled > 8:
            factor, stalled, price = factor * 0.5, 0, best_price
            if factor < 1e-3:
                break
            continue
        taken = np.zeros(n)
        for j in chosen.tolist():
            here = slice(int(first[j]), int(first[j + 1]))
            taken[unit[here][gain[here] < 0]] += 1.0
        slope = 1.0 - taken
        # Steps in proportion to the weights: prices per unit of weight are what is even.
        square = float((slope * slope * weight).sum())
        if square == 0.0:
            break
        length = factor * max(target - bound, 1e-4 * abs(target)) / square
        price = np.clip(price + length * slope * weight, 0.0, ceiling)
    # No prices at all prove as much: no cost is below 0.
    return max(best, 0.0) + float(cost.offset.sum())


def _smooth(cost: PlanarCost, evaluation: Evaluation, mean: Floats) -> Floats:
    """Average each territory's mean cost with those of its nearest territories."""
    from scipy.spatial import cKDTree

    xy = cost.xy[evaluation.centers]
    near = min(5, len(xy))
    _, at = cKDTree(xy).query(xy, k=near)
    return np.asarray(mean[at.reshape(len(xy), near)].mean(axis=1), dtype=np.float64)


def _pairs(cost: PlanarCost, reach: Floats) -> tuple[NDArray[np.int64], Ints, Floats] | None:
    """List, by center, the units whose distance^power is within their reach.

    Returns
    -------
    first : int64, shape (n + 1,)
    unit : int32, shape (pairs,)
    distance : float64, shape (pairs,)
        Distance^power of each pair.
    """
    from scipy.spatial import cKDTree

    n = cost.n
    tree = cKDTree(cost.xy)
    radius = np.sqrt(reach) if cost.power == 2 else reach
    count = tree.query_ball_point(cost.xy, radius, return_length=True)
    total = int(count.sum())
    if total > MOST_PAIRS:
        return None
    center = np.empty(total, dtype=np.int32)
    at = 0
    step = 4096
    for start in range(0, n, step):
        part = slice(start, min(start + step, n))
        for found in tree.query_ball_point(cost.xy[part], radius[part]):
            center[at : at + len(found)] = found
            at += len(found)
    center = center[:at]
    unit = np.repeat(np.arange(n, dtype=np.int32), count)[:at]
    order = np.argsort(center, kind="stable")
    center, unit = center[order], unit[order]
    del order
    delta = cost.xy[unit] - cost.xy[center]
    distance = np.einsum("ij,ij->i", delta, delta)
    if cost.power == 1:
        np.sqrt(distance, out=distance)
    first = np.concatenate([[0], np.cumsum(np.bincount(center, minlength=n))]).astype(np.int64)
    return first, unit, distance


def _values(
    first: NDArray[np.int64], unit: Ints, distance: Floats, weight: Floats, price: Floats
) -> tuple[Floats, Floats]:
    """Price of opening each center, shape (n,), and what each listed pair adds to it."""
    gain = weight[unit] * distance
    gain -= price[unit]
    np.minimum(gain, 0.0, out=gain)
    # Every center lists at least itself, so no slice of the sum is empty.
    return np.add.reduceat(gain, first[:-1]), gain
