"""The integer model with free centers: items to the units that centers sit on.

After Hess et al.: Nonpartisan political redistricting by computer, Operations Research 13 (1965),
https://doi.org/10.1287/opre.13.6.998
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, Bools, Ints
from solvers.mip.band_rows import add_share_rows, add_total_row, heaviest
from solvers.mip.borders import no_borders, parted_borders
from solvers.mip.model import Model, Rows
from solvers.mip.own_territories import OwnTerritories, own_territories
from solvers.mip.pair_model import PairModel
from solvers.problem.free_pairs import HessData
from solvers.problem.pieces import Items
from solvers.problem.problem import Problem
from solvers.problem.reach import holds_land, pins

__all__ = ["build_free"]


def build_free(
    problem: Problem,
    items: Items,
    data: HessData,
    opened: Bools,
    *,
    beside: bool = False,
    borders: bool = False,
    apart: bool = False,
) -> PairModel:
    """Build the free-center model over the open pairs.

    Parameters
    ----------
    problem : Problem
        With free centers.
    items : Items
    data : HessData
    opened : bool, shape (q, n)
        A column is open where its own item's pair is.
    beside : bool
        Whether to say at once that a unit away from its center has a neighbour in the territory:
        idle in the relaxation, it spares the integer model many plans in pieces.
    borders : bool
        Whether the border between territories is priced; a relaxation without it is smaller, and
        a bound all the same.
    apart : bool
        Whether centers are told which territory they serve, so that bands, pins, forbidden pairs
        and moves of each hold; a relaxation without it takes the loosest bands of all.

    Notes
    -----
    ``x_ij ≤ x_jj`` is lifted: items that are each too heavy to join i in a territory of j, and in
    pairs too heavy for each other, stand on the left side with x_ij.
    """
    q, n = opened.shape
    item, column = (each.astype(np.int32) for each in np.nonzero(opened))
    p = item.size
    place = np.full((q, n), -1, dtype=np.int64)
    place[item, column] = np.arange(p)
    centers = np.flatnonzero(place[items.of_unit, np.arange(n)] >= 0)
    own = place[items.of_unit[centers], centers]
    rank = np.full(n, -1)
    rank[centers] = np.arange(centers.size)
    travelled = np.flatnonzero(problem.balance.travel_share > 0)
    extra = _splits(problem, items, place)
    base = p + travelled.size + len(extra)
    parted = parted_borders(problem, items, place, base) if borders else no_borders()
    told = None
    v = base + parted.n_columns
    if apart:
        told = own_territories(problem, items, place, centers, v)
        v += told.n_columns
    rows = Rows(v)
    rows.block(item, np.arange(p), 1.0, np.ones(q), np.ones(q))
    rows.add(own, 1.0, float(problem.k), float(problem.k))
    if beside and problem.rules.contiguity and q == n and not problem.rules.exempt.any():
        _beside_rows(rows, problem, item, column, place)
    _lifted_rows(rows, items, data, place, centers)
    _land_rows(rows, problem, items, place, own)
    for one, two in _apart(problem, items):
        for j in np.flatnonzero((place[one] >= 0) & (place[two] >= 0)).tolist():
            three = place[[one, two, items.of_unit[j]], j]
            rows.add(three, np.array([1.0, 1.0, -1.0]), -np.inf, 0.0)
    for a in range(problem.m):
        total = p + int(np.flatnonzero(travelled == a)[0]) if a in travelled else -1
        pairs = (item, column, rank, own, centers)
        _band_rows(rows, problem, data, pairs, a, total)
        if told is not None:
            _own_band_rows(rows, problem, data, pairs, a, total, told)
    objective = np.zeros(v)
    objective[:p] = items.cost[item, column]
    parted.price(objective)
    parted.add_rows(rows)
    offset = 0.0
    if told is not None:
        told.add_rows(rows, problem, items, place)
        told.put_prices(objective)
        offset += told.whole_price
    for at, (price, members) in enumerate(extra, start=p + travelled.size):
        objective[at] = price
        size = members.size
        rows.block(
            np.tile(np.arange(size), 2),
            np.concatenate([members, np.full(size, at)]),
            np.repeat([1.0, -1.0], size),
            np.full(size, -np.inf),
            np.zeros(size),
        )
    held = np.diff(problem.groups.indptr) > 0
    offset -= float(problem.groups.price[held].sum())
    matrix, low, high = rows.arrays()
    upper = np.ones(v)
    for at, a in enumerate(travelled.tolist(), start=p):
        load = data.weight[item, a] + data.travel_share[a] * data.cost[item, column]
        upper[at] = (
            heaviest(item, load)
            * problem.balance.goal[:, a].mean()
            / problem.balance.goal[:, a].sum()
        )
    integer = np.zeros(v, dtype=np.bool_)
    integer[:p] = True
    if told is not None:
        integer[told.base : told.base + told.centers.size * told.k] = True
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
    if told is not None:
        place = np.concatenate([place, told.table(n)])
    return PairModel(model=model, item=item, column=column, place=place, items=q)


def _land_rows(
    rows: Rows, problem: Problem, items: Items, place: NDArray[np.int64], own: NDArray[np.int64]
) -> None:
    """Every territory has a unit that contiguity asks about: ``x_jj ≤ Σ (land) x_ij``."""
    if not (holds_land(problem) and problem.rules.exempt.any()):
        return
    land = np.zeros(items.count, dtype=np.bool_)
    land[items.of_unit[~problem.rules.exempt]] = True
    centers = np.flatnonzero(place[items.of_unit, np.arange(problem.n)] >= 0)
    for j, mine in zip(centers.tolist(), own.tolist(), strict=True):
        if land[items.of_unit[j]]:
            continue
        here = place[land, j]
        here = here[here >= 0]
        rows.add(np.append(here, mine), np.append(np.ones(here.size), -1.0), 0.0, np.inf)


def _own_band_rows(
    rows: Rows,
    problem: Problem,
    data: HessData,
    pairs: tuple[Ints, Ints, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    a: int,
    total: int,
    told: OwnTerritories,
) -> None:
    """The bands of the territory that each open center serves."""
    item, column, rank, _, centers = pairs
    p, size, k = item.size, centers.size, problem.k
    goal = problem.balance.goal[:, a].mean()
    sides = [(problem.balance.lower[:, a] / goal, 0.0, np.inf)]
    if problem.balance.center_upper is None:
        sides.append((problem.balance.upper[:, a] / goal, -np.inf, 0.0))
    every = np.arange(size)
    load = data.weight[item, a]
    if total < 0:
        whole = data.weight[:, a].sum()
        variables = told.base + np.arange(size * k)
        for side, least, most in sides:
            rows.block(
                np.concatenate([rank[column], np.repeat(every, k)]),
                np.concatenate([np.arange(p), variables]),
                np.concatenate([load, -np.tile(np.minimum(side, whole), size)]),
                np.full(size, least),
                np.full(size, most),
            )
        return
    load = load + data.travel_share[a] * data.cost[item, column]
    whole = problem.balance.goal[:, a].sum() / goal
    most = heaviest(item, load)
    for side, least, _ in sides:
        above = least < 0
        for t in range(k):
            # A band is a share of the total; centers of other territories are let off.
            share = min(float(side[t]), whole)
            add_share_rows(
                rows,
                rank[column],
                load,
                np.full(size, share),
                total=total,
                side="upper" if above else "lower",
                off=(told.at(every, t), most if above else share * most / whole),
            )


def _lifted_rows(
    rows: Rows,
    items: Items,
    data: HessData,
    place: NDArray[np.int64],
    centers: NDArray[np.int64],
) -> None:
    """``x_ij + Σ (heavy rivals of i) ≤ x_jj`` for every open pair."""
    for j in centers.tolist():
        own = int(items.of_unit[j])
        other = np.flatnonzero(place[:, j] >= 0)
        other = other[other != own]
        if other.size == 0:
            continue
        rivals = np.zeros((other.size, other.size), dtype=np.bool_)
        for a in range(data.weight.shape[1]):
            if data.travel_share[a] > 0 or not np.isfinite(data.upper[j, a]):
                continue
            room = float(data.upper[j, a] * (1.0 + LIMIT) - data.weight[own, a])
            weight = data.weight[other, a]
            heavy = np.flatnonzero(weight > room / 2.0)
            if heavy.size == 0:
                continue
            table = np.zeros_like(rivals)
            table[:, heavy] = weight[:, None] + weight[heavy][None, :] > room
            np.fill_diagonal(table, val=False)
            better = table.sum(axis=1) > rivals.sum(axis=1)
            rivals[better] = table[better]
        row, rival = np.nonzero(rivals)
        size = other.size
        rows.block(
            np.concatenate([np.arange(size), np.arange(size), row]),
            np.concatenate([place[other, j], np.full(size, place[own, j]), place[other[rival], j]]),
            np.concatenate([np.ones(size), np.full(size, -1.0), np.ones(row.size)]),
            np.full(size, -np.inf),
            np.zeros(size),
        )


def _beside_rows(
    rows: Rows, problem: Problem, item: Ints, column: Ints, place: NDArray[np.int64]
) -> None:
    """``x_ij ≤ Σ x_vj`` over the neighbours v of i, for every pair not side by side."""
    start = problem.indptr[item]
    count = problem.indptr[item + 1] - start
    pair = np.repeat(np.arange(item.size), count)
    at = np.arange(pair.size) - np.repeat(np.cumsum(count) - count, count)
    near = problem.indices[start[pair] + at]
    touching = np.zeros(item.size, dtype=np.bool_)
    touching[pair[near == column[pair]]] = True
    away = ~touching & (item != column)
    rank = np.cumsum(away) - 1
    variable = place[near, column[pair]]
    kept = away[pair] & (variable >= 0)
    size = int(away.sum())
    rows.block(
        np.concatenate([np.arange(size), rank[pair[kept]]]),
        np.concatenate([np.flatnonzero(away), variable[kept]]),
        np.concatenate([np.ones(size), np.full(int(kept.sum()), -1.0)]),
        np.full(size, -np.inf),
        np.zeros(size),
    )


def _band_rows(
    rows: Rows,
    problem: Problem,
    data: HessData,
    pairs: tuple[Ints, Ints, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    a: int,
    total: int,
) -> None:
    """Both sides of a measure's bands at every open center."""
    item, column, rank, own, centers = pairs
    p, size = item.size, centers.size
    load = data.weight[item, a]
    every = np.arange(size)
    row = np.concatenate([rank[column], every])
    if total < 0:
        whole = data.weight[:, a].sum()
        for side, least, most in (
            (data.upper[centers, a], -np.inf, 0.0),
            (data.lower[centers, a], 0.0, np.inf),
        ):
            rows.block(
                row,
                np.concatenate([np.arange(p), own]),
                np.concatenate([load, -np.minimum(side, whole)]),
                np.full(size, least),
                np.full(size, most),
            )
        return
    # With travel: a band is a share of the total, a variable; closed centers are let off the lower.
    goal = problem.balance.goal[:, a].mean()
    whole = problem.balance.goal[:, a].sum() / goal
    load = load + data.travel_share[a] * data.cost[item, column]
    add_total_row(rows, load, whole, total)
    highest = np.full(size, problem.balance.upper[:, a].max() / goal)
    if problem.balance.center_upper is not None:
        highest = problem.balance.center_upper[centers, a] / goal
    # Above the whole a band says nothing.
    top = np.minimum(highest, whole)
    add_share_rows(rows, rank[column], load, top, total=total, side="upper")
    lowest = float(problem.balance.lower[:, a].min() / goal)
    worst = lowest * heaviest(item, load) / whole
    add_share_rows(
        rows,
        rank[column],
        load,
        np.full(size, lowest),
        total=total,
        side="lower",
        off=(own, worst),
    )


def _apart(problem: Problem, items: Items) -> list[tuple[int, int]]:
    """Pairs of items that are pinned to different territories."""
    column: dict[int, int] = {}
    for unit, territory in np.column_stack(pins(problem)).tolist():
        column[territory] = int(items.of_unit[unit])
    held = sorted(column.items())
    return [(a, b) for x, (_, a) in enumerate(held) for _, b in held[x + 1 :]]


def _splits(
    problem: Problem, items: Items, place: NDArray[np.int64]
) -> list[tuple[float, NDArray[np.int64]]]:
    """Price and pair variables of every (priced group, column)."""
    out = []
    for g in np.flatnonzero(problem.groups.price > 0).tolist():
        units = problem.groups.units[problem.groups.indptr[g] : problem.groups.indptr[g + 1]]
        members = np.unique(items.of_unit[units])
        for j in range(place.shape[1]):
            variables = place[members, j]
            if (variables >= 0).any():
                out.append((float(problem.groups.price[g]), variables[variables >= 0]))
    return out
