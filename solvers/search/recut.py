"""Large neighbourhoods: a few adjacent territories cut anew at once by an integer model.

The units of two to four territories are assigned again by CP-SAT with one worker, centers standing
still, with what a band is missed by priced above all cost. Contiguity is added as it is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solvers.search.anneal import Search, note, settle

if TYPE_CHECKING:
    from solvers.search.anneal import Step
    from solvers.stop import Budget

__all__ = ["anywhere", "cut_anew", "outside", "recut"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

_GOAL = 10_000_000
"""Whole numbers that stand for a goal, so that rounding costs less than a millionth of it."""

_ROUNDS = 6
"""Most times that broken contiguity is added to one model."""


def recut(search: Search, territories: list[int], *, effort: float, seed: int) -> bool:
    """Cut some territories anew; keep the result where it is better, else change nothing.

    Parameters
    ----------
    search : Search
        Its state is read, and changed on success.
    territories : list of int
        Adjacent ones; at most about 300 units in all is what `effort` 1 can do well.
    effort : float
        Deterministic seconds of CP-SAT for each round of cuts.
    seed : int

    Returns
    -------
    bool
        Whether there is now less violation, or as little at a lower objective.
    """
    settle(search)
    state = search.state
    before = (_violation(search), float(state.totals[0]))
    labels = state.label.copy()
    units = np.flatnonzero(np.isin(labels, territories))
    found = _solve(search, units, territories, effort, seed)
    if found is None or np.array_equal(found, labels[units]):
        return False
    state.label[units] = found
    settle(search)
    if (_violation(search), float(state.totals[0])) < before:
        note(search)
        return True
    state.label[:] = labels
    settle(search)
    return False


def _violation(search: Search) -> float:
    total = float(search.state.totals[1])
    return total if total > 1e-9 else 0.0


def _prices(search: Search, units: Longs, territories: list[int]) -> tuple[Floats, Floats]:
    """Cost and travel of units in territories as their centers stand, each (u, t)."""
    from solvers.kernels import moves

    field, state, problem = search.field, search.state, search.problem
    where = np.array(territories)
    if field.mode == moves.CENTROID:
        dx = field.x[units][:, None] - state.cx[where][None, :]
        dy = field.y[units][:, None] - state.cy[where][None, :]
        cost = field.weight[units][:, None] * (dx * dx + dy * dy)
        return cost, cost
    columns = state.col[where]
    cost = problem.cost.at(units[:, None], columns[None, :])
    return cost, problem.cost.travel_at(units[:, None], columns[None, :])


def _allowed(search: Search, units: Longs, territories: list[int], cost: Floats) -> Any:
    """Which unit may go where, shape (u, t); always where it is now."""
    from solvers.problem.reach import distances

    problem, state = search.problem, search.state
    where = np.array(territories)
    allowed = np.isfinite(cost)
    if np.isfinite(problem.rules.radius):
        away = distances(problem, units[:, None], state.col[where][None, :])
        if away is not None:
            allowed &= away <= problem.rules.radius
    row = np.full(problem.n, -1)
    row[units] = np.arange(units.size)
    for unit, territory in problem.rules.forbidden.tolist():
        if row[unit] >= 0 and territory in territories:
            allowed[row[unit], territories.index(territory)] = False
    here = state.label[units][:, None] == where[None, :]
    allowed[search.field.locked[units]] = False
    return allowed | here


def _solve(
    search: Search, units: Longs, territories: list[int], effort: float, seed: int
) -> Ints | None:
    """Assign the units among the territories; None where no connected assignment came out."""
    from ortools.sat.python import cp_model

    problem, field, state = search.problem, search.field, search.state
    cost, travel = _prices(search, units, territories)
    allowed = _allowed(search, units, territories, cost)
    cost = np.where(allowed, cost, 0.0)
    model = cp_model.CpModel()
    u, k = units.size, len(territories)
    x: list[list[Any]] = [
        [model.new_bool_var("") if allowed[i, j] else 0 for j in range(k)] for i in range(u)
    ]
    here = state.label[units]
    for i in range(u):
        model.add_exactly_one([x[i][j] for j in range(k) if allowed[i, j]])
        for j in range(k):
            if allowed[i, j]:
                model.add_hint(x[i][j], int(here[i] == territories[j]))
    missed = _bands(model, search, units, territories, travel, x, allowed)
    _same_rules(model, search, units, territories, x)
    now = problem.changes.current[units]
    cost = cost + np.where(
        (now >= 0)[:, None] & (now[:, None] != np.array(territories)[None, :]),
        problem.changes.move_cost[units][:, None],
        0.0,
    )
    whole = np.round(cost * (1e6 / max(float(cost.max(axis=1).sum()), 1e-12))).astype(np.int64)
    model.minimize(
        sum(int(whole[i, j]) * x[i][j] for i in range(u) for j in range(k) if allowed[i, j])
        + 1000 * sum(missed)
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 1_000_000
    solver.parameters.max_deterministic_time = effort
    roots = _roots(search, units, territories, cost)
    local = _local_graph(field.indptr, field.indices, units)
    for j, root in enumerate(roots):
        if root >= 0:
            model.add(x[root][j] == 1)
    if field.connected:
        for i in range(u):
            for j in range(k):
                if allowed[i, j] and i != roots[j] and not field.exempt[units[i]]:
                    model.add(sum(x[v][j] for v in local[i]) >= x[i][j])
    for _ in range(_ROUNDS):
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        pick = np.array(
            [next(j for j in range(k) if allowed[i, j] and solver.value(x[i][j])) for i in range(u)]
        )
        broken = 0
        if field.connected:
            for piece in _pieces(local, pick, roots, field.exempt[units]):
                broken += 1
                around = sorted({v for i in piece for v in local[i]} - piece)
                for j in range(k):
                    if roots[j] in piece:
                        continue
                    reach = sum(x[v][j] for v in around)
                    for i in sorted(piece):
                        if allowed[i, j]:
                            model.add(reach >= x[i][j])
        if not broken:
            return np.asarray(np.array(territories, dtype=np.int32)[pick], dtype=np.int32)
    return None


def _bands(
    model: Any,
    search: Search,
    units: Longs,
    territories: list[int],
    travel: Floats,
    x: list[list[Any]],
    allowed: Any,
) -> list[Any]:
    """Add how far each load is outside its band, in whole numbers, and return these variables."""
    field, state, problem = search.field, search.state, search.problem
    missed = []
    for a in range(problem.m):
        for j, t in enumerate(territories):
            amount = problem.balance.activity[units, a]
            if field.share[a] > 0:
                amount = amount + field.share[a] * np.where(allowed[:, j], travel[:, j], 0.0)
            unit = _GOAL / state.goal[t, a]
            whole = np.round(amount * unit).astype(np.int64)
            load = sum(int(whole[i]) * x[i][j] for i in range(units.size) if allowed[i, j])
            slack = units.size  # what rounding may add up to
            low = int(np.ceil(state.lower[t, a] * unit))
            top = int(np.floor(state.upper[t, a] * unit))
            if top - low > 4 * slack:
                low, top = low + (slack if low > 0 else 0), top - slack
            most = int(whole.sum()) + _GOAL
            over = model.new_int_var(0, most, "")
            model.add(load - over <= top)
            if low > 0:
                model.add(load + over >= low)
            missed.append(over)
    return missed


def _same_rules(
    model: Any, search: Search, units: Longs, territories: list[int], x: list[list[Any]]
) -> None:
    """Add together groups and the caps on moves."""
    field, state, problem = search.field, search.state, search.problem
    first: dict[int, int] = {}
    for i, unit in enumerate(units.tolist()):
        group = int(field.mate_of[unit])
        if group < 0:
            continue
        other = first.setdefault(group, i)
        if other != i:
            for j in range(len(territories)):
                model.add(x[i][j] == x[other][j])
    now = problem.changes.current[units]
    for r in range(problem.changes.moved_cap.size):
        weight = problem.changes.moved_weight[units, r]
        inside = float(weight[(now >= 0) & (now != state.label[units])].sum())
        room = max(float(problem.changes.moved_cap[r]) - float(state.moved[r]) + inside, inside)
        scale = 1e6 / max(float(weight.sum()), 1e-12)
        terms = [
            int(np.ceil(weight[i] * scale)) * x[i][j]
            for i in range(units.size)
            for j, t in enumerate(territories)
            if now[i] >= 0 and now[i] != t
        ]
        if terms and weight.any():
            model.add(sum(terms) <= int(room * scale) + units.size)


def _local_graph(indptr: Longs, indices: Ints, units: Longs) -> list[list[int]]:
    """Neighbour lists inside the units, by position."""
    at = {unit: i for i, unit in enumerate(units.tolist())}
    return [
        [at[v] for v in indices[indptr[unit] : indptr[unit + 1]].tolist() if v in at]
        for unit in units.tolist()
    ]


def _roots(search: Search, units: Longs, territories: list[int], cost: Floats) -> list[int]:
    """Unit that each territory is sure to keep, by position; -1 where it has none to keep.

    A locked one where there is one, else the one that costs least there and most elsewhere.
    """
    field, label = search.field, search.state.label[units]
    roots = []
    for j, t in enumerate(territories):
        mine = np.flatnonzero((label == t) & ~field.exempt[units])
        locked = mine[field.locked[units[mine]]]
        if mine.size == 0:
            roots.append(-1)
        elif locked.size:
            roots.append(int(locked[0]))
        else:
            weight = np.maximum(field.weight[units[mine]], 1e-12)
            others = np.delete(cost[mine], j, axis=1).min(axis=1)
            roots.append(int(mine[np.argmin((cost[mine, j] - others) / weight)]))
    return roots


def _pieces(
    local: list[list[int]], pick: Longs, roots: list[int], exempt: NDArray[np.bool_]
) -> Iterator[set[int]]:
    """Connected pieces of the assignment that do not hold their territory's root."""
    seen = exempt.copy()
    starts = [r for r in roots if r >= 0] + list(range(pick.size))
    n_roots = sum(r >= 0 for r in roots)
    for rank, start in enumerate(starts):
        if seen[start]:
            continue
        seen[start] = True
        piece, front = {start}, [start]
        while front:
            i = front.pop()
            for v in local[i]:
                if not seen[v] and pick[v] == pick[start]:
                    seen[v] = True
                    piece.add(v)
                    front.append(v)
        if rank >= n_roots and roots[int(pick[start])] >= 0:
            yield piece


def _neighbours(search: Search, t: int) -> list[int]:
    """Territories that border territory t, the longest border first."""
    field, label = search.field, search.state.label
    counts: dict[int, int] = {}
    for u in np.flatnonzero(label == t).tolist():
        for v in field.near[field.near_ptr[u] : field.near_ptr[u + 1]].tolist():
            if label[v] != t:
                counts[int(label[v])] = counts.get(int(label[v]), 0) + 1
    return sorted(counts, key=lambda other: (-counts[other], other))


def outside(search: Search, turn: int, rng: np.random.Generator) -> int | None:
    """Pick the territories outside their bands in turn; None where there is none."""
    state = search.state
    excess = np.maximum(np.maximum(state.load - state.upper, state.lower - state.load), 0)
    broken = np.flatnonzero((excess / state.goal).sum(axis=1) > 1e-9)
    return int(broken[turn % broken.size]) if broken.size else None


def anywhere(search: Search, turn: int, rng: np.random.Generator) -> int | None:
    """Pick a territory at random."""
    return int(rng.integers(search.problem.k))


def cut_anew(
    search: Search,
    pick: Callable[[Search, int, np.random.Generator], int | None],
    *,
    turns: int,
    effort: float,
    most_units: int = 300,
    rng: np.random.Generator,
    budget: Budget,
    report: Step | None = None,
) -> None:
    """Cut picked territories anew, each together with neighbours.

    Parameters
    ----------
    pick : callable
        `outside` to bring territories into their bands, `anywhere` to lower the objective.
    turns : int
        Most models solved.
    effort : float
        Deterministic seconds of CP-SAT for each round of cuts.
    most_units : int
        Units that one model may hold.
    rng : numpy.random.Generator
        Draws the neighbours.
    budget : Budget
    report : callable, optional
        Called with the search after every model.
    """
    for turn in range(turns):
        t = None if budget.spent() else pick(search, turn, rng)
        if t is None:
            return
        chosen = _company(search, t, rng, most_units)
        if len(chosen) > 1:
            recut(search, chosen, effort=effort, seed=turn)
        if report is not None:
            report(search)


def _company(search: Search, t: int, rng: np.random.Generator, most_units: int) -> list[int]:
    """Territory t and one to three more, each bordering one of those before."""
    state = search.state
    chosen, size = [t], int(state.n_units[t])
    border = _neighbours(search, t)
    wanted = int(rng.integers(2, 5))
    while border and len(chosen) < wanted:
        chance = 1.0 / (1.0 + np.arange(len(border)))
        at = int(rng.choice(len(border), p=chance / chance.sum()))
        other = border.pop(at)
        if size + int(state.n_units[other]) > most_units and len(chosen) > 1:
            continue
        chosen.append(other)
        size += int(state.n_units[other])
        border += [b for b in _neighbours(search, other) if b not in chosen and b not in border]
    return chosen
