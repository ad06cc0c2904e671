"""Solving with a rule about outlines: without it first, then from there until it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from solvers.events import Event, Observer, ignore
from solvers.moves.compact import make_compact
from solvers.problem.evaluate import evaluate
from solvers.result import Result, Status
from solvers.search.best import Best
from solvers.stop import Budget, StopRule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solvers.effort import Effort
    from solvers.problem.problem import Problem

__all__ = ["Plain", "solve_shaped"]

TURNS, LONGER = 2, 2
"""Searches from one plan, each from the best so far; and by how much the next goes farther."""

ELSEWHERE: dict[str, int] = {"sketch": 0, "quick": 1, "normal": 3, "best": 7}
"""Further plans of short searches, from seeds of their own, that are made compact too."""

CLOSE = 0.002
"""Share of its cost that a compact plan may cost more than the one without the rule, so that no
others are looked for."""

APART = 7_368_787
"""Between the seeds of these, so that they are no neighbour's."""

SHARE = 0.8
"""Share of the user's time for the search without the rule."""


class Plain(Protocol):
    """`solvers.portfolio.solve`, with its threads and stop rule set."""

    def __call__(  # noqa: D102 - see `solve`
        self,
        problem: Problem,
        *,
        effort: Effort,
        seed: int,
        time_limit_s: float | None,
        start: NDArray[np.integer] | None,
        observer: Observer,
        prove: bool,
    ) -> Result: ...


def solve_shaped(  # noqa: PLR0913 - the options of `solve`
    problem: Problem,
    plain: Plain,
    *,
    effort: Effort,
    seed: int,
    time_limit_s: float | None,
    start: NDArray[np.integer] | None,
    observer: Observer,
    stop: StopRule,
    prove: bool,
) -> tuple[Best, Status | None]:
    """Solve the problem without the rule, then search from its plan for one that keeps it.

    A bound without the rule is one with it, and so is a proof that there is no plan; a plan counts
    only as the referee judges it by all rules.

    Parameters
    ----------
    problem : Problem
        With `Problem.shapes` and fixed centers.
    plain : Plain
        Solves a problem without such a rule.
    effort, seed, time_limit_s, start, observer, stop, prove
        As `solve` takes them.

    Returns
    -------
    Best
        The best assignment, with the bound and the reason why the search ended.
    Status, or None
        ``infeasible`` where that is proved.
    """
    budget = Budget(limit_s=float("inf") if time_limit_s is None else time_limit_s, rule=stop)
    bare = problem.without_shapes()
    found = plain(
        bare,
        effort=effort,
        seed=seed,
        time_limit_s=None if time_limit_s is None else SHARE * time_limit_s,
        start=start,
        observer=_not_judged(observer),
        prove=prove,
    )
    run = Best(
        problem=problem,
        observer=observer,
        budget=budget,
        assignment=found.assignment,
        evaluation=evaluate(problem, found.assignment),
        bound=found.bound,
    )
    run.tell("shapes", keep=True)
    frays = not run.evaluation.feasible and problem.k > 1
    proved = Status.INFEASIBLE if found.status is Status.INFEASIBLE else None
    if proved is None and frays:
        if start is not None and _offered(run, np.atleast_2d(start)):
            # Without the rule the search leaves what kept it: that is improved on its own.
            _mend(run, run.assignment, seed)
        _mend(run, found.assignment, seed)
        # Where a cheap plan frays, another one frays elsewhere, or less.
        for turn in range(1, 1 + (ELSEWHERE[effort] if prove and start is None else 0)):
            if budget.spent() or run.objective <= found.objective * (1.0 + CLOSE):
                break
            other = plain(
                bare,
                effort="quick",
                seed=seed + turn * APART,
                time_limit_s=None if time_limit_s is None else max(budget.left_s, 1e-3),
                start=None,
                observer=ignore,
                prove=False,
            )
            _mend(run, other.assignment, seed + turn * APART)
    if budget.reason is None and found.stop_reason in ("time_limit", "interrupted"):
        budget.reason = found.stop_reason
    run.bound = min(run.bound, run.objective)
    return run, proved


def _offered(run: Best, starts: NDArray[np.integer]) -> bool:
    """Offer the plans, shape (s, n), that a search began from; whether one of them is best."""
    whole = ((starts >= 0) & (starts < run.problem.k)).all(axis=1)
    found = [run.offer(each, "given") for each in starts[whole]]
    return any(found)


def _mend(run: Best, start: NDArray[np.int32], seed: int) -> None:
    """Make a plan compact, a few times from the best that came of it."""
    if (start < 0).any():
        return
    judged = evaluate(run.problem, start)
    own = replace(run, observer=ignore, assignment=start, evaluation=judged, trace=[])
    for turn in range(TURNS):
        make_compact(own, own.assignment, seed=seed + turn, longer=1 + LONGER * turn)
    run.keep(own.assignment, own.evaluation, "shapes")


def _not_judged(observer: Observer) -> Observer:
    """Return an observer of plans that are not judged by all rules yet: none counts as feasible."""

    def tell(event: Event) -> None:
        observer(replace(event, feasible=False))

    return tell
