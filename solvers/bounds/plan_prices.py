"""What a good plan says of the multipliers of free centers: prices of bands, reach of units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import NONZERO, Floats, Longs
from solvers.bounds.given_centers import NEAR, GivenCenters, ascend_given
from solvers.costs.cost import Cost, Points
from solvers.problem.evaluate import Evaluation
from solvers.problem.problem import Problem
from solvers.stop import Budget

__all__ = ["bands_of_centers", "even_reach", "smooth"]

STEPS = 300
"""Steps of the bands' prices at a plan's own centers."""


def bands_of_centers(
    problem: Problem,
    evaluation: Evaluation,
    activity: Floats,
    lower: Floats,
    upper: Floats,
    told: NDArray[np.bool_],
    cost: float,
    threads: int = 1,
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
    threads : int
        Most threads to look centers up on.

    Returns
    -------
    chosen : int64, shape (n,)
        Where each unit is cheapest at these prices.
    band : float64, shape (k, m)
    """
    count = min(problem.k, NEAR)
    lists = problem.cost.cheapest(evaluation.centers, count, threads=threads)
    price = np.ascontiguousarray(lists.cost.reshape(-1, count))
    given = GivenCenters(
        near=np.ascontiguousarray(lists.territory.reshape(-1, count)),
        cost=price,
        travel=price,
        activity=np.ascontiguousarray(activity),
        share=np.zeros(activity.shape[1]),
        lower=lower[evaluation.centers][:, told],
        upper=upper[evaluation.centers][:, told],
        shared=np.zeros(activity.shape[1], dtype=np.bool_),
    )
    _, band, chosen = ascend_given(given, cost=cost, steps=STEPS, budget=Budget())
    return chosen, band


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
