"""Land that weighs nothing goes to whom the shortest border gives it: swaps by minimum cut.

Units without any activity move no load, so that of two neighbouring territories the best shares of
such land are a minimum cut between the rest of the one and the rest of the other (the α-β swap of
Boykov, Veksler, Zabih 2001). An annealing that moves a unit at a time leaves fingers and enclaves
of several units behind: half of a finger costs more border than all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from solvers.arrays import Bools, Ints, Longs
from solvers.problem import graph
from solvers.problem.neighbours import contiguity_graph
from solvers.problem.problem import Problem
from solvers.problem.reach import is_pinned
from solvers.search.best import Best

__all__ = ["swap_idle_land"]

_PASSES = 4
"""Most times that all pairs of neighbours are looked at."""

_TRIED = 40
"""Most pieces that the referee judges one by one where it refuses all at once."""

_LEAST_KM = 0.05
"""Kilometres of border that a swap has to save: less is rounding."""

_STEPS_A_KM = 100.0
"""Whole numbers of the flow a kilometre: it is counted in steps of ten metres."""

_MOST_STEPS = 1e9
"""Most of them in all, so that no sum overflows where lengths are no kilometres."""


class _Swap(NamedTuple):
    """Units that change hands together, (p,), and their new territory."""

    units: Longs
    to: int


def swap_idle_land(run: Best) -> None:
    """Shorten borders by handing over units without activity, as far as every rule holds.

    Nothing is done where borders have no price.
    """
    problem = run.problem
    if problem.borders.price <= 0 or problem.k < 2 or (run.assignment < 0).any():
        return
    rules = problem.rules
    bound = rules.exempt | is_pinned(problem) | (rules.together >= 0)
    idle = ~problem.balance.activity.any(axis=1) & ~bound
    for _ in range(_PASSES):
        if run.budget.spent():
            return
        swaps = list(_pass(problem, run.assignment, idle))
        if not swaps:
            return
        trial = run.assignment.copy()
        for units, to in swaps:
            trial[units] = to
        if run.offer(trial, "borders"):
            continue
        # Radius, handover or a health system speaks against one of them: each for itself.
        taken = False
        for units, to in swaps[:_TRIED]:
            trial = run.assignment.copy()
            trial[units] = to
            taken |= run.offer(trial, "borders")
        if not taken:
            return


def _pass(problem: Problem, assignment: Ints, idle: Bools) -> Iterator[_Swap]:
    """Yield what a look at every pair of neighbours hands over, each after the one before."""
    n = problem.n
    km = sp.csr_array((problem.borders.km, problem.indices, problem.indptr), shape=(n, n))
    indptr, indices = contiguity_graph(problem)
    joined = sp.csr_array((np.ones(indices.size, dtype=np.int8), indices, indptr), shape=(n, n))
    now = assignment.copy()
    edges = graph.cut_edges(problem.indptr, problem.indices, now)
    edges = edges[idle[edges].any(axis=1)]
    for a, b in np.unique(np.sort(now[edges], axis=1), axis=0).tolist():
        units = np.flatnonzero((now == a) | (now == b))
        here, free = now[units] == a, idle[units]
        border, near = km[units][:, units].tocsr(), joined[units][:, units].tocsr()
        shortest = _shortest(border, here, free)
        # Where the shortest border would cut a territory up, a part of its way may still do.
        tried = chain(
            _pieces(near, here, here != shortest),
            _pieces(near, here, free),
            _alone(border, here, free),
        )
        for rows in tried:
            there = here.copy()
            there[rows] = ~here[rows]
            shorter = _cut_km(border, here) - _cut_km(border, there) > _LEAST_KM
            if shorter and _parts(near, there) <= max(2, _parts(near, here)):
                here = there
                to = a if there[rows[0]] else b
                now[units[rows]] = to
                yield _Swap(units[rows], to)


def _cut_km(km: sp.csr_array, first: Bools) -> float:
    """Border between two territories; `first` says whose each unit is, shape (p,)."""
    return float((km @ first.astype(float)) @ ~first)


def _shortest(km: sp.csr_array, first: Bools, idle: Bools) -> Bools:
    """Return who belongs to the first of two territories, shape (p,), at the shortest border.

    `km` is the border between each two of the units, (p, p); `first` says who is the first's today,
    and `idle` who may change hands. Today's answer is kept where less than `_LEAST_KM` is saved.
    """
    free = np.flatnonzero(idle)
    source, sink = free.size, free.size + 1
    to_first = km[free] @ (first & ~idle).astype(float)
    to_second = km[free] @ (~first & ~idle).astype(float)
    among = km[free][:, free].tocoo()
    rows = np.concatenate([among.row, np.full(free.size, source), np.arange(free.size)])
    cols = np.concatenate([among.col, np.arange(free.size), np.full(free.size, sink)])
    size = np.concatenate([among.data, to_first, to_second])
    fine = min(_STEPS_A_KM, _MOST_STEPS / max(float(size.sum()), 1.0))
    whole = np.rint(size * fine).astype(np.int32)
    ends = (rows.astype(np.int64), cols.astype(np.int64))
    net = sp.coo_array((whole, ends), shape=(free.size + 2, free.size + 2)).tocsr()
    flow = sp.csgraph.maximum_flow(net, source, sink)
    left = sp.csr_array(net - flow.flow)
    left.eliminate_zeros()
    reached = sp.csgraph.breadth_first_order(left, source, return_predecessors=False)
    side = np.zeros(free.size + 2, dtype=bool)
    side[reached] = True
    wanted = first.copy()
    wanted[free] = side[: free.size]
    return wanted if _cut_km(km, first) - _cut_km(km, wanted) > _LEAST_KM else first


def _pieces(joined: sp.csr_array, here: Bools, wanted: Bools) -> Iterator[Longs]:
    """Yield the rows that are wanted, those that hang together in one territory at once."""
    moving = np.flatnonzero(wanted)
    among = joined[moving][:, moving].tocoo()
    same = here[moving][among.row] == here[moving][among.col]
    links = sp.csr_array(
        (among.data[same], (among.row[same], among.col[same])), shape=(moving.size, moving.size)
    )
    count, piece = sp.csgraph.connected_components(links, directed=False)
    for at in range(count):
        yield moving[piece == at]


def _alone(km: sp.csr_array, first: Bools, free: Bools) -> Iterator[Longs]:
    """Yield each row that may change hands and lies along the other territory more, alone."""
    lean = km @ np.where(first, 1.0, -1.0)
    for row in np.flatnonzero(free & (np.where(first, -lean, lean) > _LEAST_KM)):
        yield np.array([row])


def _parts(joined: sp.csr_array, first: Bools) -> int:
    """Count the pieces that two territories are in; `first` says whose each unit is, (p,)."""
    count = 0
    for rows in (np.flatnonzero(first), np.flatnonzero(~first)):
        count += sp.csgraph.connected_components(joined[rows][:, rows], directed=False)[0]
    return count
