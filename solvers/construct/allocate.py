"""Units to given centers under the bands: a price per territory and measure, raised until it fits.

The price is the multiplier of the transportation problem's band: with squared distances the result
is a power diagram with one weight per measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats, Ints, Longs
from solvers.problem.costs import CandidateCost, PlanarCost

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["Candidates", "allocate", "candidates"]


_CANDIDATES = 16
"""Cheapest territories of a unit that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """CSR lists by unit: territory, cost, and travel part, each of shape (entries,)."""

    indptr: Longs
    territory: Ints
    cost: Floats
    travel: Floats


def candidates(
    problem: Problem, columns: NDArray[np.integer], points: Floats | None = None
) -> Candidates:
    """Return the cheapest territories of every unit, forbidden ones left out, pins alone.

    Parameters
    ----------
    columns : int array, shape (k,)
        Column of the cost that serves each territory.
    points : float64 array, shape (k, 2), optional
        Centers in the plane that need not sit on columns (`PlanarCost` only).

    Notes
    -----
    At most 16 a unit; a unit that is barred from all of them keeps the cheapest.
    """
    cost, n, k = problem.cost, problem.n, problem.k
    if isinstance(cost, CandidateCost):
        indptr, territory = np.asarray(cost.indptr), np.asarray(cost.territory)
        price = np.asarray(cost.cost)
        travel = price if cost.travel is None else np.asarray(cost.travel)
    else:
        c = min(_CANDIDATES, k)
        if isinstance(cost, PlanarCost):
            from scipy.spatial import cKDTree

            place = cost.centers_xy[columns] if points is None else points
            found = cKDTree(place).query(cost.xy, k=c)
            away = np.asarray(found[0]).reshape(n, c)
            near = np.asarray(found[1]).reshape(n, c)
            table = cost.offset[:, None] + cost.weight[:, None] * away**cost.power
            travel = table.ravel()
        else:
            near, table = _cheapest(problem, columns, c)
            travel = table.ravel()
            if problem.balance.travel_share.any():
                unit = np.repeat(np.arange(n), c)
                travel = cost.travel_at(unit, columns[near.ravel()])
        indptr = np.arange(0, n * c + 1, c, dtype=np.int64)
        territory, price = near.ravel().astype(np.int32), table.ravel()
    owner = np.repeat(np.arange(n, dtype=np.int64), np.diff(indptr))
    kept = np.ones(territory.size, dtype=bool)
    if problem.rules.forbidden.size:
        barred = problem.rules.forbidden[:, 0].astype(np.int64) * k + problem.rules.forbidden[:, 1]
        kept &= ~np.isin(owner * k + territory, barred)
        lost = np.bincount(owner[kept], minlength=n) == 0
        kept |= lost[owner]
    if (problem.rules.pinned >= 0).any():
        # A pinned unit has one candidate, whatever it costs.
        kept &= problem.rules.pinned[owner] < 0
        pins = np.flatnonzero(problem.rules.pinned >= 0)
        at = columns[problem.rules.pinned[pins]]
        pin_price = np.nan_to_num(cost.at(pins, at), posinf=0.0)
        pin_travel = np.nan_to_num(cost.travel_at(pins, at), posinf=0.0)
        owner = np.concatenate([owner[kept], pins])
        order = np.argsort(owner, kind="stable")
        territory = np.concatenate([territory[kept], problem.rules.pinned[pins]])[order]
        price = np.concatenate([price[kept], pin_price])[order]
        travel = np.concatenate([travel[kept], pin_travel])[order]
        owner = owner[order]
    elif not kept.all():
        owner, territory, price, travel = owner[kept], territory[kept], price[kept], travel[kept]
    indptr = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=n), out=indptr[1:])
    return Candidates(
        indptr=indptr,
        territory=np.ascontiguousarray(territory, dtype=np.int32),
        cost=np.ascontiguousarray(price, dtype=np.float64),
        travel=np.ascontiguousarray(travel, dtype=np.float64),
    )


def _cheapest(problem: Problem, columns: NDArray[np.integer], c: int) -> tuple[Longs, Floats]:
    """The c cheapest territories of every unit and their costs, each (n, c), in slices of rows."""
    n = problem.n
    near = np.empty((n, c), dtype=np.int64)
    table = np.empty((n, c))
    step = max(1, 4_000_000 // columns.size)
    for start in range(0, n, step):
        rows = np.arange(start, min(n, start + step))
        part = problem.cost.at(rows[:, None], columns[None, :])
        near[rows] = np.argpartition(part, c - 1, axis=1)[:, :c]
        table[rows] = np.take_along_axis(part, near[rows], axis=1)
    return near, table


def allocate(
    problem: Problem,
    lists: Candidates,
    *,
    rounds: int,
    price: Floats | None = None,
    first: float = 0.4,
    last: float = 0.05,
) -> tuple[Ints, Floats, float]:
    """Assign every unit to a candidate so that the bands are kept as well as prices can.

    Contiguity is not asked for.

    Parameters
    ----------
    lists : Candidates
    rounds : int
        Rounds of price changes, each O(entries * m).
    price : float64 array, shape (k, m), optional
        Prices of load to begin with.
    first, last : float
        Size of the first and the last change, in the territory's own costs per goal.

    Returns
    -------
    assignment : int32 array, shape (n,)
    price : float64 array, shape (k, m)
    excess : float
        Sum of the relative excesses over the bands.
    """
    from solvers.kernels.allocate import ascend

    label = np.zeros(problem.n, dtype=np.int32)
    price = np.zeros((problem.k, problem.m)) if price is None else price.copy()
    excess = ascend(
        lists.indptr,
        lists.territory,
        lists.cost,
        lists.travel,
        np.array(problem.balance.activity),
        np.array(problem.balance.travel_share),
        np.array(problem.balance.goal),
        np.array(problem.balance.lower),
        np.array(problem.balance.upper),
        price,
        np.zeros(problem.k),
        first,
        last,
        rounds,
        np.empty_like(label),
        np.empty_like(price),
        label,
    )
    return label, price, float(excess)
