"""Centers are located: by a table of all pairs where that is small enough, else from the plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solvers.effort import Effort
from territory.encoding.centers.turns import by_turns
from territory.wording import LIMIT

if TYPE_CHECKING:
    import solvers
    from territory.arrays import Ints
    from territory.encoding.centers.turns import Located, Question

__all__ = ["AGAIN", "BEGINNINGS", "SHORT_SEARCHES", "from_pairs", "from_plane"]

BEGINNINGS: dict[Effort, int] = {"quick": 1, "normal": 2, "best": 6}
"""Plans that are drawn in the plane, the best of which on the road is gone on with."""

AGAIN = 2
"""Most further ones where none is within its bands on the road."""

SHORT_SEARCHES = 6
"""Quick searches for centers beside the one at the effort asked, each from a seed of its own: what
single ones find of twenty centers lies 5 % apart."""

_APART = 1_000_003
"""Between the seeds of plans drawn in the plane, so that they are no neighbour's."""

_ON_THE_ROAD: tuple[Effort, ...] = ("sketch", "quick", "quick")
"""Turns of what was drawn in the plane: the first only moves, in a tenth of a second, the second
closes the bands, and the last goes on from the centers of closed territories."""

_FROM_PAIRS: tuple[Effort, ...] = ("quick",) * 8
"""Most turns of what was searched by all pairs."""


def from_plane(
    asked: Question,
    free: solvers.Problem,
    *,
    beginnings: int,
    again: int = 0,
    start: Ints | None = None,
) -> Located:
    """Return the best centers and territories found, by the hours on the road.

    Parameters
    ----------
    asked : Question
    free : Problem
        The question in the plane.
    beginnings : int, 1 and up
        Plans drawn there; bands are closed on the road.
    again : int
        Most further ones where none is within its bands on the road.
    start : int32, shape (items,), optional
        A plan that the search in the plane begins with.
    """
    found: list[Located] = []
    for turn in range(beginnings + again):
        closed = any(each.evaluation.feasible for each in found)
        if found and (asked.over or (turn >= beginnings and closed)):
            break
        shift = turn * _APART
        drawn = asked.solve(free, "sketch", start=start, shift=shift)
        # Who presses Ctrl+C does not wait for better places.
        at = np.maximum(drawn.centers, 0).astype(np.int64) if asked.stop() is not None else None
        found.append(
            by_turns(
                asked,
                drawn.assignment,
                _ON_THE_ROAD,
                centers=at,
                judged=drawn.evaluation,
                shift=shift,
            )
        )
    return min(found, key=lambda each: each.rank)


def from_pairs(asked: Question, free: solvers.Problem, found: solvers.Result) -> Located:
    """Return the centers whose plan costs least by its whole price, with nights and handovers.

    Parameters
    ----------
    asked : Question
    free : Problem
        With all places and their true travel, which is what centers are searched by.
    found : Result
        Of the search at the effort asked. What it proved stays: the whole price is no less.
    """
    best = _from_pairs(asked, found)
    cheapest = found.objective * (1.0 + LIMIT) + LIMIT
    least = found.status == "optimal" and best.evaluation.objective <= cheapest
    few = asked.case.scenario.solve.effort == "quick" or not found.evaluation.feasible
    for shift in range(0 if few or least else SHORT_SEARCHES):
        if asked.over:
            break
        other = asked.solve(free, "quick", shift=shift)
        if other.evaluation.feasible:
            best = min(best, _from_pairs(asked, other), key=lambda each: each.rank)
    return best


def _from_pairs(asked: Question, found: solvers.Result) -> Located:
    centers = np.maximum(found.centers, 0).astype(np.int64)
    turns = _FROM_PAIRS if found.evaluation.feasible else _FROM_PAIRS[:1]
    return by_turns(asked, found.assignment, turns, centers=centers)
