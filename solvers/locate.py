"""Where reps would live: homes placed one after the other, each with its share of the work.

The accounts are the points, and each is also a place where a rep may live (a capacitated k-median
on accounts). Borders and contiguity are left to the plan: this is the fast look ahead of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import EXACT, LIMIT, Floats, Longs

_ADDRESS_DEG = 1e-6
"""Degrees up to which accounts lie at one address."""

__all__ = ["Force", "Work", "add_home", "allocate", "drop_home", "gather", "recentre"]


_ROUNDS = 150
"""Turns of the price search: more change the loads by less than a percent."""

_TRIED = 96
"""Places whose gain is reckoned with a full rep's hours, out of all that look best."""

_ADDED = 8
"""Places for which all work is shared out anew."""

_DROPPED = 6
"""Reps whose leaving is reckoned exactly, out of all."""

_LEVEL = 0.08
"""Deviation from the common utilisation at which nobody hands over points any more."""

_HANDED = 400
"""Most points that change hands after the price search."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Work:
    """The points and what they ask for.

    Attributes
    ----------
    lonlat : float64 array, shape (p, 2)
    service_h : float64 array, shape (p,)
    travel_h : float64 array, shape (p, p)
        Hours a year to serve the row's point from a home at the column's.
    """

    lonlat: Floats
    service_h: Floats
    travel_h: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Force:
    """Reps with homes and points.

    Attributes
    ----------
    lonlat : float64 array, shape (k, 2)
    capacity_h : float64 array, shape (k,)
    fixed : bool array, shape (k,)
        Homes that stay where they are.
    travel_h : float64 array, shape (p, k)
    name : tuple of k str
        Rep id, "" for a new one.
    territory : int64 array, shape (p,)
        Who serves each point.
    price : float64 array, shape (k,)
        What an hour of each rep is worth in hours of travel, 0 for the idlest.
    """

    lonlat: Floats
    capacity_h: Floats
    fixed: NDArray[np.bool_]
    travel_h: Floats
    name: tuple[str, ...]
    territory: Longs
    price: Floats

    @property
    def k(self) -> int:
        """Number of reps."""
        return len(self.capacity_h)

    def total_travel_h(self) -> float:
        """Hours a year on the road."""
        return float(self.travel_h[np.arange(len(self.territory)), self.territory].sum())

    def load_h(self, work: Work) -> Floats:
        """Hours a year of each rep, travel included, shape (k,)."""
        own = self.travel_h[np.arange(len(self.territory)), self.territory]
        load = np.bincount(self.territory, work.service_h + own, minlength=self.k)
        return np.asarray(load, dtype=np.float64)


def gather(lonlat: Floats, weight: Floats, *, most: int = 1500) -> tuple[Floats, Longs]:
    """Merge neighbouring accounts into at most `most` points.

    Parameters
    ----------
    lonlat : float64 array, shape (n, 2)
    weight : float64 array, shape (n,), 0 and up
        Decides where a merged point lies.
    most : int

    Returns
    -------
    float64 array, shape (p, 2)
        Points, in the order of their grid cells.
    int64 array, shape (n,)
        Point of each account. Accounts at one address are always one point.
    """
    step = _ADDRESS_DEG
    while True:
        _, of = np.unique(np.floor(lonlat / step).astype(np.int64), axis=0, return_inverse=True)
        of = of.reshape(-1)
        p = int(of.max(initial=-1)) + 1
        if p <= most:
            break
        step *= 2.0 if step > 1e-4 else 10.0
    mass = np.bincount(of, weight + LIMIT, minlength=p)
    middle = [np.bincount(of, (weight + LIMIT) * lonlat[:, d], minlength=p) / mass for d in (0, 1)]
    return np.column_stack(middle), of.astype(np.int64)


def allocate(work: Work, force: Force, *, rounds: int = _ROUNDS) -> Force:
    """Give every point to a rep so that loads follow capacity and travel is short.

    Notes
    -----
    A point goes to the rep with the least travel + price · hours; the price of a rep above the
    common utilisation rises and that of an idle one falls, in ever smaller steps (a subgradient of
    the Lagrangian). The best met on the way is kept, by travel and by what lies far from the common
    utilisation. Then the rep farthest from it hands over, or takes, the point that levels the most
    for the least travel, until nobody is far from it. O(rounds · p · k).
    """
    rows = np.arange(len(work.service_h))
    hours = force.travel_h + work.service_h[:, None]
    price, best, least = force.price.copy(), force.territory, np.inf
    best_price = price
    for turn in range(rounds):
        territory = np.argmin(force.travel_h + price * hours, axis=1)
        own = hours[rows, territory]
        load = np.bincount(territory, own, minlength=force.k)
        goal = load.sum() * force.capacity_h / force.capacity_h.sum()
        off = load / goal - 1.0
        far = float((np.maximum(np.abs(off) - _LEVEL, 0.0) * goal).sum())
        cost = float(own.sum()) + far
        if cost < least:
            best, best_price, least = territory, price, cost
        price = price + 0.3 / (1.0 + turn / 12.0) * np.clip(off, -1.0, 1.0)
        price = price - price.min()
    territory = _levelled(force, hours, best.astype(np.int64))
    territory = _settled(force, hours, territory)
    return replace(force, territory=territory, price=best_price)


def _settled(force: Force, hours: Floats, territory: Longs) -> Longs:
    """Hand points to nearer reps as long as nobody gets far from the common utilisation."""
    rows = np.arange(len(territory))
    territory = territory.copy()
    own = hours[rows, territory]
    load = np.bincount(territory, own, minlength=force.k)
    for _ in range(_HANDED):
        goal = force.capacity_h * (load.sum() / force.capacity_h.sum())
        room = (1.0 + _LEVEL) * goal - load
        spare = load - (1.0 - _LEVEL) * goal
        able = (hours <= room[None, :]) & (own <= spare[territory])[:, None]
        saved = np.where(able, own[:, None] - hours, 0.0)
        row, to = np.unravel_index(int(np.argmax(saved)), saved.shape)
        if saved[row, to] <= EXACT:
            break
        load[territory[row]] -= own[row]
        territory[row], own[row] = to, hours[row, to]
        load[to] += own[row]
    return territory


def _levelled(force: Force, hours: Floats, territory: Longs) -> Longs:
    """Hand over single points until loads are level; every step lowers Σ load² / capacity."""
    rows = np.arange(len(territory))
    territory = territory.copy()
    own = hours[rows, territory]
    load = np.bincount(territory, own, minlength=force.k)
    capacity = force.capacity_h
    for _ in range(_HANDED):
        use = load / capacity
        off = use * capacity.sum() / load.sum() - 1.0
        worst = int(np.argmax(np.abs(off)))
        if abs(off[worst]) <= _LEVEL:
            break
        if off[worst] > 0:
            at, to = np.flatnonzero(territory == worst), np.arange(force.k)
        else:
            at, to = np.flatnonzero(territory != worst), np.array([worst])
        given, taken = own[at][:, None], hours[np.ix_(at, to)]
        there = territory[at]
        # Change of Σ load² / capacity when the point goes from one to the other.
        rise = (2.0 * load[to] + taken) * taken / capacity[to]
        fall = ((2.0 * load[there] - own[at]) * own[at] / capacity[there])[:, None]
        gain = fall - rise
        price = np.where(gain > LIMIT, (taken - given) / np.maximum(gain, LIMIT), np.inf)
        price[to[None, :] == there[:, None]] = np.inf
        row, column = np.unravel_index(int(np.argmin(price)), price.shape)
        if not np.isfinite(price[row, column]):
            break
        point, new = int(at[row]), int(to[column])
        load[territory[point]] -= own[point]
        territory[point], own[point] = new, hours[point, new]
        load[new] += own[point]
    return territory


def recentre(work: Work, force: Force, *, rounds: int = 2) -> Force:
    """Move every home that is not fixed to the best of its own points, and allocate again."""
    best = force
    for _ in range(rounds):
        travel, lonlat = best.travel_h.copy(), best.lonlat.copy()
        moved = False
        for t in np.flatnonzero(~best.fixed).tolist():
            own = np.flatnonzero(best.territory == t)
            if not own.size:
                continue
            at = own[int(np.argmin(work.travel_h[np.ix_(own, own)].sum(axis=0)))]
            moved = moved or not np.array_equal(lonlat[t], work.lonlat[at])
            travel[:, t], lonlat[t] = work.travel_h[:, at], work.lonlat[at]
        if not moved:
            break
        best = allocate(work, replace(best, travel_h=travel, lonlat=lonlat))
    return best


def add_home(work: Work, force: Force, capacity_h: float) -> Force:
    """Add the rep whose place takes the most off the others: work above capacity, and travel.

    Parameters
    ----------
    work : Work
    force : Force
        May be empty (k = 0): then the first home is the median of all work.
    capacity_h : float
        Hours of the new rep, above 0.
    """
    if force.k == 0:
        at = int(np.argmin(work.travel_h.sum(axis=0)))
        return _with_home(work, force, at, capacity_h)
    rows = np.arange(len(work.service_h))
    hours = force.travel_h[rows, force.territory] + work.service_h
    paid = force.travel_h[rows, force.territory] + force.price[force.territory] * hours
    saved = np.maximum(paid[:, None] - work.travel_h, 0.0)
    tried = np.argsort(-saved.sum(axis=0), kind="stable")[:_TRIED]
    gains = [_gain(saved[:, at], work.travel_h[:, at] + work.service_h, capacity_h) for at in tried]
    first = [int(tried[at]) for at in np.argsort(-np.array(gains), kind="stable")[:_ADDED]]
    options = [allocate(work, _with_home(work, force, at, capacity_h)) for at in first]
    return min(options, key=lambda each: _cost(work, each))


def _gain(saved: Floats, hours: Floats, capacity_h: float) -> float:
    """Hours saved by one more rep, who serves the points with the best return until full."""
    order = np.argsort(-saved / np.maximum(hours, LIMIT), kind="stable")
    full = np.cumsum(hours[order]) <= capacity_h
    return float(saved[order][full].sum())


def _cost(work: Work, force: Force) -> float:
    """Travel, and the hours that lie far from the common utilisation."""
    load = force.load_h(work)
    goal = force.capacity_h * load.sum() / force.capacity_h.sum()
    far = np.maximum(np.abs(load - goal) - _LEVEL * goal, 0.0)
    return force.total_travel_h() + float(far.sum())


def _with_home(work: Work, force: Force, at: int, capacity_h: float) -> Force:
    p = len(work.service_h)
    return Force(
        lonlat=np.vstack([force.lonlat.reshape(-1, 2), work.lonlat[at]]),
        capacity_h=np.append(force.capacity_h, capacity_h),
        fixed=np.append(force.fixed, False),
        travel_h=np.column_stack([force.travel_h.reshape(p, force.k), work.travel_h[:, at]]),
        name=(*force.name, ""),
        territory=force.territory if force.k else np.zeros(p, dtype=np.int64),
        price=np.append(force.price, 0.0),
    )


def drop_home(work: Work, force: Force) -> tuple[Force, int]:
    """Take out the rep without whom the rest costs the least for each hour of capacity.

    Returns
    -------
    Force
        One rep fewer, allocated anew.
    int
        Position of the rep that was taken out.
    """
    rows = np.arange(len(work.service_h))
    others = force.travel_h.copy()
    others[rows, force.territory] = np.inf
    more = others.min(axis=1) - force.travel_h[rows, force.territory]
    by = np.bincount(force.territory, more, minlength=force.k) / force.capacity_h
    tried = np.argsort(by, kind="stable")[:_DROPPED].tolist()
    rests = [allocate(work, _without(force, out)) for out in tried]
    per_h = [_cost(work, rest) / rest.capacity_h.sum() for rest in rests]
    best = int(np.argmin(per_h))
    return rests[best], tried[best]


def _without(force: Force, out: int) -> Force:
    keep = np.arange(force.k) != out
    return replace(
        force,
        lonlat=force.lonlat[keep],
        capacity_h=force.capacity_h[keep],
        fixed=force.fixed[keep],
        travel_h=force.travel_h[:, keep],
        name=tuple(name for at, name in enumerate(force.name) if keep[at]),
        price=np.zeros(force.k - 1),
        territory=np.argmin(force.travel_h[:, keep], axis=1),
    )
