"""Read number columns from text: nothing is guessed, and every other cell is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.findings.rows import Issue, issue_of
from territory.messages import quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MISSING_MARKS", "explain_number", "missing_marks", "read_numbers"]

MISSING_MARKS = frozenset(
    {"n/a", "na", "#n/a", "nan", "null", "none", "-", "--", "?", ".", "unknown", "not available"}
    | {"#ref!", "#value!", "#div/0!", "#name?", "tbd"}
    | {"k.a.", "k. a.", "n.v.", "n. v.", "n.a.", "n.d.", "n/d", "s/d", "unbekannt", "inconnu"}
    | {"desconocido", "onbekend", "keine angabe", "pending", "not known", "n/k"}
    | {"\\n", "(null)", "<null>", "n.b.", "n.c.", "s.o.", "b.d.", "(blank)", "(leer)", "(vide)"}
    | {"*", "<11", "< 11", "suppressed"}  # counts that CMS does not publish
)
"""Cells, in lower case, that say "unknown": read as missing, never as zero."""

LARGEST = 1e15
"""Numbers above this are no hours, dollars or calls; sums of them would lose the rest."""

SMALLEST = 1e-6
"""What has to be above 0 has to be at least this."""

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_WORDED = re.compile(r"[+-]?\d[\d.,\s]*\s*(?P<unit>[^\d\s.,][^\d]{0,20})")


def missing_marks(text: pd.Series[str]) -> NDArray[np.bool_]:
    """Return (n,) the cells that hold a mark for an unknown value."""
    return text.str.strip().str.lower().isin(MISSING_MARKS).to_numpy(dtype=bool)


def explain_number(text: str) -> str:
    """Say why a text is no number of its column.

    Examples
    --------
    >>> explain_number("50 %"), explain_number("12 weeks"), explain_number("about 5")
    ('a percent sign', 'the unit "weeks"', 'no number')
    """
    bare = text.strip()
    if bare.endswith("%"):
        return "a percent sign"
    if bare.lower().lstrip("+-") in {"inf", "infinity"}:
        return "not finite"
    if re.search(r"[$€£¥₹]", bare):
        return "a currency sign"
    if bare.startswith("(") and bare.endswith(")"):
        return "brackets"
    worded = _WORDED.fullmatch(bare)
    if worded is not None:
        return f"the unit {quoted(worded['unit'].strip())}"
    return "no number"


def read_numbers(
    text: pd.Series[str],
    column: str,
    *,
    kind: str = "number",
    factor: NDArray[np.float64] | None = None,
    written: pd.Series[str] | None = None,
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
    factor : (n,) float64, optional
        What each number is multiplied with, above 0; below 1 its inverse divides.
    written : (n,) Series of str, optional
        The cells as they stand in the file, for messages, where `text` is brought into form.

    Returns
    -------
    values : (n,) float64
        Finite or NaN.
    issues : list of Issue
        Cells that are no numbers, not finite, out of range; marks.
    """
    bare = text.str.strip()
    text = text if written is None else written
    empty = (bare == "").to_numpy(dtype=bool)
    good = bare.str.fullmatch(_NUMBER).to_numpy(dtype=bool)
    values = np.full(len(bare), np.nan)
    values[good] = bare.to_numpy(dtype=object)[good].astype(np.float64)
    if factor is not None:
        with np.errstate(over="ignore"):
            # 7 / 100 is 0.07, 7 * 0.01 is not.
            values = np.where(
                factor < 1, values / np.maximum(np.rint(1 / factor), 1), values * factor
            )
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
        issues += _explained(text, odd & ~marks, column)
    infinite = np.abs(np.nan_to_num(values, posinf=np.inf, neginf=-np.inf)) > LARGEST
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
            low = values < SMALLEST if kind == "positive" else values < 0
        if low.any():
            values[low] = np.nan
            what = "must be above 0" if kind == "positive" else "is negative; expected 0 or more"
            issues.append(
                issue_of(low, text, severity="error", kind="out_of_range", column=column, what=what)
            )
    return values, [issue for issue in issues if len(issue.rows)]


def _explained(text: pd.Series[str], bad: NDArray[np.bool_], column: str) -> list[Issue]:
    """Name each cell that is no number."""
    groups: dict[str, list[tuple[int, str, str]]] = {}
    for row in np.flatnonzero(bad).tolist():
        value = str(text.iloc[row])
        what = explain_number(value)
        kind = "not_finite" if what == "not finite" else "not_a_number"
        groups.setdefault(kind, []).append((row, value, what))
    return [
        Issue(
            severity="error",
            kind=kind,
            column=column,
            rows=np.asarray([row for row, _, _ in cells], dtype=np.intp),
            values=[value for _, value, _ in cells],
            whats=[what for _, _, what in cells],
            repairs=[""] * len(cells),
        )
        for kind, cells in groups.items()
    ]
