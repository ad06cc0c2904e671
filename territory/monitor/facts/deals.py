"""Deals: when opened, when and how closed; open ones count as censored."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from territory.audit import Finding
from territory.inputs.findings.rows import issue_of
from territory.messages import Severity, counted
from territory.monitor.facts.day_cells import day_numbers
from territory.monitor.facts.matched import UNKNOWN, rows_of_ids

if TYPE_CHECKING:
    from territory.inputs.findings.rows import Rows

__all__ = ["read_deals"]

_WON = re.compile(
    r"\b(?:closed ?)?(?:won|win)\b|gewonnen|gagn|ganad|vint[oa]|gewonnen|auftrag erteilt"
)
_LOST = re.compile(
    r"\b(?:closed ?)?(?:lost|loss)\b|cancell?ed|abandon|verlore?n|absage|perd[uio]|pers[oa]\b"
)
_NOT = re.compile(r"\bnot (?:yet )?(?:won|lost)\b")


def read_deals(
    frame: pd.DataFrame | None,
    rows: Rows | None,
    *,
    accounts: pd.DataFrame,
    as_of: datetime.date,
) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Return the deals as they stood on a day.

    Returns
    -------
    DataFrame or None
        ``row`` (of accounts), ``opened, closed`` (numbers of days; NaN = open), ``days`` (until
        closed or the day), ``outcome`` (open, won, lost), ``amount_usd`` (NaN = not known),
        ``competitor``.
    list of Finding
    """
    if frame is None or rows is None:
        return None, []
    findings: list[Finding] = []
    opened, closed = (day_numbers(frame, rows, name, findings) for name in ("opened", "closed"))
    word = frame["status"].astype("str").str.strip().str.lower()
    word = word.str.replace(r"[\W_]+", " ", regex=True).str.strip()
    open_yet = word.str.contains(_NOT).to_numpy()
    lost = word.str.contains(_LOST).to_numpy() & ~open_yet
    won = word.str.contains(_WON).to_numpy() & ~open_yet & ~lost
    empty = (word == "").to_numpy()
    undated = (won | lost) & ~np.isfinite(closed)
    row = rows_of_ids(accounts, frame["account_id"])
    for mask, severity, kind, column, what in (
        (empty, "error", "unknown_status", "status", "expected open, won or lost"),
        (closed < opened, "error", "date_order", "closed", "before the day it was opened"),
        (undated, "error", "date_order", "closed", "won or lost without a day"),
        (row < 0, "warning", "unknown_account", "account_id", f"{UNKNOWN}; left out"),
    ):
        findings += rows.findings(
            issue_of(
                np.asarray(mask),
                frame[column],
                severity=cast("Severity", severity),
                kind=kind,
                column=column,
                what=what,
            )
        )
    day = float(as_of.toordinal())
    later = np.flatnonzero(opened > day)
    if later.size:
        said = f"{counted(later.size, 'deal')} opened after {as_of}; left out: "
        findings.append(
            rows.several(later, frame["opened"], severity="warning", kind="other_year", what=said)
        )
    # A deal that was closed later was open on the day.
    over = np.isfinite(closed) & (closed <= day) & (won | lost)
    outcome = np.where(over & won, "won", np.where(over & lost, "lost", "open"))
    keep = (row >= 0) & np.isfinite(opened) & (opened <= day)
    end = np.where(over, closed, day)
    return pd.DataFrame(
        {
            "row": row,
            "opened": opened,
            "closed": np.where(over, closed, np.nan),
            "days": end - opened,
            "outcome": outcome,
            "amount_usd": frame["amount_usd"].to_numpy(float),
            "competitor": frame["competitor"].astype("str").to_numpy(),
        }
    )[keep].reset_index(drop=True), findings
