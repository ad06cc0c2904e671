"""How surely territories keep their bands, in closed form: what drawn futures come to on average.

A territory's potential and work beside the company's are taken as log-normal, with the variances
and the covariance that its items' own luck and what their units have in common add up to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.monitor.futures import MEASURES, work_follows

if TYPE_CHECKING:
    from territory.market.forecast.ahead import Ahead

__all__ = ["Chances", "Scatter", "chance_inside", "chances_of", "most_held"]


_NODES = 16
"""Of the integral over one measure, given the other; their chance is met within 0.002."""
_STEPS = 41
"""Planned deviations that are tried for the surest one."""
_EDGE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scatter:
    """What each of q territories is expected to have, and by how much it strays, by measure.

    Attributes
    ----------
    mean : float64, shape (q, m)
    own : float64, shape (q, m, m)
        Variances and covariances of sums of what items stray by of themselves.
    beside : float64, shape (q, m, m)
        Covariances with the company's sums.
    inside : float64, shape (q, units, m)
        What the territory has of each unit that strays as one.
    """

    mean: Floats
    own: Floats
    beside: Floats
    inside: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chances:
    """Items of a plan as what they are expected to be, and how far they stray.

    Attributes
    ----------
    measures : tuple of str
        Those that have to hold, of `MEASURES`.
    mean : float64, shape (n, m)
    own : float64, shape (n, m, m)
    beside : float64, shape (n, m, m)
        Covariances of each item with the company's sums.
    whole : float64, shape (m, m)
        Of the company's sums.
    unit : intp, shape (n,)
        Of each item, 0 and up.
    common : float64, shape (m, m)
        Relative covariances of what a unit has in common.
    tolerance : float64, shape (m,)
    """

    measures: tuple[str, ...]
    mean: Floats
    own: Floats
    beside: Floats
    whole: Floats
    unit: NDArray[np.intp]
    common: Floats
    tolerance: Floats

    def sums(self, assignment: NDArray[np.integer], k: int) -> Scatter:
        """Return what k territories of an assignment, (n,), come to."""
        m, units = len(self.measures), int(self.unit.max(initial=-1)) + 1
        mean, own, beside = np.zeros((k, m)), np.zeros((k, m, m)), np.zeros((k, m, m))
        inside = np.zeros((k, units, m))
        np.add.at(mean, assignment, self.mean)
        np.add.at(own, assignment, self.own)
        np.add.at(beside, assignment, self.beside)
        np.add.at(inside, (assignment, self.unit), self.mean)
        return Scatter(mean=mean, own=own, beside=beside, inside=inside)

    def of_units(self, inside: Floats) -> Floats:
        """Return the covariances, (…, m, m), of what units, (…, m), have in common."""
        return np.asarray(self.common * inside[..., :, None] * inside[..., None, :])

    def variance(self, scatter: Scatter) -> Floats:
        """Return covariances of the territories' sums, (q, m, m)."""
        squares = np.einsum("qui,quj->qij", scatter.inside, scatter.inside)
        return np.asarray(scatter.own + self.common * squares)

    def held(self, planned: Floats, mean: Floats, variance: Floats, beside: Floats) -> Floats:
        """Return how surely territories planned so far from their goals are inside all bands, (q,).

        Parameters
        ----------
        planned : float64, shape (q, m)
            Load ÷ goal − 1.
        mean : float64, shape (q, m)
        variance, beside : float64, shape (q, m, m)
            Of the territories' sums, and with the company's: goals follow its total.
        """
        total = self.mean.sum(axis=0)
        own = np.maximum(mean, _EDGE)
        tied = beside / (own[:, :, None] * total)
        relative = variance / (own[:, :, None] * own[:, None, :]) - tied - tied.swapaxes(1, 2)
        relative += self.whole / (total[:, None] * total)
        return chance_inside(planned, relative, self.tolerance)


def chance_inside(planned: Floats, variance: Floats, tolerance: Floats) -> Floats:
    """Return the chance that log-normal loads of mean 1 keep all bands, shape (q,).

    Parameters
    ----------
    planned : float64, shape (q, m)
        Where the load stands beside its goal when nothing strays, load ÷ goal − 1; m is 1 or 2.
    variance : float64, shape (q, m, m)
        Relative covariances.
    tolerance : float64, shape (m,)

    Examples
    --------
    A band of one standard deviation on either side holds in two of three futures:

    >>> sure = chance_inside(np.zeros((1, 1)), np.full((1, 1, 1), 0.01), np.array([0.1]))
    >>> round(float(sure[0]), 1)
    0.7
    """
    from scipy.special import ndtr, ndtri

    log = np.log1p(np.maximum(variance, -0.5))
    sd = np.sqrt(np.maximum(np.diagonal(log, axis1=1, axis2=2), _EDGE))
    low = (np.log((1.0 - tolerance) / (1.0 + planned)) + 0.5 * sd**2) / sd
    high = (np.log((1.0 + tolerance) / (1.0 + planned)) + 0.5 * sd**2) / sd
    below, above = ndtr(low), ndtr(high)
    if sd.shape[1] == 1:
        return np.asarray((above - below)[:, 0])
    tie = np.clip(log[:, 0, 1] / (sd[:, 0] * sd[:, 1]), -0.999, 0.999)[:, None]
    # Over the narrower band, beside which the other is seldom broken.
    first = (above - below).argmin(axis=1)
    row = np.arange(first.size)
    under, within = below[row, first][:, None], (above - below)[row, first][:, None]
    at = (np.arange(_NODES) + 0.5) / _NODES
    node = ndtri(np.clip(under + within * at, _EDGE, 1.0 - _EDGE))
    rest = np.sqrt(1.0 - tie**2)
    upper, lower = high[row, 1 - first][:, None], low[row, 1 - first][:, None]
    given = ndtr((upper - tie * node) / rest) - ndtr((lower - tie * node) / rest)
    return np.asarray(within[:, 0] * given.mean(axis=1))


def chances_of(
    accounts: pd.DataFrame,
    item: NDArray[np.integer],
    n: int,
    ahead: Ahead,
    tolerances: Mapping[str, float],
) -> Chances:
    """Return the law by which `futures.drawn_futures` draws, for the items of a problem.

    Parameters
    ----------
    accounts : DataFrame
        Of the plan, ``unit_id, potential_usd, service_h, travel_h``.
    item : int, shape (accounts,)
    n : int
        Items.
    ahead : Ahead
    tolerances : mapping of str to float
    """
    usd, hours, travel = (
        np.nan_to_num(accounts[name].to_numpy(float))
        for name in ("potential_usd", "service_h", "travel_h")
    )
    work = work_follows(usd, hours)
    codes, _ = pd.factorize(accounts["unit_id"].astype("str").str.split(":").str[0], sort=True)
    unit = np.zeros(n, dtype=np.intp)
    unit[item] = codes
    money = np.bincount(item, usd, n).astype(np.float64)
    hour = np.bincount(item, hours + travel, n).astype(np.float64)
    own, common = ahead.variances(money)
    power = {"potential_usd": 1.0, "workload_h": work}
    load = {"potential_usd": money, "workload_h": hour}
    names = tuple(name for name in MEASURES if name in tolerances)
    mean = np.column_stack([load[name] for name in names])
    tied = np.array([[power[one] * power[other] for other in names] for one in names])
    alone = mean[:, :, None] * mean[:, None, :] * np.expm1(np.log1p(own)[:, None, None] * tied)
    shared = np.expm1(common * tied)
    of_unit = np.zeros((int(unit.max(initial=-1)) + 1, len(names)))
    np.add.at(of_unit, unit, mean)
    return Chances(
        measures=names,
        mean=mean,
        own=alone,
        beside=alone + shared * (mean[:, :, None] * of_unit[unit][:, None, :]),
        whole=alone.sum(axis=0) + shared * (of_unit.T @ of_unit),
        unit=unit,
        common=shared,
        tolerance=np.array([tolerances[name] for name in names]),
    )


def most_held(share: Floats, ahead: Ahead, tolerance: float) -> Floats:
    """Return in how many futures a territory keeps its band of potential at most, shape (k,).

    Whatever accounts it has: the luck of each of itself adds up to what their potential together
    says, as it does for all the others, and only that is counted, planned where it is surest;
    nothing of what units have in common or of the work.

    Parameters
    ----------
    share : float64, shape (k,)
        Of the company's potential that is each territory's goal.
    ahead : Ahead
    tolerance : float
    """
    planned = np.linspace(-tolerance, tolerance, _STEPS)
    size = share[:, None] * (1.0 + planned) * ahead.sold_usd
    # Of the territory beside the company's total, which is the others' luck and its own.
    alone = ahead.luck.own_variance(size) * (1.0 - share[:, None] * (1.0 + planned))
    sure = chance_inside(
        np.broadcast_to(planned, size.shape).reshape(-1, 1),
        alone.reshape(-1, 1, 1),
        np.array([tolerance]),
    )
    return np.asarray(sure.reshape(size.shape).max(axis=1))
