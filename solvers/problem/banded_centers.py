"""Centers that keep the bands where a measure holds travel and the cheapest centers do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, Bools, Floats, Ints, Longs
from solvers.problem.centers import units_by_territory, within_radius

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["centers_in_bands"]

_CHOICES = 20_000
"""Most choices of centers that are all looked at; of more, one territory after another is tried."""

_UNITS = 400
"""Most units of a territory whose centers are all tried."""

_TURNS = 4
"""Times that every territory outside its bands may change its center."""


@dataclass(frozen=True, slots=True)
class _Options:
    """A territory's possible centers (s,), with cost (s,), loads and upper bands (s, m)."""

    columns: Longs
    cost: Floats
    load: Floats
    upper: Floats


def centers_in_bands(
    problem: Problem, assignment: NDArray[np.integer], serving: Ints
) -> Ints | None:
    """Return centers with which every territory keeps its bands, or None where none are found.

    Parameters
    ----------
    problem : Problem
        With free centers.
    assignment : int, shape (n,), 0 to k - 1
        None is found for a territory without units.
    serving : int32, shape (k,)
        The cheapest centers.

    Returns
    -------
    int32, shape (k,), or None

    Notes
    -----
    Exact, and the cheapest, where there are at most 20,000 choices; otherwise territories outside
    their bands change centers in turn, the others' held fast.
    """
    if not problem.balance.travel_share.any():
        return None
    held = units_by_territory(assignment, problem.k)
    if any(units.size == 0 or units.size > _UNITS for units in held):
        return None
    options = [_options(problem, t, units) for t, units in enumerate(held)]
    if any(each.columns.size == 0 for each in options):
        return None
    choices = float(np.prod([float(each.columns.size) for each in options]))
    picked = _all(problem, options) if choices <= _CHOICES else _in_turn(problem, options, serving)
    if picked is None:
        return None
    return np.array([o.columns[p] for o, p in zip(options, picked, strict=True)], dtype=np.int32)


def _options(problem: Problem, t: int, units: Longs) -> _Options:
    balance = problem.balance
    cost = problem.cost.at(units[:, None], units[None, :]).sum(axis=0)
    travel = problem.cost.travel_at(units[:, None], units[None, :]).sum(axis=0)
    usable = within_radius(problem, units) & np.isfinite(cost) & np.isfinite(travel)
    load = balance.activity[units].sum(axis=0) + travel[:, None] * balance.travel_share
    upper = np.tile(balance.upper[t], (units.size, 1))
    if balance.center_upper is not None:
        upper = balance.center_upper[units]
    return _Options(units[usable], cost[usable], load[usable], upper[usable])


def _keeps(problem: Problem, t: int, load: Floats, upper: Floats, total: Floats) -> Bools:
    """Whether loads of territory t are within its bands, given the plan's totals; over measures."""
    balance = problem.balance
    scale = np.where(balance.travel_share > 0, total / balance.goal.sum(axis=0), 1.0)
    slack = LIMIT * balance.goal[t] * scale
    kept = (load <= upper * scale + slack) & (load >= balance.lower[t] * scale - slack)
    return np.asarray(kept.all(axis=-1))


def _all(problem: Problem, options: list[_Options]) -> list[int] | None:
    """Look at every choice and take the cheapest that keeps all bands."""
    shape = tuple(each.columns.size for each in options)
    at = np.indices(shape).reshape(len(shape), -1)
    total = sum(each.load[p] for each, p in zip(options, at, strict=True))
    cost = np.asarray(sum(each.cost[p] for each, p in zip(options, at, strict=True)))
    kept = np.ones(at.shape[1], dtype=bool)
    for t, (each, p) in enumerate(zip(options, at, strict=True)):
        kept &= _keeps(problem, t, each.load[p], each.upper[p], np.asarray(total))
    if not kept.any():
        return None
    return [int(p) for p in at[:, int(np.argmin(np.where(kept, cost, np.inf)))]]


def _in_turn(problem: Problem, options: list[_Options], serving: Ints) -> list[int] | None:
    """Change the centers of territories outside their bands, one after another."""
    picked = [int(np.argmax(each.columns == serving[t])) for t, each in enumerate(options)]
    load = np.array([each.load[p] for each, p in zip(options, picked, strict=True)])
    for _ in range(_TURNS):
        outside = [
            t
            for t, each in enumerate(options)
            if not _keeps(problem, t, load[t], each.upper[picked[t]], load.sum(axis=0))
        ]
        if not outside:
            return picked
        for t in outside:
            each = options[t]
            total = load.sum(axis=0) - load[t] + each.load
            kept = _keeps(problem, t, each.load, each.upper, total)
            if kept.any():
                picked[t] = int(np.argmin(np.where(kept, each.cost, np.inf)))
                load[t] = each.load[picked[t]]
    return None
