"""How compact territories are and a move would leave them, in the tables' figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solvers.problem.compactness import shape_sums
from territory.encoding.outlines.compact import DIGITS

if TYPE_CHECKING:
    from solvers.moves.alternatives import Moves
    from territory.encoding.explain.position import Position

__all__ = ["frayed", "outline_of"]


def frayed(position: Position, moves: Moves, row: int) -> tuple[str, str, float, float]:
    """Return the breach of `compactness_least` by a move, of the territory it harms more.

    Parameters
    ----------
    position : Position
    moves : Moves
    row : int
        One that frays an outline.

    Returns
    -------
    str
        The rule with the territory.
    str
        Half a sentence with key and values.
    float, 0 to 1
        Its compactness after the move.
    float, 0 to 1
        What the rule asks of it then.
    """
    t = int(moves.frayed[row])
    value, limit = float(moves.frayed_value[row]), float(moves.frayed_limit[row])
    return _told(position, t, "would be", value, limit)


def outline_of(position: Position, territory: int) -> tuple[str, str, float, float]:
    """Return how compact a territory is, as `frayed` does: rule, words, value and what is asked.

    Parameters
    ----------
    position : Position
        Of a problem with a rule about outlines.
    territory : int
    """
    shapes = position.encoding.problem.shapes
    sums = shape_sums(shapes, position.table.assignment, len(position.ids))
    value, limit = float(sums.value[territory]), float(sums.limit(shapes.least)[territory])
    return _told(position, territory, "is", value, limit)


def _told(
    position: Position, territory: int, verb: str, value: float, limit: float
) -> tuple[str, str, float, float]:
    who, least = position.ids[territory], position.case.scenario.rules.compactness_least
    words = (
        f"the compactness of {who} {verb} {value:.{DIGITS}f}, where rules.compactness_least = "
        f"{least:g} asks for {limit:.{DIGITS}f}"
    )
    return f"compactness {who}", words, round(value, DIGITS), round(limit, DIGITS)
