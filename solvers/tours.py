"""What a week of calls really takes on the road: calls spread over the weeks, trips routed.

Stops are indices and travel is minutes; what they stand for is the caller's business. Position 0
of every matrix is the base (a home or a center), positions 1 to n are the stops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats
from solvers.errors import ProblemError
from solvers.tour_days import Day, Nights, Tours, Trips, days_of, with_base

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Day", "Nights", "Tours", "road_year", "route_week", "route_year", "spread_calls"]

Visits = NDArray[np.int64]

TURNS = 12
"""How often a part of a week is routed anew."""
_PASSES = 6
_CROWDED = 1.25
"""A week may hold this multiple of the average work before another one is preferred."""


def spread_calls(
    minutes: Floats, n_calls: Floats, on_site_min: Floats, *, n_weeks: int
) -> tuple[Visits, ...]:
    """Spread each stop's yearly calls evenly over the weeks, neighbours in the same weeks.

    Parameters
    ----------
    minutes : float64 array, shape (n + 1, n + 1)
        Row from, column to; position 0 is the base.
    n_calls : float64 array, shape (n,)
        Calls a year, rounded to whole ones.
    on_site_min : float64 array, shape (n,)
        Minutes that one call takes.
    n_weeks : int
        Working weeks of the year, at least 1.

    Returns
    -------
    tuple of int64 arrays, one a week
        Positions 1 to n, ascending; a stop called on more often than weekly occurs repeatedly.

    Notes
    -----
    A stop with c calls comes every ``n_weeks / c`` weeks; only its first week is free. Stops choose
    in turn, the most frequent and then the farthest first, the weeks in which another stop lies
    nearest, as long as the week is not crowded, the earliest of equal ones; then all choose again a
    few times, or until none chooses otherwise. O(n · calls).
    """
    from solvers.kernels.routing.weeks import choose_weeks

    calls = _checked(minutes, n_calls, on_site_min, n_weeks)
    n = calls.size
    if not calls.sum():
        return tuple(np.zeros(0, dtype=np.int64) for _ in range(n_weeks))
    road = np.minimum(minutes, minutes.T)
    home = road[0, 1:]
    between = road[1:, 1:].copy()
    np.fill_diagonal(between, np.inf)
    order = np.lexsort((np.arange(n), -home, -calls))
    effort = on_site_min + np.minimum(2.0 * home, 30.0 + home / 2.0)
    room = _CROWDED * float((calls * effort).sum()) / n_weeks
    kinds, kind = np.unique(calls, return_inverse=True)
    possible = [_weeks(each, n_weeks) for each in np.maximum(kinds, 1).tolist()]
    first = np.cumsum([each.size for each in possible]) - [each.size for each in possible]
    ways = np.column_stack([first, [len(each) for each in possible]]).astype(np.int64)[kind]
    chosen = np.zeros(int(calls.sum()), dtype=np.int64)
    begin = np.cumsum(calls) - calls
    choose_weeks(
        between,
        home,
        effort,
        calls,
        order[calls[order] > 0],
        begin,
        chosen,
        ways,
        np.concatenate([each.ravel() for each in possible]),
        room,
        _PASSES,
        np.zeros(n_weeks),
        np.zeros(n_weeks),
        np.zeros(n_weeks),
        np.zeros(8),
        np.zeros(n, dtype=np.int64),
    )
    count = np.zeros((n, n_weeks), dtype=np.int64)
    np.add.at(count, (np.repeat(np.arange(n), calls), chosen), 1)
    positions = np.arange(1, n + 1)
    return tuple(np.repeat(positions, count[:, week]) for week in range(n_weeks))


def _weeks(calls: int, n_weeks: int) -> Visits:
    """Return the weeks of evenly spaced calls, a row for each week that can be the first."""
    steps = np.arange(calls) * n_weeks / calls
    phases = np.arange(max(1, -(-n_weeks // calls)))
    return np.asarray((np.floor(steps)[None, :].astype(np.int64) + phases[:, None]) % n_weeks)


def route_week(
    minutes: Floats,
    visits: Sequence[int] | Visits,
    on_site_min: Floats,
    *,
    n_days: int = 5,
    day_min: float = 480.0,
    nights: Nights | None = None,
    turns: int = TURNS,
    week: int = 0,
) -> tuple[Day, ...]:
    """Route one week's visits over its days with the least time on the road.

    Parameters
    ----------
    minutes : float64 array, shape (n + 1, n + 1)
        Row from, column to; position 0 is the base.
    visits : sequence of int
        Positions 1 to n; one that is repeated is visited on different trips.
    on_site_min : float64 array, shape (n,)
    n_days : int
        Days of the week.
    day_min : float
        Length of a day. A day that cannot keep it (a stop far away) is longer, and every minute
        more weighs as three on the road.
    nights : Nights, optional
        When a trip may last several days; every day ends at the base when not given.
    turns : int
        How often a part of the week is routed anew: work is counted, so the same input gives the
        same tours.
    week : int
        Number that the days carry.

    Returns
    -------
    tuple of Day
        Trip by trip.

    Raises
    ------
    ProblemError
        A stop is visited more often than the week has days.

    Notes
    -----
    Cheapest insertion, local search, then large neighbourhood search; see `kernels.routing.tours`.
    On a trip of several days the night is spent wherever the day's length is reached, or before a
    stop for which the day is too short. Where all of that takes more days than the week has, trips
    end in one long day instead.
    """
    nodes = np.sort(np.asarray(visits, dtype=np.int64))
    if not nodes.size:
        return ()
    often = np.bincount(nodes)
    if often.max() > n_days:
        at = int(often.argmax())
        raise ProblemError("visits", int(often[at]), f"at most {n_days} a week", index=(at,))
    trips = _routed(minutes, [nodes], on_site_min, n_days, day_min, nights or Nights(), turns)
    return tuple(days_of(trips, minutes, on_site_min, day_min, [week]))


def _routed(
    minutes: Floats,
    weeks: Sequence[Visits],
    on_site_min: Floats,
    n_days: int,
    day_min: float,
    nights: Nights,
    turns: int,
) -> Trips:
    """Route the visits of each week, ascending, so that their order is no part of the answer."""
    from solvers.kernels.routing.tours import LATE_PRICE
    from solvers.kernels.routing.weeks import route_weeks

    visits = np.concatenate(weeks)
    many = max(each.size for each in weeks)
    order, sizes, kinds = np.zeros_like(visits), *np.zeros((2, len(weeks), n_days), dtype=np.int64)
    route_weeks(
        np.ascontiguousarray(minutes, dtype=np.float64),
        with_base(on_site_min),
        visits,
        np.cumsum([each.size for each in weeks]),
        np.array([day_min, nights.price_min, nights.far_min, LATE_PRICE]),
        # A minute beyond the day costs its price, or its part of a night where one can be spent.
        min(LATE_PRICE, nights.price_min / day_min),
        turns,
        order,
        sizes,
        kinds,
        np.zeros(many + 1, dtype=np.int64),
        np.zeros((many + 1, many + 1)),
        np.zeros(many + 1),
        np.zeros(many, dtype=np.int64),
        np.zeros((n_days, many + 1), dtype=np.int64),
        np.zeros((n_days, many + 1), dtype=np.int64),
        np.zeros(n_days, dtype=np.int64),
        np.zeros((n_days, 3)),
        np.zeros((2, many + 1), dtype=np.int64),
        np.zeros(2, dtype=np.int64),
        np.zeros((2, 3)),
        np.zeros((2, 3)),
        np.zeros((3, n_days, many + 2)),
        np.zeros((2 * n_days + 3, n_days), dtype=np.int64),
    )
    return Trips(order=order, sizes=sizes, kinds=kinds)


def route_year(
    minutes: Floats,
    n_calls: Floats,
    on_site_min: Floats,
    *,
    n_weeks: int,
    n_days: int = 5,
    day_min: float = 480.0,
    nights: Nights | None = None,
    sample: int | None = None,
) -> Tours:
    """Spread a year's calls over its weeks and route them, all or a sample of weeks.

    Parameters
    ----------
    minutes : float64 array, shape (n + 1, n + 1)
    n_calls, on_site_min : float64 arrays, shape (n,)
    n_weeks : int
        Working weeks of the year.
    n_days, day_min, nights
        See `route_week`.
    sample : int, optional
        Number of weeks that are routed, evenly over the year; all when not given.

    Returns
    -------
    Tours
    """
    weeks = spread_calls(minutes, n_calls, on_site_min, n_weeks=n_weeks)
    wanted = n_weeks if sample is None else max(1, min(sample, n_weeks))
    routed = [(2 * at + 1) * n_weeks // (2 * wanted) for at in range(wanted)]
    trips = _year(minutes, [weeks[week] for week in routed], on_site_min, n_days, day_min, nights)
    days = () if trips is None else days_of(trips, minutes, on_site_min, day_min, routed)
    return Tours(
        days=tuple(days),
        weeks=tuple(routed),
        n_weeks=n_weeks,
        n_visits=sum(each.size for each in weeks),
        day_min=day_min,
    )


def road_year(
    minutes: Floats,
    n_calls: Floats,
    on_site_min: Floats,
    *,
    n_weeks: int,
    n_days: int = 5,
    day_min: float = 480.0,
    nights: Nights | None = None,
) -> tuple[float, int]:
    """Return minutes on the road and nights away of `route_year`, without its days.

    Parameters
    ----------
    minutes : float64 array, shape (n + 1, n + 1)
    n_calls, on_site_min : float64 arrays, shape (n,)
    n_weeks, n_days, day_min, nights
        See `route_year`.

    Returns
    -------
    float, int
        `Tours.year_travel_min` and `Tours.year_nights` of all weeks.
    """
    from solvers.kernels.routing.weeks import days_on_road

    weeks = spread_calls(minutes, n_calls, on_site_min, n_weeks=n_weeks)
    trips = _year(minutes, weeks, on_site_min, n_days, day_min, nights)
    if trips is None:
        return 0.0, 0
    # Each way ends at most one day more than it fills, and each stop one.
    most = (trips.order.size + trips.sizes.size) * (3 + int(np.max(minutes) // day_min))
    drives, away = np.zeros(most), np.zeros(most, dtype=np.int64)
    n = days_on_road(
        np.ascontiguousarray(minutes, dtype=np.float64),
        with_base(on_site_min),
        trips.order,
        trips.sizes,
        trips.kinds,
        day_min,
        drives,
        away,
    )
    # As `Tours` scales its weeks up, bit by bit.
    return sum(drives[:n].tolist()) * trips.order.size / trips.order.size, int(away[:n].sum())


def _year(
    minutes: Floats,
    weeks: Sequence[Visits],
    on_site_min: Floats,
    n_days: int,
    day_min: float,
    nights: Nights | None,
) -> Trips | None:
    """Route some weeks; None where nobody is called in them."""
    often = max((int(np.bincount(each).max()) for each in weeks if each.size), default=0)
    if often > n_days:
        raise ProblemError("visits", often, f"at most {n_days} a week", index=())
    if not often:
        return None
    return _routed(minutes, weeks, on_site_min, n_days, day_min, nights or Nights(), TURNS)


def _checked(
    minutes: Floats, n_calls: Floats, on_site_min: Floats, n_weeks: int
) -> NDArray[np.int64]:
    """Whole calls a year of each stop, or a refusal that says which value is wrong."""
    n = len(n_calls)
    if minutes.shape != (n + 1, n + 1):
        raise ProblemError("minutes", list(minutes.shape), f"shape ({n + 1}, {n + 1})", index=())
    if n_weeks < 1:
        raise ProblemError("n_weeks", n_weeks, "1 or more", index=())
    for name, values in (("minutes", minutes), ("n_calls", n_calls), ("on_site_min", on_site_min)):
        wrong = np.argwhere(~(np.isfinite(values) & (values >= 0.0)))
        if len(wrong):
            at = tuple(int(position) for position in wrong[0])
            raise ProblemError(name, float(values[at]), "a finite number of 0 or more", index=at)
    return np.rint(n_calls).astype(np.int64)
