"""The Lagrangian of free centers in the plane on near pairs only: a bound for any number of units.

A unit's price caps the distance at which any center is worth its while, so all pairs farther apart
add nothing and are never listed: about three times the units of a territory for each center.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import NONZERO, Floats, Ints
from solvers.bounds.subgradient import Ascent
from solvers.costs.cost import Cost, Points
from solvers.problem.evaluate import Evaluation
from solvers.stop import Budget

__all__ = ["even_reach", "near_pairs_bound"]


ROOM = 1.5
"""How far prices may rise above their first guess; pairs are listed up to there."""

FIRST = (1.0, 0.7, 0.5, 0.35, 0.0)
"""Shares of the first guess, of which the best is begun with."""

MOST_PAIRS = 40_000_000
"""Most pairs that are held at once: 12 bytes each, twice for a moment."""


def near_pairs_bound(
    cost: Cost,
    k: int,
    assignment: NDArray[np.integer],
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
    cost : Cost
        With free centers in a plane.
    k : int
    assignment : int, shape (n,)
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
    n, points = cost.n, cost.points
    assert points is not None
    travel = cost.at(np.arange(n), evaluation.centers[assignment]) - points.offset
    weight, reach = even_reach(cost, travel, assignment, k)
    reach = _smooth(points, evaluation, reach)[assignment]
    reach = np.maximum(reach, NONZERO * max(float(reach.max(initial=0.0)), 1e-300))
    pairs = _pairs(points, reach * ROOM)
    if pairs is None:
        return float("-inf")
    first, unit, distance = pairs
    ceiling = weight * reach * ROOM

    def bound_at(price: Floats) -> tuple[float, NDArray[np.int64], Floats]:
        value, gain = _values(first, unit, distance, weight, price)
        chosen = np.argpartition(value, k - 1)[:k]
        return float(price.sum() + value[chosen].sum()), chosen, gain

    # Where country is uneven the first guess is too high; no prices at all prove 0.
    price = max((share * weight * reach for share in FIRST), key=lambda each: bound_at(each)[0])
    ascent = Ascent(best=price, patience=8, progress=1e-5, least=1e-3)
    target = evaluation.terms["cost"] - float(points.offset.sum())
    for step in range(iterations):
        if step % 4 == 0 and step and budget.spent():
            break
        bound, chosen, gain = bound_at(price)
        if ascent.stalls(bound, price):
            price = ascent.best
            if ascent.spent:
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
        length = ascent.factor * max(target - bound, 1e-4 * abs(target)) / square
        price = np.clip(price + length * slope * weight, 0.0, ceiling)
    return ascent.bound + float(points.offset.sum())


def even_reach(
    cost: Cost, travel: Floats, assignment: NDArray[np.integer], k: int
) -> tuple[Floats, Floats]:
    """Weight of each unit, shape (n,), and what a weight of 1 would pay in even country, (k,).

    Around the center of a round territory of radius R the mean of distance² is R² / 2, that of
    distance 2 R / 3; with costs that are no distances R² is taken. `travel` (n,) is what each unit
    costs in its territory.
    """
    weight, share = np.ones(assignment.size), 2.0
    if (points := cost.points) is not None:
        weight, share = np.asarray(points.weight), 1.5 if points.power == 1 else 2.0
    weight = np.maximum(weight, NONZERO * max(float(weight.max(initial=0.0)), 1e-300))
    held = np.bincount(assignment, weights=weight, minlength=k)
    mean = np.bincount(assignment, weights=travel, minlength=k) / np.maximum(held, 1e-300)
    return weight, share * mean


def _smooth(points: Points, evaluation: Evaluation, mean: Floats) -> Floats:
    """Average each territory's mean cost with those of its nearest territories."""
    from scipy.spatial import cKDTree

    xy = points.xy[evaluation.centers]
    near = min(5, len(xy))
    _, at = cKDTree(xy).query(xy, k=near)
    return np.asarray(mean[at.reshape(len(xy), near)].mean(axis=1), dtype=np.float64)


def _pairs(points: Points, reach: Floats) -> tuple[NDArray[np.int64], Ints, Floats] | None:
    """List, by center, the units whose distance^power is within their reach.

    Returns
    -------
    first : int64, shape (n + 1,)
    unit : int32, shape (pairs,)
    distance : float64, shape (pairs,)
        Distance^power of each pair.
    """
    from scipy.spatial import cKDTree

    n = points.xy.shape[0]
    tree = cKDTree(points.xy)
    radius = np.sqrt(reach) if points.power == 2 else reach
    count = tree.query_ball_point(points.xy, radius, return_length=True)
    total = int(count.sum())
    if total > MOST_PAIRS:
        return None
    center = np.empty(total, dtype=np.int32)
    at = 0
    step = 4096
    for start in range(0, n, step):
        part = slice(start, min(start + step, n))
        for found in tree.query_ball_point(points.xy[part], radius[part]):
            center[at : at + len(found)] = found
            at += len(found)
    center = center[:at]
    unit = np.repeat(np.arange(n, dtype=np.int32), count)[:at]
    order = np.argsort(center, kind="stable")
    center, unit = center[order], unit[order]
    del order
    delta = points.xy[unit] - points.xy[center]
    distance = np.einsum("ij,ij->i", delta, delta)
    if points.power == 1:
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
