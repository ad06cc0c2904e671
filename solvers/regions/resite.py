"""A handful of small territories choose center and units anew by the exact model.

Where territories are many and small, it is where their centers lie that annealing is slow to
change. The exact model of a handful of neighbours takes a fraction of a second.

References
----------
Gnägi, Baumann: A matheuristic for large-scale capacitated clustering, Computers & Operations
Research 132 (2021), https://doi.org/10.1016/j.cor.2021.105304
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solvers.arrays import EXACT, Ints
from solvers.exact.prove import solve_exact
from solvers.problem.evaluate import evaluate
from solvers.regions.turns import take_turns

if TYPE_CHECKING:
    from solvers.problem.problem import Problem
    from solvers.search.best import Best
    from solvers.stop import Budget

__all__ = ["resite"]

MOST_UNITS = 30
"""Units of a neighbourhood that one exact model decides in a fraction of a second."""

_EFFORT_S = 0.5
"""Deterministic seconds of one exact model."""


def resite(run: Best, *, models: int, most_units: int = MOST_UNITS) -> None:
    """Let neighbourhoods of territories find the best places and units of their own.

    Parameters
    ----------
    run : Best
        Nothing is done where its plan breaks a rule, or the centers are given.
    models : int
        Most neighbourhoods that are solved.
    most_units : int
        Units of one; territories of which not two fit into it stay as they are.
    """
    if not (run.evaluation.feasible and run.problem.free_centers):
        return

    def decide(part: Problem, start: Ints, _: int) -> Ints | None:
        return _solve(part, start, run.budget)

    take_turns(run, decide, times=models, most_units=most_units)


def _solve(part: Problem, start: Ints, budget: Budget) -> Ints | None:
    """Return the assignment that the exact model gives, or None where it is no better."""
    before = evaluate(part, start)
    found = solve_exact(part, start=start, budget=budget.share(_EFFORT_S))
    if found.assignment is None or found.evaluation is None:
        return None
    gain = before.objective - found.evaluation.objective
    if before.feasible and gain <= EXACT * abs(before.objective):
        return None
    return found.assignment
