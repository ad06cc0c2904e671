"""Plans by recombination: where no other search keeps the bands, pairs of territories are cut anew.

Moves of single units keep a plan connected and near its bands all the way; where units are heavy
and bands narrow hardly any way leads from plan to plan then. A pair cut anew is another plan in one
step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import NONZERO, Floats, Ints, Longs
from solvers.problem.evaluate import Evaluation, evaluate
from solvers.problem.neighbours import contiguity_graph
from solvers.problem.problem import adjacency_from_edges
from solvers.problem.reach import close_pairs, too_far

if TYPE_CHECKING:
    from solvers.kernels.trees import Pieces, Plan
    from solvers.problem.problem import Problem

__all__ = ["TO_BANDS", "WITHIN_BANDS", "Course", "can_recombine", "recombined"]

_PAIRS = 8_000
"""Most pairs of unit and territory: of more, few pairs of territories are cut often enough."""

Course = tuple[tuple[float, float], ...]
"""Heats, and what the mean cost of a territory weighs then, both in goals, from first to last."""

TO_BANDS: Course = ((0.02, 0.01), (0.002, 0.001), (0.001, 0.03))
"""Bands come to count for all, then costs again within them. Left at half-way about as many runs
end in a plan, 6 to 8 % dearer (txc and tx, k = 20 ±5 %)."""

WITHIN_BANDS: Course = ((0.005, 0.03), (0.0005, 0.003), (0.001, 0.1))
"""The same from a plan that keeps its bands, with less heat."""

_TURN, _FEWEST, _MOST = 5_000, 5, 40
"""Pairs cut anew until centers are chosen anew, and with them the bands that hang on travel; fewest
and most of these turns."""


def can_recombine(problem: Problem) -> bool:
    """Whether territories must be in one piece, and are few enough."""
    return problem.rules.contiguity and problem.k > 1 and problem.n * problem.k <= _PAIRS


def recombined(
    problem: Problem,
    first: NDArray[np.integer],
    *,
    course: Course,
    seed: int,
    attempts: int,
    spent: Callable[[], bool],
) -> Ints:
    """Anneal a plan by cutting pairs of neighbouring territories anew along random trees.

    Bands and cost weigh as the course says. Together groups move as one; units that touch nobody
    stay. Split groups, caps on moves and borders are not looked at.

    Parameters
    ----------
    problem : Problem
        For which `can_recombine`.
    first : int, shape (n,), 0 to k - 1
        In connected territories.
    course : Course
    seed : int
    attempts : int
        Pairs that are cut anew.
    spent : callable
        Asked now and then whether to leave the rest out.

    Returns
    -------
    int32, shape (n,), 0 to k - 1
        The plan met that breaks the fewest rules, of these the one with the least excess, of these
        the cheapest; `first` where none is better.
    """
    from solvers.kernels.trees import recombine

    of_unit = _pieces(problem)
    plan = _room(problem, of_unit, np.asarray(first), seed)
    graph = _graph(problem, of_unit)
    best = np.asarray(first, dtype=np.int32)
    judged = evaluate(problem, best)
    least, typical = _worth(judged), max(judged.terms["cost"] / problem.k, NONZERO)
    turns = min(max(attempts // _TURN, _FEWEST), _MOST)
    heats, weights = _by_turns(course, turns)
    weights /= typical if np.isfinite(typical) else 1.0
    for turn in range(turns):
        if spent():
            break
        pieces = _laid_out(problem, of_unit, graph, plan.assignment, judged, weights[turn])
        _begin(pieces, plan)
        recombine(pieces, plan, attempts // turns, heats[turn], heats[turn + 1])
        found = evaluate(problem, plan.best[of_unit])
        if _worth(found) < least:
            least, best = _worth(found), plan.best[of_unit]
        judged = evaluate(problem, plan.assignment[of_unit])
    return best


def _by_turns(course: Course, turns: int) -> tuple[Floats, Floats]:
    """Heat at the ends of every turn, (turns + 1,), and the weight of costs in it, (turns,)."""
    given, wanted = np.linspace(0.0, 1.0, len(course)), np.linspace(0.0, 1.0, turns + 1)
    logs = np.log(np.array(course))
    heats, weights = (np.exp(np.interp(wanted, given, logs[:, j])) for j in (0, 1))
    return heats, weights[:-1]


def _worth(judged: Evaluation) -> tuple[int, float, float]:
    others = sum(violation.rule != "balance" for violation in judged.violations)
    return others, float(judged.excess.sum()), judged.objective


def _pieces(problem: Problem) -> Ints:
    """Piece of every unit, shape (n,): mates of a together group are one."""
    own = problem.rules.together.astype(np.int64)
    alone = own < 0
    own[alone] = own.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    return np.unique(own, return_inverse=True)[1].astype(np.int32)


def _graph(problem: Problem, of_unit: Ints) -> tuple[Longs, Ints]:
    """CSR adjacency of the pieces that contiguity asks about."""
    indptr, indices = contiguity_graph(problem)
    ends = np.column_stack(
        [of_unit[np.repeat(np.arange(problem.n), np.diff(indptr))], of_unit[indices]]
    )
    return adjacency_from_edges(int(of_unit.max()) + 1, ends[ends[:, 0] != ends[:, 1]])


def _room(problem: Problem, of_unit: Ints, first: NDArray[np.integer], seed: int) -> Plan:
    from solvers.kernels.trees import Plan

    q, k, m = int(of_unit.max()) + 1, problem.k, problem.m
    assignment = np.zeros(q, dtype=np.int32)
    assignment[of_unit] = first

    def numbers(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int32)

    return Plan(
        assignment=assignment,
        best=assignment.copy(),
        worth=np.zeros(2),
        first=numbers(k),
        next=numbers(q),
        excess=np.zeros(k),
        cost=np.zeros(k),
        rng=np.random.SeedSequence(seed).generate_state(1, np.uint64).astype(np.uint64),
        ends=numbers(problem.indices.size, 2),
        root=numbers(q),
        link=numbers(q),
        following=numbers(2 * q),
        to=numbers(2 * q),
        order=numbers(q),
        above=numbers(q),
        under=np.zeros(q, dtype=bool),
        load=np.zeros((q, m)),
        away=np.zeros((q, 4)),
        outside=np.zeros((q, 2), dtype=np.int64),
        rest=np.zeros((1, m)),
        energy=np.zeros(2 * q),
    )


def _laid_out(
    problem: Problem,
    of_unit: Ints,
    graph: tuple[Longs, Ints],
    assignment: Ints,
    judged: Evaluation,
    weight: float,
) -> Pieces:
    """Costs, travel and bands of the pieces where the territories' centers are as judged."""
    from solvers.kernels.trees import Pieces

    balance, q = problem.balance, assignment.size
    price, barred, travel = _pairs(problem, judged.centers)
    indptr, indices = graph
    activity = _summed(balance.activity, of_unit, q)
    away = _summed(travel, of_unit, q) if travel.size else travel
    held = activity.copy()
    if travel.size:
        held += balance.travel_share * away[np.arange(q), assignment][:, None]
    # Pieces that touch nobody stay; the bands are for what is cut.
    standing = np.flatnonzero(np.diff(indptr) == 0)
    taken = _summed(held[standing], assignment[standing], problem.k)
    return Pieces(
        indptr=indptr,
        indices=indices,
        owner=np.repeat(np.arange(q, dtype=np.int32), np.diff(indptr)),
        activity=activity,
        travel=away,
        share=np.array(balance.travel_share),
        barred=_summed(barred, of_unit, q) > 0,
        cost=_summed(price, of_unit, q) * weight,
        goal=np.array(judged.goal),
        lower=judged.lower - taken,
        upper=judged.upper - taken,
    )


def _pairs(problem: Problem, centers: Ints) -> tuple[Floats, Floats, Floats]:
    """Price of every unit in every territory, whether it is barred (1.0), and travel, each (n, k).

    Travel is (0, 0) where no measure has any.
    """
    units = np.arange(problem.n)[:, None]
    columns = np.maximum(centers, 0)[None, :]
    price = np.where(centers >= 0, problem.cost.at(units, columns), np.inf)
    price[too_far(problem, units, columns)] = np.inf
    close_pairs(problem, price)
    barred = ~np.isfinite(price)
    known = problem.changes.current >= 0
    moved = known[:, None] & (problem.changes.current[:, None] != np.arange(problem.k))
    price = np.where(barred, 0.0, price + problem.changes.move_cost[:, None] * moved)
    travel = np.zeros((0, 0))
    if problem.balance.travel_share.any():
        travel = np.where(barred, 0.0, problem.cost.travel_at(units, columns))
    return price, barred.astype(np.float64), travel


def _summed(values: Floats, group: NDArray[np.integer], count: int) -> Floats:
    """Sum of the rows of each group, shape (count, columns)."""
    out = np.zeros((count, values.shape[1]))
    np.add.at(out, group, values)
    return out


def _begin(p: Pieces, s: Plan) -> None:
    """Write the lists, the excess and the cost of the assignment, which is the best for now."""
    k = p.goal.shape[0]
    moving = np.flatnonzero(np.diff(p.indptr))
    order = moving[np.argsort(s.assignment[moving], kind="stable")]
    territory = s.assignment[order]
    follows = territory[1:] == territory[:-1]
    s.first[:], s.next[:] = -1, -1
    s.next[order[:-1][follows]] = order[1:][follows]
    begins = np.flatnonzero(np.append(True, ~follows)) if order.size else order
    s.first[territory[begins]] = order[begins]
    held = p.activity[order]
    if p.travel.size:
        held = held + p.share * p.travel[order, territory][:, None]
    load = _summed(held, territory, k)
    outside = np.maximum(load - p.upper, 0.0) + np.maximum(p.lower - load, 0.0)
    s.excess[:] = (outside / p.goal).sum(axis=1)
    s.excess[:] += np.bincount(territory, weights=p.barred[order, territory], minlength=k)
    s.cost[:] = np.bincount(territory, weights=p.cost[order, territory], minlength=k)
    s.worth[:] = s.excess.sum(), s.cost.sum()
    s.best[:] = s.assignment
