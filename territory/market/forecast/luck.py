"""How far a place's potential strays from its forecast, beside the market, by size.

A quarter's sales scatter by what happened to be delivered in it, and a won or lost account changes
what is sold, not what could be. What counts is therefore read off whole years of accounts that
bought all along: by how much their growth missed the forecast at earlier origins of the history.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Bools, Floats
from territory.market.forecast.growth import growth_of
from territory.wording import NONZERO

__all__ = ["Luck", "luck_of"]


_ROUNDS = 12
_CLIP = 9.0
"""Squares count up to nine times what is fitted: one account's closed ward is no reason to think
that all others may have one."""
_SMALLEST = 1e-6
_ENOUGH = 0.5
"""Of all sales: that much must be of accounts that bought in every period; else those count that
bought in both years."""
_MEDIAN_SQUARE = 0.455
"""Median of a squared standard normal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Luck:
    """Variance of the logarithm of a place's growth beside the market's: common + by_size ÷ size.

    Attributes
    ----------
    common : float, 0 and up
        What does not average out in a large place.
    by_size : float, 0 and up
        Of a place as large as ``scale``: what comes of few accounts, each with its own growth.
    scale : float, above 0
        USD of sales in a season (a year of quarters).
    origins : int
        Earlier forecasts that it was read off; 0: the history only shows by how much growths
        differ, and all of that counts as unknown.
    """

    common: float
    by_size: float
    scale: float
    origins: int

    def own_variance(self, size: Floats) -> Floats:
        """Return what a place of some size varies by of itself, beside what is common.

        In proportion to 1 ÷ size: places that stray each for itself add up to as much as one place
        as large as all of them.
        """
        own = self.by_size * self.scale / np.maximum(size, _SMALLEST * self.scale)
        return np.asarray(own)


def luck_of(values: Floats, units: NDArray[np.intp], *, steps: int, season: int) -> Luck:
    """Return how far units stray over some periods.

    Parameters
    ----------
    values : float64, shape (n, T), 0 and up
        Sales by account and period, at least ``2 season`` periods.
    units : intp, shape (n,)
        Unit of each account, 0 and up.
    steps : int, 1 and up
        Periods ahead.
    season : int, 1 and up

    Notes
    -----
    What comes of the quarters' own scatter is taken off: potential does not know it. Without an
    earlier origin all of what units' yearly growth differed by counts, in proportion to
    the time ahead. Fitted by reweighted least squares with coefficients of at least 0, weighted by
    size because territories are sums of money: each square has a variance in proportion to the
    square of what is fitted.
    """
    values = np.asarray(values, dtype=np.float64)
    count = int(units.max(initial=-1)) + 1
    panel = np.zeros((count, values.shape[1]))
    np.add.at(panel, units, values)
    squares, chances, sizes = [], [], []
    ends = values.shape[1]
    origins = range(2 * season, ends - steps + 1)
    for origin in origins:
        rate = growth_of(panel[:, :origin], season=season).rate
        before, then = _alike(values, units, count, origin, origin + steps, season)
        squares.append(_beside(before, then, rate * steps) ** 2)
        chances.append((_of_chance(before) + _of_chance(then)) * min(1.0, steps / season))
        sizes.append(before.sum(axis=1))
    if not origins:
        ahead = (steps / season) ** 2
        for end in range(ends, 2 * season - 1, -season):
            before, then = _alike(values, units, count, end - season, end, season)
            squares.append(_beside(before, then, np.zeros(count)) ** 2 * ahead)
            chances.append((_of_chance(before) + _of_chance(then)) * ahead)
            sizes.append(before.sum(axis=1))
    square, chance, at = (np.concatenate(each) for each in (squares, chances, sizes))
    known = np.isfinite(square)
    if not known.any():
        return Luck(common=0.0, by_size=0.0, scale=1.0, origins=len(origins))
    scale = float(np.median(at[known]))
    share = at[known] / scale
    common, by_size = np.maximum(_fitted(square[known], share) - _fitted(chance[known], share), 0.0)
    return Luck(common=float(common), by_size=float(by_size), scale=scale, origins=len(origins))


def _fitted(square: Floats, share: Floats) -> Floats:
    """Fit squares as a + b ÷ share, both at least 0."""
    from scipy.optimize import nnls

    rows = np.column_stack([np.ones_like(share), 1.0 / share])
    fitted = np.full(share.size, float(np.median(square)) / _MEDIAN_SQUARE + NONZERO)
    found = np.zeros(2)
    for _ in range(_ROUNDS):
        weight = np.sqrt(share) / fitted
        aim = np.minimum(square, _CLIP * fitted)
        found, _ = nnls(rows * weight[:, None], aim * weight)
        fitted = np.maximum(rows @ found, NONZERO)
    return np.asarray(found)


def _alike(
    values: Floats, units: NDArray[np.intp], count: int, first: int, second: int, season: int
) -> tuple[Floats, Floats]:
    """Return units' sales by period, (m, season), in two seasons; of accounts that bought in both.

    The seasons end before the periods ``first`` and ``second``.
    """
    early, late = values[:, first - season : first], values[:, second - season : second]
    always: Bools = np.asarray((early > 0).all(axis=1) & (late > 0).all(axis=1))
    if late[always].sum() < _ENOUGH * late.sum():
        always = np.asarray((early.sum(axis=1) > 0) & (late.sum(axis=1) > 0))
    before, then = np.zeros((count, season)), np.zeros((count, season))
    np.add.at(before, units[always], early[always])
    np.add.at(then, units[always], late[always])
    return before, then


def _of_chance(sales: Floats) -> Floats:
    """Return what the logarithm of a year's sum varies by of its quarters' scatter, (m,).

    What is sold in a quarter scatters around the year and the season that all have in common; 0
    where a year has one period, or a quarter no sales.
    """
    season = sales.shape[1]
    if season < 2:
        return np.zeros(len(sales))
    known: Bools = np.asarray((sales > 0).all(axis=1))
    level = np.log(np.where(known[:, None], sales, 1.0))
    index = np.log(np.maximum(sales[known].sum(axis=0), NONZERO)) if known.any() else 0.0
    rest = level - index
    rest -= rest.mean(axis=1, keepdims=True)
    return np.where(known, (rest**2).sum(axis=1) / (season - 1) / season, 0.0)


def _beside(early: Floats, late: Floats, foretold: Floats) -> Floats:
    """Return logarithms by which units missed their forecast, the whole market's miss apart."""
    before, then = early.sum(axis=1), late.sum(axis=1)
    expected = before * np.exp(foretold)
    sold = (before > 0) & (then > 0)
    if not sold.any():
        return np.full(before.shape, np.nan)
    market = np.log(then[sold].sum() / expected[sold].sum())
    ratio = np.where(sold, then, 1.0) / np.where(sold, expected, 1.0)
    return np.where(sold, np.log(ratio) - market, np.nan)
