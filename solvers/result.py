"""What a solve returns: the assignment, what it is worth, and what is proved about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from solvers.events import Event
    from solvers.problem.evaluate import Evaluation

__all__ = ["Result", "Status", "relative_gap"]


class Status(StrEnum):
    """What is known about the assignment.

    ``optimal``: feasible, and proved best within the gap tolerance 1e-6. ``feasible``: keeps every
    rule; `bound` and `gap` say how far from the best it can be. ``infeasible``: proved that no
    assignment keeps every rule. ``no_solution``: none found within the budget, none excluded; the
    assignment returned is the least bad one. ``interrupted``: stopped from outside; the assignment
    is the best so far and may or may not be feasible (ask its evaluation).
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NO_SOLUTION = "no_solution"
    INTERRUPTED = "interrupted"


def relative_gap(objective: float, bound: float) -> float:
    """Return ``(objective - bound) / objective``; ``inf`` where either is not finite.

    Examples
    --------
    >>> relative_gap(100.0, 97.0)
    0.03
    """
    if not (np.isfinite(objective) and np.isfinite(bound)):
        return float("inf")
    difference = max(0.0, objective - bound)
    if difference == 0.0:
        return 0.0
    return difference / abs(objective) if objective else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An assignment and its certificate.

    Attributes
    ----------
    assignment : int32 array, shape (n,)
        Territory of each unit, 0 to k - 1.
    centers : int32 array, shape (k,)
        Column of the cost that serves each territory: the center unit where centers are free, the
        territory itself where they are fixed.
    evaluation : Evaluation
        The referee's word on the assignment: terms, loads, violations.
    status : Status
    stop_reason : str
        Why the work ended: ``"proved"``, ``"finished"``, ``"time_limit"``, ``"interrupted"``.
    bound : float
        Proven lower bound of the whole objective over all feasible assignments; ``-inf`` if none.
    seed : int
    wall_s, cpu_s : float
    trace : tuple of Event
        Improvements in the order in which they were found.
    """

    assignment: NDArray[np.int32]
    centers: NDArray[np.int32]
    evaluation: Evaluation
    status: Status
    stop_reason: str
    bound: float
    seed: int
    wall_s: float
    cpu_s: float
    trace: tuple[Event, ...] = ()

    @property
    def objective(self) -> float:
        """Whole objective, the sum of the evaluation's terms."""
        return self.evaluation.objective

    @property
    def gap(self) -> float:
        """Distance to the bound relative to the objective, 0 and up."""
        return relative_gap(self.objective, self.bound)
