"""The referee: every term of the objective and every rule once, each breach with its witnesses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, Bools, Floats, Ints, Longs
from solvers.errors import ProblemError
from solvers.problem import graph
from solvers.problem.bands import bands_of_plan
from solvers.problem.compactness import ragged
from solvers.problem.problem import Problem
from solvers.problem.reach import banned, beyond, distances, has_radius, holds_land, pins, strayed

__all__ = ["Evaluation", "Violation", "evaluate"]

TOLERANCE = LIMIT
"""Share of the goal, cap or radius by which rounding may overstep a limit."""

WITNESSES = 20
"""Most units that one violation names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One breach of one rule.

    Attributes
    ----------
    rule : str
        ``"assigned"`` (a unit without territory, or a territory without unit), ``"contiguity"``,
        ``"balance"``, ``"pinned"``, ``"forbidden"`` (also a territory off the unit's candidate
        list), ``"together"``, ``"radius"``, ``"moves"``, ``"compactness"`` or ``"center"``.
    territory, measure : int
        Which, or -1 where the rule is not about one. For ``"moves"`` the measure is the column
        of `Problem.moved_weight`.
    units : tuple of int
        Witnesses, at most 20; empty for balance.
    value, limit : float
        What is, and what would be allowed.
    """

    rule: str
    territory: int = -1
    measure: int = -1
    units: tuple[int, ...] = ()
    value: float = 0.0
    limit: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What an assignment is worth and which rules it breaks.

    Attributes
    ----------
    terms : mapping of str to float
        ``"cost"``, ``"moves"``, ``"splits"`` and ``"borders"``, in objective units.
    centers : int32, shape (k,)
        Column of the cost that serves each territory; -1 for a territory without units.
    loads : float64, shape (k, m)
        Σ activity + travel_share · travel over the territory's units (finite costs only).
    goal, lower, upper : float64, shape (k, m)
        The bands that apply: scaled to the plan's own total where a measure contains travel, and
        with the center's own upper band where `Problem.center_upper` is given.
    deviation : float64, shape (k, m)
        ``load / goal - 1``.
    excess : float64, shape (k, m)
        How far the load lies outside its band as a share of the goal; 0 inside.
    n_parts, n_units : int32, shape (k,)
        Connected pieces (0 where only exempt units are left) and units of each territory.
    violations : tuple of Violation
    """

    terms: Mapping[str, float]
    centers: Ints
    loads: Floats
    goal: Floats
    lower: Floats
    upper: Floats
    deviation: Floats
    excess: Floats
    n_parts: Ints
    n_units: Ints
    violations: tuple[Violation, ...]

    @property
    def objective(self) -> float:
        """Sum of the terms; ``inf`` where a unit is served from off its candidate list."""
        return float(sum(self.terms.values()))

    @property
    def imbalance(self) -> float:
        """Worst relative deviation from a goal, 0 and up."""
        return float(np.abs(self.deviation).max())

    @property
    def feasible(self) -> bool:
        """Whether no rule is broken."""
        return not self.violations


def evaluate(
    problem: Problem, assignment: NDArray[np.integer], centers: NDArray[np.integer] | None = None
) -> Evaluation:
    """Judge an assignment: objective terms, loads, bands and every rule of the problem.

    Units outside 0 to k - 1 count as not assigned: a violation, without cost and load.

    Parameters
    ----------
    problem : Problem
    assignment : int, shape (n,)
    centers : int, shape (k,), optional
        Center unit of each territory where centers are free (-1 for a territory without units);
        the best ones are found where missing. Not used with fixed centers.

    Returns
    -------
    Evaluation

    Raises
    ------
    ProblemError
        `assignment` or `centers` is of the wrong shape or type, or a center is no unit.

    Notes
    -----
    O(n m + e + k m), vectorised. Where free centers with travel in a band miss it when they are the
    cheapest, others that keep it serve.
    """
    found = _judged(problem, assignment, centers)
    if centers is None and problem.free_centers and found.excess.any():
        from solvers.problem.centers import centers_in_bands

        other = centers_in_bands(problem, np.asarray(assignment), found.centers)
        found = found if other is None else _judged(problem, assignment, other)
    return found


def _judged(
    problem: Problem, assignment: NDArray[np.integer], centers: NDArray[np.integer] | None
) -> Evaluation:
    """Judge an assignment with given centers, or the cheapest."""
    assignment = _integers("assignment", assignment, problem.n)
    k = problem.k
    inside = (assignment >= 0) & (assignment < k)
    units = np.flatnonzero(inside)
    territory = np.asarray(assignment[units], dtype=np.int64)
    n_units = np.bincount(territory, minlength=k).astype(np.int32)
    serving = _serving(problem, assignment, centers, n_units)
    price = problem.cost.at(units, serving[territory])
    loads = _loads(problem, units, territory, serving)
    goal, lower, upper = bands_of_plan(problem, loads, serving, n_units)
    moved = inside & (problem.changes.current >= 0) & (assignment != problem.changes.current)
    pieces = graph.parts(problem.indptr, problem.indices, assignment, problem.rules.exempt)
    excess = np.maximum(np.maximum(loads - upper, lower - loads), 0.0)
    excess = np.where(excess > TOLERANCE * goal, excess, 0.0) / goal
    count = _count_pieces(problem, assignment, inside, pieces)
    found = [
        *_not_assigned(inside, n_units),
        *_contiguity(problem, assignment, inside, pieces, count),
        *_balance(loads, lower, upper, excess),
        *_unit_rules(problem, assignment, inside, units, price),
        *_together(problem, assignment, inside),
        *_radius(problem, units, territory, serving),
        *_moves(problem, moved),
        *_compactness(problem, assignment),
        *_center(problem, assignment, serving, n_units),
    ]
    return Evaluation(
        terms={
            "cost": float(price.sum()),
            "moves": float(problem.changes.move_cost[moved].sum()),
            "splits": _splits(problem, assignment),
            "borders": _borders(problem, assignment),
        },
        centers=serving,
        loads=loads,
        goal=goal,
        lower=lower,
        upper=upper,
        deviation=loads / goal - 1.0,
        excess=excess,
        n_parts=count,
        n_units=n_units,
        violations=tuple(found),
    )


def _integers(name: str, value: NDArray[np.integer], size: int) -> NDArray[np.integer]:
    value = np.asarray(value)
    if value.shape != (size,):
        raise ProblemError(name, f"of shape {value.shape}", f"shape ({size},)")
    if not np.issubdtype(value.dtype, np.integer):
        raise ProblemError(name, f"of type {value.dtype}", "integers")
    return value


def _serving(
    problem: Problem,
    assignment: NDArray[np.integer],
    centers: NDArray[np.integer] | None,
    n_units: Ints,
) -> Ints:
    """Column of the cost of each territory, shape (k,)."""
    if not problem.free_centers:
        return np.arange(problem.k, dtype=np.int32)
    if centers is None:
        from solvers.problem.centers import best_centers

        centers = best_centers(problem, assignment)
    centers = _integers("centers", centers, problem.k)
    wrong = (centers < np.where(n_units > 0, 0, -1)) | (centers >= problem.n)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise ProblemError("centers", int(centers[at]), f"0 to {problem.n - 1}", index=(at,))
    return np.asarray(centers, dtype=np.int32)


def _loads(problem: Problem, units: Longs, territory: Longs, serving: Ints) -> Floats:
    loads = np.empty((problem.k, problem.m))
    if problem.balance.travel_share.any():
        travel = problem.cost.travel_at(units, serving[territory])
        travel = np.where(np.isfinite(travel), travel, 0.0)
    for a in range(problem.m):
        amount = problem.balance.activity[units, a]
        if problem.balance.travel_share[a] > 0:
            amount = amount + problem.balance.travel_share[a] * travel
        loads[:, a] = np.bincount(territory, weights=amount, minlength=problem.k)
    return loads


def _count_pieces(
    problem: Problem, assignment: NDArray[np.integer], inside: Bools, pieces: Ints
) -> Ints:
    asked = np.flatnonzero(inside & ~problem.rules.exempt)
    of_piece = np.full(int(pieces.max()) + 1, -1, dtype=np.int64)
    of_piece[pieces[asked]] = assignment[asked]
    return np.bincount(of_piece[of_piece >= 0], minlength=problem.k).astype(np.int32)


def _splits(problem: Problem, assignment: NDArray[np.integer]) -> float:
    if problem.groups.price.size == 0:
        return 0.0
    group = np.repeat(np.arange(problem.groups.price.size), np.diff(problem.groups.indptr))
    where = assignment[problem.groups.units]
    held = (where >= 0) & (where < problem.k)
    pairs = np.unique(group[held].astype(np.int64) * problem.k + where[held])
    count = np.bincount(pairs // problem.k, minlength=problem.groups.price.size)
    return float((problem.groups.price * np.maximum(count - 1, 0)).sum())


def _borders(problem: Problem, assignment: NDArray[np.integer]) -> float:
    owner = np.repeat(assignment, np.diff(problem.indptr))
    cut = owner != assignment[problem.indices]
    return 0.5 * problem.borders.price * float(problem.borders.km[cut].sum())


def _witnesses(units: NDArray[np.integer]) -> tuple[int, ...]:
    return tuple(units[:WITNESSES].tolist())


def _not_assigned(inside: Bools, n_units: Ints) -> Iterator[Violation]:
    if not inside.all():
        lost = np.flatnonzero(~inside)
        yield Violation(rule="assigned", units=_witnesses(lost), value=float(lost.size))
    for t in np.flatnonzero(n_units == 0).tolist():
        yield Violation(rule="assigned", territory=t, value=0.0, limit=1.0)


def _contiguity(
    problem: Problem,
    assignment: NDArray[np.integer],
    inside: Bools,
    pieces: Ints,
    count: Ints,
) -> Iterator[Violation]:
    """Each territory in pieces, with units of all but its largest piece; or without any piece.

    A territory that holds nothing but exempt units (accounts named by rules) has no land: it is
    not in one piece, unless there are fewer other units than territories.
    """
    if not problem.rules.contiguity:
        return
    if holds_land(problem):
        for t in np.flatnonzero(count == 0).tolist():
            yield Violation(rule="contiguity", territory=t, value=0.0, limit=1.0)
    broken = np.flatnonzero(count > 1)
    if broken.size == 0:
        return
    asked = np.flatnonzero(inside & ~problem.rules.exempt)
    size = np.bincount(pieces[asked])
    for t in broken.tolist():
        units = asked[assignment[asked] == t]
        here = np.unique(pieces[units])
        largest = here[np.argmax(size[here])]
        stray = units[pieces[units] != largest]
        yield Violation(
            rule="contiguity",
            territory=t,
            units=_witnesses(stray),
            value=float(count[t]),
            limit=1.0,
        )


def _balance(loads: Floats, lower: Floats, upper: Floats, excess: Floats) -> Iterator[Violation]:
    for t, a in np.argwhere(excess > 0).tolist():
        load = float(loads[t, a])
        limit = float(upper[t, a] if load > upper[t, a] else lower[t, a])
        yield Violation(rule="balance", territory=t, measure=a, value=load, limit=limit)


def _unit_rules(
    problem: Problem, assignment: NDArray[np.integer], inside: Bools, units: Longs, price: Floats
) -> Iterator[Violation]:
    """Pins, forbidden pairs and candidate lists, one violation for each territory concerned."""
    away = units[strayed(problem, units, assignment[units])]
    held, homes = pins(problem)
    own = homes[np.searchsorted(held, away)]
    for t in np.unique(own).tolist():
        here = away[own == t]
        yield Violation(rule="pinned", territory=t, units=_witnesses(here), value=float(here.size))
    shut = units[banned(problem, units, assignment[units])]
    bad = np.unique(np.concatenate([shut, units[~np.isfinite(price)]]))
    for t in np.unique(assignment[bad]).tolist():
        here = bad[assignment[bad] == t]
        yield Violation(
            rule="forbidden", territory=t, units=_witnesses(here), value=float(here.size)
        )


def _together(
    problem: Problem, assignment: NDArray[np.integer], inside: Bools
) -> Iterator[Violation]:
    units = np.flatnonzero((problem.rules.together >= 0) & inside)
    if units.size == 0:
        return
    pairs = np.unique(np.column_stack([problem.rules.together[units], assignment[units]]), axis=0)
    groups, count = np.unique(pairs[:, 0], return_counts=True)
    split = count > 1
    for group, territories in zip(groups[split].tolist(), count[split].tolist(), strict=True):
        members = units[problem.rules.together[units] == group]
        main = int(np.bincount(assignment[members]).argmax())
        stray = members[assignment[members] != main]
        yield Violation(
            rule="together",
            territory=main,
            units=_witnesses(stray),
            value=float(territories),
            limit=1.0,
        )


def _radius(problem: Problem, units: Longs, territory: Longs, serving: Ints) -> Iterator[Violation]:
    far = distances(problem, units, serving[territory]) if has_radius(problem) else None
    if far is None:
        return
    out = beyond(problem, far)
    for t in np.unique(territory[out]).tolist():
        here = out & (territory == t)
        yield Violation(
            rule="radius",
            territory=t,
            units=_witnesses(units[here]),
            value=float(far[here].max()),
            limit=problem.rules.radius,
        )


def _moves(problem: Problem, moved: Bools) -> Iterator[Violation]:
    amount, cap = problem.changes.moved_weight[moved].sum(axis=0), problem.changes.moved_cap
    for r in np.flatnonzero(amount > cap * (1.0 + TOLERANCE) + TOLERANCE).tolist():
        yield Violation(
            rule="moves",
            measure=r,
            units=_witnesses(np.flatnonzero(moved & (problem.changes.moved_weight[:, r] > 0))),
            value=float(amount[r]),
            limit=float(cap[r]),
        )


def _compactness(problem: Problem, assignment: NDArray[np.integer]) -> Iterator[Violation]:
    for t, value, limit in ragged(problem.shapes, assignment, problem.k):
        yield Violation(rule="compactness", territory=t, value=value, limit=limit)


def _center(
    problem: Problem, assignment: NDArray[np.integer], serving: Ints, n_units: Ints
) -> Iterator[Violation]:
    if not problem.free_centers:
        return
    held = np.flatnonzero(n_units > 0)
    for t in held[assignment[serving[held]] != held].tolist():
        yield Violation(rule="center", territory=t, units=(int(serving[t]),), value=1.0)
