"""What a plan brings against today, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.currency import short_money
from territory.review.moves import today_deviations
from territory.wording import measure_label, percent

if TYPE_CHECKING:
    from territory.plan import Plan
    from territory.publish.pages.beside import Beside

__all__ = ["earnings"]


def earnings(plan: Plan, beside: Beside) -> list[str]:
    """Return what the plan brings against today, in sentences; what is not known is not said."""
    said = []
    accounts = plan.accounts
    known = accounts[accounts["current_territory_id"].fillna("").ne("")]
    if "current_travel_h" in known and len(known) and known["current_travel_h"].notna().all():
        before, after = float(known["current_travel_h"].sum()), float(known["travel_h"].sum())
        word = "less" if after <= before else "more"
        said.append(
            f"Travel: {abs(before - after):,.0f} h a year {word} than today "
            f"({before:,.0f} h today, {after:,.0f} h in the plan, on the same accounts)."
        )
    today = today_deviations(plan)
    for measure, found in today.items():
        tolerance = plan.record.measures[measure].tolerance + 1e-6
        label = measure_label(measure).partition(" (")[0]
        now = plan.territories[f"{measure}_deviation"].abs().gt(tolerance).sum()
        said.append(
            f"{label}: {int(found.abs().gt(tolerance).sum())} of {len(found)} territories are "
            f"outside ± {percent(tolerance, 0)} today, {int(now)} in the plan."
        )
    if beside.business_case is not None:
        last = beside.business_case.iloc[-1]
        low, high = last.get("p10_usd"), last.get("p90_usd")
        between = f" ({short_money(low)} to {short_money(high)} in 8 of 10 cases)"
        said.append(
            f"Margin of the first year against today: {short_money(last['expected_usd'])}"
            f"{between}, if sales answer to selling time as studies of other fields found."
        )
    return said
