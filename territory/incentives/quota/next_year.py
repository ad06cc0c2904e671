"""Next year by territory: expected sales and attainment with their interval, by quarter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.currency import money
from territory.incentives.forecast.noise import Noise, noise_of
from territory.incentives.forecast.outlook import outlook_of
from territory.incentives.quota.quotas import Quotas, quotas_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase

    Floats = NDArray[np.float64]

__all__ = [
    "BALANCED",
    "AtQuota",
    "Forecast",
    "at_quota",
    "forecast_of",
    "month_shares",
    "next_quarters",
    "quarter_shares",
]

BALANCED = (0.60, 0.65)
"""Share of reps at or over quota that the field calls balanced."""

_QUARTERS = 4
_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class AtQuota:
    """How many reps are expected at or over quota, and the goals that would make it 60 to 65 %.

    Attributes
    ----------
    share : float
        Expected share of the territories that have a rep.
    low, high : float
        10th and 90th percentile of the share over the drawn years.
    goal_usd : int
    balanced_low_usd, balanced_high_usd : int
        The company's goal with which 65 and 60 % would be; quotas in the same proportions.
    """

    share: float
    low: float
    high: float
    goal_usd: int
    balanced_low_usd: int
    balanced_high_usd: int

    @property
    def words(self) -> str:
        """The share beside the benchmark, in a sentence without a full stop."""
        least, most = (f"{100 * value:.0f}" for value in BALANCED)
        place = "below" if self.share < BALANCED[0] else "above"
        said = "within" if BALANCED[0] <= self.share <= BALANCED[1] else place
        return (
            f"{100 * self.share:.0f} % of reps are expected at or over quota (in 8 of 10 years "
            f"{100 * self.low:.0f} to {100 * self.high:.0f} %), {said} the {least} to {most} % "
            f"that is called balanced; a company goal of {money(self.balanced_low_usd)} to "
            f"{money(self.balanced_high_usd)} would give that (it is {money(self.goal_usd)})"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """Next year of one alignment.

    Attributes
    ----------
    table : DataFrame
        Indexed by territory: ``last_usd, expected_usd, p10_usd, p90_usd, quota_usd, attainment,
        attainment_p10, attainment_p90, at_quota_probability``, then for each quarter Q
        ``Q_expected_usd, Q_p10_usd, Q_p90_usd``.
    company : mapping of str to float
        ``last_usd, expected_usd, p10_usd, p90_usd, goal_usd, attainment`` (of the goal).
    quarters : tuple of str
        Names, as in 2025-Q1, or their first months, as in 2025-02, where they are none of the
        calendar.
    by_quarter : DataFrame
        The company's: ``quarter, expected_usd, p10_usd, p90_usd``.
    at_quota : AtQuota
    noise : Noise
    source : str
        Where the rates come from.
    notes : tuple of str
        What the history cannot tell.
    """

    table: pd.DataFrame
    company: dict[str, float]
    quarters: tuple[str, ...]
    by_quarter: pd.DataFrame
    at_quota: AtQuota
    noise: Noise
    source: str
    notes: tuple[str, ...] = ()

    def company_table(self) -> pd.DataFrame:
        """Return the company's year and its quarters, a row each.

        Returns
        -------
        DataFrame
            ``period`` (year, or the quarter's name), ``last_usd`` (the year only), ``expected_usd,
            p10_usd, p90_usd, goal_usd, attainment`` (the year only).
        """
        year = {"period": "year", **self.company}
        quarters = self.by_quarter.rename(columns={"quarter": "period"})
        return pd.concat([pd.DataFrame([year]), quarters], ignore_index=True)


def next_quarters(case: IncentiveCase) -> tuple[str, ...]:
    """Return the names of the planned year's quarters; Q1 to Q4 where nothing tells which."""
    first = case.first_month()
    if first is None:
        return tuple(f"Q{at + 1}" for at in range(_QUARTERS))
    months = [divmod(first + 3 * at, 12) for at in range(_QUARTERS)]
    return tuple(
        f"{year}-Q{month // 3 + 1}" if month % 3 == 0 else f"{year}-{month + 1:02d}"
        for year, month in months
    )


def month_shares(case: IncentiveCase) -> Floats:
    """Return (12,) the share of a year's sales in each month of the planned year."""
    if case.sales is None:
        return np.full(12, 1.0 / 12.0)
    return np.roll(case.sales.season(), -((case.first_month() or 0) % 12))


def quarter_shares(case: IncentiveCase) -> Floats:
    """Return (4,) the share of a year's sales in each quarter of the planned year."""
    share = month_shares(case).reshape(_QUARTERS, 3).sum(axis=1)
    return np.asarray(share / share.sum())


def forecast_of(case: IncentiveCase, alignment: Alignment = "plan") -> Forecast:
    """Return expected sales and attainment of every territory, with 10th and 90th percentile.

    Notes
    -----
    A territory's year is its expected sales times a factor of the company and one of its own, both
    lognormal with mean 1 (`Noise`). The own factors of its quarters are taken as independent, so a
    quarter's spread is twice the year's; the company's factor is the same in all of them. Sums are
    drawn, never sums of percentiles.
    """
    outlook, quotas, noise = outlook_of(case, alignment), quotas_of(case, alignment), noise_of(case)
    ids = quotas.table.index
    expected = _by_territory(outlook.expected_usd, case.accounts[alignment], ids)
    rest = float(outlook.expected_usd.sum()) - float(expected.sum())
    draws = case.quota_plan.draws
    rng = np.random.default_rng([case.scenario.solve.seed, 0xF0CA])
    k = len(ids)
    factors = noise.draw(rng, draws, k + 1)
    sales = factors[:, :-1] * expected
    quota = quotas.quota_usd.to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        attained = np.where(quota > 0, sales / quota, np.nan)
        mean = np.where(quota > 0, expected / quota, np.nan)
    low, high = np.quantile(sales, [_LOW, _HIGH], axis=0)
    table = pd.DataFrame(
        {
            "last_usd": quotas.table["last_usd"].to_numpy(dtype=np.float64),
            "expected_usd": expected,
            "p10_usd": low,
            "p90_usd": high,
            "quota_usd": quotas.quota_usd.to_numpy(),
            "attainment": mean,
            "attainment_p10": np.where(quota > 0, low / np.maximum(quota, 1), np.nan),
            "attainment_p90": np.where(quota > 0, high / np.maximum(quota, 1), np.nan),
            "at_quota_probability": np.where(quota > 0, (attained >= 1.0).mean(axis=0), np.nan),
        },
        index=ids,
    )
    names, shares = next_quarters(case), quarter_shares(case)
    wide = Noise(
        company_sd=noise.company_sd, territory_sd=2.0 * noise.territory_sd, source=noise.source
    )
    company_quarters = []
    for name, share in zip(names, shares, strict=True):
        drawn = wide.draw(rng, draws, k + 1) * (share * np.append(expected, rest))
        low, high = np.quantile(drawn.sum(axis=1), [_LOW, _HIGH])
        whole = share * float(outlook.expected_usd.sum())
        company_quarters.append((name, round(whole, 2), round(low, 2), round(high, 2)))
        drawn = drawn[:, :-1]
        table[f"{name}_expected_usd"] = share * expected
        table[f"{name}_p10_usd"], table[f"{name}_p90_usd"] = np.quantile(
            drawn, [_LOW, _HIGH], axis=0
        )
    company = sales.sum(axis=1) + rest * factors[:, -1]
    bottom, top = np.quantile(company, [_LOW, _HIGH])
    money = [name for name in table.columns if name.endswith("_usd") and name != "quota_usd"]
    return Forecast(
        table=table.assign(**{name: table[name].round(2) for name in money}),
        company={
            "last_usd": round(float(case.last_usd.sum()), 2),
            "expected_usd": round(float(outlook.expected_usd.sum()), 2),
            "p10_usd": round(float(bottom), 2),
            "p90_usd": round(float(top), 2),
            "goal_usd": float(quotas.goal_usd),
            "attainment": float(outlook.expected_usd.sum()) / quotas.goal_usd,
        },
        quarters=names,
        by_quarter=pd.DataFrame(
            company_quarters, columns=["quarter", "expected_usd", "p10_usd", "p90_usd"]
        ),
        at_quota=at_quota(case, quotas, sales, alignment),
        noise=noise,
        source=outlook.rates.source,
        notes=() if outlook.momentum is None else tuple(filter(None, [outlook.momentum.words])),
    )


def at_quota(
    case: IncentiveCase, quotas: Quotas, sales_usd: Floats, alignment: Alignment
) -> AtQuota:
    """Return the share of reps at or over quota over drawn years, (draws, k) sales."""
    quota = quotas.quota_usd.to_numpy(dtype=np.float64)
    staffed = set(case.reps[alignment]) - {""}
    judged = (quota > 0) & quotas.table.index.isin(staffed)
    if not judged.any():
        judged = quota > 0
    ratio = sales_usd[:, judged] / quota[judged]
    shares = (ratio >= 1.0).mean(axis=1)
    low, high = np.quantile(shares, [_LOW, _HIGH])
    goals = [quotas.goal_usd * float(np.quantile(ratio, 1.0 - share)) for share in BALANCED]
    return AtQuota(
        share=float(shares.mean()),
        low=float(low),
        high=float(high),
        goal_usd=quotas.goal_usd,
        balanced_low_usd=round(goals[1]),
        balanced_high_usd=round(goals[0]),
    )


def _by_territory(values: Floats, territory: pd.Series, ids: pd.Index) -> Floats:
    sums = pd.Series(values).groupby(territory.to_numpy()).sum().reindex(ids).fillna(0.0)
    return np.asarray(sums.to_numpy(dtype=np.float64))
