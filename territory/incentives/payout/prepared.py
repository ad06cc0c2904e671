"""Quotas and pay of a plan as arrays: all that they need of its accounts, reps and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory.arrays import Floats, Longs

if TYPE_CHECKING:
    from territory.incentives.facts import IncentiveCase
    from territory.inputs.scenario.incentives import PayPlan
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["Money", "MoneyHeld", "MoneyKeys", "MoneyReps", "money_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MoneyHeld:
    """What n accounts bring in; p pay plans, the company's the last.

    Attributes
    ----------
    retained_usd, captured_usd, momentum_usd : float64, shape (n,)
        See `forecast.outlook.Outlook`; what is at risk is not taken off.
    last_usd : float64, shape (n,)
    previous_usd, potential_usd, headroom_usd, reachable_usd : float64, shape (n,), or (0,)
        Only where quotas are a blend.
    won, won_usd, strategic_share, strategic_usd : float64, shape (p, n), or (p, 0)
        By plan: see `bonuses.bonuses_by`; none where no plan has such a bonus.
    """

    retained_usd: Floats
    captured_usd: Floats
    momentum_usd: Floats
    last_usd: Floats
    previous_usd: Floats
    potential_usd: Floats
    headroom_usd: Floats
    reachable_usd: Floats
    won: Floats
    won_usd: Floats
    strategic_share: Floats
    strategic_usd: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MoneyReps:
    """Who is paid: k territories, r reps.

    Attributes
    ----------
    paid_by : int64, shape (k,)
        The plan that the territory's rep is paid by.
    rep_territory, rep_plan, rep_district : int64, shape (r,)
        Positions; -1 = none.
    fte, pace, employed, wider, last_year_usd : float64, shape (r,)
        Pace is the mean of the year; NaN of last year = not known.
    """

    paid_by: Longs
    rep_territory: Longs
    rep_plan: Longs
    rep_district: Longs
    fte: Floats
    pace: Floats
    employed: Floats
    wider: Floats
    last_year_usd: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyKeys:
    """Numbers and keys beside the arrays.

    Attributes
    ----------
    display : str
        Scenario file, for messages.
    quotas, pay : mapping, pay None where the scenario has none
        The sections as they are written, by `model_dump`.
    roles : tuple of str
        Of the plans but the last; "" is the company's.
    goal_usd, seed, draws : int
    factor : float
        What expected sales are multiplied with, to a stated attainment.
    company_sd, territory_sd : float
        See `forecast.noise.Noise`.
    """

    display: str
    quotas: Mapping[str, object]
    pay: Mapping[str, object] | None
    roles: tuple[str, ...]
    goal_usd: int
    seed: int
    draws: int
    factor: float
    company_sd: float
    territory_sd: float

    def pay_plans(self) -> list[PayPlan]:
        """Return the plans that reps are paid by, the company's the last."""
        from territory.inputs.scenario.incentives import PayPlan

        plan = PayPlan.model_validate(self.pay)
        return [*(plan.of_role(role) for role in self.roles), plan]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Money:
    """Quotas and pay of a plan, prepared for judging moves."""

    held: MoneyHeld
    reps: MoneyReps
    keys: MoneyKeys


def money_of(plan: Plan, scenario: Scenario) -> Money | None:
    """Return what quotas and pay of the plan need, or None where moves change more than that.

    They do where areas grow apart and today's alignment does not tell the areas: then they are
    the plan's own territories.

    Raises
    ------
    InputError
        As `by_territory.money_by_territory`.
    """
    from territory.incentives.facts import incentive_case
    from territory.incentives.forecast.noise import noise_of
    from territory.incentives.forecast.outlook import outlook_of
    from territory.incentives.quota.quotas import company_goal

    case = incentive_case(scenario, plan)
    outlook, noise = outlook_of(case, "plan"), noise_of(case)
    if outlook.momentum is not None and not case.has_today:
        return None
    options, pay = case.quota_plan, scenario.pay
    none: Floats = np.zeros(0)
    previous = potential = none
    if options.blend is not None:
        two = case.sales is not None and case.sales.n_years >= 2
        previous = case.sales.year(1) if case.sales and two else np.full(len(case.accounts), np.nan)
        potential = case.accounts["potential_usd"].to_numpy(dtype=np.float64)
    goal, factor = company_goal(case), 1.0
    attained = None if pay is None else pay.simulation.company_attainment
    if attained is not None:
        whole = float(outlook_of(case, "today").expected_usd.sum())
        factor = attained * goal / whole if whole > 0 else 1.0
    bonuses = _bonuses(case)
    return Money(
        held=MoneyHeld(
            retained_usd=outlook.retained_usd,
            captured_usd=outlook.captured_usd,
            momentum_usd=outlook.momentum_usd,
            last_usd=case.last_usd,
            previous_usd=previous,
            potential_usd=potential,
            headroom_usd=outlook.headroom_usd if potential.size else none,
            reachable_usd=outlook.reach_usd if potential.size else none,
            won=bonuses[:, 0],
            won_usd=bonuses[:, 0] * bonuses[:, 1],
            strategic_share=bonuses[:, 2],
            strategic_usd=bonuses[:, 3],
        ),
        reps=_reps(case),
        keys=MoneyKeys(
            display=scenario.display,
            quotas=options.model_dump(mode="json"),
            pay=None if pay is None else pay.model_dump(mode="json"),
            roles=_roles(case),
            goal_usd=goal,
            seed=scenario.solve.seed,
            draws=1 if pay is None else pay.simulation.draws,
            factor=factor,
            company_sd=noise.company_sd,
            territory_sd=noise.territory_sd,
        ),
    )


def _roles(case: IncentiveCase) -> tuple[str, ...]:
    """Return the role of each plan of `roles.rep_plans`."""
    from territory.incentives.payout.roles import rep_roles

    return () if case.scenario.pay is None else tuple(dict.fromkeys(rep_roles(case).tolist()))


def _bonuses(case: IncentiveCase) -> Floats:
    """Return (p, 4, n) what `bonuses_by` says of each plan; n is 0 where none has a bonus."""
    from territory.incentives.payout.bonuses import bonuses_by
    from territory.incentives.payout.roles import rep_plans

    plans = [] if case.scenario.pay is None else [*(p for _, p in rep_plans(case)), case.pay_plan]
    if not any(each.new_logo is not None or each.strategic is not None for each in plans):
        return np.zeros((len(plans), 4, 0))
    return np.array([bonuses_by(case, each) for each in plans])


def _reps(case: IncentiveCase) -> MoneyReps:
    import pandas as pd

    from territory.incentives.payout.last_year import last_year
    from territory.incentives.payout.roles import rep_plans
    from territory.incentives.quota.quarters import wider

    ids, reps = case.territories("plan"), case.reps
    at = ids.get_indexer(pd.Index(reps["plan"])).astype(np.int64)
    own = np.zeros(len(reps), dtype=np.int64)
    paid_by = np.zeros(len(ids), dtype=np.int64)
    if case.scenario.pay is not None:
        plans = rep_plans(case)
        paid_by[:] = len(plans)
        for number, (here, _) in reversed(list(enumerate(plans))):
            own[here] = number
            paid_by[at[here & (at >= 0)]] = number
    names = case.team["district_id"].to_numpy(dtype=object)
    numbers = {name: place for place, name in enumerate(dict.fromkeys(names)) if name != ""}
    district = np.array([numbers.get(name, -1) for name in names], dtype=np.int64)
    return MoneyReps(
        paid_by=paid_by,
        rep_territory=at,
        rep_plan=own,
        rep_district=np.where(at >= 0, district[at], -1),
        fte=reps["fte"].to_numpy(dtype=np.float64),
        pace=case.paces().mean(axis=1),
        employed=case.employed(),
        wider=wider(case),
        last_year_usd=last_year(case).total_usd
        if case.scenario.pay is not None
        else np.full(len(reps), np.nan),
    )
