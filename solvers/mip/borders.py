"""The price of borders in an integer model over (item, column) pairs, exact for whole plans.

Where x is one item's choice of column and y its neighbour's, Σ_j max(0, x_j - y_j) is 1 if they lie
in two territories, else 0: a variable for each edge and column that both may use, at least x - y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats
from solvers.mip.model import Rows
from solvers.problem.pieces import Items
from solvers.problem.problem import Problem

__all__ = ["PartedBorders", "no_borders", "parted_borders"]

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartedBorders:
    """Edges by column, as variables of a model.

    Attributes
    ----------
    base : int
        First variable.
    here, there : int64, shape (b,)
        Pair variables of the edge's two items in the column; -1 where the second may not use it.
    usd : float64, shape (b,)
        Price of parting them.
    """

    base: int
    here: Places
    there: Places
    usd: Floats

    @property
    def n_columns(self) -> int:
        """Variables of its own: one where both items may use the column."""
        return int((self.there >= 0).sum())

    def price(self, objective: Floats) -> None:
        """Put the prices into the objective: on the pair itself where no neighbour can follow."""
        both = self.there >= 0
        np.add.at(objective, self.here[~both], self.usd[~both])
        objective[self.base : self.base + self.n_columns] = self.usd[both]

    def add_rows(self, rows: Rows) -> None:
        """Add x - y - parted ≤ 0 for each variable."""
        both = self.there >= 0
        n = self.n_columns
        if n:
            rows.block(
                np.tile(np.arange(n), 3),
                np.concatenate([self.here[both], self.there[both], self.base + np.arange(n)]),
                np.repeat([1.0, -1.0, -1.0], n),
                np.full(n, -np.inf),
                np.zeros(n),
            )


def no_borders() -> PartedBorders:
    """Return the borders of a model without their price."""
    none = np.zeros(0, dtype=np.int64)
    return PartedBorders(base=0, here=none, there=none, usd=np.zeros(0))


def parted_borders(problem: Problem, items: Items, place: Places, base: int) -> PartedBorders:
    """Return the borders of a problem over the open pairs.

    Parameters
    ----------
    problem : Problem
    items : Items
    place : int64, shape (q, columns)
        Variable of each pair, -1 where it is closed.
    base : int
        First variable that is free.
    """
    if not problem.borders.price:
        return no_borders()
    owner = np.repeat(np.arange(problem.n), np.diff(problem.indptr))
    once = (owner < problem.indices) & (problem.borders.km > 0)
    one, two = items.of_unit[owner[once]], items.of_unit[problem.indices[once]]
    low, high = np.minimum(one, two).astype(np.int64), np.maximum(one, two).astype(np.int64)
    apart = low != high
    key, edge = np.unique(low[apart] * items.count + high[apart], return_inverse=True)
    km: Floats = np.bincount(edge, problem.borders.km[once][apart]).astype(np.float64)
    first, second = place[key // items.count], place[key % items.count]
    at, column = np.nonzero(first >= 0)
    return PartedBorders(
        base=base,
        here=first[at, column],
        there=second[at, column],
        usd=problem.borders.price * km[at],
    )
