"""Join alignment, affiliations and history to the accounts, and say how well that goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.findings.rows import Rows, issue_of
from territory.inputs.joins.ids import Matched, match_ids, strangers
from territory.messages import Severity, counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["hit_rate", "join_accounts"]

_FEW = 0.9
"""Below this share of rows that find an account, the join as a whole is warned about."""

_LISTED = 5
"""Up to so many strange rows are named one by one as well."""


def join_accounts(
    frame: pd.DataFrame, rows: Rows, accounts: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return a table with the accounts' own ids, and findings about those that nobody has.

    Parameters
    ----------
    frame : DataFrame
        With ``account_id``.
    rows : Rows
        Its rows.
    accounts : DataFrame
        With ``account_id`` and ``name``.
    """
    names = dict(zip(accounts["name"], accounts["account_id"], strict=True))
    twice = set(accounts["name"][accounts["name"].duplicated()])
    found = match_ids(
        frame["account_id"],
        accounts["account_id"],
        names={name: id_ for name, id_ in names.items() if name not in {"", id_, *twice}},
    )
    asked = (frame["account_id"] != "").to_numpy(dtype=bool)
    if "parent" in frame:
        # A row about an owner, not an account: it says who is above that owner.
        owners = frame["account_id"].isin(frame["idn"]) | frame["account_id"].isin(frame["parent"])
        asked = asked & (found.known | ~owners).to_numpy(dtype=bool)
    findings = hit_rate(found, asked, rows, column="account_id", of="account")
    return frame.assign(account_id=found.ids), findings


def hit_rate(
    found: Matched,
    asked: NDArray[np.bool_],
    rows: Rows,
    *,
    column: str,
    of: str,
    stops: bool = True,
) -> list[Finding]:
    """Say how many rows of a table found their partner: all, most, few or none.

    Parameters
    ----------
    found : Matched
    asked : (n,) bool
        Rows that name a partner at all.
    rows : Rows
    column : str
        Our name of the column that names it.
    of : str
        What it names, in the singular.
    stops : bool
        Whether nothing found is an error.
    """
    n = int(asked.sum())
    if not n:
        return []
    lost = asked & ~found.known.to_numpy(dtype=bool)
    hits = n - int(lost.sum())
    findings = [
        rows.whole(
            severity="info",
            kind="joined",
            what=f"{column}: {count:,} of {counted(n, 'row')} found their {of} {what}",
        )
        for count, what in found.how
    ]
    if not lost.any():
        return findings
    if hits >= _FEW * n or (hits and lost.sum() <= _LISTED):
        issue = issue_of(
            lost, found.ids, severity="warning", kind="orphan", column=column,
            what=f"no {of} has this id; the row is not used",
        )  # fmt: skip
        findings += rows.findings(issue)
    if hits >= _FEW * n:
        return findings
    severity: Severity = "error" if not hits and stops else "warning"
    most = strangers(found.ids[lost].tolist())
    share = f"{hits:,} of {counted(n, 'row')} ({hits / n:.0%})" if hits else f"none of {n:,} rows"
    what = f"{share} {'find' if hits != 1 else 'finds'} {'their' if hits != 1 else 'its'} {of} "
    what += f"by {column}; the most frequent strangers: {most}"
    hint = f"check that {column} holds the ids of the same extract, or name the right column"
    return [*findings, rows.whole(severity=severity, kind="orphan", what=what, repair=hint)]
