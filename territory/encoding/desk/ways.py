"""The way from a territory to some accounts, as `reopened` would tell it of all accounts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from territory.arrays import Floats, Longs
from territory.encoding.reopen import factors_of
from territory.encoding.routed.classes import class_of, nights_by_tours
from territory.workforce.workload import read_minutes, road_estimate, travel_hours

if TYPE_CHECKING:
    from geo.travel import RoadEstimate
    from territory.encoding.case import Case

__all__ = ["Way", "Ways"]


Way = tuple[Floats, Floats, Floats, Floats | None]
"""Minutes one way, hours and nights a year, and the factor of the hours, each of shape (p,)."""


class Ways:
    """What the ways of a plan are worked out with: each part once, and only when it is asked for.

    Parameters
    ----------
    case : Case
    origins : float64, shape (k, 2)
        Lon, lat of homes or centers.
    nights_per_h : float64, shape (k,), or None
        See `Roads`.
    """

    def __init__(self, case: Case, origins: Floats, nights_per_h: Floats | None) -> None:
        self._case, self._origins, self.nights_per_h = case, origins, nights_per_h
        self._lonlat = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)

    @cached_property
    def given(self) -> Floats | None:
        """The company's own minutes, where it gave any."""
        return read_minutes(self._case.scenario, self._case.accounts, self._case.team)

    @cached_property
    def model(self) -> RoadEstimate:
        """The estimate of all other ways."""
        return road_estimate(self._case.scenario, self._lonlat)

    @cached_property
    def urban(self) -> tuple[Floats, Floats]:
        """Which accounts and which origins are driven to at urban speed, as 0 and 1."""
        found = self.model.urban(np.concatenate([self._lonlat, self._origins]))
        n = len(self._lonlat)
        return found[:n].astype(np.float64), found[n:].astype(np.float64)

    @cached_property
    def factors(self) -> Floats | None:
        """What tours multiply the hours with, by territory and class."""
        return factors_of(self._case)

    def to(self, rows: Longs, territory: int) -> Way:
        """Return the way from a territory's origin to the accounts in some rows."""
        origin = self._origins[[territory]]
        minutes = self._minutes(rows, territory, origin)
        accounts = self._case.accounts.iloc[rows]
        minutes, hours, nights = travel_hours(self._case.scenario, accounts, origin, minutes)
        factor = None
        if self.factors is not None:
            factor = self.factors[territory, class_of(minutes)]
            hours = np.round(hours * factor, 4)
            factor = factor[:, 0]
        if self.nights_per_h is not None:
            per_h, far_min = (
                self.nights_per_h[[territory]],
                self._case.scenario.travel.overnight_min,
            )
            nights = nights_by_tours(minutes, hours, nights, per_h, far_min)
        return minutes[:, 0], hours[:, 0], nights[:, 0], factor

    def _minutes(self, rows: Longs, territory: int, origin: Floats) -> Floats:
        from geo.travel import great_circle_km

        if self.given is not None:
            return self.given[rows][:, [territory]]
        accounts, origins = self.urban
        ends = accounts[rows][:, None] + origins[[territory]][None, :]
        return self.model.road_minutes(great_circle_km(self._lonlat[rows], origin), ends)
