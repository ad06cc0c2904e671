"""From any assignment, partial, broken or none, to a complete one in connected territories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Ints, Longs
from solvers.construct.centering import demand
from solvers.problem import graph
from solvers.problem.neighbours import contiguity_graph, proposal_graph
from solvers.problem.reach import barred_keys, barred_units, holds_land, is_pinned, pins

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["complete"]


_ROUNDS = 8
"""Passes of cutting off stray pieces and growing the rest; one or two do unless pins fight."""


def complete(problem: Problem, start: NDArray[np.integer]) -> Ints:
    """Return an assignment near `start` with a territory for every unit, each in one piece.

    Pins and together groups are put right first. Of a territory in pieces the piece with its pins
    stays, else the heaviest; pinned pieces are joined by shortest paths; the rest is taken in by
    neighbours, the least loaded first. Where rules fight (a pin inside another's pins) pieces may
    remain: the referee tells.

    Parameters
    ----------
    problem : Problem
    start : int array, shape (n,)
        Territory of each unit; anything outside 0 to k - 1 is unassigned.

    Returns
    -------
    int32 array, shape (n,), 0 to k - 1
    """
    assignment = np.where((start >= 0) & (start < problem.k), start, -1).astype(np.int32)
    anchored = _put_rules_right(problem, assignment)
    if not problem.rules.contiguity:
        _fill_empty(problem, assignment, anchored)
        indptr, indices = proposal_graph(problem)
        _absorb(problem, indptr, indices, assignment, np.ones(problem.n, dtype=bool))
        _place_rest(problem, assignment)
        return assignment
    indptr, indices = contiguity_graph(problem)
    asked = ~problem.rules.exempt
    for _ in range(_ROUNDS):
        stray = _cut_off(problem, indptr, indices, assignment, anchored)
        empty = _fill_empty(problem, assignment, anchored)
        _absorb(problem, indptr, indices, assignment, asked)
        if not stray and not empty:
            break
    near_ptr, near = proposal_graph(problem)
    _absorb(problem, near_ptr, near, assignment, np.ones(problem.n, dtype=bool))
    _place_rest(problem, assignment)
    return assignment


def _put_rules_right(problem: Problem, assignment: Ints) -> Bools:
    """Apply pins and together groups in place; return the units that hold their territory."""
    anchored = is_pinned(problem)
    units, territories = pins(problem)
    assignment[units] = territories
    inside = np.flatnonzero(problem.rules.together >= 0)
    if inside.size == 0:
        return anchored
    order = inside[np.argsort(problem.rules.together[inside], kind="stable")]
    for members in np.split(order, np.flatnonzero(np.diff(problem.rules.together[order])) + 1):
        if members.size < 2:
            continue
        fixed = members[anchored[members]]
        held = assignment[members][assignment[members] >= 0]
        if fixed.size:
            assignment[members] = assignment[fixed[0]]
        elif held.size:
            assignment[members] = np.bincount(held).argmax()
        else:
            continue
        anchored[members] = True
    return anchored


def _cut_off(
    problem: Problem, indptr: Longs, indices: Ints, assignment: Ints, anchored: Bools
) -> int:
    """Unassign all but one piece of each territory, after joining its anchored pieces by paths."""
    piece = graph.parts(indptr, indices, assignment)
    asked = np.flatnonzero((assignment >= 0) & ~problem.rules.exempt)
    territory_of = np.full(int(piece.max()) + 1, -1, dtype=np.int32)
    territory_of[piece[asked]] = assignment[asked]
    count = np.bincount(territory_of[territory_of >= 0], minlength=problem.k)
    broken = np.flatnonzero(count > 1)
    if not broken.size:
        return 0
    heavy = np.bincount(piece[asked], demand(problem)[asked], minlength=territory_of.size)
    holds = np.zeros(heavy.size, dtype=bool)
    holds[piece[asked[anchored[asked]]]] = True
    for t in broken.tolist():
        mine = np.flatnonzero(territory_of == t)
        kept = mine[holds[mine]]
        main = int(kept[np.argmax(heavy[kept])]) if kept.size else int(mine[np.argmax(heavy[mine])])
        members = asked[assignment[asked] == t]
        stray = members[(piece[members] != main) & ~np.isin(piece[members], kept)]
        assignment[stray] = -1
        if kept.size > 1:
            _join(indptr, indices, assignment, anchored, members[piece[members] == main], t)
    return int(broken.size)


def _join(
    indptr: Longs,
    indices: Ints,
    assignment: Ints,
    anchored: Bools,
    main: NDArray[np.integer],
    t: int,
) -> None:
    """Take the units of shortest paths from the main piece to every other piece of territory t."""
    came = np.full(assignment.size, -1, dtype=np.int64)
    seen = np.zeros(assignment.size, dtype=bool)
    seen[main] = True
    front = list(main.tolist())
    while front:
        following: list[int] = []
        for u in front:
            for v in indices[indptr[u] : indptr[u + 1]].tolist():
                if seen[v] or (anchored[v] and assignment[v] != t):
                    continue
                seen[v] = True
                came[v] = u
                if assignment[v] == t:
                    back = int(came[v])
                    while back >= 0 and assignment[back] != t:
                        assignment[back] = t
                        back = int(came[back])
                following.append(v)
        front = following


def _fill_empty(problem: Problem, assignment: Ints, anchored: Bools) -> int:
    """Give every territory without units one: its cheapest, else one of the most loaded's."""
    # A territory of exempt units only has no land: it counts as empty where land is asked for.
    counted = assignment >= 0
    if holds_land(problem):
        counted &= ~problem.rules.exempt
    count = np.bincount(assignment[counted], minlength=problem.k)
    empty = np.flatnonzero(count == 0)
    if not empty.size:
        return 0
    weight = demand(problem)
    for t in empty.tolist():
        loose = ~anchored & ((assignment < 0) | (count[assignment] > 1))
        loose[barred_units(problem, t)] = False
        if problem.rules.contiguity and (loose & ~problem.rules.exempt).any():
            loose &= ~problem.rules.exempt
        if not loose.any():
            continue
        if problem.cost.fixed:
            rank = np.where(loose, problem.cost.column(t), np.inf)
            if np.isinf(rank.min()):
                continue
            unit = int(np.argmin(rank))
        else:
            load = np.bincount(
                assignment[assignment >= 0], weight[assignment >= 0], minlength=problem.k
            )
            load = np.append(np.where(count > 1, load, 0.0), 2.0)  # unassigned units come first
            unit = int(np.argmax(np.where(loose, load[assignment] + weight, -1.0)))
        if assignment[unit] >= 0:
            count[assignment[unit]] -= 1
        assignment[unit] = t
        count[t] += 1
    return int(empty.size)


def _absorb(problem: Problem, indptr: Longs, indices: Ints, assignment: Ints, asked: Bools) -> None:
    """Let territories take in the unassigned units beside them until none has a neighbour."""
    from solvers.kernels.allocate import absorb

    if (assignment[asked] >= 0).all():
        return
    waiting = np.flatnonzero((assignment < 0) & asked).astype(np.int32)
    weight = np.ascontiguousarray(demand(problem))
    goal = (problem.balance.goal / problem.balance.goal.sum(axis=0)).mean(axis=1)
    held = assignment >= 0
    load = np.bincount(assignment[held], weight[held], minlength=problem.k) / goal
    together = np.array(problem.rules.together)
    absorb(
        np.array(indptr),
        np.array(indices),
        assignment,
        waiting,
        np.empty_like(waiting),
        weight,
        load,
        np.ascontiguousarray(goal),
        barred_keys(problem),
        together,
    )


def _place_rest(problem: Problem, assignment: Ints) -> None:
    """Give units that border nobody to their cheapest territory, else to the least loaded."""
    rest = np.flatnonzero(assignment < 0)
    if rest.size == 0:
        return
    if problem.cost.fixed:
        best = np.full(rest.size, np.inf)
        for t in range(problem.k):
            price = problem.cost.at(rest, np.full(rest.size, t))
            price[np.isin(rest, barred_units(problem, t))] = np.inf
            better = price < best
            best[better] = price[better]
            assignment[rest[better]] = t
    rest = np.flatnonzero(assignment < 0)
    load = np.bincount(assignment[assignment >= 0], minlength=problem.k)
    for u in rest.tolist():
        assignment[u] = int(np.argmin(load))
        load[assignment[u]] += 1
    _put_rules_right(problem, assignment)
