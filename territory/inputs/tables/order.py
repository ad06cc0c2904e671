"""Put the rows of tables into one order, so that the order of a file changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.findings.rows import Rows

__all__ = ["in_order"]

_KEYS = {
    "accounts": ("account_id",),
    "reps": ("territory_id", "rep_id"),
    "units": ("unit_id",),
    "alignment": ("account_id", "unit_id", "territory_id"),
    "affiliations": ("account_id", "idn", "gpo", "parent"),
    "history": ("account_id", "period", "product", "revenue_usd", "units"),
}


def in_order(table: str, frame: pd.DataFrame, rows: Rows) -> tuple[pd.DataFrame, Rows]:
    """Return a table with its rows ordered by its key columns, and their files and lines with them.

    Rows that are alike in all of them keep their order; O(n log n).
    """
    keys = [name for name in _KEYS.get(table, ()) if name in frame]
    if not keys or len(frame) < 2:
        return frame, rows
    order = frame.reset_index(drop=True).sort_values(keys, kind="stable").index.to_numpy()
    if np.array_equal(order, np.arange(len(order))):
        return frame, rows
    moved = replace(rows, lines=rows.lines[order], ids=[rows.ids[at] for at in order.tolist()])
    return frame.iloc[order].reset_index(drop=True), moved
