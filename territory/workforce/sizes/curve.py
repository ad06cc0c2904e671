"""What each further rep brings: the noise of places taken out, and told as an error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from territory.arrays import Floats
from territory.wording import LIMIT

__all__ = ["alike", "marginal"]


_WINDOW = 5
"""Sizes over which the noise of single steps is averaged."""


def marginal(profit_usd: Floats, fte: Floats, cost_usd: float) -> tuple[Floats, Floats]:
    """Return the profit of the last full-time rep at each size, smooth, and its standard error.

    Parameters
    ----------
    profit_usd : (s,) float64
        Profit a year of consecutive sizes, ascending.
    fte : (s,) float64
        Full-time reps of each size.
    cost_usd : float
        Cost of a full-time rep: what the last rep loses at worst, since more reps never sell less.

    Returns
    -------
    smooth, error : (s,) float64
        NaN in the first row. The smooth one never rises: every further rep finds less to do. Its
        error is that of a mean of the neighbouring steps, from how far they lie off it.

    Notes
    -----
    Steps of profit by FTE, an isotonic regression that never rises (pool adjacent violators), then
    a mean of three neighbours, which never rises either.
    """
    from scipy.optimize import isotonic_regression

    n = len(profit_usd)
    smooth, error = np.full(n, np.nan), np.full(n, np.nan)
    if n < 2:
        return smooth, error
    step = np.diff(profit_usd) / np.maximum(np.abs(np.diff(fte)), LIMIT)
    fitted = np.asarray(isotonic_regression(step, increasing=False).x, dtype=np.float64)
    padded = np.concatenate([fitted[:1], fitted, fitted[-1:]])
    mean = (padded[:-2] + padded[1:-1] + padded[2:]) / 3.0
    smooth[1:] = np.maximum(mean, -cost_usd)
    off = step - smooth[1:]
    for at in range(len(step)):
        low = max(0, min(at - _WINDOW // 2, len(step) - _WINDOW))
        near = off[low : low + _WINDOW]
        error[at + 1] = float(np.sqrt((near**2).mean() / len(near)))
    return smooth, error


def alike(sizes: Sequence[int], profit_usd: Floats, within_usd: float) -> tuple[int, int]:
    """Return the first and last of the sizes around the best whose profit is as good as the best.

    Examples
    --------
    >>> alike([22, 23, 24, 25], np.array([80.0, 95.0, 100.0, 93.0]), 10.0)
    (23, 25)
    """
    best = int(np.argmax(profit_usd))
    good = profit_usd >= profit_usd[best] - within_usd
    first = last = best
    while first > 0 and good[first - 1]:
        first -= 1
    while last + 1 < len(good) and good[last + 1]:
        last += 1
    return sizes[first], sizes[last]
