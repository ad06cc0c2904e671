"""Fill what has a plain default: an account's name and type, a rep's full time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["filled"]


def filled(
    frame: pd.DataFrame,
    texts: Mapping[str, pd.Series[str]],
    rows: Rows,
    findings: list[Finding],
) -> pd.DataFrame:
    """Fill what has a plain default (name, type, fte), each with a line in the audit.

    Parameters
    ----------
    frame : DataFrame
        The table, typed.
    texts : mapping of str to (n,) Series of str
        Its cells as written, by our name.
    rows : Rows
    findings : list of Finding
        What was filled is added.
    """
    if rows.table == "accounts":
        frame["type"] = _types(frame["type"], rows, findings)
        frame["state"] = _states(frame["state"], rows, findings)
        unnamed = frame["name"].str.strip() == ""
        if unnamed.any():
            frame["name"] = frame["name"].where(~unnamed, frame["account_id"])
            what = f"{counted(int(unnamed.sum()), 'account')} without a name took the id as name"
            findings.append(rows.whole(severity="info", kind="unnamed", what=what))
    if rows.table == "reps":
        unnamed = frame["name"].str.strip() == ""
        frame["name"] = frame["name"].where(~unnamed, frame["rep_id"])
        without = frame["fte"].isna() & (
            (texts["fte"].str.strip() == "") if "fte" in texts else True
        )
        frame["fte"] = frame["fte"].where(~without, 1.0)
        if "fte" in texts and without.any():
            what = f"{counted(int(without.sum()), 'rep')} without fte count as 1.0"
            findings.append(rows.whole(severity="info", kind="full_time", what=what))
    return frame


def _types(types: pd.Series[str], rows: Rows, findings: list[Finding]) -> pd.Series[str]:
    """Return types in lower case with _ for blanks; "other" where there is none."""
    names = {
        value: re.sub(r"[^a-z0-9]+", "_", str(value).lower()).strip("_") or "other"
        for value in types.unique().tolist()
    }
    changed = [f"{quoted(old)} as {new}" for old, new in names.items() if old not in {new, ""}]
    if changed:
        what = f"types were read: {', '.join(changed[:8])}"
        findings.append(rows.whole(severity="info", kind="type_name", what=what))
    return types.map(names).astype("str")


def _states(states: pd.Series[str], rows: Rows, findings: list[Finding]) -> pd.Series[str]:
    """Return USPS codes for the full names of states, and anything else as written."""
    from geo.us.state_names import STATE_NAMES

    plain = states.str.strip().str.casefold().str.replace(r"\s+", " ", regex=True)
    codes = plain.map(STATE_NAMES)
    named = codes.notna()
    if named.any():
        what = f"{counted(int(named.sum()), 'state')} written in full were read as USPS codes"
        findings.append(rows.whole(severity="info", kind="state_name", what=what))
    return codes.where(named, states).astype("str")
