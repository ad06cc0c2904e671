"""Simulated earnings of every rep today and in the plan: who gains, who loses, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.incentives.forecast.noise import Noise, noise_of
from territory.incentives.payout.guarantee import guarantee_cost
from territory.incentives.payout.last_year import LastYear, last_year
from territory.incentives.payout.payplan import Earnings
from territory.incentives.payout.roles import paid, target_cents
from territory.incentives.payout.simulated_years import SimulatedYears, simulated_years

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import IncentiveCase
    from territory.incentives.quota.quotas import Quotas
    from territory.inputs.scenario.incentives import PayPlan

__all__ = ["SAME", "Pay", "pay_by_rep", "pay_of"]

SAME = 0.01
"""A mean that changes by less than this share of target pay is called about the same."""

_PARTS = ("base", "quota", "team", "new_logo", "strategic")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pay:
    """What a pay plan comes to.

    Attributes
    ----------
    plan : PayPlan
    reps : DataFrame
        One row a rep: ``rep_id, rep_name, fte, employed, role, target_pay_usd``, last year's
        earnings ``last_year_usd``; for ``today`` and ``plan``: ``X_territory_id, X_quota_usd,
        X_attainment`` (expected), ``X_pay_usd`` (mean), ``X_p10_usd, X_p90_usd``; then
        ``change_usd``, ``change_share``, ``less_share`` (of years in which the plan pays less)
        and ``outcome``: gains, loses, about the same, or new to the field. Money to the cent.
    cost : DataFrame
        ``item, today_usd, plan_usd, change_usd``: mean of each part of pay, of the whole with its
        10th and 90th percentile, and of the sales it is paid for.
    guarantee : DataFrame
        What holding reps harmless costs, what of it the new territories cause and in which year
        it accrues: see `guarantee_cost`.
    noise : Noise
    quotas : Quotas
        Of the plan.
    notes : tuple of str
    """

    plan: PayPlan
    reps: pd.DataFrame
    cost: pd.DataFrame
    guarantee: pd.DataFrame
    noise: Noise
    quotas: Quotas
    notes: tuple[str, ...] = ()

    def expected(self) -> list[float]:
        """Return where the reps are expected: attainment in the plan, unknown ones left out."""
        return [float(each) for each in self.reps["plan_attainment"].dropna()]


def pay_of(case: IncentiveCase) -> Pay:
    """Simulate next year's pay under today's alignment and the plan.

    Both alignments get quotas by the same method for the same goal and see the same years: the
    same draw of the company and of each rep.

    Raises
    ------
    InputError
        No [quotas] or [pay], quotas that cannot be set, or a team part by district where the plan
        has no districts.
    """
    # Of what a scenario lacks [pay] is told first.
    plan, noise = case.pay_plan, noise_of(case)
    years = simulated_years(case, noise)
    pays, before = _pays(case, years), last_year(case)
    return Pay(
        plan=plan,
        reps=_by_rep(case, years, pays, before),
        cost=_cost(years, pays),
        guarantee=guarantee_cost(case, years, before),
        noise=noise,
        quotas=years["plan"].quotas,
        notes=(*case.notes, *before.notes, *(n for y in years.values() for n in y.notes)),
    )


def pay_by_rep(case: IncentiveCase) -> pd.DataFrame:
    """Return `Pay.reps` alone: without what a guarantee would cost, a sixth of the work.

    Raises
    ------
    InputError
        As `pay_of`.
    """
    years = simulated_years(case, noise_of(case))
    return _by_rep(case, years, _pays(case, years), last_year(case))


def _pays(case: IncentiveCase, years: dict[str, SimulatedYears]) -> dict[str, Earnings]:
    return {name: _served(paid(case, part.year), part) for name, part in years.items()}


def _by_rep(
    case: IncentiveCase,
    years: dict[str, SimulatedYears],
    pays: dict[str, Earnings],
    before: LastYear,
) -> pd.DataFrame:
    reps = case.reps
    frame = pd.DataFrame(
        {
            "rep_id": reps["rep_id"],
            "rep_name": reps["rep_name"],
            "fte": reps["fte"].to_numpy(dtype=np.float64),
            "employed": case.employed(),
            "role": reps.get("role", ""),
            "target_pay_usd": target_cents(case) / 100.0,
            "last_year_usd": before.total_usd,
        }
    )
    for name in ("today", "plan"):
        if name in years:
            frame = frame.assign(**_columns(name, years[name], pays[name]))
    return _compared(frame, pays)


def _served(earnings: Earnings, years: SimulatedYears) -> Earnings:
    """Pay nothing to a rep without a territory."""
    return Earnings(**{part: getattr(earnings, part) * years.has_territory for part in _PARTS})


def _columns(name: str, years: SimulatedYears, pay: Earnings) -> dict[str, NDArray[np.generic]]:
    low, high = np.quantile(pay.total, [0.1, 0.9], axis=0)
    served = years.has_territory
    return {
        f"{name}_territory_id": years.territory_ids,
        f"{name}_quota_usd": years.quota_usd,
        f"{name}_attainment": np.where(served, years.year.attainment.mean(axis=0), np.nan),
        f"{name}_pay_usd": _usd(pay.total.mean(axis=0), served),
        f"{name}_p10_usd": _usd(low, served),
        f"{name}_p90_usd": _usd(high, served),
    }


def _compared(frame: pd.DataFrame, pays: dict[str, Earnings]) -> pd.DataFrame:
    if "today" not in pays:
        return frame
    change = (frame["plan_pay_usd"] - frame["today_pay_usd"]).round(2)
    less = (pays["plan"].total < pays["today"].total).mean(axis=0)
    share = change / frame["target_pay_usd"]
    outcome = np.select(
        [
            frame["plan_pay_usd"].isna(),
            frame["today_pay_usd"].isna(),
            share > SAME,
            share < -SAME,
        ],
        ["leaves the field", "new to the field", "gains", "loses"],
        default="about the same",
    )
    return frame.assign(
        change_usd=change,
        change_share=share,
        less_share=np.where(change.isna(), np.nan, less),
        outcome=outcome,
    )


def _cost(years: dict[str, SimulatedYears], pays: dict[str, Earnings]) -> pd.DataFrame:
    columns: dict[str, list[float]] = {}
    for name, pay in pays.items():
        total = pay.total.sum(axis=1)
        low, high = np.quantile(total, [0.1, 0.9])
        values = [float(getattr(pay, part).sum(axis=1).mean()) for part in _PARTS]
        # The whole is the sum of its rounded parts, so that a reader can add them up.
        cents = [round(value) for value in values]
        money = [*cents, sum(cents), round(low), round(high)]
        columns[f"{name}_usd"] = [
            *(value / 100.0 for value in money),
            round(float(years[name].sales_usd.mean()), 2),
        ]
    items = [
        "base",
        "own quota",
        "team",
        "new-logo bonus",
        "strategic-account bonus",
        "total pay",
        "total pay, 10th percentile",
        "total pay, 90th percentile",
        "sales",
    ]
    frame = pd.DataFrame({"item": items, **columns})
    if "today_usd" in frame:
        frame["change_usd"] = (frame["plan_usd"] - frame["today_usd"]).round(2)
    return frame


def _usd(cents: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.where(known, np.round(cents) / 100.0, np.nan)
