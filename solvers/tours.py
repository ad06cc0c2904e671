"""What a week of calls really takes on the road: calls spread over the weeks, days routed.

Stops are indices and travel is minutes; what they stand for is the caller's business. Position 0
of every matrix is the base (a home or a center), positions 1 to n are the stops.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats
from solvers.errors import ProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Day", "Tours", "route_week", "route_year", "spread_calls"]

Visits = NDArray[np.int64]

LATE_PRICE = 3
"""Minutes on the road that a minute beyond the day's length is worth."""

_PASSES = 6
_CROWDED = 1.25
"""A week may hold this multiple of the average work before another one is preferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day: out from the base, its stops in order, and back.

    Attributes
    ----------
    week, day : int
        From 0.
    stops : tuple of int
        Positions in the matrix, 1 to n, in driving order.
    arrive_min : tuple of float
        Minutes from the day's start at which each stop is reached.
    travel_min, on_site_min : float
        Minutes on the road and at the stops.
    """

    week: int
    day: int
    stops: tuple[int, ...]
    arrive_min: tuple[float, ...]
    travel_min: float
    on_site_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tours:
    """A year (or a sample of its weeks) of tours.

    Attributes
    ----------
    days : tuple of Day
        Days with at least one stop, in order.
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
    def stops_per_day(self) -> float:
        """Mean number of stops of a day with any."""
        return self.routed_visits / len(self.days) if self.days else 0.0

    @property
    def long_days(self) -> int:
        """Days that are longer than asked for, by more than a minute."""
        return sum(day.travel_min + day.on_site_min > self.day_min + 1.0 for day in self.days)


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
    nearest, as long as the week is not crowded; then all choose again a few times. O(n² · weeks).
    """
    calls = _checked(minutes, n_calls, on_site_min, n_weeks)
    n = calls.size
    road = np.minimum(minutes, minutes.T)
    home = road[0, 1:]
    between = road[1:, 1:].copy()
    np.fill_diagonal(between, np.inf)
    order = np.lexsort((np.arange(n), -home, -calls))
    chosen: list[Visits] = [np.zeros(0, dtype=np.int64) for _ in range(n)]
    count = np.zeros((n, n_weeks), dtype=np.int64)
    load = np.zeros(n_weeks)
    effort = on_site_min + np.minimum(2.0 * home, 30.0 + home / 2.0)
    room = _CROWDED * float((calls * effort).sum()) / n_weeks
    for _ in range(_PASSES):
        for stop in order[calls[order] > 0].tolist():
            np.subtract.at(count[stop], chosen[stop], 1)
            np.subtract.at(load, chosen[stop], effort[stop])
            present = count.any(axis=1)
            near = np.full(n_weeks, np.inf)
            if present.any():
                there = between[stop, present][:, None]
                near = np.where(count[present] > 0, there, np.inf).min(axis=0)
            crowd = np.maximum(load + effort[stop] - room, 0.0)
            price = 2.0 * np.minimum(home[stop], near) + crowd
            chosen[stop] = _cheapest_weeks(price, int(calls[stop]), n_weeks)
            np.add.at(count[stop], chosen[stop], 1)
            np.add.at(load, chosen[stop], effort[stop])
    positions = np.arange(1, n + 1)
    return tuple(np.repeat(positions, count[:, week]) for week in range(n_weeks))


def _cheapest_weeks(price: Floats, calls: int, n_weeks: int) -> Visits:
    """Weeks of evenly spaced calls with the cheapest first week; the earliest of equal ones."""
    steps = np.arange(calls) * n_weeks / calls
    phases = np.arange(max(1, -(-n_weeks // calls)))
    weeks = (np.floor(steps)[None, :].astype(np.int64) + phases[:, None]) % n_weeks
    return np.asarray(weeks[int(np.argmin(price[weeks].sum(axis=1)))])


def route_week(
    minutes: Floats,
    visits: Sequence[int] | Visits,
    on_site_min: Floats,
    *,
    n_days: int = 5,
    day_min: float = 480.0,
    solution_limit: int = 200,
    week: int = 0,
) -> tuple[Day, ...]:
    """Route one week's visits over its days with the least time on the road.

    Parameters
    ----------
    minutes : float64 array, shape (n + 1, n + 1)
        Row from, column to; position 0 is the base.
    visits : sequence of int
        Positions 1 to n; one that is repeated is visited on different days.
    on_site_min : float64 array, shape (n,)
    n_days : int
        Days of the week.
    day_min : float
        Length of a day. A day that cannot keep it (a stop far away) is longer, and every minute
        more weighs as three on the road.
    solution_limit : int
        Improving steps that are looked at: work is counted, so the same input gives the same tours.
    week : int
        Number that the days carry.

    Returns
    -------
    tuple of Day
        Days with stops, in the order of the vehicles.

    Raises
    ------
    ProblemError
        A stop is visited more often than the week has days.

    Notes
    -----
    OR-Tools routing with a time dimension: three first routes, each improved to a local optimum;
    the best counts.
    Minutes are rounded to tenths inside the solver; those reported are exact.
    """
    nodes = np.asarray(visits, dtype=np.int64)
    if not nodes.size:
        return ()
    often = np.bincount(nodes)
    if often.max() > n_days:
        at = int(often.argmax())
        raise ProblemError("visits", int(often[at]), f"at most {n_days} a week", index=(at,))
    service = on_site_min[nodes - 1]
    places = np.concatenate([[0], nodes])
    road = np.asarray(minutes, dtype=np.float64)[np.ix_(places, places)]
    routes = _routes(road, service, nodes, n_days, day_min, solution_limit)
    days = []
    for day, route in enumerate(routes):
        if route:
            legs = [0, *route, 0]
            drive = [float(road[a, b]) for a, b in itertools.pairwise(legs)]
            stay = [float(service[at - 1]) for at in route]
            arrive = np.cumsum(drive[:-1]) + np.concatenate([[0.0], np.cumsum(stay)[:-1]])
            days.append(
                Day(
                    week=week,
                    day=day,
                    stops=tuple(int(places[at]) for at in route),
                    arrive_min=tuple(arrive.tolist()),
                    travel_min=sum(drive),
                    on_site_min=sum(stay),
                )
            )
    return tuple(days)


def _routes(
    road: Floats,
    service: Floats,
    nodes: Visits,
    n_days: int,
    day_min: float,
    solution_limit: int,
) -> list[list[int]]:
    """Stops of each day, as positions 1 to p of the week's own matrix."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    p = nodes.size
    manager = pywrapcp.RoutingIndexManager(p + 1, n_days, 0)
    routing = pywrapcp.RoutingModel(manager)
    tenths = np.rint(10.0 * road).astype(np.int64)
    stay = np.concatenate([[0], np.rint(10.0 * service).astype(np.int64)])
    drive = routing.RegisterTransitMatrix(tenths.tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(drive)
    spent = routing.RegisterTransitMatrix((tenths + stay[:, None]).tolist())
    routing.AddDimension(spent, 0, _horizon(tenths, stay), True, "time")
    time = routing.GetDimensionOrDie("time")
    for day in range(n_days):
        time.SetCumulVarSoftUpperBound(routing.End(day), round(10.0 * day_min), LATE_PRICE)
    for at in range(1, p + 1):
        for other in range(at + 1, p + 1):
            if nodes[at - 1] == nodes[other - 1]:
                pair = (manager.NodeToIndex(at), manager.NodeToIndex(other))
                routing.solver().Add(routing.VehicleVar(pair[0]) != routing.VehicleVar(pair[1]))
    parameters: Any = pywrapcp.DefaultRoutingSearchParameters()
    parameters.solution_limit = solution_limit
    found, least = None, np.inf
    first = routing_enums_pb2.FirstSolutionStrategy
    for start in (first.PARALLEL_CHEAPEST_INSERTION, first.SAVINGS, first.PATH_CHEAPEST_ARC):
        parameters.first_solution_strategy = start
        each = routing.SolveWithParameters(parameters)
        if each is not None and each.ObjectiveValue() < least:
            found, least = _read(routing, manager, each, n_days), each.ObjectiveValue()
    if found is None:
        raise ProblemError("visits", p, f"a week of {n_days} days that takes them")
    return found


def _read(routing: Any, manager: Any, solution: Any, n_days: int) -> list[list[int]]:
    """Stops of each day in driving order."""
    routes = []
    for day in range(n_days):
        at, route = routing.Start(day), []
        while not routing.IsEnd(at):
            if node := manager.IndexToNode(at):
                route.append(int(node))
            at = solution.Value(routing.NextVar(at))
        routes.append(route)
    return routes


def _horizon(tenths: NDArray[np.int64], stay: NDArray[np.int64]) -> int:
    """Latest end of a day, in tenths: late enough for every week to have a plan."""
    return int((tenths.max(axis=1) + stay).sum())


def route_year(
    minutes: Floats,
    n_calls: Floats,
    on_site_min: Floats,
    *,
    n_weeks: int,
    n_days: int = 5,
    day_min: float = 480.0,
    sample: int | None = None,
    solution_limit: int = 200,
) -> Tours:
    """Spread a year's calls over its weeks and route them, all or a sample of weeks.

    Parameters
    ----------
    minutes : float64 array, shape (n + 1, n + 1)
    n_calls, on_site_min : float64 arrays, shape (n,)
    n_weeks : int
        Working weeks of the year.
    n_days, day_min, solution_limit
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
    days: list[Day] = []
    for week in routed:
        days += route_week(
            minutes,
            weeks[week],
            on_site_min,
            n_days=n_days,
            day_min=day_min,
            solution_limit=solution_limit,
            week=week,
        )
    return Tours(
        days=tuple(days),
        weeks=tuple(routed),
        n_weeks=n_weeks,
        n_visits=sum(each.size for each in weeks),
        day_min=day_min,
    )


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
