"""A plan made steadier: units change hands until territories keep their bands as surely as wanted.

Iterated local search over single moves and pairs of moves: all of a border unit are judged at once,
by every rule and by the closed form of `chances`. Where a territory needs another mix of accounts
and not more or fewer of them, no single move is an improvement, and a trade of two units is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.moves.alternatives import Alternatives, Moves
from territory.arrays import Floats, Longs
from territory.monitor.exchanges import Asked, Standing, standing

if TYPE_CHECKING:
    import solvers
    from territory.monitor.chances import Chances

__all__ = ["steadied"]


_LOOKED = 500_000
"""Moves and pairs that are judged in all, which bounds the time."""
_FAR = 1.0
"""Squared shortfalls: ten territories by 32 points each. A plan so far away is left to a search,
whose plans are nearer."""
_NEAR = 1e-3
"""Three points of one territory: cost is looked at no sooner."""
_KICKS = 8
"""At most, in a row, without a tenth less missing."""
_KICK = 8
"""Moves of a kick, drawn at a heat of ten points that one territory is short."""
_HEAT = 1e-2
_LEAST = 1e-6
"""A change that is less than a tenth of a point of one territory is none."""
_PAIRS = 100_000
"""Looked at for one territory; of more, so many at random."""
_TRIED = 12
"""Best pairs that are held against every rule, for each territory in turn."""
_USD = 1e-4
"""All of the plan's cost beside shortfalls: as much as one point that one territory is short."""
_BACK = 3
"""Moves before a unit may return."""
_GIVEN_BACK = (60, 400, 150_000)
"""Moves, and moves judged, that make a plan cheaper and no less sure."""
_HOT_USD, _COLD_USD = 2e-4, 1e-6
"""Of the plan's cost, while they do."""


def steadied(
    problem: solvers.Problem,
    assignment: NDArray[np.integer],
    chances: Chances,
    columns: NDArray[np.intp],
    *,
    aim: Floats,
    rng: np.random.Generator,
    done: Callable[[], bool] = lambda: False,
) -> tuple[Longs, float]:
    """Return an assignment with less missing of what is wanted, and what is missing yet, squared.

    Parameters
    ----------
    problem : solvers.Problem
        With fixed centers. No rule that the assignment keeps is broken.
    assignment : int, shape (n,)
    chances : Chances
        Of its items.
    columns : intp, shape (m,)
        Where the measures of ``chances`` stand among the problem's.
    aim : float64, shape (k,)
        How surely each territory is to hold, 0 to 1.
    rng : numpy.random.Generator
    done : callable
        Whether the time is up.

    Notes
    -----
    What is made least is Σ max(aim − held, 0)², and a little for the cost: descents, each from the
    best so far after a few moves at random. What is held beyond the aim is given back for cost in
    the end. O(steps · p · m), p moves and pairs.

    Lourenço, Martin, Stützle: Iterated local search, Handbook of Metaheuristics (2003),
    https://doi.org/10.1007/0-306-48056-5_11
    """
    goal = problem.balance.goal[:, columns]
    asked = Asked(
        problem=problem, chances=chances, columns=columns, aim=aim, share=goal / goal.sum(axis=0)
    )
    start = np.asarray(assignment, dtype=np.int64).copy()
    whole = max(abs(float(Alternatives(problem, start).evaluation.objective)), 1.0)
    search = _Search(asked, price=_USD / whole, rng=rng, done=done)
    best = standing(asked, start)
    if best.missing > _FAR:
        return start, best.missing
    best = search.descend(best)
    idle = 0
    while best.missing > 0 and idle < _KICKS and not search.over:
        found = search.descend(search.kicked(best))
        idle = 0 if found.missing < 0.9 * best.missing else idle + 1
        if found.missing < best.missing:
            best = found
    if best.missing > _NEAR:
        return best.assignment, best.missing
    return _cheaper(best, whole, rng=rng, done=done), best.missing


class _Search:
    """Descents and kicks, until so many moves and pairs are judged."""

    def __init__(
        self,
        asked: Asked,
        *,
        price: float,
        rng: np.random.Generator,
        done: Callable[[], bool],
    ) -> None:
        self._asked, self._price, self._rng, self._done = asked, price, rng, done
        self._left = _LOOKED

    @property
    def over(self) -> bool:
        """Return whether all is judged that may be, or the time is up."""
        return self._left <= 0 or self._done()

    def descend(self, now: Standing) -> Standing:
        """Return where no move or pair of a territory that is short leaves less missing."""
        while now.missing > 0 and not self.over:
            after = self._better(now)
            if after is None:
                break
            now = after
        return now

    def _better(self, now: Standing) -> Standing | None:
        """Return an assignment with less missing, one or two moves away, where there is one."""
        looked = _allowed(now)
        self._left -= looked.units.size
        alone = now.after(looked) + self._price * looked.change
        here = now.assignment[looked.units]
        for territory in np.argsort(-now.short, kind="stable"):
            if now.short[territory] <= 0 or self.over:
                break
            pairs = now.pairs(looked, int(territory))
            if len(pairs) > _PAIRS:
                pairs = pairs[self._rng.choice(len(pairs), _PAIRS, replace=False)]
            self._left -= len(pairs)
            both = now.after_both(looked, pairs)
            both += self._price * looked.change[pairs].sum(axis=1)
            single = np.flatnonzero((here == territory) | (looked.to == territory))
            change = np.concatenate([alone[single], both])
            for at in np.argsort(change, kind="stable")[:_TRIED]:
                if change[at] > -_LEAST:
                    break
                rows = single[at : at + 1] if at < single.size else pairs[at - single.size]
                after = self._made(now, looked, rows)
                if after is not None and after.missing < now.missing - _LEAST:
                    return after
        return None

    def _made(self, now: Standing, looked: Moves, rows: NDArray[np.integer]) -> Standing | None:
        """Make one move, or two in the order that breaks no rule; None where there is none."""
        for order in (rows, rows[::-1]):
            after = now.assignment.copy()
            after[looked.units[order[0]]] = looked.to[order[0]]
            if order.size == 1:
                return standing(self._asked, after)
            last = order[1:]
            second = Alternatives(self._asked.problem, after).moves(
                looked.units[last], looked.to[last]
            )
            if second.allowed[0]:
                after[looked.units[last]] = looked.to[last]
                return standing(self._asked, after)
        return None

    def kicked(self, best: Standing) -> Standing:
        """Return an assignment a few moves away, the less each leaves missing the likelier."""
        now, returned = best, dict[tuple[int, int], int]()
        for step in range(_KICK):
            looked = _allowed(now, returned, step)
            self._left -= looked.units.size
            if not looked.units.size:
                break
            change = now.after(looked) + self._price * looked.change
            after = now.assignment.copy()
            _make(looked, _drawn(change, _HEAT, self._rng), after, returned, step)
            now = standing(self._asked, after)
        return now


def _cheaper(
    best: Standing, whole: float, *, rng: np.random.Generator, done: Callable[[], bool]
) -> Longs:
    """Return the cheapest assignment met by moves after none of which more is missing."""
    now, cheapest = best, best.assignment
    usd = least = 0.0
    returned: dict[tuple[int, int], int] = {}
    fewest, most, judged = _GIVEN_BACK
    step, steps = 0, fewest
    while step < steps and not done():
        looked = _allowed(now, returned, step, idle=True)
        looked = looked.take(np.flatnonzero(now.after(looked) <= 0))
        if not looked.units.size:
            break
        steps = int(np.clip(judged / now.looked.units.size, fewest, most))
        heat = whole * _HOT_USD * (_COLD_USD / _HOT_USD) ** (step / steps)
        after = now.assignment.copy()
        usd += _make(looked, _drawn(looked.change, heat, rng), after, returned, step)
        now = standing(best.asked, after)
        step += 1
        if usd < least:
            cheapest, least = after, usd
    return cheapest


def _drawn(rise: Floats, heat: float, rng: np.random.Generator) -> int:
    """Draw one of p moves, the likelier the less rises by it, (p,)."""
    weight = np.exp(-(rise - rise.min()) / heat)
    return int(rng.choice(rise.size, p=weight / weight.sum()))


def _make(
    looked: Moves, row: int, now: Longs, returned: dict[tuple[int, int], int], step: int
) -> float:
    """Make a move of an assignment, in place, and keep it for a while; return what it costs."""
    unit = int(looked.units[row])
    returned[unit, int(now[unit])] = step + _BACK
    now[unit] = looked.to[row]
    return float(looked.change[row])


def _allowed(
    now: Standing,
    returned: dict[tuple[int, int], int] | None = None,
    step: int = 0,
    *,
    idle: bool = False,
) -> Moves:
    """Return the moves that break no rule, bring something, and take no step back.

    ``idle``: also those of units that weigh nothing, which can be cheaper elsewhere.
    """
    looked = now.looked
    back = np.zeros((now.assignment.size, int(looked.to.max(initial=0)) + 1), dtype=bool)
    for (unit, to), until in (returned or {}).items():
        if until > step and to < back.shape[1]:
            back[unit, to] = True
    weighs = (now.asked.chances.mean[looked.units] > 0).any(axis=1) | idle
    return looked.take(np.flatnonzero(looked.allowed & weighs & ~back[looked.units, looked.to]))
