"""Lower bounds on the whole objective where the exact model is out of reach.

Every bound comes from a relaxation without contiguity, evaluated at multipliers that any rounding
may have spoiled: it holds for whatever multipliers it is given, and good ones only make it tighter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT
from solvers.bounds.given_centers import bands_lagrangian
from solvers.bounds.subgradient import Steps
from solvers.problem.evaluate import Evaluation
from solvers.problem.pieces import ITEM_LIMIT, Items, merge
from solvers.problem.problem import Problem
from solvers.stop import Budget

if TYPE_CHECKING:
    from solvers.bounds.lagrangian import Prices
    from solvers.problem.free_pairs import HessData

__all__ = ["Bound", "lower_bound", "prices_of_plan"]


LINEAR_PAIRS = 40_000
"""Most item × territory pairs for which the linear relaxation itself is solved."""

LEAST_STEPS, MOST_STEPS = 60, 4000
"""Steps of the free-center multipliers: with fewer the bound says little, with more no more."""

MANY_STEPS = 1000
"""Steps of these up to which near pairs, where there is a plane, prove as much in less time."""

_PLAN_STEPS = 200
"""Steps of the bands' multipliers at a plan's own centers."""

STEPS = 5
"""Steps of given centers' multipliers for each that an effort gives to a bound."""

SLACK = LIMIT
"""Share by which every bound is lowered, for rounding in the sums."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A proven lower bound.

    Attributes
    ----------
    value : float
        No assignment that keeps the rules has a lower objective; ``-inf`` where nothing is proved.
    method : str
        ``"linear relaxation"``, ``"Lagrangian"``, ``"Hess Lagrangian"``, ``"near pairs"`` or
        ``"none"``.
    """

    value: float
    method: str


def lower_bound(
    problem: Problem,
    assignment: NDArray[np.integer],
    evaluation: Evaluation,
    *,
    iterations: int,
    pairs: float,
    budget: Budget,
    threads: int = 1,
) -> Bound:
    """Bound the objective from below, by the strongest relaxation that the size allows.

    Parameters
    ----------
    problem : Problem
    assignment : int, shape (n,)
        A good assignment, from which multipliers are guessed.
    evaluation : Evaluation
        The referee's word on it; its objective sets the steps.
    iterations : int
        Steps of the multipliers.
    pairs : float
        Pairs of unit and free center that may be priced in all; too few for the problem's size,
        and only near pairs are priced.
    budget : Budget
    threads : int
        Most threads to work on; the bound is the same for any number.

    Returns
    -------
    Bound
    """
    tabled = problem.n * problem.cost.n_columns <= ITEM_LIMIT
    if tabled and not problem.free_centers:
        return _given_centers(problem, merge(problem), evaluation, iterations, budget)
    points = problem.cost.points if problem.free_centers else None
    steps = min(MOST_STEPS, int(pairs / (problem.n * problem.cost.n_columns)))
    found = [Bound(value=float("-inf"), method="none")]
    if points is not None:
        from solvers.bounds.near_pairs import near_pairs_bound

        value = near_pairs_bound(
            problem,
            assignment,
            evaluation,
            iterations=iterations,
            pairs=pairs,
            budget=budget,
            threads=threads,
        )
        found.append(Bound(value=_lowered(value), method="near pairs"))
    told = points is not None and not problem.balance.travel_share.any()
    if tabled and (steps >= MANY_STEPS or not told):
        steps = max(steps, LEAST_STEPS)
        found.append(_hess(problem, merge(problem), assignment, evaluation, steps, budget))
    return max(found, key=lambda bound: bound.value)


def _lowered(value: float) -> float:
    return value - SLACK * abs(value) if np.isfinite(value) else value


def _given_centers(
    problem: Problem, items: Items, evaluation: Evaluation, iterations: int, budget: Budget
) -> Bound:
    if items.cost.size <= LINEAR_PAIRS:
        from solvers.mip.given_centers import build_fixed
        from solvers.mip.model import safe_dual_bound, solve_model

        model = build_fixed(problem, items, np.isfinite(items.cost), borders=False).with_cuts(())
        answer = solve_model(model.relaxed(), budget=budget)
        if answer.duals is not None:
            value, _ = safe_dual_bound(model, answer.duals)
            return Bound(value=_lowered(value), method="linear relaxation")
    steps = STEPS * iterations
    value, _ = bands_lagrangian(problem, items, evaluation.objective, steps, budget)
    return Bound(value=_lowered(value), method="Lagrangian")


def _hess(
    problem: Problem,
    items: Items,
    assignment: NDArray[np.integer],
    evaluation: Evaluation,
    iterations: int,
    budget: Budget,
) -> Bound:
    """Price the assignment to free centers: the k best of all centers pay for everything."""
    from solvers.bounds.lagrangian import ascend, everywhere
    from solvers.problem.free_pairs import hess_data

    cutoff = evaluation.objective if evaluation.feasible else float("inf")
    data = hess_data(problem, items, cutoff)
    start = prices_of_plan(problem, items, data, assignment, evaluation, budget)
    prices = ascend(
        data,
        everywhere(data),
        target=cutoff,
        steps=Steps(most=iterations),
        budget=budget,
        start=start,
    )
    # The cutoff stands in the bands of measures with travel: above it nothing is claimed.
    return Bound(value=_lowered(min(prices.bound, cutoff)), method="Hess Lagrangian")


def prices_of_plan(
    problem: Problem,
    items: Items,
    data: HessData,
    assignment: NDArray[np.integer],
    evaluation: Evaluation,
    budget: Budget,
) -> Prices | None:
    """Guess the free-center multipliers from a good plan; None where a measure holds travel.

    Its centers held fast, the bands have prices; elsewhere a column takes those of the territory
    that its own unit is cheapest in. An item pays for its load at them, and what it would in even
    country.

    `assignment` is of shape (n,).
    """
    centers = np.asarray(evaluation.centers)
    if problem.balance.travel_share.any() or (centers < 0).any() or items.count < problem.n:
        return None
    from solvers.bounds.lagrangian import Prices, everywhere
    from solvers.bounds.plan_prices import even_reach

    there = replace(items, cost=items.cost[:, centers], travel=items.travel[:, centers])
    if not np.isfinite(there.cost[np.arange(problem.n), assignment]).all():
        return None
    _, band = bands_lagrangian(problem, there, evaluation.objective, _PLAN_STEPS, budget)
    near = (there.cost + data.weight @ band.T).argmin(axis=1)
    own = there.cost[np.arange(problem.n), assignment]
    weight, reach = even_reach(problem.cost, own, assignment, problem.k)
    regions = everywhere(data)
    return Prices(
        bound=float("-inf"),
        item=(data.weight * band[near]).sum(axis=1) + weight * reach[near],
        band=band[near],
        regions=regions,
        columns=regions[0].columns,
        value=np.zeros(regions[0].columns.size),
        reduced=np.zeros((0, 0)),
    )
