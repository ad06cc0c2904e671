"""Find rows that repeat an id, reps with two homes, and rows that contradict each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from territory.audit import Finding
from territory.inputs.findings.rows import Rows, issue_of
from territory.messages import Severity, quoted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["case_twins", "check_alignment", "repeated", "two_homes"]

_HOME = ("city", "zip", "lon", "lat")


def repeated(
    ids: pd.Series[str], rows: Rows, column: str, *, kind: str, severity: Severity, what: str
) -> list[Finding]:
    """Return a finding for each row that repeats an id of an earlier one; "" is no id."""
    again = (ids.duplicated() & (ids != "")).to_numpy(dtype=bool)
    if not again.any():
        return []
    first: dict[str, int] = {}
    wanted = set(ids[again].tolist())
    for row in np.flatnonzero(ids.isin(list(wanted)).to_numpy(dtype=bool)).tolist():
        first.setdefault(ids.iloc[row], row)
    issue = issue_of(again, ids, severity=severity, kind=kind, column=column, what=what)
    whats = [f"{what} {rows.lines[first[value]]}" for value in issue.values]
    return rows.findings(replace(issue, whats=whats))


def case_twins(ids: pd.Series[str], rows: Rows, column: str) -> list[Finding]:
    """Warn of ids that differ from another in nothing but case; keys of a CRM may, and do."""
    folded = ids.str.casefold()
    twins = folded.duplicated(keep=False) & ~ids.duplicated(keep=False) & (ids != "")
    twins &= ~ids.str.fullmatch(r"[A-Za-z0-9]{15}(?:[A-Z0-9]{3})?")
    if not twins.any():
        return []
    issue = issue_of(
        twins.to_numpy(dtype=bool), ids, severity="warning", kind="case_twins", column=column,
        what="differs from another id in nothing but case; both are kept",
    )  # fmt: skip
    return rows.findings(issue)


def two_homes(frame: pd.DataFrame, rows: Rows) -> tuple[NDArray[np.bool_], list[Finding]]:
    """Find reps whose rows give them two homes.

    Returns
    -------
    (n,) bool
        Rows that repeat a rep with another home.
    list of Finding
    """
    ids = frame["rep_id"]
    often = (ids.duplicated(keep=False) & (ids != "")).to_numpy(dtype=bool)
    again = np.zeros(len(ids), dtype=np.bool_)
    homes: dict[str, tuple[int, str]] = {}
    told, whats = [""] * len(ids), []
    for row in np.flatnonzero(often).tolist():
        values = [str(frame[name].iloc[row]) for name in _HOME if name in frame]
        told[row] = " ".join(each for each in values if each not in ("", "nan"))
        line, first = homes.setdefault(ids.iloc[row], (int(rows.lines[row]), told[row]))
        if told[row] != first:
            again[row] = True
            whats.append(f"on line {line} it is {quoted(first)}")
    issue = issue_of(
        again, frame["rep_id"], severity="error", kind="two_homes", column="home", what=""
    )
    issue = replace(issue, values=[told[row] for row in np.flatnonzero(again)])
    return again, rows.findings(replace(issue, whats=whats)) if again.any() else []


def check_alignment(frame: pd.DataFrame, rows: Rows) -> list[Finding]:
    """Find rows of the alignment that name nothing, no territory, or the same twice."""
    findings: list[Finding] = []
    # A unit code that could not be used is named apart; here only what was never written counts.
    neither = np.asarray([name == "" for name in rows.ids], dtype=bool)
    findings += rows.findings(
        issue_of(
            neither, frame["territory_id"], severity="error", kind="missing_id",
            column="territory_id", what="neither account_id nor unit_id",
        )
    )  # fmt: skip
    unnamed = np.asarray(frame["territory_id"] == "", dtype=bool)
    findings += rows.findings(
        issue_of(
            unnamed, frame["territory_id"], severity="error", kind="missing_territory",
            column="territory_id", what="territory_id is empty",
        )
    )  # fmt: skip
    for column in ("account_id", "unit_id"):
        own = frame[column]
        if column == "unit_id":
            # A row with both ids is about the account; the unit says where it lies.
            own = own.where(frame["account_id"] == "", "")
        used = own != ""
        same = frame.assign(own=own).duplicated(["own", "territory_id"])
        again = np.asarray(used & same, dtype=bool)
        findings += rows.findings(
            issue_of(
                again, own, severity="warning", kind="repeated_row", column=column,
                what="written before with the same territory",
            )
        )  # fmt: skip
    return findings
