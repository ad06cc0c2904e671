"""One pre-declared statistic of fairness: points of attainment for a standard deviation of size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory.messages import counted
from territory.wording import LIMIT, NONZERO

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["ALARM", "FEWEST", "FairnessTest", "correlation", "fairness_test"]

FEWEST = 5
"""Territories below which nothing is said."""
ALARM = 0.05
"""Share of fair cases that are called unfair, at most."""
_EQUIVALENT = 0.90
"""Confidence of the interval that must lie inside the margin: two tests at 5 percent each."""
_BLOCK = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessTest:
    """Whether attainment follows penetration.

    Attributes
    ----------
    n : int
        Territories.
    slope : float
        Points of attainment (fraction) more for a territory one standard deviation above the mean
        of the logarithm of its penetration.
    low, high : float
        90 % interval of the slope.
    p : float
        Probability of a slope as far from 0 where attainment does not follow penetration.
    margin : float
        Slope that still counts as fair.
    power : float
        Probability that quotas which are exactly fair are called so, with this many territories
        and this much chance.
    fair : bool or None
        True: the whole interval lies inside the margin. False: it does not, and the slope is shown.
        None: neither.
    """

    n: int
    slope: float
    low: float
    high: float
    p: float
    margin: float
    power: float
    fair: bool | None

    @property
    def words(self) -> str:
        """The verdict in a sentence without a full stop."""
        number = counted(self.n, "territory", "territories")
        if not np.isfinite(self.slope):
            return (
                f"cannot be judged: {number} with sales in both years and different penetrations "
                f"are needed, at least {FEWEST}"
            )
        figures = (
            f"{100 * self.slope:+.1f} points of attainment for a standard deviation of "
            f"penetration, 90 % interval {100 * self.low:+.1f} to {100 * self.high:+.1f}, "
            f"p = {self.p:.2f}; margin ± {100 * self.margin:.1f}"
        )
        if self.fair:
            return f"fair: attainment does not follow penetration ({figures})"
        if self.fair is False:
            way = "higher" if self.slope > 0 else "lower"
            return (
                f"not fair: territories with {way} penetration would have attained more ({figures})"
            )
        return (
            f"no unfairness shown, and none ruled out ({figures}): with {number} and this much "
            f"chance, fair quotas are recognised in {100 * self.power:.0f} % of cases"
        )


def fairness_test(
    size: Floats, attainment: Floats, *, margin: float, draws: int, seed: int
) -> FairnessTest:
    """Test whether attainment follows size, and whether it can be ruled out that it does.

    Parameters
    ----------
    size : (k,) float64
        Logarithm of the territories' penetration, or of their sales where potential is unknown.
    attainment : (k,) float64
        Fractions.
    margin : float, above 0
        Points of attainment (fraction) for a standard deviation of size that are still fair.
    draws : int
        Permutations.
    seed : int

    Notes
    -----
    The slope of least squares on the standardised size. Its standard error (HC2) lets chance differ
    by size: small territories scatter more. The probability under no dependence is found by
    permuting slope ÷ error, exact where chance is alike whatever its distribution, and by Student's
    t with the degrees of freedom of that error, which knows how few territories tell it where small
    ones scatter more; the larger of both counts. Equivalence is by two one-sided t tests. Their
    power is taken at a slope of 0 with the residuals' own spread.

    References
    ----------
    MacKinnon and White 1985, standard errors under unequal variances,
    doi:10.1016/0304-4076(85)90158-7. DiCiccio and Romano 2017, robust permutation tests for
    correlation and regression coefficients, doi:10.1080/01621459.2016.1202117.
    Schuirmann 1987, two one-sided tests, doi:10.1007/BF01068419. Phipson and Smyth 2010,
    permutation P-values should never be zero, doi:10.2202/1544-6115.1585.
    """
    from scipy.stats import t as student

    known = np.isfinite(size) & np.isfinite(attainment)
    x, y = size[known], attainment[known]
    n = len(x)
    if n < FEWEST or not x.std() > LIMIT:
        nothing = float("nan")
        return FairnessTest(
            n=n, slope=nothing, low=nothing, high=nothing, p=nothing, margin=margin,
            power=0.0, fair=None,
        )  # fmt: skip
    z = (x - x.mean()) / x.std()
    centered = y - y.mean()
    slope = float(z @ centered) / n
    free, error = _degrees(z), float(_error(z, centered[None, :])[0])
    reach = float(student.ppf((1 + _EQUIVALENT) / 2, free))
    low, high = slope - reach * error, slope + reach * error
    rng = np.random.default_rng([seed, 0xFA1])
    far = float(_by_error(np.array([slope]), np.array([error]))[0])
    least = far * (1.0 - LIMIT)
    beyond, step = 0, max(1, _BLOCK // n)
    for start in range(0, draws, step):
        block = min(step, draws - start)
        order = rng.permuted(np.broadcast_to(np.arange(n), (block, n)), axis=1)
        drawn = centered[order]
        beyond += int((_by_error(drawn @ z / n, _error(z, drawn)) >= least).sum())
    p = max((beyond + 1) / (draws + 1), float(2.0 * student.sf(far, free)))
    room = margin / error - reach if error > 0 else np.inf
    power = float(2 * student.cdf(room, free) - 1) if room > 0 else 0.0
    inside = -margin < low and high < margin
    fair = True if inside else False if p <= ALARM else None
    return FairnessTest(
        n=n, slope=slope, low=low, high=high, p=p, margin=margin, power=power, fair=fair
    )


def _error(z: Floats, centered: Floats) -> Floats:
    """Return the standard error of each row's slope on z, shape (draws,), by HC2.

    ``z``: (n,), mean 0 and standard deviation 1. ``centered``: (draws, n), mean 0.
    """
    n = len(z)
    left = centered - np.outer(centered @ z / n, z)
    leverage = (1.0 + z**2) / n
    weight = z**2 / np.maximum(1.0 - leverage, LIMIT)
    return np.asarray(np.sqrt(left**2 @ weight) / n, dtype=np.float64)


def _degrees(z: Floats) -> float:
    """Return the degrees of freedom of `_error`: fewer than n - 2, as few territories tell it most.

    Bell and McCaffrey 2002, by Imbens and Kolesár 2016, doi:10.1162/REST_a_00552.
    """
    n = len(z)
    left = np.eye(n) - (1.0 + np.outer(z, z)) / n
    root = np.sqrt(z**2 / np.maximum(np.diag(left), LIMIT))
    told = root[:, None] * left * root
    return float(np.trace(told) ** 2 / np.sum(told**2))


def _by_error(slope: Floats, error: Floats) -> Floats:
    """Return how many standard errors each slope is from 0; without any chance none, or endless."""
    size = np.abs(slope)
    sure = np.where(size > NONZERO, np.inf, 0.0)
    return np.where(error > NONZERO, size / np.maximum(error, NONZERO), sure)


def correlation(a: pd.Series, b: pd.Series) -> float:
    """Return Spearman's correlation; NaN where one side does not vary or fewer than three pairs."""
    from scipy.stats import rankdata

    known = a.notna() & b.notna()
    x, y = rankdata(a[known].round(12)), rankdata(b[known].round(12))
    if len(x) < 3 or not (x.std() > 0 and y.std() > 0):
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
