"""How long deals take until they are won, by account type: what a sales cycle is measured by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from territory.audit import Audit
from territory.inputs.findings.rows import issue_of
from territory.inputs.tables.field_facts import read_fact_table
from territory.inputs.time.days import read_days
from territory.messages import counted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory.audit import Finding
    from territory.inputs.findings.rows import Rows

__all__ = ["FEWEST", "measured_cycles"]

FEWEST = 10
"""Won deals of a type from which its sales cycle is measured."""
_DAYS_A_MONTH = 365.25 / 12


def measured_cycles(
    path: Path, accounts: pd.DataFrame, *, shown: str = ""
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the median months from opening to winning a deal, by account type.

    Parameters
    ----------
    path : Path
        A table of deals: ``account_id, opened, closed, status``; any format of a table.
    accounts : DataFrame
        ``account_id, type``.
    shown : str, optional
        The file as the user wrote it, for messages.

    Returns
    -------
    dict of str to float
        Types with at least `FEWEST` won deals.
    tuple of str
        What was measured, and what has too few deals.

    Raises
    ------
    InputError
        The table cannot be read, a won deal has no day or ends before it began.
    """
    reading = read_fact_table(path, "opportunities", shown=shown)
    findings = [
        replace(each, repair=each.repair or "quotas.deals names it, from the scenario's folder")
        if each.kind == "missing_file"
        else each
        for each in reading.findings
    ]
    frame, rows = reading.frame, reading.rows
    won = np.zeros(0, dtype=np.bool_)
    if frame is not None:
        word = frame["status"].astype("str").str.lower().str.replace(r"[^a-z]+", "", regex=True)
        won = word.isin(["won", "closedwon", "win"]).to_numpy()
        opened = _days(frame, rows, "opened", won, findings)
        closed = _days(frame, rows, "closed", won, findings)
        backwards = won & (closed < opened)
        what = "before the day it was opened"
        issue = issue_of(backwards, frame["closed"], severity="error", kind="date_order",
                         column="closed", what=what)  # fmt: skip
        findings += rows.findings(issue)
    Audit(findings, rows={"opportunities": len(rows.lines)}).raise_if_errors()
    assert frame is not None
    kind = frame["account_id"].map(accounts.set_index("account_id")["type"])
    use = won & kind.notna().to_numpy()
    months = ((closed - opened) / _DAYS_A_MONTH)[use]
    groups = kind[use].groupby(kind[use].to_numpy()).indices
    out = {str(name): float(np.median(months[at])) for name, at in sorted(groups.items())
           if len(at) >= FEWEST}  # fmt: skip
    told = [
        f"sales cycle of {name} measured on {counted(len(groups[name]), 'won deal')}: "
        f"{months_:.1f} months (median)"
        for name, months_ in out.items()
    ]
    few = [f"{name} ({len(at)})" for name, at in sorted(groups.items()) if name not in out]
    if few:
        told.append(
            f"fewer than {FEWEST} won deals, so the scenario's sales cycle: {', '.join(few)}"
        )
    lost = int((won & ~use).sum())
    if lost:
        told.append(f"{counted(lost, 'won deal')} of accounts outside the plan left out")
    return out, tuple(told)


def _days(
    frame: pd.DataFrame, rows: Rows, column: str, won: NDArray[np.bool_], findings: list[Finding]
) -> NDArray[np.float64]:
    """Return ordinal numbers of days; a won deal without one is a finding."""
    text = frame[column].astype("str").str.strip()
    found = read_days(text[text != ""].unique().tolist())
    if found.question:
        findings.append(
            rows.whole(
                severity="error",
                kind="dates",
                what=f"{column}: {found.question}",
                repair="write the days as 2025-04-30 in the file",
            )
        )
        return np.zeros(len(frame))
    days = text.map({key: float(day.toordinal()) for key, day in found.by_text.items()})
    out = np.asarray(days.to_numpy(), dtype=np.float64)
    what = "won, but no day" if column == "closed" else "no day"
    issue = issue_of(won & np.isnan(out), text, severity="error", kind="bad_period",
                     column=column, what=what)  # fmt: skip
    findings += rows.findings(issue)
    return out
