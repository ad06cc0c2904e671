"""Where no plan was found and none is disproved: what would let one be, in the planner's words."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from territory.encoding.conflicts import cap_key
from territory.encoding.encode import MARGIN
from territory.encoding.explain.other_teams import other_teams
from territory.encoding.outlines.compact import least_kept
from territory.encoding.travel import locating_search
from territory.wording import signed_percent

if TYPE_CHECKING:
    import solvers
    from solvers.result import Result
    from solvers.stop import StopRule
    from solvers.whatif.wider import Wider
    from territory.encoding.case import Case
    from territory.plan import Plan

__all__ = ["with_ways_out"]

LARGE = 400_000
"""Units times territories above which no limit is tried wider: each try takes its minutes."""

SMALL = 100_000
"""The same for another rep and for homes elsewhere, which come on top."""


def with_ways_out(
    plan: Plan,
    case: Case,
    problem: solvers.Problem,
    result: Result,
    *,
    located: bool = False,
    stop: StopRule,
) -> Plan:
    """Return the plan with what would have let one keep every rule, in its record.

    Parameters
    ----------
    plan : Plan
        As it came where it keeps every rule or the search was interrupted.
    case : Case
    problem : Problem
    result : Result
        The first search's word on it.
    located : bool
        Whether centers were located: a search begun anew locates its own, and nobody's home can
        be elsewhere.
    stop : StopRule
    """
    if plan.status != "no_solution" or result.evaluation.feasible:
        return plan
    least = least_kept(problem, result.evaluation)
    if least is not None:
        kept = f"the plan at hand keeps rules.compactness_least = {least:g}, the rest unchanged"
        return replace(plan, record=plan.record.but(ways_out=[kept]))
    # Centers are located without a rule about outlines: what that search finds says nothing of it.
    blind = located and problem.shapes.least > 0.0
    if blind or problem.n * problem.k > LARGE:
        return plan
    from solvers.whatif.wider import wider

    wall_s, cpu_s = time.monotonic(), time.process_time()
    seed = case.scenario.solve.seed
    found = wider(
        problem,
        result.assignment,
        result.evaluation,
        narrower=MARGIN,
        seed=seed,
        stop=stop,
        search=locating_search(case, stop=stop) if located else None,
    )
    told = [_sentence(case, problem, each) for each in found if _writable(case, each)]
    if problem.n * problem.k <= SMALL:
        told += other_teams(case, result.assignment, result.evaluation, located=located, stop=stop)
    times = {
        "wall_s": round(plan.record.wall_s + time.monotonic() - wall_s, 3),
        "cpu_s": round(plan.record.cpu_s + time.process_time() - cpu_s, 3),
    }
    record = plan.record.but(**times, **({"ways_out": told} if told else {}))
    return replace(plan, record=record)


def _sentence(case: Case, problem: solvers.Problem, each: Wider) -> str:
    """Say one limit with the territory that needs it and what was tried in vain."""
    if each.kind == "moves":
        key, amount = cap_key(case, problem, each.which, each.amount)
        _, least = cap_key(case, problem, each.which, each.least)
        _, failed = cap_key(case, problem, each.which, each.failed)
        rest = "the rest unchanged"
        rest += f" (one plan needs only {least:g})" if least < amount else ""
        found = _found(each, f"{key} = {amount:g}, {rest}")
        return f"{found}; none at {failed:g}"
    if each.kind == "radius":
        times = each.amount / problem.rules.radius
        return _found(each, f"{times:.2f} times the radius, the rest unchanged")
    who = str(case.team["territory_id"].iloc[each.territory])
    wide, needed = _tolerances(case, each, each.amount), _tolerances(case, each, each.least)
    others = ", the rest unchanged" if each.kind == "tolerance" else ""
    known = f" (one plan needs only {needed})" if each.least < each.amount else ""
    vain = _tolerances(case, each, each.failed)
    there = f"{who} is {signed_percent(each.deviation)} there"
    return f"{_found(each, wide + others + known)}: {there}; none was found at {vain}"


def _found(each: Wider, limit: str) -> str:
    """Say whether the next run finds the plan, or only one at hand keeps the limit."""
    if each.anew:
        return f"a plan was found with {limit}"
    return f"a plan at hand keeps {limit}, but a search begun anew found none there"


def _writable(case: Case, each: Wider) -> bool:
    """Whether a scenario can hold the limit: no tolerance is more than 1."""
    if each.kind == "tolerance":
        return each.amount <= 1.0
    widest = max(options.tolerance for options in case.scenario.measures.values())
    return each.kind != "tolerances" or widest * each.amount <= 1.0


def _tolerances(case: Case, each: Wider, amount: float) -> str:
    """Return the keys with the values of one limit, as a planner writes them."""
    if each.kind == "tolerance":
        return f"measures.{case.measures[each.which]}.tolerance = {amount:.6g}"
    return ", ".join(
        f"measures.{name}.tolerance = {options.tolerance * amount:.6g}"
        for name, options in case.scenario.measures.items()
    )
