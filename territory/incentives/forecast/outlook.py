"""Next year's expected sales by account: what is retained, and what headroom brings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.incentives.forecast.momentum import Momentum, area_year, lasting_growth
from territory.incentives.forecast.rates import Drivers, Rates, default_rates, fit_rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase
    from territory.inputs.time.sales import Sales

    Floats = NDArray[np.float64]

__all__ = [
    "Outlook",
    "areas_of",
    "drivers_of",
    "headroom_usd",
    "held_usd",
    "known_share",
    "momentum_of",
    "outlook_of",
    "rates_of",
    "sales_cycles",
    "tier_order",
]

_QUARTERS = 4
_MONTHS = 12.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """What n accounts are expected to buy next year, if nothing about the lines changes.

    Attributes
    ----------
    retained_usd, captured_usd : (n,) float64
        Last year's sales carried on; headroom that comes in.
    momentum_usd : (n,) float64
        Growth of the account's area beyond its accounts and beyond chance, as far as it lasts.
    at_risk_usd : (n,) float64
        Revenue lost because the account gets another rep; 0 for today's alignment.
    headroom_usd, reach_usd : (n,) float64
        Potential less own sales and what competitors hold; of it, what can be revenue in a year.
    cycle_months : (n,) float64
    rates : Rates
    momentum : Momentum or None
        Growth of the areas beyond their accounts and beyond chance, as far as it lasts; None
        where no year is explained.
    """

    retained_usd: Floats
    captured_usd: Floats
    momentum_usd: Floats
    at_risk_usd: Floats
    headroom_usd: Floats
    reach_usd: Floats
    cycle_months: Floats
    rates: Rates
    momentum: Momentum | None

    @property
    def territory_sd(self) -> float:
        """Spread of real around explained sales of a territory (logarithm); NaN = not measured."""
        return float("nan") if self.momentum is None else self.momentum.spread

    @property
    def n_territories(self) -> int:
        """Territories that the spread was measured on."""
        return 0 if self.momentum is None else len(self.momentum.growth)

    @property
    def lasting(self) -> pd.Series:
        """By area: its growth beyond its accounts and beyond chance, as far as it lasts."""
        return pd.Series(dtype=np.float64) if self.momentum is None else self.momentum.growth

    @property
    def expected_usd(self) -> Floats:
        """Return (n,) the expected sales, what is at risk taken off; at least 0."""
        gross = self.retained_usd + self.captured_usd + self.momentum_usd
        return np.asarray(np.maximum(gross - self.at_risk_usd, 0.0))


def tier_order(case: IncentiveCase) -> list[str]:
    """Return the tiers, the best first: by [tiers] names, others after them by name."""
    options = getattr(case.scenario, "tiers", None)
    named = list(options.names) if options is not None else []
    found = sorted(set(case.accounts["tier"]) - set(named))
    return [*named, *found]


def outlook_of(case: IncentiveCase, alignment: Alignment) -> Outlook:
    """Return what the accounts are expected to buy under an alignment.

    The rates are measured on the two last years of the history where there are as many, unless
    the scenario writes them; they and the sales they are applied to belong to the accounts, so
    territories' lines change nothing but the revenue at risk.
    """
    rates, fitted = rates_of(case)
    now = drivers_of(case, case.sales, case.last_usd)
    retained, captured = rates.retained(now), rates.captured(now)
    found = momentum_of(case, fitted)
    momentum = np.zeros(len(retained))
    if found is not None:
        momentum = found.of(areas_of(case)) * (retained + captured)
    gross = retained + captured + momentum
    risk = np.zeros(len(gross))
    if alignment == "plan":
        at_risk = case.accounts["at_risk_usd"].to_numpy(dtype=np.float64)
        risk = np.clip(at_risk, 0.0, np.maximum(gross, 0.0))
    own = np.maximum(case.last_usd, 0.0)
    return Outlook(
        retained_usd=retained,
        captured_usd=captured,
        momentum_usd=momentum,
        at_risk_usd=risk,
        headroom_usd=headroom_usd(case, own),
        reach_usd=now.reach_usd,
        cycle_months=_cycle(case),
        rates=rates,
        momentum=found,
    )


def areas_of(case: IncentiveCase) -> pd.Series:
    """Return (n,) the area whose growth an account has: today's territory, else the plan's."""
    areas: pd.Series = case.accounts["today" if case.has_today else "plan"]
    return areas


def momentum_of(
    case: IncentiveCase, fitted_usd: Floats | None, *, back: int = 0
) -> Momentum | None:
    """Return the growth of areas that is carried on into a year; None where nothing is explained.

    Parameters
    ----------
    case : IncentiveCase
    fitted_usd : (n,) float64 or None
        What the accounts explain of the year before it.
    back : int
        0: carried on into next year, by the last ones; 1: into the last year, by those before.

    Notes
    -----
    With two years of sales one growth is known, and `quotas.trend_weight` of it lasts. With three
    or more the share that lasts is measured, unless the scenario writes one.
    """
    sales, options = case.sales, case.quota_plan
    if fitted_usd is None or sales is None:
        return None
    years = [area_year(areas_of(case), fitted_usd, sales.year(back))]
    measured = options.trend_weight is None
    for earlier in range(back + 1, sales.n_years - 1) if measured else ():
        _, explained = rates_of(case, back=earlier)
        if explained is not None:
            years.append(area_year(areas_of(case), explained, sales.year(earlier)))
    found = lasting_growth(years, prior=options.lasting_share, measured=measured)
    limit = options.trend_limit
    return replace(found, growth=found.growth.clip(-limit, limit))


def rates_of(
    case: IncentiveCase, chosen: NDArray[np.bool_] | None = None, *, back: int = 0
) -> tuple[Rates, Floats | None]:
    """Return the rates, and what they would have said of a year's sales of each account.

    Parameters
    ----------
    case : IncentiveCase
    chosen : (n,) bool, optional
        Accounts that the rates are measured on; all when not given.
    back : int
        Year whose sales they are measured by: 0 the last, 1 the one before.
    """
    options, tiers, sales = case.quota_plan, tier_order(case), case.sales
    if sales is None or sales.n_years < 2 + back:
        return default_rates(
            tiers, retention=options.retention, capture=dict(options.capture)
        ), None
    sold, earlier = sales.year(back), sales.year(back + 1)
    before = drivers_of(case, sales, earlier, back=back + 1)
    potential = case.accounts["potential_usd"].to_numpy(dtype=np.float64)
    scale = np.maximum(potential, np.maximum(earlier, sold))
    keep = np.ones(len(scale), dtype=np.bool_) if chosen is None else chosen
    measured = fit_rates(before.part(keep), sold[keep], scale[keep], tiers)
    if measured is None:
        few = "planning defaults: too few accounts bought in the last two years to measure them"
        rates = default_rates(
            tiers, retention=options.retention, capture=dict(options.capture), source=few
        )
    else:
        rates = _overridden(measured, case)
    return rates, rates.retained(before) + rates.captured(before)


def _overridden(rates: Rates, case: IncentiveCase) -> Rates:
    """Put what the scenario writes in the place of what was measured."""
    options = case.quota_plan
    if options.retention is None and not options.capture:
        return rates
    keep = 1.0
    if options.retention is not None and rates.early + rates.late > 0:
        keep = options.retention / (rates.early + rates.late)
    capture = {
        (tier, customer): options.capture.get(tier, rate)
        for (tier, customer), rate in rates.capture.items()
    }
    return Rates(
        early=keep * rates.early,
        late=keep * rates.late,
        fresh=keep * rates.fresh,
        lapsed=keep * rates.lapsed,
        capture=capture,
        source=f"the scenario's; the rest {rates.source}",
    )


def drivers_of(
    case: IncentiveCase, sales: Sales | None, own_usd: Floats, *, back: int = 0
) -> Drivers:
    """Return what the sales of the year after are explained by.

    Parameters
    ----------
    case : IncentiveCase
    sales : Sales or None
        Without them both halves are the year.
    own_usd : (n,) float64
        Sales of the year.
    back : int
        0 for the last four quarters, 1 for the four before.
    """
    own = np.maximum(own_usd, 0.0)
    early = late = own
    if sales is not None and sales.n_years > back:
        end = sales.revenue_usd.shape[1] - _QUARTERS * back
        by_quarter = np.maximum(sales.revenue_usd[:, end - _QUARTERS : end], 0.0)
        level = _season_of(sales, end)
        plain = by_quarter / level
        # Both halves sum to the year as it was, whatever the season says.
        total = plain.sum(axis=1)
        factor = np.divide(own, total, out=np.zeros_like(own), where=total > 0)
        early, late = (2.0 * plain[:, at].sum(axis=1) * factor for at in (slice(0, 2), slice(2, 4)))
    cycle = _cycle(case)
    within = np.maximum(_MONTHS - cycle, 0.0) / _MONTHS
    return Drivers(
        early_usd=early,
        late_usd=late,
        reach_usd=headroom_usd(case, own) * within,
        tier=case.accounts["tier"].to_numpy(dtype=object),
        customer=own > 0,
    )


def _season_of(sales: Sales, end: int) -> Floats:
    """Return (4,) each quarter's level by the company's season, 1 on average."""
    by_month = sales.season()
    numbers = (sales.first + end - _QUARTERS + np.arange(_QUARTERS)) % _QUARTERS
    level = _QUARTERS * 3.0 * by_month[3 * numbers]
    return np.where(level > 0, level, 1.0)


def held_usd(case: IncentiveCase) -> Floats:
    """Return (n,) what competitors hold; where it is not known, the known accounts' mean share."""
    accounts = case.accounts
    if "competitor_usd" not in accounts:
        return np.zeros(len(accounts))
    held = accounts["competitor_usd"].to_numpy(dtype=np.float64)
    potential = accounts["potential_usd"].to_numpy(dtype=np.float64)
    return np.where(np.isfinite(held), held, known_share(case) * potential)


def known_share(case: IncentiveCase) -> float:
    """Return competitors' share of the potential of the accounts where it is known; else 0."""
    held = case.accounts["competitor_usd"].to_numpy(dtype=np.float64)
    known = np.isfinite(held)
    whole = float(case.accounts["potential_usd"].to_numpy(dtype=np.float64)[known].sum())
    return float(held[known].sum()) / whole if whole > 0 else 0.0


def headroom_usd(case: IncentiveCase, own: Floats) -> Floats:
    """Return (n,) potential less own sales and what competitors hold, at least 0."""
    potential = case.accounts["potential_usd"].to_numpy(dtype=np.float64)
    held = case.quota_plan.competitor_hold * held_usd(case)
    return np.asarray(np.maximum(potential - own - held, 0.0))


def _cycle(case: IncentiveCase) -> Floats:
    months = case.accounts["type"].map(sales_cycles(case))
    return np.asarray(months.to_numpy(), dtype=np.float64)


def sales_cycles(case: IncentiveCase) -> dict[str, float]:
    """Return months from the first talk to revenue by type: of won deals where known, else given.

    A type that neither knows has those of ``other``.
    """
    months = {**case.quota_plan.sales_cycle_months, **case.cycle_months}
    other = months.get("other", 6.0)
    kinds = case.accounts["type"].unique().tolist()
    return {str(kind): float(months.get(kind, other)) for kind in kinds}
