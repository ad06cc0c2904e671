"""The free-center model's Lagrangian: a bound in O(pairs) a step, and the pairs it rules out.

Hess et al. (1965) assign every item to one of n possible centers, k of which are open. With prices
``u`` on "every item once" and ``mu`` on both sides of the bands, each center can be priced alone::

    reduced_ij = (1 + Σ_a mu_ja s_a) c_ij - u_i + Σ_a mu_ja w_ia
    value_j    = Σ_i min(0, reduced_ij) - Σ_a (U_ja if mu_ja > 0 else L_ja) mu_ja
    bound      = Σ_i u_i + for each region of centers the sum of its count least value_j

for any ``u`` and ``mu``; the center's own item is taken whatever it costs, and of the items heavier
than half the band only one. One region of all centers with count k is the whole problem; more and
smaller regions, each with its own count, are its branches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solvers.arrays import LIMIT, NONZERO, Bools, Floats, Ints, Longs
from solvers.bounds.subgradient import Ascent, Steps, pushes, same_side
from solvers.problem.free_pairs import HessData
from solvers.stop import Budget

__all__ = ["Prices", "Region", "ascend", "everywhere", "open_after"]


_BAND_STEP = 0.3
"""Change of a band's price for a load off by one goal, as a share of a territory's cost."""

_DRIFT = 0.7
"""Share of the last direction that is kept in the next one (Camerini, Fratta, Maffioli 1975)."""

_PROGRESS = 1e-4
"""Relative rise of the bound that counts as progress."""

_SHRINK = 0.65
"""What a stalled step length is multiplied by."""


@dataclass(frozen=True, slots=True)
class Region:
    """Possible centers, ascending, and how many of them are open."""

    columns: Longs
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Multipliers and what they prove.

    Attributes
    ----------
    bound : float
        Lower bound of the cost of every assignment within the bands whose centers keep the
        regions' counts.
    item : float64, shape (q,)
    band : float64, shape (n, m)
    regions : tuple of Region
    columns : int64, shape (c,)
        The regions' columns one after another.
    value : float64, shape (c,)
        Price of opening each center.
    reduced : float64, shape (q, c)
        Price of each pair where its center is open.
    """

    bound: float
    item: Floats
    band: Floats
    regions: tuple[Region, ...]
    columns: Longs
    value: Floats
    reduced: Floats

    def excess(self) -> Floats:
        """What opening each center costs above the last one its region takes, shape (c,)."""
        out = np.empty(self.value.size)
        start = 0
        for region in self.regions:
            part = self.value[start : start + region.columns.size]
            last = np.partition(part, region.count - 1)[region.count - 1]
            out[start : start + part.size] = np.maximum(part - last, 0.0)
            start += part.size
        return out


_STEP_S, _PAIR_S = 1e-4, 2e-9
"""Deterministic seconds of one step of the multipliers: at all, and for each pair and measure."""


def everywhere(data: HessData) -> tuple[Region, ...]:
    """Return the one region of all centers that are open to their own item."""
    own = data.cost[data.own, np.arange(data.own.size)]
    return (Region(np.flatnonzero(np.isfinite(own)).astype(np.int64), data.k),)


@dataclass(slots=True)
class _Slice:
    """The arrays of a set of columns, and how to price them."""

    cost: Floats
    by_column: Floats
    weight: Floats
    travel_share: Floats
    lower: Floats
    upper: Floats
    own: Ints
    heavy: Longs
    is_heavy: Bools
    only: Longs
    spans: list[tuple[int, int, int]]

    def price(self, item: Floats, band: Floats) -> tuple[Floats, Floats, Bools]:
        """Reduced prices, values and what each center takes."""
        reduced = self.cost
        if self.travel_share.any():
            factor = 1.0 + band @ self.travel_share
            with np.errstate(invalid="ignore"):
                reduced = np.where(np.isfinite(reduced), reduced * factor, np.inf)
        reduced = reduced - item[:, None]
        reduced += self.weight @ band.T
        taken = reduced < 0
        every = np.arange(band.shape[0])
        if self.heavy.size > 1:
            some = reduced[self.heavy]
            only = np.argmin(some, axis=0)
            # The center's own item goes before every other heavy one.
            mine = self.heavy[:, None] == self.own[None, :]
            only = np.where(mine.any(axis=0), np.argmax(mine, axis=0), only)
            chosen = taken[self.heavy[only], every]
            taken[self.heavy] = False
            taken[self.heavy[only], every] = chosen
        taken[self.own, every] = True
        with np.errstate(invalid="ignore"):
            gain = np.where(taken, reduced, 0.0).sum(axis=0)
            edge = np.where(band > 0, self.upper, self.lower)
            gain -= np.where(band == 0.0, 0.0, edge * band).sum(axis=1)
        return reduced, gain, taken

    def pricer(self) -> Callable[[Floats, Floats], tuple[Floats, Floats]]:
        """Return what `price` says of values and loads, compiled; `count` then tells who is taken.

        The slow twin is `price`.
        """
        from solvers.kernels import pricing

        columns, m = self.lower.shape
        value, load = np.empty(columns), np.empty((columns, m))

        def run(item: Floats, band: Floats) -> tuple[Floats, Floats]:
            pricing.price_columns(
                self.by_column,
                self.weight,
                self.travel_share,
                self.lower,
                self.upper,
                self.own,
                self.is_heavy,
                item,
                band,
                value,
                load,
                self.only,
            )
            return value, load

        return run

    def count(self, item: Floats, band: Floats, chosen: Longs) -> Floats:
        """Number of the chosen columns that take each item, shape (q,), after the pricer ran."""
        from solvers.kernels import pricing

        times = np.zeros(self.weight.shape[0])
        pricing.count_taken(
            self.by_column,
            self.weight,
            self.travel_share,
            self.own,
            self.is_heavy,
            item,
            band,
            self.only,
            chosen.astype(np.int64),
            times,
        )
        return times

    def choose(self, value: Floats) -> Longs:
        """The cheapest centers of each region, as many as its count."""
        picked = []
        for start, end, count in self.spans:
            part = value[start:end]
            if count < part.size:
                picked.append(start + np.argpartition(part, count - 1)[:count])
            else:
                picked.append(np.arange(start, end))
        return np.concatenate(picked)


def _slice(data: HessData, regions: tuple[Region, ...], columns: Longs) -> _Slice:
    spans, start = [], 0
    for region in regions:
        spans.append((start, start + region.columns.size, region.count))
        start += region.columns.size
    whole = columns.size == data.cost.shape[1]
    cost = data.cost if whole and (np.diff(columns) == 1).all() else data.cost[:, columns]
    heavy = data.heavy()
    is_heavy = np.zeros(data.weight.shape[0], dtype=np.bool_)
    is_heavy[heavy] = True
    return _Slice(
        cost=cost,
        by_column=np.ascontiguousarray(cost.T),
        weight=np.ascontiguousarray(data.weight),
        travel_share=np.ascontiguousarray(data.travel_share),
        lower=np.ascontiguousarray(data.lower[columns]),
        upper=np.ascontiguousarray(data.upper[columns]),
        own=data.own[columns],
        heavy=heavy,
        is_heavy=is_heavy,
        only=np.empty(columns.size, dtype=np.int64),
        spans=spans,
    )


def ascend(
    data: HessData,
    regions: tuple[Region, ...],
    *,
    target: float,
    steps: Steps,
    budget: Budget,
    start: Prices | None = None,
) -> Prices:
    """Raise the bound by subgradient steps and return the best multipliers found.

    Parameters
    ----------
    data : HessData
    regions : tuple of Region
        Each with at least as many columns as its count; the counts sum to k.
    target : float
        An upper bound of the optimum, which sets the step; ``inf`` where none is known. A bound
        above it ends the work.
    steps : Steps
        Fewer are taken when they have become too short to matter.
    budget : Budget
    start : Prices, optional
        Multipliers to begin with, of these or wider regions.

    Notes
    -----
    O(q c m) a step. The band multipliers of a center only matter through its own value, so all of
    them are stepped at once; the item multipliers by the centers chosen.

    References
    ----------
    Held, Wolfe, Crowder: Validation of subgradient optimization, Mathematical Programming 6 (1974),
    https://doi.org/10.1007/BF01580223
    """
    columns = np.concatenate([region.columns for region in regions])
    if any(region.columns.size < region.count for region in regions):
        return _hopeless(data, regions, columns)
    part = _slice(data, regions, columns)
    price = part.pricer()
    if start is None:
        item, band = _first_prices(data), np.zeros((columns.size, data.lower.shape[1]))
    else:
        item, band = start.item, start.band[columns]
    finite = np.isfinite(part.upper)
    ascent = Ascent(
        best=(item, band),
        factor=steps.factor,
        least=steps.least,
        patience=steps.patience,
        progress=_PROGRESS,
        shrink=_SHRINK,
    )
    drift = np.zeros_like(item)
    step_s = _STEP_S + _PAIR_S * part.cost.size * (1 + band.shape[1])
    for step in range(max(steps.most, 1)):
        value, load = price(item, band)
        budget.charge(step_s)
        chosen = part.choose(value)
        bound = float(item.sum() + value[chosen].sum())
        stalls = ascent.stalls(bound, (item, band))
        if bound > target:
            break
        if stalls:
            item, band = ascent.best
            drift = np.zeros_like(item)
            if ascent.spent:
                break
            if bound < ascent.bound:
                continue
        if step % 8 == 7 and budget.spent():
            break
        goal = target if np.isfinite(target) else ascent.bound + 0.05 * abs(ascent.bound)
        unit = max(abs(goal), NONZERO) / data.k
        slope = 1.0 - part.count(item, band, chosen) + _DRIFT * drift
        drift = slope
        length = (
            ascent.factor * max(goal - bound, 1e-3 * abs(goal)) / max(float(slope @ slope), 1.0)
        )
        over, under = load - part.upper, load - part.lower
        push = np.clip(pushes(band, over, under), -1.0, 1.0)
        moved = band + ascent.factor * _BAND_STEP * unit * push
        # Where a band is open above, nothing is paid for its upper side.
        band = np.where((moved > 0) & ~finite, 0.0, same_side(band, moved))
        item = item + length * slope
    item, band = ascent.best
    reduced, value, _ = part.price(item, band)
    bands = np.zeros(data.lower.shape) if start is None else start.band.copy()
    bands[columns] = band
    return Prices(
        bound=float(item.sum() + value[part.choose(value)].sum()),
        item=item,
        band=bands,
        regions=regions,
        columns=columns,
        value=value,
        reduced=reduced,
    )


def _hopeless(data: HessData, regions: tuple[Region, ...], columns: Longs) -> Prices:
    """Prices of regions that cannot have their counts."""
    return Prices(
        bound=float("inf"),
        item=np.zeros(data.cost.shape[0]),
        band=np.zeros(data.lower.shape),
        regions=regions,
        columns=columns,
        value=np.full(columns.size, np.inf),
        reduced=np.full((data.cost.shape[0], columns.size), np.inf),
    )


def _first_prices(data: HessData) -> Floats:
    """Mean cost of each item from its nearest centers, n / k of them, and a little."""
    near = min(data.cost.shape[1], max(2, data.cost.shape[1] // data.k))
    item = np.partition(data.cost, near - 1, axis=1)[:, :near]
    mean: Floats = np.where(np.isfinite(item), item, 0.0).mean(axis=1) * 1.2
    return mean


def open_after(data: HessData, prices: Prices, target: float) -> Bools:
    """Fix pairs by their reduced costs: which may cost `target` or less allow, shape (q, n).

    Opening a center in place of its region's last one costs its own excess, and using a pair of
    positive price costs that price more.
    """
    excess = prices.excess()
    extra = np.maximum(prices.reduced, 0.0)
    extra[data.own[prices.columns], np.arange(prices.columns.size)] = 0.0
    slack = LIMIT * max(1.0, abs(target))
    total = prices.bound + excess[None, :] + extra
    part: Bools = (total <= target + slack) & np.isfinite(data.cost[:, prices.columns])
    part[:, ~part[data.own[prices.columns], np.arange(prices.columns.size)]] = False
    allowed = np.zeros(data.cost.shape, dtype=np.bool_)
    allowed[:, prices.columns] = part
    return allowed
