"""Moves by name: which units and accounts of a plan the planner's ids mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.messages import Message, closest

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["Ids", "Meant", "Move", "found_by_id", "ids_of", "parts_of"]

_UNIT, _ACCOUNT = "unit:", "account:"
"""What is written in front of an id that a unit and an account have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Units and accounts that shall go to one territory.

    Attributes
    ----------
    to : str
        Territory id.
    what : tuple of str
        Ids of units (one that was split stands for all its parts) or of accounts, with ``unit:`` or
        ``account:`` in front where both have it; a text alone is one id.
    """

    to: str
    what: tuple[str, ...]

    def __post_init__(self) -> None:
        """Take a text alone as one id, and any sequence as a tuple."""
        ids = (self.what,) if isinstance(self.what, str) else tuple(self.what)
        object.__setattr__(self, "what", ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What an id means.

    Attributes
    ----------
    units : sequence of int
        Positions.
    account : str
        Id of an account; with units it is the only one of its own unit, which has its id (where
        each account is a unit): they go together.
    both : bool
        Whether it is the id of a unit and of an account that are not one thing, so that it has to
        be said which is meant.
    """

    units: Sequence[int] = ()
    account: str = ""
    both: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ids:
    """The ids of a plan's units and accounts.

    Attributes
    ----------
    parts : mapping of str to sequence of int
        Positions of the units that an id means (`parts_of`).
    accounts : collection of str
    alone : callable
        Whether an account is the only one of the unit that has its id.
    """

    parts: Mapping[str, Sequence[int]]
    accounts: Collection[str]
    alone: Callable[[str], bool]

    def meant(self, name: str) -> Meant | None:
        """Return what an id means; None where the plan does not have it."""
        units, known = self.parts.get(name, ()), name in self.accounts
        if units and known:
            one = self.alone(name)
            return Meant(units=units, account=name) if one else Meant(both=True)
        if units or known:
            return Meant(units=units, account=name if known else "")
        if name.startswith(_UNIT) and name[len(_UNIT) :] in self.parts:
            return Meant(units=self.parts[name[len(_UNIT) :]])
        if name.startswith(_ACCOUNT) and name[len(_ACCOUNT) :] in self.accounts:
            return Meant(account=name[len(_ACCOUNT) :])
        return None

    def of_account(self, account: str) -> str:
        """Return what means an account: its id, told apart from a unit's where it has to be."""
        same = account in self.parts and not self.alone(account)
        return _ACCOUNT + account if same else account

    def of_unit(self, unit: str) -> str:
        """Return what means a unit: its id, told apart from an account's where it has to be."""
        same = unit in self.accounts and not self.alone(unit)
        return _UNIT + unit if same else unit

    def only(self, unit: str = "", account: str = "") -> str:
        """Return what means a unit, or an account, and never both."""
        if unit:
            return _UNIT + unit if unit in self.accounts else unit
        return _ACCOUNT + account if account in self.parts else account


def ids_of(plan: Plan) -> Ids:
    """Return the ids of a plan."""
    import pandas as pd

    accounts = pd.Index(plan.accounts["account_id"].astype(str))
    units = plan.accounts["unit_id"].astype(str).to_numpy()

    def alone(account: str) -> bool:
        here = units == account
        return int(here.sum()) == 1 and bool(here[accounts.get_loc(account)])

    return Ids(
        parts=parts_of(plan.alignment["unit_id"].astype(str)), accounts=accounts, alone=alone
    )


def found_by_id(
    moves: Sequence[Move],
    *,
    ids: Ids,
    apart: Collection[str],
    territories: Collection[str],
) -> tuple[dict[int, str], dict[str, str]]:
    """Return unit positions and account ids with their new territories.

    Parameters
    ----------
    moves : sequence of Move
    ids : Ids
    apart : collection of str
        Accounts that are assigned by name, and so do not go with their unit.
    territories : collection of str
        Ids of the plan.

    Raises
    ------
    InputError
        A territory, unit or account is unknown, an id may mean two things, or something is moved
        twice; all of it at once.
    """
    units: dict[int, str] = {}
    alone: dict[str, str] = {}
    told: list[Message] = []
    for move in moves:
        if move.to not in territories:
            told.append(_unknown("territory", move.to, territories))
            continue
        for name in move.what:
            meant = ids.meant(name)
            if meant is None:
                told.append(_unknown("unit or account", name, [*ids.parts, *ids.accounts]))
                continue
            if meant.both:
                told.append(
                    Message(
                        f"{name} is the id of a unit and of an account",
                        hint=f"say which is meant: {_ACCOUNT}{name} or {_UNIT}{name}",
                    )
                )
                continue
            places = {units.get(at, move.to) for at in meant.units}
            places.add(alone.get(meant.account, move.to))
            if places != {move.to}:
                other = min(places - {move.to})
                told.append(
                    Message(
                        f"{name} is moved twice, to {other} and to {move.to}", hint="name it once"
                    )
                )
                continue
            units.update(dict.fromkeys(meant.units, move.to))
            if meant.account and (not meant.units or meant.account in apart):
                alone[meant.account] = move.to
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
