"""A column of periods of a table, in one spelling, with a finding for each that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.audit import Finding
from territory.inputs.findings.rows import Issue, Rows, issue_of
from territory.inputs.time.days import Order
from territory.inputs.time.periods import read_periods

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_period_column"]


def read_period_column(
    text: pd.Series[str],
    column: str,
    rows: Rows,
    *,
    fiscal_start: int | None = None,
    order: Order | None = None,
) -> tuple[pd.Series[str], list[Issue], list[Finding]]:
    """Return periods in one spelling, "" where there is none; what is wrong; what was found out.

    Parameters
    ----------
    text : (n,) Series of str
        Cells as they stand in the file.
    column : str
        Our name.
    rows : Rows
    fiscal_start : int, optional
        Month in which fiscal years begin.
    order : {"day first", "month first"}, optional
        Of days as 3/4/2024.
    """
    import pandas as pd

    at, texts = pd.factorize(text, use_na_sentinel=False)
    found = read_periods(texts.tolist(), fiscal_start=fiscal_start, order=order)
    spelled = pd.array([found.by_text.get(cell, "") for cell in texts], dtype="str")
    out = pd.Series(spelled.take(at))
    findings = [
        rows.whole(severity="info", kind="dates", what=f"{column}: {note}") for note in found.notes
    ]
    findings += [
        rows.whole(severity="error", kind="dates", what=f"{column}: {what}", repair=ask)
        for what, ask in found.questions
    ]
    bad = (out == "").to_numpy(dtype=bool)
    if found.questions or not bad.any():
        return out, [], findings
    what = "no month, quarter or year"
    issue = issue_of(bad, text, severity="error", kind="bad_period", column=column, what=what)
    return out, [issue], findings
