"""Fixed centers, dense: a table of units and territories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats, Longs
from solvers.costs.cost import (
    KernelArrays,
    Lists,
    Points,
    cheapest_of_all,
    check_table,
    typical_of_table,
)
from solvers.errors import check_numbers, check_shape
from solvers.kernels import records

__all__ = ["MatrixCost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCost:
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
    def n(self) -> int:
        """Number of units."""
        return int(self.cost.shape[0])

    @property
    def n_columns(self) -> int:
        """Number of territories."""
        return int(self.cost.shape[1])

    @property
    def fixed(self) -> bool:
        """Columns are territories."""
        return True

    @property
    def complete(self) -> bool:
        """Every pair has a price."""
        return True

    @property
    def points(self) -> Points | None:
        """A table has no plane."""
        return None

    def at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Cost of ``units[j]`` from ``columns[j]``, elementwise."""
        out: Floats = self.cost[units, columns]
        return out

    def column(self, column: int) -> Floats:
        """Cost of every unit from one territory, shape (n,)."""
        return self.cost[:, column]

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`, elementwise."""
        if self.travel is None:
            return self.at(units, columns)
        out: Floats = self.travel[units, columns]
        return out

    def cheapest(
        self, columns: NDArray[np.integer], count: int, *, places: Floats | None = None
    ) -> Lists:
        """Return the cheapest territories of every unit, lists of `count`."""
        return cheapest_of_all(self, columns, count)

    def nearest(self, units: NDArray[np.integer], count: int) -> Longs:
        """Return no unit, shape (u, 0): a table of territories knows no way from unit to unit."""
        return np.zeros((units.size, 0), dtype=np.int64)

    def typical(self, k: int) -> tuple[float, Bools]:
        """Return the median of the units' mean costs, and who costs the same anywhere (n,)."""
        return typical_of_table(self.cost)

    def check(self) -> None:
        """Raise `ProblemError` where a table is too large, or not of finite numbers 0 and up."""
        check_table(self.cost)
        if self.travel is not None:
            check_shape("cost.travel", self.travel, self.cost.shape)
            check_numbers("cost.travel", self.travel)

    def kernel_arrays(self, *, moving: bool) -> KernelArrays:
        """Lay the tables out for the kernels."""
        if self.travel is None:
            return KernelArrays(mode=records.DENSE, table=self.cost)
        return KernelArrays(mode=records.DENSE, table=self.cost, travel=self.travel)
