"""Hold a plan on the road: route it, solve again from what tours say, and let it say what they say.

At most three rounds of routing, correcting and solving, the first of them short; then the plan's
own hours are those of its tours, so that what is balanced is what will be driven.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

import solvers
from territory.arrays import Ints
from territory.encoding.encode import encode
from territory.encoding.routed.border import at_the_border
from territory.encoding.routed.routing import (
    ESTIMATE,
    MOST_ACCOUNTS,
    ROOM,
    Routed,
    corrected,
    rounds_of,
    with_routed,
)
from territory.workforce.travel_check import check_travel

if TYPE_CHECKING:
    from solvers.problem.evaluate import Evaluation
    from solvers.problem.problem import Problem
    from solvers.result import Result
    from territory.encoding.attempts import Attempts
    from territory.encoding.roads import Roads
    from territory.plan import Plan

__all__ = ["as_driven", "held_on_the_road", "solved_first"]

SHORT_SEARCHES = 2
"""Searches after each routing, each from a seed of its own; those of all rounds are merged."""

HALVES, WORST, RANK = 0.05, 0.15, 0.3
"""Most that the hours of the near and the far half, and of one territory, may be off the tours, and
that this may follow the distance: beyond, another round is worth its time (assumptions)."""

DEARER = 0.002
"""Share of its cost that a plan may cost more than the one it was solved from, where its hours
hold: an assumption, far less than tours that are planned in another way differ."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Round:
    """A solution with the hours that it was found with."""

    roads: Roads
    result: Result
    routed: Routed
    turn: int


def solved_first(attempts: Attempts, problem: Problem, roads: Roads) -> Result:
    """Solve for the plan that is routed first, or for the only one.

    What is routed and solved anew need not be searched for long: where a short search keeps every
    rule, the effort is left to the plans by corrected hours. A plan whose own ways alone are known,
    because the work was asked to stop, is judged as it is, and nothing is proved of it.
    """
    start = roads.start
    if roads.own is not None:
        return solvers.certified(problem, roads.own, stop=attempts.stop, prove=False)
    if rounds_of(attempts.case.scenario, attempts.case.accounts):
        found = attempts.solve(problem, start, effort="quick")
        if found.evaluation.feasible or found.status in {"infeasible", "interrupted"}:
            return found
    return attempts.solve(problem, start)


def held_on_the_road(attempts: Attempts, plan: Plan, result: Result, roads: Roads) -> Plan:
    """Route the plan, put what differs into the hours and solve again from it, a few times.

    The plan with the fewest broken rules, then the fewest territories outside their band by routed
    hours, is kept: later plans are not always better. What it leaves outside is mended at the
    borders, by the tours themselves. Where none is outside, the rounds end as soon as the hours
    that the plan was found by are those of its tours, near and far; then its hours become these.

    Parameters
    ----------
    attempts : Attempts
    plan, result, roads
        The first plan, what the solver said of it, and the travel it was found with.

    Returns
    -------
    Plan
        With the routed columns of its territories; as it came where nothing is routed.
    """
    case = attempts.case
    rounds = rounds_of(case.scenario, case.accounts)
    if not rounds or roads.own is not None or result.status in {"infeasible", "interrupted"}:
        return plan
    began = time.perf_counter() - result.wall_s, time.process_time() - result.cpu_s
    formula = latest = _routed(attempts, plan, result, roads, 0)
    best = near = latest
    repaired: _Round | None = None
    mended: _Round | None = None
    met: list[Ints] = []
    for turn in range(1, rounds + 1):
        if result.status == "interrupted" or attempts.over:
            break
        roads = corrected(case, roads, latest.routed.check)
        encoding = encode(case, roads, room=ROOM)
        # Corrected hours leave the last plan outside its bands: short searches of their own find
        # better plans than repairs of it. The best is improved, the others are merged with it.
        met += [each.assignment for each in attempts.draws(encoding.problem, SHORT_SEARCHES)]
        # What tours make of the hours is felt out before the effort is spent on them.
        felt_out = turn == 1 < rounds
        result = attempts.solve(
            encoding.problem,
            np.array([*met, result.assignment]),
            effort="quick" if felt_out else None,
        )
        if result.status == "infeasible":
            break
        latest = _routed(attempts, attempts.plan(encoding, result, roads), result, roads, turn)
        if _order(attempts, latest) <= _order(attempts, best):
            best = latest
        if felt_out:
            continue
        if latest.routed.outside == 0:
            if _hours_hold(latest):
                break
            continue  # no territory is outside, but what its tours say goes into the hours again
        if mended := _ended(attempts, best, latest, turn):
            break
        # The same plan repaired twice is the same again: then its repair is mended further.
        near, repaired = _repaired(attempts, near if best is repaired else best, turn), best
        if near.routed.rank < best.routed.rank:
            best = near
            if near.routed.outside == 0 or (mended := _mended(attempts, best, turn)):
                break
    best = mended or best
    settled = None
    if not best.routed.outside:
        searched = best
        best = _solved_again(attempts, best, turns=max(1, rounds - best.turn))
        settled = _settled(attempts, best, formula=formula, searched=searched)
    found = settled or best.routed.plan
    times = {
        "wall_s": round(time.perf_counter() - began[0] + roads.wall_s, 3),
        "cpu_s": round(time.process_time() - began[1] + roads.cpu_s, 3),
    }
    free = {k: v for k, v in plan.record.further.items() if k == "free_centers"}
    return replace(found, record=found.record.but(**times, **free))


def _hours_hold(of: _Round) -> bool:
    """Whether the hours that a plan was found by are those of its tours, near and far."""
    told = of.routed.check.errors()
    halves = max(abs(told["near_error"]), abs(told["far_error"]))
    # A rank of fewer than three territories is not known, and no reason to go on.
    ranked = not abs(told["distance_rank"]) > RANK
    return halves <= HALVES and abs(told["worst_error"]) <= WORST and ranked


def _order(attempts: Attempts, of: _Round) -> tuple[bool, int, bool, float]:
    """Return the order of plans of one loop: kept rules, territories outside, and what is left.

    Where none is outside, hours that hold come first and then the cost by the plan's own tours,
    else the worst deviation.
    """
    broken, outside, worst = of.routed.rank
    if outside:
        return broken, outside, False, worst
    return broken, outside, not _hours_hold(of), _by_own_tours(attempts, of).objective


def as_driven(attempts: Attempts, plan: Plan, result: Result, roads: Roads) -> Plan:
    """Return the same assignment with the hours of its own tours, whatever rules it breaks.

    Parameters
    ----------
    attempts : Attempts
    plan, result, roads
        The plan, what the referee said of it, and its estimated travel.

    Returns
    -------
    Plan
        As it came where nothing is routed.
    """
    few = len(plan.accounts) <= MOST_ACCOUNTS
    if not few or not plan.accounts["n_calls"].ge(1).any():
        return plan
    routed = _routed(attempts, plan, result, roads, 0)
    return _settled(attempts, routed, formula=routed, searched=routed) or plan


def _routed(attempts: Attempts, plan: Plan, result: Result, roads: Roads, turn: int) -> _Round:
    check = check_travel(plan, attempts.case.scenario)
    routed = with_routed(plan, check, rounds=turn)
    return _Round(roads=roads, result=result, routed=routed, turn=turn)


def _repaired(attempts: Attempts, best: _Round, turn: int, *, room: float = ROOM) -> _Round:
    """Repair the best plan by the hours of its own tours, and route it again.

    Few accounts move, so that its tours still hold: what a search from elsewhere finds is driven in
    another way, and may leave its bands once more.
    """
    case = attempts.case
    roads = corrected(case, best.roads, best.routed.check)
    encoding = encode(case, roads, room=room)
    result = attempts.solve(encoding.problem, best.result.assignment, effort="quick")
    return _routed(attempts, attempts.plan(encoding, result, roads), result, roads, turn)


def _solved_again(attempts: Attempts, held: _Round, *, turns: int) -> _Round:
    """Solve a plan that holds again from itself, by the hours of its own tours.

    Few accounts move, so that these hours are those that its tours confirm; where none moves, it is
    what the search makes of its own tours. A plan that leaves a band by its tours is not taken, nor
    one that costs more than `DEARER` more by them than the plan that came: turns do not add up.
    """
    most = _by_own_tours(attempts, held).objective * (1.0 + DEARER)
    for _ in range(turns):
        if attempts.over or attempts.stop() is not None or held.result.status == "interrupted":
            break
        again = _repaired(attempts, held, held.turn + 1, room=0.0)
        after = _by_own_tours(attempts, again)
        holds = not again.routed.outside and after.feasible
        if not holds or after.objective > most:
            break
        moved = bool((again.result.assignment != held.result.assignment).any())
        held = again
        if not moved:
            break
    return held


def _by_own_tours(attempts: Attempts, last: _Round) -> Evaluation:
    """Judge a plan by the hours of its own tours."""
    roads = corrected(attempts.case, last.roads, last.routed.check)
    return solvers.evaluate(encode(attempts.case, roads).problem, last.result.assignment)


def _ended(attempts: Attempts, best: _Round, latest: _Round, turn: int) -> _Round | None:
    """Return the plan that ends the rounds after one that left territories outside; None: go on."""
    if best.routed.outside:
        return _mended(attempts, best, turn)
    # An earlier one leaves none outside, but was only felt out, or by hours that its tours refute.
    mended = _mended(attempts, latest, turn)
    better = mended is not None and _order(attempts, mended) <= _order(attempts, best)
    return mended if better else best


def _mended(attempts: Attempts, best: _Round, turn: int) -> _Round | None:
    """Move units at borders until the tours find none outside; None where that does not do."""
    case = attempts.case
    roads = corrected(case, best.roads, best.routed.check)
    encoding = encode(case, roads)
    found = at_the_border(
        case,
        encoding,
        roads,
        best.routed.plan,
        best.result.assignment,
        over=lambda: attempts.over or attempts.stop() is not None,
    )
    if found is None:
        return None
    judged = solvers.evaluate(encoding.problem, found)
    result = replace(best.result, assignment=found, evaluation=judged)
    plan = attempts.plan(encoding, result, roads)
    mended = _routed(attempts, plan, result, roads, turn)
    return mended if _by_own_tours(attempts, mended).feasible else None


def _settled(attempts: Attempts, last: _Round, *, formula: _Round, searched: _Round) -> Plan | None:
    """Return the same assignment with the hours of its own tours; None where it would break a rule.

    Nothing is searched any more: the referee judges it, and a bound is made for these hours. The
    plan tells the errors of the hours that it was solved with last, of those that it was found by
    from elsewhere (`searched`), and of the first plan's, which no tours had corrected.
    """
    case = attempts.case
    roads = corrected(case, last.roads, last.routed.check)
    encoding = encode(case, roads)
    result = solvers.certified(
        encoding.problem,
        last.result.assignment,
        effort=case.scenario.solve.effort,
        seed=case.scenario.solve.seed,
        stop=attempts.stop,
    )
    if not result.evaluation.feasible and last.result.evaluation.feasible:
        return None
    result = (
        replace(result, status=last.result.status, stop_reason=last.result.stop_reason)
        if last.result.status == "interrupted"
        else result
    )
    plan = attempts.plan(encoding, result, roads)
    check = check_travel(plan, case.scenario)
    base = last.routed.plan
    before = base.record.routed
    routed = with_routed(plan, check, rounds=before.rounds if before else 0).plan
    told = routed.record.routed
    if told is None or before is None:
        return routed
    more = {
        "settled": True,
        "estimate": before.to_dict(),
        "searched": _told(searched),
        "uncorrected": _told(formula),
    }
    told = replace(told, further={**told.further, **more})
    rows = routed.territories.assign(**{name: base.territories[name] for name in ESTIMATE})
    return replace(routed, territories=rows, record=replace(routed.record, routed=told))


def _told(of: _Round) -> dict[str, object]:
    """Return how the hours of a round lay to the tours of its plan."""
    told = of.routed.plan.record.routed
    return {} if told is None else told.to_dict()
