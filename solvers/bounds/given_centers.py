"""The Lagrangian of given centers: bands are priced instead of kept, each item goes where it pays.

With a signed multiplier λ_ta (above 0 for the upper side, below for the lower), the bound is

    Σ_i min_t [c_it + Σ_a κ_ta (q_ia + β_a c'_it)] - Σ_ta λ_ta edge_ta

with κ = λ and edge = upper or lower; a measure with travel has its edges as shares h of the plan's
own total, so κ_ta = λ_ta - Σ_s λ_sa h_sa and there is no constant.

The steps look at the cheapest few centers of each item, and a center that prices have made the
cheapest is looked at from then on. What is proved is what all of them say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solvers.arrays import NONZERO, Bools, Floats, Ints, Longs
from solvers.bounds.subgradient import pushes, same_side
from solvers.kernels.pricing import price_given
from solvers.problem.pieces import Items
from solvers.problem.problem import Problem
from solvers.stop import Budget

__all__ = ["GivenCenters", "ascend_given", "bands_lagrangian"]


NEAR = 14
"""Centers that an item is priced at, at first."""

STRIDE, LAST_STRIDE = 0.15, 0.02
"""Change of a band's price for a load off by one goal, as a share of what a territory costs; and
the share of that at the last step."""

DRIFT = 0.7
"""Share of the last direction that is kept in the next one."""

ROUNDS = 6
"""Parts of the steps, with centers that had been left out added in between."""

ROWS = 4096
"""Items priced at all centers at a time."""

STEP_S, PAIR_S = 1e-4, 5e-9
"""Deterministic seconds of a step: at all, and for each pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCenters:
    """What is priced; every measure in shares of its mean goal or of its k-th part.

    Attributes
    ----------
    near : int32, shape (q, c)
        Some centers of each item, and there
    cost, travel : float64, shape (q, c)
        what the item costs and travels; ``inf`` and 0 where it may not go.
    activity : float64, shape (q, m)
    share : float64, shape (m,)
        What a travel of 1 adds to each measure.
    lower, upper : float64, shape (k, m)
    shared : bool, shape (m,)
        Measures whose bands hold for the plan's own total.
    """

    near: Ints
    cost: Floats
    travel: Floats
    activity: Floats
    share: Floats
    lower: Floats
    upper: Floats
    shared: Bools

    def kappa(self, multiplier: Floats) -> tuple[Floats, float]:
        """Prices of loads, shape (k, m), and the constant that goes off the sum."""
        edge = np.where(multiplier > 0, self.upper, self.lower)
        paid = np.where(multiplier == 0.0, 0.0, multiplier * edge)
        whole = np.where(self.shared, paid.sum(axis=0) / len(self.upper), 0.0)
        return multiplier - whole, float(paid[:, ~self.shared].sum())


def ascend_given(
    given: GivenCenters,
    *,
    cost: float,
    steps: int,
    budget: Budget,
    start: Floats | None = None,
    part: tuple[float, float] = (0.0, 1.0),
) -> tuple[float, Floats, Longs]:
    """Raise the bound over the listed centers by steps of the multipliers.

    Parameters
    ----------
    given : GivenCenters
    cost : float
        What a territory costs, above 0: sets the length of the steps.
    steps : int
    budget : Budget
    start : float64, shape (k, m), optional
        Multipliers to begin with.
    part : tuple of float
        From where to where in the whole of all steps these ones go: later ones are shorter.

    Returns
    -------
    tuple of float, float64 array of shape (k, m) and int64 array of shape (q,)
        The bound, its multipliers, and where each item is cheapest at them.
    """
    multiplier = np.zeros(given.upper.shape) if start is None else start
    load, drift = np.empty_like(multiplier), np.zeros_like(multiplier)
    chosen = np.empty(given.near.shape[0], dtype=np.int64)
    closed = ~np.isfinite(given.upper)
    best, kept = float("-inf"), (multiplier, chosen)
    for step in range(max(steps, 1)):
        kappa, fixed = given.kappa(multiplier)
        bound = (
            price_given(
                given.near,
                given.cost,
                given.travel,
                given.activity,
                given.share,
                kappa,
                load,
                chosen,
            )
            - fixed
        )
        budget.charge(STEP_S + PAIR_S * given.near.size)
        if bound > best:
            best, kept = bound, (multiplier, chosen.copy())
        if step % 8 == 7 and budget.spent():
            break
        whole = np.where(given.shared, load.sum(axis=0) / len(load), 1.0)
        over, under = load - given.upper * whole, load - given.lower * whole
        drift = DRIFT * drift + pushes(multiplier, over, under)
        done = part[0] + (part[1] - part[0]) * step / max(steps, 1)
        stride = STRIDE * LAST_STRIDE**done * cost
        moved = multiplier + stride * np.clip(drift, -1.0, 1.0)
        # Where a band is open above, nothing is paid for its upper side.
        multiplier = same_side(multiplier, np.where((moved > 0) & closed, 0.0, moved))
    return best, *kept


def bands_lagrangian(
    problem: Problem, items: Items, target: float, iterations: int, budget: Budget
) -> tuple[float, Floats]:
    """Bound the cost of all assignments of items to given centers, contiguity aside.

    Parameters
    ----------
    problem : Problem
    items : Items
        Priced at the centers, ``cost`` of shape (q, k).
    target : float
        An upper bound, which sets the length of the steps.
    iterations : int
        Steps of the multipliers.
    budget : Budget

    Returns
    -------
    tuple of float and float64 array, shape (k, m)
        The bound and its multipliers, per mean goal.
    """
    balance, k = problem.balance, problem.k
    shared = balance.travel_share > 0
    total = balance.goal.sum(axis=0)
    size = np.where(shared, items.activity.sum(axis=0) + NONZERO, total) / k
    columns = np.argpartition(items.cost, min(NEAR, k) - 1, axis=1)[:, :NEAR].astype(np.int32)
    best, multiplier = float("-inf"), np.zeros(balance.goal.shape)
    for turn in range(ROUNDS):
        given = GivenCenters(
            near=np.ascontiguousarray(columns),
            cost=np.take_along_axis(items.cost, columns, axis=1),
            travel=np.take_along_axis(items.travel, columns, axis=1),
            activity=items.activity / size,
            share=balance.travel_share / size,
            # Shares of a total are the same in any unit; the others are told in goals.
            lower=balance.lower / np.where(shared, total / k, size),
            upper=balance.upper / np.where(shared, total / k, size),
            shared=shared,
        )
        if turn == 0:
            best, _ = _at_all_centers(given, items, multiplier)
        _, found, _ = ascend_given(
            given,
            cost=max(target / k, NONZERO),
            steps=-(-iterations // ROUNDS),
            budget=budget,
            start=multiplier,
            part=(turn / ROUNDS, (turn + 1) / ROUNDS),
        )
        bound, cheapest = _at_all_centers(given, items, found)
        if bound > best:
            best, multiplier = bound, found
        left_out = (columns != cheapest[:, None]).all(axis=1)
        if budget.spent():
            break
        if left_out.any():
            columns = np.column_stack([columns, np.where(left_out, cheapest, columns[:, 0])])
    return best, multiplier


def _at_all_centers(given: GivenCenters, items: Items, multiplier: Floats) -> tuple[float, Ints]:
    """What every center says: the bound, and where each item is cheapest, shape (q,)."""
    kappa, fixed = given.kappa(multiplier)
    cheapest = np.empty(items.count, dtype=np.int32)
    paid = 0.0
    for start in range(0, items.count, ROWS):
        rows = slice(start, start + ROWS)
        price = items.cost[rows] + given.activity[rows] @ kappa.T
        if given.share.any():
            price += items.travel[rows] * (kappa @ given.share)
        cheapest[rows] = price.argmin(axis=1)
        paid += float(price.min(axis=1).sum())
    return paid - fixed, cheapest
