"""A tabu search for plans whose territories are compact: move by move from a plan that is cheap.

The kernels of the other searches know no outlines. Here every neighbouring move is judged exactly
in every step, which is slow, but a plan that keeps all other rules is seldom far from compact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solvers.arrays import Bools, Floats, Ints, Longs
from solvers.moves.alternatives import Alternatives, Moves, neighbour_moves
from solvers.problem.evaluate import TOLERANCE, Evaluation
from solvers.search.best import Best

__all__ = ["make_compact"]

STEPS = 150
"""Moves of one search, and as many more as `MORE` says for each territory to be mended."""

MORE = 15

TENURE = 25
"""Steps for which a unit stays where it went, at least, and at most twice as many; fewer where a
problem has fewer than `EACH` units for every one of them."""

EACH, LEAST_TENURE = 8, 2

RINGS = 2
"""So many neighbours away from territories that break a rule, others still exchange units."""

_SHAPE, _BAND = 0.2, 2.0
"""Shares of the objective that a whole shortfall of shape, and a goal beyond a band, cost first."""

_FACTOR = 1.1
"""By how much these prices rise in a step that breaks their rule, and fall in one that does not."""

_LEAST, _MOST = 1e-4, 100.0
"""Between which shares of the objective they stay."""


@dataclass(slots=True)
class _Prices:
    """What a step pays for rules that it breaks, in objective units."""

    scale: float
    shape: float
    band: float

    def adapt(self, judged: Evaluation) -> None:
        """Make dearer what the assignment breaks, and cheaper what it keeps."""
        broken = {each.rule for each in judged.violations}
        self.shape = self._adapted(self.shape, "compactness" in broken)
        self.band = self._adapted(self.band, "balance" in broken)

    def _adapted(self, price: float, broken: bool) -> float:
        price = price * _FACTOR if broken else price / _FACTOR
        return min(max(price, _LEAST * self.scale), _MOST * self.scale)


def make_compact(run: Best, start: Ints, *, seed: int, longer: int = 1) -> None:
    """Search from an assignment for one that keeps the rule about outlines too.

    Parameters
    ----------
    run : Best
        Is offered every assignment on the way; fixed centers.
    start : int32, shape (n,), 0 to k - 1
        One that breaks no rule other than about bands and outlines.
    seed : int
    longer : int, 1 and up
        Times `TENURE` that a unit stays where it went: the longer, the farther the search goes.

    Notes
    -----
    The cheapest neighbouring move, with prices on shortfall and excess that rise while they are
    broken (strategic oscillation); no other rule is ever broken. What moved stays for `TENURE`
    steps or up to twice as many. Only what is near territories that broke a rule on the way is
    looked at. Counted steps of O(n + e + p k m) for p moves.

    References
    ----------
    Glover, F. and Laguna, M. (1997) Tabu Search, Kluwer, doi:10.1007/978-1-4615-6089-0.
    """
    problem = run.problem
    rng = np.random.default_rng(seed)
    label = start.astype(np.int64)
    free_from = np.zeros(problem.n, dtype=np.int64)
    known = Alternatives(problem, label)
    scale = max(abs(known.evaluation.objective), 1.0)
    prices = _Prices(scale=scale, shape=_SHAPE * scale, band=_BAND * scale)
    to_mend = sum(each.rule == "compactness" for each in known.evaluation.violations)
    tenure = longer * max(LEAST_TENURE, min(TENURE, problem.n // EACH))
    near = np.zeros(problem.k, dtype=bool)
    for step in range(STEPS + MORE * to_mend):
        if run.budget.spent():
            return
        units, to = neighbour_moves(problem, label)
        _widen(near, known.evaluation, label[units], to)
        rows = near[label[units]] & near[to]
        moves = known.moves(units[rows], to[rows])
        allowed = _possible(moves) & (free_from[moves.units] <= step)
        if not allowed.any():
            continue
        price = moves.change + prices.shape * moves.shortfall
        price += prices.band * _excess(known, moves)
        row = int(np.argmin(np.where(allowed, price, np.inf)))
        unit = moves.units[row]
        label[unit] = moves.to[row]
        free_from[unit] = step + tenure + int(rng.integers(tenure))
        known = Alternatives(problem, label)
        prices.adapt(known.evaluation)
        run.keep(label, known.evaluation, "shapes")
        run.look("shapes")


def _widen(near: Bools, judged: Evaluation, here: Longs, to: Longs) -> None:
    """Add to some territories those that break a rule, and up to `RINGS` neighbours around."""
    added = np.zeros(near.size, dtype=bool)
    added[[each.territory for each in judged.violations if each.territory >= 0]] = True
    for _ in range(RINGS):
        added[here[added[to]]] = True
    near |= added


def _possible(moves: Moves) -> Bools:
    """Return which moves break no rule other than about bands and outlines, shape (p,)."""
    return ~moves.outright & ~moves.over_cap.any(axis=1) & np.isfinite(moves.cost)


def _excess(known: Alternatives, moves: Moves) -> Floats:
    """Return what moves change in the excess of both territories, shape (p,), bands as they are."""
    judged = known.evaluation

    def beyond(load: Floats, at: Ints) -> Floats:
        goal = judged.goal[at]
        out = np.maximum(np.maximum(load - judged.upper[at], judged.lower[at] - load), 0.0)
        return np.where(out > TOLERANCE * goal, out, 0.0) / goal - judged.excess[at]

    here = known.assignment[moves.units].astype(np.int32)
    change = beyond(moves.load_from, here) + beyond(moves.load_to, moves.to.astype(np.int32))
    return np.asarray(change.sum(axis=1))
