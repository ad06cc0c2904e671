"""The cheapest plan put together from whole territories of several plans: set partitioning.

References
----------
Brous, Shmoys: Set partitioning for political districting (2025); Kong: A center-based modeling
approach to solve the districting problem (2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import scipy.sparse as sp

from solvers.arrays import Floats, Ints, Longs
from solvers.mip.model import SMALL, Model, Rows, solve_model
from solvers.problem.evaluate import Evaluation
from solvers.problem.reach import are_named

if TYPE_CHECKING:
    from solvers.problem.problem import Problem
    from solvers.stop import Budget

__all__ = ["put_together"]

_ENTRIES = 20_000_000
"""Most units times territories: whether each territory holds each unit is tabled."""


class _Territory(NamedTuple):
    """A territory that some plan has, and what it costs a whole plan."""

    name: int  # -1 where any territory may be this one
    units: Longs
    cost: float
    moved: Floats  # (r,) weight of its moved units in each cap


def put_together(
    problem: Problem, plans: Sequence[tuple[Ints, Evaluation]], *, budget: Budget
) -> Ints | None:
    """Return the cheapest plan of territories that some of the plans have, or None.

    Bands that hang on a plan's own total are those of the plans that the territories come from: the
    referee has to look at what is returned.

    Parameters
    ----------
    problem : Problem
    plans : sequence of (int32 of shape (n,), Evaluation)
        The best first. Territories outside their bands, and plans that break another rule, are left
        out.
    budget : Budget
        Of counted work.

    Returns
    -------
    int32, shape (n,), 0 to k - 1, or None
        None where nothing but the first plan can be put together, or nothing in time.
    """
    found = _territories(problem, plans)
    if len(found) <= problem.k:
        return None
    answer = solve_model(
        _model(problem, found), budget=budget, hint=_hint(found, problem, plans[0])
    )
    if answer.values is None:
        return None
    chosen = [found[j] for j in np.flatnonzero(answer.values > 0.5)]
    assignment = np.full(problem.n, -1, dtype=np.int32)
    for at, territory in enumerate(chosen):
        assignment[territory.units] = at if territory.name < 0 else territory.name
    return None if (assignment < 0).any() or len(chosen) > problem.k else assignment


def _territories(problem: Problem, plans: Sequence[tuple[Ints, Evaluation]]) -> list[_Territory]:
    """Every territory once, at most as many as a model of counted work may have variables.

    Of large problems fewer, those of the best plans.
    """
    named, most = are_named(problem), min(SMALL, _ENTRIES // problem.n)
    found: dict[tuple[int, bytes], _Territory] = {}
    for assignment, judged in plans:
        if any(violation.rule != "balance" for violation in judged.violations):
            continue
        costs, moved = _costs(problem, assignment, judged)
        kept = (judged.n_units > 0) & ~judged.excess.any(axis=1)
        for t in np.flatnonzero(kept).tolist():
            if len(found) == most:
                return list(found.values())
            units = np.flatnonzero(assignment == t)
            name = t if named else -1
            found.setdefault(
                (name, units.tobytes()), _Territory(name, units, float(costs[t]), moved[t])
            )
    return list(found.values())


def _costs(problem: Problem, assignment: Ints, judged: Evaluation) -> tuple[Floats, Floats]:
    """What each territory adds to a plan's cost, (k,), and to its caps on moves, (k, r).

    Half of each border, and a share of every group that it touches: one territory's too many.
    """
    k, changes, groups = problem.k, problem.changes, problem.groups
    cost = problem.cost.at(np.arange(problem.n), judged.centers[assignment])
    left = (changes.current >= 0) & (changes.current != assignment)
    out = np.zeros(k)
    np.add.at(out, assignment, cost + changes.move_cost * left)
    if groups.price.size:
        group = np.repeat(np.arange(groups.price.size), np.diff(groups.indptr))
        touched = np.unique(np.column_stack([group, assignment[groups.units]]), axis=0)
        np.add.at(out, touched[:, 1], groups.price[touched[:, 0]])
    if problem.borders.price > 0.0:
        here = np.repeat(assignment, np.diff(problem.indptr))
        cut = here != assignment[problem.indices]
        usd = 0.5 * problem.borders.price * problem.borders.km
        np.add.at(out, here[cut], usd[cut])
    moved = np.zeros((k, changes.moved_cap.size))
    np.add.at(moved, assignment[left], changes.moved_weight[left])
    return out, moved


def _model(problem: Problem, found: list[_Territory]) -> Model:
    """Each unit once, each named territory once or k of them in all, moves within their caps."""
    q = len(found)
    held = np.zeros((problem.n, q), dtype=bool)
    for j, territory in enumerate(found):
        held[territory.units, j] = True
    rows, every = Rows(q), np.arange(q)
    # Units that the same territories hold are one.
    for one in np.unique(held, axis=0):
        rows.add(np.flatnonzero(one), 1.0, 1.0, 1.0)
    names = np.array([territory.name for territory in found])
    for name in np.unique(names).tolist():
        count = float(problem.k) if name < 0 else 1.0
        rows.add(every[names == name], 1.0, count, count)
    for r, cap in enumerate(problem.changes.moved_cap.tolist()):
        weight = np.array([territory.moved[r] for territory in found])
        rows.add(every, weight, -np.inf, cap)
    matrix, lower, upper = rows.arrays()
    return Model(
        objective=np.array([territory.cost for territory in found]),
        lower=np.zeros(q),
        upper=np.ones(q),
        integer=np.ones(q, dtype=bool),
        matrix=sp.csr_array(matrix),
        row_lower=lower,
        row_upper=upper,
    )


def _hint(
    found: list[_Territory], problem: Problem, first: tuple[Ints, Evaluation]
) -> Floats | None:
    """The first plan as a choice of territories, shape (q,), where it is one."""
    own = {np.flatnonzero(first[0] == t).tobytes() for t in range(problem.k)}
    values = np.array([float(territory.units.tobytes() in own) for territory in found])
    return values if values.sum() == problem.k else None
