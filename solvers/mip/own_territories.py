"""Which territory each free center serves, for rules that tell one territory from another.

``y_jt`` says that center j serves territory t: one center for each territory, none where no center
sits. With it a center's bands are sums, ``Σ_i w_i x_ij ≤ Σ_t U_t y_jt``, pins and forbidden pairs
are rows, and an item stays with its territory of today where ``x_ij`` and ``y_j,today`` both hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solvers.arrays import LIMIT, Floats, Ints, Longs
from solvers.mip.model import Rows
from solvers.problem.pieces import Items
from solvers.problem.problem import Problem
from solvers.problem.reach import barred_pairs, pins

__all__ = ["OwnTerritories", "own_territories", "told_apart"]


def told_apart(problem: Problem) -> bool:
    """Whether free centers have rules that tell one territory from another, beyond pins.

    Bands of their own, forbidden pairs, prices or caps on moves.
    """
    if not problem.free_centers:
        return False
    balance, changes = problem.balance, problem.changes
    unequal = any((each != each[0]).any() for each in (balance.goal, balance.lower, balance.upper))
    placed = changes.current >= 0
    moves = changes.move_cost[placed].any() or (placed.any() and changes.moved_cap.size > 0)
    return bool(unequal or barred_pairs(problem)[0].size or moves)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OwnTerritories:
    """The variables ``y_jt`` and those of what stays, behind the others of a model.

    Attributes
    ----------
    base : int
        First variable; ``y`` of the c-th open center and territory t is ``base + c * k + t``.
    centers : int64, shape (c,)
        Units that open centers sit on.
    stays : int64, shape (s, 3)
        Pair variable, rank of its center, and today's territory of what would stay.
    price : float64, shape (s,)
        What its staying spares.
    weight : float64, shape (s, r)
        What its staying counts for each cap on moves.
    whole_price : float
        Price of moving everything.
    """

    base: int
    centers: Longs
    k: int
    stays: Longs
    price: Floats
    weight: Floats
    whole_price: float

    @property
    def n_columns(self) -> int:
        """Variables of its own."""
        return int(self.centers.size * self.k + self.price.size)

    def at(self, rank: Longs | int, t: int) -> Longs:
        """Variables ``y`` of some open centers, by their rank, and one territory."""
        return np.asarray(self.base + np.asarray(rank, dtype=np.int64) * self.k + t)

    def table(self, n: int) -> Longs:
        """Variables ``y``, shape (k, n), -1 where no center is open."""
        out = np.full((self.k, n), -1, dtype=np.int64)
        every = np.arange(self.centers.size)
        for t in range(self.k):
            out[t, self.centers] = self.at(every, t)
        return out

    def add_rows(self, rows: Rows, problem: Problem, items: Items, place: Longs) -> None:
        """Tie centers to territories, and state pins, forbidden pairs and moves."""
        c, k = self.centers.size, self.k
        every = np.arange(c)
        seats = place[items.of_unit[self.centers], self.centers]
        rank = np.repeat(every, k)
        rows.block(
            np.concatenate([rank, every]),
            np.concatenate([self.base + np.arange(c * k), seats]),
            np.concatenate([np.ones(c * k), -np.ones(c)]),
            np.zeros(c),
            np.zeros(c),
        )
        for t in range(k):
            rows.add(self.at(every, t), 1.0, 1.0, 1.0)
        for (units, own), sign, limit in (
            (pins(problem), -1.0, 0.0),
            (barred_pairs(problem), 1.0, 1.0),
        ):
            for item, t in sorted(
                set(zip(items.of_unit[units].tolist(), own.tolist(), strict=True))
            ):
                here = np.flatnonzero(place[item, self.centers] >= 0)
                size = here.size
                rows.block(
                    np.tile(np.arange(size), 2),
                    np.concatenate([place[item, self.centers[here]], self.at(here, t)]),
                    np.repeat([1.0, sign], size),
                    np.full(size, -np.inf),
                    np.full(size, limit),
                )
        self._move_rows(rows, problem)

    def _move_rows(self, rows: Rows, problem: Problem) -> None:
        """What stays is with a center that serves its territory of today; caps on the rest."""
        size = self.price.size
        if not size:
            return
        mine = self.base + self.centers.size * self.k + np.arange(size)
        serves = self.base + self.stays[:, 1] * self.k + self.stays[:, 2]
        for other in (self.stays[:, 0], serves):
            rows.block(
                np.tile(np.arange(size), 2),
                np.concatenate([mine, other]),
                np.repeat([1.0, -1.0], size),
                np.full(size, -np.inf),
                np.zeros(size),
            )
        changes = problem.changes
        placed = changes.current >= 0
        for r, cap in enumerate(changes.moved_cap.tolist()):
            least = float(changes.moved_weight[placed, r].sum()) - cap
            scale = max(float(self.weight[:, r].max(initial=0.0)), 1e-300)
            if least > 0:
                rows.add(mine, self.weight[:, r] / scale, least / scale - LIMIT, np.inf)

    def put_prices(self, objective: Floats) -> None:
        """Put what staying spares into the objective; the offset is `whole_price`."""
        size = self.price.size
        if size:
            start = self.base + self.centers.size * self.k
            objective[start : start + size] = -self.price


def own_territories(
    problem: Problem, items: Items, place: Longs, centers: Longs, base: int
) -> OwnTerritories:
    """Return the variables that tell a problem's territories apart over the open pairs.

    Parameters
    ----------
    problem : Problem
    items : Items
    place : int64, shape (q, n)
        Variable of each pair, -1 where it is closed.
    centers : int64, shape (c,)
    base : int
        First variable that is free.
    """
    changes = problem.changes
    placed = np.flatnonzero(changes.current >= 0)
    r = changes.moved_cap.size
    price_of: dict[tuple[int, int], Floats] = {}
    for unit in placed.tolist():
        key = (int(items.of_unit[unit]), int(changes.current[unit]))
        told = np.append(changes.moved_weight[unit], changes.move_cost[unit])
        price_of[key] = price_of.get(key, np.zeros(r + 1)) + told
    stays, told_all = [np.zeros((0, 3), dtype=np.int64)], [np.zeros((0, r + 1))]
    for (item, today), told in sorted(price_of.items()):
        if not told.any():
            continue
        here: Ints = np.flatnonzero(place[item, centers] >= 0).astype(np.int32)
        size = here.size
        stays.append(
            np.column_stack([place[item, centers[here]], here, np.full(size, today)]).astype(
                np.int64
            )
        )
        told_all.append(np.tile(told, (size, 1)))
    told_table = np.concatenate(told_all)
    return OwnTerritories(
        base=base,
        centers=centers,
        k=problem.k,
        stays=np.concatenate(stays),
        price=told_table[:, r],
        weight=told_table[:, :r],
        whole_price=float(changes.move_cost[placed].sum()),
    )
