"""Reach and frequency in the report: who is called on how often, and which calls fall away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from territory.wording import percent
from territory.workforce.calls.reach import dropped_calls, plan_reach, without_a_rep

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["reach_of"]

_SHOWN = 8


def reach_of(plan: Plan) -> Mapping[str, object]:
    """Return the report's section: tiers, a row a territory, and the accounts that lose calls."""
    table = plan_reach(plan)
    tiers = [tier for tier in table["tier"].unique() if tier not in ("all", "")]
    often = table.set_index(["territory_id", "tier"])["frequency_q"].to_dict()
    lost = dropped_calls(plan)
    return {
        "tiers": [str(tier) for tier in tiers],
        "rows": [
            {
                "territory": str(row["territory_id"]),
                "rep": str(row["rep"]),
                "reach": percent(row["reach"], 0),
                "potential": percent(row["potential_reach"], 0),
                "calls": f"{row['n_calls']:,.0f}",
                "often": [
                    f"{often[row['territory_id'], tier]:.1f}"
                    if (row["territory_id"], tier) in often
                    else "–"
                    for tier in tiers
                ],
                "dropped": f"{row['calls_dropped']:,.0f}",
                "alarming": row["calls_dropped"] > 0.5,
            }
            for row in table[table["tier"].eq("all")].to_dict("records")
        ],
        "known": "capacity_h" in plan.territories,
        "vacant": without_a_rep(plan),
        "dropped": f"{lost['calls_dropped'].sum():,.0f}" if len(lost) else "",
        "accounts": f"{len(lost):,}",
        "first": [
            f"{row['territory_id']}: {row['name']} (tier {row['tier']}), "
            f"{row['calls_dropped']:,.0f} of {row['n_calls']:,.0f} calls"
            for row in lost.nlargest(_SHOWN, "calls_dropped").to_dict("records")
        ],
    }
