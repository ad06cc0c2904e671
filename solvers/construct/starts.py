"""First plans: balanced splits of the plane, spread centers, priced allocation to homes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats, Ints
from solvers.construct.allocate import allocate, candidates
from solvers.construct.centering import centred, demand
from solvers.construct.repair import complete
from solvers.problem.centers import best_centers
from solvers.problem.reach import barred_pairs, pins

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["first_plan", "match_territories", "split_plane"]


def _never() -> bool:
    return False


def first_plan(
    problem: Problem,
    rng: np.random.Generator,
    *,
    rounds: int = 20,
    spent: Callable[[], bool] = _never,
    threads: int = 1,
) -> Ints:
    """Build a complete assignment from nothing.

    Fixed centers: units to homes by priced allocation. Free ones: centers (a balanced split of the
    plane, or units spread out where there is no plane), then allocation and re-centring in turn.

    Parameters
    ----------
    problem : Problem
    rng : numpy.random.Generator
        Turns the splitting lines and draws the centers.
    rounds : int
        Turns of allocation and re-centring.
    spent : callable
        Asked before each turn whether to leave the rest out: of a million units each takes seconds.
    threads : int
        Most threads to work on; the plan is the same for any number.

    Returns
    -------
    int32 array, shape (n,); connected wherever `solvers.construct.repair.complete` gets it so
    """
    if not problem.free_centers:
        lists = candidates(problem, np.arange(problem.k))
        assignment, _, _ = allocate(problem, lists, rounds=150)
        return complete(problem, assignment)
    if (points := problem.cost.points) is not None:
        goal = (problem.balance.goal / problem.balance.goal.sum(axis=0)).mean(axis=1)
        split = split_plane(points.xy, demand(problem), goal, rng)
        plan = centred(problem, points, split, rounds=rounds, spent=spent, threads=threads)
    else:
        plan = np.asarray(_spread_plan(problem, rng, rounds, spent), dtype=np.int32)
    return complete(problem, match_territories(problem, plan))


def split_plane(xy: Floats, weight: Floats, goal: Floats, rng: np.random.Generator) -> Ints:
    """Cut the plane in two, again and again, each part in proportion to its territories' goals.

    Parameters
    ----------
    xy : float64 array, shape (n, 2)
    weight : float64 array, shape (n,), above 0
    goal : float64 array, shape (k,), above 0
    rng : numpy.random.Generator
        Turns each cut by up to 30 degrees from across the longest extent.

    Returns
    -------
    int32 array, shape (n,): territory of each unit; O(n log n log k)
    """
    assignment = np.zeros(weight.size, dtype=np.int32)
    todo = [(np.arange(weight.size), np.arange(goal.size))]
    while todo:
        units, territories = todo.pop()
        if territories.size == 1 or units.size == 0:
            assignment[units] = territories[0]
            continue
        left = territories[: territories.size // 2]
        right = territories[territories.size // 2 :]
        here, mass = xy[units], weight[units, None]
        place = here - (here * mass).sum(axis=0) / mass.sum(axis=0)
        spread = (place * mass).T @ place
        axis = np.linalg.eigh(spread)[1][:, 1]
        turn = rng.uniform(-np.pi / 6, np.pi / 6)
        cos, sin = np.cos(turn), np.sin(turn)
        along = place @ np.array([cos * axis[0] - sin * axis[1], sin * axis[0] + cos * axis[1]])
        order = np.argsort(along, kind="stable")
        part = np.cumsum(weight[units[order]])
        share = goal[left].sum() / goal[territories].sum()
        cut = int(np.searchsorted(part, share * part[-1]))
        cut = min(max(cut, min(left.size, units.size - 1)), max(units.size - right.size, 1))
        todo.append((units[order[:cut]], left))
        todo.append((units[order[cut:]], right))
    return assignment


def _spread_plan(
    problem: Problem, rng: np.random.Generator, rounds: int, spent: Callable[[], bool]
) -> NDArray[np.integer]:
    """Centers drawn far from each other by cost, then allocation and re-centring in turn."""
    n, k, cost = problem.n, problem.k, problem.cost
    drawn = [int(rng.choice(n, p=demand(problem) / demand(problem).sum()))]
    nearest = cost.column(drawn[0]).copy()
    while len(drawn) < k:
        nearest[drawn] = 0.0
        chance = np.maximum(nearest, 0.0)
        if chance.sum() <= 0:
            chance = np.ones(n)
            chance[drawn] = 0.0
        drawn.append(int(rng.choice(n, p=chance / chance.sum())))
        np.minimum(nearest, cost.column(drawn[-1]), out=nearest)
    columns = np.array(drawn, dtype=np.int32)
    price: Floats | None = None
    best: NDArray[np.integer] = np.zeros(n, dtype=np.int32)
    assignment = best
    least = np.inf
    for turn in range(rounds):
        if turn and spent():
            return assignment
        assignment, price, excess = allocate(
            problem, candidates(problem, columns), rounds=40, price=price, first=0.4, last=0.1
        )
        if turn >= rounds // 2 and excess < least:
            best, least = assignment, excess
        found = best_centers(problem, assignment)
        columns = np.where(found >= 0, found, columns).astype(np.int32)
    return best


def match_territories(problem: Problem, assignment: NDArray[np.integer]) -> Ints:
    """Renumber territories so that pins and today's alignment fit as well as they can.

    Left alone where territories have no identity yet: nothing pinned, forbidden or current.

    Both assignments are of shape (n,), -1 where nothing is assigned.
    """
    k = problem.k
    placed = np.flatnonzero(problem.changes.current >= 0)
    today = (placed, problem.changes.current[placed])
    known_by = ((pins(problem), 1e6), (today, 1.0), (barred_pairs(problem), -1e3))
    if not any(units.size for (units, _), _ in known_by):
        return np.asarray(assignment, dtype=np.int32)
    mass = demand(problem)
    gain = np.zeros((k, k))
    inside = assignment >= 0
    for (units, known), worth in known_by:
        here = inside[units]
        some = units[here]
        np.add.at(gain, (assignment[some], known[here]), worth * mass[some])
    if not gain.any():
        return np.asarray(assignment, dtype=np.int32)
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(gain, maximize=True)
    renamed = np.empty(k, dtype=np.int32)
    renamed[rows] = columns
    return np.where(inside, renamed[assignment], -1).astype(np.int32)
