"""The way to every account: from the reps' homes, or from centers that are located first."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import solvers
from solvers.events import ignore
from solvers.stop import after_seconds, any_of, never
from territory.arrays import Floats, Ints, Longs
from territory.encoding.case import Case
from territory.encoding.conflicts import refuse_conflict
from territory.encoding.encode import encode, encode_free, encode_places, sum_by
from territory.encoding.roads import Roads
from territory.encoding.rules import Items, items_of
from territory.wording import LIMIT
from territory.workforce.workload import read_minutes, road_estimate, travel_hours, trips_of

if TYPE_CHECKING:
    from solvers.effort import Effort
    from solvers.events import Observer
    from solvers.problem.evaluate import Evaluation
    from solvers.result import Result
    from solvers.stop import StopRule
    from solvers.whatif.wider import Search
    from territory.encoding.encode import Encoding

__all__ = ["locating_search", "roads_of"]

PAIRS = 4_000_000
"""Most pairs of account and place that are priced where centers are free."""

_IN_THE_PLANE: Effort = "sketch"
"""Centers in the plane only begin the search by the hours on the road, which closes the bands."""

_NEAR_MIN = 30.0

SHORT_SEARCHES = 6
"""Quick searches for centers beside the one at the effort asked, each from a seed of its own: what
single ones find of twenty centers lies 5 % apart."""

_TURNS = 8
"""Most turns in which centers and territories are found by turns."""


def roads_of(
    case: Case,
    *,
    assignment: NDArray[np.int32] | None = None,
    observer: Observer = ignore,
    stop: StopRule = never,
    limit_s: float | None = None,
) -> tuple[Case, Roads]:
    """Return the travel from homes, and the case with every territory's origin filled in.

    Without homes the solver first locates centers together with the territories, on the units' own
    places with their true travel; the bound is then for any of these places. From what several such
    searches find, the centers are taken whose plan costs least with nights away and handovers.
    Where there are too many places for that, travel is proportional to the distance in the plane,
    and the bound is for the centers located. Either way they are from there on as fixed as homes.
    Where an assignment of the items is given, the centers are the best ones of its territories, and
    nothing is solved.
    ``limit_s`` caps the seconds of locating.

    Raises
    ------
    TravelError
        A given travel matrix is incomplete.
    """
    located = bool(case.team["lon"].isna().all())
    found, exact, started_s = None, False, time.monotonic()
    if located and assignment is not None:
        case = _at_centers(case, assignment)
    elif located:
        places = _places(case, items_of(case))
        exact = _priced_by_pair(case, places)
        found = _locate_exactly(case, places, observer, stop, limit_s) if exact else None
        if found is not None:
            left_s = None if limit_s is None else limit_s - (time.monotonic() - started_s)
            return _whole_priced(case, places, found, observer=observer, stop=stop, limit_s=left_s)
        found = _locate(case, observer, stop, limit_s)
        case = _with_origins(case, places[np.maximum(found.centers, 0)])
    return case, _roads(case, located=located, found=found, exact=exact)


def locating_search(case: Case, *, stop: StopRule = never) -> Search:
    """Return how the next run searches where no rep has a home: quickly, and proving nothing.

    That run locates centers of its own. A limit that a plan keeps with the centers at hand would
    say nothing of it.

    Parameters
    ----------
    case : Case
        Origins that it has are left out.
    stop : StopRule
    """
    case = _with_origins(case, np.full((len(case.team), 2), np.nan))
    seed = case.scenario.solve.seed
    places = _places(case, items_of(case))
    exact = _priced_by_pair(case, places)
    free = (_by_pair(case, places) if exact else _planar(case)).problem

    def search(
        widened: Callable[[solvers.Problem], solvers.Problem], start: Ints | None
    ) -> tuple[Ints, Evaluation]:
        found = solvers.solve(
            widened(free), effort="quick" if exact else _IN_THE_PLANE, seed=seed, start=start,
            stop=stop, prove=False,
        )  # fmt: skip
        if not exact:
            # Travel in the plane only located: the plan is judged by the hours on the road.
            there = _with_origins(case, places[np.maximum(found.centers, 0)])
            roads = _roads(there, located=True, found=found, exact=False)
            found = solvers.solve(
                widened(encode(there, roads).problem),
                effort="quick", seed=seed, start=found.assignment, stop=stop, prove=False,
            )  # fmt: skip
        return found.assignment, found.evaluation

    return search


def _priced_by_pair(case: Case, places: Floats) -> bool:
    """Whether all pairs of account and place can be priced where centers are free."""
    return max(len(places), len(case.accounts)) * len(places) <= PAIRS


def _with_origins(case: Case, lonlat: Floats) -> Case:
    return replace(case, team=case.team.assign(lon=lonlat[:, 0], lat=lonlat[:, 1]))


def _roads(case: Case, *, located: bool, found: Result | None, exact: bool) -> Roads:
    """Return the ways from the origins that the team has."""
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
        start=found.assignment if found else None,
        free=found if exact else None,
        wall_s=found.wall_s if found else 0.0,
        cpu_s=found.cpu_s if found else 0.0,
    )


def _at_centers(case: Case, assignment: NDArray[np.int32]) -> Case:
    """Return the case with each territory's origin at the best center of an assignment."""
    items = items_of(case)
    centers = solvers.best_centers(_planar(case).problem, assignment)
    return _with_origins(case, _places(case, items)[np.maximum(centers, 0)])


def _places(case: Case, items: Items) -> Floats:
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


def _locate_exactly(
    case: Case, places: Floats, observer: Observer, stop: StopRule, limit_s: float | None
) -> Result:
    """Return what the solver finds where any of the places may be a center, at the effort asked."""
    options = case.scenario
    free = _by_pair(case, places)
    refuse_conflict(case, free.problem)
    found = solvers.solve(
        free.problem,
        effort=options.solve.effort,
        seed=options.solve.seed,
        time_limit_s=limit_s,
        threads=options.solve.threads,
        observer=observer,
        stop=stop,
    )
    if found.status == "infeasible":
        refuse_conflict(case, free.problem, search=True, stop=stop)
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Centers:
    """Territories with their centers, and what they cost by the whole price of a plan."""

    case: Case
    roads: Roads
    assignment: Ints
    feasible: bool
    objective: float

    @property
    def rank(self) -> tuple[bool, float]:
        """Order of centers: rules kept, then cost."""
        return not self.feasible, self.objective


def _whole_priced(
    case: Case,
    places: Floats,
    found: Result,
    *,
    observer: Observer,
    stop: StopRule,
    limit_s: float | None,
) -> tuple[Case, Roads]:
    """Return the case and the travel of the centers whose plan costs least.

    Centers are searched by travel alone; nights away, handovers and borders count here. What is
    proved stays that of the search at the effort asked: the whole price is no less.
    """
    options, started_s = case.scenario.solve, time.monotonic()
    clock = stop if limit_s is None else any_of(stop, after_seconds(max(limit_s, 0.0)))
    pair = _whole_pair(case, places)
    spent = [found.wall_s, found.cpu_s]

    def solved(problem: solvers.Problem, start: Ints | None, shift: int) -> Result:
        left_s = None if limit_s is None else limit_s - (time.monotonic() - started_s)
        result = solvers.solve(
            problem, effort="quick", seed=options.seed + shift, start=start, prove=False,
            time_limit_s=None if left_s is None else max(left_s, 0.01), threads=options.threads,
            observer=observer, stop=stop,
        )  # fmt: skip
        spent[:] = [spent[0] + result.wall_s, spent[1] + result.cpu_s]
        return result

    best = _by_turns(case, places, pair, found, found=found, solved=solved, stop=clock)
    least = found.status == "optimal" and best.objective <= found.objective * (1.0 + LIMIT) + LIMIT
    if options.effort != "quick" and found.evaluation.feasible and not least:
        free = _by_pair(case, places).problem
        for shift in range(SHORT_SEARCHES):
            if clock() is not None:
                break
            other = solved(free, None, shift)
            if not other.evaluation.feasible:
                continue
            there = _by_turns(case, places, pair, other, found=found, solved=solved, stop=clock)
            if there.rank < best.rank:
                best = there
    roads = replace(best.roads, start=best.assignment, wall_s=spent[0], cpu_s=spent[1])
    return best.case, roads


def _by_turns(
    case: Case,
    places: Floats,
    pair: Floats,
    begun: Result,
    *,
    found: Result,
    solved: Callable[[solvers.Problem, Ints | None, int], Result],
    stop: StopRule,
) -> _Centers:
    """Move each center to the cheapest place of its territory and solve again, while that pays.

    Cooper 1964, heuristic methods for location-allocation problems, doi:10.1137/1006005.
    """

    def at(centers: Longs, assignment: Ints) -> _Centers:
        there = _with_origins(case, places[centers])
        roads = _roads(there, located=True, found=found, exact=True)
        judged = solvers.evaluate(encode(there, roads).problem, assignment)
        return _Centers(
            case=there,
            roads=roads,
            assignment=assignment,
            feasible=judged.feasible,
            objective=judged.objective,
        )

    centers = np.maximum(begun.centers, 0).astype(np.int64)
    best = at(centers, begun.assignment)
    for _ in range(_TURNS if best.feasible else 0):
        moved = _cheapest_places(pair, best.assignment, centers)
        if stop() is not None or (moved == centers).all():
            break
        there = at(moved, best.assignment)
        result = solved(encode(there.case, there.roads).problem, best.assignment, 0)
        there = at(moved, result.assignment)
        if there.rank >= best.rank:
            break
        centers, best = moved, there
    return best


def _cheapest_places(pair: Floats, assignment: Ints, centers: Longs) -> Longs:
    """Return the place of each territory's own from which it costs least, shape (k,)."""
    out = centers.copy()
    for t in range(len(centers)):
        own = np.flatnonzero(assignment == t)
        if own.size:
            usd = pair[np.ix_(own, own)].sum(axis=0)
            at = np.flatnonzero(own == centers[t])
            # Where it costs the same a center stays.
            if not at.size or usd.min() < usd[at[0]] - LIMIT:
                out[t] = own[usd.argmin()]
    return out


def _whole_pair(case: Case, places: Floats) -> Floats:
    """Return what each item costs from each place in travel and nights, shape (items, items)."""
    options, items = case.scenario, items_of(case)
    _, hours, nights = travel_hours(options, case.accounts, places, None)
    usd = options.objective.travel_usd_h * hours + options.travel.night_usd * nights
    return sum_by(items.of_account, usd, items.n)


def _by_pair(case: Case, places: Floats) -> Encoding:
    """Return the problem in which any place may be a center, with its true travel."""
    options = case.scenario
    minutes, hours, _ = travel_hours(options, case.accounts, places, None)
    lonlat = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    unit_minutes = road_estimate(options, lonlat).minutes(places, case.unit_lonlat)
    return encode_places(case, items_of(case), places, hours, minutes, unit_minutes)


def _planar(case: Case) -> Encoding:
    """Return the problem with free centers and travel proportional to distance in the plane."""
    from geo.roads.trips import trip_shares

    options = case.scenario
    lonlat = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    road = road_estimate(options, lonlat)
    urban = road.urban(lonlat)
    kmh = np.where(urban, road.urban_kmh, road.rural_kmh)
    calls, hop, stay = (
        case.accounts[name].to_numpy(dtype=np.float64)
        for name in ("n_calls", "hop_min", "on_site_min")
    )
    # Linear in the distance: the stops of a trip as half an hour from the center.
    near = trip_shares(np.full((len(calls), 1), _NEAR_MIN), hop, stay, trips_of(options))
    usd_per_min = options.objective.travel_usd_h / 60.0 * calls
    per_km = usd_per_min * 2.0 / near.stops[:, 0] * 60.0 * road.circuity / kmh
    free_hop = usd_per_min * hop * (1.0 - 1.0 / near.stops[:, 0])
    return encode_free(case, per_km, free_hop)


def _locate(case: Case, observer: Observer, stop: StopRule, limit_s: float | None) -> Result:
    """Return what the solver finds where it is free to choose the centers."""
    options = case.scenario
    free = _planar(case)
    refuse_conflict(case, free.problem)
    return solvers.solve(
        free.problem,
        effort=_IN_THE_PLANE,
        seed=options.solve.seed,
        time_limit_s=limit_s,
        threads=options.solve.threads,
        observer=observer,
        stop=stop,
        prove=False,  # travel in the plane is not the question
    )
