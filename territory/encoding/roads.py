"""Travel to every account from every home, as the solver is told it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats, Longs
from territory.workforce.workload import read_minutes, road_estimate, travel_hours, trips_of

if TYPE_CHECKING:
    from solvers.result import Result
    from territory.encoding.case import Case

__all__ = ["Estimate", "Roads", "estimated_roads", "with_origins"]

_ACCOUNTS = ["account_id", "lon", "lat", "n_calls", "hop_min", "on_site_min"]
"""What the way to an account, and the hours on it, are reckoned from."""


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """The estimated ways that a case was solved with: who asks again need not wait again.

    Attributes
    ----------
    case : Case
        With the origins that the ways are from.
    roads : Roads
    """

    case: Case
    roads: Roads

    def of(self, case: Case) -> Roads | None:
        """Return the ways of another case, or None where its places or its accounts are others."""
        there, here = self.case, case
        scenarios = there.scenario, here.scenario
        if len(there.accounts) != len(here.accounts) or there.unit_ids != here.unit_ids:
            return None
        if scenarios[0].travel != scenarios[1].travel or trips_of(scenarios[0]) != trips_of(
            scenarios[1]
        ):
            return None
        pairs: list[tuple[NDArray[np.generic], NDArray[np.generic]]] = [
            (self.roads.origins, here.team[["lon", "lat"]].to_numpy(dtype=np.float64)),
            (there.unit_lonlat, here.unit_lonlat),
            *((there.accounts[it].to_numpy(), here.accounts[it].to_numpy()) for it in _ACCOUNTS),
        ]
        same = (np.array_equal(one, other) for one, other in pairs)
        return self.roads if all(same) else None


def with_origins(case: Case, lonlat: Floats) -> Case:
    """Return the case with the territories' origins, lon and lat, shape (k, 2)."""
    return replace(case, team=case.team.assign(lon=lonlat[:, 0], lat=lonlat[:, 1]))


def estimated_roads(
    case: Case,
    *,
    located: bool,
    known: Roads | None = None,
) -> Roads:
    """Return the ways from the origins that the team has.

    Parameters
    ----------
    case : Case
    located : bool
        Whether the origins are located centers.
    known : Roads, optional
        Estimated ways of the same accounts and units: from where it has an origin already, its
        columns are taken. Given minutes are of territories, wherever they sit, and always taken.

    Raises
    ------
    TravelError
        A given travel matrix is incomplete.
    """
    origins = case.team[["lon", "lat"]].to_numpy(dtype=np.float64)
    given = read_minutes(case.scenario, case.accounts, case.team)
    if known is None or given is not None:
        ways = _estimated(case, origins, given)
    else:
        there = {place: at for at, place in enumerate(map(tuple, known.origins.tolist()))}
        same = np.array([there.get(place, -1) for place in map(tuple, origins.tolist())])
        if np.array_equal(same, np.arange(len(known.origins))):
            return known
        of_old = (known.minutes, known.hours, known.nights, known.unit_minutes)
        of_new = _estimated(case, origins[same < 0], None)
        ways = tuple(old.take(np.maximum(same, 0), axis=1) for old in of_old)
        for table, new in zip(ways, of_new, strict=True):
            table[:, same < 0] = new
    minutes, hours, nights, unit_minutes = ways
    return Roads(
        origins=origins,
        located=located,
        minutes=minutes,
        hours=hours,
        nights=nights,
        unit_minutes=unit_minutes,
        start=None,
    )


def _estimated(case: Case, origins: Floats, given: Floats | None) -> tuple[Floats, ...]:
    """Minutes, hours and nights of the accounts, and minutes of the units, a column an origin."""
    lonlat = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    units = road_estimate(case.scenario, lonlat).minutes(origins, case.unit_lonlat)
    return *travel_hours(case.scenario, case.accounts, origins, given), units
