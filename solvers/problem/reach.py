"""Which unit may go to which column: radius, forbidden pairs, pins, candidate lists, and land."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, Bools, Floats, Longs

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["banned", "barred_units", "beyond", "distances", "has_radius", "holds_land", "too_far"]


def distances(
    problem: Problem, units: NDArray[np.integer], columns: NDArray[np.integer]
) -> Floats | None:
    """Return the distances that the radius is about, elementwise; None where there are none."""
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


def banned(problem: Problem, units: NDArray[np.integer], territories: NDArray[np.integer]) -> Bools:
    """Return where a unit is forbidden in a territory, elementwise."""
    pairs = problem.rules.forbidden
    keys = pairs[:, 0].astype(np.int64) * problem.k + pairs[:, 1]
    out: Bools = np.isin(units.astype(np.int64) * problem.k + territories, keys)
    return out


def barred_units(problem: Problem, territory: int) -> Longs:
    """Return the units that are forbidden in a territory, ascending."""
    pairs = problem.rules.forbidden
    return np.unique(pairs[pairs[:, 1] == territory, 0]).astype(np.int64)


def holds_land(problem: Problem) -> bool:
    """Whether every territory needs a unit that contiguity asks about."""
    return problem.rules.contiguity and int((~problem.rules.exempt).sum()) >= problem.k
