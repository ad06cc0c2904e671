"""Next year's sales by account, and how far a territory's may be from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.incentives.quota.basis import account_basis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase

    Floats = NDArray[np.float64]

__all__ = ["Noise", "expected_sales", "noise_of"]

TERRITORY_SD = 0.10
"""Planning default where the history is too short to measure a territory's own spread."""

_FEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Standard deviations of the logarithm of a year's sales.

    Attributes
    ----------
    company_sd : float
        Shared by all territories.
    territory_sd : float
        A territory's own.
    source : str
        Where the second one comes from, in words.
    """

    company_sd: float
    territory_sd: float
    source: str

    def draw(self, rng: np.random.Generator, draws: int, k: int) -> Floats:
        """Return (draws, k) factors with mean 1: one factor of the company, k of territories."""
        sd = np.array([self.company_sd, self.territory_sd])
        company = rng.standard_normal((draws, 1)) * sd[0] - sd[0] ** 2 / 2
        own = rng.standard_normal((draws, k)) * sd[1] - sd[1] ** 2 / 2
        return np.asarray(np.exp(company + own))


def expected_sales(case: IncentiveCase, goal_usd: float, alignment: Alignment) -> Floats:
    """Return (n,) next year's expected sales by account.

    The company is expected to sell `company_attainment` times its goal. What that is more than
    last year comes in part where headroom can turn into revenue within the year, in part where
    sales are (`growth_from_headroom`); a decline comes where sales are. An account that changes
    hands in the plan loses the revenue that the objective prices as at risk.
    """
    options = case.pay_plan.simulation
    last = np.maximum(case.last_usd, 0.0)
    reach = account_basis(case.accounts, case.last_usd, None, case.quota_plan)[
        "reachable_usd"
    ].to_numpy(dtype=np.float64)
    growth = goal_usd * options.company_attainment - last.sum()
    headroom = options.growth_from_headroom if growth > 0 and reach.sum() > 0 else 0.0
    headroom = 1.0 if growth > 0 and last.sum() == 0 else headroom
    expected = last.copy()
    for weight, source in ((1 - headroom, last), (headroom, reach)):
        if weight and source.sum() > 0:
            expected += growth * weight * source / source.sum()
    if alignment == "plan":
        expected -= np.minimum(case.accounts["at_risk_usd"].to_numpy(dtype=np.float64), expected)
    return np.maximum(expected, 0.0)


def noise_of(case: IncentiveCase) -> Noise:
    """Return how uncertain next year is.

    A territory's own spread is the standard deviation, between today's territories, of the
    logarithm of last year's growth less the company's. Two years show the company's growth only
    once, so the company's spread is always given.
    """
    options = case.pay_plan.simulation
    if options.territory_sd is not None:
        return Noise(
            company_sd=options.company_sd,
            territory_sd=options.territory_sd,
            source="given in the scenario",
        )
    alignment: Alignment = "today" if case.has_today else "plan"
    sales = case.sales
    if sales is not None and sales.n_years >= 2:
        years = pd.DataFrame({"first": sales.year(1), "second": sales.year(0)})
        sums = years.groupby(case.accounts[alignment].to_numpy()).sum()
        sums = sums[(sums > 0).all(axis=1) & (sums.index != "")]
        if len(sums) >= _FEWEST:
            growth = np.log(sums["second"] / sums["first"])
            own = growth - np.log(sums["second"].sum() / sums["first"].sum())
            return Noise(
                company_sd=options.company_sd,
                territory_sd=float(own.std(ddof=1)),
                source=f"measured in the history of {len(sums)} territories",
            )
    return Noise(
        company_sd=options.company_sd,
        territory_sd=TERRITORY_SD,
        source="planning default: the history is too short to measure it",
    )
