"""Stopping rules as callables: asked between pieces of work, they answer why to stop, or None.

Work is counted in iterations and deterministic time so that a run repeats; a wall clock is only a
cap, and a result that it cut short says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solvers.effort import EFFORTS, PROFILES
from solvers.errors import ProblemError

__all__ = ["Budget", "Interrupt", "StopRule", "after_seconds", "any_of", "never", "open_budget"]

StopRule = Callable[[], str | None]


def never() -> str | None:
    """Let the work go on to its own end."""
    return None


def after_seconds(limit_s: float) -> StopRule:
    """Stop ``limit_s`` wall seconds from now, with reason ``"time_limit"``."""
    end = time.perf_counter() + limit_s

    def rule() -> str | None:
        return "time_limit" if time.perf_counter() >= end else None

    return rule


def any_of(*rules: StopRule) -> StopRule:
    """Stop for the first of several reasons."""

    def rule() -> str | None:
        for each in rules:
            if (reason := each()) is not None:
                return reason
        return None

    return rule


class Interrupt:
    """A stop rule that someone else pulls, e.g. a Ctrl+C handler; reason ``"interrupted"``."""

    def __init__(self) -> None:
        self._pulled = False
        self._at_once = False

    def pull(self) -> None:
        """Ask the work to stop at its next look, or end it here where it may be broken off."""
        self._pulled = True
        if self._at_once:
            raise KeyboardInterrupt

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let a pull break this work off by KeyboardInterrupt, also one that came before.

        It is for work that is no loss, e.g. pages of a plan whose tables are written.
        """
        if self._pulled:
            raise KeyboardInterrupt
        self._at_once = True
        try:
            yield
        finally:
            self._at_once = False

    def __call__(self) -> str | None:
        """Answer whether it was pulled."""
        return "interrupted" if self._pulled else None


@dataclass(slots=True, kw_only=True)
class Budget:
    """One cap on the clock, one on counted work and one stop rule, shared by stages of the work.

    Attributes
    ----------
    limit_s : float
        Wall seconds for everything, as the user limits them; ``inf`` for no cap.
    effort_s : float
        Deterministic seconds left: work as its steps, pivots and nodes were counted by those who
        `charge` it, about a second of an idle core each. It repeats on every machine.
    rule : StopRule
        A further reason to stop, e.g. an `Interrupt`.
    reason : str or None
        The first reason that was met; kept once found. ``"effort"`` where the counted work ended
        it, which is no reason of the user's.
    """

    limit_s: float = float("inf")
    effort_s: float = float("inf")
    rule: StopRule = never
    reason: str | None = None
    start_s: float = field(default_factory=time.perf_counter)

    @property
    def elapsed_s(self) -> float:
        """Wall seconds since the budget was opened."""
        return time.perf_counter() - self.start_s

    @property
    def left_s(self) -> float:
        """Wall seconds left, never below 0."""
        return max(0.0, self.limit_s - self.elapsed_s)

    def charge(self, seconds: float) -> None:
        """Count work that was done, in deterministic seconds."""
        self.effort_s -= seconds

    def share(self, effort_s: float) -> Budget:
        """Return a budget of its own for so much counted work, within the same clock and rule."""
        return Budget(limit_s=self.left_s, effort_s=effort_s, rule=self.rule)

    def spent(self) -> bool:
        """Whether to stop now; the reason is kept in `reason`."""
        if self.reason is None:
            self.reason = "time_limit" if self.left_s <= 0 else self.rule()
        if self.reason is None and self.effort_s <= 0:
            self.reason = "effort"
        return self.reason is not None


def open_budget(
    n: int,
    effort: str,
    time_limit_s: float | None,
    start: NDArray[np.integer] | None,
    stop: StopRule,
) -> Budget:
    """Check the options of a solve of n units and start the clock.

    Parameters
    ----------
    n : int
    effort : str
    time_limit_s : float or None
        Above 0.
    start : int array, shape (n,) or (s, n), or None
    stop : StopRule

    Returns
    -------
    Budget

    Raises
    ------
    ProblemError
        One of them makes no sense.
    """
    if effort not in PROFILES:
        raise ProblemError("effort", repr(effort), f"one of {', '.join(EFFORTS)}")
    if time_limit_s is not None and not time_limit_s > 0:
        raise ProblemError("time_limit_s", time_limit_s, "seconds above 0")
    if start is not None:
        start = np.asarray(start)
        if start.ndim not in (1, 2) or start.shape[-1] != n or not start.size:
            wanted = f"shape ({n},) or (s, {n})"
            raise ProblemError("start", f"of shape {start.shape}", wanted)
        if not np.issubdtype(start.dtype, np.integer):
            raise ProblemError("start", f"of type {start.dtype}", "integers")
    return Budget(limit_s=float("inf") if time_limit_s is None else time_limit_s, rule=stop)
