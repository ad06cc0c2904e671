"""Days, trips and years of tours, as they are reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import Floats, Longs

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Day", "Nights", "Tours", "Trips", "days_of", "with_base"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nights:
    """When a trip may last longer than a day.

    Attributes
    ----------
    price_min : float
        Minutes on the road that a night away is worth.
    far_min : float
        Least minutes one way to the farthest stop of a trip with nights; infinite where no night
        is spent away.
    """

    price_min: float = 0.0
    far_min: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a trip: its stops in order; it begins and ends at the base, or away.

    Attributes
    ----------
    week, day : int
        From 0.
    stops : tuple of int
        Positions in the matrix, 1 to n, in driving order; none on a day that is all driving.
    arrive_min : tuple of float
        Minutes from the day's start at which each stop is reached.
    travel_min, on_site_min : float
        Minutes on the road and at the stops.
    away : bool
        Whether the night that follows is spent away, where the day ends.
    """

    week: int
    day: int
    stops: tuple[int, ...]
    arrive_min: tuple[float, ...]
    travel_min: float
    on_site_min: float
    away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tours:
    """A year (or a sample of its weeks) of tours.

    Attributes
    ----------
    days : tuple of Day
        Days on the road, in order; those of one trip follow one another.
    weeks : tuple of int
        The weeks that were routed.
    n_weeks : int
        Weeks of the year.
    n_visits : int
        Visits in the whole year, routed or not.
    day_min : float
        Length of a day that was asked for.
    """

    days: tuple[Day, ...]
    weeks: tuple[int, ...]
    n_weeks: int
    n_visits: int
    day_min: float

    @property
    def routed_visits(self) -> int:
        """Visits in the routed weeks."""
        return sum(len(day.stops) for day in self.days)

    @property
    def travel_min(self) -> float:
        """Minutes on the road in the routed weeks."""
        return sum(day.travel_min for day in self.days)

    @property
    def year_travel_min(self) -> float:
        """Minutes on the road in the year: the routed ones, scaled up by visits."""
        routed = self.routed_visits
        return self.travel_min * self.n_visits / routed if routed else 0.0

    @property
    def nights(self) -> int:
        """Nights away in the routed weeks."""
        return sum(day.away for day in self.days)

    @property
    def year_nights(self) -> float:
        """Nights away in the year: the routed ones, scaled up by visits."""
        routed = self.routed_visits
        return self.nights * self.n_visits / routed if routed else 0.0

    @property
    def stops_per_day(self) -> float:
        """Mean number of stops of a day on the road."""
        return self.routed_visits / len(self.days) if self.days else 0.0

    @property
    def long_days(self) -> int:
        """Days that are longer than asked for, by more than a minute."""
        return sum(day.travel_min + day.on_site_min > self.day_min + 1.0 for day in self.days)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trips:
    """The trips of some weeks, as they are routed.

    Attributes
    ----------
    order : int64, shape (visits,)
        Positions in the matrix, 1 to n, trip by trip and week by week, in driving order.
    sizes, kinds : int64, shape (weeks, n_days)
        How many stops each trip has, and 1 where it has nights.
    """

    order: Longs
    sizes: Longs
    kinds: Longs


def with_base(on_site_min: Floats) -> Floats:
    """Return minutes at each position (n + 1,): none at the base, then those of a call."""
    return np.concatenate([[0.0], np.asarray(on_site_min, dtype=np.float64)])


def days_of(
    trips: Trips, minutes: Floats, on_site_min: Floats, day_min: float, weeks: Sequence[int]
) -> list[Day]:
    """Cut the trips of some weeks into days.

    Parameters
    ----------
    trips : Trips
    minutes : float64 array, shape (n + 1, n + 1)
    on_site_min : float64 array, shape (n,)
    day_min : float
    weeks : sequence of int
        The numbers that the days carry.
    """
    stay, order = with_base(on_site_min), trips.order.tolist()
    out: list[Day] = []
    start = 0
    for week, sizes, kinds in zip(weeks, trips.sizes.tolist(), trips.kinds.tolist(), strict=True):
        first = len(out)
        for size, kind in zip(sizes, kinds, strict=True):
            if size:
                trip = order[start : start + size]
                day = len(out) - first
                out += _days(trip, bool(kind), minutes, stay, day_min, week=week, first=day)
            start += size
    return out


def _days(
    trip: list[int],
    overnight: bool,
    road: Floats,
    stay: Floats,
    day_min: float,
    *,
    week: int,
    first: int,
) -> list[Day]:
    """Cut a trip into its days, as `kernels.routing.tours.trip_cost` reckons them."""
    days: list[Day] = []
    stops: list[int] = []
    arrive: list[float] = []
    drive = work = 0.0

    def close(*, away: bool) -> None:
        nonlocal drive, work
        days.append(
            Day(
                week=week,
                day=first + len(days),
                stops=tuple(stops),
                arrive_min=tuple(arrive),
                travel_min=drive,
                on_site_min=work,
                away=away,
            )
        )
        stops.clear()
        arrive.clear()
        drive = work = 0.0

    at = 0
    for to in (*trip, 0):
        leg = float(road[at, to])
        while overnight and leg > (left := day_min - min(drive + work, day_min)):
            drive += left
            leg -= left
            close(away=True)
        drive += leg
        if to:
            if overnight and drive + work > 0 and drive + work + stay[to] > day_min:
                close(away=True)
            stops.append(to)
            arrive.append(drive + work)
            work += float(stay[to])
        at = to
    close(away=False)
    return days
