"""A plan made steadier: units change hands until territories keep their bands as surely as wanted.

Simulated annealing without rejections over single moves (the n-fold way): all moves of a border
unit are judged at once, by every rule and by the closed form of `chances`, and one is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.whatif.alternatives import Alternatives, Moves, neighbour_moves
from territory.arrays import Floats, Longs

if TYPE_CHECKING:
    import solvers
    from territory.monitor.chances import Chances, Scatter

__all__ = ["steadied"]


_LOOKED = 150_000
"""Moves that are judged in all, which bounds the time."""
_STEPS = (60, 1_200)
_HOT, _COLD = 3e-3, 1e-6
"""In squared shortfalls: five points of one territory, and a tenth of a point. Where less is
missing, it begins colder."""
_USD = 1e-4
"""All of the plan's cost beside shortfalls: as much as one point that one territory is short."""
_BACK = 3
"""Moves before a unit may return."""
_GIVEN_BACK = 400
"""Moves at most that make a plan cheaper and no less sure."""
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
    What is made least is Σ max(aim − held, 0)², and a little for the cost. Where nothing is missing
    it ends, and what is held beyond the aim is given back for cost. O(steps · p · m), p moves.

    Bortz, Kalos, Lebowitz: A new algorithm for Monte Carlo simulation of Ising spin systems,
    J. Comput. Phys. 17 (1975), https://doi.org/10.1016/0021-9991(75)90060-1
    """
    now = np.asarray(assignment, dtype=np.int64).copy()
    best, least, missing, usd = now.copy(), np.inf, np.inf, 0.0
    goal = problem.balance.goal[:, columns]
    share = goal / goal.sum(axis=0)
    price = _USD / max(abs(float(Alternatives(problem, now).evaluation.objective)), 1.0)
    returned: dict[tuple[int, int], int] = {}
    step, steps, hot = 0, _STEPS[1], _HOT
    while step <= steps and not done():
        state = _state(problem, now, chances, columns, share, aim)
        worth = float(state.short.sum()) + price * usd
        if worth < least:
            best, least, missing = now.copy(), worth, float(state.short.sum())
        if missing <= 0:
            break
        looked = _allowed(state.looked, chances, now, returned, step)
        if not looked.units.size:
            break
        steps = int(np.clip(_LOOKED / looked.units.size, *_STEPS))
        short = _after(state, looked, chances, columns, share, aim, now)
        if not step:
            hot = float(np.clip(state.short.sum(), _COLD, _HOT))
        heat = hot * (_COLD / hot) ** (step / steps)
        row = _drawn(short + price * looked.change, heat, rng)
        usd += _make(looked, row, now, returned, step)
        step += 1
    if missing <= 0:
        best = _cheaper(problem, best, chances, columns, share, aim, rng=rng, done=done)
    return best, missing


def _cheaper(
    problem: solvers.Problem,
    assignment: Longs,
    chances: Chances,
    columns: NDArray[np.intp],
    share: Floats,
    aim: Floats,
    *,
    rng: np.random.Generator,
    done: Callable[[], bool],
) -> Longs:
    """Return the cheapest assignment met by moves after none of which more is missing."""
    now, best = assignment.copy(), assignment.copy()
    whole = max(abs(float(Alternatives(problem, now).evaluation.objective)), 1.0)
    usd = least = 0.0
    returned: dict[tuple[int, int], int] = {}
    step, steps = 0, _STEPS[0]
    while step < steps and not done():
        state = _state(problem, now, chances, columns, share, aim)
        looked = _allowed(state.looked, chances, now, returned, step, idle=True)
        short = _after(state, looked, chances, columns, share, aim, now)
        looked = looked.take(np.flatnonzero(short <= 0))
        if not looked.units.size:
            break
        steps = int(np.clip(_LOOKED / state.looked.units.size, _STEPS[0], _GIVEN_BACK))
        heat = whole * _HOT_USD * (_COLD_USD / _HOT_USD) ** (step / steps)
        usd += _make(looked, _drawn(looked.change, heat, rng), now, returned, step)
        step += 1
        if usd < least:
            best, least = now.copy(), usd
    return best


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _State:
    """An assignment judged: sums by territory, loads, what is short, and the moves from it."""

    scatter: Scatter
    variance: Floats
    loads: Floats
    short: Floats
    looked: Moves


def _state(
    problem: solvers.Problem,
    assignment: Longs,
    chances: Chances,
    columns: NDArray[np.intp],
    share: Floats,
    aim: Floats,
) -> _State:
    prepared = Alternatives(problem, assignment)
    scatter = chances.sums(assignment, problem.k)
    variance = chances.variance(scatter)
    loads = prepared.evaluation.loads[:, columns]
    planned = loads / np.maximum(share * loads.sum(axis=0), 1e-300) - 1.0
    held = chances.held(planned, scatter.mean, variance, scatter.beside)
    return _State(
        scatter=scatter,
        variance=variance,
        loads=loads,
        short=np.maximum(aim - held, 0.0) ** 2,
        looked=prepared.moves(*neighbour_moves(problem, assignment)),
    )


def _allowed(
    looked: Moves,
    chances: Chances,
    assignment: Longs,
    returned: dict[tuple[int, int], int],
    step: int,
    *,
    idle: bool = False,
) -> Moves:
    """Return the moves that break no rule, bring something, and take no step back.

    ``idle``: also those of units that weigh nothing, which can be cheaper elsewhere.
    """
    back = np.zeros((assignment.size, int(looked.to.max(initial=0)) + 1), dtype=bool)
    for (unit, to), until in returned.items():
        if until > step and to < back.shape[1]:
            back[unit, to] = True
    weighs = (chances.mean[looked.units] > 0).any(axis=1) | idle
    return looked.take(np.flatnonzero(looked.allowed & weighs & ~back[looked.units, looked.to]))


def _after(
    state: _State,
    looked: Moves,
    chances: Chances,
    columns: NDArray[np.intp],
    share: Floats,
    aim: Floats,
    assignment: Longs,
) -> Floats:
    """Return by how much each move changes what is short, (p,): two territories count."""
    units, here = looked.units, assignment[looked.units]
    new = {-1.0: looked.load_from[:, columns], 1.0: looked.load_to[:, columns]}
    total = state.loads.sum(axis=0) - state.loads[here] - state.loads[looked.to]
    total = total + new[-1.0] + new[1.0]
    out = np.zeros(units.size)
    for sign, rows in ((-1.0, here), (1.0, looked.to)):
        had = state.scatter.inside[rows, chances.unit[units]]
        has = np.maximum(had + sign * chances.mean[units], 0.0)
        mean = np.maximum(state.scatter.mean[rows] + sign * chances.mean[units], 0.0)
        variance = state.variance[rows] + sign * chances.own[units]
        variance += chances.of_units(has) - chances.of_units(had)
        beside = state.scatter.beside[rows] + sign * chances.beside[units]
        planned = new[sign] / np.maximum(share[rows] * total, 1e-300) - 1.0
        held = chances.held(np.maximum(planned, -0.999), mean, variance, beside)
        out += np.maximum(aim[rows] - held, 0.0) ** 2 - state.short[rows]
    return out
