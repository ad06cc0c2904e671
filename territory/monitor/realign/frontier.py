"""The frontier of small changes: for 0, 1, 2, … moved units, the best that nested moves reach.

Each move stands on those before it, so that a planner can stop anywhere and has lost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.messages import counted
from territory.wording import signed_percent

if TYPE_CHECKING:
    from territory.monitor.realign.field import Field, Floats, Ints

__all__ = ["Frontier", "Move", "Step", "frontier_of"]

_SHAPE = 0.02
"""Weight of squared deviations inside bands against those outside: which way is downhill."""

_USD_PER_POINT = 20_000.0
"""USD a year that one hundredth of a deviation above a band is held to be worth: it only orders
moves; what a plan costs is told in hours and USD apart."""

_WORDS = ("workload", "potential")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One unit goes to a neighbouring territory, and why."""

    unit: int
    source: int
    target: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """The plan after so many moves.

    Attributes
    ----------
    moves : tuple of Move
        All so far.
    assignment : (n,) intp
    deviations : float64, shape (k, 2)
    outside : int
        Territories outside a band.
    excess : float
        Sum of what lies above or below bands, as fractions.
    travel_usd_y : float
        Change of the cost of the way a year.
    price_usd : float
        Expected loss of handing accounts over, once.
    """

    moves: tuple[Move, ...]
    assignment: Ints
    deviations: Floats
    outside: int
    excess: float
    travel_usd_y: float
    price_usd: float
    n_accounts: int
    revenue_usd: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """Steps 0, 1, 2, …; shorter than asked when no further move helps."""

    field: Field
    steps: tuple[Step, ...]

    def table(self) -> pd.DataFrame:
        """Return one row a number of moves."""
        return pd.DataFrame(
            [
                {
                    "n_moves": len(step.moves),
                    "n_accounts": step.n_accounts,
                    "revenue_usd": step.revenue_usd,
                    "n_outside": step.outside,
                    "worst_workload": float(np.abs(step.deviations[:, 0]).max()),
                    "worst_potential": float(np.abs(step.deviations[:, 1]).max()),
                    "travel_usd_y": step.travel_usd_y,
                    "handover_usd": step.price_usd,
                }
                for step in self.steps
            ]
        )

    def ledger(self) -> pd.DataFrame:
        """Return one row a move, in order: unit, both territories, accounts, money, reason."""
        field = self.field
        rows = []
        for number, move in enumerate(self.steps[-1].moves, start=1):
            unit = move.unit
            way = field.travel_h[unit, move.target] - field.travel_h[unit, move.source]
            rows.append(
                {
                    "move": number,
                    "unit_id": field.unit_ids[unit],
                    "from_territory_id": field.territory_ids[move.source],
                    "to_territory_id": field.territory_ids[move.target],
                    "n_accounts": int(field.n_accounts[unit]),
                    "service_h": float(field.service_h[unit]),
                    "potential_usd": float(field.potential_usd[unit]),
                    "revenue_usd": float(field.revenue_usd[unit]),
                    "travel_usd_y": float(way * field.usd_h),
                    "handover_usd": float(field.price_usd[unit]),
                    "reason": move.reason,
                }
            )
        columns = ["move", "unit_id", "from_territory_id", "to_territory_id", "n_accounts"]
        columns += ["service_h", "potential_usd", "revenue_usd", "travel_usd_y", "handover_usd"]
        return pd.DataFrame(rows, columns=[*columns, "reason"])


def frontier_of(field: Field, *, max_moves: int) -> Frontier:
    """Return the frontier by best single moves.

    Parameters
    ----------
    field : Field
    max_moves : int, 0 and up
        Units that may change hands.

    Notes
    -----
    A move takes a unit at a border to a neighbour's territory, leaves what it leaves in one piece,
    and is the one that lessens excess over bands most, then shape and cost. A unit moves once.
    O(moves · borders · k).
    """
    assignment = field.assignment.copy()
    moved: set[int] = set()
    steps = [_step(field, assignment, ())]
    moves: tuple[Move, ...] = ()
    pieces = _pieces(field, assignment)
    while len(moves) < max_moves:
        best = _best(field, assignment, moved, pieces)
        if best is None:
            break
        before = field.deviations(field.loads(assignment))
        unit, target = best
        source = int(assignment[unit])
        assignment = assignment.copy()
        assignment[unit] = target
        moved.add(unit)
        after = field.deviations(field.loads(assignment))
        move = Move(
            unit=unit, source=source, target=target,
            reason=_reason(field, unit, source, target, before, after),
        )  # fmt: skip
        moves = (*moves, move)
        steps.append(_step(field, assignment, moves))
    return Frontier(field=field, steps=tuple(steps))


def _step(field: Field, assignment: Ints, moves: tuple[Move, ...]) -> Step:
    deviations = field.deviations(field.loads(assignment))
    over = np.maximum(np.abs(deviations) - field.tolerance, 0.0)
    units = np.array([move.unit for move in moves], dtype=np.intp)
    return Step(
        moves=moves,
        assignment=assignment,
        deviations=deviations,
        outside=int((over > 1e-9).any(axis=1).sum()),
        excess=float(over.sum()),
        travel_usd_y=field.travel_usd(assignment) - field.travel_usd(field.assignment),
        price_usd=float(field.price_usd[units].sum()),
        n_accounts=int(field.n_accounts[units].sum()),
        revenue_usd=float(field.revenue_usd[units].sum()),
    )


def _badness(deviations: Floats, tolerance: Floats) -> float:
    over = np.maximum(np.abs(deviations) - tolerance, 0.0)
    inside = np.where(tolerance < 1e9, deviations, 0.0)
    return float(over.sum() + _SHAPE * (inside**2).sum())


def _best(
    field: Field, assignment: Ints, moved: set[int], pieces: NDArray[np.int64]
) -> tuple[int, int] | None:
    loads = field.loads(assignment)
    now = _badness(field.deviations(loads), field.tolerance)
    found: list[tuple[float, int, int]] = []
    for unit in range(assignment.size):
        if unit in moved:
            continue
        source = int(assignment[unit])
        targets = {int(assignment[other]) for other in field.neighbours[unit]} - {source}
        for target in sorted(targets):
            if not field.allowed[unit, target]:
                continue
            fresh = loads.copy()
            stay, go = field.travel_h[unit, source], field.travel_h[unit, target]
            fresh[source] -= (field.service_h[unit] + stay, field.potential_usd[unit])
            fresh[target] += (field.service_h[unit] + go, field.potential_usd[unit])
            gain = now - _badness(field.deviations(fresh), field.tolerance)
            cost = (go - stay) * field.usd_h + field.price_usd[unit]
            value = gain - cost / (100.0 * _USD_PER_POINT)
            if value > 1e-9:
                found.append((-value, unit, target))
    for _, unit, target in sorted(found):
        if _stays_whole(field, assignment, unit, pieces):
            return unit, target
    return None


def _pieces(field: Field, assignment: Ints) -> NDArray[np.int64]:
    """Return in how many pieces each territory lies at the start, (k,)."""
    out = np.zeros(len(field.territory_ids), dtype=np.int64)
    seen = np.zeros(assignment.size, dtype=bool)
    for unit in range(assignment.size):
        if not seen[unit]:
            out[assignment[unit]] += 1
            for each in _reach(field, assignment, unit, -1):
                seen[each] = True
    return out


def _reach(field: Field, assignment: Ints, start: int, without: int) -> set[int]:
    label, seen, stack = assignment[start], {start}, [start]
    while stack:
        for other in field.neighbours[stack.pop()].tolist():
            if other != without and other not in seen and assignment[other] == label:
                seen.add(other)
                stack.append(other)
    return seen


def _stays_whole(field: Field, assignment: Ints, unit: int, pieces: NDArray[np.int64]) -> bool:
    """Return whether the unit's territory stays in as few pieces as it was, and not empty."""
    source = assignment[unit]
    members = np.flatnonzero(assignment == source)
    left = set(members.tolist()) - {unit}
    if not left:
        return False
    count = 0
    while left:
        left -= _reach(field, assignment, next(iter(left)), unit)
        count += 1
    return count <= int(pieces[source])


def _reason(
    field: Field, unit: int, source: int, target: int, before: Floats, after: Floats
) -> str:
    """Say what a move does to the two territories, measure by measure."""
    giver, taker = field.territory_ids[source], field.territory_ids[target]
    parts = []
    for at, word in enumerate(_WORDS):
        if field.tolerance[at] >= 1e9:
            continue
        parts.append(
            f"{word} of {giver} {signed_percent(before[source, at])} → "
            f"{signed_percent(after[source, at])}, of {taker} "
            f"{signed_percent(before[target, at])} → {signed_percent(after[target, at])}"
        )
    return f"{counted(int(field.n_accounts[unit]), 'account')}; {'; '.join(parts)}"
