"""Units to given centers under the bands: subgradient ascent in a price per territory and measure.

The price is the multiplier of the transportation problem's band: with squared distances the result
is a power diagram with one weight per measure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats, Ints
from solvers.costs.cost import Lists
from solvers.problem.reach import banned, barred_keys, is_pinned, pins

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["MOST", "allocate", "candidates"]

MOST = 16
"""Cheapest territories of a unit that are looked at."""


def candidates(
    problem: Problem,
    columns: NDArray[np.integer],
    places: Floats | None = None,
    *,
    threads: int = 1,
) -> Lists:
    """Return the cheapest territories of every unit, forbidden ones left out, pins alone.

    Parameters
    ----------
    problem : Problem
    columns : int array, shape (k,)
        Column of the cost that serves each territory.
    places : float64 array, shape (k, 2), optional
        Centers in the plane that need not sit on columns; only costs with `points` ask for them,
        and then for the columns of pinned units alone.
    threads : int
        Most threads to look them up on.

    Notes
    -----
    At most 16 a unit; a unit that is barred from all of them keeps the cheapest.
    """
    cost, n, k = problem.cost, problem.n, problem.k
    lists = cost.cheapest(columns, min(MOST, k), places=places, threads=threads)
    held, own = pins(problem)
    barred = barred_keys(problem).size > 0
    if not barred and not held.size:
        return lists
    territory, price, travel = lists.territory, lists.cost, lists.travel
    owner = np.repeat(np.arange(n, dtype=np.int64), np.diff(lists.indptr))
    kept = np.ones(territory.size, dtype=bool)
    if barred:
        kept &= ~banned(problem, owner, territory)
        lost = np.bincount(owner[kept], minlength=n) == 0
        kept |= lost[owner]
    if held.size:
        # A pinned unit has one candidate, whatever it costs.
        kept &= ~is_pinned(problem)[owner]
        at = columns[own]
        pin_price = np.nan_to_num(cost.at(held, at), posinf=0.0)
        pin_travel = np.nan_to_num(cost.travel_at(held, at), posinf=0.0)
        owner = np.concatenate([owner[kept], held])
        order = np.argsort(owner, kind="stable")
        territory = np.concatenate([territory[kept], own])[order]
        price = np.concatenate([price[kept], pin_price])[order]
        travel = np.concatenate([travel[kept], pin_travel])[order]
        owner = owner[order]
    elif not kept.all():
        owner, territory, price, travel = owner[kept], territory[kept], price[kept], travel[kept]
    indptr = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=n), out=indptr[1:])
    return Lists(
        indptr=indptr,
        territory=np.ascontiguousarray(territory, dtype=np.int32),
        cost=np.ascontiguousarray(price, dtype=np.float64),
        travel=np.ascontiguousarray(travel, dtype=np.float64),
    )


def allocate(
    problem: Problem,
    lists: Lists,
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
    problem : Problem
    lists : Lists
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

    assignment = np.zeros(problem.n, dtype=np.int32)
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
        np.empty(problem.m),
        np.empty(problem.n),
        np.empty(problem.k),
        first,
        last,
        rounds,
        np.empty((problem.n, 2), dtype=np.int32),
        np.empty_like(price),
        assignment,
    )
    return assignment, price, float(excess)
