"""Which plans none beats in everything, the knee among them, and what they cost each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.wording import LIMIT, NONZERO

__all__ = ["knee_of", "marginal_usd", "non_dominated"]


def non_dominated(values: Floats) -> NDArray[np.bool_]:
    """Return which rows no other is at least as good as in everything; of equal ones the first."""
    n = len(values)
    out = np.ones(n, dtype=bool)
    for at in range(n):
        no_worse = (values <= values[at] + LIMIT).all(axis=1)
        better = (values < values[at] - LIMIT).any(axis=1)
        twin = no_worse & ~better & (np.arange(n) < at)
        out[at] = not (no_worse & better).any() and not twin.any()
    return out


def knee_of(values: Floats, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the kept row nearest to the best of every axis, each scaled to 0 to 1."""
    out = np.zeros(len(values), dtype=bool)
    rows = np.flatnonzero(kept)
    if rows.size:
        low, high = values[rows].min(axis=0), values[rows].max(axis=0)
        scaled = (values[rows] - low) / np.maximum(high - low, NONZERO)
        out[rows[np.argmin((scaled**2).sum(axis=1))]] = True
    return out


def marginal_usd(frame: pd.DataFrame) -> dict[str, Floats]:
    """Return the running cost of a point of balance and of an account that keeps its rep."""
    per_point, per_account = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    good = frame[frame["on_frontier"]]
    for key, along, out, unit in (
        ("handover_price", "imbalance", per_point, 0.01),
        ("tolerance_factor", "moved_accounts", per_account, 1.0),
    ):
        for _, group in good.groupby(key):
            order = np.argsort(-group[along].to_numpy(dtype=np.float64), kind="stable")
            rows = group.index.to_numpy()[order]
            amount = group[along].to_numpy(dtype=np.float64)[order] / unit
            usd = group["running_usd"].to_numpy(dtype=np.float64)[order]
            less = amount[:-1] - amount[1:]
            price = np.diff(usd) / np.where(less > 0, less, np.nan)
            # Both better and cheaper is no trade, and has no price.
            out[rows[1:]] = np.where(price >= 0, price.round(2), np.nan)
    return {"usd_per_point": per_point, "usd_per_account": per_account}
