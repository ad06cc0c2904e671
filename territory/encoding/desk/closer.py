"""A plan solved again, with bands of its own for each territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

import solvers
from territory.arrays import Floats
from territory.encoding.attempts import Attempts
from territory.encoding.encode import encode
from territory.encoding.reopen import reopened
from territory.encoding.routed.road_loop import as_driven

if TYPE_CHECKING:
    from solvers.events import Observer
    from solvers.stop import StopRule
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["Closer", "solved_closer"]


_BEGINNINGS = 3
"""Searches a turn, while none keeps all bands: where hardly a plan does, luck decides."""
_APART = 7_919
"""Between the seeds of these, so that they are no neighbour's."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Closer:
    """A plan, whether it keeps the bands that were asked of its territories, and the time taken."""

    plan: Plan
    kept: bool
    wall_s: float = 0.0
    cpu_s: float = 0.0


def solved_closer(
    plan: Plan,
    scenario: Scenario,
    widths: Mapping[str, Floats],
    *,
    observer: Observer | None = None,
    stop: StopRule | None = None,
    started_s: float | None = None,
    turn: int = 0,
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
    whole: list[bool] = []
    for again in range(1 if given else _BEGINNINGS):
        # Where the scenario's own rules are hard to keep, the plan that does is begun with.
        near = given or (again > 0 and not any(whole))
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
        whole.append(solvers.evaluate(encoding.problem, tried[-1].assignment).feasible)
        if tried[-1].evaluation.feasible or tried[-1].status == solvers.Status.INTERRUPTED:
            break
    least = min(
        range(len(tried)),
        key=lambda at: (not whole[at], float((tried[at].evaluation.excess ** 2).sum())),
    )
    found = tried[least]
    judged = solvers.certified(
        encoding.problem, found.assignment, effort=options.effort, seed=options.seed, stop=stop
    )
    cut = tried[-1].status == solvers.Status.INTERRUPTED
    judged = replace(
        judged, status=tried[-1].status if cut else judged.status, stop_reason=found.stop_reason
    )
    after = attempts.plan(encoding, judged, opened.roads)
    if plan.record.routed is not None:
        after = as_driven(attempts, after, judged, opened.roads)
    return Closer(
        plan=after,
        kept=found.evaluation.feasible,
        wall_s=sum(each.wall_s for each in tried) + judged.wall_s,
        cpu_s=sum(each.cpu_s for each in tried) + judged.cpu_s,
    )
