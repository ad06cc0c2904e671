"""What tours make of the estimate: hours by near, middle and far accounts, nights by far ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats

__all__ = ["EDGES_MIN", "class_of", "nights_by_tours"]

EDGES_MIN = (45.0, 120.0)
"""Minutes one way that part near, middle and far accounts."""


def class_of(minutes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the distance class of minutes one way: 0 near, 1 middle, 2 far."""
    return np.digitize(minutes, EDGES_MIN).astype(np.int64)


def nights_by_tours(
    minutes: Floats, hours: Floats, nights: Floats, nights_per_h: Floats, far_min: float
) -> Floats:
    """Return the nights away a year, those of far accounts as the tours of a territory have them.

    Parameters
    ----------
    minutes, hours, nights : float64, shape (accounts, k)
        One way; a year on the road, by tours already; away a year by the estimate.
    nights_per_h : float64, shape (k,)
        See `Roads`; NaN where the estimate stays.
    far_min : float
        Least minutes one way to an account for a night away.

    Examples
    --------
    A quarter of a night for each hour to what is far; near accounts cause none.

    >>> each = np.array([[90.0], [150.0]]), np.array([[4.0], [8.0]]), np.array([[0.0], [1.0]])
    >>> nights_by_tours(*each, np.array([0.25]), 120.0).tolist()
    [[0.0], [2.0]]
    """
    told = (minutes >= far_min) & np.isfinite(nights_per_h)[None, :]
    return np.where(told, np.round(hours * np.nan_to_num(nights_per_h), 4), nights)
