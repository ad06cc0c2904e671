"""Moves by name: which units and accounts of a plan the planner's ids mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from territory.errors import InputError
from territory.messages import Message, closest

__all__ = ["Move", "found_by_id", "parts_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Units and accounts that shall go to one territory.

    Attributes
    ----------
    to : str
        Territory id.
    what : tuple of str
        Ids of units (one that was split stands for all its parts) or of accounts; a text alone is
        one id.
    """

    to: str
    what: tuple[str, ...]

    def __post_init__(self) -> None:
        """Take a text alone as one id, and any sequence as a tuple."""
        ids = (self.what,) if isinstance(self.what, str) else tuple(self.what)
        object.__setattr__(self, "what", ids)


def found_by_id(
    moves: Sequence[Move],
    *,
    parts: Mapping[str, Sequence[int]],
    accounts: Collection[str],
    territories: Collection[str],
) -> tuple[dict[int, str], dict[str, str]]:
    """Return unit positions and account ids with their new territories.

    Parameters
    ----------
    moves : sequence of Move
    parts : mapping of str to sequence of int
        Positions of the units that an id means (`parts_of`).
    accounts, territories : collection of str
        Ids of the plan.

    Raises
    ------
    InputError
        A territory, unit or account is unknown, or something is moved twice; all of it at once.
    """
    units: dict[int, str] = {}
    alone: dict[str, str] = {}
    told: list[Message] = []
    for move in moves:
        if move.to not in territories:
            told.append(_unknown("territory", move.to, territories))
            continue
        for name in move.what:
            here = parts.get(name, [])
            if not here and name not in accounts:
                told.append(_unknown("unit or account", name, [*parts, *accounts]))
                continue
            twice = [at for at in here if units.get(at, move.to) != move.to]
            if twice or alone.get(name, move.to) != move.to:
                told.append(
                    Message(
                        f"{name} is moved twice, to "
                        f"{units.get(twice[0]) if twice else alone[name]} and to {move.to}",
                        hint="name it once",
                    )
                )
                continue
            units.update(dict.fromkeys(here, move.to))
            if not here:
                alone[name] = move.to
    if told:
        raise InputError(*told)
    return units, alone


def parts_of(unit_ids: Iterable[str]) -> dict[str, list[int]]:
    """Return the positions of each unit by its id, and by the ids of what it was split from.

    Examples
    --------
    >>> parts_of(["48201:77030", "48201:77021", "48453"])
    {'48201:77030': [0], '48201': [0, 1], '48201:77021': [1], '48453': [2]}
    """
    out: dict[str, list[int]] = {}
    for at, unit in enumerate(unit_ids):
        name = str(unit)
        while name:
            out.setdefault(name, []).append(at)
            name = name.rpartition(":")[0]
    return out


def _unknown(what: str, name: str, known: Iterable[str]) -> Message:
    choices = sorted(set(known))
    near = closest(name, choices, most=3)
    return Message(
        f'the plan has no {what} "{name}"',
        hint=f"did you mean {' or '.join(near)}?"
        if near
        else f"it has {len(choices):,} such as {', '.join(choices[:3])}",
    )
