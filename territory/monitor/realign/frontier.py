"""The frontier of small changes: for 0, 1, 2, … moved units, the best that nested moves reach.

Each move stands on those before it, so that a planner can stop anywhere and has lost nothing. Paths
side by side then look for sets of as many moves that do clearly better, and where all end outside a
band the engine is asked for the nearest plan that keeps every rule: such points stand alone. For
few moves an exact model proves what no set of as many undercuts, and for more of them a bound is
told; so is how many moves it takes at least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import solvers
from solvers.moves.alternatives import Alternatives
from solvers.whatif.least_change import nearest
from solvers.whatif.least_excess import LeastExcess, least_excess
from territory.arrays import Floats, Ints
from territory.messages import counted
from territory.monitor.realign.paths import fewest_moves, side_by_side
from territory.monitor.realign.steps import (
    Step,
    badness_after,
    first_step,
    further,
    measure_word,
    next_step,
)
from territory.wording import LIMIT

if TYPE_CHECKING:
    from territory.monitor.realign.standing import Standing

__all__ = ["Frontier", "Sought", "frontier_of"]


_PROVED = 0.005
"""How far above its bound what is outside may lie to be called best."""

_CLEARLY = 0.02
"""By how much less must be outside before a path that can be stopped anywhere is given up."""


_LAST = 3
"""Moves by whose rate it is told how far the bands are."""

_FARTHER = 0.5
"""Moves beyond those allowed, as a part of these, that put a plan inside all bands out of reach."""


class Sought(Enum):
    """What became of the search for a plan of so many moves that is inside all bands."""

    NEEDLESS = "the moves reach the bands"
    PROVED = "it is proved that there is none"
    FAR = "not looked for: the last moves' rate would not do by far"
    MISSED = "looked for, and none found"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """Steps 0, 1, 2, …, shorter than asked when no further move helps.

    Each stands on the one before, but those that are not ``nested``. At least ``fewest`` moves
    bring every territory inside its bands, see `fewest_moves`. ``bound`` is what lies outside at
    least after 0, 1, … moves, whatever is moved; NaN where that is not known. ``asked`` are the
    moves that may be made, ``sought`` what became of the search for a plan inside all bands.
    """

    standing: Standing
    steps: tuple[Step, ...]
    asked: int = 0
    sought: Sought = Sought.NEEDLESS
    fewest: int = 0
    bound: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def into_bands(self) -> Step | None:
        """Return the step of fewest moves with no territory outside; None where none has."""
        return next((each for each in self.steps if not each.outside), None)

    def words_of_outside(self) -> str:
        """Say what the moves leave outside, what was done about it, and what is not known."""
        last = self.steps[-1]
        most = len(last.moves)
        if not last.outside or not self.asked:
            return ""
        said = (
            f"After {counted(most, 'move') if most else 'no move'}, still outside a band: "
            f"{counted(last.outside, 'territory', 'territories')}. "
        )
        if most < self.asked:
            said += f"No {'further ' if most else ''}single move helps. "
        allowed = counted(self.asked, "move")
        if self.sought is Sought.PROVED:
            return f"{said}It is proved that {allowed} cannot bring all inside."
        if self.sought is Sought.MISSED:
            return (
                f"{said}The engine looked for a plan of at most {allowed} inside all bands and "
                "found none; that there is none is not proved."
            )
        rate = _last_rate(self.steps)
        left = ceil(last.excess / rate) if rate > LIMIT else 0
        guess = f"about {left} more would be needed" if left else "they would never be reached"
        return (
            f"{said}Whether another set of {allowed} brings all inside was not looked for and is "
            f"not known: at the rate of the last moves {guess}, far beyond those allowed (an "
            "estimate, no proof). Allow more moves, or design anew."
        )

    def is_best(self, step: Step) -> bool:
        """Whether it is proved that no set of as many moves leaves less outside, to half a %."""
        n = len(step.moves)
        if step.outside == 0 or n == 0:
            return True
        known = n < self.bound.size and np.isfinite(self.bound[n])
        return bool(known and step.excess <= (1.0 + _PROVED) * self.bound[n])

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
                    "outside_sum": round(step.excess, 6),
                    "outside_sum_at_least": self._at_least(len(step.moves)),
                    "proved_best": self.is_best(step),
                    **{
                        f"worst_{measure_word(measure)}": float(
                            np.abs(step.deviations[:, at]).max()
                        )
                        for at, measure in enumerate(self.standing.measures)
                    },
                    "travel_usd_y": step.travel_usd_y,
                    "cost_usd_y": step.cost_usd_y,
                    "handover_usd": step.price_usd,
                }
                for step in self.steps
            ]
        )

    def _at_least(self, n: int) -> float:
        return round(float(self.bound[n]), 6) if n < self.bound.size else float("nan")

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
    steps = [first_step(standing, standing.assignment.copy())]
    while len(steps) <= max_moves:
        best, gain = further(standing, steps[-1])
        if best is None or gain[0] <= LIMIT:
            break
        steps.append(next_step(standing, steps[-1], best))
    least = _least(standing, max_moves) if steps[0].outside else None
    for n, other in enumerate(side_by_side(standing, steps[0], depth=len(steps) - 1), start=1):
        if _clearly_better(other, steps[n]):
            steps[n] = replace(other, nested=False)
    for n, assignment in enumerate(least.found if least else ()):
        if assignment is None or n >= len(steps):
            continue
        exact = _ordered(standing, assignment)
        if _clearly_better(exact, steps[n]):
            steps[n] = exact
    steps = _until_inside(steps)
    needed = fewest_moves(standing, steps[0])
    bound = least.bound if least else np.zeros(0)
    sought = Sought.NEEDLESS
    if steps[-1].outside:
        # What is proved to be out of reach is not looked for, nor what is far from it.
        sought = Sought.MISSED
        if needed > max_moves or (bound.size > max_moves and bound[max_moves] > LIMIT):
            sought = Sought.PROVED
        elif _far(steps, max_moves):
            sought = Sought.FAR
    whole = _nearest(standing, max_moves) if sought is Sought.MISSED else None
    if whole is not None:
        # What needs no more moves and leaves more outside is no answer any longer.
        steps = [each for each in steps if len(each.moves) < len(whole.moves)]
        steps.append(whole)
        sought = Sought.NEEDLESS
    done = np.flatnonzero(bound <= LIMIT)
    return Frontier(
        standing=standing,
        steps=tuple(steps),
        asked=max_moves,
        sought=sought,
        fewest=max(needed, int(done[0]) if done.size else 0),
        bound=bound,
    )


def _least(standing: Standing, max_moves: int) -> LeastExcess:
    """Return the bounds of what so many moves can do; only units move."""
    movable = np.arange(standing.problem.n) < len(standing.unit_ids)
    return least_excess(
        standing.problem,
        standing.assignment,
        share=standing.share,
        tolerance=standing.tolerance,
        most=max_moves,
        movable=movable,
    )


def _until_inside(steps: list[Step]) -> list[Step]:
    """Leave out the steps from where a territory is outside again, once none was."""
    reached = [at for at, step in enumerate(steps) if not step.outside]
    again = [at for at, step in enumerate(steps) if reached and at > reached[0] and step.outside]
    return steps[: again[0]] if again else steps


def _far(steps: list[Step], max_moves: int) -> bool:
    """Return whether all moves are made and half as many more would not do at the last ones' rate.

    Each move helps less than those before it. The engine, asked there for a plan inside all bands,
    takes more seconds than all else and finds one of more moves than may be made.
    """
    if len(steps) <= max_moves or len(steps) < 2:
        return False
    return steps[-1].excess > _FARTHER * max_moves * max(_last_rate(steps), LIMIT)


def _last_rate(steps: Sequence[Step]) -> float:
    """Return by how much each of the last moves lessened what is outside."""
    first = max(0, len(steps) - 1 - _LAST)
    return (steps[first].excess - steps[-1].excess) / (len(steps) - 1 - first)


def _clearly_better(other: Step, step: Step) -> bool:
    """Return whether a set of as many moves leaves fewer outside, or 2 % less of what is."""
    if len(other.moves) != len(step.moves):
        return False
    if other.outside != step.outside:
        return other.outside < step.outside
    return other.excess < (1.0 - _CLEARLY) * step.excess


def _nearest(standing: Standing, max_moves: int) -> Step | None:
    """Return the plan of few moves that keeps every rule, found by the engine; None without one."""
    start, problem = standing.assignment, standing.problem
    seed = int(standing.plan.record.seed)
    assignment = nearest(problem, start, fixed={}, seed=seed, most=max_moves)
    changed = np.flatnonzero(assignment != start)
    on_units = (changed < len(standing.unit_ids)).all()
    if not 0 < changed.size <= max_moves or not on_units:
        return None
    if not solvers.evaluate(problem, assignment).feasible:
        return None
    return _ordered(standing, assignment)


def _ordered(standing: Standing, assignment: Ints) -> Step:
    """Return an assignment as moves, in the order that leaves least outside on the way."""
    start, problem = standing.assignment, standing.problem
    left = np.flatnonzero(assignment != start)
    step = first_step(standing, start)
    # One at a time in the order that leaves least outside; in between a territory may be in parts.
    while left.size:
        looked = Alternatives(problem, step.assignment).moves(left, assignment[left])
        wrong = badness_after(standing, step.loads, step.assignment, looked)
        first = int(wrong.argmin())
        step = next_step(standing, step, looked.take(np.array([first])))
        left = np.delete(left, first)
    return replace(step, nested=False)
