"""Large neighbourhood search: a few adjacent territories cut anew at once by an integer model.

The units of two to four territories choose again, centers standing still, with what a band is
missed by priced above all cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import LIMIT, NONZERO, Bools, Ints, Longs
from solvers.problem.centers import best_centers
from solvers.problem.reach import banned, too_far
from solvers.search.anneal import Search, note, settle
from solvers.search.choice import Choice
from solvers.search.union import solve_choice

if TYPE_CHECKING:
    from solvers.search.anneal import Step
    from solvers.stop import Budget

__all__ = ["anywhere", "cut_anew", "outside", "recut"]

_ROUNDS = 6
"""Most times that broken contiguity is added to one model."""


def recut(
    search: Search,
    territories: list[int],
    *,
    effort: float,
    seed: int,
    budget: Budget | None = None,
) -> bool:
    """Cut some territories anew; keep the result where it is better, else change nothing.

    Parameters
    ----------
    search : Search
        Its state is read, and changed on success.
    territories : list of int
        Adjacent ones; at most about 300 units in all is what `effort` 1 can do well.
    effort : float
        Deterministic seconds of CP-SAT for each round of cuts.
    seed : int
    budget : Budget, optional
        Asked while the model is solved.

    Returns
    -------
    bool
        Whether there is now less violation, or as little at a lower objective.
    """
    settle(search)
    problem, state = search.problem, search.state
    before = (_violation(search), float(state.totals[0]))
    start = state.assignment.copy()
    units = np.flatnonzero(np.isin(start, territories))
    among = np.array(sorted(territories), dtype=np.int64)
    columns = state.col.copy()
    if problem.free_centers and not search.field.free:
        columns = best_centers(problem, start)
    free = np.ones(units.size, dtype=bool)
    free[_roots(search, units, among, columns)] = False
    units = units[free]
    if units.size == 0:
        return False
    choice = Choice(
        base=start,
        units=units.astype(np.int64),
        territories=among,
        allowed=_allowed(search, units, among, columns),
        columns=columns,
    )
    found = solve_choice(
        problem, choice, effort=effort, rounds=_ROUNDS, seed=seed, soft=True, budget=budget
    )
    if found is None or np.array_equal(found, start):
        return False
    state.assignment[:] = found
    settle(search)
    if (_violation(search), float(state.totals[0])) < before:
        note(search)
        return True
    state.assignment[:] = start
    settle(search)
    return False


def _violation(search: Search) -> float:
    total = float(search.state.totals[1])
    return total if total > LIMIT else 0.0


def _allowed(search: Search, units: Longs, territories: Longs, columns: Ints) -> Bools:
    """Which unit may go where, shape (u, t); always where it is now."""
    problem, state = search.problem, search.state
    there = columns[territories]
    allowed = np.isfinite(problem.cost.at(units[:, None], there[None, :]))
    allowed &= ~too_far(problem, units[:, None], there[None, :])
    allowed &= ~banned(problem, units[:, None], territories[None, :])
    here = state.assignment[units][:, None] == territories[None, :]
    together = problem.rules.together[units]
    for name in np.unique(together[together >= 0]).tolist():
        mates = np.flatnonzero(together == name)
        allowed[mates] = allowed[mates].all(axis=0)
    allowed[search.field.locked[units]] = False
    return np.asarray(allowed | here)


def _roots(search: Search, units: Longs, territories: Longs, columns: Ints) -> Longs:
    """Units that territories are sure to keep, by position: locked, or dearest to give away."""
    field, problem, territory = search.field, search.problem, search.state.assignment[units]
    cost = problem.cost.at(units[:, None], columns[territories][None, :])
    kept = [np.flatnonzero(field.locked[units])]
    for j, t in enumerate(territories.tolist()):
        mine = np.flatnonzero(
            (territory == t) & ~field.exempt[units] & (problem.rules.together[units] < 0)
        )
        if mine.size == 0 or field.locked[units[mine]].any():
            continue
        weight = np.maximum(field.weight[units[mine]], NONZERO)
        others = np.delete(cost[mine], j, axis=1).min(axis=1)
        kept.append(mine[[int(np.argmin((cost[mine, j] - others) / weight))]])
    return np.concatenate(kept).astype(np.int64)


def _neighbours(search: Search, t: int) -> list[int]:
    """Territories that border territory t, the longest border first."""
    field, assignment = search.field, search.state.assignment
    counts: dict[int, int] = {}
    for u in np.flatnonzero(assignment == t).tolist():
        for v in field.near[field.near_ptr[u] : field.near_ptr[u + 1]].tolist():
            if assignment[v] != t:
                counts[int(assignment[v])] = counts.get(int(assignment[v]), 0) + 1
    return sorted(counts, key=lambda other: (-counts[other], other))


def outside(search: Search, turn: int, rng: np.random.Generator) -> int | None:
    """Pick the territories outside their bands in turn; None where there is none."""
    state = search.state
    excess = np.maximum(np.maximum(state.load - state.upper, state.lower - state.load), 0)
    broken = np.flatnonzero((excess / state.goal).sum(axis=1) > LIMIT)
    return int(broken[turn % broken.size]) if broken.size else None


def anywhere(search: Search, turn: int, rng: np.random.Generator) -> int | None:
    """Pick a territory at random."""
    return int(rng.integers(search.problem.k))


def cut_anew(
    search: Search,
    pick: Callable[[Search, int, np.random.Generator], int | None],
    *,
    turns: int,
    effort: float,
    most_units: int = 300,
    rng: np.random.Generator,
    budget: Budget,
    report: Step | None = None,
) -> None:
    """Cut picked territories anew, each together with neighbours.

    Parameters
    ----------
    search : Search
    pick : callable
        `outside` to bring territories into their bands, `anywhere` to lower the objective.
    turns : int
        Most models solved.
    effort : float
        Deterministic seconds of CP-SAT for each round of cuts.
    most_units : int
        Units that one model may hold.
    rng : numpy.random.Generator
        Draws the neighbours.
    budget : Budget
    report : callable, optional
        Called with the search after every model.
    """
    for turn in range(turns):
        t = None if budget.spent() else pick(search, turn, rng)
        if t is None:
            return
        chosen = _company(search, t, rng, most_units)
        if len(chosen) > 1:
            recut(search, chosen, effort=effort, seed=turn, budget=budget)
        if report is not None:
            report(search)


def _company(search: Search, t: int, rng: np.random.Generator, most_units: int) -> list[int]:
    """Territory t and one to three more, each bordering one of those before."""
    state = search.state
    chosen, size = [t], int(state.n_units[t])
    border = _neighbours(search, t)
    wanted = int(rng.integers(2, 5))
    while border and len(chosen) < wanted:
        chance = 1.0 / (1.0 + np.arange(len(border)))
        at = int(rng.choice(len(border), p=chance / chance.sum()))
        other = border.pop(at)
        if size + int(state.n_units[other]) > most_units and len(chosen) > 1:
            continue
        chosen.append(other)
        size += int(state.n_units[other])
        border += [b for b in _neighbours(search, other) if b not in chosen and b not in border]
    return chosen
