"""A plan solved again, with bands of its own for each territory."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

import solvers
from territory.arrays import Floats, Ints
from territory.encoding.attempts import Attempts
from territory.encoding.encode import encode
from territory.encoding.reopen import reopened
from territory.encoding.routed.road_loop import as_driven

if TYPE_CHECKING:
    from solvers.events import Observer
    from solvers.stop import StopRule
    from territory.encoding.case import Case
    from territory.encoding.encode import Encoding
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

    Mended = Callable[[Case, Encoding, Ints], tuple[Ints, float]]

__all__ = ["Closer", "solved_closer"]


_BEGINNINGS = 2
"""Searches a turn, while each is short: where hardly a plan does, luck decides."""
_APART = 7_919
"""Between the seeds of these, so that they are no neighbour's."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Closer:
    """A plan, whether it keeps the bands that were asked of its territories, and the time taken."""

    plan: Plan
    kept: bool
    wall_s: float = 0.0
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ended:
    """What a beginning ended in: whether it keeps the rules, what it is short of, what it costs."""

    whole: bool
    short: float
    usd: float
    assignment: Ints
    found: solvers.Result | None = None


def _ended(
    problem: solvers.Problem, assignment: Ints, short: float, found: solvers.Result | None = None
) -> _Ended:
    judged = solvers.evaluate(problem, assignment)
    return _Ended(
        whole=judged.feasible, short=short, usd=judged.objective, assignment=assignment, found=found
    )


def solved_closer(
    plan: Plan,
    scenario: Scenario,
    widths: Mapping[str, Floats],
    *,
    observer: Observer | None = None,
    stop: StopRule | None = None,
    started_s: float | None = None,
    turn: int = 0,
    mended: Mended | None = None,
) -> Closer:
    """Search for a plan whose territories keep narrower bands, each its own.

    Reps' homes tell territories apart, and the search begins anew, as it did for the plan: inside
    much narrower bands lie other plans than near it, and mending it takes longer than to find
    them. Where centers are free a territory is only where the plan has it, and the search goes on
    from there. What is found is judged, and bounded, by the scenario's own bands: where the
    narrower ones cannot all be kept, it is the one that breaks them least.

    Parameters
    ----------
    plan : Plan
    scenario : Scenario
        Its rules and prices.
    widths : mapping of str to float64, shape (k,)
        By measure: the largest deviation from the goal that each territory may have, as a fraction,
        in the order of the plan's territories. Other measures keep the scenario's.
    observer, stop : optional
        As in `territory.design.design`.
    started_s : float, optional
        When the user's time began, by `time.monotonic`; now unless given.
    turn : int, 0 and up
        Each has random numbers of its own.
    mended : callable, optional
        From a case, its encoding and what was found to an assignment that breaks no further rule,
        and what it is short of; asked where homes tell territories apart. Of all beginnings the
        least short is taken, of equals the cheapest.
    """
    from solvers.events import ignore
    from solvers.stop import never

    stop = stop or never
    opened = reopened(plan, scenario=scenario)
    attempts = Attempts(
        opened.case,
        geography=plan.geography,
        audit=plan.audit,
        observer=observer or ignore,
        stop=stop,
        started_s=started_s,
    )
    encoding = encode(opened.case, opened.roads)
    balance = encoding.problem.balance
    lower, upper = balance.lower.copy(), balance.upper.copy()
    for measure, width in widths.items():
        at = opened.case.measures.index(measure)
        lower[:, at] = np.maximum(lower[:, at], balance.goal[:, at] * (1.0 - width))
        upper[:, at] = np.minimum(upper[:, at], balance.goal[:, at] * (1.0 + width))
    closer = replace(encoding.problem, balance=replace(balance, lower=lower, upper=upper))
    options = scenario.solve
    given = encoding.problem.free_centers
    tried: list[solvers.Result] = []
    ended: list[_Ended] = []
    begun_s, begun_cpu_s = time.monotonic(), time.process_time()
    if mended is not None and not given:
        # Where little is missing, the plan itself needs no search.
        assignment, short = mended(opened.case, encoding, opened.assignment)
        ended.append(_ended(encoding.problem, assignment, short))
    for again in range(1 if given else _BEGINNINGS - (turn > 1)):
        if any(each.whole and each.short <= 0 for each in ended):
            break
        # Where the scenario's own rules are hard to keep, the plan that does is begun with.
        near = given or (again > 0 and not any(each.whole for each in ended))
        tried.append(
            solvers.solve(
                closer,
                effort=options.effort,
                seed=options.seed + _APART * (_BEGINNINGS * turn + again),
                time_limit_s=attempts.left_s(),
                start=opened.assignment if near else None,
                threads=options.threads,
                observer=attempts.observer,
                stop=stop,
                prove=False,
            )
        )
        assignment = tried[-1].assignment
        short = float((tried[-1].evaluation.excess ** 2).sum())
        if mended is not None and not given:
            assignment, short = mended(opened.case, encoding, assignment)
        ended.append(_ended(encoding.problem, assignment, short, found=tried[-1]))
        if tried[-1].status == solvers.Status.INTERRUPTED:
            break
    spent_s = time.monotonic() - begun_s, time.process_time() - begun_cpu_s
    # The cheapest of equals.
    best = min(ended, key=lambda each: (not each.whole, each.short, each.usd))
    judged = solvers.certified(
        encoding.problem, best.assignment, effort=options.effort, seed=options.seed, stop=stop
    )
    if best.found is not None:
        judged = replace(judged, stop_reason=best.found.stop_reason)
    if tried and tried[-1].status == solvers.Status.INTERRUPTED:
        judged = replace(judged, status=tried[-1].status)
    after = attempts.plan(encoding, judged, opened.roads)
    if plan.record.routed is not None:
        after = as_driven(attempts, after, judged, opened.roads)
    return Closer(
        plan=after,
        kept=solvers.evaluate(closer, best.assignment).feasible,
        wall_s=spent_s[0] + judged.wall_s,
        cpu_s=spent_s[1] + judged.cpu_s,
    )
