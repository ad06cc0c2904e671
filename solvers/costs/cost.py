"""The questions that every cost answers, and the values that the answers come in.

All are asked by *column*. With fixed centers a column is a territory; with free centers a column is
the unit that the territory's center sits on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats, Ints, Longs
from solvers.errors import ProblemError, check_numbers

__all__ = [
    "Cost",
    "KernelArrays",
    "Lists",
    "Points",
    "Table",
    "cheapest_of_all",
    "check_table",
]

DENSE_LIMIT = 50_000_000
"""Most entries a dense unit × column array may have; beyond it candidate lists or coordinates."""

_SLICE = 4_000_000
"""Entries of a table that are looked at in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A plane in which the cost is ``offset_i + weight_i * |xy_i - columns_xy_j|^power``.

    Attributes
    ----------
    xy : float64, shape (n, 2)
    columns_xy : float64, shape (n_columns, 2)
    weight, offset : float64, shape (n,), 0 and up
    power : {1, 2}
    """

    xy: Floats
    columns_xy: Floats
    weight: Floats
    offset: Floats
    power: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """CSR lists by unit: ``indptr`` (n + 1,); territory, cost, travel part, each (entries,)."""

    indptr: Longs
    territory: Ints
    cost: Floats
    travel: Floats


class KernelArrays(NamedTuple):
    """A cost as the compiled kernels read it: those fields of `records.Field` that it decides."""

    mode: int  # DENSE, SPARSE, PLANE or CENTROID of `solvers.kernels.records`
    power: int = 1
    weight: Floats | None = None  # (n,); None for zeros, as in offset, x and y
    offset: Floats | None = None  # (n,)
    x: Floats | None = None  # (n,)
    y: Floats | None = None  # (n,)
    table: Floats = np.zeros((0, 0))  # (n, columns)
    travel: Floats = np.zeros((0, 0))  # (n, columns) or (0, 0)
    row_ptr: Longs = np.zeros(1, dtype=np.int64)  # (n + 1,)
    row_territory: Ints = np.zeros(0, dtype=np.int32)  # (entries,)
    row_cost: Floats = np.zeros(0)  # (entries,)
    row_travel: Floats = np.zeros(0)  # (entries,)


class Cost(Protocol):
    """Cost of serving units from columns; ``inf`` where a column may not serve a unit."""

    @property
    def n(self) -> int:
        """Number of units."""
        ...

    @property
    def n_columns(self) -> int:
        """Number of columns: k with fixed centers, n with free ones."""
        ...

    @property
    def fixed(self) -> bool:
        """Whether columns are territories (True) or possible centers (False)."""
        ...

    @property
    def complete(self) -> bool:
        """Whether every pair has a price; False where units have lists of candidates."""
        ...

    @property
    def points(self) -> Points | None:
        """The plane that the costs are distances in; None where they are none."""
        ...

    def at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Cost of ``units[j]`` from ``columns[j]``, elementwise, in objective units."""
        ...

    def column(self, column: int) -> Floats:
        """Cost of every unit from one column, shape (n,)."""
        ...

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`, which `Balance.travel_share` multiplies into the measures."""
        ...

    def cheapest(
        self,
        columns: NDArray[np.integer],
        count: int,
        *,
        places: Floats | None = None,
        threads: int = 1,
    ) -> Lists:
        """Return the cheapest territories of every unit, given the columns (k,) that serve them.

        At most `count` a unit; candidate lists are returned whole. `places` (k, 2) are centers in
        the plane that need not sit on columns; only a cost with `points` looks at them, on so many
        threads at most.
        """
        ...

    def nearest(self, units: NDArray[np.integer], count: int) -> Longs:
        """Return the `count` nearest units of some, themselves among them, shape (u, count).

        Shape (u, 0) where the cost says nothing of the way from unit to unit.
        """
        ...

    def typical(self, k: int) -> tuple[float, Bools]:
        """Return what a unit with demand typically costs, and who costs the same anywhere (n,)."""
        ...

    def check(self) -> None:
        """Raise `ProblemError` where an array has a wrong shape or senseless values."""
        ...

    def kernel_arrays(self) -> KernelArrays:
        """Lay the cost out for the kernels."""
        ...


def cheapest_of_all(cost: Cost, columns: NDArray[np.integer], count: int) -> Lists:
    """Return the `count` cheapest territories of every unit by looking at all, in slices of rows.

    Parameters
    ----------
    cost : Cost
    columns : int, shape (k,)
        Column that serves each territory.
    count : int, 1 to k
    """
    n = cost.n
    near = np.empty((n, count), dtype=np.int64)
    table = np.empty((n, count))
    step = max(1, _SLICE // columns.size)
    for start in range(0, n, step):
        rows = np.arange(start, min(n, start + step))
        part = cost.at(rows[:, None], columns[None, :])
        near[rows] = np.argpartition(part, count - 1, axis=1)[:, :count]
        table[rows] = np.take_along_axis(part, near[rows], axis=1)
    every = np.repeat(np.arange(n), count)
    return Lists(
        indptr=np.arange(0, n * count + 1, count, dtype=np.int64),
        territory=near.ravel().astype(np.int32),
        cost=table.ravel(),
        travel=cost.travel_at(every, columns[near.ravel()]),
    )


class Table:
    """What every cost that is one whole table, `table` (n, c), answers alike."""

    __slots__ = ()

    @property
    def table(self) -> Floats:
        """Price of every unit from every column, shape (n, c)."""
        raise NotImplementedError

    @property
    def n(self) -> int:
        """Number of units."""
        return int(self.table.shape[0])

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return int(self.table.shape[1])

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
        out: Floats = self.table[units, columns]
        return out

    def column(self, column: int) -> Floats:
        """Cost of every unit from one column, shape (n,)."""
        return self.table[:, column]

    def typical(self, k: int) -> tuple[float, Bools]:
        """Return the median of the units' mean costs, and who costs the same anywhere (n,)."""
        idle: Bools = np.ptp(self.table, axis=1) <= 0
        typical = 1.0 if idle.all() else float(np.median(self.table[~idle].mean(axis=1)))
        return typical, idle


def check_table(table: Floats) -> None:
    """Raise `ProblemError` where a unit × column table, shape (n, c), is too large or senseless."""
    if table.size > DENSE_LIMIT:
        raise ProblemError(
            "cost", f"{table.size} entries", f"at most {DENSE_LIMIT}; use CandidateCost"
        )
    check_numbers("cost", table)
