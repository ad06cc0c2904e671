"""The least further change: an assignment that keeps the rules and stays near a given one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats, Ints
from solvers.costs.matrix import MatrixCost
from solvers.errors import ProblemError
from solvers.events import Observer, ignore
from solvers.problem.problem import Problem
from solvers.problem.reach import with_pins
from solvers.stop import StopRule, never

if TYPE_CHECKING:
    from solvers.result import Result

__all__ = ["least_change", "near", "nearest"]

_SHARES = (1.0, 0.2, 0.05)
"""Price of each unit that changes, in shares of what a territory costs on average: a high one asks
for few changes, a low one leaves the search the freedom to keep the rules at all."""


def least_change(
    problem: Problem,
    assignment: NDArray[np.integer],
    *,
    fixed: Mapping[int, int],
    seed: int = 0,
    observer: Observer = ignore,
    stop: StopRule = never,
) -> Result:
    """Re-solve from an assignment with a price on every further unit that changes.

    Parameters
    ----------
    problem : Problem
        With fixed centers and a price for every pair.
    assignment : int, shape (n,)
        The edited plan.
    fixed : mapping of int to int
        Units that must have a territory: the edits. They carry no price.
    seed : int
    observer : Observer
    stop : StopRule

    Returns
    -------
    Result
        Judged by the problem as given; ``no_solution`` where nothing near keeps the rules.

    Raises
    ------
    ProblemError
        The centers are free, or pairs have no price.
    """
    from solvers.portfolio import certified

    best = nearest(problem, assignment, fixed=fixed, seed=seed, observer=observer, stop=stop)
    return certified(problem, best, effort="quick", seed=seed, stop=stop)


def nearest(
    problem: Problem,
    assignment: NDArray[np.integer],
    *,
    fixed: Mapping[int, int],
    seed: int = 0,
    most: int | None = None,
    observer: Observer = ignore,
    stop: StopRule = never,
) -> Ints:
    """Return the assignment of `least_change`, int32 of shape (n,), with nothing proved of it.

    Without units in ``fixed`` every territory may take part. Where more than ``most`` units have
    changed and rules are still broken, no lower price on changing is tried: it changes more.
    """
    from solvers.portfolio import solve
    from solvers.problem.evaluate import evaluate

    start = np.asarray(assignment, dtype=np.int32).copy()
    for unit, territory in fixed.items():
        start[unit] = territory
    touched = {int(assignment[unit]) for unit in fixed} | {int(to) for to in fixed.values()}
    best, least = start, (True, float("inf"), 0)
    for share in _SHARES:
        priced = near(problem, assignment, fixed=fixed, share=share)
        # What one price found is where a lower one begins.
        found = solve(priced, effort="quick", seed=seed, start=best, observer=observer, stop=stop)
        edited = found.assignment
        if fixed:
            edited = _without_strangers(problem, edited, start, touched)
        edited = _put_back(problem, edited, start)
        judged = evaluate(problem, edited)
        wrong = (not judged.feasible, float(judged.excess.sum()), int((edited != start).sum()))
        if wrong < least:
            best, least = edited, wrong
        beyond = most is not None and wrong[2] > most
        if judged.feasible or beyond or stop() is not None:
            break
    return best


def near(
    problem: Problem,
    assignment: NDArray[np.integer],
    *,
    fixed: Mapping[int, int],
    share: float = _SHARES[0],
) -> Problem:
    """Return the problem with a price on leaving an assignment, and some units pinned.

    Parameters
    ----------
    problem : Problem
    assignment : int, shape (n,)
    fixed : mapping of int to int
        Units that are pinned, with their territory.
    share : float, above 0
        The price, as a share of what a territory costs on average.

    Raises
    ------
    ProblemError
        The centers are free, or pairs have no price.
    """
    if problem.free_centers:
        raise ProblemError("cost", "of free centers", "fixed centers")
    if not problem.cost.complete:
        raise ProblemError("cost", "of candidate lists", "a price for every pair")
    pairs = np.arange(problem.n)[:, None], np.arange(problem.k)[None, :]
    units = np.arange(problem.n)
    own = problem.cost.at(units, assignment)
    price = share * float(own[np.isfinite(own)].sum()) / problem.k
    cost: Floats = problem.cost.at(*pairs) + max(price, 1.0)
    cost[units, assignment] -= max(price, 1.0)
    priced = MatrixCost(cost=cost, travel=problem.cost.travel_at(*pairs))
    return replace(with_pins(problem, fixed), cost=priced)


def _without_strangers(problem: Problem, found: Ints, start: Ints, touched: set[int]) -> Ints:
    """Return what was found without exchanges among territories that the edits have no part in."""
    from solvers.problem.evaluate import evaluate

    changed = np.flatnonzero(found != start)
    near = set(touched)
    while True:
        more = {
            int(t)
            for unit in changed.tolist()
            for t in (start[unit], found[unit])
            if {int(start[unit]), int(found[unit])} & near
        }
        if more <= near:
            break
        near |= more
    assignment = found.copy()
    away = changed[~np.isin(start[changed], list(near))]
    assignment[away] = start[away]
    judged = evaluate(problem, assignment)
    return assignment if judged.feasible or not evaluate(problem, found).feasible else found


def _put_back(problem: Problem, found: Ints, start: Ints) -> Ints:
    """Return the units to where they were, one by one, wherever the rules allow it."""
    from solvers.moves.alternatives import Alternatives
    from solvers.problem.evaluate import evaluate

    assignment = found.copy()
    if not evaluate(problem, assignment).feasible:
        return assignment
    while True:
        changed = np.flatnonzero(assignment != start)
        if changed.size == 0:
            return assignment
        moves = Alternatives(problem, assignment).moves(changed, start[changed])
        back = np.flatnonzero(moves.allowed)
        if back.size == 0:
            return assignment
        first = back[np.lexsort((changed[back], moves.change[back]))[0]]
        assignment[changed[first]] = start[changed[first]]
