"""Centers in the plane: units to centers under the bands, centers to their centroids, in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import LIMIT, Floats, Ints
from solvers.construct.allocate import MOST, allocate, candidates
from solvers.problem.centers import best_centers
from solvers.problem.reach import pins

if TYPE_CHECKING:
    from solvers.costs.cost import Points
    from solvers.problem.problem import Problem

__all__ = ["centred", "demand"]

_AT_ONCE = 200_000
"""Candidates that are priced between two looks at the clock."""


def demand(problem: Problem) -> Floats:
    """Share of all measures that each unit is, shape (n,); above 0."""
    total = problem.balance.activity.sum(axis=0)
    share = (problem.balance.activity / np.where(total > 0, total, 1.0)).mean(axis=1)
    return np.asarray(share + LIMIT / problem.n)


def centred(
    problem: Problem,
    plane: Points,
    first: Ints,
    *,
    rounds: int,
    spent: Callable[[], bool],
) -> Ints:
    """Improve a plan by allocation and re-centring in turn (Lloyd's method under bands).

    Parameters
    ----------
    problem : Problem
        With free centers.
    plane : Points
        That of its cost.
    first : int32, shape (n,), 0 to k - 1
    rounds : int
        Turns of both.
    spent : callable
        Asked now and then whether to leave the rest out.

    Returns
    -------
    int32, shape (n,), 0 to k - 1
        The plan of the second half of all turns with the least excess over the bands, or the last
        one where the rest was left out. Contiguity is not asked for.
    """
    mass = (demand(problem) if plane.power == 1 else plane.weight) + LIMIT
    if problem.k <= MOST and not pins(problem)[0].size:
        return _all_candidates(problem, plane, first, mass, rounds, spent)
    return _near_candidates(problem, plane, first, mass, rounds, spent)


def _all_candidates(
    problem: Problem,
    plane: Points,
    first: Ints,
    mass: Floats,
    rounds: int,
    spent: Callable[[], bool],
) -> Ints:
    """Improve a plan of so few territories that each is a candidate of every unit, in one kernel.

    Which candidates a unit has does not change with the centers then; what they cost does.
    """
    from solvers.kernels.allocate import recentre

    n, k, balance = problem.n, problem.k, problem.balance
    lists = candidates(problem, np.zeros(k, dtype=np.int32), np.zeros((k, 2)))
    x, y = np.ascontiguousarray(plane.xy[:, 0]), np.ascontiguousarray(plane.xy[:, 1])
    assignment, best, least = first.copy(), first.copy(), np.full(1, np.inf)
    price, room = np.zeros((k, problem.m)), np.empty((k, problem.m))
    step = max(1, _AT_ONCE // lists.territory.size)
    for begin in range(0, rounds, step):
        if spent():
            return assignment
        recentre(
            x,
            y,
            mass,
            np.argsort(-mass, kind="stable"),
            np.array(plane.offset),
            np.array(plane.weight),
            plane.power,
            lists.indptr,
            lists.territory,
            np.array(balance.activity),
            np.array(balance.travel_share),
            np.array(balance.goal),
            np.array(balance.lower),
            np.array(balance.upper),
            begin,
            min(begin + step, rounds),
            rounds,
            price,
            np.zeros(k),
            room,
            np.empty((k, 3)),
            np.empty(lists.territory.size),
            np.empty(n, dtype=np.int32),
            assignment,
            best,
            least,
        )
    return best


def _near_candidates(
    problem: Problem,
    plane: Points,
    first: Ints,
    mass: Floats,
    rounds: int,
    spent: Callable[[], bool],
) -> Ints:
    """Improve a plan whose units have the nearest centers as candidates, others in every turn."""
    from solvers.kernels.allocate import FIRST, LAST, LONG, SHORT, to_centroids

    x, y = np.ascontiguousarray(plane.xy[:, 0]), np.ascontiguousarray(plane.xy[:, 1])
    heavy, center = np.argsort(-mass, kind="stable"), np.empty((problem.k, 3))
    pinned = pins(problem)[0].size > 0
    columns: Ints = np.zeros(problem.k, dtype=np.int32)
    price: Floats | None = None
    assignment, best, least = first, first, np.inf
    for turn in range(rounds):
        if spent():
            return assignment
        to_centroids(x, y, mass, heavy, assignment, center)
        if pinned:
            columns = best_centers(problem, assignment)
        assignment, price, excess = allocate(
            problem,
            candidates(problem, columns, center[:, :2]),
            rounds=SHORT if turn else LONG,
            price=price,
            first=FIRST,
            last=LAST,
        )
        if turn >= rounds // 2 and excess < least:
            best, least = assignment, excess
    return best
