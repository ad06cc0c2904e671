"""The graphs of a problem: who must hang together, and who is tried beside whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Ints, Longs

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["contiguity_graph", "proposal_graph"]

_NEAR_UNITS = 12
"""Nearest units from which a unit that contiguity does not bind may take its next territory."""


def contiguity_graph(problem: Problem) -> tuple[Longs, Ints]:
    """Return the CSR adjacency without the edges of exempt units, which connect nothing.

    Pointers are (n + 1,), neighbours (e,).
    """
    if not problem.rules.exempt.any():
        return np.asarray(problem.indptr), np.asarray(problem.indices)
    owner = np.repeat(np.arange(problem.n), np.diff(problem.indptr))
    kept = ~(problem.rules.exempt[owner] | problem.rules.exempt[problem.indices])
    indptr = np.zeros(problem.n + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner[kept], minlength=problem.n), out=indptr[1:])
    return indptr, problem.indices[kept]


def _near_units(problem: Problem, units: NDArray[np.integer]) -> tuple[Longs, Longs]:
    """Pairs (unit, near unit) by distance, or by cost where there is no plane."""
    c = min(_NEAR_UNITS, problem.n - 1)
    if c < 1 or units.size == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    found = problem.cost.nearest(units, c + 1)
    return np.repeat(units, found.shape[1]).astype(np.int64), found.ravel().astype(np.int64)


def proposal_graph(problem: Problem) -> tuple[Longs, Ints]:
    """Return the symmetric CSR graph along which units may change territory.

    That is the adjacency, and beyond it the nearest units of every unit that contiguity does not
    bind.

    Pointers are (n + 1,), neighbours (e,).
    """
    from solvers.problem.problem import adjacency_from_edges

    n = problem.n
    loose = np.flatnonzero(problem.rules.exempt) if problem.rules.contiguity else np.arange(n)
    a, b = _near_units(problem, loose)
    if a.size == 0:
        return np.asarray(problem.indptr), np.asarray(problem.indices)
    owner = np.repeat(np.arange(n, dtype=np.int64), np.diff(problem.indptr))
    ends = np.column_stack(
        [np.concatenate([owner, a]), np.concatenate([problem.indices.astype(np.int64), b])]
    )
    return adjacency_from_edges(n, ends[ends[:, 0] != ends[:, 1]])
