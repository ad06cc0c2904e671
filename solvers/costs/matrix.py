"""Fixed centers, dense: a table of units and territories."""

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
from solvers.errors import check_numbers, check_shape
from solvers.kernels import records

__all__ = ["MatrixCost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCost(Table):
    """Fixed centers, dense: ``cost[i, t]`` of unit i in territory t, shape (n, k).

    Attributes
    ----------
    cost : float64 array, shape (n, k)
        Whole price of the pair: travel and whatever else depends on who serves the unit, e.g. the
        relationships handed over where the unit's accounts have several reps today.
    travel : float64 array, shape (n, k), or None
        The travel part, which the measures' `travel_share` multiplies; None where all is travel.
    """

    cost: Floats
    travel: Floats | None = None

    @property
    def table(self) -> Floats:
        """The table itself."""
        return self.cost

    @property
    def fixed(self) -> bool:
        """Columns are territories."""
        return True

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`, elementwise."""
        if self.travel is None:
            return self.at(units, columns)
        out: Floats = self.travel[units, columns]
        return out

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
        """Return no unit, shape (u, 0): a table of territories knows no way from unit to unit."""
        return np.zeros((units.size, 0), dtype=np.int64)

    def check(self) -> None:
        """Raise `ProblemError` where a table is too large, or not of finite numbers 0 and up."""
        check_table(self.cost)
        if self.travel is not None:
            check_shape("cost.travel", self.travel, self.cost.shape)
            check_numbers("cost.travel", self.travel)

    def kernel_arrays(self) -> KernelArrays:
        """Lay the tables out for the kernels."""
        if self.travel is None:
            return KernelArrays(mode=records.DENSE, table=self.cost)
        return KernelArrays(mode=records.DENSE, table=self.cost, travel=self.travel)
