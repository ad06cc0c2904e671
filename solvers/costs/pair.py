"""Free centers, dense: a table of units and the units that centers may sit on."""

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
from solvers.kernels import records

__all__ = ["PairCost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCost:
    """Free centers, dense: ``pair[i, j]`` of unit i from a center on unit j, shape (n, n)."""

    pair: Floats

    @property
    def n(self) -> int:
        """Number of units."""
        return int(self.pair.shape[0])

    @property
    def n_columns(self) -> int:
        """Number of possible centers."""
        return int(self.pair.shape[1])

    @property
    def fixed(self) -> bool:
        """Columns are units."""
        return False

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
        out: Floats = self.pair[units, columns]
        return out

    def column(self, column: int) -> Floats:
        """Cost of every unit from one center, shape (n,)."""
        return self.pair[:, column]

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`: all of it."""
        return self.at(units, columns)

    def cheapest(
        self, columns: NDArray[np.integer], count: int, *, places: Floats | None = None
    ) -> Lists:
        """Return the cheapest territories of every unit, lists of `count`."""
        return cheapest_of_all(self, columns, count)

    def nearest(self, units: NDArray[np.integer], count: int) -> Longs:
        """Return the units that serve some most cheaply, shape (u, count)."""
        found: Longs = np.argpartition(self.pair[units], count - 1, axis=1)[:, :count]
        return found

    def typical(self, k: int) -> tuple[float, Bools]:
        """Return the median of the units' mean costs, and who costs the same anywhere (n,)."""
        return typical_of_table(self.pair)

    def check(self) -> None:
        """Raise `ProblemError` where the table is too large, or not of finite numbers 0 and up."""
        check_table(self.pair)

    def kernel_arrays(self, *, moving: bool) -> KernelArrays:
        """Lay the table out for the kernels."""
        return KernelArrays(mode=records.DENSE, table=self.pair)
