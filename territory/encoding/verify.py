"""The plan judged once more, from the very tables that it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory.wording import told_apart

if TYPE_CHECKING:
    import pandas as pd

    import solvers
    from territory.encoding.case import Case
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["judged_again", "rule_by_rule"]

ROUNDING = 5e-4
"""Most that a load may differ from its limit in the tables, which have four decimals."""


def judged_again(
    scenario: Scenario, accounts: pd.DataFrame, territories: pd.DataFrame
) -> list[dict[str, object]]:
    """Return what the plan's own tables break: bands, pieces, caps on changes; none is right.

    The solver judges arrays, the planner reads tables. A rule that one of them keeps and the other
    does not would be a fault of this program, so a plan is called feasible only where both agree.

    Parameters
    ----------
    scenario : Scenario
    accounts, territories : DataFrame
        As they will be written.

    Returns
    -------
    list of dict
        One entry a rule broken, as in ``plan.json``.
    """
    told: list[dict[str, object]] = []

    def tell(rule: str, text: str, **more: object) -> None:
        entry = {"rule": rule, "territory_id": "", "measure": "", "value": 0.0, "limit": 0.0}
        told.append({**entry, "units": [], "text": text, **more})

    sums = accounts.groupby("territory_id")[list(scenario.measures)].sum()
    for name, options in scenario.measures.items():
        load = (
            sums[name].reindex(territories["territory_id"]).fillna(0.0).to_numpy(dtype=np.float64)
        )
        goal = territories[f"{name}_goal"].to_numpy(dtype=np.float64)
        low, high = goal * (1.0 - options.tolerance), goal * (1.0 + options.tolerance)
        for t, territory in enumerate(territories["territory_id"]):
            if low[t] - ROUNDING <= load[t] <= high[t] + ROUNDING:
                continue
            limit = float(high[t] if load[t] > high[t] else low[t])
            side = "at most" if load[t] > high[t] else "at least"
            is_, allowed = told_apart(float(load[t]), limit)
            tell(
                "balance",
                f"{name} of territory {territory} is {is_}; expected {side} {allowed}",
                territory_id=str(territory),
                measure=name,
                value=round(float(load[t]), 4),
                limit=round(limit, 4),
            )
    if scenario.rules.contiguity:
        for territory, parts in zip(
            territories["territory_id"].tolist(), territories["n_parts"].tolist(), strict=True
        ):
            if parts != 1:
                tell(
                    "contiguity",
                    f"territory {territory} is in {parts} pieces",
                    territory_id=str(territory),
                    value=float(parts),
                    limit=1.0,
                )
    today = accounts["current_territory_id"]
    moved = (today != "") & (today != accounts["territory_id"])
    most = scenario.rules.max_moved_accounts
    if most is not None and moved.sum() > most:
        tell("moves", f"{moved.sum():,} accounts change hands; expected at most {most:,}")
    share = scenario.rules.max_moved_revenue
    if share is not None:
        revenue = accounts["revenue_usd"].clip(lower=0.0)
        limit = share * float(revenue[today != ""].sum())
        value = float(revenue[moved].sum())
        if value > limit + 0.01 * (1 + int(moved.sum())):
            tell("moves", f"{value:,.0f} USD change hands; expected at most {limit:,.0f}")
    share = scenario.rules.max_moved_workload
    if share is not None:
        limit = share * float(accounts["service_h"][today != ""].sum())
        value = float(accounts["service_h"][moved].sum())
        if value > limit + 1e-4 * (1 + int(moved.sum())):
            tell("moves", f"{value:,.0f} h of service change hands; expected at most {limit:,.0f}")
    return told


def rule_by_rule(
    case: Case, result: solvers.Result, territories: pd.DataFrame
) -> list[dict[str, object]]:
    """Name each broken rule with the planner's ids, bands as in the plan's own tables."""
    out = []
    rows = territories.to_dict("records") if result.evaluation.violations else []
    for each in result.evaluation.violations:
        row = rows[each.territory] if each.territory >= 0 else None
        territory = "" if row is None else str(row["territory_id"])
        measure = case.measures[each.measure] if each.rule == "balance" else ""
        units = [case.unit_ids[unit] for unit in each.units if unit < len(case.unit_ids)]
        value, limit = each.value, each.limit
        text = f"{each.rule}: territory {territory}"
        if measure and row is not None:
            value = float(row[measure])
            low, high = float(row[f"{measure}_lower"]), float(row[f"{measure}_upper"])
            if low <= value <= high:
                continue  # inside the scenario's band, outside the solver's narrower one
            limit = high if value > high else low
            is_, allowed = told_apart(value, limit)
            text = (
                f"{measure} of territory {territory} is {is_}; "
                f"expected {'at most' if value > high else 'at least'} {allowed}"
            )
        elif each.rule == "contiguity" and value == 0.0:
            text = f"territory {territory} has no unit, only accounts that rules give to it"
        elif units:
            text += f", units {', '.join(units[:5])}"
        out.append(
            {
                "rule": each.rule,
                "territory_id": territory,
                "measure": measure,
                "value": round(value, 4),
                "limit": round(limit, 4),
                "units": units,
                "text": text,
            }
        )
    return out
