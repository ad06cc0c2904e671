"""The integer model over what units may choose: some territories each, under every rule.

Units with one choice are constants. Bands hang on the plan's own total where travel is inside,
split groups and borders are priced, caps, pins and together groups are kept; contiguity is added
as it is broken. One CP-SAT worker and deterministic time, so that a model repeats.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from solvers.arrays import EXACT, NONZERO, Floats, Ints, Longs
from solvers.search import connect
from solvers.search.choice import Choice

if TYPE_CHECKING:
    from solvers.problem.problem import Problem
    from solvers.stop import Budget

__all__ = ["solve_choice"]

_POLL_S = 0.1
"""Wall seconds between two looks at the stopping rules while a model is solved."""

_SOON_S = 0.1
"""Deterministic seconds that are over before anybody is kept waiting: to begin a thread that looks
at the stopping rules costs a tenth of what such a model does."""

_TOTAL = 400_000_000
"""Whole numbers that stand for a measure's total, so that rounding costs little of a goal."""

_SHARE = 1_000_000
"""Whole numbers that stand for a measure's total where a band is a share of it."""

_WORTH = 20_000_000
"""Whole numbers that stand for the cost of the open units."""

_MISSED = 50
"""How many times the cost of the open units a whole goal outside its band costs."""


@dataclass(slots=True, kw_only=True)
class _Built:
    """A model under construction, with its pair variables."""

    model: Any
    choice: Choice
    x: dict[tuple[int, int], Any]
    terms: list[Any] = field(default_factory=list)
    prices: list[int] = field(default_factory=list)

    def pays(self, variable: Any, price: int) -> None:
        """Add a variable to the objective."""
        self.terms.append(variable)
        self.prices.append(price)


def solve_choice(
    problem: Problem,
    choice: Choice,
    *,
    effort: float,
    rounds: int = 12,
    seed: int = 0,
    soft: bool = False,
    budget: Budget | None = None,
) -> Ints | None:
    """Let the open units choose; None where nothing connected came out within the effort.

    Parameters
    ----------
    problem : Problem
    choice : Choice
    effort : float
        Deterministic seconds of CP-SAT in all.
    rounds : int
        Most times that broken contiguity is added.
    seed : int
    soft : bool
        Whether bands may be missed, at a price above all cost; else they are kept.
    budget : Budget, optional
        Asked while a model is solved; what was found by then is the answer.

    Returns
    -------
    int32, shape (n,), or None
    """
    from ortools.sat.python import cp_model

    built = _build(problem, choice, soft)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    # It would take Ctrl+C away from the caller, for good.
    solver.parameters.catch_sigint_signal = False
    solver.parameters.random_seed = seed % 1_000_000
    solver.parameters.linearization_level = 2
    solver.parameters.relative_gap_limit = EXACT
    left = effort
    hint = choice.base[choice.units]
    for turn in range(rounds):
        solver.parameters.max_deterministic_time = max(left, 0.02 * effort)
        built.model.clear_hints()
        for (i, j), variable in built.x.items():
            built.model.add_hint(variable, int(hint[i] == choice.territories[j]))
        with _watched(solver, budget if effort > _SOON_S else None):
            status = solver.solve(built.model)
        left -= solver.response_proto.deterministic_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        picked = np.zeros(choice.units.size, dtype=np.int32)
        for (i, j), variable in built.x.items():
            if solver.value(variable):
                picked[i] = choice.territories[j]
        assignment = choice.base.copy()
        assignment[choice.units] = picked
        cuts = connect.cuts(problem, choice, assignment) if problem.rules.contiguity else []
        if not cuts:
            return assignment
        if left <= 0 or (budget is not None and budget.spent()):
            return connect.mended(problem, choice, assignment)
        for cut in cuts:
            _add_cut(built, cut)
        whole = connect.mended(problem, choice, assignment) if turn > 0 else None
        hint = hint if whole is None else whole[choice.units]
    return connect.mended(problem, choice, assignment)


@contextmanager
def _watched(solver: Any, budget: Budget | None) -> Iterator[None]:
    """End the solver's work as soon as the budget is spent."""
    if budget is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_POLL_S):
            if budget.spent():
                solver.stop_search()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _add_cut(built: _Built, cut: connect.Cut) -> None:
    from ortools.sat.python import cp_model

    held = cp_model.LinearExpr.sum([built.x[pair] for pair in cut.held])
    wall = cp_model.LinearExpr.sum([built.x[pair] for pair in cut.wall])
    built.model.add(wall >= held - (len(cut.held) - 1))


def _build(problem: Problem, choice: Choice, soft: bool) -> _Built:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    pairs = np.argwhere(choice.allowed)
    x = {(int(i), int(j)): model.new_bool_var("") for i, j in pairs}
    built = _Built(model=model, choice=choice, x=x)
    for i in range(choice.units.size):
        model.add_exactly_one([x[i, int(j)] for j in np.flatnonzero(choice.allowed[i])])
    cost = _pair_cost(problem, choice, pairs)
    here = choice.base[choice.units[pairs[:, 0]]] == choice.territories[pairs[:, 1]]
    # Where the pairs cost next to nothing, splits and borders must not outgrow whole numbers.
    split = float(problem.groups.price.max(initial=0.0))
    border = problem.borders.price * float(problem.borders.km.max(initial=0.0))
    least = max(split, border, NONZERO)
    scale = _WORTH / max(float(cost[here].sum()), float(cost.max(initial=0.0)), least)
    for (i, j), price in zip(pairs.tolist(), np.rint(cost * scale).astype(np.int64), strict=True):
        built.pays(x[i, j], int(price))
    _add_bands(built, problem, pairs, soft)
    _add_groups(built, problem, scale)
    _add_borders(built, problem, scale)
    _add_rules(built, problem)
    if problem.rules.contiguity:
        for cut in connect.first_cuts(problem, choice):
            _add_cut(built, cut)
    model.minimize(cp_model.LinearExpr.weighted_sum(built.terms, built.prices))
    return built


def _pair_cost(problem: Problem, choice: Choice, pairs: Longs) -> Floats:
    """Cost of every open pair, shape (p,), what moving from today's territory costs included."""
    units, territories = choice.units[pairs[:, 0]], choice.territories[pairs[:, 1]]
    cost = problem.cost.at(units, choice.columns[territories])
    current = problem.changes.current[units]
    moved = (current >= 0) & (current != territories)
    return np.asarray(cost + np.where(moved, problem.changes.move_cost[units], 0.0))


def _add_bands(built: _Built, problem: Problem, pairs: Longs, soft: bool) -> None:
    from ortools.sat.python import cp_model

    choice, model, balance = built.choice, built.model, problem.balance
    fixed = np.ones(problem.n, dtype=bool)
    fixed[choice.units] = False
    rest = np.flatnonzero(fixed)
    units, at = choice.units[pairs[:, 0]], choice.territories[pairs[:, 1]]
    variables = [built.x[i, j] for i, j in pairs.tolist()]
    for a in range(problem.m):
        share = float(balance.travel_share[a])
        amount = balance.activity[units, a]
        held = balance.activity[rest, a]
        if share > 0:
            columns = choice.columns
            amount = amount + share * problem.cost.travel_at(units, columns[at])
            held = held + share * problem.cost.travel_at(rest, columns[choice.base[rest]])
        stays = np.bincount(choice.base[rest], held, minlength=problem.k)
        here = choice.base[units] == at
        total = float(stays.sum() + amount[here].sum())
        whole = np.rint(amount * (_TOTAL / total)).astype(np.int64)
        const = np.rint(stays * (_TOTAL / total)).astype(np.int64)
        goal = balance.goal[:, a]
        top = balance.upper[:, a]
        if balance.center_upper is not None:
            top = balance.center_upper[choice.columns, a]
        own: Any = None
        if share > 0:
            own = model.new_int_var(0, int(const.sum() + whole.sum()), "")
            expression = cp_model.LinearExpr.weighted_sum(variables, whole.tolist())
            model.add(own == expression + int(const.sum()))
        for j, t in enumerate(choice.territories.tolist()):
            mine = np.flatnonzero(pairs[:, 1] == j)
            load = cp_model.LinearExpr.weighted_sum(
                [variables[p] for p in mine], whole[mine].tolist()
            ) + int(const[t])
            unit = 1.0 / goal.sum() if share > 0 else _TOTAL / total
            low, high = balance.lower[t, a] * unit, top[t] * unit
            over: Any = 0
            if soft:
                over = model.new_int_var(0, 2 * _TOTAL, "")
                whole_goal = _TOTAL * goal[t] / goal.sum()
                built.pays(over, max(1, int(_MISSED * _WORTH / whole_goal)))
            # What rounding may add up to is kept free on both sides of the band.
            room = 1 + mine.size
            if share > 0:
                room += 200
                model.add(_SHARE * (load - over + room) <= int(high * _SHARE) * own)
                if low > 0:
                    model.add(_SHARE * (load + over - room) >= int(np.ceil(low * _SHARE)) * own)
            else:
                if np.isfinite(high):
                    model.add(load - over <= int(np.floor(high)) - room)
                if low > 0:
                    model.add(load + over >= int(np.ceil(low)) + room)


def _add_groups(built: _Built, problem: Problem, scale: float) -> None:
    """Price every territory that a group with open units touches beyond what it surely does."""
    choice = built.choice
    row = np.full(problem.n, -1, dtype=np.int64)
    row[choice.units] = np.arange(choice.units.size)
    groups = problem.groups
    for g in np.flatnonzero(groups.price > 0).tolist():
        members = groups.units[groups.indptr[g] : groups.indptr[g + 1]]
        rows = np.unique(row[members])
        rows = rows[rows >= 0]
        if rows.size == 0:
            continue
        sure = set(choice.base[members[row[members] < 0]].tolist())
        price = round(float(groups.price[g]) * scale)
        for j, t in enumerate(choice.territories.tolist()):
            held = [built.x[i, j] for i in rows.tolist() if choice.allowed[i, j]]
            if not held or t in sure:
                continue
            touched = built.model.new_bool_var("")
            for variable in held:
                built.model.add_implication(variable, touched)
            built.pays(touched, price)


def _add_borders(built: _Built, problem: Problem, scale: float) -> None:
    """Price every edge with an open end that lies between two territories."""
    if problem.borders.price <= 0:
        return
    choice, model = built.choice, built.model
    row = np.full(problem.n, -1, dtype=np.int64)
    row[choice.units] = np.arange(choice.units.size)
    place = np.full(problem.k, -1, dtype=np.int64)
    place[choice.territories] = np.arange(choice.territories.size)
    owner = np.repeat(np.arange(problem.n), np.diff(problem.indptr))
    km = problem.borders.km
    edges = np.flatnonzero(
        (owner < problem.indices) & (km > 0) & ((row[owner] >= 0) | (row[problem.indices] >= 0))
    )
    for e in edges.tolist():
        u, v = int(row[owner[e]]), int(row[problem.indices[e]])
        price = round(float(km[e]) * problem.borders.price * scale)
        if price == 0:
            continue
        if u < 0 or v < 0:
            open_end = max(u, v)
            t = int(choice.base[owner[e] if u < 0 else problem.indices[e]])
            j = int(place[t])
            if j >= 0 and choice.allowed[open_end, j]:
                built.pays(built.x[open_end, j], -price)
            continue
        both = np.flatnonzero(choice.allowed[u] & choice.allowed[v])
        if both.size == 0:
            continue
        cut = model.new_bool_var("")
        built.pays(cut, price)
        for j in both.tolist():
            model.add(cut >= built.x[u, j] - built.x[v, j])
            model.add(cut >= built.x[v, j] - built.x[u, j])
        for one, other in ((u, v), (v, u)):
            alone = np.flatnonzero(choice.allowed[one] & ~choice.allowed[other])
            if alone.size:
                model.add(cut >= sum(built.x[one, j] for j in alone.tolist()))


def _add_rules(built: _Built, problem: Problem) -> None:
    """Keep every territory in use, together groups together, and the caps on moves."""
    choice, model = built.choice, built.model
    fixed = np.ones(problem.n, dtype=bool)
    fixed[choice.units] = False
    kept = np.bincount(choice.base[fixed], minlength=problem.k)
    for j, t in enumerate(choice.territories.tolist()):
        if kept[t] == 0:
            rows = np.flatnonzero(choice.allowed[:, j]).tolist()
            model.add_bool_or([built.x[i, j] for i in rows])
    group = problem.rules.together[choice.units]
    first: dict[int, int] = {}
    for i in np.flatnonzero(group >= 0).tolist():
        other = first.setdefault(int(group[i]), i)
        for j in np.flatnonzero(choice.allowed[i]).tolist() if other != i else ():
            model.add(built.x[i, j] == built.x[other, j])
    changes = problem.changes
    moved = fixed & (changes.current >= 0) & (changes.current != choice.base)
    now = changes.current[choice.units]
    for r in range(changes.moved_cap.size):
        weight = changes.moved_weight[:, r]
        room = float(changes.moved_cap[r] - weight[moved].sum())
        scale = 1e7 / max(float(weight[choice.units].sum()), NONZERO)
        terms = [
            (variable, int(np.ceil(weight[choice.units[i]] * scale)))
            for (i, j), variable in built.x.items()
            if now[i] >= 0 and now[i] != choice.territories[j] and weight[choice.units[i]] > 0
        ]
        if terms:
            model.add(sum(price * each for each, price in terms) <= int(max(room, 0.0) * scale))
