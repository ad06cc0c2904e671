"""Make the briefs of a plan from all that its scenario knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from territory.currency import speaks
from territory.errors import InputError
from territory.inputs.scenario.rollout import ResourceKeys
from territory.messages import Message
from territory.rollout.briefs.facts import briefs_of
from territory.rollout.change_set import ChangeSet, change_set, current_reps
from territory.rollout.holidays import kept_keys, with_country
from territory.rollout.timeline import timeline
from territory.rollout.waves import Waves, waves_of
from territory.workforce.equipment.resources import resources_of

if TYPE_CHECKING:
    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan
    from territory.rollout.briefs.brief import Brief

__all__ = ["changes_of", "make_briefs", "own_pay"]


def changes_of(plan: Plan, scenario: Scenario | None) -> ChangeSet:
    """Return the change set with the scenario's reps of today."""
    reps = None
    if scenario is not None and scenario.inputs.reps is not None:
        from territory.inputs.tables.tables import read_tables

        tables = read_tables(scenario)
        tables.audit.raise_if_errors()
        reps = tables.reps
    return change_set(plan, reps_today=current_reps(reps))


def own_pay(
    plan: Plan, scenario: Scenario | None
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Return pay and guarantee by rep, where the scenario has quotas and a pay plan."""
    if scenario is None or scenario.pay is None or scenario.quotas is None:
        return None, None
    from territory.incentives.facts import incentive_case
    from territory.incentives.payout.guarantee import guarantee_by_rep
    from territory.incentives.payout.pay import pay_by_rep

    case = incentive_case(scenario, plan)
    months = scenario.rollout.guarantee_months
    return pay_by_rep(case), guarantee_by_rep(case, months) if months else None


@speaks
def make_briefs(
    plan: Plan, scenario: Scenario | None, *, reps: Sequence[str] | None = None
) -> list[Brief]:
    """Return the briefs of some reps (by rep or territory id) or of all.

    Raises
    ------
    InputError
        Somebody is no rep of the plan.
    """
    change = changes_of(plan, scenario)
    keys = with_country(kept_keys(plan) if scenario is None else scenario.rollout, plan)
    waves = waves_of(change, keys)
    steps = timeline(waves, keys)
    placed = change.territories[["territory_id"]].assign(
        wave=[waves.of[name] for name in change.territories["territory_id"]]
    )
    pay, guarantee = own_pay(plan, scenario)
    return briefs_of(
        plan,
        change,
        pay=pay,
        guarantee=guarantee,
        dates=pd.concat([placed.merge(steps, on="wave"), _last(change, waves, keys, steps)]),
        resources=resources_of(plan, ResourceKeys() if scenario is None else scenario.resources),
        reps=_chosen(plan, reps),
    )


def _last(change: ChangeSet, waves: Waves, keys: RolloutKeys, steps: pd.DataFrame) -> pd.DataFrame:
    """Return the day of the accounts that wait for a last wave, for both territories of each."""
    accounts = change.accounts
    waits = accounts["to"].map(waves.of).ne(waves.of_account) & waves.of_account.notna()
    both = pd.concat([accounts["from"][waits], accounts["to"][waits]]).unique()
    last = waves.numbers[-1]
    step = steps[steps["wave"].eq(last) & steps["step"].eq("go live")].drop(columns="day")
    after = [keys.wave_days * (last - waves.of[name]) for name in both]
    places = pd.DataFrame({"territory_id": both, "day": after})
    return step.assign(step="last accounts").merge(places, how="cross")


def _chosen(plan: Plan, reps: Sequence[str] | None) -> list[str] | None:
    if not reps:
        return None
    rows = plan.territories
    owners = dict(zip(rows["territory_id"], rows["rep_id"], strict=True))
    known = set(rows["rep_id"]) - {""}
    chosen = [name if name in known else owners.get(name, "") for name in reps]
    lost = [name for name, rep in zip(reps, chosen, strict=True) if not rep]
    if lost:
        raise InputError(
            Message(
                f"{', '.join(lost[:5])}: no rep and no territory with a rep in this plan",
                hint=f"reps: {', '.join(sorted(known)[:8])}",
            )
        )
    return chosen
