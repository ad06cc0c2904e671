"""A stored value as text, without guessing what it means."""

from __future__ import annotations

import datetime

import numpy as np

__all__ = ["cell_text"]


def cell_text(value: object) -> str:
    """Return a cell's value as text, without guessing what it means.

    Examples
    --------
    Whole numbers have no decimals, and dates no time of day:

    >>> cell_text(1002.0), cell_text(0.1), cell_text(True), cell_text(None)
    ('1002', '0.1', 'TRUE', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | np.floating):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return str(value)
