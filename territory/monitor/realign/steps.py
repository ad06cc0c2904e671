"""One step of realigning: an assignment judged by every rule, and the moves that led to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

import solvers
from solvers.moves.alternatives import Alternatives, Moves, neighbour_moves
from territory.arrays import Floats, Ints
from territory.messages import counted
from territory.wording import LIMIT, measure_label, signed_percent

if TYPE_CHECKING:
    from territory.monitor.realign.standing import Standing

__all__ = [
    "Move", "Step", "badness_after", "first_step", "further", "measure_word", "next_step", "worth",
]  # fmt: skip


_SHAPE = 0.02
"""Weight of squared deviations inside bands against those outside: which way is downhill."""

_USD_PER_POINT = 20_000.0
"""USD a year that one hundredth of a deviation above a band is held to be worth: it only orders
moves; what a plan costs is told in hours and USD apart."""

_CHUNK = 1 << 22
"""Numbers that the loads of one batch of moves may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One unit goes to a neighbouring territory, and why.

    ``travel_usd_y, splits_usd_y, borders_usd_y`` are changes of the plan's cost a year.
    """

    unit: int
    source: int
    target: int
    travel_usd_y: float
    splits_usd_y: float
    borders_usd_y: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """The plan after so many moves.

    Attributes
    ----------
    moves : tuple of Move
        All so far.
    assignment : int32, shape (n,)
    loads, deviations : float64, shape (k, m)
    outside : int
        Territories outside a band.
    excess : float
        Sum of what lies above or below bands, as fractions.
    cost_usd_y : float
        Change of the yearly cost: the way, nights, health systems split, borders.
    travel_usd_y : float
        The way's and the nights' part of it.
    price_usd : float
        Expected loss of handing accounts over, once.
    """

    moves: tuple[Move, ...]
    assignment: Ints
    loads: Floats
    deviations: Floats
    outside: int
    excess: float
    cost_usd_y: float
    travel_usd_y: float
    price_usd: float
    n_accounts: int
    revenue_usd: float
    nested: bool = True


def next_step(standing: Standing, before: Step, best: Moves) -> Step:
    """Return the step after one more move, the first of those given."""
    unit, target = int(best.units[0]), int(best.to[0])
    source, assignment = int(before.assignment[unit]), before.assignment.copy()
    assignment[unit] = target
    price = float(standing.price_usd[unit])
    after = first_step(standing, assignment)
    move = Move(
        unit=unit,
        source=source,
        target=target,
        # The problem's cost holds the price of handing over; it is told apart.
        travel_usd_y=float(best.cost[0]) - price,
        splits_usd_y=float(best.splits[0]),
        borders_usd_y=float(best.borders[0]),
        reason=_reason(standing, unit, (source, target), before, after),
    )
    return _with_moves(standing, after, (*before.moves, move))


def first_step(standing: Standing, assignment: Ints) -> Step:
    """Return an assignment as the plan that it is, without the moves that led to it."""
    loads = solvers.evaluate(standing.problem, assignment).loads
    deviations = standing.deviations(loads)
    over = np.maximum(np.abs(deviations) - standing.tolerance, 0.0)
    return Step(
        moves=(),
        assignment=assignment,
        loads=loads,
        deviations=deviations,
        outside=int((over > LIMIT).any(axis=1).sum()),
        excess=float(over.sum()),
        cost_usd_y=0.0,
        travel_usd_y=0.0,
        price_usd=0.0,
        n_accounts=0,
        revenue_usd=0.0,
    )


def _with_moves(standing: Standing, step: Step, moves: tuple[Move, ...]) -> Step:
    """Return a step with the moves that led to it, and what they cost."""
    units = np.array([move.unit for move in moves], dtype=np.intp)
    travel = sum(move.travel_usd_y for move in moves)
    return replace(
        step,
        moves=moves,
        cost_usd_y=travel + sum(move.splits_usd_y + move.borders_usd_y for move in moves),
        travel_usd_y=float(travel),
        price_usd=float(standing.price_usd[units].sum()),
        n_accounts=int(standing.n_accounts[units].sum()),
        revenue_usd=float(standing.revenue_usd[units].sum()),
    )


def further(standing: Standing, now: Step, *, most: int = 1) -> tuple[Moves | None, Floats]:
    """Return the moves that are worth most after a step, best first, and what each is worth.

    A move takes a unit with accounts to a territory that it touches and breaks no rule but bands.
    A unit moves once. Worth is as in `worth`, positive for what helps; (None, ()) without a move.
    """
    assignment = now.assignment
    moved = np.zeros(assignment.size, dtype=bool)
    moved[[move.unit for move in now.moves]] = True
    units, to = neighbour_moves(standing.problem, assignment)
    wanted = (units < len(standing.unit_ids)) & ~moved[units] & (standing.n_accounts[units] > 0)
    if not wanted.any():
        return None, np.zeros(0)
    looked = Alternatives(standing.problem, assignment).moves(units[wanted], to[wanted])
    kept = np.flatnonzero(~(looked.outright | looked.ragged | looked.over_cap.any(axis=1)))
    looked = looked.take(kept)
    gain = _badness(standing, now.loads[None])[0] - badness_after(
        standing, now.loads, assignment, looked
    )
    gain = gain - looked.change / (100.0 * _USD_PER_POINT)
    # The first of equals, by unit and territory: the order of `neighbour_moves`.
    order = np.argsort(-gain, kind="stable")[:most]
    return (looked.take(order), gain[order]) if order.size else (None, np.zeros(0))


def worth(standing: Standing, step: Step) -> float:
    """Return what is wrong with a step, with its cost in the same measure: the less the better."""
    usd = step.cost_usd_y + step.price_usd
    return float(_badness(standing, step.loads[None])[0]) + usd / (100.0 * _USD_PER_POINT)


def badness_after(standing: Standing, loads: Floats, assignment: Ints, looked: Moves) -> Floats:
    """Return what is wrong after each move, shape (p,)."""
    out = np.zeros(looked.units.size)
    size = max(1, _CHUNK // loads.size)
    for low in range(0, out.size, size):
        rows = slice(low, min(out.size, low + size))
        at = np.arange(rows.stop - rows.start)
        after = np.repeat(loads[None], at.size, axis=0)
        after[at, assignment[looked.units[rows]]] = looked.load_from[rows]
        after[at, looked.to[rows]] = looked.load_to[rows]
        out[rows] = _badness(standing, after)
    return out


def _badness(standing: Standing, loads: Floats) -> Floats:
    """Return the excess over bands and a little of the deviations inside, (p,) of (p, k, m)."""
    deviations = standing.deviations(loads)
    over = np.maximum(np.abs(deviations) - standing.tolerance, 0.0)
    return np.asarray(over.sum(axis=(1, 2)) + _SHAPE * (deviations**2).sum(axis=(1, 2)))


def measure_word(measure: str) -> str:
    """Return a measure's name without its unit: workload_h → workload."""
    return measure_label(measure).partition(" (")[0].lower().replace(" ", "_")


def _reason(standing: Standing, unit: int, pair: tuple[int, int], before: Step, after: Step) -> str:
    """Say what a move does to the two territories, measure by measure."""
    giver, taker = (standing.territory_ids[each] for each in pair)
    parts = [
        f"{measure_word(measure).replace('_', ' ')} of {giver} "
        f"{signed_percent(before.deviations[pair[0], at])} → "
        f"{signed_percent(after.deviations[pair[0], at])}, of {taker} "
        f"{signed_percent(before.deviations[pair[1], at])} → "
        f"{signed_percent(after.deviations[pair[1], at])}"
        for at, measure in enumerate(standing.measures)
    ]
    return f"{counted(int(standing.n_accounts[unit]), 'account')}; {'; '.join(parts)}"
