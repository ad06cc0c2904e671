"""How good a path of moves is: others side by side with it, and the fewest moves that can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.moves.alternatives import Moves
from territory.monitor.realign.steps import Step, further, next_step, worth
from territory.wording import LIMIT

if TYPE_CHECKING:
    from territory.monitor.realign.standing import Standing

__all__ = ["WIDTH", "fewest_moves", "side_by_side"]

WIDTH = 8
"""Paths that are followed at once."""


def side_by_side(standing: Standing, start: Step, *, depth: int) -> list[Step]:
    """Return the best set of 1, 2, … moves that eight paths side by side find.

    Parameters
    ----------
    standing : Standing
    start : Step
        Without moves.
    depth : int
        Moves of the longest set.

    Notes
    -----
    A beam search: of all that one more move makes of the sets kept, the eight that are worth most
    are kept; the same set reached in another order counts once. Nothing is proved by it.
    """
    beam, out = [start], []
    for _ in range(depth):
        found: dict[frozenset[tuple[int, int]], tuple[float, int, Step, Moves]] = {}
        for parent in beam:
            looked, gain = further(standing, parent, most=WIDTH)
            if looked is None:
                continue
            before = worth(standing, parent)
            own = {(move.unit, move.target) for move in parent.moves}
            for at in range(gain.size):
                one = looked.take(np.array([at]))
                key = frozenset({*own, (int(one.units[0]), int(one.to[0]))})
                value = (before - float(gain[at]), len(found), parent, one)
                if key not in found or value[:1] < found[key][:1]:
                    found[key] = value
        if not found:
            break
        best = sorted(found.values(), key=lambda each: each[:2])[:WIDTH]
        beam = [next_step(standing, parent, one) for _, _, parent, one in best]
        out.append(beam[0])
    return out


def fewest_moves(standing: Standing, step: Step) -> int:
    """Return how many moves it takes at least to bring every territory inside its bands.

    Looks at measures without travel, whose totals no move changes. A territory above its band must
    give at least as many units as its largest ones take to fill what is too much; one below must
    take as many of the largest elsewhere. A move touches two territories.

    Returns
    -------
    int
        0 where nothing is outside in such a measure.
    """
    balance, assignment = standing.problem.balance, step.assignment
    need = np.zeros(standing.problem.k, dtype=np.int64)
    for at in np.flatnonzero(np.asarray(balance.travel_share) == 0.0).tolist():
        load, amount = step.loads[:, at], np.asarray(balance.activity)[:, at]
        goal = standing.share[:, at] * load.sum()
        tolerance = float(standing.tolerance[at]) + LIMIT
        for t in range(need.size):
            over = load[t] - (1.0 + tolerance) * goal[t]
            under = (1.0 - tolerance) * goal[t] - load[t]
            if over > 0:
                need[t] = max(need[t], _count(amount[assignment == t], over))
            elif under > 0:
                need[t] = max(need[t], _count(amount[assignment != t], under))
    return int(max(need.max(initial=0), -(-int(need.sum()) // 2)))


def _count(amounts: NDArray[np.float64], wanted: float) -> int:
    """Return how many of the largest amounts it takes to come to what is wanted."""
    sums = np.cumsum(np.sort(amounts)[::-1])
    return int(np.searchsorted(sums, wanted - LIMIT)) + 1
