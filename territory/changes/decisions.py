"""The record of an agreement: states of a plan and decisions on challenges, who and when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.errors import InputError
from territory.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from territory.plan import Plan

__all__ = [
    "FILE",
    "STATES",
    "agreed_on",
    "open_challenges",
    "read_decisions",
    "refuse_overtaken",
    "state_of",
    "taken_back",
    "territories_of",
    "with_entry",
    "write_decisions",
]

FILE = "decisions.csv"
STATES = ("draft", "in review", "agreed", "live")
COLUMNS = (
    *("when", "who", "kind", "id", "decision", "account_id", "from", "to", "change_usd"),
    *("asked_by", "asked_why", "why"),
)
_NEXT = {
    "draft": ("in review",),
    "in review": ("agreed",),
    "agreed": ("live", "in review"),
    "live": ("in review",),
}


def read_decisions(folder: str | Path) -> pd.DataFrame:
    """Return the record of a review folder, oldest first; empty where there is none yet.

    Raises
    ------
    InputError
        The file lacks a column.
    """
    from territory.inputs.cells import plain_cell

    path = Path(folder) / FILE
    if not path.is_file():
        return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise InputError(
            Message(
                f"{path}: column {', '.join(missing)} is missing",
                evidence=(f"columns there: {', '.join(frame.columns)}",),
                hint="give the columns their names back; the record is never written anew",
            )
        )
    for name in frame.columns:
        frame[name] = frame[name].map(plain_cell).astype("str")
    return frame


def refuse_overtaken(folder: str | Path, record: pd.DataFrame) -> None:
    """Refuse a record that lacks what was written since it was read: entries only come behind.

    Raises
    ------
    InputError
        Another command wrote to the record meanwhile.
    """
    written = read_decisions(folder)
    first = record.reindex(columns=written.columns).iloc[: len(written)]
    if not np.array_equal(written.to_numpy(dtype=object), first.to_numpy(dtype=object)):
        last = written.iloc[-1]
        raise InputError(
            Message(
                f"{Path(folder) / FILE}: another command wrote to it meanwhile",
                evidence=(f"last entry: {last['kind']} {last['id']} {last['decision']}, by "
                          f"{last['who']}",),
                hint="nothing was changed; give the command again",
            )
        )  # fmt: skip


def write_decisions(folder: str | Path, record: pd.DataFrame) -> Path:
    """Write the record, whole.

    Raises
    ------
    InputError
        See `refuse_overtaken`.
    """
    from territory.inputs.cells import write_table
    from territory.whole import whole_files

    refuse_overtaken(folder, record)
    with whole_files(folder) as fresh:
        cost = pd.to_numeric(record["change_usd"].replace("", float("nan")))
        write_table(record.assign(change_usd=cost), fresh / FILE)
    return Path(folder) / FILE


def state_of(record: pd.DataFrame) -> str:
    """Return the plan's state: the last one that was written, else draft."""
    states = record[record["kind"].eq("state")]
    return str(states["decision"].iloc[-1]) if len(states) else STATES[0]


def territories_of(plan: Plan) -> str:
    """Return what tells a plan from any other as an agreement sees it: who has which territory.

    Twelve hexadecimal digits, of the territory of each unit and account and the rep of each
    territory, in any order of rows.
    """
    from territory.inputs.scenario.files.variation import frame_digest

    parts = (
        (plan.alignment, "unit_id", "territory_id"),
        (plan.accounts, "account_id", "territory_id"),
        (plan.territories, "territory_id", "rep_id"),
    )
    told = [table[[key, value]].astype("str").sort_values(key) for table, key, value in parts]
    return frame_digest(pd.concat([each.set_axis(["id", "of"], axis=1) for each in told]))[:12]


def agreed_on(record: pd.DataFrame) -> str:
    """Return `territories_of` the plan that was agreed; "" where none is, or it was not noted."""
    states = record[record["kind"].eq("state")]
    agreed = states[states["decision"].eq("agreed")]
    if agreed.empty or state_of(record) not in {"agreed", "live"}:
        return ""
    return str(agreed["id"].iloc[-1])


def open_challenges(record: pd.DataFrame) -> list[str]:
    """Return challenges that were received and are neither accepted nor declined."""
    asked = record[record["kind"].eq("challenge")]
    last = asked.drop_duplicates("id", keep="last")
    return last.loc[last["decision"].eq("received"), "id"].tolist()


def taken_back(record: pd.DataFrame, ids: Iterable[str], *, who: str, when: str) -> pd.DataFrame:
    """Return the record with accepted challenges open again: their move was taken back.

    Parameters
    ----------
    record : DataFrame
    ids : iterable of str
        Challenges; those that are not accepted stay as they are.
    who, when : str

    Raises
    ------
    InputError
        The plan is agreed or live, so that nothing of it is taken back; nobody is named.
    """
    for name in dict.fromkeys(ids):
        asked = record[record["kind"].eq("challenge") & record["id"].eq(name)]
        if asked.empty or asked["decision"].iloc[-1] != "accepted":
            continue
        if state_of(record) in {"agreed", "live"}:
            raise InputError(
                Message(
                    f"the plan is {state_of(record)}: the move that {name} asked for is not taken "
                    "back",
                    hint="open it again with `territory state PLAN in-review --by NAME --why TEXT`",
                )
            )
        last = asked.iloc[-1]
        kept = {str(column): last[column] for column in COLUMNS}
        again = {"who": who, "when": when, "decision": "received", "why": "the move was taken back"}
        record = with_entry(record, {**kept, **again})
    return record


def with_entry(record: pd.DataFrame, entry: Mapping[str, object]) -> pd.DataFrame:
    """Return the record with one more line; a step that may not follow is refused.

    Raises
    ------
    InputError
        A state that does not follow the present one, an agreement while challenges are open, or
        a plan that goes live otherwise than it was agreed (`id` is `territories_of` it);
        an acceptance after what was agreed; a line without who, when or (for decisions) why.
    """
    lacking = [name for name in ("when", "who") if not str(entry.get(name, "")).strip()]
    if entry.get("decision") in {"accepted", "declined"} and not str(entry.get("why", "")).strip():
        lacking.append("why")
    if lacking:
        raise InputError(
            Message(
                f"a decision needs {' and '.join(lacking)}", hint="add --by NAME, and --why TEXT"
            )
        )
    if entry["kind"] == "state":
        _check_step(record, str(entry["decision"]), str(entry.get("id", "")))
    elif entry.get("decision") == "accepted" and state_of(record) in {"agreed", "live"}:
        raise InputError(
            Message(
                f"the plan is {state_of(record)}: a challenge no longer changes it",
                hint="open it again with `territory state PLAN in-review --by NAME --why TEXT`, or "
                "decline the challenge",
            )
        )
    row = {name: str(entry.get(name, "")) for name in COLUMNS}
    return pd.concat([record, pd.DataFrame([row])], ignore_index=True)


def _check_step(record: pd.DataFrame, state: str, plan: str) -> None:
    now = state_of(record)
    if state not in STATES:
        raise InputError(Message(f'"{state}" is no state', hint=f"one of {', '.join(STATES)}"))
    if state != now and state not in _NEXT[now]:
        raise InputError(
            Message(
                f"the plan is {now}; {state} does not follow it",
                hint=f"what can follow is {' or '.join(_NEXT[now])}",
            )
        )
    if state == "live" and plan and agreed_on(record) not in {"", plan}:
        raise InputError(
            Message(
                "the plan is not the one that was agreed: it was changed since",
                hint="take the edits back with `territory undo PLAN`, or open it again with "
                "`territory state PLAN in-review --by NAME --why TEXT` and agree on what it is now",
            )
        )
    waiting = open_challenges(record)
    if state == "agreed" and waiting:
        raise InputError(
            Message(
                f"{len(waiting)} challenges are open: {', '.join(waiting[:5])}",
                hint="decide each with `territory decide PLAN ID --accept|--decline --why TEXT`",
            )
        )
