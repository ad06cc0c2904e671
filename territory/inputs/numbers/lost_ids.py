"""Ids that a spreadsheet has changed: made dates, rounded, or stored as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.findings.rows import Issue, issue_of
from territory.messages import Severity

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["lost_ids"]

_SHORTENED = r"\d(?:[.,]\d+)?[eE]\+?\d+"


def lost_ids(
    text: pd.Series[str],
    column: str,
    *,
    stored: NDArray[np.bool_] | None,
    dates: NDArray[np.bool_] | None,
) -> list[Issue]:
    """Return what a spreadsheet did to the ids of one column.

    Parameters
    ----------
    text : (n,) Series of str
        Without blanks around them.
    column : str
        Our name.
    stored, dates : (n,) bool, optional
        Cells that the file stores as numbers and as dates.
    """
    n = len(text)
    number = np.zeros(n, dtype=bool) if stored is None else stored
    day = np.zeros(n, dtype=bool) if dates is None else dates
    shortened = text.str.fullmatch(_SHORTENED).to_numpy(dtype=bool)
    long = number & (text.str.len().to_numpy(dtype=np.int64) > 15) & ~shortened
    rounded = (shortened & number) | (long & ~text.str.contains("[^0-9]").to_numpy(dtype=bool))
    told: tuple[tuple[NDArray[np.bool_], Severity, str, str], ...] = (
        (day, "error", "id_changed", 'a date: Excel made it of an id like "3-14" or "MAR14"'),
        (rounded, "error", "id_changed", "a rounded number: Excel keeps 15 digits of an id"),
        (shortened & ~number, "warning", "bad_code", "a spreadsheet shortened a long number"),
        (
            number & ~rounded, "info", "stored_as_number",
            "ids are stored as numbers: leading zeros, if they had any, are lost",
        ),
    )  # fmt: skip
    issues: list[Issue] = []
    for mask, severity, kind, what in told:
        if mask.any():
            issues.append(
                issue_of(
                    mask, text, severity=severity,
                    kind=kind, column=column, what=what,
                )
            )  # fmt: skip
    return issues
