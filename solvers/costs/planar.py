"""Distances in the plane, to homes that are given or to centers on units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats, Longs
from solvers.costs.cost import KernelArrays, Lists, Points
from solvers.errors import ProblemError, check_numbers, check_shape
from solvers.kernels import records

__all__ = ["PlanarCost"]

_IDLE_SHARE = 1e-3
"""Weight of a unit without demand, as a share of the mean: keeps empty land compact."""


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
    def complete(self) -> bool:
        """Every pair has a distance."""
        return True

    @property
    def centers_xy(self) -> Floats:
        """Where the columns sit, shape (n_columns, 2)."""
        return self.xy if self.home_xy is None else self.home_xy

    @property
    def points(self) -> Points | None:
        """The plane."""
        return Points(
            xy=self.xy,
            columns_xy=self.centers_xy,
            weight=self.weight,
            offset=self.offset,
            power=self.power,
        )

    def _price(self, units: NDArray[np.integer] | slice, dx: Floats, dy: Floats) -> Floats:
        squared = dx * dx + dy * dy
        distance = squared if self.power == 2 else np.sqrt(squared)
        return self.offset[units] + self.weight[units] * distance

    def at(self, units: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
        """Cost of ``units[j]`` from ``columns[j]``, elementwise."""
        delta = self.xy[units] - self.centers_xy[columns]
        return self._price(units, delta[..., 0], delta[..., 1])

    def column(self, column: int) -> Floats:
        """Cost of every unit from one center, shape (n,)."""
        delta = self.xy - self.centers_xy[column]
        return self._price(slice(None), delta[:, 0], delta[:, 1])

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
        """Return the territories with the nearest centers, lists of `count`."""
        from scipy.spatial import cKDTree

        centers = self.centers_xy[columns] if places is None else places
        if count == len(centers):
            delta = self.xy[:, None, :] - centers[None, :, :]
            away: Floats = np.hypot(delta[..., 0], delta[..., 1])
            near: Longs = np.tile(np.arange(count), (self.n, 1))
        else:
            found = cKDTree(centers).query(self.xy, k=count, workers=threads)
            away, near = (np.asarray(each).reshape(-1, count) for each in found)
        price = (self.offset[:, None] + self.weight[:, None] * away**self.power).ravel()
        return Lists(
            indptr=np.arange(0, self.n * count + 1, count, dtype=np.int64),
            territory=near.ravel().astype(np.int32),
            cost=price,
            travel=price,
        )

    def nearest(self, units: NDArray[np.integer], count: int) -> Longs:
        """Return the nearest units of some, themselves first, shape (u, count)."""
        from scipy.spatial import cKDTree

        _, near = cKDTree(self.xy).query(self.xy[units], k=count)
        return np.asarray(near, dtype=np.int64).reshape(units.size, count)

    def typical(self, k: int) -> tuple[float, Bools]:
        """Return the mean weight times the extent of a territory, and that no unit is idle (n,)."""
        spread = self.xy.std(axis=0).max() / np.sqrt(k)
        return float(self.weight.mean() * spread**self.power), np.zeros(self.n, dtype=bool)

    def check(self) -> None:
        """Raise `ProblemError` where shapes differ or values make no sense."""
        n = self.n
        check_shape("cost.xy", self.xy, (n, 2))
        check_numbers("cost.xy", self.xy, lowest=-np.inf)
        for name, value in (("cost.weight", self.weight), ("cost.offset", self.offset)):
            check_shape(name, value, (n,))
            check_numbers(name, value)
        if self.power not in (1, 2):
            raise ProblemError("cost.power", self.power, "1 or 2")
        if self.home_xy is not None:
            check_shape("cost.home_xy", self.home_xy, (self.home_xy.shape[0], 2))
            check_numbers("cost.home_xy", self.home_xy, lowest=-np.inf)

    def kernel_arrays(self) -> KernelArrays:
        """Lay the plane out for the kernels."""
        mean = float(self.weight.mean()) or 1.0
        return KernelArrays(
            mode=records.PLANE,
            power=self.power,
            weight=np.maximum(self.weight, _IDLE_SHARE * mean),
            offset=self.offset,
            x=self.xy[:, 0],
            y=self.xy[:, 1],
        )
