"""What a running solver tells whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Event", "Observer", "ignore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One report of progress.

    Attributes
    ----------
    stage : str
        What the solver is doing, e.g. ``"begin"``, ``"improve"``, ``"recombine"``, ``"bound"``.
    iteration : int
        Work done so far, in the stage's own unit.
    objective : float
        Best whole objective found so far; ``inf`` before the first assignment.
    imbalance : float
        Worst relative deviation from a goal of the best assignment, 0 and up.
    feasible : bool
        Whether the best assignment keeps every rule.
    bound : float
        Best proven lower bound; ``-inf`` before the first.
    gap : float
        ``(objective - bound) / objective``, ``inf`` while either is missing.
    elapsed_s : float
        Wall seconds since the start.
    """

    stage: str
    iteration: int
    objective: float
    imbalance: float
    feasible: bool
    bound: float
    gap: float
    elapsed_s: float


class Observer(Protocol):
    """Anything that can be called with an `Event`."""

    def __call__(self, event: Event, /) -> None:
        """Take note of one event; an exception here ends the solve."""
        ...


def ignore(event: Event, /) -> None:
    """Take no note of the event."""
