"""What it costs that a territory serves a unit: a matrix, candidate lists, or distances.

Every cost answers the same questions by *column*. With fixed centers a column is a territory; with
free centers a column is the unit that the territory's center sits on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats, Ints

__all__ = ["CandidateCost", "Cost", "MatrixCost", "PairCost", "PlanarCost"]


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

    def at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Cost of ``units[j]`` from ``columns[j]``, elementwise, in objective units."""
        ...

    def column(self, column: int) -> Floats:
        """Cost ``(n,)`` of every unit from one column."""
        ...

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`, which `Problem.travel_share` multiplies into the measures."""
        ...


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

    def at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Cost of ``units[j]`` from ``columns[j]``."""
        out: Floats = self.cost[units, columns]
        return out

    def column(self, column: int) -> Floats:
        """Cost of every unit from one territory."""
        return self.cost[:, column]

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`."""
        if self.travel is None:
            return self.at(units, columns)
        out: Floats = self.travel[units, columns]
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateCost:
    """Fixed centers, sparse: unit i may go to ``territory[indptr[i]:indptr[i + 1]]`` only.

    Attributes
    ----------
    indptr : int64 array, shape (n + 1,)
    territory : int32 array, ascending within each unit
    cost : float64 array, same length as `territory`
    k : int
        Number of territories.
    travel : float64 array, same length, or None
        The travel part of `cost`, which `travel_share` multiplies; None where all is travel.
    """

    indptr: NDArray[np.int64]
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
        """Cost of ``units[j]`` from ``columns[j]``; ``inf`` off the candidate lists."""
        return self._at(self.cost, units, columns)

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`; ``inf`` off the candidate lists."""
        return self._at(self.cost if self.travel is None else self.travel, units, columns)

    def column(self, column: int) -> Floats:
        """Cost of every unit from one territory; ``inf`` off the candidate lists."""
        out = np.full(self.n, np.inf)
        owner = np.repeat(np.arange(self.n, dtype=np.int64), np.diff(self.indptr))
        here = self.territory == column
        out[owner[here]] = self.cost[here]
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanarCost:
    """Distance in the plane: ``offset_i + weight_i * |xy_i - center|^power``.

    Centers are free (any unit may be one) unless `home_xy` gives them.

    Attributes
    ----------
    xy : float64 array, shape (n, 2)
    weight, offset : float64 array, shape (n,)
        Cost per unit of distance^power, 0 and up, and cost that arises whoever serves the unit.
    power : {1, 2}
    home_xy : float64 array, shape (k, 2), or None
    """

    xy: Floats
    weight: Floats
    offset: Floats
    power: int = 1
    home_xy: Floats | None = None

    @property
    def n(self) -> int:
        """Number of units."""
        return int(self.xy.shape[0])

    @property
    def n_columns(self) -> int:
        """Number of homes, or of units where centers are free."""
        return int(self.centers_xy.shape[0])

    @property
    def fixed(self) -> bool:
        """Whether homes are given."""
        return self.home_xy is not None

    @property
    def centers_xy(self) -> Floats:
        """Where the columns sit, shape (n_columns, 2)."""
        return self.xy if self.home_xy is None else self.home_xy

    def _price(self, units: NDArray[np.integer] | slice, dx: Floats, dy: Floats) -> Floats:
        squared = dx * dx + dy * dy
        distance = squared if self.power == 2 else np.sqrt(squared)
        return self.offset[units] + self.weight[units] * distance

    def at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Cost of ``units[j]`` from ``columns[j]``."""
        delta = self.xy[units] - self.centers_xy[columns]
        return self._price(units, delta[..., 0], delta[..., 1])

    def column(self, column: int) -> Floats:
        """Cost of every unit from one center."""
        delta = self.xy - self.centers_xy[column]
        return self._price(slice(None), delta[:, 0], delta[:, 1])

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`: all of it."""
        return self.at(units, columns)


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

    def at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Cost of ``units[j]`` from ``columns[j]``."""
        out: Floats = self.pair[units, columns]
        return out

    def column(self, column: int) -> Floats:
        """Cost of every unit from one center."""
        return self.pair[:, column]

    def travel_at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Travel part of `at`: all of it."""
        return self.at(units, columns)
