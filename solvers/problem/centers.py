"""Where the territories sit: the best center of each, chosen among its own units.

Where a measure holds travel and the cheapest centers miss a band, others may keep it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, NONZERO, Bools, Floats, Ints, Longs
from solvers.problem.bands import scale_of
from solvers.problem.reach import has_radius, too_far

if TYPE_CHECKING:
    from solvers.costs.cost import Points
    from solvers.problem.problem import Problem

__all__ = ["best_centers", "centers_in_bands", "units_by_territory", "within_radius"]


_CHOICES = 20_000
"""Most choices of centers that are all looked at; of more, one territory after another is tried."""

_UNITS = 400
"""Most units of a territory whose centers are all tried."""

_TURNS = 4
"""Times that every territory outside its bands may change its center."""

_DENSE_UNITS = 400
"""Territories up to this many units are searched by their full unit × unit cost table."""


def units_by_territory(assignment: NDArray[np.integer], k: int) -> list[NDArray[np.int64]]:
    """Return each territory's units, ascending; units at -1 belong to none.

    Parameters
    ----------
    assignment : int array, shape (n,), -1 to k - 1
    k : int
        Number of territories.

    Examples
    --------
    >>> [units.tolist() for units in units_by_territory(np.array([1, 0, 1, -1]), 3)]
    [[1], [0, 2], []]
    """
    order = np.argsort(assignment, kind="stable").astype(np.int64)
    edges = np.searchsorted(assignment[order], np.arange(k + 1))
    return [order[edges[t] : edges[t + 1]] for t in range(k)]


def best_centers(problem: Problem, assignment: NDArray[np.integer]) -> Ints:
    """Return the column that serves each territory most cheaply; -1 where it has no unit.

    With fixed centers a territory's column is the territory itself. With free ones the center is
    one of the territory's own units: first those within `radius` of all its units and with room
    for its load (`center_upper`), then the cheapest, then the lowest index.

    Parameters
    ----------
    problem : Problem
    assignment : int array, shape (n,)
        Territory of each unit; -1 where none.

    Returns
    -------
    int32 array, shape (k,)

    Notes
    -----
    Exact. For squared distances the best center is the unit nearest to the weighted centroid, so
    one pass over the units does: O(n log n). For distances the sum over a territory is convex, so a
    search by tangent planes touches few of its units.
    """
    k = problem.k
    if not problem.free_centers:
        return np.arange(k, dtype=np.int32)
    points = problem.cost.points
    ruled = has_radius(problem) or problem.balance.center_upper is not None
    if points is not None and points.power == 2 and not ruled:
        return _nearest_to_centroids(points, assignment, k)
    centers = np.full(k, -1, dtype=np.int32)
    for t, units in enumerate(units_by_territory(assignment, k)):
        if units.size == 0:
            continue
        if points is not None and points.power == 1 and units.size > _DENSE_UNITS:
            usable = _usable(problem, units) if ruled else np.ones(units.size, dtype=bool)
            centers[t] = units[_discrete_median(points.xy[units], points.weight[units], usable)]
            continue
        totals = _totals(problem, units)
        if ruled:
            totals[~_usable(problem, units)] += 1.0 + 2.0 * totals.max(initial=0.0)
        centers[t] = units[int(np.argmin(totals))]
    return centers


def _nearest_to_centroids(points: Points, assignment: NDArray[np.integer], k: int) -> Ints:
    """Best centers for squared distances: units nearest to their territory's weighted centroid."""
    inside = np.flatnonzero(assignment >= 0)
    territory = assignment[inside].astype(np.int64)
    weight, xy = points.weight[inside], points.xy[inside]
    mass = np.bincount(territory, weight, minlength=k)
    # Weightless territories cost nothing from anywhere: their plain centroid serves.
    weightless = mass[territory] <= 0
    if weightless.any():
        weight = np.where(weightless, 1.0, weight)
        mass = np.bincount(territory, weight, minlength=k)
    mass[mass == 0] = 1.0
    mean_x = np.bincount(territory, weight * xy[:, 0], minlength=k) / mass
    mean_y = np.bincount(territory, weight * xy[:, 1], minlength=k) / mass
    away = (xy[:, 0] - mean_x[territory]) ** 2 + (xy[:, 1] - mean_y[territory]) ** 2
    order = np.lexsort((inside, away, territory))
    first = np.searchsorted(territory[order], np.arange(k))
    centers = np.full(k, -1, dtype=np.int32)
    some = np.flatnonzero(np.bincount(territory, minlength=k) > 0)
    centers[some] = inside[order[first[some]]]
    return centers


def _totals(problem: Problem, units: NDArray[np.int64]) -> Floats:
    """Cost of a territory from each of its own units, shape (s,), in slices of bounded memory."""
    totals = np.empty(units.size)
    step = max(1, 4_000_000 // units.size)
    for start in range(0, units.size, step):
        columns = units[start : start + step]
        totals[start : start + step] = problem.cost.at(units[:, None], columns[None, :]).sum(axis=0)
    return totals


def _usable(problem: Problem, units: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which units may be the center of a territory that is just these units, shape (s,)."""
    usable = np.ones(units.size, dtype=bool)
    if problem.balance.center_upper is not None:
        load = problem.balance.activity[units].sum(axis=0)
        usable &= (problem.balance.center_upper[units] * (1 + LIMIT) >= load).all(axis=1)
    usable &= within_radius(problem, units)
    return usable if usable.any() else np.ones(units.size, dtype=bool)


def within_radius(problem: Problem, units: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which of some units have all of them within the radius, shape (s,)."""
    usable = np.ones(units.size, dtype=bool)
    if has_radius(problem):
        step = max(1, 4_000_000 // units.size)
        for start in range(0, units.size, step):
            columns = units[start : start + step]
            beyond = too_far(problem, units[:, None], columns[None, :])
            usable[start : start + step] = ~beyond.any(axis=0)
    return usable


def _discrete_median(xy: Floats, weight: Floats, usable: NDArray[np.bool_]) -> int:
    """Index of the usable point with the least weighted distance to all; the lowest where equal.

    Each visited point gives a tangent plane below the convex sum; the next visit goes to the point
    whose lower bound by all planes is least, until no bound is below the best value found. Summed
    without BLAS: on long vectors its threads take ten times the work, and its sums hang on how many
    there are.
    """
    low = np.where(usable, -np.inf, np.inf)
    middle = np.average(xy, axis=0, weights=weight if weight.sum() > 0 else None)
    at = int(np.argmin(np.where(usable, ((xy - middle) ** 2).sum(axis=1), np.inf)))
    x, y = np.ascontiguousarray(xy.T)
    best, best_value = at, np.inf
    while low[at] < best_value * (1 - NONZERO) or np.isinf(best_value):
        dx, dy = x[at] - x, y[at] - y
        distance = np.hypot(dx, dy)
        value = float((weight * distance).sum())
        if value < best_value or (value == best_value and at < best):
            best, best_value = at, value
        pull = weight / np.where(distance > 0, distance, np.inf)
        along_x, along_y = (pull * dx).sum(), (pull * dy).sum()
        np.maximum(low, value - (dx * along_x + dy * along_y), out=low)
        low[at] = np.inf
        at = int(np.argmin(low))
        if np.isinf(low[at]):
            break
    return best


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
    digits = float(np.log10([each.columns.size for each in options]).sum())  # of their product
    few = digits <= np.log10(max(_CHOICES, 0.5)) + LIMIT
    picked = _all(problem, options) if few else _in_turn(problem, options, serving)
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
    scale = scale_of(balance, total)
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
