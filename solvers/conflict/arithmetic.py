"""Conflicts that sums alone prove: too heavy, too light, too many, out of reach."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, Floats
from solvers.conflict.report import Conflict, ConflictRule, Relaxation
from solvers.problem.problem import Problem
from solvers.problem.reach import (
    barred_pairs,
    barred_units,
    beyond,
    distances,
    has_radius,
    is_pinned,
    pins,
    strayed,
)
from solvers.stop import Budget

__all__ = ["arithmetic", "arithmetic_upper"]


_SLACK = LIMIT
_WITNESSES = 20


def arithmetic(problem: Problem, budget: Budget) -> Conflict | None:
    """Return the first conflict that sums prove, or None."""
    for found in _looks(problem, budget):
        return found
    return None


def arithmetic_upper(problem: Problem) -> Floats:
    """Largest load that a territory may have in any plan, shape (k, m).

    A measure with travel has bands that are shares of the plan's own total, which is at most that
    of the plan with most travel.
    """
    upper = problem.balance.upper.copy()
    if problem.balance.center_upper is not None:
        upper = np.tile(problem.balance.center_upper.max(axis=0), (problem.k, 1))
    for a in np.flatnonzero(problem.balance.travel_share > 0).tolist():
        most = np.zeros(problem.n)
        for j in range(problem.cost.n_columns):
            here = problem.cost.travel_at(np.arange(problem.n), np.full(problem.n, j))
            np.maximum(most, np.where(np.isfinite(here), here, 0.0), out=most)
        total = problem.balance.activity[:, a].sum() + problem.balance.travel_share[a] * most.sum()
        upper[:, a] *= total / problem.balance.goal[:, a].sum()
    return upper


def _looks(problem: Problem, budget: Budget) -> Iterator[Conflict]:
    upper = arithmetic_upper(problem)
    yield from _totals(problem)
    yield from _too_heavy(problem, upper)
    yield from _pinned_loads(problem, upper)
    yield from _too_few(problem)
    if not budget.spent():
        yield from _out_of_reach(problem)


def _conflict(rules: list[ConflictRule], relaxations: list[Relaxation]) -> Conflict:
    return Conflict(
        rules=tuple(rules),
        relaxations=tuple(relaxations),
        proved=True,
        minimal=True,
        method="arithmetic",
    )


def _over(value: float, limit: float) -> bool:
    return value > limit * (1.0 + _SLACK) + _SLACK * abs(value)


def _some(units: NDArray[np.integer]) -> tuple[int, ...]:
    return tuple(units[:_WITNESSES].tolist())


def _tolerance(problem: Problem, a: int, territory: int, load: float) -> float:
    """Tolerance above the goal that the load would need."""
    return float(load / problem.balance.goal[territory, a] - 1.0)


def _totals(problem: Problem) -> Iterator[Conflict]:
    """All lower bands together above what there is, or all upper bands below it."""
    for a in np.flatnonzero(problem.balance.travel_share == 0).tolist():
        total = float(problem.balance.activity[:, a].sum())
        least, most = (
            float(problem.balance.lower[:, a].sum()),
            float(problem.balance.upper[:, a].sum()),
        )
        if problem.balance.center_upper is not None:
            most = float(np.sort(problem.balance.center_upper[:, a])[-problem.k :].sum())
        goal = float(problem.balance.goal[:, a].sum())
        for side, limit, broken in (
            ("at least", least, _over(least, total)),
            ("at most", most, _over(total, most)),
        ):
            if broken:
                rule = ConflictRule(kind="balance", measure=a, value=total, limit=limit, side=side)
                needed = abs(total / goal - 1.0)
                fix = Relaxation(kind="tolerance", measure=a, amount=needed, sufficient=False)
                yield _conflict([rule], [fix])


def _items(problem: Problem) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Single units with group -1, then the together groups."""
    for unit in range(problem.n):
        yield -1, np.array([unit])
    for group in np.unique(problem.rules.together[problem.rules.together >= 0]).tolist():
        yield group, np.flatnonzero(problem.rules.together == group)


def _too_heavy(problem: Problem, upper: Floats) -> Iterator[Conflict]:
    """A unit, or a group that must stay together, above every territory's upper band."""
    for a in range(problem.m):
        top = int(np.argmax(upper[:, a]))
        limit = float(upper[top, a])
        light = float(problem.balance.activity[:, a].max(initial=0.0)) <= limit
        for group, units in _items(problem):
            if group < 0 and light:
                continue
            load = float(problem.balance.activity[units, a].sum())
            if not _over(load, limit):
                continue
            band = ConflictRule(
                kind="balance",
                measure=a,
                units=_some(units),
                value=load,
                limit=limit,
                side="at most",
            )
            fixes = [
                Relaxation(kind="tolerance", measure=a, amount=_tolerance(problem, a, top, load))
            ]
            if group < 0:
                fixes.append(Relaxation(kind="divide", measure=a, units=_some(units)))
                yield _conflict([band], fixes)
            else:
                together = ConflictRule(
                    kind="together", territory=group, units=_some(units), measure=a, value=load
                )
                split = Relaxation(kind="split", territory=group, measure=a, amount=load - limit)
                yield _conflict([together, band], [split, *fixes])


def _pinned_loads(problem: Problem, upper: Floats) -> Iterator[Conflict]:
    """A territory whose pinned units, with their groups, are above its band."""
    held, own = pins(problem)
    for t in np.unique(own).tolist():
        units = held[own == t]
        groups = np.unique(problem.rules.together[units])
        with_groups = np.flatnonzero(np.isin(problem.rules.together, groups[groups >= 0]))
        every = np.union1d(units, with_groups)
        for a in range(problem.m):
            load = float(problem.balance.activity[every, a].sum())
            limit = float(upper[t, a])
            if not _over(load, limit):
                continue
            heavy = units[np.argsort(-problem.balance.activity[units, a], kind="stable")]
            rules = [
                ConflictRule(kind="pinned", territory=t, measure=a, units=_some(heavy), value=load),
                ConflictRule(
                    kind="balance", territory=t, measure=a, value=load, limit=limit, side="at most"
                ),
            ]
            if every.size > units.size:
                rules.insert(1, ConflictRule(kind="together", units=_some(with_groups)))
            fixes = [
                Relaxation(kind="unpin", territory=t, measure=a, amount=load - limit),
                Relaxation(
                    kind="tolerance",
                    territory=t,
                    measure=a,
                    amount=_tolerance(problem, a, t, load),
                ),
            ]
            yield _conflict(rules, fixes)


def _too_few(problem: Problem) -> Iterator[Conflict]:
    """More territories than groups and single units to give them."""
    grouped = problem.rules.together >= 0
    groups = np.unique(problem.rules.together[grouped]).size
    count = int((~grouped).sum()) + int(groups)
    if count < problem.k:
        rules = [
            ConflictRule(kind="together", value=float(count)),
            ConflictRule(kind="territories", value=float(count), limit=float(problem.k)),
        ]
        yield _conflict(
            rules, [Relaxation(kind="territories", amount=float(count), sufficient=False)]
        )


def _out_of_reach(problem: Problem) -> Iterator[Conflict]:
    """A unit that no territory may have, by radius, forbidden pairs, pins and candidate lists.

    Where centers are free, by forbidden pairs and pins alone: distances are a center's matter.
    """
    n, free = problem.n, problem.free_centers
    barred, _ = barred_pairs(problem)
    radius = has_radius(problem) and not free
    listing = not problem.cost.complete and not free
    if not (radius or listing or barred.size):
        return
    nearest = np.full(n, np.inf)
    reachable = np.zeros(n, dtype=np.bool_)
    listed = np.zeros(n, dtype=np.bool_)
    every = np.arange(n)
    for t in range(problem.k):
        priced = np.ones(n, dtype=np.bool_) if free else np.isfinite(problem.cost.column(t))
        may = priced & ~strayed(problem, every, np.full(n, t))
        may[barred_units(problem, t)] = False
        listed |= may
        far = distances(problem, every, np.full(n, t)) if radius else None
        if far is not None:
            nearest = np.where(may, np.minimum(nearest, far), nearest)
            may = may & ~beyond(problem, far)
        reachable |= may
    if reachable.all():
        return
    unlisted = np.flatnonzero(~listed)
    if unlisted.size:
        pinned = unlisted[is_pinned(problem)[unlisted]]
        kinds = ["candidates"] if listing else []
        kinds += ["forbidden"] if np.isin(barred, unlisted).any() else []
        kinds += ["pinned"] if pinned.size else []
        rules = [ConflictRule(kind=kind, units=_some(unlisted)) for kind in kinds]
        yield _conflict(rules, [Relaxation(kind="allow", units=_some(unlisted))])
        return
    lost = np.flatnonzero(~reachable)
    lost = lost[np.argsort(-nearest[lost], kind="stable")]
    worst = float(nearest[lost[0]])
    rules = [
        ConflictRule(kind="radius", units=_some(lost), value=worst, limit=problem.rules.radius)
    ]
    if (shut := lost[np.isin(lost, barred)]).size:
        rules.append(ConflictRule(kind="forbidden", units=_some(shut)))
    held = lost[is_pinned(problem)[lost]]
    if held.size:
        rules.append(ConflictRule(kind="pinned", units=_some(held)))
    yield _conflict(rules, [Relaxation(kind="radius", units=_some(lost), amount=worst)])
