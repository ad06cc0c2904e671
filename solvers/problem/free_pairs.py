"""Pairs of unit and center when centers are free: their cost, weight and which are open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from solvers.arrays import LIMIT, NONZERO, Bools, Floats, Ints, Longs
from solvers.problem.pieces import Items
from solvers.problem.problem import Problem

__all__ = ["HessData", "hess_data", "loosest_bands", "open_pairs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HessData:
    """The relaxed free-center problem in arrays, every measure in shares of its mean goal.

    Attributes
    ----------
    cost : float64, shape (q, n)
        ``inf`` where closed.
    weight : float64, shape (q, m)
    travel_share : float64, shape (m,)
        What one unit of cost adds to the measure.
    lower, upper : float64, shape (n, m)
        Bands of a territory centered there, the loosest that any territory has.
    own : int32, shape (n,)
        Item of each unit.
    k : int
    """

    cost: Floats
    weight: Floats
    travel_share: Floats
    lower: Floats
    upper: Floats
    own: Ints
    k: int

    def heavy(self) -> Longs:
        """Items of which no two fit into one territory together."""
        room = self.upper.max(axis=0) * (1.0 + LIMIT) + LIMIT
        above: Longs = np.flatnonzero(2.0 * self.weight[:, 0] > room[0])
        for a in range(1, room.size):
            other = np.flatnonzero(2.0 * self.weight[:, a] > room[a])
            above = other if other.size > above.size else above
        return above


def hess_data(problem: Problem, items: Items, cutoff: float = float("inf")) -> HessData:
    """Return the relaxed free-center problem: no contiguity, the loosest bands of any territory.

    Parameters
    ----------
    problem : Problem
        With free centers.
    items : Items
    cutoff : float
        Only assignments of at most this objective matter. A band that is a share of the plan's own
        total (a measure with travel) is open-ended without it.
    """
    goal, lower, upper = loosest_bands(problem)
    least = items.cost.min(axis=1)
    cheapest = float(least[np.isfinite(least)].sum())
    for a in np.flatnonzero(problem.balance.travel_share > 0).tolist():
        # The plan's own total lies between these two, and the bands are shares of it.
        total = problem.balance.activity[:, a].sum() + problem.balance.travel_share[a] * np.array(
            [cheapest, cutoff]
        )
        lower[:, a] *= total[0] / problem.balance.goal[:, a].sum()
        upper[:, a] *= total[1] / problem.balance.goal[:, a].sum()
    return HessData(
        cost=items.cost,
        weight=items.activity / goal,
        travel_share=problem.balance.travel_share / goal,
        lower=lower,
        upper=upper,
        own=items.of_unit,
        k=problem.k,
    )


def loosest_bands(problem: Problem) -> tuple[Floats, Floats, Floats]:
    """Bands of a territory around any unit, the loosest that any territory has there.

    Returns
    -------
    goal : float64, shape (m,)
        Mean goal of the territories, in whose shares the bands are.
    lower, upper : float64, shape (n, m)
    """
    balance = problem.balance
    goal = balance.goal.mean(axis=0)
    lower = np.tile(balance.lower.min(axis=0) / goal, (problem.n, 1))
    if balance.center_upper is not None:
        return goal, lower, balance.center_upper / goal
    return goal, lower, np.tile(balance.upper.max(axis=0) / goal, (problem.n, 1))


def open_pairs(problem: Problem, items: Items, data: HessData) -> Bools:
    """Tell which pairs can occur at all, shape (q, n): within radius, bands and reach.

    With contiguity an item joins a center only along a path of units, all of which the territory
    must hold: where even the lightest path is too heavy for the band, the pair is closed.
    """
    allowed: Bools = np.isfinite(items.cost)
    for a in range(problem.m):
        pair = data.weight[:, a][:, None] + data.weight[items.of_unit, a][None, :]
        pair[items.of_unit, np.arange(problem.n)] = data.weight[items.of_unit, a]
        allowed &= pair <= data.upper[:, a] * (1.0 + LIMIT)
    merged = items.count < problem.n
    if problem.rules.contiguity and not merged and not problem.rules.exempt.any():
        for a in range(problem.m):
            room = data.upper[:, a] * (1.0 + LIMIT) + LIMIT
            lightest = _lightest_paths(problem, data.weight[:, a])
            allowed &= room >= lightest.T
    allowed[:, ~allowed[items.of_unit, np.arange(problem.n)]] = False
    return allowed


def _lightest_paths(problem: Problem, weight: Floats) -> Floats:
    """Least weight of a path from row to column, both ends counted, shape (n, n)."""
    n = problem.n
    # A stored 0 would be no edge to csgraph, so every step weighs a little.
    step = weight[problem.indices] + NONZERO
    ways = sp.csr_array((step, problem.indices, problem.indptr), shape=(n, n))
    out: Floats = sp.csgraph.dijkstra(ways) + weight[:, None]
    return out
