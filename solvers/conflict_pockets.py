"""Pockets: units that no connected territory within the bands can hold.

A unit's neighbours may all be too heavy to join it while it is too light to stand alone, or the
measures around it may be out of proportion. Both are proved by looking at every connected set that
could hold the unit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.conflict import Conflict, ConflictRule, Relaxation
from solvers.problem import Problem
from solvers.stop import Budget

__all__ = ["holdable", "pocket"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_SETS = 20_000
"""Most connected sets looked at for one unit before it is given up as undecided."""


def pocket(problem: Problem, budget: Budget) -> Conflict | None:
    """Return the first unit that no connected territory within the bands can hold, or None.

    Only the measures without travel are asked, with the widest band of any territory, so what is
    proved holds whoever serves the unit. Problems with exempt units or groups are not decided here.
    """
    plain = np.flatnonzero(problem.travel_share == 0)
    if not problem.contiguity or plain.size == 0 or problem.exempt.any():
        return None
    if problem.center_upper is not None:
        return None
    lower, upper = problem.lower[:, plain].min(axis=0), problem.upper[:, plain].max(axis=0)
    weight = problem.activity[:, plain]
    # Lightest surroundings first: those are the units with least choice.
    around = np.zeros((problem.n, plain.size))
    owner = np.repeat(np.arange(problem.n), np.diff(problem.indptr))
    np.add.at(around, owner, weight[problem.indices])
    order = np.argsort(((around + weight) / upper).min(axis=1), kind="stable")
    for count, unit in enumerate(order.tolist()):
        if count % 64 == 0 and budget.spent():
            return None
        found, reach = holdable(problem, weight, lower, upper, unit)
        if found is False:
            return _explained(problem, plain, lower, upper, unit, reach)
    return None


def holdable(
    problem: Problem, weight: Floats, lower: Floats, upper: Floats, unit: int
) -> tuple[bool | None, list[int]]:
    """Tell whether a connected set within the bands holds the unit; None where undecided.

    Parameters
    ----------
    problem : Problem
    weight : float64, shape (n, p)
    lower, upper : float64, shape (p,)
    unit : int

    Returns
    -------
    found : bool or None
    reach : list of int
        Units that some connected set below the upper band shares with the unit.

    Notes
    -----
    First grows greedily towards the middle of the bands; where that fails, every connected set
    below the upper band is listed once (each neighbour is either taken or shut out), up to a
    limit.
    """
    room = upper * (1.0 + 1e-9)
    need = lower * (1.0 - 1e-9)
    start = weight[unit]
    if (start > room).any():
        return False, [unit]
    if (start >= need).all() or _greedy(problem, weight, need, room, unit):
        return True, []
    reached = {unit}
    stack: list[tuple[Floats, tuple[int, ...], frozenset[int]]] = []
    rim = _neighbours(problem, unit)
    stack.append((start, tuple(rim), frozenset([unit])))
    looked = 0
    while stack:
        load, open_units, known = stack.pop()
        looked += 1
        if looked > _SETS:
            return None, []
        if not open_units:
            continue
        first, rest = open_units[0], open_units[1:]
        shut = known | {first}
        stack.append((load, rest, shut))
        with_first = load + weight[first]
        if (with_first > room).any():
            continue
        reached.add(first)
        if (with_first >= need).all():
            return True, []
        fresh = [v for v in _neighbours(problem, first) if v not in shut and v not in rest]
        stack.append((with_first, (*rest, *fresh), shut))
    return False, sorted(reached)


def _neighbours(problem: Problem, unit: int) -> list[int]:
    out: list[int] = problem.indices[problem.indptr[unit] : problem.indptr[unit + 1]].tolist()
    return out


def _greedy(problem: Problem, weight: Floats, need: Floats, room: Floats, unit: int) -> bool:
    """Grow one set, always by the neighbour that leaves the measures most even."""
    middle = np.maximum((need + np.minimum(room, need * 2.0 + 1.0)) / 2.0, 1e-300)
    load = weight[unit].copy()
    taken = {unit}
    rim = set(_neighbours(problem, unit))
    while rim:
        around = np.array(sorted(rim))
        loads = load + weight[around]
        fits = (loads <= room).all(axis=1)
        if not fits.any():
            return False
        ratio = loads / middle
        spread = np.where(fits, ratio.max(axis=1) - ratio.min(axis=1), np.inf)
        # Among the most even ones the heaviest, so that the growth ends soon.
        best = int(np.argmin(spread - 0.2 * np.where(fits, ratio.min(axis=1), 0.0)))
        chosen = int(around[best])
        load = loads[best]
        if (load >= need).all():
            return True
        taken.add(chosen)
        rim |= set(_neighbours(problem, chosen))
        rim -= taken
    return False


def _explained(
    problem: Problem,
    plain: NDArray[np.int64],
    lower: Floats,
    upper: Floats,
    unit: int,
    reach: list[int],
) -> Conflict:
    """Name the pocket, what it weighs at most, and what the tolerance would have to be."""
    weight = problem.activity[:, plain]
    units = (unit, *[u for u in reach if u != unit])[:20]
    rules = [ConflictRule(kind="contiguity", units=units)]
    for at, a in enumerate(plain.tolist()):
        rules.append(
            ConflictRule(
                kind="balance",
                measure=a,
                units=(unit,),
                value=float(weight[reach, at].sum()),
                limit=float(lower[at]),
            )
        )
        if np.isfinite(upper[at]):
            heavy = [v for u in reach for v in _neighbours(problem, u) if v not in reach]
            least = float(weight[unit, at] + (weight[heavy, at].min() if heavy else 0.0))
            rules.append(
                ConflictRule(
                    kind="balance",
                    measure=a,
                    units=tuple(sorted(set(heavy)))[:20],
                    value=least,
                    limit=float(upper[at]),
                )
            )
    needed = _needed(problem, weight, lower, upper, unit, problem.goal[:, plain].mean(axis=0))
    fixes = [Relaxation(kind="contiguity", units=units)]
    if needed is not None:
        fixes.insert(0, Relaxation(kind="tolerance", amount=needed))
    return Conflict(
        rules=tuple(rules), relaxations=tuple(fixes), proved=True, minimal=False, method="pocket"
    )


def _needed(
    problem: Problem,
    weight: Floats,
    lower: Floats,
    upper: Floats,
    unit: int,
    goal: Floats,
) -> float | None:
    """Least tolerance, common to the measures, at which the unit can be held (to 0.001)."""
    now = float(np.maximum(1.0 - lower / goal, upper / goal - 1.0).max())
    low, high = now, 2.0
    while high - low > 1e-3:
        middle = (low + high) / 2.0
        least = np.minimum(lower, goal * (1.0 - middle))
        most = np.maximum(upper, goal * (1.0 + middle))
        found, _ = holdable(problem, weight, np.maximum(least, 0.0), most, unit)
        if found is None:
            return None
        if found:
            high = middle
        else:
            low = middle
    return low
