"""Edits by hand, each with who, when and why: recorded, replayed on another plan, taken back."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from territory.encoding.desk.desk import Move
from territory.errors import InputError
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = [
    "Edit",
    "edits_of",
    "edits_text",
    "moves_of_file",
    "pins_text",
    "places_before",
    "still_to_do",
    "without_last",
]

_KEYS = {"to", "what", "by", "when", "why", "team", "before", "step"}


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
    """

    to: str
    what: tuple[str, ...]
    by: str = ""
    when: str = ""
    why: str = ""
    team: str = "core"
    before: Mapping[str, str]
    step: int = 0


def edits_of(plan: Plan) -> tuple[Edit, ...]:
    """Return the edits that a plan carries, in the order in which they were made."""
    return tuple(_edit(entry) for entry in plan.record.edits)


def _edit(entry: Mapping[str, object]) -> Edit:
    texts = {name: str(entry.get(name, "")) for name in ("to", "by", "when", "why")}
    before = cast("Mapping[str, object]", entry.get("before", {}))
    return Edit(
        **texts,
        what=tuple(str(each) for each in cast("Sequence[object]", entry["what"])),
        team=str(entry.get("team", "core")),
        before={str(name): str(value) for name, value in before.items()},
        step=int(cast("int", entry.get("step", 0))),
    )


def places_before(plan: Plan, move: Move) -> dict[str, str]:
    """Return the territory of each unit (of all its parts) and account that a move names.

    Accounts by name that lie in such a unit are told too: where the unit joins them they cease to
    be exceptions, and would go along on the way back.
    """
    ids = plan.alignment["unit_id"].astype("str")
    owner = plan.alignment["territory_id"].astype("str")
    accounts = plan.accounts.set_index("account_id")["territory_id"]
    by_name = plan.accounts[plan.accounts["exception"].eq("true")]
    out: dict[str, str] = {}
    for name in move.what:
        here = ids.eq(name) | ids.str.startswith(f"{name}:")
        if here.any():
            out |= dict(zip(ids[here], owner[here], strict=True))
            inside = by_name[by_name["unit_id"].isin(ids[here])]
            out |= dict(zip(inside["account_id"], inside["territory_id"], strict=True))
        elif name in accounts.index:
            out[name] = str(accounts.loc[name])
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
    step = _edit(entries[-1]).step
    last = [each for each in edits_of(plan) if each.step == step] if step else [_edit(entries[-1])]
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
    units = plan.alignment["unit_id"].astype("str")
    last: dict[str, str] = {}
    for each in edits:
        for name in each.what:
            last.pop(name, None)
            last[name] = each.to
    lines = []
    for to in dict.fromkeys(last.values()):
        names = [name for name, where in last.items() if where == to]
        areas = [
            name for name in names if (units.eq(name) | units.str.startswith(f"{name}:")).any()
        ]
        accounts = [name for name in names if name not in areas]
        lines += ["[[rules.pinned]]", f"territory = {_toml(to)}"]
        for key, listed in (("units", areas), ("accounts", accounts)):
            if listed:
                lines.append(f"{key} = [{', '.join(map(_toml, listed))}]")
        lines.append("")
    return "\n".join(lines)


def _toml(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def moves_of_file(path: Path) -> tuple[tuple[Move, dict[str, str]], ...]:
    """Read moves with their records from an ``edits.toml`` or from the sheet Moves of a workbook.

    Raises
    ------
    InputError
        The file is absent, cannot be read, or an entry says not what moves or where to.
    """
    if not path.is_file():
        raise InputError(Message(f"{path}: no such file", hint="name an edits.toml or a workbook"))
    return _of_sheet(path) if path.suffix.lower() == ".xlsx" else _of_toml(path)


def _of_toml(path: Path) -> tuple[tuple[Move, dict[str, str]], ...]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(Message(f"{path}: cannot be read as TOML: {error}")) from error
    entries = content.get("edit", [])
    told = []
    out = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        where = f"{path}: edit {number}"
        if not isinstance(entry, dict) or set(entry) - _KEYS:
            extra = sorted(set(entry) - _KEYS) if isinstance(entry, dict) else []
            told.append(Message(f"{where}: unknown {', '.join(map(quoted, extra))}"))
        elif not isinstance(entry.get("what"), list) or not entry["what"] or not entry.get("to"):
            told.append(Message(f"{where}: needs what (a list of ids) and to (a territory)"))
        else:
            edit = _edit(entry)
            team = {"team": edit.team} if "team" in entry else {}
            record = {"by": edit.by, "why": edit.why, **team}
            out.append((Move(to=edit.to, what=edit.what), record))
    if not entries:
        told.append(Message(f"{path}: has no [[edit]]", hint="`territory edits PLAN` writes one"))
    if told:
        raise InputError(*told)
    return tuple(out)


def _of_sheet(path: Path) -> tuple[tuple[Move, dict[str, str]], ...]:
    from territory.publish.excel.moves_sheet import read_moves

    rows = read_moves(path)
    reason = rows["reason"].fillna("").astype("str") if "reason" in rows else [""] * len(rows)
    out: dict[tuple[str, str], list[str]] = {}
    for unit, account, to, why in zip(
        rows["unit_id"], rows["account_id"], rows["to"], reason, strict=True
    ):
        out.setdefault((str(to), str(why)), []).append(str(account) or str(unit))
    return tuple(
        (Move(to=to, what=tuple(what)), {"by": "", "why": why}) for (to, why), what in out.items()
    )


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
    for move, record in moves:
        what = tuple(
            name
            for name in move.what
            if set(places_before(plan, Move(to=move.to, what=(name,))).values()) != {move.to}
        )
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
