"""Join alignment, affiliations and history to the accounts, and say how well that goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.findings.rows import Rows, issue_of
from territory.inputs.joins.ids import Matched, match_ids, strangers
from territory.messages import Severity, counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["hit_rate", "join_accounts"]

_FEW = 0.9
"""Below this share of rows that find an account, the join as a whole is warned about."""

_HALF, _MOST = 0.5, 0.8
"""Below the one share of rows another column of ids is looked for; it has to know the other."""

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
    told: list[Finding] = []
    if asked.any() and found.known[asked].mean() < _HALF:
        other = _other_ids(frame["account_id"][asked], accounts)
        if other:
            index = accounts.loc[accounts[other] != ""].set_index(other)["account_id"]
            own = match_ids(frame["account_id"], index.index)
            found = replace(own, ids=own.ids.map(index).fillna(own.ids).astype("str"), how=[])
            n = int(own.known.sum())
            what = f"account_id: {counted(n, 'row')} found their account by its column "
            what += f"{quoted(other)}, which holds these ids"
            told.append(rows.whole(severity="info", kind="joined", what=what))
    if "parent" in frame:
        # A row about an owner, not an account: it says who is above that owner.
        owners = frame["account_id"].isin(frame["idn"]) | frame["account_id"].isin(frame["parent"])
        asked = asked & (found.known | ~owners).to_numpy(dtype=bool)
    findings = hit_rate(found, asked, rows, column="account_id", of="account")
    return frame.assign(account_id=found.ids), told + findings


def _other_ids(written: pd.Series[str], accounts: pd.DataFrame) -> str:
    """Return a further column of the accounts that holds ids written elsewhere, "" for none.

    An account may have the number of the ledger beside the key of the CRM; a column of ids has
    another one in every row that has one.
    """
    distinct = written.drop_duplicates()
    best, share = "", _MOST
    for name in accounts.columns:
        cells = accounts[name]
        if name in {"account_id", "name"} or cells.dtype.kind in "fib":
            continue
        filled = cells[cells != ""]
        if len(filled) > 1 and filled.is_unique:
            hit = float(match_ids(distinct, filled).known.mean())
            best, share = (str(name), hit) if hit >= share and (not best or hit > share) else (
                best, share,
            )  # fmt: skip
    return best


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
