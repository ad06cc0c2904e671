"""The smallest exchange that would make an alternative possible: what else has to move, and where.

First alone, then with one further item, then with two, all judged by the referee; where that does
not do, what a re-solve with a price on every further change finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

import solvers
from solvers.moves.alternatives import Alternatives, neighbour_moves
from solvers.whatif.least_change import least_change
from territory.arrays import Ints
from territory.wording import LIMIT

if TYPE_CHECKING:
    from territory.encoding.explain.position import Position

__all__ = ["Exchange", "smallest_exchange"]


_WORK = 6_000_000
"""Units that the referee looks at for each further item, over all candidates."""

_BEAM = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Items that change territory together.

    Attributes
    ----------
    moves : tuple of (item, territory)
        The wanted item first.
    change_usd : float
        Change of the plan's objective.
    least : bool
        Whether fewer moves were tried and do not do; else it is what a re-solve found.
    """

    moves: tuple[tuple[int, int], ...]
    change_usd: float
    least: bool


def smallest_exchange(position: Position, item: int, to: int) -> Exchange | None:
    """Return the fewest items that must change with it so that no rule is newly broken.

    Mates of the item that a rule keeps together with it always go along. None where nothing was
    found: a rule of the item itself stands against it, or no plan nearby keeps the rules.

    Parameters
    ----------
    position : Position
    item, to : int
        What should be where.
    """
    problem, before = position.encoding.problem, position.table.evaluation
    rules = problem.rules
    wanted = [item]
    if rules.together[item] >= 0:
        mates = np.flatnonzero(rules.together == rules.together[item])
        wanted += [int(each) for each in mates if each != item and position.assignment[each] != to]
    first = position.assignment.copy()
    first[wanted] = to
    alone = solvers.evaluate(problem, first)
    if _hard(alone, set(wanted)):
        return None
    tried: list[tuple[tuple[float, float], Ints]] = [(_worse(alone, before), first)]
    if tried[0][0] == (0.0, 0.0):
        return _exchange(position, first, item, least=True)
    for _ in range(2):
        following: list[tuple[tuple[float, float], float, Ints]] = []
        limit = max(20, _WORK // max(1, problem.n) // len(tried))
        for _, label in tried:
            following += _further(position, label, before, frozen=set(wanted), limit=limit)
        following.sort(key=lambda each: (each[0], each[1], each[2].tobytes()))
        if not following:
            break
        if following[0][0] == (0.0, 0.0):
            return _exchange(position, following[0][2], item, least=True)
        tried = [(bad, label) for bad, _, label in following[:_BEAM]]
    found = least_change(
        problem,
        position.assignment,
        fixed=dict.fromkeys(wanted, to),
        seed=position.case.scenario.solve.seed,
    )
    if _worse(found.evaluation, before) != (0.0, 0.0):
        return None
    return _exchange(position, found.assignment, item, least=False)


def _hard(after: solvers.Evaluation, wanted: set[int]) -> bool:
    """Whether a rule of the wanted items themselves is broken, which no exchange can mend."""
    hard = {"pinned", "forbidden", "radius"}
    return any(each.rule in hard and wanted & set(each.units) for each in after.violations)


def _worse(after: solvers.Evaluation, before: solvers.Evaluation) -> tuple[float, float]:
    """Return how many rules are newly broken besides bands, and by how much bands are left more."""
    known = {(each.rule, each.territory, each.measure): each.value for each in before.violations}
    new = sum(1.0 for each in after.violations if each.rule != "balance" and _newly(each, known))
    more = np.maximum(after.excess - before.excess, 0.0)
    return new, float(more[more > LIMIT].sum())


def _newly(each: solvers.Violation, known: dict[tuple[str, int, int], float]) -> bool:
    """Whether a rule was not broken before, or less."""
    value = known.get((each.rule, each.territory, each.measure))
    if value is None:
        return True
    if each.rule == "compactness":
        return each.value < value * (1.0 - LIMIT)
    return each.value > value * (1.0 + LIMIT) + LIMIT


def _further(
    position: Position,
    label: Ints,
    before: solvers.Evaluation,
    *,
    frozen: set[int],
    limit: int,
) -> list[tuple[tuple[float, float], float, Ints]]:
    """Return what one more move makes of an assignment, the cheapest moves tried first."""
    problem = position.encoding.problem
    units, to = neighbour_moves(problem, label)
    touched = np.unique(
        np.concatenate([position.assignment[list(frozen)], label[list(frozen)]]).astype(np.int64)
    )
    concerned = np.isin(label[units], touched) | np.isin(to, touched)
    rows = np.flatnonzero(concerned & ~np.isin(units, list(frozen)))
    if rows.size == 0:
        return []
    moves = Alternatives(problem, label).moves(units[rows], to[rows])
    hard = moves.of_the_unit | moves.empties
    order = np.lexsort((moves.to, moves.units, moves.change, hard))
    out = []
    for row in order[:limit].tolist():
        if hard[row]:
            break
        after = label.copy()
        after[moves.units[row]] = moves.to[row]
        judged = solvers.evaluate(problem, after)
        out.append((_worse(judged, before), judged.objective, after))
    return out


def _exchange(position: Position, label: Ints, item: int, *, least: bool) -> Exchange:
    changed = np.flatnonzero(label != position.assignment).tolist()
    order = [item, *[each for each in changed if each != item]]
    return Exchange(
        moves=tuple((each, int(label[each])) for each in order),
        change_usd=position.objective(label) - position.objective(position.assignment),
        least=least,
    )
