"""Fill what has a plain default: an account's name and type, a rep's full time."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.headers.near import unread_sales
from territory.inputs.joins.names import vacant_seats
from territory.inputs.type_names import type_name
from territory.messages import counted, quoted

__all__ = ["filled"]

_INITIALS = 4
"""Letters that initials may have: an id of no more says nothing about a seat."""

_SEATS = 5
"""Vacant seats that are named."""


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
        if "revenue_usd" not in texts:
            findings += unread_sales(frame, rows)
    if rows.table == "reps":
        unnamed = frame["name"].str.strip() == ""
        findings += _named_vacant(frame, rows, unnamed)
        frame["name"] = frame["name"].where(~unnamed, frame["rep_id"])
        without = frame["fte"].isna() & (
            (texts["fte"].str.strip() == "") if "fte" in texts else True
        )
        frame["fte"] = frame["fte"].where(~without, 1.0)
        if "fte" in texts and without.any():
            what = f"{counted(int(without.sum()), 'rep')} without fte count as 1.0"
            findings.append(rows.whole(severity="info", kind="full_time", what=what))
    return frame


def _named_vacant(frame: pd.DataFrame, rows: Rows, unnamed: pd.Series[bool]) -> list[Finding]:
    """Mark seats as vacant whose name (else id) says so, unless the column ``vacant`` is filled."""
    ids = frame["rep_id"].where(frame["rep_id"].str.len() > _INITIALS, "")
    names = frame["name"].where(~unnamed, ids)
    said = names.map(dict(zip(names, vacant_seats(names.tolist()), strict=True)))
    if "vacant" in frame:
        said &= frame["vacant"].fillna("").astype("str").str.strip() == ""
    if not said.any():
        return []
    mine = frame["vacant"] if "vacant" in frame else pd.Series("", index=frame.index, dtype="str")
    frame["vacant"] = mine.astype("str").where(~said, "yes")
    seats = [
        f"{rep} {quoted(name)}"
        for rep, name in zip(frame.loc[said, "rep_id"], names[said], strict=True)
    ]
    more = f" and {len(seats) - _SEATS} more" if len(seats) > _SEATS else ""
    what = (
        f"{counted(len(seats), 'name stands', 'names stand')} for nobody and "
        f"{'is a vacant seat' if len(seats) == 1 else 'are vacant seats'}: "
        f"{', '.join(seats[:_SEATS])}{more}; where that is a person, write no in a column vacant"
    )
    return [rows.whole(severity="info", kind="empty_seat", what=what)]


def _types(types: pd.Series[str], rows: Rows, findings: list[Finding]) -> pd.Series[str]:
    """Return types in small letters without accents, with _ for blanks; "other" for none."""
    names = {value: type_name(str(value)) for value in types.unique().tolist()}
    changed = [f"{quoted(old)} as {new}" for old, new in names.items() if old not in {new, ""}]
    if changed:
        what = f"types were read: {', '.join(changed[:8])}"
        findings.append(rows.whole(severity="info", kind="type_name", what=what))
    return types.map(names).astype("str")


def _states(states: pd.Series[str], rows: Rows, findings: list[Finding]) -> pd.Series[str]:
    """Return USPS codes for the full names of states, and anything else as written."""
    from geo.us.state_names import STATE_NAMES

    read, named = {}, []
    for value in map(str, states.unique().tolist()):  # few, whatever the number of rows
        bare = re.sub(r"^(?i:USA?)[-\s](?=[A-Za-z]{2}$)", "", value.strip())
        found = STATE_NAMES.get(" ".join(bare.casefold().split()))
        read[value] = found or (bare if bare != value.strip() else value)
        named += [value] if found else []
    if named:
        count = int(states.isin(named).sum())
        what = f"{counted(count, 'state')} written in full were read as USPS codes"
        findings.append(rows.whole(severity="info", kind="state_name", what=what))
    return states.map(read).astype("str")
