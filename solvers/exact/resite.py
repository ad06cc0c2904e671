"""Large neighbourhood search over places: a few small territories choose center and units anew.

Where territories are many and small, it is where their centers lie that annealing is slow to
change. The exact model of a handful of neighbours takes a fraction of a second.

References
----------
Gnägi, Baumann: A matheuristic for large-scale capacitated clustering, Computers & Operations
Research 132 (2021), https://doi.org/10.1016/j.cor.2021.105304
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import EXACT, Bools, Floats, Ints, Longs
from solvers.exact.prove import solve_exact
from solvers.problem.evaluate import evaluate
from solvers.problem.neighbours import contiguity_graph
from solvers.problem.within import within
from solvers.search.threads import each

if TYPE_CHECKING:
    from solvers.problem.problem import Problem
    from solvers.search.best import Best
    from solvers.stop import Budget

__all__ = ["resite"]

_AT_ONCE = 8
"""Neighbourhoods of one round, apart from each other; the number of threads changes nothing."""

MOST_UNITS = 30
"""Units of a neighbourhood that one exact model decides in a fraction of a second."""

_EFFORT_S = 0.5
"""Deterministic seconds of one exact model."""


def resite(run: Best, *, models: int, most_units: int = MOST_UNITS) -> None:
    """Let neighbourhoods of territories find the best places and units of their own.

    Parameters
    ----------
    run : Best
        Nothing is done where its plan breaks a rule, or the centers are given.
    models : int
        Most neighbourhoods that are solved.
    most_units : int
        Units of one; territories of which not two fit into it stay as they are.

    Notes
    -----
    A territory is tried again once one of its neighbours has changed; the work ends where all
    were tried in vain.
    """
    problem = run.problem
    if not (run.evaluation.feasible and problem.free_centers):
        return
    stale = np.zeros(problem.k, dtype=bool)
    while models > 0 and not run.budget.spent():
        chosen = _apart(problem, run.assignment, run.evaluation.centers, stale, most_units)
        chosen = chosen[: min(_AT_ONCE, models)]
        if not chosen:
            return
        models -= len(chosen)
        plan = run.assignment
        found = each(
            run, "improve", [partial(_solve, problem, plan, few, run.budget) for few in chosen]
        )
        for few in chosen:
            stale[few[0]] = True
        changes = [(few, *change) for few, change in zip(chosen, found, strict=False) if change]
        # All at once, else one by one: one that the referee does not like is not tried again.
        for some in [changes, *([one] for one in changes if len(changes) > 1)]:
            if some and run.offer(_put(run.assignment, some), "improve"):
                for few, _, _ in some:
                    stale[few] = False
                if some is changes:
                    break


def _put(plan: Ints, changes: list[tuple[Longs, Longs, Ints]]) -> Ints:
    out = plan.copy()
    for _, units, territory in changes:
        out[units] = territory
    return out


def _apart(
    problem: Problem, plan: Ints, centers: Ints, stale: Bools, most_units: int
) -> list[Longs]:
    """Neighbourhoods that share no territory: one that is not stale, and those nearest to it."""
    sizes = np.bincount(plan, minlength=problem.k)
    beside = _beside(problem, plan) if problem.rules.contiguity else None
    own: Floats = problem.cost.at(centers, centers)
    taken = np.zeros(problem.k, dtype=bool)
    found: list[Longs] = []
    stale |= sizes + sizes.min() > most_units  # too large beside anybody
    for t in np.flatnonzero(~stale).tolist():
        if taken[t] or len(found) == _AT_ONCE:
            continue
        away = problem.cost.at(centers, np.full(problem.k, centers[t])) - own
        away[t] = -np.inf
        few = _company(np.argsort(away, kind="stable"), sizes, beside, most_units)
        if few.size < 2:
            stale[t] = True
        elif not taken[few].any():
            taken[few] = True
            found.append(few)
    return found


def _beside(problem: Problem, plan: Ints) -> Bools:
    """Which territories have a border in common, shape (k, k)."""
    indptr, indices = contiguity_graph(problem)
    found = np.zeros((problem.k, problem.k), dtype=bool)
    found[np.repeat(plan, np.diff(indptr)), plan[indices]] = True
    return found


def _company(order: Longs, sizes: Longs, beside: Bools | None, most_units: int) -> Longs:
    """The first territory and, as long as they fit, the next ones that border those before."""
    if beside is None:
        return order[: int(np.searchsorted(np.cumsum(sizes[order]), most_units, side="right"))]
    chosen, left = [int(order[0])], order[1:]
    near, room = beside[chosen[0]].copy(), most_units - int(sizes[chosen[0]])
    while near[left].any():
        at = int(np.argmax(near[left]))
        room -= int(sizes[left[at]])
        if room < 0:
            break
        chosen.append(int(left[at]))
        near |= beside[left[at]]
        left = np.delete(left, at)
    return np.array(chosen, dtype=np.int64)


def _solve(problem: Problem, plan: Ints, few: Longs, budget: Budget) -> tuple[Longs, Ints] | None:
    """Units of a neighbourhood and the territories that the exact model gives them, or None."""
    part, units, start = within(problem, plan, few)
    before = evaluate(part, start)
    found = solve_exact(part, start=start, budget=budget.share(_EFFORT_S))
    if found.assignment is None or found.evaluation is None:
        return None
    gain = before.objective - found.evaluation.objective
    if before.feasible and gain <= EXACT * abs(before.objective):
        return None
    return units, few[found.assignment].astype(np.int32)
