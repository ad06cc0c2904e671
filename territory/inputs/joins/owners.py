"""Join today's alignment to the reps: by territory, by the rep's id, by the rep's name.

A CRM exports the owner's name, not a territory. Owners that stand for nobody ("Open", "House",
"Former Rep (inactive)") and people who are not in the roster leave their accounts vacant.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.joins.ids import strangers
from territory.inputs.joins.names import (
    login_key,
    name_key,
    person_key,
    short_keys,
    vacancy,
)
from territory.inputs.joins.references import repeated
from territory.messages import Severity, counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["join_owners", "join_reps", "rep_of"]

_FEW = 0.9
_MOST_VACANT = 5


def join_owners(
    alignment: pd.DataFrame, rows: Rows, reps: pd.DataFrame | None, *, prefix: str
) -> tuple[pd.DataFrame, pd.DataFrame | None, list[Finding]]:
    """Return the alignment in territory ids, and reps who have one where owners are people.

    Parameters
    ----------
    alignment : DataFrame
        With ``territory_id``: a territory, a rep's id or a rep's name.
    rows : Rows
        Its rows.
    reps : DataFrame or None
    prefix : str
        Of the territory ids that reps get who have none.
    """
    labels = alignment["territory_id"].str.strip()
    findings: list[Finding] = []
    own = set() if reps is None else _territories(reps, prefix)
    distinct = [label for label in dict.fromkeys(labels.tolist()) if label and label not in own]
    vacant = {label: why for label in distinct if (why := vacancy(label))}
    target: dict[str, str] = dict.fromkeys(vacant, "")
    if reps is not None:
        people = {label: at for label in distinct if (at := rep_of(label, reps)) is not None}
        if people:
            reps = _with_territories(reps, set(people.values()), prefix)
            ids = reps["territory_id"].tolist()
            target = {**target, **{label: ids[at] for label, at in people.items()}}
            vacant = {label: why for label, why in vacant.items() if label not in people}
            strange = [label for label in distinct if label not in target]
            findings += _said(labels, people, strange, rows, reps)
            # Where owners are people, one who is not in the roster works here no more.
            vacant |= dict.fromkeys(strange, "not in the roster")
            target |= dict.fromkeys(strange, "")
        elif distinct and (reps["territory_id"] == "").all() and not labels.isin(list(own)).any():
            strange = [label for label in distinct if label not in vacant]
            findings += _none(labels, strange, rows)
    if vacant:
        findings.append(_vacant(labels, vacant, rows))
    if not target:
        return alignment, reps, findings
    return alignment.assign(territory_id=labels.replace(target)), reps, findings


def _territories(reps: pd.DataFrame, prefix: str) -> set[str]:
    """Return the territories of the reps, and the ids that those without one will get."""
    own = set(reps["territory_id"])
    if "" in own:
        width = max(2, len(str(len(reps))))
        own |= {f"{prefix}{number:0{width}d}" for number in range(1, len(reps) + 1)}
    return own - {""}


def rep_of(label: str, reps: pd.DataFrame) -> int | None:
    """Return the position of the one rep whose id or name a label is."""
    for column in ("rep_id", "name"):
        same = np.flatnonzero((reps[column] == label).to_numpy(dtype=bool))
        if len(same) == 1:
            return int(same[0])
    key = name_key(label)
    for column in ("rep_id", "name", "territory_id"):
        same = np.flatnonzero([name_key(value) == key for value in reps[column]] if key else [])
        if len(same) == 1:
            return int(same[0])
    key = "" if vacancy(label) else person_key(label)
    same = np.flatnonzero([person_key(value) == key for value in reps["name"]] if key else [])
    if len(same) == 1:
        return int(same[0])
    # "T01 - North" for T01, whichever of both writes the name behind the code.
    key = name_key(_code(label))
    for column in ("territory_id", "rep_id"):
        same = np.flatnonzero([name_key(_code(it)) == key for it in reps[column]] if key else [])
        if len(same) == 1:
            return int(same[0])
    # "T1" for T01, and a person by initial and last name, as log-ins are made.
    bare = _unpadded(label)
    for column in ("territory_id", "rep_id"):
        same = np.flatnonzero([bare == _unpadded(it) for it in reps[column]] if bare else [])
        if len(same) == 1:
            return int(same[0])
    key = "" if vacancy(label) else login_key(label)
    same = np.flatnonzero([key in short_keys(value) for value in reps["name"]] if key else [])
    return int(same[0]) if len(same) == 1 else None


def _unpadded(code: str) -> str:
    """Return a code with digits without zeros in front of them, "" for other texts."""
    key = name_key(code)
    return re.sub(r"(?<!\d)0+(?=\d)", "", key) if re.search(r"\d", key) else ""


def _code(label: str) -> str:
    return re.split(r"\s+[-\u2013\u2014|]\s+|:\s+", label.strip(), maxsplit=1)[0]


def _with_territories(reps: pd.DataFrame, wanted: set[int], prefix: str) -> pd.DataFrame:
    """Give reps without a territory one of their own, in the order of their ids."""
    ids = reps["territory_id"].tolist()
    if all(ids[at] for at in wanted):
        return reps
    names = iter(sorted(_territories(reps, prefix) - set(ids)))
    for at in reps["rep_id"].argsort(kind="stable").tolist():
        if not ids[at]:
            ids[at] = next(names)
    return reps.assign(territory_id=np.asarray(ids, dtype=object)).astype({"territory_id": "str"})


def _said(
    labels: pd.Series[str],
    people: dict[str, int],
    strange: list[str],
    rows: Rows,
    reps: pd.DataFrame,
) -> list[Finding]:
    n = int((labels != "").sum())
    hits = int(labels.isin(list(people)).sum())
    first, at = next(iter(people.items()))
    rep = reps.iloc[at]
    spelled = len(people) - len(set(people.values()))
    more = f"; {spelled:,} of them are other spellings of a name" if spelled else ""
    what = (
        f"territory_id: {hits:,} of {counted(n, 'row')} name a rep, in "
        f"{counted(len(people), 'spelling')}, as {quoted(first)} for {rep['rep_id']} in "
        f"{rep['territory_id']}{more}"
    )
    findings = [rows.whole(severity="info", kind="joined", what=what)]
    lost = labels.isin(strange)
    if lost.any() and hits < _FEW * n:
        what = (
            f"{hits:,} of {counted(n, 'row')} ({hits / n:.0%}) name a rep of the roster; the most "
            f"frequent strangers: {strangers(labels[lost].tolist())}"
        )
        hint = "add them to the reps, or spell them as there"
        findings.append(rows.whole(severity="warning", kind="orphan", what=what, repair=hint))
    return findings


def _none(labels: pd.Series[str], strange: list[str], rows: Rows) -> list[Finding]:
    """Say that no label is a rep: the reps have no territories, so nothing can be kept."""
    if not strange:
        return []
    most = strangers(labels[labels.isin(strange)].tolist())
    what = (
        f"territory_id: none of {counted(int((labels != '').sum()), 'row')} names a territory, an "
        f"id or a name of the reps; the most frequent strangers: {most}"
    )
    hint = "fill territory_id of the reps, or name the column of the alignment that has the reps"
    return [rows.whole(severity="error", kind="orphan", what=what, repair=hint)]


def _vacant(labels: pd.Series[str], vacant: dict[str, str], rows: Rows) -> Finding:
    count = Counter(labels[labels.isin(list(vacant))].tolist())
    shown = ", ".join(
        f"{quoted(label)} {number:,} ({vacant[label]})"
        for label, number in count.most_common(_MOST_VACANT)
    )
    more = len(count) - _MOST_VACANT
    shown += f" and {more:,} more" if more > 0 else ""
    what = (
        f"{counted(count.total(), 'row')} of the alignment are vacant today, nobody loses them: "
        f"{shown}"
    )
    return rows.whole(severity="warning", kind="vacant", what=what)


def join_reps(
    reps: pd.DataFrame, rep_rows: Rows, alignment: pd.DataFrame | None, rows: Rows | None
) -> list[Finding]:
    """Find reps who share a territory, reps without accounts today, territories without a rep."""
    own = reps["territory_id"]
    # A rep written twice is one person: the repeated id is told already.
    twice = reps["rep_id"].duplicated() & reps["rep_id"].ne("")
    findings = repeated(
        own.where(~twice, ""), rep_rows, "territory_id", kind="shared_territory", severity="error",
        what="it belongs to the rep on line",
    )  # fmt: skip
    if alignment is None or rows is None or not (own != "").any():
        return findings
    territories = alignment["territory_id"]
    unknown = np.flatnonzero((own != "") & ~own.isin(territories))
    stated = territories[territories != ""]
    if len(stated) and len(unknown) == int((own != "").sum()):
        what = (
            f"territory_id: none of {counted(len(stated), 'row')} names a territory of the reps; "
            f"the most frequent strangers: {strangers(stated.tolist())}"
        )
        hint = "spell the territories alike in reps and alignment"
        return [*findings, rows.whole(severity="error", kind="orphan", what=what, repair=hint)]
    findings += [
        rep_rows.finding(
            int(row), severity="warning", kind="not_in_alignment", column="territory_id",
            value=str(own.iloc[row]), what="nothing is aligned to it today",
        )
        for row in unknown
    ]  # fmt: skip
    severity: Severity = "warning"
    lost = stated[~stated.isin(own)]
    for territory, count in lost.value_counts().items():
        row = int(np.flatnonzero(np.asarray(territories == territory))[0])
        findings.append(
            rows.finding(
                row, severity=severity, kind="vacant", column="territory_id",
                value=str(territory),
                what=f"no rep has it; {counted(int(count), 'row')} of the alignment name it",
            )
        )  # fmt: skip
    if len(lost) and len(stated) - len(lost) < _FEW * len(stated):
        what = (
            f"territory_id: {len(stated) - len(lost):,} of {counted(len(stated), 'row')} "
            f"({1 - len(lost) / len(stated):.0%}) name a territory of the reps; the most frequent "
            f"strangers: {strangers(lost.tolist())}"
        )
        findings.append(rows.whole(severity="warning", kind="orphan", what=what))
    return findings
