"""Units that must share a territory merged into items, with every allowed pair and its price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats, Ints
from solvers.problem.problem import Problem
from solvers.problem.reach import close_pairs, pins, too_far

__all__ = ["ITEM_LIMIT", "Items", "merge"]


ITEM_LIMIT = 12_000_000
"""Most item × column pairs that are tabled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """The smallest pieces that a model assigns: single units, or groups that stay together.

    Attributes
    ----------
    of_unit : int32, shape (n,)
        Item of each unit; items are numbered by their lowest unit.
    first : int32, shape (q,)
        Lowest unit of each item.
    activity : float64, shape (q, m)
    cost : float64, shape (q, n_columns)
        Price of the item in the column, moved units included where centers are fixed; ``inf``
        where pinned, forbidden, radius or candidate lists exclude it.
    travel : float64, shape (q, n_columns)
        Travel part that `Problem.travel_share` multiplies; 0 where the pair is excluded.
    """

    of_unit: Ints
    first: Ints
    activity: Floats
    cost: Floats
    travel: Floats

    @property
    def count(self) -> int:
        """Number of items."""
        return int(self.first.size)


def merge(problem: Problem) -> Items:
    """Merge the units of every `together` group and price each item in each column.

    With free centers, units pinned to one territory are merged too: wherever it lies, they share
    it. Pairs of such items that must stay apart are left to the model.

    Notes
    -----
    Dense: callers keep ``n x n_columns`` below `ITEM_LIMIT`.
    """
    n, columns = problem.n, problem.cost.n_columns
    of_unit, first = _items_of_units(problem)
    q = first.size
    units = np.arange(n)
    cost = np.empty((n, columns))
    travel = np.zeros((n, columns))
    shared = problem.balance.travel_share.any()
    for j in range(columns):
        here = np.full(n, j)
        cost[:, j] = problem.cost.at(units, here)
        if shared:
            travel[:, j] = problem.cost.travel_at(units, here)
        cost[too_far(problem, units, here), j] = np.inf
    if not problem.free_centers:
        close_pairs(problem, cost)
        placed = np.flatnonzero(problem.changes.current >= 0)
        cost += problem.changes.move_cost[:, None] * (problem.changes.current >= 0)[:, None]
        cost[placed, problem.changes.current[placed]] -= problem.changes.move_cost[placed]
    if q == n:
        return Items(
            of_unit=of_unit,
            first=first,
            activity=np.asarray(problem.balance.activity),
            cost=cost,
            travel=np.where(np.isfinite(cost), travel, 0.0),
        )
    activity = np.zeros((q, problem.m))
    np.add.at(activity, of_unit, problem.balance.activity)
    merged = np.zeros((q, columns))
    np.add.at(merged, of_unit, cost)
    ways = np.zeros((q, columns))
    np.add.at(ways, of_unit, travel)
    return Items(
        of_unit=of_unit,
        first=first,
        activity=activity,
        cost=merged,
        travel=np.where(np.isfinite(merged), ways, 0.0),
    )


def _items_of_units(problem: Problem) -> tuple[Ints, Ints]:
    """Item of each unit and lowest unit of each item: components of the share-a-territory tie."""
    import scipy.sparse as sp

    n = problem.n
    ties: list[NDArray[np.int64]] = []
    grouped = np.flatnonzero(problem.rules.together >= 0)
    sources = [(grouped, problem.rules.together[grouped])]
    if problem.free_centers:
        sources.append(pins(problem))
    for held, mates in sources:
        _, leader = np.unique(mates, return_inverse=True)
        lead = np.full(held.size, -1)
        order = np.arange(held.size)
        top = np.zeros(int(leader.max(initial=-1)) + 1, dtype=np.int64)
        np.maximum.at(top, leader, order)
        lead = held[top[leader]]
        ties.append(np.column_stack([held, lead]))
    pairs = np.concatenate(ties)
    graph = sp.csr_array(
        (np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n)
    )
    _, piece = sp.csgraph.connected_components(graph, directed=False)
    _, first, inverse = np.unique(piece, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int32)
    order = np.argsort(first)
    rank[order] = np.arange(first.size, dtype=np.int32)
    return rank[inverse].astype(np.int32), first[order].astype(np.int32)
