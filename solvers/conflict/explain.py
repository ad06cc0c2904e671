"""Why no plan exists: the smallest conflicting set of rules and the cheapest relaxation."""

from __future__ import annotations

from solvers.conflict.report import Conflict
from solvers.problem.problem import Problem
from solvers.stop import Budget

__all__ = ["explain_conflict"]

EFFORT_S = 30.0
"""Deterministic seconds that the exact model may look for a conflict."""


def explain_conflict(
    problem: Problem, *, budget: Budget | None = None, model: bool = True, proved: bool = False
) -> Conflict | None:
    """Say which rules cannot be kept together; None where that is not proved.

    Quick arithmetic first, then pockets that no connected territory within the bands can hold,
    then, where the problem is small enough, the exact model with a deletion filter: each rule is
    left out in turn, and stays out where the rest still conflicts.

    Parameters
    ----------
    problem : Problem
    budget : Budget, optional
        30 deterministic seconds where missing.
    model : bool
        False looks only at what takes no search: arithmetic and pockets.
    proved : bool
        Whether it is known already that no plan exists: the budget goes into which rules matter.

    Returns
    -------
    Conflict or None
        None says only that no conflict was proved within the budget. The rule about outlines is
    no part of any: what conflicts without it conflicts with it.

    References
    ----------
    Chinneck, Dravnieks: Locating minimal infeasible constraint sets in linear programs, ORSA
    Journal on Computing 3 (1991), https://doi.org/10.1287/ijoc.3.2.157
    """
    from solvers.conflict.arithmetic import arithmetic
    from solvers.conflict.deletion_filter import filtered
    from solvers.conflict.pockets import pocket

    problem = problem.without_shapes()
    budget = Budget(effort_s=EFFORT_S) if budget is None else budget
    found = arithmetic(problem, budget) or pocket(problem, budget)
    if found is None and model:
        found = filtered(problem, budget, proved=proved)
    return found
