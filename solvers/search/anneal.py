"""Simulated annealing of one assignment, under band prices that rise until all is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, Floats, Ints
from solvers.problem.centers import best_centers
from solvers.search.arrays import (
    at_means,
    at_medians,
    build_field,
    build_state,
    following,
    judged,
    set_centers,
)

if TYPE_CHECKING:
    from solvers.kernels.records import Field, State
    from solvers.problem.problem import Problem
    from solvers.stop import Budget

__all__ = [
    "Schedule",
    "Search",
    "Step",
    "anneal",
    "load",
    "note",
    "open_search",
    "settle",
    "settle_violations",
    "typical_change",
]

_CHUNK = 400_000
"""Most proposals between two looks at the budget: about a quarter of a second."""

_RELEASE = 0.8
"""Part of an annealing after which the bands are no longer held back."""

_STAND = 0.6
"""The same where centers follow every move until then: what lies well about centroids takes a while
to lie well about units."""

_LOOKS = 400
"""Looks in one annealing: as often are the prices set anew."""

_OF_MEAN = 0.3
"""Least typical change of the cost, in mean ones: where most units hold next to nothing the median
is that of their moves, and at such a heat those that matter would never go the wrong way."""

_STAGES = 4
"""Steps in which the price of borders rises from nothing, where they count late."""

_CHAIN = 3
"""Most units that one proposal moves, each on from the territory that took the one before."""


Step = Callable[["Search"], None]


@dataclass(slots=True, kw_only=True)
class Search:
    """One assignment under search, and the best one met.

    Attributes
    ----------
    field, state : what the kernels read and change
    best : float64 array, shape (2,)
        Violation (0 where every rule is kept) and objective of the best assignment met.
    best_assignment : int32 array, shape (n,)
    steps : int
        Moves proposed so far.
    """

    problem: Problem
    field: Field
    state: State
    best: Floats
    best_assignment: Ints
    steps: int = 0


def open_search(
    problem: Problem, assignment: NDArray[np.integer], *, seed: int, field: Field | None = None
) -> Search:
    """Start a search from a complete assignment; `field` is reused where it is already there.

    `assignment` is (n,), 0 to k - 1.
    """
    field = build_field(problem) if field is None else field
    state = build_state(problem, field, assignment, seed=seed)
    search = Search(
        problem=problem,
        field=field,
        state=state,
        best=np.array([np.inf, np.inf]),
        best_assignment=state.assignment.copy(),
    )
    settle(search)
    note(search)
    return search


def load(search: Search, assignment: NDArray[np.integer]) -> None:
    """Go on from another assignment, with prices as at the beginning.

    `assignment` is (n,), 0 to k - 1.
    """
    search.state.assignment[:] = assignment
    search.state.price[:] = 0.0
    search.state.cap_price[:] = 0.0
    search.best[:] = np.inf
    settle(search)
    note(search)


def settle(search: Search) -> None:
    """Put centers, bands and totals right for the assignment as it is now."""
    from solvers.kernels import looks, records

    problem, field, state = search.problem, search.field, search.state
    if at_means(field):
        looks.locate(field, state)
    elif at_medians(field) and np.bincount(state.assignment).max() <= looks.WIDE:
        # By other weights than in the looks: what stayed there may move here, and the other way.
        state.placed[:] = -1
        looks.locate(judged(problem, field), state)
        state.placed[:] = -1
    elif field.mode != records.CENTROID:
        columns = best_centers(problem, state.assignment)
        set_centers(problem, state, np.where(columns >= 0, columns, state.col))
    looks.settle(field, state, False)


def note(search: Search) -> None:
    """Keep the present assignment if it is the best."""
    totals = search.state.totals
    violation = totals[1] if totals[1] > LIMIT else 0.0
    if (violation, totals[0]) < (search.best[0], search.best[1]):
        search.best[:] = violation, totals[0]
        search.best_assignment[:] = search.state.assignment


def typical_change(search: Search) -> float:
    """Median size of the cost's change by one move across a border, and no less than `_OF_MEAN`."""
    from solvers.kernels import records

    problem, field, state = search.problem, search.field, search.state
    rim = state.rim[: int(state.rim_size[0])]
    rim = rim[:: -(-rim.size // 2000)] if rim.size else rim
    slots = field.near_ptr[rim] + np.arange(rim.size) % np.maximum(np.diff(field.near_ptr)[rim], 1)
    rim, slots = rim[slots < field.near_ptr[rim + 1]], slots[slots < field.near_ptr[rim + 1]]
    here, there = state.assignment[rim], state.assignment[field.near[slots]]
    if field.mode == records.CENTROID:
        sizes = [
            field.weight[rim]
            * ((field.x[rim] - state.cx[t]) ** 2 + (field.y[rim] - state.cy[t]) ** 2)
            for t in (here, there)
        ]
    else:
        sizes = [problem.cost.at(rim, state.col[t]) for t in (here, there)]
    # Off its candidate list a unit has no price: such a move says nothing.
    known = np.isfinite(sizes[0]) & np.isfinite(sizes[1])
    change = np.abs(sizes[1][known] - sizes[0][known])
    change = change[change > 0]
    if not change.size:
        return 1e-2 * field.big
    return float(max(np.median(change), _OF_MEAN * change.mean()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The cooling schedule of one simulated annealing.

    Attributes
    ----------
    hot, cold : float
        First and last heat, in typical changes of the objective by one move.
    first_price, last_price : float
        Least price of an excess of one goal, in mean territory costs; each territory and measure
        outside its band pays more from look to look.
    plain : float
        First part of the work that tries no chains: they cost more than they bring while hot.
    tight : float
        Share of each band's half-width held back for the first four fifths of the work, three where
        centers follow, so that what is still outside then finds room everywhere.
    follow : bool
        Whether centers follow every move at first, where squared distances allow it; once the bands
        are released they are units, as the plan's centers have to be.
    forget : float
        Part of the work after which what was met so far is forgotten, so that the end is another
        plan than the beginning even where it is worse.
    soft : float
        First part of the work in which borders come to count: while all is hot, their full price
        holds territories where chance put them.
    looks : int
        How often the prices are set anew, at most; small runs look less often.
    """

    hot: float = 0.3
    cold: float = 0.003
    first_price: float = 1.0
    last_price: float = 4.0
    plain: float = 0.5
    tight: float = 0.0
    follow: bool = False
    forget: float = 0.0
    soft: float = 0.0
    looks: int = _LOOKS


def anneal(
    search: Search,
    schedule: Schedule,
    *,
    steps: int,
    budget: Budget,
    report: Step | None = None,
) -> None:
    """Simulated annealing: propose moves while the heat falls, and raise prices of violations.

    Parameters
    ----------
    search : Search
    schedule : Schedule
    steps : int
        Moves to propose in all.
    budget : Budget
        Asked several times a second.
    report : callable, optional
        Called with the search after every piece of work.
    """
    from solvers.kernels import looks as kernel

    state, standing = search.state, search.field
    early = following(standing) if schedule.follow else standing
    whole = max(min(schedule.looks, 60 + steps // 5000), -(-steps // _CHUNK))
    each = -(-steps // whole)
    shares = (
        _RELEASE if early is standing else _STAND,
        schedule.forget,
        schedule.soft if standing.bordered else 0.0,
    )
    release, forget, soft = (int(np.ceil(share * whole)) for share in shares)
    hardens = {-(-soft * stage // _STAGES) for stage in range(1, _STAGES + 1)}

    @cache
    def field_of(released: bool, stage: int) -> Field:
        field = standing if released else early
        if stage == _STAGES:
            return field
        return field._replace(border=field.border * (stage / _STAGES))

    def field_at(begin: int) -> Field:
        return field_of(begin >= release, begin * _STAGES // soft if begin < soft else _STAGES)

    if schedule.follow:
        _judge_anew(search, field_at(0), schedule.tight)
    heat = typical_change(search) * schedule.hot
    begin = 0
    while begin < whole and not (begin and budget.spent()):
        held = schedule.tight if begin < release else 0.0
        field = field_at(begin)
        if state.tight[0] != held or search.field is not field:
            _judge_anew(search, field, held)
        if begin == forget > 0:
            search.best[:] = np.inf
            note(search)
        stops = [stop for stop in (release, forget, whole, *hardens) if stop > begin]
        end = min(begin + max(1, _CHUNK // each), *stops)
        kernel.looks(
            field,
            state,
            begin,
            end,
            whole,
            each,
            heat,
            heat * schedule.cold / schedule.hot,
            schedule.first_price,
            schedule.last_price,
            schedule.plain,
            _CHAIN,
            search.best,
            search.best_assignment,
        )
        search.steps += each * (end - begin)
        begin = end
        settle(search)
        note(search)
        if report is not None:
            report(search)
    if search.field is not standing:  # ended while they followed: the best met is what is wanted
        state.assignment[:] = search.best_assignment
        _judge_anew(search, standing, 0.0)


def _judge_anew(search: Search, field: Field, held: float) -> None:
    """Go on by another field and other bands: what was judged before says nothing any more."""
    search.field, search.state.tight[0] = field, held
    search.best[:] = np.inf
    settle(search)
    note(search)


def settle_violations(
    search: Search,
    *,
    steps: int,
    heat: float = 0.02,
    budget: Budget,
    report: Step | None = None,
) -> None:
    """Propose moves at one low heat until every rule is kept, or `steps` are spent.

    What is outside its band pays more from look to look, so that neighbours pass on what they can.
    """
    from solvers.kernels import looks

    unit = typical_change(search)
    piece = min(_CHUNK, max(2000, 20 * search.problem.n))
    spent = 0
    while search.best[0] > 0 and spent < steps and not budget.spent():
        looks.raise_prices(search.field, search.state, 1.0, 1.0)
        _run(search, piece, unit * heat, unit * heat)
        spent += piece
        if report is not None:
            report(search)


def _run(search: Search, steps: int, hot: float, cold: float, *, chain: int = _CHAIN) -> None:
    """Let the kernel propose moves, put everything right again, and note what is best."""
    from solvers.kernels import anneal

    anneal.anneal(
        search.field, search.state, hot, cold, steps, chain, search.best, search.best_assignment
    )
    search.steps += steps
    settle(search)
    note(search)
