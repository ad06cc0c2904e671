"""What a column can hold at all: no visit a year takes 35,300 hours, no rep works 1.64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MONEY", "fractions", "mark_by_size", "of_percent"]

MONEY = "_usd"
"""Ending of amounts: nobody writes them with three decimals."""

_HOURS_A_YEAR = 8784.0
_LEAST_CAPACITY_H = 12.0
_LARGEST = {"fte": 50.0, "tenure_y": 120.0}


def fractions(column: str) -> bool:
    """Return whether a column is one of those that have decimals by nature: hours, shares."""
    return column.endswith(("_h", "_y", "_share", "_rate")) or column in {"fte", "growth"}


def mark_by_size(column: str, cells: pd.Series[str]) -> Literal[".", ","] | None:
    """Return the decimal mark of groups of three digits where only one reading has a size.

    Parameters
    ----------
    column : str
        Our name.
    cells : (n,) Series of str
        Cells with one mark and three digits behind it, as "35.300", all with the same mark.

    Returns
    -------
    {".", ","} or None
        None where both readings are possible, or none is.

    Examples
    --------
    >>> import pandas as pd
    >>> mark_by_size("service_h", pd.Series(["35.300", "27.600"]))
    '.'
    >>> mark_by_size("capacity_h", pd.Series(["1.640", "1.312"]))
    ','
    >>> mark_by_size("potential_usd", pd.Series(["87.000"])) is None
    True
    """
    marks = {str(cell).strip("+-0123456789") for cell in cells}
    if len(marks) != 1 or not marks <= {".", ","}:
        return None
    mark = marks.pop()
    small = np.abs(cells.str.replace(",", ".", regex=False).to_numpy(dtype=np.float64))
    large = small * 1000
    if column == "capacity_h":
        low, high = _LEAST_CAPACITY_H, _HOURS_A_YEAR
    elif column.endswith("_h"):
        low, high = 0.0, _HOURS_A_YEAR
    elif column in _LARGEST:
        low, high = 0.0, _LARGEST[column]
    else:
        return None
    as_decimals = bool(((small >= low) & (small <= high)).all())
    as_groups = bool(((large >= low) & (large <= high)).all())
    if as_decimals == as_groups:
        return None
    other: Literal[".", ","] = "," if mark == "." else "."
    if as_decimals:
        return "." if mark == "." else ","
    return other


def of_percent(column: str, values: np.ndarray) -> bool:
    """Return whether bare numbers are percent: a rep of 80 is one of 80 %, not eighty people.

    Parameters
    ----------
    column : str
        Our name.
    values : (n,) float64
        NaN where there is none.
    """
    known = values[~np.isnan(values)]
    return column == "fte" and len(known) > 0 and bool(((known >= 10) & (known <= 100)).all())
