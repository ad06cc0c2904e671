"""What the exact model can be asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from solvers.arrays import Ints
from solvers.problem.evaluate import Evaluation
from solvers.problem.pieces import ITEM_LIMIT
from solvers.problem.problem import Problem
from solvers.result import Status, relative_gap

__all__ = ["ExactResult", "supports"]


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

    Free centers make territories interchangeable, so rules that tell one territory from another
    (bands of their own, forbidden pairs, moves from today's) need fixed centers here.
    """
    if problem.n * problem.cost.n_columns > ITEM_LIMIT:
        return "too many pairs of unit and center"
    if problem.free_centers:
        if (problem.balance.lower != problem.balance.lower[0]).any() or (
            problem.balance.upper != problem.balance.upper[0]
        ).any():
            return "free centers with bands that differ by territory"
        if (problem.balance.goal != problem.balance.goal[0]).any():
            return "free centers with goals that differ by territory"
        if problem.rules.forbidden.size:
            return "free centers with forbidden territories"
        placed = problem.changes.current >= 0
        if problem.changes.move_cost[placed].any() or (
            placed.any() and problem.changes.moved_cap.size
        ):
            return "free centers with a price or a cap on moves"
    return ""
