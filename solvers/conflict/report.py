"""What is said of a conflict: its rules, its witnesses and what would resolve it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Conflict", "ConflictRule", "Relaxation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRule:
    """One of the rules that cannot all be kept.

    Attributes
    ----------
    kind : str
        ``"balance"``, ``"pinned"``, ``"forbidden"``, ``"together"``, ``"radius"``, ``"moves"``,
        ``"contiguity"``, ``"candidates"`` or ``"territories"`` (each needs a unit).
    territory, measure : int
        Which, or -1 where the rule is not about one. For ``"moves"`` the measure is the column of
        `Problem.moved_weight`, for ``"together"`` the territory is the group's number.
    units : tuple of int
        The units concerned, at most 20; empty where it is all of them.
    value, limit : float
        What the rules together force, and what this rule allows; 0 where no number says it.
    side : str
        Of a band: ``"at most"`` or ``"at least"`` the limit; empty for both or no band.
    """

    kind: str
    territory: int = -1
    measure: int = -1
    units: tuple[int, ...] = ()
    value: float = 0.0
    limit: float = 0.0
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """A change that removes the conflict, or the least such change that is known to be needed.

    Attributes
    ----------
    kind : str
        ``"tolerance"`` (amount: the tolerance that the measure would have to have), ``"unpin"``,
        ``"split"`` (together group), ``"allow"`` (forbidden pair or candidate list), ``"radius"``
        (amount: what it would have to be), ``"moves"`` (amount: what the cap would have to be),
        ``"contiguity"``, ``"territories"`` (amount: how many there could be) or ``"divide"`` (the
        unit is too large: give it to a team or divide it).
    territory, measure : int
        -1 where it is about all of them.
    units : tuple of int
    amount : float
    sufficient : bool
        Whether the change is known to be enough; else it is only known that less will not do.
    """

    kind: str
    territory: int = -1
    measure: int = -1
    units: tuple[int, ...] = ()
    amount: float = 0.0
    sufficient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A set of rules that no assignment keeps.

    Attributes
    ----------
    rules : tuple of ConflictRule
        The conflicting rules, worst first.
    relaxations : tuple of Relaxation
        Cheapest first.
    proved : bool
        Whether it is proved that the rules conflict (always so as returned by
        `explain_conflict`).
    minimal : bool
        Whether it is proved that each of the rules is needed for the conflict.
    method : str
        ``"arithmetic"``, ``"pocket"`` or ``"model"``.
    """

    rules: tuple[ConflictRule, ...]
    relaxations: tuple[Relaxation, ...]
    proved: bool
    minimal: bool
    method: str
