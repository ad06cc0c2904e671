"""Whose turn it is: neighbourhoods of territories, apart from each other, again where one changed.

A large plan is the sum of many small decisions. What one search of the whole would have to get
right everywhere at once, a search of a few gets right where they lie, in a fraction of
the work (large neighbourhood search).

References
----------
Pisinger, Ropke: Large neighborhood search, Handbook of Metaheuristics (2019),
https://doi.org/10.1007/978-3-319-91086-4_4
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import Bools, Floats, Ints, Longs
from solvers.problem.neighbours import contiguity_graph
from solvers.regions.within import within
from solvers.search.threads import each

if TYPE_CHECKING:
    from solvers.problem.problem import Problem
    from solvers.search.best import Best

__all__ = ["Decide", "take_turns"]

_AT_ONCE = 8
"""Neighbourhoods of one round, apart from each other; the number of threads changes nothing."""

Decide = Callable[["Problem", Ints, int], Ints | None]
"""From a neighbourhood's own problem, its assignment (u,) and a number that no other neighbourhood
has: a better assignment, or None."""


def take_turns(
    run: Best,
    decide: Decide,
    *,
    times: int,
    most_units: int,
    most_territories: int | None = None,
    patience: int | None = None,
    only_open: bool = False,
) -> None:
    """Let neighbourhoods of territories decide anew, until all were asked in vain.

    Parameters
    ----------
    run : Best
        Of a problem with free centers.
    decide : Decide
    times : int
        Most neighbourhoods that are asked.
    most_units : int
        Units of one; territories of which not two fit into it stay as they are.
    most_territories : int, optional
        Territories of one, 2 or more.
    patience : int, optional
        Rounds in vain after which that ends; a round is up to eight neighbourhoods.
    only_open : bool
        Whether neighbourhoods lie only around territories that are outside their bands.

    Notes
    -----
    Who was never in a neighbourhood, or not for the longest time, comes first; a territory is asked
    again once one of its neighbours has changed.
    """
    problem = run.problem
    most = problem.k if most_territories is None else most_territories
    stale = np.zeros(problem.k, dtype=bool)
    last = np.full(problem.k, -1, dtype=np.int64)
    asked = vain = 0
    while asked < times and vain != patience and not run.budget.spent():
        plan = run.assignment
        vain += 1
        excess = run.evaluation.excess.max(axis=1)
        order = np.lexsort((-excess, last))
        passed = stale | (excess <= 0.0) if only_open else stale
        chosen = _apart(problem, plan, run.evaluation.centers, passed, order, most_units, most)
        chosen = chosen[: min(_AT_ONCE, times - asked)]
        if not chosen:
            return
        found = each(
            run,
            "improve",
            [
                partial(_ask, problem, plan, few, decide, asked + at)
                for at, few in enumerate(chosen)
            ],
        )
        asked += len(chosen)
        for few in chosen:
            stale[few[0]], last[few] = True, asked
        changes = [(few, *change) for few, change in zip(chosen, found, strict=False) if change]
        # All at once, else one by one: one that the referee does not like is not tried again.
        for some in [changes, *([one] for one in changes if len(changes) > 1)]:
            if some and run.offer(_put(run.assignment, some), "improve"):
                vain = 0
                for few, _, _ in some:
                    stale[few] = False
                if some is changes:
                    break


def _ask(
    problem: Problem, plan: Ints, few: Longs, decide: Decide, number: int
) -> tuple[Longs, Ints] | None:
    """Units of a neighbourhood and their territories by its decision, or None."""
    part, units, start = within(problem, plan, few)
    found = decide(part, start, number)
    return None if found is None else (units, few[found].astype(np.int32))


def _put(plan: Ints, changes: list[tuple[Longs, Longs, Ints]]) -> Ints:
    out = plan.copy()
    for _, units, territory in changes:
        out[units] = territory
    return out


def _apart(
    problem: Problem,
    plan: Ints,
    centers: Ints,
    stale: Bools,
    order: Longs,
    most_units: int,
    most: int,
) -> list[Longs]:
    """Neighbourhoods that share no territory: one that is not stale, and those nearest to it."""
    sizes = np.bincount(plan, minlength=problem.k)
    beside = _beside(problem, plan) if problem.rules.contiguity else None
    own: Floats = problem.cost.at(centers, centers)
    taken = np.zeros(problem.k, dtype=bool)
    found: list[Longs] = []
    stale |= sizes + sizes.min() > most_units  # too large beside anybody
    for t in order[~stale[order]].tolist():
        if taken[t] or len(found) == _AT_ONCE:
            continue
        away = problem.cost.at(centers, np.full(problem.k, centers[t])) - own
        away[t] = -np.inf
        few = _company(np.argsort(away, kind="stable"), sizes, beside, most_units, most)
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


def _company(order: Longs, sizes: Longs, beside: Bools | None, most_units: int, most: int) -> Longs:
    """The first territory and, as long as they fit, the next ones that border those before."""
    if beside is None:
        fit = int(np.searchsorted(np.cumsum(sizes[order]), most_units, side="right"))
        return order[: min(fit, most)]
    chosen, left = [int(order[0])], order[1:]
    near, room = beside[chosen[0]].copy(), most_units - int(sizes[chosen[0]])
    while len(chosen) < most and near[left].any():
        at = int(np.argmax(near[left]))
        room -= int(sizes[left[at]])
        if room < 0:
            break
        chosen.append(int(left[at]))
        near |= beside[left[at]]
        left = np.delete(left, at)
    return np.array(chosen, dtype=np.int64)
