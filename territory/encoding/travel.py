"""The way to every account: from the reps' homes, or from centers that are located first."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import solvers
from solvers.events import ignore
from solvers.stop import never
from territory.arrays import Floats, Ints
from territory.encoding.case import Case
from territory.encoding.centers.locate import AGAIN, BEGINNINGS, from_pairs, from_plane
from territory.encoding.centers.plane import in_the_plane
from territory.encoding.centers.turns import question_of
from territory.encoding.centers.ways import best_places, places_of, ways_from
from territory.encoding.conflicts import refuse_conflict
from territory.encoding.encode import encode_places
from territory.encoding.roads import Roads, estimated_roads, with_origins
from territory.encoding.rules import items_of
from territory.workforce.workload import road_estimate, travel_hours

if TYPE_CHECKING:
    from solvers.events import Observer
    from solvers.problem.evaluate import Evaluation
    from solvers.result import Result
    from solvers.stop import StopRule
    from solvers.whatif.wider import Search
    from territory.encoding.centers.turns import Question
    from territory.encoding.encode import Encoding

__all__ = ["locating_search", "roads_of"]

PAIRS = 4_000_000
"""Most pairs of account and place that are priced where centers are free."""


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
    places with their true travel; the bound is then for any of these places. Where there are too
    many places for that, they are drawn in the plane, and the bound is for the centers located.
    Then centers and territories are found by turns, by the whole price of a plan. Either way they
    are from there on as fixed as homes; who asks the work to stop gets only the ways that the plan
    found has (`Roads.own`). Where an assignment of the items is given, the centers are
    the best ones of its territories, and nothing is solved. ``limit_s`` caps the seconds of
    locating.

    Raises
    ------
    TravelError
        A given travel matrix is incomplete.
    """
    if not case.team["lon"].isna().all():
        return case, estimated_roads(case, located=False)
    if assignment is not None:
        case = _at_centers(case, assignment)
        return case, estimated_roads(case, located=True)
    began_s, cpu_s = time.monotonic(), time.process_time()
    asked = question_of(case, observer=observer, stop=stop, limit_s=limit_s)
    free = None
    if _priced_by_pair(case, asked.ways.places):
        pairs = _by_pair(asked).problem
        free = _located_by_pair(asked, pairs)
        found = from_pairs(asked, pairs, free)
    else:
        plane = in_the_plane(asked.case, asked.items, asked.ways).problem
        refuse_conflict(asked.case, plane)
        drawn = BEGINNINGS[case.scenario.solve.effort]
        found = from_plane(asked, plane, beginnings=drawn, again=AGAIN)
    hurried = free is None and asked.stop() is not None and not _has_radius(case)
    case, roads = (
        asked.own_roads(found.centers, found.assignment) if hurried else asked.roads(found.centers)
    )
    return case, replace(
        roads,
        start=found.assignment,
        free=free,
        wall_s=time.monotonic() - began_s,
        cpu_s=time.process_time() - cpu_s,
    )


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
    given = question_of(case, stop=stop)
    exact = _priced_by_pair(case, given.ways.places)
    free = _by_pair(given) if exact else in_the_plane(given.case, given.items, given.ways)

    def search(
        widened: Callable[[solvers.Problem], solvers.Problem], start: Ints | None
    ) -> tuple[Ints, Evaluation]:
        asked = replace(given, changed=widened)
        if exact:
            found = asked.solve(free.problem, "quick", start=start)
            return found.assignment, found.evaluation
        located = from_plane(asked, free.problem, beginnings=1, start=start)
        return located.assignment, located.evaluation

    return search


def _priced_by_pair(case: Case, places: Floats) -> bool:
    """Whether all pairs of account and place can be priced where centers are free."""
    return max(len(places), len(case.accounts)) * len(places) <= PAIRS


def _has_radius(case: Case) -> bool:
    """Whether a rule asks for the ways of all pairs."""
    rules = case.scenario.rules
    return bool(rules.radius_km or rules.radius_min)


def _at_centers(case: Case, assignment: NDArray[np.int32]) -> Case:
    """Return the case with each territory's origin at the best center of an assignment."""
    items = items_of(case)
    ways = ways_from(case, places_of(case, items))
    return with_origins(case, ways.places[best_places(case, items, ways, assignment)])


def _located_by_pair(asked: Question, free: solvers.Problem) -> Result:
    """Return what the solver finds where any of the places may be a center, at the effort asked."""
    refuse_conflict(asked.case, free)
    found = asked.solve(free, asked.case.scenario.solve.effort, prove=True)
    if found.status == "infeasible":
        refuse_conflict(asked.case, free, search=True, stop=asked.stop)
    return found


def _by_pair(asked: Question) -> Encoding:
    """Return the problem in which any place may be a center, with its true travel."""
    case, places = asked.case, asked.ways.places
    minutes, hours, _ = travel_hours(case.scenario, case.accounts, places, None)
    lonlat = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    unit_minutes = road_estimate(case.scenario, lonlat).minutes(places, case.unit_lonlat)
    return encode_places(case, asked.items, places, hours, minutes, unit_minutes)
