"""Where no plan was found and none is disproved: at which limit one was, in the planner's words."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from territory.encoding.conflicts import cap_key
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


def with_ways_out(
    plan: Plan, case: Case, problem: solvers.Problem, result: Result, *, stop: StopRule
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
    stop : StopRule
    """
    small = problem.n * problem.k <= LARGE
    if plan.status != "no_solution" or result.evaluation.feasible or not small:
        return plan
    from solvers.whatif.wider import wider

    wall_s, cpu_s = time.monotonic(), time.process_time()
    seed = case.scenario.solve.seed
    found = wider(problem, result.assignment, result.evaluation, seed=seed, stop=stop)
    told = [_sentence(case, problem, each) for each in found]
    times = {
        "wall_s": round(plan.record.wall_s + time.monotonic() - wall_s, 3),
        "cpu_s": round(plan.record.cpu_s + time.process_time() - cpu_s, 3),
    }
    record = plan.record.but(**times, **({"ways_out": told} if told else {}))
    return replace(plan, record=record)


def _sentence(case: Case, problem: solvers.Problem, each: Wider) -> str:
    """Say one limit with the territory that needs it and what was tried in vain."""
    if each.kind == "moves":
        key, least = cap_key(case, problem, each.which, each.amount)
        _, failed = cap_key(case, problem, each.which, each.failed)
        return f"a plan was found with {key} = {least:g}, the rest unchanged; none at {failed:g}"
    if each.kind == "radius":
        return f"a plan was found with {each.amount / max(each.failed, 1e-9):.2f} times the radius"
    who = str(case.team["territory_id"].iloc[each.territory])
    if each.kind == "tolerance":
        name = case.measures[each.which]
        what = f"measures.{name}.tolerance = {each.amount:.3g}, the rest unchanged"
        vain = f"none found at {each.failed:.3g}"
    else:
        wide = ", ".join(
            f"measures.{name}.tolerance = {options.tolerance * each.amount:.3g}"
            for name, options in case.scenario.measures.items()
        )
        what, vain = wide, f"none found at {each.failed:.3g} times the present ones"
    return f"a plan was found with {what}: {who} is {signed_percent(each.deviation)} there; {vain}"
