"""What can be proved about an assignment, by the exact model or by a bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.effort import Profile
from solvers.problem.evaluate import Evaluation
from solvers.problem.problem import Problem
from solvers.result import Status
from solvers.stop import Budget

if TYPE_CHECKING:
    from solvers.search.best import Best

__all__ = ["SETTLED_UNITS", "Certificate", "certify", "settle", "take_over"]

LAST_STEPS = 20
"""Steps of a bound's multipliers where the user's time limit has run out."""

LAST_S = 1.0
"""Deterministic seconds that such a bound may take."""

TINY_PAIRS = 400
"""Pairs of unit and column up to which a proof is tried at every effort, for `TINY_S`."""

TINY_S = 0.25
"""Deterministic seconds for such a proof at an effort that proves nothing else: mostly it takes a
moment, but a few dozen units under tight bands can take minutes."""

SETTLED_UNITS = 16
"""Most units of a tiny problem that is settled before any search."""

SETTLED_S = 2.0
"""Deterministic seconds for that."""

LAST_PAIRS = 2_000_000
"""Most pairs of unit and column for which such a bound is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was proved.

    Attributes
    ----------
    assignment : int32, shape (n,), or None
        A plan of the exact model, where it found one.
    bound : float
        Proven lower bound; ``-inf`` where nothing is proved.
    infeasible : bool
        Whether it is proved that no assignment keeps every rule.
    cut_short : str or None
        Why the exact model stopped before its proof.
    """

    assignment: NDArray[np.int32] | None = None
    bound: float = float("-inf")
    infeasible: bool = False
    cut_short: str | None = None


def certify(
    problem: Problem,
    assignment: NDArray[np.int32],
    evaluation: Evaluation,
    *,
    profile: Profile,
    budget: Budget,
    threads: int,
) -> Certificate:
    """Prove what can be proved within the budget.

    Parameters
    ----------
    problem : Problem
    assignment : int32, shape (n,)
        The best assignment known.
    evaluation : Evaluation
        The referee's word on it.
    profile : Profile
        How much work the exact model and the bound may take.
    budget : Budget
    threads : int
        Most threads to work on; what is proved is the same for any number.
    """
    found = Certificate()
    if budget.spent():
        return _with_last_word(found, problem, assignment, evaluation, budget)
    size = problem.n * problem.cost.n_columns
    if size <= profile.exact_pairs and (
        profile.prove or size <= TINY_PAIRS or not evaluation.feasible
    ):
        start = assignment if evaluation.feasible else None
        asked = profile.prove or not evaluation.feasible
        found = _exact(problem, start, profile.exact_s if asked else TINY_S, budget)
    if evaluation.feasible or found.assignment is not None:
        if np.isfinite(found.bound):
            return found
        if budget.spent():
            return _with_last_word(found, problem, assignment, evaluation, budget)
        from solvers.bounds.lower_bound import lower_bound

        bound = lower_bound(
            problem,
            assignment,
            evaluation,
            iterations=profile.bound_steps,
            pairs=profile.bound_pairs,
            budget=budget,
            threads=threads,
        )
        found = replace(found, bound=bound.value)
        if not np.isfinite(bound.value):
            found = _with_last_word(found, problem, assignment, evaluation, budget)
        return found
    if found.infeasible or budget.reason == "interrupted":
        return found
    from solvers.conflict.explain import explain_conflict

    conflict = explain_conflict(problem, budget=budget, model=False)
    return Certificate(infeasible=conflict is not None, cut_short=found.cut_short)


def settle(problem: Problem, budget: Budget) -> Certificate:
    """Try to prove a tiny problem before any search; nothing is cut short by it."""
    return replace(_exact(problem, None, SETTLED_S, budget), cut_short=budget.reason)


def take_over(run: Best, found: Certificate) -> Status | None:
    """Take over what was proved about a run's best assignment, and a better one if it came along.

    Returns
    -------
    Status or None
        `Status.INFEASIBLE` where no plan exists.
    """
    if found.assignment is not None:
        run.offer(found.assignment, "exact")
    run.raise_bound(min(found.bound, run.objective))
    if found.cut_short is not None:
        run.budget.reason = found.cut_short
    run.tell("bound")
    return Status.INFEASIBLE if found.infeasible else None


def _with_last_word(
    found: Certificate,
    problem: Problem,
    assignment: NDArray[np.int32],
    evaluation: Evaluation,
    budget: Budget,
) -> Certificate:
    """Give a plan that the time limit cut short a first bound, which takes a moment."""
    small = problem.n * problem.cost.n_columns <= LAST_PAIRS
    if budget.reason != "time_limit" or not evaluation.feasible or not small:
        return found
    from solvers.bounds.lower_bound import lower_bound

    moment = Budget(rule=budget.rule, effort_s=LAST_S)
    bound = lower_bound(
        problem, assignment, evaluation, iterations=LAST_STEPS, pairs=LAST_PAIRS, budget=moment
    )
    return replace(found, bound=bound.value)


def _exact(
    problem: Problem, start: NDArray[np.int32] | None, exact_s: float, budget: Budget
) -> Certificate:
    from solvers.exact.prove import solve_exact

    share = budget.share(exact_s)
    found = solve_exact(problem, start=start, budget=share)
    return Certificate(
        assignment=found.assignment,
        bound=found.bound if np.isfinite(found.bound) else float("-inf"),
        infeasible=found.status is Status.INFEASIBLE and start is None,
        cut_short=None if share.reason == "effort" else share.reason,
    )
