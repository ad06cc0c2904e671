"""A level as a districting problem: parts with loads and neighbours become groups.

The first measure is the span of control, the others are the plan's own; what is minimised is the
distance of the parts to their group's center.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats, Ints

if TYPE_CHECKING:
    import solvers
    from territory.inputs.scenario.review import HierarchyKeys

__all__ = ["Groups", "Parts", "grouped", "merged"]

_RESTARTS = 8
"""Seeds tried for a level: with few parts one search easily ends beside the best grouping."""

_ENOUGH = 2
"""Seeds in a row that bring nothing better, after which no more are tried."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """What is grouped: territories, or the districts made of them.

    Attributes
    ----------
    xy : float64, shape (n, 2), km
    load : float64, shape (n, m)
        One column a measure of the plan.
    edges : int array, shape (e, 2)
        Neighbours.
    """

    xy: Floats
    load: Floats
    edges: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Who belongs to which group, and what is known about it."""

    of_part: Ints
    status: str
    n: int


def merged(parts: Parts, groups: Groups) -> Parts:
    """Return the groups as the parts of the next level."""
    size = np.bincount(groups.of_part, minlength=groups.n)[:, None]
    edges = np.sort(groups.of_part[parts.edges], axis=1).astype(np.int64)
    edges = np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0)
    return Parts(xy=_summed(groups, parts.xy) / size, load=_summed(groups, parts.load), edges=edges)


def _summed(groups: Groups, values: Floats) -> Floats:
    out = np.zeros((groups.n, values.shape[1]))
    np.add.at(out, groups.of_part, values)
    return out


def grouped(parts: Parts, d: int, keys: HierarchyKeys, *, seed: int, spanned: bool) -> Groups:
    """Group the parts; groups are numbered by their first part."""
    import solvers

    n = len(parts.xy)
    if d in {1, n}:
        of_part = np.zeros(n, dtype=np.int32) if d == 1 else np.arange(n, dtype=np.int32)
        return Groups(of_part=of_part, status="optimal", n=d)
    problem = _problem(parts, d, keys, spanned=spanned)
    result = solvers.solve(problem, effort="quick", seed=seed, threads=1)
    since = 0
    for turn in range(1, _RESTARTS):
        if result.status == "optimal" or since == _ENOUGH:
            break
        other = solvers.solve(problem, effort="quick", seed=seed + turn, threads=1)
        since = 0 if _rank(other) < _rank(result) else since + 1
        result = min(result, other, key=_rank)
    _, first, inverse = np.unique(result.assignment, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return Groups(of_part=rank[inverse], status=str(result.status), n=len(first))


def _rank(result: solvers.Result) -> tuple[int, float, float]:
    """Order of results: rules broken, how far outside the bands, distance."""
    found = result.evaluation
    return len(found.violations), float(found.excess.sum()), result.objective


def _problem(parts: Parts, d: int, keys: HierarchyKeys, *, spanned: bool) -> solvers.Problem:
    """Write the grouping as a districting problem whose first measure is the span."""
    import solvers

    n = len(parts.xy)
    load = parts.load[:, parts.load.sum(axis=0) > 0]
    activity = np.column_stack([np.ones(n), load])
    goal = np.tile(activity.sum(axis=0) / d, (d, 1))
    lower, upper = goal * (1.0 - keys.tolerance), goal * (1.0 + keys.tolerance)
    mean = n / d
    lower[:, 0] = min(keys.span_min, math.floor(mean)) if spanned else 1.0
    upper[:, 0] = max(keys.span_max, math.ceil(mean)) if spanned else n
    indptr, indices = solvers.adjacency_from_edges(n, parts.edges)
    return solvers.Problem(
        cost=solvers.PlanarCost(xy=parts.xy, weight=np.ones(n), offset=np.zeros(n)),
        balance=solvers.Balance(activity=activity, goal=goal, lower=lower, upper=upper),
        indptr=indptr,
        indices=indices,
        # A territory without units meets nobody; it may go to any district.
        rules=solvers.Rules(exempt=np.diff(indptr) == 0),
    )
