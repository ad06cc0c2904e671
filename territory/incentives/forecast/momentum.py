"""How much more an area grows than its accounts explain beyond chance, and what of it lasts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.messages import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["AreaYear", "Momentum", "area_year", "lasting_growth"]

_SURE = 0.95
"""Areas' growth is carried on only where it differs more than chance would in so many cases."""
_POWER = 0.8
"""In so many cases growth of the size that is told would have been found."""
_PRIOR_VARIANCE = 1.0 / 12.0
"""Of the part of an area's growth that lasts, before it is measured: anything from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaYear:
    """One year of areas, what their accounts explain taken off.

    Attributes
    ----------
    surplus : Series
        By area: logarithm of sold ÷ explained.
    chance : Series
        Its variance if accounts are independent: the sum of their squares ÷ explained².
    """

    surplus: pd.Series
    chance: pd.Series


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Momentum:
    """What of the areas' growth is carried on.

    Attributes
    ----------
    growth : Series
        By area: relative growth of next year beyond its accounts; 0 for all where the areas do not
        differ more than chance would have it.
    share : float
        Part of a year's growth, chance taken off, that lasts.
    source : str
        Where the share comes from, in words.
    spread : float
        Standard deviation of the last year's surplus as it was; NaN for fewer than two areas.
    doubt : float
        Standard deviation (root mean square over the areas) of what of their lasting growth the
        years do not tell; 0 where nothing is carried on.
    n_years : int
        Years of growth that it was told by.
    unseen : float
        Where areas differ no more than chance would have it: the growth (one standard deviation,
        a fraction a year) that would have been found in `_POWER` of such fields; else 0.
    """

    growth: pd.Series
    share: float
    source: str
    spread: float
    doubt: float = 0.0
    n_years: int = 0
    unseen: float = 0.0

    @property
    def words(self) -> str:
        """How far expected attainment may be off for it, in a sentence; "" where nothing is."""
        from scipy.special import ndtri

        k = len(self.growth)
        if self.unseen > 0:
            return (
                f"growth of areas is not carried on: they differ no more than chance would have "
                f"it; growth that differs by {100 * self.unseen:.1f} points from area to area (one "
                f"standard deviation) would have been found in {100 * _POWER:.0f} of 100 fields, "
                "smaller growth may be there, and expected attainment off by it"
            )
        if not self.doubt > 0:
            return ""
        far = self.doubt * float(ndtri(1.0 - 0.5 / (k + 1)))
        years = counted(self.n_years, "year")
        more = "; a year more of history would tell more" if self.n_years == 1 else ""
        return (
            f"areas grow apart beyond chance, and {years} of growth cannot tell how much of it "
            f"lasts: beside next year's luck, expected attainment may be off by "
            f"{100 * self.doubt:.1f} points (one standard deviation), in the farthest of "
            f"{counted(k, 'area')} by about {100 * far:.0f}{more}"
        )

    def of(self, area: pd.Series) -> Floats:
        """Return (n,) the growth of the areas of n accounts; 0 for those without one."""
        return np.asarray(area.map(self.growth).fillna(0.0).to_numpy(dtype=np.float64))


def area_year(area: pd.Series, fitted_usd: Floats, sold_usd: Floats) -> AreaYear:
    """Return what each area sold beyond what its accounts explain.

    Parameters
    ----------
    area : (n,) Series of str
        "" belongs to none.
    fitted_usd, sold_usd : (n,) float64
        Explained and real sales of a year.
    """
    frame = pd.DataFrame(
        {"fitted": fitted_usd, "sold": sold_usd, "square": (sold_usd - fitted_usd) ** 2}
    )
    sums = frame.groupby(area.to_numpy(), sort=True).sum()
    sums = sums[(sums["fitted"] > 0) & (sums["sold"] > 0) & (sums.index != "")]
    return AreaYear(
        surplus=pd.Series(np.log((sums["sold"] / sums["fitted"]).to_numpy()), index=sums.index),
        chance=sums["square"] / sums["fitted"] ** 2,
    )


def lasting_growth(years: Sequence[AreaYear], *, prior: float, measured: bool = True) -> Momentum:
    """Return the growth of areas that is expected to go on, from one year or several.

    Parameters
    ----------
    years : sequence of AreaYear, at least 1
        The latest first.
    prior : float, 0 to 1
        Part of an area's growth that lasts, where one year cannot tell.
    measured : bool
        Whether two years or more may tell it; else the prior holds.

    Notes
    -----
    A year's surplus is growth that lasts, growth that does not, and chance, with variances s·R,
    (1 - s)·R and the area's own. R is what the surpluses vary beyond chance (empirical Bayes);
    nothing is carried on where their chi-square is one that 95 of 100 fields without such growth
    stay below.
    The lasting share s is how alike neighbouring years are, drawn to the prior as if that were
    known within 0 to 1; what is expected of an area is the best linear prediction of its lasting
    growth from its years. O(areas · years³).

    References
    ----------
    Efron and Morris 1975, data analysis using Stein's estimator,
    doi:10.1080/01621459.1975.10479864.
    """
    last = years[0]
    ids = last.surplus.index
    spread = float(last.surplus.std(ddof=1)) if len(ids) > 1 else float("nan")
    told = "quotas.trend_weight"
    none = Momentum(growth=pd.Series(0.0, index=ids), share=prior, source=told, spread=spread)
    surplus = np.array([year.surplus.reindex(ids).to_numpy(dtype=np.float64) for year in years])
    chance = np.array([year.chance.reindex(ids).to_numpy(dtype=np.float64) for year in years])
    known = np.isfinite(surplus) & np.isfinite(chance)
    if len(ids) < 2:
        return none
    real = max(float((surplus[known] ** 2).mean() - chance[known].mean()), 0.0)
    square = surplus[known] ** 2
    sure = np.where(square > 0, np.inf, 0.0)  # of areas whose accounts leave nothing to chance
    beyond = float(np.divide(square, chance[known], out=sure, where=chance[known] > 0).sum())
    if not real > 0 or beyond <= _below(_SURE, int(known.sum())):
        return replace(none, unseen=_unseen(chance[known]), n_years=len(years))
    share, unsure = prior, _PRIOR_VARIANCE
    pairs = known[:-1] & known[1:]
    n = int(pairs.sum())
    if measured and n > 1:
        products = (surplus[:-1] * surplus[1:])[pairs]
        alike = float(products.mean()) / real
        error = float((surplus[known] ** 2).mean()) / real / np.sqrt(n)
        share = (alike / error**2 + prior / _PRIOR_VARIANCE) / (1 / error**2 + 1 / _PRIOR_VARIANCE)
        share = float(np.clip(share, 0.0, 1.0))
        unsure = 1.0 / (1.0 / error**2 + 1.0 / _PRIOR_VARIANCE)
        told = f"measured on {len(ids)} areas in {len(years)} years"
    growth, untold = np.zeros(len(ids)), np.zeros(len(ids))
    for at in range(len(ids)):
        here = known[:, at]
        table = share * real * np.ones((int(here.sum()),) * 2)
        table += np.diag((1.0 - share) * real + chance[here, at])
        weight = np.linalg.pinv(table) @ np.full(len(table), share * real)
        growth[at] = float(weight @ surplus[here, at])
        # What the years leave open where the share is known, and what the share leaves open.
        untold[at] = share * real * (1.0 - float(weight.sum()))
        untold[at] += unsure * (growth[at] / share) ** 2 if share > 0 else 0.0
    return Momentum(
        growth=pd.Series(np.expm1(growth), index=ids),
        share=share,
        source=told,
        spread=spread,
        doubt=float(np.sqrt(np.maximum(untold, 0.0).mean())),
        n_years=len(years),
    )


def _unseen(chance: Floats) -> float:
    """Return the spread of growth beside chance (n,) that is found in `_POWER` of fields.

    The surpluses' squares ÷ chance are then a chi-square of n, 1 + growth² ÷ chance times as large.
    """
    n = len(chance)
    larger = _below(_SURE, n) / _below(1.0 - _POWER, n)
    return float(np.sqrt(chance.mean() * (larger - 1.0)))


def _below(share: float, n: int) -> float:
    """Return what a share of sums of n squares of standard normal numbers stays below.

    As `scipy.stats.chi2.ppf`, whose package takes 0.2 s to load.
    """
    from scipy.special import gammaincinv

    return float(2.0 * gammaincinv(n / 2.0, share))
