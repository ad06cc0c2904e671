"""Travel to every account from every home, as the solver is told it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats, Longs
from territory.workforce.workload import read_minutes, road_estimate, travel_hours

if TYPE_CHECKING:
    from solvers.result import Result
    from territory.encoding.case import Case

__all__ = ["Roads", "estimated_roads", "with_origins"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roads:
    """Travel to every account from every home or center.

    Attributes
    ----------
    origins : float64, shape (k, 2)
        Lon, lat.
    located : bool
        Whether the origins are located centers, not homes.
    minutes, hours, nights : float64, shape (accounts, k)
        One way; on the road a year, corrected by tours where they were routed; away a year.
    factor : float64, shape (accounts, k), or None
        What the estimated hours were multiplied with; None where nothing was routed.
    nights_per_h : float64, shape (k,), or None
        Nights away for each hour on the road to accounts beyond `overnight_min`, by the tours of
        each territory; NaN where the estimate stays, None where nothing was routed.
    unit_minutes : float64, shape (units, k)
        One way to each unit's own point.
    own : int32, shape (items,), or None
        The territory that serves each item, where only its way is told: the tables then have one
        column.
    start : int32, shape (items,), or None
        The assignment that came with the located centers.
    free : Result or None
        What was found and proved with free centers and their estimated travel, nights away not
        priced; None with homes, where there are too many places to price all pairs, and once the
        hours were corrected.
    wall_s, cpu_s : float
        What the solver took to locate them.
    """

    origins: Floats
    located: bool
    minutes: Floats
    hours: Floats
    nights: Floats
    unit_minutes: Floats
    start: NDArray[np.int32] | None
    factor: Floats | None = None
    nights_per_h: Floats | None = None
    own: NDArray[np.int32] | None = None
    free: Result | None = None
    wall_s: float = 0.0
    cpu_s: float = 0.0

    def column(self, territory: NDArray[np.integer], item: Longs) -> Longs:
        """Return the column of the way from a territory to each item; -1 where it is not told."""
        if self.own is None:
            return territory.astype(np.int64)
        return np.where(self.own[item] == territory, 0, -1).astype(np.int64)


def with_origins(case: Case, lonlat: Floats) -> Case:
    """Return the case with the territories' origins, lon and lat, shape (k, 2)."""
    return replace(case, team=case.team.assign(lon=lonlat[:, 0], lat=lonlat[:, 1]))


def estimated_roads(
    case: Case,
    *,
    located: bool,
    start: NDArray[np.int32] | None = None,
    free: Result | None = None,
    wall_s: float = 0.0,
    cpu_s: float = 0.0,
) -> Roads:
    """Return the ways from the origins that the team has; what is said of locating is handed on.

    Raises
    ------
    TravelError
        A given travel matrix is incomplete.
    """
    origins = case.team[["lon", "lat"]].to_numpy(dtype=np.float64)
    given = read_minutes(case.scenario, case.accounts, case.team)
    minutes, hours, nights = travel_hours(case.scenario, case.accounts, origins, given)
    accounts_lonlat = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    return Roads(
        origins=origins,
        located=located,
        minutes=minutes,
        hours=hours,
        nights=nights,
        unit_minutes=road_estimate(case.scenario, accounts_lonlat).minutes(
            origins, case.unit_lonlat
        ),
        start=start,
        free=free,
        wall_s=wall_s,
        cpu_s=cpu_s,
    )
