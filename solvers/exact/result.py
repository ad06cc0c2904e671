"""What the exact model can be asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from solvers.arrays import Ints
from solvers.mip.own_territories import told_apart
from solvers.problem.evaluate import Evaluation
from solvers.problem.pieces import ITEM_LIMIT
from solvers.problem.problem import Problem
from solvers.result import Status, relative_gap

__all__ = ["ExactResult", "supports"]


APART_LIMIT = 60_000
"""Most pairs of unit and free center where a rule tells one territory from another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactResult:
    """What the exact model proved.

    Attributes
    ----------
    status : Status
        ``optimal``, ``feasible``, ``infeasible``, ``no_solution`` or ``interrupted``.
    assignment, centers : int32, shapes (n,) and (k,), or None
        The best plan that keeps every rule.
    evaluation : Evaluation or None
        The referee's word on it.
    bound : float
        Proven lower bound of the whole objective; ``inf`` where infeasible.
    rounds : int
        Integer models solved.
    n_cuts : int
    reason : str
        ``"proved"``, ``"effort"``, ``"time_limit"``, ``"interrupted"`` or ``"unsupported"``.
    """

    status: Status
    assignment: Ints | None
    centers: Ints | None
    evaluation: Evaluation | None
    bound: float
    rounds: int
    n_cuts: int
    reason: str

    @property
    def objective(self) -> float:
        """Value of the best plan; ``inf`` where there is none."""
        return float("inf") if self.evaluation is None else self.evaluation.objective

    @property
    def gap(self) -> float:
        """Distance of the bound from the objective, relative to it."""
        return relative_gap(self.objective, self.bound)


def supports(problem: Problem) -> str:
    """Return why the exact model cannot hold a problem, or an empty string where it can.

    Rules that tell one territory from another (bands of their own, forbidden pairs, moves from
    today's) take a variable for each free center and territory.
    """
    if problem.n * problem.cost.n_columns > ITEM_LIMIT:
        return "too many pairs of unit and center"
    if told_apart(problem) and problem.n**2 > APART_LIMIT:
        return "too many free centers for rules that tell territories apart"
    return ""
