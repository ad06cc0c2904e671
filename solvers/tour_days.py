"""Days, trips and years of tours, as they are reported."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Day", "Nights", "Tours"]


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
