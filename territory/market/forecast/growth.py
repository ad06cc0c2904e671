"""Growth of each unit of a panel, pulled towards its group's; and the market's between editions."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.wording import NONZERO

__all__ = ["DECAY", "ForecastRefusedError", "Growth", "carry_forward", "growth_of", "windows"]


DECAY = 0.5
"""Weight of a growth against that of the window after it. Among 0.5 to 1, 0.5 is best on the
populations of US counties 2010 to 2016, judged in 2019 (DECISIONS.md, 24)."""


class ForecastRefusedError(Exception):
    """A history is too thin for a forecast; the text says what it has and what it would need."""


class Growth(NamedTuple):
    """Growth of each unit per period, shape (n,) each, as natural logarithms.

    ``rate`` is pulled towards the group's, ``sd`` is what remains unknown of it, ``weight`` (0–1)
    how much of the unit's own growth counts.
    """

    rate: Floats
    sd: Floats
    weight: Floats


def growth_of(
    values: Floats,
    *,
    season: int = 1,
    groups: NDArray[np.generic] | None = None,
    covariate: Floats | None = None,
) -> Growth:
    """Estimate each unit's growth per period, pulled towards its group's by empirical Bayes.

    Parameters
    ----------
    values : float64, shape (n, T), 0 and up
        Sales or volumes, oldest first, at least ``2 season`` periods.
    season : int, 1 and up
        Periods in a year where seasons matter; growth is read off sums of so many periods.
    groups : array, shape (n,), optional
        State, region or segment; all units are one group when left out.
    covariate : float64, shape (n,), optional
        What may tell growth beforehand (growth of the population, openings): units are pulled to
        what it foretells instead of to the group's mean. Standardised within the group; NaN is 0.

    Notes
    -----
    Two years show one growth, and nothing says how much of it was chance: each unit then grows as
    its group or the covariate says, and its own growth does not count (``weight`` 0).
    Else, with g_i a unit's weighted mean of logarithmic growths, s_i² its variance (half its own
    scatter, half a + b ÷ size fitted over all units) and τ² the spread in its group (method of
    moments), the rate is μ + τ² ÷ (τ² + s_i²) · (g_i − μ). O(n T).

    References
    ----------
    Efron, Morris: Data analysis using Stein's estimator and its generalizations, JASA 70 (1975),
    https://doi.org/10.1080/01621459.1975.10479864
    """
    sums = windows(np.asarray(values, dtype=np.float64), season)
    n = sums.shape[0]
    size = sums.mean(axis=1)
    # A unit that was empty in some year: a tenth of a usual size stands in for 0.
    usual = float(np.median(size[size > 0])) if (size > 0).any() else 1.0
    small = np.where((sums <= 0).any(axis=1), 0.1 * usual, 0.0)
    steps = np.diff(np.log(sums + small[:, None]), axis=1)
    steps = np.where(small[:, None] > 0, _winsorised(steps), steps)
    weight = DECAY ** np.arange(steps.shape[1] - 1, -1, -1.0)
    weight /= weight.sum()
    own = steps @ weight
    variance = _sampling_variance(steps, weight, own, size + small)
    rate, sd, share = np.empty(n), np.empty(n), np.empty(n)
    labels = (
        np.zeros(n, dtype=np.int64) if groups is None else np.unique(groups, return_inverse=True)[1]
    )
    for label in range(int(labels.max(initial=0)) + 1):
        at = np.flatnonzero(labels == label)
        if at.size:
            told = None if covariate is None else _standardised(covariate[at])
            counts = steps.shape[1] > 1
            rate[at], sd[at], share[at] = _shrunk(own[at], variance[at], told, counts=counts)
    return Growth(rate / season, sd / season, share)


def carry_forward(before: Floats, after: Floats) -> tuple[Floats, Floats, Floats]:
    """Bring an older edition to the newer one's date: the market's growth, with an 80 % interval.

    Parameters
    ----------
    before : float64, shape (n,), above 0
    after : float64, shape (n,)
        NaN where the newer edition does not have the unit; at least 10 must be known.

    Returns
    -------
    expected, low, high : float64, shape (n,)
        For every unit, known or not. The growth is the median of the known ratios, weighted by size
        (it makes Σ |forecast − actual| least); limits are the 10 and 90 % quantiles of the ratios
        among known units of like size.

    Raises
    ------
    ForecastRefusedError
        Fewer than 10 units are in both editions.
    """
    known = np.isfinite(after) & (before > 0)
    if known.sum() < 10:
        raise ForecastRefusedError(
            f"{int(known.sum())} units are in both editions; at least 10 are needed"
        )
    ratio, size = after[known] / before[known], before[known]
    classes = min(5, max(1, int(known.sum()) // 50))
    edges = np.quantile(size, np.linspace(0, 1, classes + 1)[1:-1])
    row, known_row = np.digitize(before, edges), np.digitize(size, edges)
    middle = np.full(before.size, _weighted_median(ratio, size))
    low, high = np.empty(before.size), np.empty(before.size)
    for each in range(classes):
        among, at = known_row == each, row == each
        low[at], high[at] = np.quantile(ratio[among], [0.1, 0.9])
    return before * middle, before * low, before * high


def windows(values: Floats, season: int) -> Floats:
    """Sums of whole seasons, newest last, shape (n, T // season)."""
    n, count = values.shape[0], values.shape[1] // season
    kept = values[:, values.shape[1] - count * season :]
    out: Floats = kept.reshape(n, count, season).sum(axis=2)
    return out


def _weighted_median(value: Floats, weight: Floats) -> float:
    order = np.argsort(value, kind="stable")
    reached = np.cumsum(weight[order])
    return float(value[order][np.searchsorted(reached, reached[-1] / 2)])


def _sampling_variance(steps: Floats, weight: Floats, own: Floats, size: Floats) -> Floats:
    """What a unit's mean growth varies by of itself, (n,): its own scatter and that of its size."""
    from scipy.optimize import nnls

    count = steps.shape[1]
    if count < 2:
        # One growth tells chance from difference only by size: what small units scatter more.
        return _by_size((own - np.median(own)) ** 2, size, nnls, constant=False)
    effective = 1.0 / float((weight**2).sum())
    scatter = ((steps - own[:, None]) ** 2) @ weight / (1.0 - 1.0 / effective) / effective
    out: Floats = 0.5 * scatter + 0.5 * _by_size(scatter, size, nnls)
    return out


def _winsorised(steps: Floats) -> Floats:
    """Pull steps beyond three robust deviations of their window in: won and lost accounts."""
    middle = np.median(steps, axis=0)
    spread = 1.4826 * np.median(np.abs(steps - middle), axis=0)
    limit = 3.0 * np.where(spread > 0, spread, np.inf)
    out: Floats = np.clip(steps, middle - limit, middle + limit)
    return out


def _by_size(
    scatter: Floats,
    size: Floats,
    nnls: Callable[[Floats, Floats], tuple[Floats, float]],
    *,
    constant: bool = True,
) -> Floats:
    """Fit scatter = a + b ÷ size, both at least 0, over all units; the fit, shape (n,)."""
    scale = float(np.median(size)) or 1.0
    rows = np.column_stack([np.ones_like(size), scale / np.maximum(size, 1e-3 * scale)])
    # Weighted by size: small units scatter most and would decide alone.
    level = np.sqrt(np.minimum(size / scale, 1.0))
    found, _ = nnls(rows * level[:, None], scatter * level)
    if not constant:
        rows = rows[:, 1:]
        found = found[1:]
    out: Floats = rows @ found
    return out


def _standardised(values: Floats) -> Floats | None:
    """Return values with mean 0 and deviation 1, NaN as 0; None where they are all the same."""
    known = np.isfinite(values)
    spread = float(values[known].std()) if known.sum() > 2 else 0.0
    if spread <= 0:
        return None
    out: Floats = np.where(known, (values - float(values[known].mean())) / spread, 0.0)
    return out


def _shrunk(
    own: Floats, variance: Floats, covariate: Floats | None = None, *, counts: bool = True
) -> tuple[Floats, Floats, Floats]:
    """Rates, what remains unknown of them, and the weight of each unit's own rate, (n,) each.

    Without `counts` a unit's own rate has no weight.
    """
    variance = np.maximum(variance, NONZERO)
    weight = 1.0 / (variance + np.median(variance) + NONZERO)
    middle = np.full(own.size, float(np.average(own, weights=weight)))
    between = 0.0
    for _ in range(20):
        between = max(float(np.mean((own - middle) ** 2 - variance)), 0.0)
        weight = 1.0 / (between + variance)
        mean = float((weight * own).sum() / weight.sum())
        if covariate is None:
            middle = np.full(own.size, mean)
        else:
            off = covariate - float((weight * covariate).sum() / weight.sum())
            slope = float((weight * off * own).sum() / max(float((weight * off**2).sum()), 1e-300))
            middle = mean + slope * off
    share = between / (between + variance)
    sd = np.sqrt(share * variance + (1.0 - share) ** 2 / (1.0 / (between + variance)).sum())
    if not counts:
        share = np.zeros_like(share)
    return middle + share * (own - middle), sd, share
