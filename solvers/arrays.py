"""Names of the array types, and the tolerances that every part of the solvers shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["EXACT", "LIMIT", "NONZERO", "NOTHING", "TIGHT", "Bools", "Floats", "Ints", "Longs"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

LIMIT = 1e-9
"""Share of a goal, cap or radius by which rounding may overstep a limit: the referee's own."""

NONZERO = 1e-12
"""Least divisor and least difference: what is smaller is rounding."""

TIGHT = 1e-10
"""What a search oversteps a limit by at most: less than the referee does."""

NOTHING = 1e-14
"""Stands for 0 in a sparse graph, where a stored 0 would be no edge."""

EXACT = 1e-6
"""Relative gap at which a plan counts as optimal."""
