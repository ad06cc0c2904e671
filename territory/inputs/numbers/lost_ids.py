"""Ids that a spreadsheet has changed: made dates, rounded, or stored as numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.findings.rows import Issue, issue_of
from territory.messages import Severity

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["lost_ids", "unwrapped_ids"]

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


_WRAPPINGS = (
    (r"\d+[.,]0+", r"[.,]0+$", "the decimals of ids that were stored as numbers were left out"),
    (r"\d{1,3}(?:,\d{3})+", ",", "marks of thousands in ids were left out"),
    (r"['\u2019]\w.*", r"^['\u2019]", "apostrophes in front of ids were left out"),
)


def unwrapped_ids(text: pd.Series[str], column: str) -> tuple[pd.Series[str], list[Issue]]:
    """Return ids without what a program put around each of them: 1017.0, 1,017, 'A-17.

    Only where all ids of the column have it: one id of another kind, and all stay as written.

    Parameters
    ----------
    text : (n,) Series of str
        Without blanks around them.
    column : str
        Our name.
    """
    some = text != ""
    if not some.any():
        return text, []
    first = str(text[some].iloc[0])
    for pattern, gone, what in _WRAPPINGS:
        if re.fullmatch(pattern, first) is None:
            continue
        if not text[some].str.fullmatch(pattern).all():
            continue
        bare = text.where(~some, text.str.replace(gone, "", regex=True))
        if bare[some].nunique() < text[some].nunique():
            continue
        issue = issue_of(
            some.to_numpy(dtype=bool), text, severity="info", kind="wrapped_code",
            column=column, what=what,
        )  # fmt: skip
        return bare, [issue]
    return text, []
