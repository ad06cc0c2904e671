"""What a good plan says of the multipliers of free centers: prices of bands, reach of units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import NONZERO, Floats, Longs
from solvers.bounds.subgradient import pushes, same_side
from solvers.costs.cost import Cost, Points
from solvers.kernels import near_pairs as kernels
from solvers.problem.evaluate import Evaluation
from solvers.problem.problem import Problem

__all__ = ["bands_of_centers", "even_reach", "smooth"]

GIVEN_STEPS, GIVEN_NEAR = 300, 14
"""Steps of the bands' prices at a plan's own centers, and how many of them a unit is priced at."""


def bands_of_centers(
    problem: Problem,
    evaluation: Evaluation,
    activity: Floats,
    lower: Floats,
    upper: Floats,
    told: NDArray[np.bool_],
    cost: float,
) -> tuple[Longs, Floats]:
    """Price the bands of a plan's own centers, each unit at the nearest of them.

    Parameters
    ----------
    problem : Problem
        With free centers in a plane.
    evaluation : Evaluation
        Of the plan.
    activity : float64, shape (n, m)
        In shares of the goals, of those measures that are `told`.
    lower, upper : float64, shape (n, every m)
    told : bool, shape (every m,)
        Measures without travel.
    cost : float
        What a territory costs.

    Returns
    -------
    chosen : int64, shape (n,)
        Where each unit is cheapest at these prices.
    band : float64, shape (k, m)
    """
    count = min(problem.k, GIVEN_NEAR)
    lists = problem.cost.cheapest(evaluation.centers, count)
    near = np.ascontiguousarray(lists.territory.reshape(-1, count))
    price = np.ascontiguousarray(lists.cost.reshape(-1, count))
    lower = lower[evaluation.centers][:, told]
    upper = upper[evaluation.centers][:, told]
    band = np.zeros(lower.shape)
    load, drift = np.empty_like(band), np.zeros_like(band)
    chosen = np.empty(problem.n, dtype=np.int64)
    activity = np.ascontiguousarray(activity)
    best, kept = float("-inf"), (chosen, band)
    for step in range(GIVEN_STEPS):
        paid = kernels.price_given(near, price, activity, band, load, chosen)
        edge = np.where(band > 0, upper, lower)
        bound = paid - float(np.where(band == 0.0, 0.0, band * edge).sum())
        if bound > best:
            best, kept = bound, (chosen.copy(), band)
        drift = 0.7 * drift + pushes(band, load - upper, load - lower)
        stride = 0.15 * 0.02 ** (step / GIVEN_STEPS)
        moved = band + stride * cost * np.clip(drift, -1.0, 1.0)
        band = same_side(band, np.where((moved > 0) & ~np.isfinite(upper), 0.0, moved))
    return kept


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


def smooth(points: Points, evaluation: Evaluation, mean: Floats) -> Floats:
    """Average each territory's mean cost with those of its nearest territories, (k,)."""
    from scipy.spatial import cKDTree

    xy = points.xy[evaluation.centers]
    near = min(5, len(xy))
    _, at = cKDTree(xy).query(xy, k=near)
    return np.asarray(mean[at.reshape(len(xy), near)].mean(axis=1), dtype=np.float64)
