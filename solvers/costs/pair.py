"""Free centers, dense: a table of units and the units that centers may sit on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats, Longs
from solvers.costs.cost import (
    KernelArrays,
    Lists,
    Table,
    cheapest_of_all,
    check_table,
)
from solvers.kernels import records

__all__ = ["PairCost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCost(Table):
    """Free centers, dense: ``pair[i, j]`` of unit i from a center on unit j, shape (n, n)."""

    pair: Floats

    @property
    def table(self) -> Floats:
        """The table itself."""
        return self.pair

    @property
    def fixed(self) -> bool:
        """Columns are units."""
        return False

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`: all of it."""
        return self.at(units, columns)

    def cheapest(
        self,
        columns: NDArray[np.integer],
        count: int,
        *,
        places: Floats | None = None,
        threads: int = 1,
    ) -> Lists:
        """Return the cheapest territories of every unit, lists of `count`."""
        return cheapest_of_all(self, columns, count)

    def nearest(self, units: NDArray[np.integer], count: int) -> Longs:
        """Return the units that serve some most cheaply, shape (u, count)."""
        found: Longs = np.argpartition(self.pair[units], count - 1, axis=1)[:, :count]
        return found

    def check(self) -> None:
        """Raise `ProblemError` where the table is too large, or not of finite numbers 0 and up."""
        check_table(self.pair)

    def kernel_arrays(self) -> KernelArrays:
        """Lay the table out for the kernels."""
        return KernelArrays(mode=records.DENSE, table=self.pair)
