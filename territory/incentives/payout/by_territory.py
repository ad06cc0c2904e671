"""Quota and expected pay that a plan means, territory by territory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["money_by_territory"]


def money_by_territory(plan: Plan, scenario: Scenario) -> pd.DataFrame:
    """Return quota, expected pay and what the rep gets at least of it, by territory.

    Returns
    -------
    DataFrame
        Index ``territory_id`` in the plan's order; ``quota_usd``, ``pay_usd`` where the scenario
        has a pay plan, ``pay_held_harmless_usd`` (not less than last year) where last year is
        known. Without quotas no column; NaN where a territory has no rep.

    Raises
    ------
    InputError
        The scenario's own files are not there, or what quotas and pay need is not in them.
    """
    from territory.incentives.facts import incentive_case
    from territory.incentives.payout.pay import pay_by_rep
    from territory.incentives.quota.quotas import quotas_of

    ids = pd.Index(plan.territories["territory_id"].astype("str"), name="territory_id")
    if scenario.quotas is None:
        return pd.DataFrame(index=ids)
    case = incentive_case(scenario, plan)
    table = pd.DataFrame({"quota_usd": quotas_of(case).quota_usd.astype(float)}).reindex(ids)
    if scenario.pay is not None:
        reps = pay_by_rep(case)
        # Of those without a territory in the plan there may be several.
        reps = reps[reps["plan_territory_id"].ne("")].set_index("plan_territory_id")
        table["pay_usd"] = reps["plan_pay_usd"].reindex(ids)
        if "last_year_usd" in reps:
            kept = reps[["plan_pay_usd", "last_year_usd"]].max(axis=1)
            table["pay_held_harmless_usd"] = kept.reindex(ids)
    return table
