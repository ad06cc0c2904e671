"""How little can change hands: `python -m tests.benchmarks.least PLAN [--nearest]`.

The least share of today's revenue that has to change hands while every rule and both balances hold,
what is proved of it, and what a plan of that kind costs. With ``--nearest`` today's alignment is
replaced by one that nobody balanced: every unit with the center nearest to it, revenue a fifth of
the potential, handed over at 5 %. That is for cases whose alignment of today nobody knows.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

from territory.encoding.reopen import reopened
from territory.plan import Plan
from territory.publish.folder import read_plan
from territory.sweep.frontier import Frontier, frontier_of

__all__ = ["least", "nearest_today"]


def nearest_today(plan: Plan) -> Plan:
    """Return the plan with a today in which each unit is with the center nearest to it."""
    case = reopened(plan)
    at = case.roads.unit_minutes.argmin(axis=1)
    ids = plan.territories["territory_id"].to_numpy()[at]
    today = dict(zip(plan.alignment["unit_id"], ids, strict=True))
    accounts = plan.accounts
    revenue = (0.2 * accounts["potential_usd"]).round(2)
    return replace(
        plan,
        accounts=accounts.assign(
            current_territory_id=accounts["unit_id"].map(today),
            revenue_usd=revenue,
            handover_usd=(0.05 * revenue).round(2),
        ),
    )


def least(plan: Plan) -> Frontier:
    """Return the plans with the least revenue in new hands at the scenario's own tolerances."""
    return frontier_of(plan, over=("travel", "disruption"), prices=(0.0, 5.0))


if __name__ == "__main__":
    saved = read_plan(Path(sys.argv[1]))
    begin = time.process_time()
    found = least(nearest_today(saved) if "--nearest" in sys.argv else saved)
    columns = ["point", "imbalance", "running_usd", "moved_accounts", "moved_share", "feasible"]
    told = f"{found.table[columns].to_string(index=False)}\n{found.least.to_string(index=False)}\n"
    sys.stdout.write(f"{told}{time.process_time() - begin:.1f} CPU s\n")
