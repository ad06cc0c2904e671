"""Merge plans: the integer model over the union of what several good plans say.

Units on which all plans agree stay; the others choose among the territories that any plan gives
them. Where too many are open, the union is solved region by region.

References
----------
Blum et al.: Construct, merge, solve and adapt, Computers & Operations Research 68 (2016),
https://doi.org/10.1016/j.cor.2015.10.014
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import Bools, Ints, Longs
from solvers.problem.reach import are_named, is_pinned
from solvers.search.choice import Choice
from solvers.search.union import solve_choice

if TYPE_CHECKING:
    from solvers.problem.problem import Problem
    from solvers.stop import Budget

__all__ = ["choices", "matched", "merge"]

MOST_OPEN = 420
"""Open units that one model decides at once."""


def merge(
    problem: Problem,
    plans: list[Ints],
    columns: Ints,
    *,
    effort: float,
    seed: int = 0,
    turn: int = 0,
    most: int = MOST_OPEN,
    budget: Budget | None = None,
) -> Ints | None:
    """Return the best plan in the union of plans as far as the effort finds it, or None.

    Parameters
    ----------
    problem : Problem
    plans : list of int32, shape (n,)
        The first is where the others are merged into; its units stay where all agree.
    columns : int32, shape (k,)
        Column of the cost that serves each territory meanwhile.
    effort : float
        Deterministic seconds in all.
    seed, turn : int
        Random start of the model, and which region is solved where the union is too large.
    most : int
        Open units that one model decides at once.
    budget : Budget, optional
        Asked while the model is solved.
    """
    base = plans[0]
    allowed = choices(problem, [base, *(matched(problem, base, plan) for plan in plans[1:])])
    units = np.flatnonzero(allowed.sum(axis=1) > 1)
    if units.size == 0:
        return None
    if units.size > most:
        units, allowed = _region(problem, base, allowed, units, most, turn)
    territories = np.flatnonzero(allowed[units].any(axis=0))
    choice = Choice(
        base=base,
        units=units.astype(np.int64),
        territories=territories.astype(np.int64),
        allowed=allowed[units][:, territories],
        columns=columns,
    )
    return solve_choice(problem, choice, effort=effort, seed=seed, budget=budget)


def choices(problem: Problem, plans: list[Ints]) -> Bools:
    """Which territories the plans give each unit, shape (n, k); pinned and mated units as one."""
    allowed = np.zeros((problem.n, problem.k), dtype=bool)
    units = np.arange(problem.n)
    for plan in plans:
        allowed[units, plan] = True
    together = problem.rules.together
    for name in np.unique(together[together >= 0]).tolist():
        members = np.flatnonzero(together == name)
        allowed[members] = allowed[members].all(axis=0)
    lone = np.zeros((problem.n, problem.k), dtype=bool)
    lone[units, plans[0]] = True
    fixed = is_pinned(problem) | ~allowed.any(axis=1)
    return np.where(fixed[:, None], lone, allowed)


def matched(problem: Problem, base: Ints, plan: Ints) -> Ints:
    """Rename a plan's territories after those of the base that they overlap most.

    Left alone where territories have homes or goals of their own.

    All three are assignments, (n,), 0 to k - 1.
    """
    k = problem.k
    if are_named(problem):
        return plan
    from scipy.optimize import linear_sum_assignment

    total = problem.balance.activity.sum(axis=0)
    weight = (problem.balance.activity / np.where(total > 0, total, 1.0)).mean(axis=1)
    overlap = np.zeros((k, k))
    np.add.at(overlap, (plan, base), weight + 1e-6 / problem.n)
    rows, names = linear_sum_assignment(overlap, maximize=True)
    renamed = np.empty(k, dtype=np.int32)
    renamed[rows] = names
    return renamed[plan]


def _region(
    problem: Problem, base: Ints, allowed: Bools, units: Longs, most: int, turn: int
) -> tuple[Longs, Bools]:
    """Open units among a few territories that exchange most, around another one at every turn."""
    k = problem.k
    pull = np.zeros((k, k))
    for u in units.tolist():
        to = np.flatnonzero(allowed[u])
        pull[base[u], to] += 1.0
    np.fill_diagonal(pull, 0.0)
    pull += pull.T
    rank = np.argsort(-pull.sum(axis=1), kind="stable")
    chosen = np.zeros(k, dtype=bool)
    chosen[rank[turn % k]] = True
    best: tuple[Longs, Bools] = units[:0], allowed
    while True:
        inside = allowed & chosen[None, :]
        mine = units[chosen[base[units]] & (inside[units].sum(axis=1) > 1)]
        if mine.size > most and best[0].size:
            return best
        best = mine[:most], inside
        reach = np.where(chosen, -1.0, pull[chosen].sum(axis=0))
        if reach.max() <= 0:
            return best
        chosen[int(np.argmax(reach))] = True
