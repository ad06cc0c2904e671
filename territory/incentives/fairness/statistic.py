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
    The slope of least squares on the standardised size. Its probability under no dependence is
    found by permutation, exact whatever the errors' distribution; equivalence by two one-sided t
    tests. The power of those is taken at a slope of 0 with the residuals' own spread.

    References
    ----------
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
    free = n - 2
    error = float(np.sqrt(np.sum((centered - slope * z) ** 2) / free / n))
    reach = float(student.ppf((1 + _EQUIVALENT) / 2, free))
    low, high = slope - reach * error, slope + reach * error
    rng = np.random.default_rng([seed, 0xFA1])
    least = abs(slope) - NONZERO
    beyond, step = 0, max(1, _BLOCK // n)
    for start in range(0, draws, step):
        block = min(step, draws - start)
        order = rng.permuted(np.broadcast_to(np.arange(n), (block, n)), axis=1)
        beyond += int((np.abs(centered[order] @ z) / n >= least).sum())
    p = (beyond + 1) / (draws + 1)
    room = margin / error - reach if error > 0 else np.inf
    power = float(2 * student.cdf(room, free) - 1) if room > 0 else 0.0
    inside = -margin < low and high < margin
    fair = True if inside else False if p <= ALARM else None
    return FairnessTest(
        n=n, slope=slope, low=low, high=high, p=p, margin=margin, power=power, fair=fair
    )


def correlation(a: pd.Series, b: pd.Series) -> float:
    """Return Spearman's correlation; NaN where one side does not vary or fewer than three pairs."""
    from scipy.stats import rankdata

    known = a.notna() & b.notna()
    x, y = rankdata(a[known].round(12)), rankdata(b[known].round(12))
    if len(x) < 3 or not (x.std() > 0 and y.std() > 0):
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
