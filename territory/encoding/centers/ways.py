"""The way from any place to any account, for the pairs that are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.roads.trips import trip_hours
from geo.travel import great_circle_between_km
from territory.arrays import Floats, Ints, Longs
from territory.workforce.workload import road_estimate, trips_of

if TYPE_CHECKING:
    from geo.roads.trips import Trips
    from geo.travel import RoadEstimate
    from territory.encoding.case import Case
    from territory.encoding.rules import Items

__all__ = ["Ways", "best_places", "places_of", "ways_from"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """What `territory.workforce.workload.travel_hours` gives, without a table of all pairs.

    Attributes
    ----------
    road : RoadEstimate
    trips : Trips
    accounts, places : float64, shape (accounts, 2) and (places, 2)
        Lon, lat.
    there, here : float64, shape (accounts,) and (places,)
        1 in town, 0 in the country.
    calls, hop, stay : float64, shape (accounts,)
        Calls a year, minutes to the next stop and at the account.
    """

    road: RoadEstimate
    trips: Trips
    accounts: Floats
    places: Floats
    there: Floats
    here: Floats
    calls: Floats
    hop: Floats
    stay: Floats

    def minutes(self, rows: Longs, at: NDArray[np.integer]) -> tuple[Floats, Floats]:
        """Return minutes one way and km, shape (rows, s), from places (s,) or (rows, s)."""
        at = np.broadcast_to(at, (rows.size, at.shape[-1]))
        pairs = np.repeat(self.accounts[rows], at.shape[1], axis=0)
        km = great_circle_between_km(pairs, self.places[at.ravel()]).reshape(at.shape)
        return self.road.road_minutes(km, self.there[rows][:, None] + self.here[at]), km

    def hours(self, rows: Longs, minutes: Floats) -> tuple[Floats, Floats]:
        """Return hours on the road and nights away, a year, shape (rows, s)."""
        return trip_hours(minutes, self.calls[rows], self.hop[rows], self.stay[rows], self.trips)


def places_of(case: Case, items: Items) -> Floats:
    """Where a center on each item sits, shape (items, 2): at the account with most hours there.

    A unit without accounts is represented by its own point.
    """
    lonlat = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    hours = case.accounts["service_h"].to_numpy(dtype=np.float64)
    out = np.empty((items.n, 2))
    out[: len(case.unit_ids)] = case.unit_lonlat
    ids = case.accounts["account_id"].to_numpy(dtype=str)
    order = np.lexsort((np.argsort(np.argsort(ids))[::-1], hours))
    out[items.of_account[order]] = lonlat[order]
    return out


def ways_from(case: Case, places: Floats) -> Ways:
    """Return the ways from places (p, 2), lon and lat, to the case's accounts."""
    lonlat = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    road = road_estimate(case.scenario, lonlat)
    calls, hop, stay = (
        case.accounts[name].to_numpy(dtype=np.float64)
        for name in ("n_calls", "hop_min", "on_site_min")
    )
    return Ways(
        road=road,
        trips=trips_of(case.scenario),
        accounts=lonlat,
        places=places,
        there=road.urban(lonlat).astype(np.float64),
        here=road.urban(places).astype(np.float64),
        calls=calls,
        hop=hop,
        stay=stay,
    )


def best_places(
    case: Case, items: Items, ways: Ways, assignment: Ints, *, at: Longs | None = None
) -> Longs:
    """Return the item of each territory whose place serves it best by road, shape (k,).

    The fewest accounts beyond the radius, then the least cost of hours and nights; where several
    cost the same it stays, else the first.

    Parameters
    ----------
    case : Case
    items : Items
    ways : Ways
        From the items' own places.
    assignment : int32, shape (items,), 0 to k - 1
    at : int64, shape (k,), optional
        Where centers are now; that of a territory without items stays there, on the first item of
        all unless given.
    """
    rules, options = case.scenario.rules, case.scenario
    theirs = np.asarray(assignment)[items.of_account]
    best = np.zeros(len(case.team), dtype=np.int64) if at is None else at.copy()
    for t in range(best.size):
        own = np.flatnonzero(np.asarray(assignment) == t)
        if not own.size:
            continue
        rows = np.flatnonzero(theirs == t)
        minutes, km = ways.minutes(rows, own)
        hours, nights = ways.hours(rows, minutes)
        usd = options.objective.travel_usd_h * hours + options.travel.night_usd * nights
        far = np.zeros(minutes.shape, dtype=bool)
        if rules.radius_km is not None:
            far |= km > rules.radius_km
        if rules.radius_min is not None:
            far |= minutes > rules.radius_min
        away = np.ones(own.size, dtype=bool) if at is None else own != at[t]
        total = usd.sum(axis=0).round(2)
        best[t] = own[np.lexsort((away, total, far.sum(axis=0)))[0]]
    return best
