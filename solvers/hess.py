"""The free-center model's Lagrangian: a bound in O(pairs) a step, and the pairs it rules out.

Hess et al. (1965) assign every item to one of n possible centers, k of which are open. With prices
``u`` on "every item once" and ``mu`` on both sides of the bands, each center can be priced alone::

    reduced_ij = (1 + Σ_a mu_ja s_a) c_ij - u_i + Σ_a mu_ja w_ia
    value_j    = Σ_i min(0, reduced_ij) - Σ_a (U_ja if mu_ja > 0 else L_ja) mu_ja
    bound      = Σ_i u_i + the k least of value_j

for any ``u`` and ``mu``; the center's own item is taken whatever it costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.stop import Budget

__all__ = ["HessData", "Prices", "open_after", "price", "subgradient"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class HessData:
    """The relaxed free-center problem in arrays, every measure in shares of its mean goal.

    Attributes
    ----------
    cost : float64, shape (q, n)
        ``inf`` where closed.
    weight : float64, shape (q, m)
    travel_share : float64, shape (m,)
        What one unit of cost adds to the measure.
    lower, upper : float64, shape (n, m)
        Bands of a territory centered there, the loosest that any territory has.
    own : int32, shape (n,)
        Item of each unit.
    k : int
    """

    cost: Floats
    weight: Floats
    travel_share: Floats
    lower: Floats
    upper: Floats
    own: Ints
    k: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Multipliers and what they prove.

    Attributes
    ----------
    bound : float
        Lower bound of the cost of every assignment within the bands.
    item : float64, shape (q,)
    band : float64, shape (n, m)
    value : float64, shape (n,)
        Price of opening each center; ``inf`` where it is closed.
    reduced : float64, shape (q, n)
        Price of each pair where its center is open.
    """

    bound: float
    item: Floats
    band: Floats
    value: Floats
    reduced: Floats


def _reduced(data: HessData, item: Floats, band: Floats) -> Floats:
    reduced = band @ data.weight.T
    factor = band @ data.travel_share
    if factor.any():
        # inf x 0 must stay inf, and a closed pair stays closed whatever the factor.
        closed = ~np.isfinite(data.cost)
        table = np.where(closed, 0.0, data.cost) * (1.0 + factor)
        out: Floats = table - item[:, None] + reduced.T
        out[closed] = np.inf
        return out
    out = data.cost - item[:, None]
    out += reduced.T
    return out


def _values(data: HessData, reduced: Floats, band: Floats) -> Floats:
    n = data.own.size
    every = np.arange(n)
    own = reduced[data.own, every]
    value = np.minimum(reduced, 0.0).sum(axis=0) + np.maximum(own, 0.0)
    edge = np.where(band > 0, data.upper, data.lower)
    value -= np.where(band == 0, 0.0, np.where(band == 0, 0.0, edge) * band).sum(axis=1)
    return np.where(np.isfinite(own), value, np.inf)


def price(data: HessData, item: Floats, band: Floats) -> Prices:
    """Price every center and pair by the given multipliers.

    A positive band multiplier where there is no upper side counts as 0.
    """
    band = np.where((band > 0) & ~np.isfinite(data.upper), 0.0, band)
    reduced = _reduced(data, item, band)
    value = _values(data, reduced, band)
    if np.isfinite(value).sum() < data.k:
        bound = np.inf
    else:
        bound = float(item.sum() + np.partition(value, data.k - 1)[: data.k].sum())
    return Prices(bound=bound, item=item, band=band, value=value, reduced=reduced)


def subgradient(
    data: HessData, *, target: float, iterations: int, budget: Budget, start: Prices | None = None
) -> Prices:
    """Raise the bound by subgradient steps and return the best multipliers found.

    Parameters
    ----------
    data : HessData
    target : float
        An upper bound of the optimum, which sets the step; ``inf`` where none is known.
    iterations : int
        Most steps; fewer when the steps have become too short to matter.
    budget : Budget
    start : Prices, optional

    Notes
    -----
    O(q n m) a step. The band multipliers of a center only matter through its own value, so all of
    them are stepped at once, the item multipliers by the k centers chosen. Polyak steps with the
    factor shortened when the bound stalls.

    References
    ----------
    Held, Wolfe, Crowder: Validation of subgradient optimization, Mathematical Programming 6 (1974),
    https://doi.org/10.1007/BF01580223
    """
    q, n = data.cost.shape
    every = np.arange(n)
    if start is None:
        near = min(q, max(2, q // data.k))
        item = np.partition(data.cost, near - 1, axis=1)[:, :near]
        item = np.where(np.isfinite(item), item, 0.0).mean(axis=1) * 1.2
        band = np.zeros(data.lower.shape)
    else:
        item, band = start.item.copy(), start.band.copy()
    finite, reachable = np.isfinite(data.upper), np.isfinite(data.cost)
    scale = 0.006 * float(data.cost[reachable].mean()) * q / data.k
    best = price(data, item, band)
    best_item, best_band, best_bound = item, best.band, best.bound
    factor, stalled = 1.0, 0
    for step in range(iterations):
        if factor < 1e-4 or (step % 16 == 0 and budget.spent()):
            break
        reduced = _reduced(data, item, band)
        taken = reduced < 0
        taken[data.own, every] = True
        value = _values(data, reduced, band)
        if np.isfinite(value).sum() < data.k:
            break
        chosen = np.argpartition(value, data.k - 1)[: data.k]
        bound = float(item.sum() + value[chosen].sum())
        if bound > best_bound:
            if bound > best_bound + 1e-5 * abs(best_bound):
                stalled = 0
            best_item, best_band, best_bound = item, band, bound
        else:
            stalled += 1
        if stalled > 30:
            factor, stalled = factor * 0.7, 0
            item, band = best_item, best_band
            continue
        gradient = 1.0 - taken[:, chosen].sum(axis=1)
        goal = target if np.isfinite(target) else best_bound + 0.02 * abs(best_bound)
        length = factor * max(goal - bound, 1e-3 * abs(goal)) / max(float(gradient @ gradient), 1.0)
        load = taken.T.astype(np.float64) @ data.weight
        if data.travel_share.any():
            carried = np.where(taken & reachable, data.cost, 0.0).sum(axis=0)
            load = load + carried[:, None] * data.travel_share
        over, under = load - data.upper, load - data.lower
        push = np.where(band > 0, over, np.where(band < 0, under, 0.0))
        push = np.where(band == 0, np.maximum(over, 0.0) + np.minimum(under, 0.0), push)
        moved = band + (factor * scale / (1.0 + 0.002 * step)) * push
        moved = np.where((band * moved < 0) | ((moved > 0) & ~finite), 0.0, moved)
        item = item + length * gradient
        band = moved
    return price(data, best_item, best_band)


def open_after(data: HessData, prices: Prices, target: float) -> Bools:
    """Tell which pairs an assignment of cost `target` or less may use, shape (q, n).

    Opening center j in place of the k-th best costs its own excess, and using a pair of positive
    price costs that price more.
    """
    value = prices.value
    if np.isfinite(value).sum() < data.k:
        return np.zeros(data.cost.shape, dtype=np.bool_)
    kth = np.partition(value, data.k - 1)[data.k - 1]
    extra = np.maximum(prices.reduced, 0.0)
    extra[data.own, np.arange(value.size)] = 0.0
    total = prices.bound + np.maximum(value - kth, 0.0)[None, :] + extra
    slack = 1e-9 * max(1.0, abs(target))
    allowed: Bools = (total <= target + slack) & np.isfinite(data.cost)
    allowed[:, ~allowed[data.own, np.arange(value.size)]] = False
    return allowed
