"""What one exact solve knows: its best plan, what is proved about it, and the cuts it learned."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import EXACT, Ints
from solvers.mip.cuts import Cut
from solvers.problem.evaluate import Evaluation, evaluate
from solvers.problem.pieces import Items
from solvers.problem.problem import Problem
from solvers.result import relative_gap
from solvers.search.best import Best
from solvers.stop import Budget

__all__ = ["Attempt"]

_NEWS = 1e-4
"""Share by which the bound must rise to be told."""

_STAGE = "exact"
"""What the events of this work are called."""


@dataclass(slots=True, kw_only=True)
class Attempt:
    """The state of one exact solve.

    Attributes
    ----------
    best : Best
        The best plan met, and the bound.
    items : Items
        What the models assign.
    first : bool
        Whether the first plan that keeps every rule ends it.
    budget : Budget
        Of the part of the work at hand.
    n_cuts : int
        Cuts learned in all.
    cuts, known : list and set of Cut
        Those of the part at hand.
    """

    best: Best
    items: Items
    first: bool
    budget: Budget
    n_cuts: int = 0
    cuts: list[Cut] = field(default_factory=list)
    known: set[Cut] = field(default_factory=set)

    @property
    def problem(self) -> Problem:
        """What is solved."""
        return self.best.problem

    @property
    def found(self) -> bool:
        """Whether a plan is known that keeps every rule."""
        return self.best.evaluation.feasible

    @property
    def target(self) -> float:
        """Only plans better than this are worth finding."""
        objective = self.best.objective
        return objective - 0.5 * EXACT * abs(objective) if self.found else objective

    def offer(self, assignment: NDArray[np.integer], centers: Ints | None = None) -> Evaluation:
        """Let the referee judge a plan and keep it where it is the best feasible one."""
        judged = evaluate(self.problem, assignment)
        if centers is not None and not judged.feasible:
            # The cheapest centers may break a rule that the model's own centers keep.
            other = evaluate(self.problem, assignment, centers)
            judged = other if len(other.violations) < len(judged.violations) else judged
        if judged.feasible:
            self.best.keep(assignment, judged, _STAGE)
        return judged

    def raise_bound(self, bound: float) -> None:
        """Take over a bound, and report it where it is news."""
        before = self.best.bound
        news = bound > before + _NEWS * abs(before) or bound >= self.target
        if self.best.raise_bound(bound) and news:
            self.best.tell(_STAGE)

    def proved(self) -> bool:
        """Whether the best plan is as good as the bound."""
        return relative_gap(self.best.objective, self.best.bound) <= EXACT

    def done(self) -> bool:
        """Whether nothing is left to be found or proved."""
        return self.proved() or (self.first and self.found)

    def forget(self) -> None:
        """Drop all cuts."""
        self.cuts.clear()
        self.known.clear()

    def learn(self, found: list[Cut]) -> bool:
        """Keep cuts that are new; False where there is none."""
        fresh = [cut for cut in dict.fromkeys(found) if cut not in self.known]
        self.known.update(fresh)
        self.cuts.extend(fresh)
        self.n_cuts += len(fresh)
        return bool(fresh)
