"""Fixed centers, sparse: each unit has a list of the territories that it may go to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats, Ints, Longs
from solvers.costs.cost import KernelArrays, Lists, Points
from solvers.errors import ProblemError, check_indices, check_numbers, check_shape, first_true
from solvers.kernels import records

__all__ = ["CandidateCost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateCost:
    """Fixed centers, sparse: unit i may go to ``territory[indptr[i]:indptr[i + 1]]`` only.

    Attributes
    ----------
    indptr : int64 array, shape (n + 1,)
    territory : int32 array, shape (entries,), ascending within each unit
    cost : float64 array, shape (entries,)
    k : int
        Number of territories.
    travel : float64 array, shape (entries,), or None
        The travel part of `cost`, which `travel_share` multiplies; None where all is travel.
    """

    indptr: Longs
    territory: Ints
    cost: Floats
    k: int
    travel: Floats | None = None

    @property
    def n(self) -> int:
        """Number of units."""
        return int(self.indptr.shape[0] - 1)

    @property
    def n_columns(self) -> int:
        """Number of territories."""
        return self.k

    @property
    def fixed(self) -> bool:
        """Columns are territories."""
        return True

    @property
    def complete(self) -> bool:
        """Pairs off the lists have no price."""
        return False

    @property
    def points(self) -> Points | None:
        """Lists have no plane."""
        return None

    def _at(
        self, values: Floats, units: NDArray[np.integer], columns: NDArray[np.integer]
    ) -> Floats:
        # (unit, territory) pairs are sorted, so one searchsorted on a combined key finds them all.
        owner = np.repeat(np.arange(self.n, dtype=np.int64), np.diff(self.indptr))
        keys = owner * self.k + self.territory
        wanted = np.asarray(units, dtype=np.int64) * self.k + columns
        place = np.minimum(np.searchsorted(keys, wanted), max(keys.size - 1, 0))
        found = keys[place] == wanted if keys.size else np.zeros(wanted.shape, dtype=bool)
        return np.where(found, values[place] if keys.size else np.inf, np.inf)

    def at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Cost of ``units[j]`` from ``columns[j]``, elementwise; ``inf`` off the lists."""
        return self._at(self.cost, units, columns)

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`, elementwise; ``inf`` off the lists."""
        return self._at(self._travel, units, columns)

    @property
    def _travel(self) -> Floats:
        return self.cost if self.travel is None else self.travel

    def column(self, column: int) -> Floats:
        """Cost of every unit from one territory, shape (n,); ``inf`` off the lists."""
        out = np.full(self.n, np.inf)
        owner = np.repeat(np.arange(self.n, dtype=np.int64), np.diff(self.indptr))
        here = self.territory == column
        out[owner[here]] = self.cost[here]
        return out

    def cheapest(
        self,
        columns: NDArray[np.integer],
        count: int,
        *,
        places: Floats | None = None,
        threads: int = 1,
    ) -> Lists:
        """Return the lists, whole and in their own order."""
        return Lists(
            indptr=self.indptr, territory=self.territory, cost=self.cost, travel=self._travel
        )

    def nearest(self, units: NDArray[np.integer], count: int) -> Longs:
        """Return no unit, shape (u, 0): lists of territories know no way from unit to unit."""
        return np.zeros((units.size, 0), dtype=np.int64)

    def typical(self, k: int) -> tuple[float, Bools]:
        """Return the median of the units' dearest costs, and who costs the same anywhere (n,)."""
        high = np.maximum.reduceat(self.cost, self.indptr[:-1])
        idle: Bools = high - np.minimum.reduceat(self.cost, self.indptr[:-1]) <= 0
        return (1.0 if idle.all() else float(np.median(high[~idle]))), idle

    def check(self) -> None:
        """Raise `ProblemError` where a unit has no candidate, or values make no sense."""
        check_numbers("cost", self.cost)
        check_indices("cost", self.territory, self.k, lowest=0)
        if self.travel is not None:
            check_shape("cost.travel", self.travel, self.cost.shape)
            check_numbers("cost.travel", self.travel)
        if (at := first_true(np.diff(self.indptr) <= 0)) is not None:
            raise ProblemError("cost", "no candidate", "one territory or more", index=at)

    def kernel_arrays(self) -> KernelArrays:
        """Lay the lists out for the kernels."""
        return KernelArrays(
            mode=records.SPARSE,
            row_ptr=self.indptr,
            row_territory=self.territory,
            row_cost=self.cost,
            row_travel=np.zeros(0) if self.travel is None else self.travel,
        )
