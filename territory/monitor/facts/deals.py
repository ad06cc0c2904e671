"""Deals: when opened, when and how closed; open ones count as censored."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.findings.rows import issue_of
from territory.inputs.time.days import read_days
from territory.messages import Severity
from territory.monitor.facts.matched import UNKNOWN, rows_of_ids

if TYPE_CHECKING:
    from territory.inputs.findings.rows import Rows

__all__ = ["read_deals"]

_WON = frozenset({"won", "closed won", "closedwon", "win"})
_LOST = frozenset({"lost", "closed lost", "closedlost", "loss", "cancelled", "canceled"})


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
    opened, closed = (_days(frame, rows, name, findings) for name in ("opened", "closed"))
    word = frame["status"].astype("str").str.strip().str.lower()
    word = word.str.replace(r"[^a-z]+", " ", regex=True).str.strip()
    won, lost = word.isin(_WON).to_numpy(), word.isin(_LOST).to_numpy()
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


def _days(
    frame: pd.DataFrame, rows: Rows, column: str, findings: list[Finding]
) -> NDArray[np.float64]:
    """Return ordinal numbers of days, NaN where the cell is empty."""
    text = frame[column].astype("str").str.strip()
    found = read_days(text[text != ""].unique().tolist())
    if found.question:
        ask = "write the days as 2025-04-30 in the file"
        findings.append(
            rows.whole(
                severity="error", kind="dates", what=f"{column}: {found.question}", repair=ask
            )
        )
    known = {key: float(day.toordinal()) for key, day in found.by_text.items()}
    out = text.map(known).to_numpy(float)
    if not found.question:
        bad = np.isnan(out) & (text != "").to_numpy()
        findings += rows.findings(
            issue_of(bad, text, severity="error", kind="bad_period", column=column, what="no day")
        )
    return np.asarray(out, dtype=np.float64)
