"""Edits by hand, each with who, when and why: recorded, replayed on another plan, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from territory.encoding.desk.named import Move, ids_of
from territory.errors import InputError
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = [
    "Edit",
    "edit_of",
    "edits_of",
    "edits_text",
    "pins_text",
    "places_before",
    "still_to_do",
    "without_last",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One accepted edit.

    Attributes
    ----------
    to : str
        Territory id.
    what : tuple of str
        Units or accounts.
    by, when, why : str
        Who decided it, on which day (YYYY-MM-DD), and the reason; "" where nobody said.
    team : str
        Whose territories they are.
    before : mapping of str to str
        Where each unit and account was before; empty for edits that were typed into a file.
    step : int
        Edits that were made at once have one number, from 1 on; 0 for those typed into a file.
    challenge : str
        Challenge that was accepted by it; "" where it was none.
    """

    to: str
    what: tuple[str, ...]
    by: str = ""
    when: str = ""
    why: str = ""
    team: str = "core"
    before: Mapping[str, str]
    step: int = 0
    challenge: str = ""


def edits_of(plan: Plan) -> tuple[Edit, ...]:
    """Return the edits that a plan carries, in the order in which they were made."""
    return tuple(edit_of(entry) for entry in plan.record.edits)


def edit_of(entry: Mapping[str, object]) -> Edit:
    """Return one entry of a record or a file as an edit."""
    texts = {name: str(entry.get(name, "")) for name in ("to", "by", "when", "why", "challenge")}
    before = cast("Mapping[str, object]", entry.get("before", {}))
    return Edit(
        **texts,
        what=tuple(str(each) for each in cast("Sequence[object]", entry["what"])),
        team=str(entry.get("team", "core")),
        before={str(name): str(value) for name, value in before.items()},
        step=int(cast("int", entry.get("step", 0))),
    )


def places_before(plan: Plan, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return, for each unit or account named, the territory of it or of all its parts.

    Accounts by name that lie in such a unit are told too: where the unit joins them they cease to
    be exceptions, and would go along on the way back.
    """
    ids = plan.alignment["unit_id"].astype("str").tolist()
    owner = plan.alignment["territory_id"].astype("str").tolist()
    known = ids_of(plan)
    accounts = plan.accounts.set_index("account_id")["territory_id"]
    inside: dict[str, dict[str, str]] = {}
    exceptions = plan.accounts[plan.accounts["exception"]]
    for unit, account, territory in zip(
        exceptions["unit_id"], exceptions["account_id"], exceptions["territory_id"], strict=True
    ):
        inside.setdefault(str(unit), {})[str(account)] = str(territory)
    out: dict[str, dict[str, str]] = {}
    for name in names:
        meant = known.meant(name)
        if meant is None:
            out[name] = {}
        elif not meant.units:
            out[name] = {name: str(accounts.loc[meant.account])} if meant.account else {}
        else:
            out[name] = {}
            for at in meant.units:
                apart = inside.get(ids[at], {})
                unit = known.only(unit=ids[at]) if ids[at] in apart else known.of_unit(ids[at])
                out[name] |= {unit: owner[at]}
                out[name] |= {known.only(account=each): to for each, to in apart.items()}
    return out


def without_last(plan: Plan) -> tuple[tuple[Move, ...], tuple[Edit, ...]]:
    """Return the moves that take the last step of edits back, and these edits.

    Raises
    ------
    InputError
        The plan has no edits, or one of the last step does not say where things were.
    """
    entries = plan.record.edits
    if not entries:
        raise InputError(
            Message(
                "the plan has no edits: there is nothing to take back",
                hint="edits are made by `territory move` and `territory apply`",
            )
        )
    step = edit_of(entries[-1]).step
    last = (
        [each for each in edits_of(plan) if each.step == step] if step else [edit_of(entries[-1])]
    )
    back: dict[str, list[str]] = {}
    for each in last:
        if not each.before:
            raise InputError(
                Message(
                    f"the last edit, {', '.join(each.what[:3])} to {each.to}, does not say where "
                    "they were before",
                    hint="move them back with `territory move`",
                )
            )
        for name, territory in each.before.items():
            back.setdefault(territory, []).append(name)
    moves = tuple(Move(to=to, what=tuple(what)) for to, what in back.items())
    return moves, tuple(last)


def edits_text(edits: Sequence[Edit]) -> str:
    """Return edits as the text of an ``edits.toml``."""
    lines = ["# Edits by hand, oldest first: `territory apply PLAN edits.toml` makes them again."]
    for each in edits:
        lines += ["", "[[edit]]", f"to = {_toml(each.to)}"]
        lines.append(f"what = [{', '.join(map(_toml, each.what))}]")
        lines += [
            f"{name} = {_toml(getattr(each, name))}" for name in ("by", "when", "why", "team")
        ]
        if each.before:
            inner = ", ".join(f"{_toml(key)} = {_toml(to)}" for key, to in each.before.items())
            lines.append(f"before = {{{inner}}}")
        if each.step:
            lines.append(f"step = {each.step}")
    return "\n".join(lines) + "\n"


def pins_text(edits: Sequence[Edit], plan: Plan) -> str:
    """Return edits as pins for a scenario: what a later solve has to keep.

    Of two edits of the same unit the later one counts.
    """
    known = ids_of(plan)
    apart = set(plan.accounts.loc[plan.accounts["exception"], "account_id"].astype("str"))
    last: dict[str, str] = {}
    for each in edits:
        for name in each.what:
            last.pop(name, None)
            last[name] = each.to
    lines = []
    for to in dict.fromkeys(last.values()):
        names = [name for name, where in last.items() if where == to]
        meant = {name: known.meant(name) for name in names}
        areas = [
            name if name in known.parts else name.removeprefix("unit:")
            for name, each in meant.items()
            if each and (each.units or each.both)
        ]
        accounts = [
            each.account
            for each in meant.values()
            if each and each.account and (not each.units or each.account in apart)
        ]
        accounts += [name for name, each in meant.items() if each is None]
        lines += ["[[rules.pinned]]", f"territory = {_toml(to)}"]
        for key, listed in (("units", areas), ("accounts", accounts)):
            if listed:
                lines.append(f"{key} = [{', '.join(map(_toml, listed))}]")
        lines.append("")
    return "\n".join(lines)


def _toml(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def still_to_do(
    plan: Plan, moves: Sequence[tuple[Move, dict[str, str]]]
) -> tuple[tuple[Move, dict[str, str]], ...]:
    """Return the moves without what is where it shall be already; unknown ids stay in.

    Raises
    ------
    InputError
        Nothing is left to do, or the moves are those of another team.
    """
    others = sorted({record.get("team", plan.team) for _, record in moves} - {plan.team})
    if others:
        raise InputError(
            Message(
                f"the edits are those of team {', '.join(map(quoted, others))}; the plan's team is "
                f"{quoted(plan.team)}",
                hint="apply them to that team's plan, or take the key team out of the file",
            )
        )
    out = []
    places = places_before(plan, (name for move, _ in moves for name in move.what))
    for move, record in moves:
        what = tuple(name for name in move.what if set(places[name].values()) != {move.to})
        if what:
            out.append((replace(move, what=what), record))
    if not out:
        n = sum(len(move.what) for move, _ in moves)
        raise InputError(
            Message(
                f"nothing is left to do: {counted(n, 'unit or account', 'units and accounts')} "
                "named, all in the territory wanted"
            )
        )
    return tuple(out)
