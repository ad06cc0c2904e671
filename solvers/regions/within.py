"""A few territories' own problem: their units, borders and rules, while all others stand still."""

from __future__ import annotations

import numpy as np

from solvers.arrays import Ints, Longs
from solvers.costs.cost import Cost
from solvers.costs.pair import PairCost
from solvers.costs.planar import PlanarCost
from solvers.problem.parts import Balance, Borders, Changes, Rules
from solvers.problem.problem import Problem
from solvers.problem.reach import distances, has_radius

__all__ = ["within"]


def within(problem: Problem, assignment: Ints, territories: Longs) -> tuple[Problem, Longs, Ints]:
    """Return the problem that some territories of a plan have among themselves.

    Parameters
    ----------
    problem : Problem
        With free centers.
    assignment : int32, shape (n,), 0 to k - 1
    territories : int64, shape (t,), 0 to k - 1
        Territory j of the new problem is the j-th of these.

    Returns
    -------
    Problem
        Of u units and t territories; centers are units of these territories.
    int64, shape (u,)
        The units, in order.
    int32, shape (u,)
        The plan's assignment of them, 0 to t - 1.

    Notes
    -----
    Prices of split groups are left out, and bands with travel inside are those of the goals, not
    of the whole plan's own total: what comes out is to be judged as a plan of all territories.
    """
    local = np.full(problem.k, -1, dtype=np.int32)
    local[territories] = np.arange(territories.size)
    units = np.flatnonzero(local[assignment] >= 0)
    at = np.full(problem.n, -1, dtype=np.int32)
    at[units] = np.arange(units.size)
    balance, rules = problem.balance, problem.rules
    top = balance.center_upper
    owner = np.repeat(at, np.diff(problem.indptr))
    other = at[problem.indices]
    inside = (owner >= 0) & (other >= 0)
    indptr = np.zeros(units.size + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner[inside], minlength=units.size), out=indptr[1:])
    forbidden = np.column_stack([at[rules.forbidden[:, 0]], local[rules.forbidden[:, 1]]])
    rows, columns = units[:, None], units[None, :]
    part = Problem(
        cost=_cost(problem.cost, units),
        balance=Balance(
            activity=balance.activity[units],
            goal=balance.goal[territories],
            lower=balance.lower[territories],
            upper=balance.upper[territories],
            travel_share=balance.travel_share,
            center_upper=None if top is None else top[units],
        ),
        indptr=indptr,
        indices=other[inside],
        rules=Rules(
            contiguity=rules.contiguity,
            exempt=rules.exempt[units],
            pinned=_named(local, rules.pinned[units]),
            forbidden=forbidden[(forbidden >= 0).all(axis=1)],
            together=rules.together[units],
            radius=rules.radius,
            distance=distances(problem, rows, columns) if has_radius(problem) else None,
        ),
        changes=_changes(problem, assignment, units, local),
        borders=Borders(km=problem.borders.km[inside], price=problem.borders.price),
    )
    return part, units, local[assignment[units]]


def _cost(cost: Cost, units: Longs) -> Cost:
    """Prices of some units from centers on them: in the plane where they lie in one."""
    plane = cost.points
    if plane is None:
        return PairCost(pair=cost.at(units[:, None], units[None, :]))
    weight, offset = plane.weight[units], plane.offset[units]
    return PlanarCost(xy=plane.xy[units], weight=weight, offset=offset, power=plane.power)


def _named(local: Ints, territory: Ints) -> Ints:
    """Territories by their new numbers, -1 for those that stand still and for none."""
    return np.where(territory >= 0, local[territory], -1).astype(np.int32)


def _changes(problem: Problem, assignment: Ints, units: Longs, local: Ints) -> Changes:
    """Today and its caps, less what is moved elsewhere; who is of elsewhere today has moved."""
    changes = problem.changes
    current = changes.current[units]
    stays = _named(local, current)
    moved = (changes.current >= 0) & (changes.current != assignment)
    moved[units] = (current >= 0) & (stays < 0)
    return Changes(
        current=stays,
        move_cost=changes.move_cost[units],
        moved_weight=changes.moved_weight[units],
        moved_cap=np.maximum(changes.moved_cap - changes.moved_weight[moved].sum(axis=0), 0.0),
    )
