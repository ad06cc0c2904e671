"""Alignments with dates and roles: the rows in force, and of those the role that sells."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.flags import is_no, is_yes
from territory.inputs.time.days import Order, read_days
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["rows_in_force"]

_OVERLAY = re.compile(
    r"(?i)overlay|special|second|support|clinical|msl\b|medical|kam\b|key account|team|back-?up|"
    r"inside|shared|assist|manager of|dotted|^\s*(?:s|o|ov|sec)\s*$"
)
_ENDED = re.compile(
    r"(?i)^\s*(?:inactive|ended|expired|closed|historic\w*|former|deleted|terminated)"
)


def rows_in_force(
    alignment: pd.DataFrame,
    rows: Rows,
    *,
    as_of: datetime.date | None = None,
    role: str | None = None,
    order: Order | None = None,
) -> tuple[NDArray[np.bool_], list[Finding]]:
    """Return (n,) the rows of an alignment that a plan starts from, and what was left out.

    Parameters
    ----------
    alignment : DataFrame
        ``account_id, unit_id, territory_id, start_date, end_date, role``.
    rows : Rows
    as_of : date, optional
        Default: the latest start that is written. Where that is still to come, it is a question:
        the clock asks, and never decides.
    role : str, optional
        The role that counts; else, where an account has several territories, overlays,
        specialists and the like give way to the role that is none.
    order : {"day first", "month first"}, optional
        Of days as 3/4/2024.
    """
    findings: list[Finding] = []
    keep = np.ones(len(alignment), dtype=bool)
    start, end = (
        _days(alignment[name], name, rows, order, findings) for name in ("start_date", "end_date")
    )
    if not (np.isnat(start).all() and np.isnat(end).all()):
        latest = start[~np.isnat(start)].max() if not np.isnat(start).all() else end.max()
        day = np.datetime64(as_of) if as_of is not None else latest
        later, over = start > day, end < day
        keep &= ~later & ~over
        today = np.datetime64(datetime.date.today())
        still = ~(start > today) & ~(end < today)
        if as_of is None and (still != keep).any():
            findings.append(_not_today(alignment, rows, start, end, day, today))
        how = (
            ""
            if as_of is not None
            else ", the latest start (write as_of = 2026-01-31 for another day)"
        )
        if over.any():
            what = (
                f"{int(over.sum()):,} of {counted(len(keep), 'row')} are not in force on {day}"
                f"{how}; left out"
            )
            findings.append(rows.whole(severity="info", kind="in_force", what=what))
        if (later & ~over).any():
            what = f"{_beginning(alignment, start, later & ~over)} after {day}; left out"
            findings.append(rows.whole(severity="warning", kind="in_force", what=what))
    keep &= _of_status(alignment, rows, keep, findings)
    return keep & _of_role(alignment, rows, keep, role, findings), findings


def _beginning(
    alignment: pd.DataFrame, start: NDArray[np.datetime64], which: NDArray[np.bool_]
) -> str:
    """Say how many rows begin, and the first of them."""
    at = int(np.flatnonzero(which)[np.argmin(start[which])])
    row = alignment.iloc[at]
    whose = quoted(row["account_id"] or row["unit_id"])
    count = int(which.sum())
    return (
        f"{counted(count, 'row')} {'begins' if count == 1 else 'begin'} "
        f"({'' if count == 1 else 'the first '}on {start[at]}: {whose}, "
        f"{quoted(row['territory_id'])})"
    )


def _not_today(
    alignment: pd.DataFrame,
    rows: Rows,
    start: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
    day: np.datetime64,
    today: np.datetime64,
) -> Finding:
    """Ask which day counts, where other rows are in force today than on the day of the file."""
    hint = f"write as_of = {today} for alignment under [inputs] to plan from what is in force today"
    if day < today:
        n = counted(int(((end >= day) & (end < today)).sum()), "row")
        what = f"{n} in force on {day}, the latest start, ended before today and count as in force"
        return rows.whole(severity="warning", kind="in_force", what=what, repair=hint)
    which, ending = start > today, (end >= today) & (end < day)
    what = f"{counted(int(ending.sum()), 'row')} end between today and {day}"
    if which.any():
        what = f"{_beginning(alignment, start, which)}, after today"
    what += ": which alignment is meant is unknown"
    hint = f"{hint}, or as_of = {day} for what will be in force then"
    return rows.whole(severity="error", kind="in_force", what=what, repair=hint)


def _of_status(
    alignment: pd.DataFrame, rows: Rows, keep: NDArray[np.bool_], findings: list[Finding]
) -> NDArray[np.bool_]:
    """Return the rows but those that say they have ended, where their account has another one."""
    status = alignment["status"].str.strip()
    ended = (status.ne("") & (is_no(status) | status.str.match(_ENDED))).to_numpy(dtype=bool)
    ids = alignment["account_id"].where(alignment["account_id"] != "", alignment["unit_id"])
    gone = keep & ended & ids.isin(set(ids[keep & ~ended])).to_numpy(dtype=bool)
    if gone.any():
        names = ", ".join(map(quoted, status[gone].unique()[:3]))
        what = f"{counted(int(gone.sum()), 'row')} with the status {names} left out: their "
        what += "accounts have another row that has not ended"
        findings.append(rows.whole(severity="warning", kind="roles", what=what))
    return ~gone


def _days(
    text: pd.Series[str], column: str, rows: Rows, order: Order | None, findings: list[Finding]
) -> NDArray[np.datetime64]:
    """Return (n,) days; NaT where none is written, and an error where one cannot be read."""
    bare = text.str.strip()
    found = read_days((value for value in bare.unique().tolist() if value), order=order)
    findings.extend(
        rows.whole(severity="info", kind="dates", what=f"{column}: {note}") for note in found.notes
    )
    if found.question:
        findings.append(
            rows.whole(
                severity="error", kind="dates", what=f"{column}: {found.question}",
                repair='write dates = "day first" or dates = "month first" for alignment',
            )
        )  # fmt: skip
    days = np.array(
        [found.by_text.get(value, "NaT") for value in bare.tolist()], dtype="datetime64[D]"
    )
    bad = np.flatnonzero(np.isnat(days) & (bare != "").to_numpy(dtype=bool))
    if len(bad) and not found.question:
        what = f"{column}: {counted(len(bad), 'cell')} are no days, as {quoted(bare.iloc[bad[0]])}"
        findings.append(
            rows.whole(severity="error", kind="dates", what=f"{what} on line {rows.lines[bad[0]]}",
                       repair="write days as 2026-01-31")
        )  # fmt: skip
    return days


def _of_role(
    alignment: pd.DataFrame,
    rows: Rows,
    keep: NDArray[np.bool_],
    role: str | None,
    findings: list[Finding],
) -> NDArray[np.bool_]:
    roles = alignment["role"].str.strip()
    if role is not None:
        wanted = (roles.str.casefold() == role.strip().casefold()).to_numpy(dtype=bool)
        if not wanted.any():
            written = ", ".join(map(quoted, roles.unique()[:5]))
            what = f"no row has the role {quoted(role)}; the roles are {written}"
            findings.append(rows.whole(severity="error", kind="roles", what=what))
            return np.ones(len(keep), dtype=bool)
        what = f"{int((keep & ~wanted).sum()):,} rows with other roles than {quoted(role)} left out"
        findings.append(rows.whole(severity="info", kind="roles", what=what))
        return wanted
    overlay = roles.str.contains(_OVERLAY).to_numpy(dtype=bool)
    if (roles != "").any() and (is_yes(roles) | is_no(roles)).all():
        overlay = is_no(roles).to_numpy(dtype=bool)  # of a column that asks "primary?"
    ids = alignment["account_id"].where(alignment["account_id"] != "", alignment["unit_id"])
    plain = set(ids[keep & ~overlay])
    gone = keep & overlay & ids.isin(plain).to_numpy(dtype=bool)
    if gone.any():
        names = ", ".join(map(quoted, roles[gone].unique()[:3]))
        what = (
            f"{counted(int(gone.sum()), 'row')} with the role {names} left out: their accounts "
            "have another territory with a role that sells (write role to choose another)"
        )
        findings.append(rows.whole(severity="warning", kind="roles", what=what))
    return ~gone
