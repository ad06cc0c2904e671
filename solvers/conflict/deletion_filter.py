"""The smallest conflicting set of rules, found by the exact model leaving out rule after rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats, Ints
from solvers.conflict.report import Conflict, ConflictRule, Relaxation
from solvers.costs.matrix import MatrixCost
from solvers.exact.prove import solve_exact, supports
from solvers.problem.problem import Groups, Problem
from solvers.problem.reach import barred_units, has_radius, pinned_to, pins, with_pins
from solvers.result import Status
from solvers.stop import Budget

__all__ = ["filtered"]

PAIRS = 25_000
"""Most unit × column pairs for which rules are left out one by one."""

_WITNESSES = 20


@dataclass(frozen=True, slots=True)
class _Element:
    """One rule and how to leave it out of a problem."""

    rule: ConflictRule
    drop: Callable[[Problem], Problem]


def filtered(problem: Problem, budget: Budget, *, proved: bool = False) -> Conflict | None:
    """Prove a conflict by the exact model and reduce it to rules that are each needed.

    Returns None where the model does not prove one: too large, a rule it cannot hold, a plan
    exists, or no time. With `proved` that no plan exists is known. Rules that there was no time to
    test stay in, and `minimal` says so.
    """
    if problem.n * problem.cost.n_columns > PAIRS or supports(problem):
        return None
    if not proved and _feasible(problem, budget) is not False:
        return None
    rest, minimal = problem, True
    kept: list[_Element] = []
    for group in _groups(problem):
        # A whole kind of rule at once, then one by one where it is needed.
        without = rest
        for element in group:
            without = element.drop(without)
        answer = _feasible(without, budget)
        if answer is False:
            rest = without
            continue
        if len(group) == 1:
            kept.extend(group)
            minimal &= answer is True
            continue
        for element in group:
            less = element.drop(rest)
            answer = _feasible(less, budget)
            if answer is False:
                rest = less
            else:
                kept.append(element)
                minimal &= answer is True
    return Conflict(
        rules=tuple(element.rule for element in kept),
        relaxations=_relaxations(rest, kept, budget),
        proved=True,
        minimal=minimal,
        method="model",
    )


def _feasible(problem: Problem, budget: Budget) -> bool | None:
    """Whether a plan exists; None where that stays open."""
    if budget.spent():
        return None
    found = solve_exact(problem, budget=budget, first=True)
    if found.evaluation is not None:
        return True
    return False if found.status is Status.INFEASIBLE else None


class _Rules(TypedDict, total=False):
    """Rules that an element of a conflict replaces."""

    radius: float
    contiguity: bool
    pinned: Ints
    forbidden: Ints
    together: Ints
    exempt: Bools


class _Bands(TypedDict, total=False):
    """Bands that an element of a conflict replaces."""

    lower: Floats
    upper: Floats
    center_upper: Floats | None


def _ruled(problem: Problem, **rules: Unpack[_Rules]) -> Problem:
    """Return the problem with some of its rules replaced."""
    return replace(problem, rules=replace(problem.rules, **rules))


def _banded(problem: Problem, **bands: Unpack[_Bands]) -> Problem:
    """Return the problem with some of its bands replaced."""
    return replace(problem, balance=replace(problem.balance, **bands))


def _some(units: NDArray[np.integer]) -> tuple[int, ...]:
    return tuple(units[:_WITNESSES].tolist())


def _groups(problem: Problem) -> list[list[_Element]]:
    """Every rule of the problem, those first whose absence explains most to a planner."""
    groups = [
        _moves(problem),
        _radius(problem),
        _forbidden(problem),
        _together(problem),
        _pinned(problem),
        _contiguity(problem),
        *(_balance(problem, a) for a in range(problem.m)),
    ]
    return [group for group in groups if group]


def _moves(problem: Problem) -> list[_Element]:
    def without(r: int) -> Callable[[Problem], Problem]:
        def drop(p: Problem) -> Problem:
            cap = p.changes.moved_cap.copy()
            cap[r] = p.changes.moved_weight[:, r].sum()
            return replace(p, changes=replace(p.changes, moved_cap=cap))

        return drop

    if not (problem.changes.current >= 0).any():
        return []
    return [
        _Element(ConflictRule(kind="moves", measure=r, limit=float(cap)), without(r))
        for r, cap in enumerate(problem.changes.moved_cap.tolist())
    ]


def _radius(problem: Problem) -> list[_Element]:
    if not has_radius(problem):
        return []
    rule = ConflictRule(kind="radius", limit=problem.rules.radius)
    return [_Element(rule, lambda p: _ruled(p, radius=float("inf")))]


def _forbidden(problem: Problem) -> list[_Element]:
    def without(t: int) -> Callable[[Problem], Problem]:
        return lambda p: _ruled(p, forbidden=p.rules.forbidden[p.rules.forbidden[:, 1] != t])

    out = []
    for t in np.unique(problem.rules.forbidden[:, 1]).tolist():
        units = barred_units(problem, t)
        rule = ConflictRule(kind="forbidden", territory=t, units=_some(units))
        out.append(_Element(rule, without(t)))
    return out


def _together(problem: Problem) -> list[_Element]:
    def without(group: int) -> Callable[[Problem], Problem]:
        return lambda p: _ruled(
            p, together=np.where(p.rules.together == group, -1, p.rules.together).astype(np.int32)
        )

    out = []
    for group in np.unique(problem.rules.together[problem.rules.together >= 0]).tolist():
        units = np.flatnonzero(problem.rules.together == group)
        rule = ConflictRule(kind="together", territory=group, units=_some(units))
        out.append(_Element(rule, without(group)))
    return out


def _pinned(problem: Problem) -> list[_Element]:
    def without(t: int) -> Callable[[Problem], Problem]:
        return lambda p: with_pins(p, dict.fromkeys(pinned_to(p, t).tolist(), -1))

    out = []
    for t in np.unique(pins(problem)[1]).tolist():
        units = pinned_to(problem, t)
        rule = ConflictRule(
            kind="pinned",
            territory=t,
            measure=0,
            units=_some(units),
            value=float(problem.balance.activity[units, 0].sum()),
        )
        out.append(_Element(rule, without(t)))
    return out


def _contiguity(problem: Problem) -> list[_Element]:
    if not problem.rules.contiguity:
        return []
    rule = ConflictRule(kind="contiguity")
    return [_Element(rule, lambda p: _ruled(p, contiguity=False))]


def _balance(problem: Problem, a: int) -> list[_Element]:
    """The upper and lower band of each territory; of all at once where centers are free."""

    def without(t: slice, *, above: bool) -> Callable[[Problem], Problem]:
        def drop(p: Problem) -> Problem:
            if above:
                upper = p.balance.upper.copy()
                upper[t, a] = np.inf
                center = p.balance.center_upper
                if center is not None:
                    center = center.copy()
                    center[:, a] = np.inf
                return _banded(p, upper=upper, center_upper=center)
            lower = p.balance.lower.copy()
            lower[t, a] = 0.0
            return _banded(p, lower=lower)

        return drop

    out = []
    alike = problem.free_centers
    for t in range(1 if alike else problem.k):
        which = slice(None) if alike else slice(t, t + 1)
        for above, limit in (
            (True, problem.balance.upper[t, a]),
            (False, problem.balance.lower[t, a]),
        ):
            if (above and np.isinf(limit)) or (not above and limit <= 0):
                continue
            rule = ConflictRule(
                kind="balance",
                territory=-1 if alike else t,
                measure=a,
                limit=float(limit),
                side="at most" if above else "at least",
            )
            out.append(_Element(rule, without(which, above=above)))
    return out


def _relaxations(rest: Problem, kept: list[_Element], budget: Budget) -> tuple[Relaxation, ...]:
    """How far each rule of the conflict alone would have to give way, where that is found in time.

    `rest` has only the conflict's own rules, so less than these amounts will not do for the whole
    problem, and more may be needed there.
    """
    kinds = {element.rule.kind for element in kept}
    out: list[Relaxation] = []
    for a in sorted({e.rule.measure for e in kept if e.rule.kind == "balance"}):
        tolerance = _least_tolerance(rest, a, budget)
        if tolerance is not None:
            out.append(Relaxation(kind="tolerance", measure=a, amount=tolerance))
    if "pinned" in kinds and not rest.free_centers:
        amount = _least_unpinned(rest, budget)
        if amount is not None:
            out.append(Relaxation(kind="unpin", measure=0, amount=amount))
    if "moves" in kinds and not rest.free_centers:
        for element in kept:
            if element.rule.kind == "moves":
                amount = _least_moved(rest, element.rule.measure, budget)
                if amount is not None:
                    out.append(
                        Relaxation(kind="moves", measure=element.rule.measure, amount=amount)
                    )
    if "contiguity" in kinds:
        out.append(Relaxation(kind="contiguity", sufficient=False))
    for element in kept:
        if element.rule.kind == "together":
            out.append(
                Relaxation(kind="split", territory=element.rule.territory, units=element.rule.units)
            )
        if element.rule.kind == "forbidden":
            out.append(
                Relaxation(kind="allow", territory=element.rule.territory, units=element.rule.units)
            )
    return tuple(out)


def _least_tolerance(problem: Problem, a: int, budget: Budget) -> float | None:
    """Least tolerance of a measure at which the rules can be kept, to 0.005 above; by halving."""
    goal = problem.balance.goal[:, a]
    upper = problem.balance.upper[:, a]
    lower = problem.balance.lower[:, a]
    # Bands that were left out neither bind nor count.
    above = np.where(np.isfinite(upper), upper / goal - 1.0, 0.0)
    below = np.where(lower > 0, 1.0 - lower / goal, 0.0)
    low, high = float(max(above.max(), below.max())), 3.0
    known = False
    for _ in range(12):
        if high - low <= 5e-3 and known:
            break
        middle = min((low + high) / 2.0, low + 0.4)
        least, most = problem.balance.lower.copy(), problem.balance.upper.copy()
        least[:, a] = np.maximum(np.minimum(lower, goal * (1.0 - middle)), 0.0)
        most[:, a] = np.maximum(upper, goal * (1.0 + middle))
        answer = _feasible(_banded(problem, lower=least, upper=most), budget)
        if answer is None:
            break
        if answer:
            high, known = middle, True
        else:
            low = middle
    return high if known else None


def _bare(problem: Problem, cost: NDArray[np.float64]) -> Problem:
    """The problem with another price, its travel kept."""
    travel = np.column_stack(
        [
            problem.cost.travel_at(np.arange(problem.n), np.full(problem.n, t))
            for t in range(problem.k)
        ]
    )
    base = np.column_stack([problem.cost.column(t) for t in range(problem.k)])
    shut = np.argwhere(~np.isfinite(base)).astype(np.int32)
    return replace(
        problem,
        cost=MatrixCost(cost=cost, travel=np.where(np.isfinite(travel), travel, 0.0)),
        rules=replace(problem.rules, forbidden=np.concatenate([problem.rules.forbidden, shut])),
        changes=replace(problem.changes, move_cost=np.zeros(problem.n)),
        groups=Groups(),
    )


def _least_unpinned(problem: Problem, budget: Budget) -> float | None:
    """Least activity of measure 0 whose pins have to be given up."""
    held, there = pins(problem)
    cost = np.zeros((problem.n, problem.k))
    cost[held] = problem.balance.activity[held, 0][:, None]
    cost[held, there] = 0.0
    free = with_pins(problem, dict.fromkeys(held.tolist(), -1))
    found = solve_exact(_bare(free, cost), budget=budget)
    return found.bound if found.status is Status.OPTIMAL else None


def _least_moved(problem: Problem, r: int, budget: Budget) -> float | None:
    """Least weight that has to move."""
    placed = np.flatnonzero(problem.changes.current >= 0)
    cost = np.zeros((problem.n, problem.k))
    cost[placed] = problem.changes.moved_weight[placed, r][:, None]
    cost[placed, problem.changes.current[placed]] = 0.0
    cap = problem.changes.moved_cap.copy()
    cap[r] = problem.changes.moved_weight[:, r].sum()
    found = solve_exact(
        _bare(replace(problem, changes=replace(problem.changes, moved_cap=cap)), cost),
        budget=budget,
    )
    return found.bound if found.status is Status.OPTIMAL else None
