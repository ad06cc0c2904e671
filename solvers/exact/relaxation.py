"""Reduced-cost fixing: the relaxation at the root bounds, and a cutoff closes dear pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import scipy.sparse as sp

from solvers.arrays import LIMIT, NOTHING, Bools, Floats
from solvers.bounds.lagrangian import Prices, Region, open_after
from solvers.exact.forced_territories import forced_territories
from solvers.mip.cuts import Cut
from solvers.mip.free_centers import build_free
from solvers.mip.given_centers import build_fixed
from solvers.mip.model import Model, safe_dual_bound, solve_model
from solvers.mip.own_territories import told_apart
from solvers.mip.pair_model import PairModel
from solvers.problem.free_pairs import HessData, hess_data, open_pairs
from solvers.problem.pieces import Items
from solvers.problem.problem import Problem
from solvers.problem.reach import has_radius
from solvers.stop import Budget

__all__ = ["FixedRoot", "FreeRoot", "Root", "open_data"]


_PASSES = 4
"""Most times that the relaxation is solved again on fewer pairs."""


class Root(Protocol):
    """What the exact rounds ask of the relaxation."""

    bound: float
    opened: Bools
    infeasible: bool

    def reduce(self, cutoff: float, cuts: Sequence[Cut]) -> PairModel | None:
        """Return the model on the pairs that plans up to the cutoff may use; None where none is."""
        ...


class FixedRoot:
    """Given centers: the assignment's linear relaxation and its reduced costs."""

    def __init__(self, problem: Problem, items: Items, budget: Budget, cutoff: float) -> None:
        self._problem, self._items, self._budget = problem, items, budget
        self.opened: Bools = np.isfinite(items.cost) & _fits(problem, items)
        self.bound = float("-inf")
        self.infeasible = not self.opened.any(axis=1).all()

    def reduce(self, cutoff: float, cuts: Sequence[Cut]) -> PairModel | None:
        """Close pairs by reduced-cost fixing until little changes."""
        for _ in range(_PASSES):
            pair = build_fixed(self._problem, self._items, self.opened)
            model = pair.with_cuts(cuts)
            answer = solve_model(model.relaxed(), budget=self._budget)
            if answer.status == "infeasible":
                return None
            if answer.duals is None:
                return pair
            bound, reduced = safe_dual_bound(model, answer.duals)
            self.bound = max(self.bound, min(bound, cutoff))
            if not np.isfinite(cutoff):
                return pair
            if bound > cutoff:
                return None
            p = pair.item.size
            slack = LIMIT * max(1.0, abs(cutoff))
            kept = bound + np.maximum(reduced[:p], 0.0) <= cutoff + slack
            self.opened = np.zeros_like(self.opened)
            self.opened[pair.item[kept], pair.column[kept]] = True
            if not self.opened.any(axis=1).all():
                return None
            if kept.sum() > 0.9 * p:
                break
        return build_fixed(self._problem, self._items, self.opened)


def _fits(problem: Problem, items: Items) -> Bools:
    """Pairs whose item alone is within the territory's upper band, shape (q, k)."""
    fits = np.ones(items.cost.shape, dtype=np.bool_)
    for a in np.flatnonzero(problem.balance.travel_share == 0).tolist():
        room = problem.balance.upper[:, a] + LIMIT * problem.balance.goal[:, a]
        fits &= items.activity[:, a][:, None] <= room[None, :]
    return fits


class FreeRoot:
    """Free centers: the linear relaxation on the pairs that a Lagrangian leaves open."""

    def __init__(
        self,
        problem: Problem,
        items: Items,
        data: HessData,
        prices: Prices,
        *,
        budget: Budget,
    ) -> None:
        self._problem, self._items, self._data, self._budget = problem, items, data, budget
        self._prices = prices
        self.opened: Bools = np.isfinite(data.cost)
        self.bound = prices.bound
        self.infeasible = bool(np.isposinf(prices.bound))

    def reduce(self, cutoff: float, cuts: Sequence[Cut]) -> PairModel | None:
        """Close pairs by the Lagrangian's prices, then by those of the linear relaxation."""
        columns = np.zeros(self._problem.n, dtype=np.bool_)
        columns[self._prices.columns] = True
        self.opened = np.isfinite(self._data.cost) & columns
        if np.isfinite(cutoff):
            self.opened &= open_after(self._data, self._prices, cutoff)
            self._close_by_paths(self._prices, cutoff)
        for _ in range(_PASSES):
            if not self._possible():
                return None
            before = int(self.opened.sum())
            pair = build_free(self._problem, self._items, self._data, self.opened)
            model = pair.with_cuts(cuts)
            answer = solve_model(model.relaxed(), budget=self._budget)
            if answer.status == "infeasible":
                return None
            if answer.duals is None:
                return self._whole()
            prices = self._price(pair, model, answer.duals)
            self.bound = max(self.bound, min(prices.bound, cutoff))
            if not np.isfinite(cutoff):
                break
            if prices.bound > cutoff:
                return None
            self.opened &= open_after(self._data, prices, cutoff)
            self._close_by_paths(prices, cutoff)
            if self.opened.sum() > 0.9 * before:
                break
        if not self._possible():
            return None
        return self._whole()

    def _whole(self) -> PairModel:
        """Return the model under every rule on the pairs that are open."""
        return build_free(
            self._problem,
            self._items,
            self._data,
            self.opened,
            beside=True,
            borders=True,
            apart=told_apart(self._problem),
        )

    def _possible(self) -> bool:
        """Whether every item has a column left, and k columns are left."""
        own = self.opened[self._items.of_unit, np.arange(self._problem.n)]
        return bool(self.opened.any(axis=1).all() and own.sum() >= self._problem.k)

    def _price(self, pair: PairModel, model: Model, duals: Floats) -> Prices:
        """Price centers and pairs by the relaxation's duals; the number of centers has none."""
        q, k = self._items.count, self._problem.k
        duals = duals.copy()
        duals[q] = 0.0
        duals = np.where(np.isfinite(model.row_lower), duals, np.minimum(duals, 0.0))
        duals = np.where(np.isfinite(model.row_upper), duals, np.maximum(duals, 0.0))
        side = np.where(duals > 0, model.row_lower, model.row_upper)
        used = duals != 0
        fixed = float((duals[used] * side[used]).sum()) + model.offset
        rest = model.objective - model.matrix.T @ duals
        p = pair.item.size
        more = rest[p:]
        edge = np.where(more > 0, model.lower[p:], model.upper[p:])
        fixed += float((more * edge)[more != 0].sum())
        columns = np.unique(pair.column).astype(np.int64)
        reduced = np.full((q, columns.size), np.inf)
        reduced[pair.item, np.searchsorted(columns, pair.column)] = rest[:p]
        own = reduced[self._items.of_unit[columns], np.arange(columns.size)]
        value = np.minimum(reduced, 0.0).sum(axis=0) + np.maximum(own, 0.0)
        return Prices(
            bound=fixed + float(np.partition(value, k - 1)[:k].sum()),
            item=duals[:q],
            band=self._prices.band,
            regions=(Region(columns, k),),
            columns=columns,
            value=value,
            reduced=reduced,
        )

    def _close_by_paths(self, prices: Prices, cutoff: float) -> None:
        """Close pairs that no path can join at a price within the cutoff.

        With contiguity a unit brings the units of a path to its center along, and pays for each.
        """
        problem = self._problem
        if (
            not problem.rules.contiguity
            or self._items.count < problem.n
            or problem.rules.exempt.any()
        ):
            return
        excess = prices.excess()
        slack = LIMIT * max(1.0, abs(cutoff))
        for at, j in enumerate(prices.columns.tolist()):
            if not self.opened[j, j]:
                continue
            self._budget.charge(2e-4 + 2e-7 * problem.indices.size)
            step = np.maximum(prices.reduced[:, at], 0.0)
            step = np.where(self.opened[:, j], step, np.inf)[problem.indices]
            ways = sp.csr_array(
                # A stored 0 would be no edge to csgraph.
                (step + NOTHING, problem.indices, problem.indptr),
                shape=(problem.n, problem.n),
            )
            far = sp.csgraph.dijkstra(ways, indices=np.array([j]))[0]
            self.opened[:, j] &= prices.bound + excess[at] + far <= cutoff + slack + LIMIT


def open_data(problem: Problem, items: Items, cutoff: float) -> HessData:
    """Return the relaxed free-center problem with every pair closed that no plan can have."""
    data = hess_data(problem, items, cutoff)
    opened = open_pairs(problem, items, data) & _known(problem, items)
    return hess_data(problem, replace(items, cost=np.where(opened, items.cost, np.inf)), cutoff)


def _known(problem: Problem, items: Items) -> Bools:
    """Pairs that territories known beforehand leave open, shape (q, n)."""
    out = np.ones(items.cost.shape, dtype=np.bool_)
    # The center of a known territory is its cheapest only where no rule is about the center.
    if has_radius(problem) or problem.balance.center_upper is not None:
        return out
    if problem.balance.travel_share.any():
        return out
    for units in forced_territories(problem):
        held = list(units)
        if not held:
            return np.zeros_like(out)
        center = held[int(np.argmin(items.cost[np.ix_(held, held)].sum(axis=0)))]
        out[held] = False
        out[:, held] = False
        out[held, center] = True
    return out
