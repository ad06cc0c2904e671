"""Groups in which some counts are only known to be small: a lognormal law that takes them in.

A count is suppressed because it is small. Without it a group's known counts are its large ones;
with half of its limit put in its place, an invented number becomes the peer of others. The law is
fitted to the known counts and to the fact that the suppressed ones lie below their limits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.wording import NONZERO

__all__ = ["LogNormal", "fit_below"]


_STEPS = 200
_LEAST_SIGMA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogNormal:
    """One law a group.

    Parameters
    ----------
    mu, sigma : (groups,) float64
        Mean and standard deviation of the logarithms; NaN where nothing is known.
    """

    mu: Floats
    sigma: Floats

    def quantile(self, share: float, groups: NDArray[np.int64]) -> Floats:
        """Return the value that a share of each group lies below."""
        from scipy.special import ndtri

        return np.asarray(np.exp(self.mu[groups] + self.sigma[groups] * ndtri(share)))

    def mean(self, groups: NDArray[np.int64]) -> Floats:
        """Return the mean of each group."""
        return np.asarray(np.exp(self.mu[groups] + self.sigma[groups] ** 2 / 2.0))

    def quantile_below(self, share: float, groups: NDArray[np.int64], most: Floats) -> Floats:
        """Return the quantile of those of each group that lie below a limit."""
        from scipy.special import ndtr, ndtri

        mu, sigma = self.mu[groups], self.sigma[groups]
        inside = np.maximum(ndtr((np.log(most) - mu) / sigma), NONZERO)
        return np.minimum(np.exp(mu + sigma * ndtri(share * inside)), most)

    def mean_below(self, groups: NDArray[np.int64], most: Floats) -> Floats:
        """Return the mean of those of each group that lie below a limit."""
        from scipy.special import ndtr

        mu, sigma = self.mu[groups], self.sigma[groups]
        z = (np.log(most) - mu) / sigma
        inside = np.maximum(ndtr(z), NONZERO)
        return np.minimum(np.exp(mu + sigma**2 / 2.0) * ndtr(z - sigma) / inside, most)


def fit_below(values: Floats, most: Floats, code: NDArray[np.int64], groups: int) -> LogNormal:
    """Fit one law a group to known counts and to limits of suppressed ones.

    Parameters
    ----------
    values : (n,) float64
        Above 0 where known, else NaN.
    most : (n,) float64
        Above 0 where a count is suppressed, else NaN.
    code : (n,) int64
        Group of each row.
    groups : int

    Notes
    -----
    Maximum likelihood by expectation and maximisation (Dempster, Laird and Rubin 1977,
    doi:10.1111/j.2517-6161.1977.tb01600.x); O(n) a step. A group without a known count has no law.
    """
    from scipy.special import log_ndtr

    known, below = np.isfinite(values) & (values > 0), np.isfinite(most) & (most > 0)
    n = np.bincount(code[known], minlength=groups).astype(np.float64)
    m = np.bincount(code[below], minlength=groups).astype(np.float64)
    x, at = np.log(values[known]), code[known]
    limit, under = np.log(most[below]), code[below]
    sums = np.bincount(at, x, minlength=groups)
    squares = np.bincount(at, x * x, minlength=groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        mu = sums / n
        sigma = np.maximum(np.sqrt(np.maximum(squares / n - mu**2, 0.0)), 0.5)
        for _ in range(_STEPS if len(limit) else 1):
            z = (limit - mu[under]) / sigma[under]
            # Mean and second moment of a normal variable below z.
            hazard = np.exp(-z * z / 2.0 - log_ndtr(z)) / np.sqrt(2.0 * np.pi)
            mean = mu[under] - sigma[under] * hazard
            second = sigma[under] ** 2 * (1.0 - z * hazard - hazard**2) + mean**2
            both = (sums + np.bincount(under, mean, minlength=groups)) / (n + m)
            more = (squares + np.bincount(under, second, minlength=groups)) / (n + m) - both**2
            spread = np.maximum(np.sqrt(np.maximum(more, 0.0)), _LEAST_SIGMA)
            change = np.nanmax(np.abs(np.concatenate([both - mu, spread - sigma, [0.0]])))
            mu, sigma = np.where(n > 0, both, np.nan), np.where(n > 0, spread, np.nan)
            if change < 1e-7:
                break
    return LogNormal(mu=mu, sigma=sigma)
