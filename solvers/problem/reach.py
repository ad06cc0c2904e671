"""Which unit may go to which column: radius, forbidden pairs, pins, candidate lists, and land."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, Bools, Floats, Ints, Longs

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = [
    "are_named",
    "banned",
    "barred_keys",
    "barred_pairs",
    "barred_units",
    "beyond",
    "close_pairs",
    "distances",
    "has_radius",
    "holds_land",
    "is_pinned",
    "pin_of",
    "pinned_to",
    "pins",
    "strayed",
    "too_far",
    "with_pins",
]


def distances(
    problem: Problem, units: NDArray[np.integer], columns: NDArray[np.integer]
) -> Floats | None:
    """Return the distances that the radius is about, elementwise; None where there are none.

    Units and columns are of shapes that broadcast; the distances, in the unit of the radius, are of
    the broadcast shape.
    """
    if problem.rules.distance is not None:
        given: Floats = problem.rules.distance[units, columns]
        return given
    if (points := problem.cost.points) is not None:
        delta = points.xy[units] - points.columns_xy[columns]
        away: Floats = np.hypot(delta[..., 0], delta[..., 1])
        return away
    return None


def has_radius(problem: Problem) -> bool:
    """Whether any distance is too far."""
    return bool(np.isfinite(problem.rules.radius))


def beyond(problem: Problem, away: Floats) -> Bools:
    """Return which distances, of any shape, are above the radius."""
    out: Bools = away > problem.rules.radius * (1.0 + LIMIT)
    return out


def too_far(problem: Problem, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Bools:
    """Return where a unit lies beyond the radius of a column, in the broadcast shape of both."""
    nowhere = np.zeros(np.broadcast_shapes(units.shape, columns.shape), dtype=bool)
    if not has_radius(problem):
        return nowhere
    away = distances(problem, units, columns)
    return nowhere if away is None else beyond(problem, away)


def barred_pairs(problem: Problem) -> tuple[Ints, Ints]:
    """Return the forbidden pairs as units and territories, each of shape (f,), as given."""
    return problem.rules.forbidden[:, 0], problem.rules.forbidden[:, 1]


def barred_keys(problem: Problem) -> Longs:
    """Return ``unit · k + territory`` of every forbidden pair, shape (f,), ascending."""
    units, territories = barred_pairs(problem)
    keys: Longs = np.sort(units.astype(np.int64) * problem.k + territories)
    return keys


def banned(problem: Problem, units: NDArray[np.integer], territories: NDArray[np.integer]) -> Bools:
    """Return where a unit is forbidden in a territory, elementwise.

    Units and territories are of shapes that broadcast, and so is what is returned.
    """
    out: Bools = np.isin(units.astype(np.int64) * problem.k + territories, barred_keys(problem))
    return out


def barred_units(problem: Problem, territory: int) -> Longs:
    """Return the units that are forbidden in a territory, ascending.

    Of shape (u,).
    """
    pairs = problem.rules.forbidden
    return np.unique(pairs[pairs[:, 1] == territory, 0]).astype(np.int64)


def is_pinned(problem: Problem) -> Bools:
    """Return which units are pinned to a territory, shape (n,)."""
    return np.asarray(problem.rules.pinned >= 0)


def pins(problem: Problem) -> tuple[Longs, Ints]:
    """Return the pinned units, ascending, and the territory of each; both of shape (p,)."""
    units = np.flatnonzero(is_pinned(problem))
    return units, problem.rules.pinned[units]


def pinned_to(problem: Problem, territory: int) -> Longs:
    """Return the units that are pinned to a territory, ascending; of shape (u,)."""
    return np.flatnonzero(problem.rules.pinned == territory).astype(np.int64)


def pin_of(problem: Problem, unit: int) -> int:
    """Return the territory that a unit is pinned to; -1 where it is free."""
    return int(problem.rules.pinned[unit])


def with_pins(problem: Problem, pinned: Mapping[int, int]) -> Problem:
    """Return the problem with some units pinned to these territories, or freed by -1."""
    now = problem.rules.pinned.copy()
    now[list(pinned)] = list(pinned.values())
    return replace(problem, rules=replace(problem.rules, pinned=now))


def strayed(
    problem: Problem, units: NDArray[np.integer], territories: NDArray[np.integer]
) -> Bools:
    """Return where a unit is pinned to another territory than this one, in the shape of both."""
    own = problem.rules.pinned[units]
    return np.asarray((own >= 0) & (own != territories))


def close_pairs(problem: Problem, price: Floats) -> None:
    """Set to ``inf`` what forbidden pairs and pins exclude.

    Parameters
    ----------
    problem : Problem
    price : float64, shape (n, k)
        Changed in place.
    """
    price[barred_pairs(problem)] = np.inf
    units, territories = pins(problem)
    kept = price[units, territories]
    price[units] = np.inf
    price[units, territories] = kept


def holds_land(problem: Problem) -> bool:
    """Whether every territory needs a unit that contiguity asks about."""
    return problem.rules.contiguity and int((~problem.rules.exempt).sum()) >= problem.k


def are_named(problem: Problem) -> bool:
    """Whether territories differ by more than where they lie: homes, goals, pins, today."""
    balance = problem.balance
    same = all((each == each[0]).all() for each in (balance.goal, balance.lower, balance.upper))
    ruled = barred_pairs(problem)[0].size > 0 or is_pinned(problem).any()
    today = (problem.changes.current >= 0).any()
    return bool(not problem.free_centers or not same or ruled or today)
