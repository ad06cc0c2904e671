"""Read number columns from text: nothing is guessed, and every other cell is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.findings.rows import Issue, issue_of
from territory.messages import Severity

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MISSING_MARKS", "explain_number", "missing_marks", "read_numbers"]

MISSING_MARKS = frozenset(
    {"n/a", "na", "#n/a", "nan", "null", "none", "-", "--", "?", ".", "unknown", "not available"}
    | {"#ref!", "#value!", "#div/0!", "#name?", "tbd"}
    | {"*", "<11", "< 11", "suppressed"}  # counts that CMS does not publish
)
"""Cells, in lower case, that say "unknown": read as missing, never as zero."""

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}")
_CURRENCY = re.compile(r"\s*(?:[$€£]|USD|EUR)\s*|\s*(?:[$€£]|USD|EUR)\s*$", re.IGNORECASE)


def missing_marks(text: pd.Series[str]) -> NDArray[np.bool_]:
    """Return (n,) the cells that hold a mark for an unknown value."""
    return text.str.strip().str.lower().isin(MISSING_MARKS).to_numpy(dtype=bool)


def explain_number(text: str) -> tuple[str, str]:
    """Say why a text is no number, and which number it may stand for ("" when unknown).

    Examples
    --------
    >>> explain_number("$1,234")
    ('a currency sign and thousands separators', '1234')
    >>> explain_number("12,5")
    ('a decimal comma', '12.5')
    >>> explain_number("about 5")
    ('no number', '')
    """
    bare = text.strip()
    reasons = []
    plain = _CURRENCY.sub("", bare)
    if plain != bare:
        reasons.append("a currency sign")
    if _THOUSANDS.fullmatch(plain):
        reasons.append("thousands separators")
        plain = plain.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(plain):
        reasons.append("a decimal comma")
        plain = plain.replace(",", ".")
    if reasons and re.fullmatch(_NUMBER, plain):
        return " and ".join(reasons), plain
    if bare.endswith("%"):
        return "a percent sign", ""
    if bare.startswith("(") and bare.endswith(")"):
        return "brackets, which may mean a negative number", ""
    if bare.lower().lstrip("+-") in {"inf", "infinity"}:
        return "not finite", ""
    return "no number", ""


def read_numbers(
    text: pd.Series[str], column: str, *, kind: str = "number", repair: bool = False
) -> tuple[NDArray[np.float64], list[Issue]]:
    """Convert a text column to numbers.

    Empty cells and marks for unknown values become NaN, and so does everything that is named in
    the issues: no cell becomes 0 that is not written as 0.

    Parameters
    ----------
    text : (n,) Series of str
        Cells as they stand in the file.
    column : str
        Our name.
    kind : {"number", "positive", "signed"}
        At least 0, above 0, or any number.
    repair : bool
        Whether to use the number that a text may stand for.

    Returns
    -------
    values : (n,) float64
        Finite or NaN.
    issues : list of Issue
        Cells that are no numbers, not finite, out of range; marks; repairs made.
    """
    bare = text.str.strip()
    empty = (bare == "").to_numpy(dtype=bool)
    good = bare.str.fullmatch(_NUMBER).to_numpy(dtype=bool)
    values = np.full(len(bare), np.nan)
    values[good] = bare.to_numpy(dtype=object)[good].astype(np.float64)
    issues: list[Issue] = []
    odd = ~empty & ~good
    if odd.any():
        marks = odd & missing_marks(bare)
        issues.append(
            issue_of(
                marks, text, severity="warning", kind="missing_marker", column=column,
                what="read as missing, not as zero",
            )
        )  # fmt: skip
        issues += _explained(text, values, odd & ~marks, column, repair=repair)
    infinite = np.isinf(values)
    if infinite.any():
        values[infinite] = np.nan
        issues.append(
            issue_of(
                infinite, text, severity="error", kind="not_finite", column=column,
                what="larger than any number that can be used",
            )
        )  # fmt: skip
    if kind != "signed":
        with np.errstate(invalid="ignore"):
            low = values <= 0 if kind == "positive" else values < 0
        if low.any():
            values[low] = np.nan
            what = "must be above 0" if kind == "positive" else "is negative; expected 0 or more"
            issues.append(
                issue_of(low, text, severity="error", kind="out_of_range", column=column, what=what)
            )
    return values, [issue for issue in issues if len(issue.rows)]


def _explained(
    text: pd.Series[str],
    values: NDArray[np.float64],
    bad: NDArray[np.bool_],
    column: str,
    *,
    repair: bool,
) -> list[Issue]:
    """Name each cell that is no number; fill `values` where a repair is asked for and known."""
    groups: dict[tuple[Severity, str], list[tuple[int, str, str, str]]] = {}
    for row in np.flatnonzero(bad).tolist():
        value = str(text.iloc[row])
        what, number = explain_number(value)
        key: tuple[Severity, str] = ("error", "not_a_number")
        if number and repair:
            values[row] = float(number)
            key, what, number = ("warning", "repaired"), f"read as {number}", ""
        elif what == "not finite":
            key = ("error", "not_finite")
        groups.setdefault(key, []).append((row, value, what, number))
    return [
        Issue(
            severity=severity,
            kind=kind,
            column=column,
            rows=np.asarray([row for row, _, _, _ in cells], dtype=np.intp),
            values=[value for _, value, _, _ in cells],
            whats=[what for _, _, what, _ in cells],
            repairs=[number for _, _, _, number in cells],
        )
        for (severity, kind), cells in groups.items()
    ]
