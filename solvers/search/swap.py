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

from solvers.arrays import Bools, Floats, Ints, Longs
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


class _Ties(NamedTuple):
    """Both directions of each tie between units, in the order of their first ends.

    Two territories have few units: their ties in plain arrays are looked at many times faster than
    in a sparse matrix, whose checks and copies take longer than the sums.
    """

    one: Ints
    other: Ints
    km: Floats
    """(e,) border of each tie; 0 where only the tie itself is asked for."""

    def among(self, chosen: Bools) -> _Ties:
        """Return the ties whose ends are both chosen, (n,) bool; ends count the chosen ones."""
        place = np.cumsum(chosen, dtype=np.int32) - np.int32(1)
        kept = chosen[self.one] & chosen[self.other]
        return _Ties(place[self.one[kept]], place[self.other[kept]], self.km[kept])


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
    settled: set[bytes] = set()
    for _ in range(_PASSES):
        if run.budget.spent():
            return
        swaps = list(_pass(problem, run.assignment, idle, settled))
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


def _pass(problem: Problem, assignment: Ints, idle: Bools, settled: set[bytes]) -> Iterator[_Swap]:
    """Yield what a look at every pair of neighbours hands over, each after the one before.

    Pairs as they are in `settled` are passed over, and those that hand nothing over are added: as
    long as both territories stay what they are, another look finds nothing either.
    """
    km = _Ties(graph.owners(problem.indptr), problem.indices, problem.borders.km)
    indptr, indices = contiguity_graph(problem)
    joined = _Ties(graph.owners(indptr), indices, np.zeros(indices.size))
    now = assignment.copy()
    edges = graph.cut_edges(problem.indptr, problem.indices, now)
    edges = edges[idle[edges].any(axis=1)]
    for a, b in np.unique(np.sort(now[edges], axis=1), axis=0).tolist():
        ours = (now == a) | (now == b)
        units = np.flatnonzero(ours)
        here, free = now[units] == a, idle[units]
        pair = units.tobytes() + here.tobytes()
        if pair in settled:
            continue
        border, near = km.among(ours), joined.among(ours)
        shortest = _shortest(border, here, free)
        # Where the shortest border would cut a territory up, a part of its way may still do.
        tried = chain(
            _pieces(near, here, here != shortest),
            _pieces(near, here, free),
            _alone(border, here, free),
        )
        cut_km, before = _cut_km(border, here), here
        for rows in tried:
            there = here.copy()
            there[rows] = ~here[rows]
            there_km = _cut_km(border, there)
            shorter = cut_km - there_km > _LEAST_KM
            if shorter and _parts(near, there) <= max(2, _parts(near, here)):
                here, cut_km = there, there_km
                to = a if there[rows[0]] else b
                now[units[rows]] = to
                yield _Swap(units[rows], to)
        if here is before:
            settled.add(pair)


def _cut_km(border: _Ties, first: Bools) -> float:
    """Border between two territories; `first` says whose each unit is, shape (p,)."""
    return float(border.km[~first[border.one] & first[border.other]].sum())


def _shortest(border: _Ties, first: Bools, idle: Bools) -> Bools:
    """Return who belongs to the first of two territories, shape (p,), at the shortest border.

    `first` says who is the first's today, shape (p,), and `idle` who may change hands. Today's
    answer is kept where less than `_LEAST_KM` is saved.
    """
    free = np.flatnonzero(idle)
    source, sink = free.size, free.size + 1
    to_first = _towards(border, first & ~idle)[free]
    to_second = _towards(border, ~first & ~idle)[free]
    among = border.among(idle)
    rows = np.concatenate([among.one, np.full(free.size, source), np.arange(free.size)])
    cols = np.concatenate([among.other, np.arange(free.size), np.full(free.size, sink)])
    size = np.concatenate([among.km, to_first, to_second])
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
    return wanted if _cut_km(border, first) - _cut_km(border, wanted) > _LEAST_KM else first


def _towards(border: _Ties, side: Bools) -> Floats:
    """Border of each unit with the units of a side, both shape (p,)."""
    there = side[border.other]
    along = np.bincount(border.one[there], border.km[there], minlength=side.size)
    return along.astype(np.float64)


def _pieces(near: _Ties, here: Bools, wanted: Bools) -> Iterator[Longs]:
    """Yield the rows that are wanted, those that hang together in one territory at once."""
    moving = np.flatnonzero(wanted)
    piece = _labels(near.among(wanted), here[moving])
    for at in dict.fromkeys(piece.tolist()):
        yield moving[piece == at]


def _alone(border: _Ties, first: Bools, free: Bools) -> Iterator[Longs]:
    """Yield each row that may change hands and lies along the other territory more, alone."""
    lean = _towards(border, first) - _towards(border, ~first)
    for row in np.flatnonzero(free & (np.where(first, -lean, lean) > _LEAST_KM)):
        yield np.array([row])


def _parts(near: _Ties, first: Bools) -> int:
    """Count the pieces that two territories are in; `first` says whose each unit is, (p,)."""
    return np.unique(_labels(near, first)).size


def _labels(near: _Ties, first: Bools) -> Ints:
    """Label the pieces that two territories are in, any numbering, shape (p,)."""
    indptr = np.searchsorted(near.one, np.arange(first.size + 1))
    return graph.parts(indptr, near.other, first.view(np.int8))
