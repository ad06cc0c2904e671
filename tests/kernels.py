"""Make the machine code of the solvers' kernels, once, before many processes need it at a time.

Run by `make kernels`. numba keeps what it makes on disk; test processes that begin together would
each make it anew.
"""

import gc
import sys

import numpy as np

from solvers import solve
from solvers.tours import road_year, route_week
from tests.solvers.feature_worlds import worlds

__all__ = ["make"]

NEEDED = ("free", "matrix, today", "pair, groups")
"""Worlds whose searches call every kernel there is: centers to locate, homes, and pairs."""


def make() -> None:
    """Search the needed worlds for a moment each, and plan one week of tours."""
    every = worlds()
    for name in NEEDED:
        solve(every[name], effort="quick", seed=0, threads=1)
    away = np.array([[0.0, 30, 40], [30, 0, 20], [40, 20, 0]])
    route_week(away, [1, 2, 2], np.array([60.0, 45]))
    road_year(away, np.ones(2), np.array([60.0, 45]), n_weeks=2)


if __name__ == "__main__":
    gc.set_threshold(50_000, 20, 20)  # what is made is kept: see conftest.py
    # The packages of the tests may be half installed; pandas would load this one of them.
    sys.modules.update(dict.fromkeys(["pyarrow"]))
    make()
