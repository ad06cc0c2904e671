"""Hours and nights a year on the road: what fits into a day, and when a night away pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.conversions import min_to_h
from geo.crs import require_lonlat
from geo.errors import GeographyError
from geo.points.nearest import nearest as nearest_places
from geo.travel import EARTH_RADIUS_KM, RoadEstimate, on_sphere, require_non_negative

__all__ = [
    "HOP_SHARE",
    "MOST_STOPS",
    "TripShares",
    "Trips",
    "hop_minutes",
    "trip_hours",
    "trip_shares",
]

Floats = NDArray[np.float64]

HOP_SHARE = 0.75
"""Hop between two stops of a trip, as a share of the mean way to the four nearest accounts.

A tour through n places of an area A is about 0.7124 √(nA) long (Beardwood, Halton and Hammersley
1959, doi:10.1017/S0305004100034095; constant: Johnson, McGeoch and Rothberg 1996): 0.87 of the mean
distance to the four nearest of random places. Weeks that bring neighbours together need less:
fitted to routed years of 15 companies (`tests/benchmarks/companies.py`) it is 0.75.
"""

MOST_STOPS = 9.0
"""Stops of a trip with nights: an assumption, 8 and 9 fit the routed years of 15 companies."""

_LEAST_STOPS = 2.0
_NEARLY = 0.999
"""Below 1 by more than rounding: what may fit is reckoned exactly."""
_BLOCK = 16_384
"""Pairs that are reckoned at once: as many as stay near the processor, three times as fast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trips:
    """How trips are made.

    Parameters
    ----------
    day_min : float, minutes, > 0
        Longest day on the road, from the base and back.
    far_min : float, minutes, >= 0
        Least way to an account, one way, for a trip with nights.
    night_min : float, minutes, >= 0
        Minutes on the road that a night away is worth.
    days : int, >= 1
        Most days of a trip.
    stops : float, >= 1, optional
        Stops of every trip, whatever fits into a day; no nights then.
    """

    day_min: float = 540.0
    far_min: float = 120.0
    night_min: float = 144.0
    days: int = 5
    stops: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TripShares:
    """What one call at each account takes from each home.

    Attributes
    ----------
    stops : float64, shape (n, k), >= 1
        Stops of the trip that the call is part of.
    minutes : float64, shape (n, k)
        On the road: ``(2 · minutes + (stops - 1) · hop) / stops``.
    nights : float64, shape (n, k)
        Its share of the nights away: ``(days - 1) / stops``.
    """

    stops: Floats
    minutes: Floats
    nights: Floats


def hop_minutes(
    lonlat: ArrayLike,
    model: RoadEstimate | None = None,
    *,
    n_calls: ArrayLike | None = None,
    n_weeks: float = 44.0,
    nearest: int = 4,
) -> Floats:
    """Give the minutes from each account to the next stop of the same trip.

    Parameters
    ----------
    lonlat : (n,2) float64, degrees
        All accounts.
    model : RoadEstimate, optional
        Circuity and speeds; the defaults with the accounts' own density if left out.
    n_calls : (n,) float64, >= 0, optional
        Calls a year; one a week everywhere if left out.
    n_weeks : float, >= 1
        Working weeks of the year.
    nearest : int, >= 1
        How many nearest other accounts are averaged; all others if there are fewer.

    Returns
    -------
    (n,) float64, minutes, >= 0
        0 where no other account is called.

    Notes
    -----
    ``hop = 0.75 · mean way to the nearest called accounts / √q``; q, at most 1, is the mean of
    their calls a week: of places that are called on every fourth week a quarter lie on a week's
    roads, twice as far apart. Accounts without calls are nobody's next stop. Accounts at one
    address are 0 minutes apart. Both ends are urban or rural as the account is. O(n log n).
    """
    places = require_lonlat(lonlat, what="account")
    if nearest < 1:
        raise GeographyError(f"nearest is {nearest}; expected 1 or more")
    n = len(places)
    calls = np.full(n, n_weeks) if n_calls is None else np.asarray(n_calls, dtype=np.float64)
    require_non_negative(calls, "n_calls", dimensions=1)
    # In one order whatever the rows' order, so that ties between equal distances fall alike.
    order = np.lexsort((calls, places[:, 1], places[:, 0]))
    called = order[calls[order] > 0]
    k = min(nearest, len(called) - 1)
    if k < 1:
        return np.zeros(n)
    used = RoadEstimate(reference_lonlat=places) if model is None else model
    vectors = on_sphere(places)
    chord, at = nearest_places(vectors[called], vectors[order], k=k + 1)
    # The nearest of a called account is itself, or its twin at the same address: 0 km.
    own = (calls[order] > 0)[:, None]
    near_km = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2.0, 1.0))
    near_calls = calls[called][at]
    km = np.where(own, near_km[:, 1:], near_km[:, :-1]).mean(axis=1)
    weekly = np.where(own, near_calls[:, 1:], near_calls[:, :-1]).mean(axis=1) / n_weeks
    there = np.clip(weekly, 1.0 / n_weeks, 1.0)
    hop = np.empty(n)
    minutes = used.road_minutes(km, 2.0 * used.urban(places[order]).astype(np.float64))
    hop[order] = HOP_SHARE * minutes / np.sqrt(there)
    return hop


def trip_shares(
    minutes: ArrayLike, hop_min: ArrayLike, on_site_min: ArrayLike, trips: Trips
) -> TripShares:
    """Give what one call takes on the road, for each account from each home.

    Parameters
    ----------
    minutes : (n,k) float64, minutes, >= 0
        One way, from `TravelModel.minutes`.
    hop_min, on_site_min : (n,) float64, minutes, >= 0
        To the next stop (`hop_minutes`), and at the account, one call.
    trips : Trips

    Notes
    -----
    A day takes ``stops = (day - on site - 2 · minutes + hop) / (on site + hop)``, at least 2:
    rarely is an account visited alone, and a day ends when the next visit does not fit any more,
    which leaves one call's time of it over. Beyond ``far_min`` a trip may last d days and take in
    what fits into d such days, at most 9 stops, where that is cheaper: ``minutes of the call +
    night_min · (d - 1) / stops``.
    """
    one_way = np.asarray(minutes, dtype=np.float64)
    hop = np.asarray(hop_min, dtype=np.float64)[:, None]
    stay = np.asarray(on_site_min, dtype=np.float64)[:, None]
    if trips.stops is not None:
        stops = np.full(one_way.shape, trips.stops)
        return TripShares(
            stops=stops,
            minutes=(2.0 * one_way + (stops - 1.0) * hop) / stops,
            nights=np.zeros(one_way.shape),
        )
    each = np.maximum(hop + stay, 1.0)
    day = trips.day_min - stay
    left = day - 2.0 * one_way + hop
    stops = np.maximum(_LEAST_STOPS, left / each)
    road = (2.0 * one_way + (stops - 1.0) * hop) / stops
    nights = np.zeros(one_way.shape)
    # Most pairs of a country are too near for a night, or too far for two stops in all the days.
    far = one_way >= trips.far_min
    fits = left + (trips.days - 1) * day >= _NEARLY * _LEAST_STOPS * each
    away_at = np.flatnonzero(far & fits)
    if trips.days > 1 and away_at.size:
        account = away_at // one_way.shape[1]
        found = _with_nights(
            one_way.ravel()[away_at],
            (hop[account, 0], day[account, 0], each[account, 0]),
            (stops.ravel()[away_at], road.ravel()[away_at]),
            trips,
        )
        for table, values in zip((stops, road, nights), found, strict=True):
            table.ravel()[away_at] = values
    return TripShares(stops=stops, minutes=road, nights=nights)


def _with_nights(
    one_way: Floats,
    of_account: tuple[Floats, Floats, Floats],
    of_a_day: tuple[Floats, Floats],
    trips: Trips,
) -> tuple[Floats, Floats, Floats]:
    """Stops, minutes and nights of pairs that a trip with nights may be cheaper for.

    All are of shape (p,): ``of_account`` the hop, the day without the first stay and what one stop
    takes of it, ``of_a_day`` stops and minutes without a night.
    """
    (hop, day, each), (stops, road) = of_account, of_a_day
    nights, least = np.zeros(one_way.shape), road
    for days in range(2, trips.days + 1):
        fit = (days * day - 2.0 * one_way + hop) / each
        many = np.clip(fit, _LEAST_STOPS, MOST_STOPS)
        way = (2.0 * one_way + (many - 1.0) * hop) / many
        away = (days - 1) / many
        better = (fit >= _LEAST_STOPS) & (way + trips.night_min * away < least)
        least = np.where(better, way + trips.night_min * away, least)
        stops, road = np.where(better, many, stops), np.where(better, way, road)
        nights = np.where(better, away, nights)
    return stops, road, nights


def trip_hours(
    minutes: ArrayLike,
    n_calls: ArrayLike,
    hop_min: ArrayLike,
    on_site_min: ArrayLike,
    trips: Trips,
) -> tuple[Floats, Floats]:
    """Give the yearly hours on the road and nights away for each account from each home.

    Parameters
    ----------
    minutes : (n,k) float64, minutes, >= 0
        One way, from `TravelModel.minutes`.
    n_calls : (n,) float64, >= 0
        Calls a year.
    hop_min, on_site_min : (n,) float64, minutes, >= 0
        See `trip_shares`.
    trips : Trips

    Returns
    -------
    (n,k) float64, hours a year, and (n,k) float64, nights a year, both >= 0

    Raises
    ------
    GeographyError
        If a value is NaN, infinite or negative, naming its index, or the shapes differ.

    Examples
    --------
    Twelve calls of 78 minutes, an hour away, ten minutes in between: a day of 540 minutes takes
    (540 - 78 - 120 + 10) / (78 + 10) = 4 stops, a call (120 + 3 · 10) / 4 = 37.5 minutes.

    >>> hours, nights = trip_hours([[60.0]], [12], [10.0], [78.0], Trips())
    >>> float(hours[0, 0].round(2)), float(nights[0, 0])
    (7.5, 0.0)
    """
    one_way = np.asarray(minutes, dtype=np.float64)
    calls, hop, stay = (
        np.asarray(each, dtype=np.float64) for each in (n_calls, hop_min, on_site_min)
    )
    require_non_negative(one_way, "minutes", dimensions=2)
    require_non_negative(calls, "n_calls", dimensions=1)
    require_non_negative(hop, "hop_min", dimensions=1)
    require_non_negative(stay, "on_site_min", dimensions=1)
    if trips.stops is not None and not (np.isfinite(trips.stops) and trips.stops >= 1.0):
        raise GeographyError(f"the stops of a trip are {trips.stops:g}; expected 1 or more")
    if not len(one_way) == len(calls) == len(hop) == len(stay):
        raise GeographyError(
            f"minutes has {len(one_way):,} rows, n_calls {len(calls):,}, hop_min {len(hop):,}, "
            f"on_site_min {len(stay):,}; expected one row per account in each"
        )
    hours, nights = np.empty(one_way.shape), np.empty(one_way.shape)
    step = max(1, _BLOCK // max(1, one_way.shape[1]))
    for start in range(0, len(one_way), step):
        part = slice(start, start + step)
        each = trip_shares(one_way[part], hop[part], stay[part], trips)
        hours[part] = min_to_h(calls[part, None] * each.minutes)
        nights[part] = calls[part, None] * each.nights
    return hours, nights
