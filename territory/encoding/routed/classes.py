"""Near, middle and far accounts: classes in which tours correct the hours on the road."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["EDGES_MIN", "class_of"]

EDGES_MIN = (45.0, 120.0)
"""Minutes one way that part near, middle and far accounts."""


def class_of(minutes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the distance class of minutes one way: 0 near, 1 middle, 2 far."""
    return np.digitize(minutes, EDGES_MIN).astype(np.int64)
