"""The integer model with given centers: every item to one allowed territory, under every rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, Bools, Ints
from solvers.mip.band_rows import add_share_rows, add_total_row, heaviest
from solvers.mip.borders import no_borders, parted_borders
from solvers.mip.model import Model, Rows
from solvers.mip.pair_model import PairModel
from solvers.problem.pieces import Items
from solvers.problem.problem import Problem
from solvers.problem.reach import holds_land

__all__ = ["build_fixed"]

_FAR = 1e6
"""Share of the total that stands for no upper band."""


def build_fixed(
    problem: Problem, items: Items, open_pairs: Bools, *, borders: bool = True
) -> PairModel:
    """Build the assignment model over the open pairs.

    Parameters
    ----------
    problem : Problem
        With fixed centers.
    items : Items
    open_pairs : bool, shape (q, k)
    borders : bool
        Whether the border between territories is priced, with a variable for each edge and
        territory; a relaxation without it is smaller, and a bound all the same.

    Notes
    -----
    A measure with travel has bands that are shares of the plan's own total; the total is a
    variable, so each band row stays as sparse as the others. Contiguity is not in the model:
    broken plans add cuts.
    """
    k = problem.k
    item, column = (each.astype(np.int32) for each in np.nonzero(open_pairs))
    p = item.size
    place = np.full(open_pairs.shape, -1, dtype=np.int64)
    place[item, column] = np.arange(p)
    travelled = np.flatnonzero(problem.balance.travel_share > 0)
    groups = _groups(problem, items, open_pairs)
    base = p + travelled.size + sum(len(held) for _, held in groups)
    parted = parted_borders(problem, items, place, base) if borders else no_borders()
    v = base + parted.n_columns
    objective = np.zeros(v)
    objective[:p] = items.cost[item, column]
    parted.price(objective)
    offset = 0.0
    rows = Rows(v)
    rows.block(item, np.arange(p), 1.0, np.ones(items.count), np.ones(items.count))
    for a in range(problem.m):
        total = p + int(np.flatnonzero(travelled == a)[0]) if a in travelled else -1
        _band_rows(rows, problem, items, item, column, a, total)
    if (problem.balance.lower <= 0).all(axis=1).any():
        rows.block(column, np.arange(p), 1.0, np.ones(k), np.full(k, np.inf))
    if holds_land(problem) and problem.rules.exempt.any():
        land = np.zeros(items.count, dtype=bool)
        land[items.of_unit[~problem.rules.exempt]] = True
        on_land = np.flatnonzero(land[item])
        rows.block(column[on_land], on_land, 1.0, np.ones(k), np.full(k, np.inf))
    _move_rows(rows, problem, items, place)
    at = p + travelled.size  # first variable of the groups
    for g, held in groups:
        price = float(problem.groups.price[g])
        offset -= price
        for _, members in held:
            objective[at] = price
            size = members.size
            rows.block(
                np.tile(np.arange(size), 2),
                np.concatenate([members, np.full(size, at)]),
                np.repeat([1.0, -1.0], size),
                np.full(size, -np.inf),
                np.zeros(size),
            )
            at += 1
    parted.add_rows(rows)
    matrix, low, high = rows.arrays()
    upper = np.ones(v)
    for at, a in enumerate(travelled.tolist(), start=p):
        load = (
            items.activity[item, a] + problem.balance.travel_share[a] * items.travel[item, column]
        )
        upper[at] = heaviest(item, load) / problem.balance.goal[:, a].sum()
    integer = np.zeros(v, dtype=np.bool_)
    integer[:p] = True
    model = Model(
        objective=objective,
        lower=np.zeros(v),
        upper=upper,
        integer=integer,
        matrix=matrix,
        row_lower=low,
        row_upper=high,
        offset=offset,
    )
    return PairModel(model=model, item=item, column=column, place=place)


def _band_rows(
    rows: Rows, problem: Problem, items: Items, item: Ints, column: Ints, a: int, total: int
) -> None:
    """Both sides of a measure's bands, every row in shares of its goal."""
    goal = problem.balance.goal[:, a]
    load = items.activity[item, a]
    if total < 0:
        low = problem.balance.lower[:, a] / goal
        high = problem.balance.upper[:, a] / goal
        rows.block(column, np.arange(item.size), load / goal[column], low, high)
        return
    load = load + problem.balance.travel_share[a] * items.travel[item, column]
    add_total_row(rows, load, goal.sum(), total)
    own = load / goal[column]
    # A side that is open anywhere is so far out that it says nothing.
    high = np.where(
        np.isfinite(problem.balance.upper[:, a]), problem.balance.upper[:, a] / goal, _FAR
    )
    low = problem.balance.lower[:, a] / goal
    add_share_rows(rows, column, own, high, total=total, side="upper")
    add_share_rows(rows, column, own, low, total=total, side="lower")


def _move_rows(rows: Rows, problem: Problem, items: Items, place: NDArray[np.int64]) -> None:
    """At most the capped weight moves: what stays weighs at least the rest."""
    placed = np.flatnonzero(problem.changes.current >= 0)
    stay = place[items.of_unit[placed], problem.changes.current[placed]]
    for r in range(problem.changes.moved_cap.size):
        weight = problem.changes.moved_weight[placed, r]
        least = float(weight.sum() - problem.changes.moved_cap[r])
        if least <= 0:
            continue
        kept = stay >= 0
        scale = max(float(weight.max(initial=0.0)), 1e-300)
        rows.add(stay[kept], weight[kept] / scale, least / scale - LIMIT, np.inf)


def _groups(
    problem: Problem, items: Items, open_pairs: Bools
) -> list[tuple[int, list[tuple[int, NDArray[np.int64]]]]]:
    """Priced groups with the pair variables of their items by territory."""
    place = np.full(open_pairs.shape, -1, dtype=np.int64)
    place[open_pairs] = np.arange(int(open_pairs.sum()))
    out = []
    for g in np.flatnonzero(problem.groups.price > 0).tolist():
        units = problem.groups.units[problem.groups.indptr[g] : problem.groups.indptr[g + 1]]
        members = np.unique(items.of_unit[units])
        if members.size == 0:
            continue
        held = []
        for t in range(open_pairs.shape[1]):
            variables = place[members, t]
            if (variables >= 0).any():
                held.append((t, variables[variables >= 0]))
        out.append((g, held))
    return out
