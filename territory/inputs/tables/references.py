"""Check what the tables say about each other: ids that nobody has, territories without reps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from territory.audit import Finding
from territory.inputs.findings.rows import Rows, issue_of
from territory.messages import Severity, counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_alignment", "check_references", "repeated"]

_ORPHANS_ALLOWED = 0.5
"""Above this share of unknown accounts, a table does not belong to the accounts table."""


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


def check_alignment(frame: pd.DataFrame, rows: Rows) -> list[Finding]:
    """Find rows of the alignment that name nothing, no territory, or two territories for one id."""
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
        findings += repeated(
            own.where(~same, ""), rows, column, kind="conflict", severity="error",
            what="another territory on line",
        )  # fmt: skip
    return findings


def check_references(
    frames: Mapping[str, pd.DataFrame],
    rows: Mapping[str, Rows],
    refused: Collection[tuple[str, str]] = (),
) -> list[Finding]:
    """Find references to accounts and territories that no table has.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        The tables that could be read.
    rows : mapping of str to Rows
        Names of their rows.
    refused : collection of (table, column)
        Columns of which an error is said already.
    """
    findings: list[Finding] = []
    accounts = frames.get("accounts")
    if accounts is not None and len(accounts) and ("accounts", "account_id") not in refused:
        known = accounts["account_id"]
        for table in ("alignment", "affiliations", "history"):
            if table in frames:
                findings += _orphans(frames[table], rows[table], known)
    if "reps" in frames:
        findings += _territories(frames, rows)
    return findings


def _orphans(frame: pd.DataFrame, rows: Rows, known: pd.Series[str]) -> list[Finding]:
    ids = frame["account_id"]
    unknown = np.asarray((ids != "") & ~ids.isin(known), dtype=bool)
    if "parent" in frame:
        # A row about an owner, not an account: it says who is above that owner.
        unknown = unknown & ~np.asarray(
            ids.isin(frame["idn"]) | ids.isin(frame["parent"]), dtype=bool
        )
    if not unknown.any():
        return []
    named = int((ids != "").sum())
    severity: Severity = "error" if unknown.sum() > _ORPHANS_ALLOWED * named else "warning"
    return rows.findings(
        issue_of(
            unknown, ids, severity=severity, kind="orphan", column="account_id",
            what="no account has this id; the row is not used",
        )
    )  # fmt: skip


def _territories(frames: Mapping[str, pd.DataFrame], rows: Mapping[str, Rows]) -> list[Finding]:
    reps = frames["reps"]
    own = reps["territory_id"]
    findings = repeated(
        own, rows["reps"], "territory_id", kind="shared_territory", severity="error",
        what="it belongs to the rep on line",
    )  # fmt: skip
    alignment = frames.get("alignment")
    if alignment is None or not (own != "").any():
        return findings
    territories = alignment["territory_id"]
    unknown = np.asarray((own != "") & ~own.isin(territories), dtype=bool)
    findings += rows["reps"].findings(
        issue_of(
            unknown, own, severity="warning", kind="not_in_alignment", column="territory_id",
            what="nothing is aligned to it today",
        )
    )  # fmt: skip
    vacant = territories[(territories != "") & ~territories.isin(own)]
    for territory, count in vacant.value_counts().items():
        row = int(np.flatnonzero(np.asarray(territories == territory))[0])
        findings.append(
            rows["alignment"].finding(
                row,
                severity="warning",
                kind="vacant",
                column="territory_id",
                value=str(territory),
                what=f"no rep has it; {counted(int(count), 'row')} of the alignment name it",
            )
        )
    return findings
