"""A territory's year on the road: its calls routed by home, places and days; arrays only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.inputs.once import kept

if TYPE_CHECKING:
    from geo.travel import RoadEstimate
    from solvers.tours import Nights, Tours

__all__ = ["TourKeys", "days_of", "routed_year", "ways_between", "year_on_road"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TourKeys:
    """By which settings a plan's tours are made.

    Attributes
    ----------
    n_weeks : int
        Working weeks of the year.
    day_min : float
        Longest day of a tour.
    price_min, far_min : float, or None
        Minutes that a night away is worth, and the least way to an account for one; None where
        every day ends at home.
    """

    n_weeks: int
    day_min: float
    price_min: float | None = None
    far_min: float | None = None


def days_of(capacity_h: Floats) -> NDArray[np.int64]:
    """Return the days of the week on which each rep travels: five, fewer for part-time reps.

    Parameters
    ----------
    capacity_h : float64, shape (k,)
        Hours a year of all reps; five days for all where one is not known.
    """
    if not np.isfinite(capacity_h).all():
        return np.full(len(capacity_h), 5, dtype=np.int64)
    share = np.round(5.0 * (capacity_h / capacity_h.max()))
    return np.asarray(np.clip(share, 1, 5).astype(np.int64))


def ways_between(model: RoadEstimate, lonlat: Floats, urban: Floats, minutes: Floats) -> Floats:
    """Return minutes between the home (position 0) and the accounts, shape (n + 1, n + 1).

    Parameters
    ----------
    model : RoadEstimate
        Its circuity and speeds count.
    lonlat : float64, shape (n + 1, 2)
        The home, then the accounts.
    urban : float64, shape (n + 1,)
        1 where a place is driven to at urban speed, else 0.
    minutes : float64, shape (n,)
        From the home to each account, as the plan says it.
    """
    out = model.minutes_among(lonlat, urban)
    out[0, 1:] = out[1:, 0] = minutes
    np.fill_diagonal(out, 0.0)
    return out


def routed_year(
    ways: Floats,
    calls: Floats,
    on_site_h: Floats,
    keys: TourKeys,
    *,
    week_days: int,
    sample: int | None = None,
) -> tuple[Tours, float] | None:
    """Route a territory's year; None where nobody is called.

    Parameters
    ----------
    ways : float64, shape (n + 1, n + 1)
        See `ways_between`.
    calls, on_site_h : float64, shape (n,)
        Calls and hours at each account, a year.
    keys : TourKeys
    week_days : int
        Days of the week on which the rep travels.
    sample : int, optional
        Weeks that are routed; all when not given.

    Returns
    -------
    Tours
    float
        What its minutes and nights are multiplied with: calls are whole visits in a calendar,
        the plan counts fractions of them.

    Notes
    -----
    Within one command a year is routed once: a plan that is solved again by the hours of its tours
    mostly stays as it is.
    """
    from solvers.tours import route_year

    visits, asked = _asked(calls, on_site_h, keys, week_days)
    if not visits.sum():
        return None
    arrays = (ways, visits, asked["on_site_min"])
    year = kept(
        ("year of tours", *map(_digest, arrays), keys, week_days, sample),
        lambda: route_year(ways, visits, **asked, sample=sample),
    )
    return year, float(calls.sum() / visits.sum())


def year_on_road(
    ways: Floats, calls: Floats, on_site_h: Floats, keys: TourKeys, *, week_days: int
) -> tuple[float, float]:
    """Return a territory's hours on the road and nights away, as the tours of its year have them.

    Parameters
    ----------
    ways, calls, on_site_h, keys, week_days
        See `routed_year`.

    Returns
    -------
    float, float
        To a tenth; 0 where nobody is called.
    """
    from solvers.tours import road_year

    visits, asked = _asked(calls, on_site_h, keys, week_days)
    if not visits.sum():
        return 0.0, 0.0
    minutes, nights = road_year(ways, visits, **asked)
    fraction = float(calls.sum() / visits.sum())
    return round(minutes / 60.0 * fraction, 1), round(nights * fraction, 1)


def _digest(values: Floats) -> bytes:
    """Stand for an array, which may be large, where arrays of one shape are only compared."""
    return hashlib.blake2b(np.ascontiguousarray(values).tobytes()).digest()


class _Asked(TypedDict):
    on_site_min: Floats
    n_weeks: int
    n_days: int
    day_min: float
    nights: Nights | None


def _asked(
    calls: Floats, on_site_h: Floats, keys: TourKeys, week_days: int
) -> tuple[Floats, _Asked]:
    """Return whole calls of the calendar, and what else a year of tours is asked with."""
    from solvers.tours import Nights

    visits: Floats = np.minimum(np.rint(calls), keys.n_weeks * week_days)
    nights = None
    if keys.price_min is not None and keys.far_min is not None:
        nights = Nights(price_min=keys.price_min, far_min=keys.far_min)
    return visits, {
        "on_site_min": 60.0 * on_site_h / np.maximum(calls, 1.0),
        "n_weeks": keys.n_weeks,
        "n_days": week_days,
        "day_min": keys.day_min,
        "nights": nights,
    }
