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

IN_ONE_PIECE, IN_PIECES = (30, 0.5), (60, 3.0)
"""Most units of a neighbourhood, and deterministic seconds of one exact model of it: where
territories are to be in one piece, and where they need not. Without cuts for that larger ones are
decided in seconds (n = 1,304, k = 200 apart: 0.2 % less), with them larger ones found nothing more
in fifteen times the work (Texas, k = 20)."""


def resite(run: Best, *, models: int, most_units: int | None = None) -> None:
    """Let neighbourhoods of territories find the best places and units of their own.

    Parameters
    ----------
    run : Best
        Nothing is done where its plan breaks a rule, or the centers are given.
    models : int
        Most neighbourhoods that are solved.
    most_units : int, optional
        Units of one; territories of which not two fit into it stay as they are.
    """
    if not (run.evaluation.feasible and run.problem.free_centers):
        return
    enough, effort_s = IN_ONE_PIECE if run.problem.rules.contiguity else IN_PIECES

    def decide(part: Problem, start: Ints, _: int) -> Ints | None:
        return _solve(part, start, run.budget.share(effort_s))

    take_turns(run, decide, times=models, most_units=most_units or enough)


def _solve(part: Problem, start: Ints, budget: Budget) -> Ints | None:
    """Return the assignment that the exact model gives, or None where it is no better."""
    before = evaluate(part, start)
    found = solve_exact(part, start=start, budget=budget)
    if found.assignment is None or found.evaluation is None:
        return None
    gain = before.objective - found.evaluation.objective
    if before.feasible and gain <= EXACT * abs(before.objective):
        return None
    return found.assignment
