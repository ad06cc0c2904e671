"""Edits that people wrote into a file: an edits.toml or a workbook's sheet Moves, checked whole."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territory.changes.edits import edit_of
from territory.encoding.desk.named import Move, ids_of
from territory.errors import InputError
from territory.messages import Message, closest, counted, quoted

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["moves_of_file"]

_KEYS = {"to", "what", "by", "when", "why", "team", "before", "step"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """What one place of the file wants to move, and where to."""

    where: str
    what: tuple[str, ...]
    to: str


def moves_of_file(path: Path, plan: Plan) -> tuple[tuple[Move, dict[str, str]], ...]:
    """Read moves with their records from an ``edits.toml`` or from the sheet Moves of a workbook.

    Raises
    ------
    InputError
        The file is absent, cannot be read, an entry says not what moves or where to, names what
        the plan does not have, or two entries want the same in two territories: each with its row
        (or the number of its edit) and its value, all at once.
    """
    if not path.is_file():
        raise InputError(Message(f"{path}: no such file", hint="name an edits.toml or a workbook"))
    return _of_sheet(path, plan) if path.suffix.lower() == ".xlsx" else _of_toml(path, plan)


def _of_toml(path: Path, plan: Plan) -> tuple[tuple[Move, dict[str, str]], ...]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(Message(f"{path}: cannot be read as TOML: {error}")) from error
    entries = content.get("edit", [])
    told = []
    out: list[tuple[Move, dict[str, str]]] = []
    lines = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        where = f"{path}: edit {number}"
        if not isinstance(entry, dict) or set(entry) - _KEYS:
            extra = sorted(set(entry) - _KEYS) if isinstance(entry, dict) else []
            told.append(
                Message(
                    f"{where}: unknown {', '.join(map(quoted, extra))}",
                    hint=f"an edit has {', '.join(sorted(_KEYS))}",
                )
            )
        elif flaw := _flaw(entry):
            told.append(Message(f"{where}: {flaw}", hint='as in to = "T07", what = ["48113"]'))
        else:
            edit = edit_of(entry)
            team = {"team": edit.team} if "team" in entry else {}
            record = {"by": edit.by, "why": edit.why, **team}
            out.append((Move(to=edit.to, what=edit.what), record))
            lines.append(_Line(where=f"edit {number}", what=edit.what, to=edit.to))
    if not entries or not isinstance(entries, list):
        told.append(Message(f"{path}: has no [[edit]]", hint="`territory edits PLAN` writes one"))
    if told:
        raise InputError(*told)
    _refuse(str(path), "edit", lines, plan)
    return tuple(out)


def _flaw(entry: Mapping[str, object]) -> str:
    """Return what is wrong with the two keys that every edit has; "" for nothing."""
    what, to = entry.get("what"), entry.get("to")
    if not isinstance(what, list) or not what or not all(isinstance(each, str) for each in what):
        return f"what is {_given(what)}; expected a list of ids in quotes"
    if not isinstance(to, str) or not to:
        return f"to is {_given(to)}; expected a territory in quotes"
    return ""


def _given(value: object) -> str:
    return "missing" if value is None else quoted(value) if isinstance(value, str) else f"{value}"


def _of_sheet(path: Path, plan: Plan) -> tuple[tuple[Move, dict[str, str]], ...]:
    from territory.publish.excel.moves_sheet import moves_and_flaws

    (rows, wrong), ids = moves_and_flaws(path), ids_of(plan)
    reason = rows["reason"].fillna("").astype("str") if "reason" in rows else [""] * len(rows)
    out: dict[tuple[str, str], list[str]] = {}
    lines = []
    for unit, account, to, why, row in zip(
        rows["unit_id"], rows["account_id"], rows["to"], reason, rows["row"], strict=True
    ):
        name = ids.of_account(str(account)) if account else ids.of_unit(str(unit))
        out.setdefault((str(to), str(why)), []).append(name)
        lines.append(_Line(where=f"row {row}", what=(name,), to=str(to)))
    _refuse(f"{path}, sheet Moves", "row", lines, plan, wrong)
    return tuple(
        (Move(to=to, what=tuple(what)), {"by": "", "why": why}) for (to, why), what in out.items()
    )


def _refuse(
    source: str,
    what: str,
    lines: Sequence[_Line],
    plan: Plan,
    flaws: Sequence[tuple[str, ...]] = (),
) -> None:
    """Name every line with a flaw, that the plan does not know, or that another contradicts."""
    wrong = (*flaws, *_wrong(lines, plan))
    if wrong:
        raise InputError(
            Message(
                f"{source}: {counted(len(wrong), what)} cannot be used",
                evidence=wrong,
                hint="correct what is named, or take it out; the plan is as it was",
            )
        )


def _wrong(lines: Sequence[_Line], plan: Plan) -> Iterator[tuple[str, ...]]:
    """Yield place, value and what is wrong with it."""
    ids = ids_of(plan)
    territories = sorted(set(plan.territories["territory_id"].astype("str")))
    taken: dict[int | str, _Line] = {}
    for line in lines:
        if line.to not in territories:
            like = _like(line.to, territories)
            yield line.where, line.to, f"is no territory of the plan{like}"
            continue
        for name in line.what:
            meant = ids.meant(name)
            if meant is None:
                like = _like(name, sorted({*ids.parts, *ids.accounts}))
                yield line.where, name, f"is no unit or account of the plan{like}"
                continue
            if meant.both:
                yield (
                    line.where, name,
                    f"is the id of a unit and of an account: write account:{name} or unit:{name}",
                )  # fmt: skip
                continue
            # A unit that was split stands for its parts.
            items: list[int | str] = [*meant.units, *([meant.account] if meant.account else [])]
            other = next((taken[each] for each in items if each in taken), None)
            if other is not None and other.to != line.to:
                yield f"{other.where}, {line.where}", name, f"goes to {other.to} and to {line.to}"
                continue
            taken.update(dict.fromkeys(items, line))


def _like(name: str, known: Sequence[str]) -> str:
    near = closest(name, known)
    return f" (did you mean {near[0]}?)" if near else ""
