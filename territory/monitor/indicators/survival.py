"""How long deals take when some are still open: Kaplan and Meier's median with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Median", "median_days"]

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """Median days until a deal is won; NaN and infinity where the deals cannot tell.

    Attributes
    ----------
    days, low, high : float
        Median and its 95 % interval.
    n, n_won : int
        Deals, and those that were won; all others count as not won yet.
    """

    days: float
    low: float
    high: float
    n: int
    n_won: int


def median_days(days: NDArray[np.float64], won: NDArray[np.bool_]) -> Median:
    """Return the median time to a won deal, open and lost ones censored.

    Parameters
    ----------
    days : float64, shape (n,)
        From opening to the end, or to today.
    won : bool, shape (n,)

    Notes
    -----
    Kaplan and Meier (1958), https://doi.org/10.1080/01621459.1958.10501452. The interval holds all
    times at which the log-log transformed survival is not surely off one half (Brookmeyer and
    Crowley 1982, https://doi.org/10.2307/2530286). The median is the first time at which half are
    won; where fewer than half ever are it is not known.

    Examples
    --------
    Without censoring it is the plain median from below; with it later:

    >>> float(median_days(np.array([10.0, 20, 30]), np.array([True, True, True])).days)
    20.0
    >>> float(median_days(np.array([10.0, 20, 30]), np.array([True, False, True])).days)
    30.0
    """
    n, n_won = int(days.size), int(won.sum())
    if not n_won:
        return Median(days=np.nan, low=np.nan, high=np.nan, n=n, n_won=0)
    times = np.unique(days[won])
    at_risk = np.array([(days >= time).sum() for time in times], dtype=np.float64)
    events = np.array([((days == time) & won).sum() for time in times], dtype=np.float64)
    survival = np.cumprod(1.0 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * np.maximum(at_risk - events, 1e-300)))
        log = np.log(survival)
        sd = np.sqrt(greenwood) / np.abs(log)
        middle = np.log(-log)
        distance = np.abs(middle - np.log(np.log(2.0))) / sd
    below = survival <= 0.5
    median = float(times[below][0]) if below.any() else np.nan
    holds = np.isfinite(distance) & (distance <= _Z95)
    if not holds.any():
        return Median(days=median, low=median, high=median, n=n, n_won=n_won)
    last = np.flatnonzero(holds)[-1]
    low = float(times[np.flatnonzero(holds)[0]])
    high = float(times[last + 1]) if last + 1 < times.size else np.inf
    return Median(days=median, low=low, high=high, n=n, n_won=n_won)
