"""The best assignment of one solve, and who is told about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.events import Event, Observer
from solvers.problem.evaluate import Evaluation, evaluate
from solvers.result import relative_gap
from solvers.stop import Budget

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["Incumbent", "rank"]

Ints = NDArray[np.int32]


@dataclass(slots=True, kw_only=True)
class Incumbent:
    """The best of one solve, who is told about it, and how many threads work for it."""

    problem: Problem
    observer: Observer
    budget: Budget
    label: Ints
    evaluation: Evaluation
    threads: int = 1
    bound: float = float("-inf")
    iteration: int = 0
    told_s: float = -1.0
    trace: list[Event] = field(default_factory=list)

    def offer(self, label: NDArray[np.integer], stage: str) -> bool:
        """Let the referee judge an assignment; keep it where it is better."""
        found = evaluate(self.problem, label)
        if rank(found) >= rank(self.evaluation):
            return False
        self.label, self.evaluation = np.array(label, dtype=np.int32), found
        self.tell(stage, keep=True)
        return True

    def tell(self, stage: str, *, keep: bool = False) -> None:
        """Report the best so far to the observer."""
        e = self.evaluation
        event = Event(
            stage=stage,
            iteration=self.iteration,
            objective=e.objective,
            imbalance=e.imbalance,
            feasible=e.feasible,
            bound=self.bound,
            gap=relative_gap(e.objective, self.bound),
            elapsed_s=self.budget.elapsed_s,
        )
        if keep:
            self.trace.append(event)
        self.told_s = event.elapsed_s
        self.observer(event)

    def look(self, stage: str) -> None:
        """Report progress, twice a second at most."""
        self.iteration += 1
        if self.budget.elapsed_s - self.told_s >= 0.5:
            self.tell(stage)


def rank(evaluation: Evaluation) -> tuple[float, float, float]:
    """Order of assignments: rules broken otherwise than by balance, excess, objective."""
    if evaluation.feasible:
        return 0.0, 0.0, evaluation.objective
    broken = sum(
        max(1.0, v.value - 1.0) if v.rule in ("contiguity", "together") else max(1.0, v.value)
        for v in evaluation.violations
        if v.rule not in ("balance", "moves", "radius")
    )
    far = sum(1.0 for v in evaluation.violations if v.rule in ("moves", "radius"))
    objective = evaluation.objective if np.isfinite(evaluation.objective) else 1e300
    return broken, far + float(evaluation.excess.sum()) + 1e-9, objective
