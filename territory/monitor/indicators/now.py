"""Workload and potential of today in the plan's territories, against bands that move with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.wording import LIMIT

if TYPE_CHECKING:
    from territory.monitor.facts.facts import Facts
    from territory.plan import Plan

__all__ = ["Now", "now_of", "plan_of_today", "today_accounts"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Now:
    """Loads of today by territory, (k,) each.

    Goals keep the plan's shares (capacity) of today's total. ``routed_h`` is None without a call
    plan and homes; it is on-site hours and routed travel.
    """

    accounts: pd.DataFrame
    workload_h: Floats
    workload_goal_h: Floats
    potential_usd: Floats
    potential_goal_usd: Floats
    capacity_h: Floats
    routed_h: Floats | None

    def outside(self, measure: str, tolerance: float) -> NDArray[np.bool_]:
        """Return which territories are outside a band, (k,)."""
        load, goal = (
            (self.workload_h, self.workload_goal_h)
            if measure == "workload_h"
            else (self.potential_usd, self.potential_goal_usd)
        )
        return np.abs(load / np.maximum(goal, 1e-300) - 1.0) > tolerance + LIMIT


def now_of(facts: Facts, *, routed: bool = False) -> Now | None:
    """Return today's loads; None where today's accounts were not given.

    Service hours and calls that today's file does not have are the plan's; travel of accounts that
    stay is the plan's, that of new ones is their territory's mean hours a call.
    """
    if facts.own is None:
        return None
    table = today_accounts(facts.plan, facts.accounts)
    service, travel, potential = (
        table[name].to_numpy(float) for name in ("service_h", "travel_h", "potential_usd")
    )
    team = facts.plan.territories
    workload, money = facts.by_territory(service + travel), facts.by_territory(potential)
    return Now(
        accounts=table,
        workload_h=workload,
        workload_goal_h=_goal(team, "workload_h", workload),
        potential_usd=money,
        potential_goal_usd=_goal(team, "potential_usd", money),
        capacity_h=team["capacity_h"].to_numpy(float)
        if "capacity_h" in team
        else np.full(len(team), np.nan),
        routed_h=_routed(facts, table) if routed else None,
    )


def today_accounts(plan: Plan, accounts: pd.DataFrame) -> pd.DataFrame:
    """Return matched accounts with today's loads: see `now_of`; ``here`` tells who is still there.

    Parameters
    ----------
    plan : Plan
    accounts : DataFrame
        See `territory.monitor.facts.matched.matched_accounts`.
    """
    here = ~accounts["state"].isin(["closed", "merged"]).to_numpy()
    index = pd.Index(plan.territories["territory_id"].astype("str"))
    territory = np.asarray(index.get_indexer(pd.Index(accounts["territory_id"].astype("str"))))
    k = len(index)
    calls = _first(accounts, "calls_now", "n_calls")
    service = _first(accounts, "service_now_h", "service_h")
    potential = _first(accounts, "potential_now_usd", "potential_usd")
    travel_h, planned = accounts["travel_h"].to_numpy(float), accounts["n_calls"].to_numpy(float)
    known = np.isfinite(travel_h)
    hours = np.bincount(territory[known], weights=travel_h[known], minlength=k)
    made = np.bincount(territory[known], weights=np.nan_to_num(planned[known]), minlength=k)
    per_call = hours / np.maximum(made, 1e-300)
    scale = np.where(known & (planned > 0), calls / np.where(planned > 0, planned, 1.0), 1.0)
    travel = np.where(known, np.nan_to_num(travel_h) * scale, per_call[territory] * calls)
    service, travel, potential = (
        np.where(here, each, 0.0) for each in (service, travel, potential)
    )
    return accounts.assign(
        service_h=service, travel_h=travel, workload_h=service + travel,
        potential_usd=potential, n_calls=np.where(here, calls, 0.0), here=here,
    )  # fmt: skip


def plan_of_today(plan: Plan, table: pd.DataFrame) -> Plan:
    """Return the plan with today's accounts in it."""
    columns = list(plan.accounts.columns)
    rows = table[table["here"]].copy()
    for name in ("minutes", "hop_min", "on_site_min", "stops_per_trip", "travel_factor", "nights"):
        if name in rows:  # what new accounts have no estimate of is as usual in their territory
            usual = rows.groupby("territory_id")[name].transform("median")
            rows[name] = rows[name].fillna(usual).fillna(rows[name].median())
    return replace(plan, accounts=rows.reindex(columns=columns).reset_index(drop=True))


def _first(accounts: pd.DataFrame, now: str, plan: str) -> Floats:
    today, before = accounts[now].to_numpy(float), accounts[plan].to_numpy(float)
    return np.where(np.isfinite(today), today, np.nan_to_num(before))


def _goal(team: pd.DataFrame, measure: str, load: Floats) -> Floats:
    column = f"{measure}_goal"
    if column not in team:
        return np.full(len(team), float(load.mean()))
    share = team[column].to_numpy(float)
    return np.asarray(share / max(float(share.sum()), 1e-300) * load.sum())


def _routed(facts: Facts, table: pd.DataFrame) -> Floats | None:
    """Return routed hours: tours of today's calls and the hours on site; None where refused."""
    if facts.scenario is None:
        return None
    from territory.errors import TerritoryError
    from territory.workforce.travel_check import check_travel

    try:
        check = check_travel(plan_of_today(facts.plan, table), facts.scenario)
    except TerritoryError:
        return None
    by_id = check.table.set_index("territory_id")["tour_h"]
    tours = np.array([float(by_id.get(name, np.nan)) for name in facts.territory_ids])
    return np.asarray(facts.by_territory(table["service_h"].to_numpy(float)) + tours)
