"""What a planner means by a name: an account, a unit or a territory of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from territory.errors import InputError
from territory.messages import Message, closest, counted, quoted

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["Kind", "Subject", "find_subject"]

Kind = Literal["account", "unit", "territory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is asked about: its kind, and its row in that table of the plan."""

    kind: Kind
    name: str
    row: int


def find_subject(plan: Plan, text: str, *, kind: Kind | None = None) -> Subject:
    """Return the account, unit or territory that a text names, by its id.

    Parameters
    ----------
    plan : Plan
    text : str
        An id as the plan's tables spell it; the case of letters does not matter where it is clear.
    kind : str, optional
        Where to look, for an id that more than one table has.

    Raises
    ------
    InputError
        Nothing has that id, or two tables have it and mean not the same.
    """
    tables: dict[Kind, list[str]] = {
        "account": plan.accounts["account_id"].astype("str").tolist(),
        "unit": plan.alignment["unit_id"].astype("str").tolist(),
        "territory": plan.territories["territory_id"].astype("str").tolist(),
    }
    tables = {name: ids for name, ids in tables.items() if kind is None or name == kind}
    wanted = text.strip()
    for spell in (str, str.casefold):
        found = [
            Subject(kind=name, name=ids[row], row=row)
            for name, ids in tables.items()
            for row in np.flatnonzero([spell(each) == spell(wanted) for each in ids])[:2].tolist()
        ]
        if len(found) == 1 or _one_account(plan, found):
            return found[0]
        if found:
            named = " and ".join(f"{each.kind} {each.name}" for each in found)
            raise InputError(
                Message(
                    f"{quoted(text)} is the id of {named}",
                    hint=f"say which is meant: --as {found[0].kind} or --as {found[-1].kind}",
                )
            )
    _refuse_split(plan, tables.get("unit", []), wanted)
    names = list(tables)
    looked = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    near = closest(wanted, (each for ids in tables.values() for each in ids), most=3)
    raise InputError(
        Message(
            f"{quoted(text)} is no {looked} of this plan",
            evidence=tuple(f"like {quoted(each)}" for each in near),
            hint="ids are those of accounts.csv, alignment.csv and territories.csv",
        )
    )


def _one_account(plan: Plan, found: list[Subject]) -> bool:
    """Whether an account and a unit are meant that are one: where each account is its own unit."""
    if [each.kind for each in found] != ["account", "unit"]:
        return False
    account, unit = found
    within = plan.accounts["unit_id"].astype("str").eq(unit.name)
    return int(within.sum()) == 1 and bool(within.iloc[account.row])


def _refuse_split(plan: Plan, units: list[str], wanted: str) -> None:
    """Raise with the parts of a unit that the plan has split: each has its own answer."""
    parts = [at for at, each in enumerate(units) if each.startswith(f"{wanted}:")]
    if not parts:
        return
    owner = plan.alignment["territory_id"].astype("str").tolist()
    raise InputError(
        Message(
            f"{quoted(wanted)} was split into {counted(len(parts), 'unit')} of this plan",
            evidence=tuple((units[at], owner[at]) for at in parts),
            hint="ask about one of them, or about an account",
        )
    )
