"""Say how many accounts have what the review asks of them: growth and competitors' sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.review import ReviewKeys

__all__ = ["review_columns"]

_FEW = 0.9


def review_columns(keys: ReviewKeys, accounts: pd.DataFrame, rows: Rows) -> list[Finding]:
    """Return how many cells of the review's columns are filled; none at all is an error.

    Parameters
    ----------
    keys : ReviewKeys
    accounts : DataFrame
        With further columns as text; a column that is absent is said elsewhere.
    rows : Rows
    """
    findings: list[Finding] = []
    for key in ("growth_column", "competitor_column"):
        name = getattr(keys, key)
        if name is None or name not in accounts or not len(accounts):
            continue
        text = accounts[name]
        filled = text.notna() & (text.astype("str").str.strip() != "")
        n, total = int(filled.sum()), len(accounts)
        what = f"review.{key}: {n:,} of {counted(total, 'account')} ({n / total:.0%}) have a value"
        if not n:
            what = f"review.{key}: no account has a value in column {quoted(name)}"
            repair = f"name the right column, or take {key} out of [review]"
            findings.append(rows.whole(severity="error", kind="joined", what=what, repair=repair))
        elif n < _FEW * total:
            what += f" in column {quoted(name)}; of the others it is not known"
            findings.append(rows.whole(severity="warning", kind="joined", what=what))
        else:
            findings.append(rows.whole(severity="info", kind="joined", what=what))
    return findings
