"""Columns of days in tables of facts: each cell's day, with what cannot be read named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.arrays import Floats
from territory.inputs.findings.rows import issue_of
from territory.inputs.time.days import read_days

if TYPE_CHECKING:
    from territory.audit import Finding
    from territory.inputs.findings.rows import Rows

__all__ = ["day_numbers"]


def day_numbers(frame: pd.DataFrame, rows: Rows, column: str, findings: list[Finding]) -> Floats:
    """Return ordinal numbers of a column's days, (r,), NaN where the cell is empty or no day.

    Days that can be read two ways are an error, so is a cell that is none; both go to ``findings``.
    """
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
