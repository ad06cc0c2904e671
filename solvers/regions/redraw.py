"""A region of a few territories is drawn anew, many times, and the best of it is kept.

How good a plan of many territories is hangs on how they lie to each other, which no annealing of
the whole changes once it is cold; and among whole plans drawn anew the better half of one goes
with the worse half of another. Half a dozen territories are drawn anew twenty times in the time
that the whole takes once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import EXACT, Ints
from solvers.construct.starts import first_plan
from solvers.effort import IN_REGION, REGION
from solvers.events import ignore
from solvers.problem.evaluate import evaluate
from solvers.regions.turns import take_turns
from solvers.search.best import Best, rank
from solvers.search.rounds import search_plans

if TYPE_CHECKING:
    from solvers.problem.problem import Problem
    from solvers.stop import Budget

__all__ = ["has_regions", "redraw"]

MOST_UNITS = 1200
"""Most units of a region: its prices are a table of all pairs."""

PATIENCE, A_ROUND = 2, 4
"""Least rounds of regions in vain after which a plan is taken to lie well everywhere, and for how
many regions' territories each of them is: half of those that it asks."""


def has_regions(problem: Problem) -> bool:
    """Return whether regions are worth drawing anew: none is more than half of all territories.

    Not where the centers are given, nor where bands hold travel: each change anywhere then moves
    the bands of all, so that little of what regions find keeps them (0.1 % in 75 CPU s at 300
    territories).
    """
    many = problem.k >= 2 * IN_REGION
    return problem.free_centers and many and not problem.balance.travel_share.any()


def redraw(run: Best, *, territories: int, regions: int, seed: int) -> None:
    """Search for better plans of a few neighbouring territories at a time.

    Parameters
    ----------
    run : Best
        Of a problem that has regions; nothing is done where all territories are one region.
    territories : int
        Most of one region, 2 or more.
    regions : int
        Most regions that are searched.
    seed : int
        0 and up.
    """
    problem = run.problem
    most = min(territories, problem.k // 2)
    if most < 2:
        return

    def decide(part: Problem, start: Ints, number: int) -> Ints | None:
        return _draw(part, start, run.budget, (seed, number))

    take_turns(
        run,
        decide,
        times=regions,
        most_units=MOST_UNITS,
        most_territories=most,
        patience=max(PATIENCE, problem.k // (A_ROUND * territories)),
    )


def _draw(part: Problem, start: Ints, budget: Budget, seed: tuple[int, int]) -> Ints | None:
    """Return the best of many searches of the region, or None where it is no better than now."""
    rng = np.random.default_rng(seed)
    before = evaluate(part, start)
    own = Best(
        problem=part,
        observer=ignore,
        budget=budget.share(float("inf")),
        assignment=start,
        evaluation=before,
    )
    first = first_plan(part, rng, rounds=REGION.centerings)
    search_plans(own, REGION, first, rng, seed=seed[0] + seed[1])
    gain = before.objective - own.evaluation.objective
    if rank(own.evaluation) >= rank(before):
        return None
    if before.feasible and gain <= EXACT * abs(before.objective):
        return None
    return own.assignment
