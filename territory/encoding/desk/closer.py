"""A plan solved again from itself, with bands of its own for each territory."""

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
) -> Closer:
    """Search from a plan for one whose territories keep narrower bands, each its own.

    The plan found is judged, and bounded, by the scenario's own bands: where the narrower ones
    cannot all be kept, it is the one that breaks them least.

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
    found = solvers.solve(
        closer,
        effort=options.effort,
        seed=options.seed,
        time_limit_s=attempts.left_s(),
        start=opened.assignment,
        threads=options.threads,
        observer=attempts.observer,
        stop=stop,
        prove=False,
    )
    judged = solvers.certified(
        encoding.problem, found.assignment, effort=options.effort, seed=options.seed, stop=stop
    )
    cut = found.status == solvers.Status.INTERRUPTED
    judged = replace(
        judged, status=found.status if cut else judged.status, stop_reason=found.stop_reason
    )
    after = attempts.plan(encoding, judged, opened.roads)
    if plan.record.routed is not None:
        after = as_driven(attempts, after, judged, opened.roads)
    return Closer(
        plan=after,
        kept=found.evaluation.feasible,
        wall_s=found.wall_s + judged.wall_s,
        cpu_s=found.cpu_s + judged.cpu_s,
    )
