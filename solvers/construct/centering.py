"""Centers in the plane: units to centers under the bands, centers to their centroids, in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import LIMIT, Floats, Ints
from solvers.construct.allocate import MOST, candidates
from solvers.effort import LARGE

if TYPE_CHECKING:
    from solvers.costs.cost import Points
    from solvers.problem.problem import Problem

__all__ = ["centred", "demand"]

_AT_ONCE = 4_000_000
"""Candidates that are priced between two looks at the clock."""

_AGAIN = 8
"""Turns after which the nearest centers of so many units are looked up again: that costs as much as
four turns. Where they are fewer it is done in every turn: two of six plans of us_counties were else
searched for twice."""


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
    threads: int = 1,
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
    threads : int
        Most threads to look centers up on.

    Returns
    -------
    int32, shape (n,), 0 to k - 1
        The plan of the second half of all turns with the least excess over the bands, or the last
        one where the rest was left out. Contiguity is not asked for.
    """
    from solvers.kernels.allocate import recentre, to_centroids

    mass = (demand(problem) if plane.power == 1 else plane.weight) + LIMIT
    n, k, balance = problem.n, problem.k, problem.balance
    x, y = np.ascontiguousarray(plane.xy[:, 0]), np.ascontiguousarray(plane.xy[:, 1])
    heavy, center = np.argsort(-mass, kind="stable"), np.empty((k, 3))
    assignment, best, least = first.copy(), first.copy(), np.full(1, np.inf)
    price, room, lists = np.zeros((k, problem.m)), np.empty((k, problem.m)), None
    step = max(1, _AT_ONCE // (n * min(k, MOST)))
    if k > MOST:
        step = min(step, _AGAIN if n > LARGE else 1)
    for begin in range(0, rounds, step):
        if spent():
            return assignment
        if lists is None or k > MOST:
            to_centroids(x, y, mass, heavy, assignment, center)
            # What a candidate costs is reckoned anew in every turn, that of a pinned unit as well.
            any_column = np.zeros(k, dtype=np.int32)
            lists = candidates(problem, any_column, center[:, :2], threads=threads)
        recentre(
            x,
            y,
            mass,
            heavy,
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
            np.empty(problem.m),
            np.empty(n),
            np.empty(k),
            room,
            center,
            np.empty(lists.territory.size),
            np.empty((n, 2), dtype=np.int32),
            assignment,
            best,
            least,
        )
    return best
