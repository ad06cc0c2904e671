"""The best assignment of one solve, what is proved about it, and who is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, Ints
from solvers.events import Event, Observer
from solvers.problem.evaluate import Evaluation, evaluate
from solvers.result import relative_gap
from solvers.stop import Budget

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["Best", "rank"]

_TELL_S = 0.5
"""Least seconds between two reports without news."""


@dataclass(slots=True, kw_only=True)
class Best:
    """The best assignment met in one solve, heuristic or exact, and what is proved about it.

    Attributes
    ----------
    problem : Problem
    observer : Observer
    budget : Budget
    assignment : int32, shape (n,)
    evaluation : Evaluation
        The referee's word on it.
    threads : int
        Most threads that work for it.
    bound : float
        Proven lower bound; ``-inf`` where nothing is proved.
    iteration : int
        Pieces of work done so far.
    told_s : float
        When the observer was told last.
    trace : list of Event
        What is kept for the result.
    """

    problem: Problem
    observer: Observer
    budget: Budget
    assignment: Ints
    evaluation: Evaluation
    threads: int = 1
    bound: float = float("-inf")
    iteration: int = 0
    told_s: float = -1.0
    trace: list[Event] = field(default_factory=list)

    @property
    def objective(self) -> float:
        """Objective of the best assignment that keeps every rule, ``inf`` where there is none."""
        return self.evaluation.objective if self.evaluation.feasible else float("inf")

    def offer(self, assignment: NDArray[np.integer], stage: str) -> bool:
        """Let the referee judge an assignment, shape (n,); keep it where it is better."""
        return self.keep(assignment, evaluate(self.problem, assignment), stage)

    def keep(self, assignment: NDArray[np.integer], judged: Evaluation, stage: str) -> bool:
        """Keep an assignment, shape (n,), that the referee has judged, where it is better."""
        if rank(judged) >= rank(self.evaluation):
            return False
        self.assignment, self.evaluation = np.array(assignment, dtype=np.int32), judged
        self.tell(stage, keep=True)
        return True

    def raise_bound(self, bound: float) -> bool:
        """Take over a bound where it is higher; True where it is."""
        if bound <= self.bound:
            return False
        self.bound = bound
        return True

    def tell(self, stage: str, *, keep: bool = False) -> None:
        """Report the best so far to the observer."""
        e = self.evaluation
        begun = bool((self.assignment >= 0).any())
        objective = e.objective if begun else float("inf")
        bound = min(self.bound, self.objective)
        event = Event(
            stage=stage,
            iteration=self.iteration,
            objective=objective,
            imbalance=e.imbalance if begun else float("inf"),
            feasible=e.feasible,
            bound=bound,
            gap=relative_gap(objective, bound),
            elapsed_s=self.budget.elapsed_s,
        )
        if keep:
            self.trace.append(event)
        self.told_s = event.elapsed_s
        self.observer(event)

    def look(self, stage: str) -> None:
        """Report progress, twice a second at most."""
        self.iteration += 1
        if self.budget.elapsed_s - self.told_s >= _TELL_S:
            self.tell(stage)


def rank(evaluation: Evaluation) -> tuple[float, float, float]:
    """Order of assignments: rules broken by more than a measure, how far those are, objective."""
    if evaluation.feasible:
        return 0.0, 0.0, evaluation.objective
    broken = sum(
        max(1.0, v.value - 1.0) if v.rule in ("contiguity", "together") else max(1.0, v.value)
        for v in evaluation.violations
        if v.rule not in ("balance", "compactness", "moves", "radius")
    )
    far = sum(1.0 for v in evaluation.violations if v.rule in ("moves", "radius"))
    far += sum(1.0 - v.value / v.limit for v in evaluation.violations if v.rule == "compactness")
    objective = evaluation.objective if np.isfinite(evaluation.objective) else 1e300
    return broken, far + float(evaluation.excess.sum()) + LIMIT, objective
