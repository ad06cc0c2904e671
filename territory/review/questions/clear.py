"""Is it clear: everybody knows what is whose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from territory.currency import short_money
from territory.messages import counted
from territory.review.questions.check import Check, unknown, worst
from territory.wording import percent

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.review import ReviewKeys
    from territory.plan import Plan

__all__ = ["clear_checks"]


def clear_checks(
    plan: Plan, frame: pd.DataFrame, whole: pd.DataFrame, keys: ReviewKeys
) -> Iterator[Check]:
    """Yield whether everybody knows what is whose: one territory each, in one piece."""
    accounts, ids = plan.accounts, plan.territories["territory_id"]
    doubled = int(accounts["account_id"].duplicated().sum())
    lost = int((~accounts["territory_id"].isin(ids)).sum())
    units = int(plan.alignment["unit_id"].duplicated().sum())
    units += int((~plan.alignment["territory_id"].isin(ids)).sum())
    yield Check(
        question="clear",
        what="Every account and unit in exactly one territory",
        passed=not (doubled or lost or units),
        found=f"{counted(doubled + lost, 'account')} and {counted(units, 'unit')} are not",
        hard=True,
    )
    apart = plan.territories[plan.territories["n_parts"].gt(1)]
    asked = any(each.rule == "contiguity" for each in plan.record.violations)
    yield Check(
        question="clear",
        what="Every territory in one piece",
        passed=apart.empty,
        found=f"{counted(len(apart), 'territory is', 'territories are')} not",
        evidence=tuple(
            f"{row['territory_id']} in {row['n_parts']} pieces" for row in apart.to_dict("records")
        ),
        hard=asked,
    )
    other = [
        each
        for each in plan.record.violations
        if each.rule not in {"balance", "contiguity", "assigned"}
    ]
    yield Check(
        question="clear",
        what="Every other rule of the scenario kept",
        passed=not other,
        found=f"{counted(len(other), 'rule')} broken",
        evidence=tuple(str(each.text) for each in other),
        hard=True,
    )
    n = int(plan.apart.sum())
    share = n / max(len(accounts), 1)
    yield Check(
        question="clear",
        what=f"At most {percent(keys.exceptions_most, 0)} of accounts outside the territory of "
        "their unit",
        passed=share <= keys.exceptions_most,
        found=f"{n:,} ({percent(share)})",
        compares=True,
    )
    yield _whole_systems(plan, whole, keys)
    yield worst(
        "clear",
        f"Every territory compact: Polsby-Popper at least {keys.compactness_least:.2f}",
        frame,
        "compactness",
        least=keys.compactness_least,
    )


def _whole_systems(plan: Plan, whole: pd.DataFrame, keys: ReviewKeys) -> Check:
    what = (
        f"At most {percent(keys.split_revenue_most, 0)} of the health systems' revenue split "
        "between reps"
    )
    if "n_idns" not in whole.index:
        return unknown("clear", what, "no account names a health system")
    named = plan.accounts["idn"].fillna("").ne("")
    revenue = float(plan.accounts.loc[named, "revenue_usd"].fillna(0.0).sum())
    split, n, total = (
        float(whole["plan"][name]) for name in ("split_idn_revenue_usd", "n_split_idns", "n_idns")
    )
    found = f"{n:,.0f} of {counted(int(total), 'health system')} split"
    if revenue <= 0:
        return Check(question="clear", what=what, passed=n == 0, found=found, compares=True)
    return Check(
        question="clear",
        what=what,
        passed=split / revenue <= keys.split_revenue_most,
        found=f"{found}, with {short_money(split)} or {percent(split / revenue, 0)}",
        compares=True,
    )
