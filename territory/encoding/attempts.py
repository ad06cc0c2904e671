"""Solving one case several times within the user's own time, and reading each result as a plan."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import solvers
from territory.encoding.decode import decode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.geography import Geography
    from solvers.effort import Effort
    from solvers.events import Observer
    from solvers.result import Result
    from solvers.stop import StopRule
    from territory.audit import Audit
    from territory.encoding.case import Case
    from territory.encoding.encode import Encoding
    from territory.encoding.roads import Roads
    from territory.plan import Plan

__all__ = ["Attempts"]


class Attempts:
    """The scenario's effort, seed and time limit over all solutions of one command.

    Parameters
    ----------
    case : Case
    geography : Geography
    audit : Audit
    observer : Observer
    stop : StopRule
    started_s : float, optional
        When the user's time began, by `time.monotonic`; now unless given.
    """

    def __init__(
        self,
        case: Case,
        *,
        geography: Geography,
        audit: Audit,
        observer: Observer,
        stop: StopRule,
        started_s: float | None = None,
    ) -> None:
        self.case = case
        self.geography = geography
        self.audit = audit
        self.observer = observer
        self.stop = stop
        self.started_s = time.monotonic() if started_s is None else started_s

    def left_s(self) -> float | None:
        """Seconds that are left, at least a hundredth; None where the user set no limit."""
        limit = self.case.scenario.solve.time_limit_s
        if limit is None:
            return None
        return max(0.01, limit - (time.monotonic() - self.started_s))

    @property
    def over(self) -> bool:
        """Whether the user's limit has passed."""
        left = self.left_s()
        return left is not None and left <= 0.01

    def solve(
        self,
        problem: solvers.Problem,
        start: NDArray[np.int32] | None,
        *,
        effort: Effort | None = None,
    ) -> Result:
        """Solve with what is left of the time, at the scenario's effort unless another is asked.

        `start` is (items,), or (s, items) for plans to merge; the seed is the scenario's.
        """
        options = self.case.scenario.solve
        return solvers.solve(
            problem,
            effort=effort or options.effort,
            seed=options.seed,
            time_limit_s=self.left_s(),
            start=start,
            threads=options.threads,
            observer=self.observer,
            stop=self.stop,
        )

    def draws(self, problem: solvers.Problem, count: int) -> list[Result]:
        """Find plans by so many short searches of their own, from seeds on from the scenario's."""
        options = self.case.scenario.solve
        return solvers.draws(
            problem,
            seeds=range(options.seed, options.seed + count),
            time_limit_s=self.left_s(),
            threads=options.threads,
            observer=self.observer,
            stop=self.stop,
        )

    def plan(self, encoding: Encoding, result: Result, roads: Roads) -> Plan:
        """Read a result as a plan."""
        return decode(
            self.case, encoding, result, roads, geography=self.geography, audit=self.audit
        )
