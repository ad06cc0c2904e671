"""The frontier of small changes: for 0, 1, 2, … moved units, the best that nested moves reach.

Each move stands on those before it, so that a planner can stop anywhere and has lost nothing. Where
that path ends outside a band, the engine is asked for the nearest plan that keeps every rule: one
more point, which stands alone. That no other choice of as many moves does better is not proved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import solvers
from solvers.whatif.alternatives import Alternatives, Moves, neighbour_moves
from solvers.whatif.least_change import nearest
from territory.messages import counted
from territory.wording import measure_label, signed_percent

if TYPE_CHECKING:
    from territory.monitor.realign.standing import Standing

__all__ = ["Frontier", "Move", "Step", "frontier_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """Steps 0, 1, 2, …, shorter than asked when no further move helps.

    Each stands on the one before, but a last one that is not ``nested``.
    """

    standing: Standing
    steps: tuple[Step, ...]

    def table(self) -> pd.DataFrame:
        """Return one row a number of moves, ``worst_…`` by balanced measure."""
        return pd.DataFrame(
            [
                {
                    "n_moves": len(step.moves),
                    "n_accounts": step.n_accounts,
                    "revenue_usd": step.revenue_usd,
                    "n_outside": step.outside,
                    "nested": step.nested,
                    **{
                        f"worst_{_stem(measure)}": float(np.abs(step.deviations[:, at]).max())
                        for at, measure in enumerate(self.standing.measures)
                    },
                    "travel_usd_y": step.travel_usd_y,
                    "cost_usd_y": step.cost_usd_y,
                    "handover_usd": step.price_usd,
                }
                for step in self.steps
            ]
        )

    def at(self, n_moves: int) -> Step:
        """Return the step of a number of moves.

        Raises
        ------
        KeyError
            The frontier has none.
        """
        return {len(step.moves): step for step in self.steps}[n_moves]

    def ledger(self, step: Step | None = None) -> pd.DataFrame:
        """Return one row a move, in order: unit, both territories, accounts, money, reason.

        Parameters
        ----------
        step : Step, optional
            Whose moves; the last nested one's unless given.
        """
        step = step or [each for each in self.steps if each.nested][-1]
        standing = self.standing
        potential = standing.opened.case.accounts["potential_usd"].to_numpy(dtype=np.float64)
        service = standing.opened.case.accounts["service_h"].to_numpy(dtype=np.float64)
        item, n = standing.encoding.item_of_account, standing.problem.n
        worth = np.bincount(item, weights=potential, minlength=n)
        hours = np.bincount(item, weights=service, minlength=n)
        columns = ["move", "unit_id", "from_territory_id", "to_territory_id", "n_accounts"]
        columns += ["service_h", "potential_usd", "revenue_usd", "travel_usd_y", "splits_usd_y"]
        columns += ["borders_usd_y", "handover_usd", "reason"]
        rows = [
            (
                number, standing.unit_ids[move.unit], standing.territory_ids[move.source],
                standing.territory_ids[move.target], int(standing.n_accounts[move.unit]),
                float(hours[move.unit]), float(worth[move.unit]),
                float(standing.revenue_usd[move.unit]), move.travel_usd_y, move.splits_usd_y,
                move.borders_usd_y, float(standing.price_usd[move.unit]), move.reason,
            )
            for number, move in enumerate(step.moves, start=1)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


def frontier_of(standing: Standing, *, max_moves: int) -> Frontier:
    """Return the frontier by best single moves.

    Parameters
    ----------
    standing : Standing
    max_moves : int, 0 and up
        Units that may change hands.

    Notes
    -----
    A move takes a unit with accounts to a territory that it touches and breaks no rule but bands:
    pieces, pinned, forbidden, together, whole systems, radius, caps on changes. Of these it is
    the one that lessens the excess over bands most, then shape and cost. A unit moves once.
    """
    label = standing.assignment.copy()
    moved = np.zeros(label.size, dtype=bool)
    steps = [_step(standing, label)]
    while len(steps) <= max_moves:
        best = _best(standing, label, moved, steps[-1])
        if best is None:
            break
        steps.append(_moved(standing, steps[-1], best))
        label = steps[-1].assignment
        moved[best.units] = True
    whole = _nearest(standing, max_moves) if steps[-1].outside else None
    if whole is not None:
        # What needs no more moves and leaves more outside is no answer any longer.
        steps = [each for each in steps if len(each.moves) < len(whole.moves)]
        steps.append(whole)
    return Frontier(standing=standing, steps=tuple(steps))


def _moved(standing: Standing, before: Step, best: Moves) -> Step:
    """Return the step after one more move."""
    unit, target = int(best.units[0]), int(best.to[0])
    source, label = int(before.assignment[unit]), before.assignment.copy()
    label[unit] = target
    price = float(standing.price_usd[unit])
    after = _step(standing, label)
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


def _nearest(standing: Standing, max_moves: int) -> Step | None:
    """Return the plan of few moves that keeps every rule, found by the engine; None without one."""
    start, problem = standing.assignment, standing.problem
    seed = int(standing.plan.record.seed)
    label = nearest(problem, start, fixed={}, seed=seed)
    changed = np.flatnonzero(label != start)
    on_units = (changed < len(standing.unit_ids)).all()
    if not 0 < changed.size <= max_moves or not on_units:
        return None
    if not solvers.evaluate(problem, label).feasible:
        return None
    step = _step(standing, start)
    # One at a time in the order that leaves least outside; in between a territory may be in parts.
    left = changed
    while left.size:
        looked = Alternatives(problem, step.assignment).moves(left, label[left])
        wrong = _badness_after(standing, step.loads, step.assignment, looked)
        first = int(wrong.argmin())
        step = _moved(standing, step, looked.take(np.array([first])))
        left = np.delete(left, first)
    return replace(step, nested=False)


def _step(standing: Standing, label: Ints) -> Step:
    """Return an assignment as the plan that it is, without the moves that led to it."""
    loads = solvers.evaluate(standing.problem, label).loads
    deviations = standing.deviations(loads)
    over = np.maximum(np.abs(deviations) - standing.tolerance, 0.0)
    return Step(
        moves=(),
        assignment=label,
        loads=loads,
        deviations=deviations,
        outside=int((over > 1e-9).any(axis=1).sum()),
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


def _best(standing: Standing, label: Ints, moved: NDArray[np.bool_], now: Step) -> Moves | None:
    """Return the move that is worth most; None where none is worth anything."""
    units, to = neighbour_moves(standing.problem, label)
    wanted = (units < len(standing.unit_ids)) & ~moved[units] & (standing.n_accounts[units] > 0)
    if not wanted.any():
        return None
    looked = Alternatives(standing.problem, label).moves(units[wanted], to[wanted])
    ruled = looked.pinned | looked.forbidden | looked.far | looked.apart | looked.torn
    kept = np.flatnonzero(~(ruled | looked.empties | looked.over_cap.any(axis=1)))
    looked = looked.take(kept)
    gain = _badness(standing, now.loads[None])[0] - _badness_after(
        standing, now.loads, label, looked
    )
    value = gain - looked.change / (100.0 * _USD_PER_POINT)
    if not value.size or value.max() <= 1e-9:
        return None
    # The first of equals, by unit and territory: the order of `neighbour_moves`.
    return looked.take(np.array([int(value.argmax())]))


def _badness_after(standing: Standing, loads: Floats, label: Ints, looked: Moves) -> Floats:
    """Return what is wrong after each move, shape (p,)."""
    out = np.zeros(looked.units.size)
    size = max(1, _CHUNK // loads.size)
    for low in range(0, out.size, size):
        rows = slice(low, min(out.size, low + size))
        at = np.arange(rows.stop - rows.start)
        after = np.repeat(loads[None], at.size, axis=0)
        after[at, label[looked.units[rows]]] = looked.load_from[rows]
        after[at, looked.to[rows]] = looked.load_to[rows]
        out[rows] = _badness(standing, after)
    return out


def _badness(standing: Standing, loads: Floats) -> Floats:
    """Return the excess over bands and a little of the deviations inside, (p,) of (p, k, m)."""
    deviations = standing.deviations(loads)
    over = np.maximum(np.abs(deviations) - standing.tolerance, 0.0)
    return np.asarray(over.sum(axis=(1, 2)) + _SHAPE * (deviations**2).sum(axis=(1, 2)))


def _stem(measure: str) -> str:
    """Return a measure's name without its unit: workload_h → workload."""
    return measure_label(measure).partition(" (")[0].lower().replace(" ", "_")


def _reason(standing: Standing, unit: int, pair: tuple[int, int], before: Step, after: Step) -> str:
    """Say what a move does to the two territories, measure by measure."""
    giver, taker = (standing.territory_ids[each] for each in pair)
    parts = [
        f"{_stem(measure).replace('_', ' ')} of {giver} "
        f"{signed_percent(before.deviations[pair[0], at])} → "
        f"{signed_percent(after.deviations[pair[0], at])}, of {taker} "
        f"{signed_percent(before.deviations[pair[1], at])} → "
        f"{signed_percent(after.deviations[pair[1], at])}"
        for at, measure in enumerate(standing.measures)
    ]
    return f"{counted(int(standing.n_accounts[unit]), 'account')}; {'; '.join(parts)}"
