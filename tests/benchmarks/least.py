"""How little can change hands while every rule and both balances hold.

    python -m tests.benchmarks.least SCENARIO.toml|PLAN … [--nearest] [--seeds 1 2 3] [--out CSV]

The least share of today's revenue that has to change hands, what is proved of it, and how far that
plan lies from its goals. A saved plan is taken as it is. With ``--nearest`` today's alignment is
replaced by one that nobody balanced: every unit with the center nearest to it, revenue a fifth of
the potential, handed over at 5 %. That is for cases whose alignment of today nobody knows.
`python -m tests.benchmarks.results` lays the file out.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from territory.encoding.reopen import reopened
from territory.plan import Plan
from territory.sweep.frontier import Frontier, frontier_of
from tests.benchmarks import provenance
from tests.benchmarks.isolate import run_alone

__all__ = ["MOST", "judged", "least", "nearest_today", "verdict"]

MOST = 0.10
"""Of the revenue: what was asked of the demo and of the real case."""


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


def verdict(share: float, bound: float) -> str:
    """Say what is shown: that it can be, that it cannot, or neither.

    Examples
    --------
    >>> verdict(0.095, 0.08), verdict(0.21, 0.18), verdict(0.12, 0.09)
    ('holds', 'proved impossible', 'not shown')
    """
    if share <= MOST:
        return "holds"
    return "proved impossible" if bound > MOST else "not shown"


def judged(path: str, seed: int | None, *, nearest: bool = False) -> dict[str, Any]:
    """Return the least share of revenue in new hands for a scenario or a saved plan."""
    import territory

    begin = time.process_time()
    if Path(path).is_dir():
        plan = territory.read_plan(path)
    else:
        plan = territory.design(territory.read_scenario(path).with_overrides(seed=seed))
    found = least(nearest_today(plan) if nearest else plan)
    share, bound = (float(found.least[name].iloc[0]) for name in ("least_share", "bound_share"))
    kept = found.table[found.table["feasible"]]
    row = kept.sort_values("moved_share").iloc[0] if len(kept) else None
    return {
        "least_of": plan.record.scenario,
        "today": "nearest center" if nearest else "as given",
        "effort": plan.record.effort,
        "seed": plan.record.seed,
        "accounts": len(plan.accounts),
        "territories": len(plan.territories),
        "least_share": provenance.rounded(share, 4),
        "bound_share": provenance.rounded(bound, 4),
        "moved_accounts": "" if row is None else int(row["moved_accounts"]),
        "worst_deviation": "" if row is None else provenance.rounded(row["imbalance"], 4),
        "verdict": verdict(share, bound),
        "cpu_s": round(time.process_time() - begin, 1),
    }


def main(words: list[str] | None = None) -> int:
    """Measure, and print and write each row as it comes."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.least")
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--nearest", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1])
    parser.add_argument("--out", type=Path, help="CSV file to write, or to write more rows to")
    asked = parser.parse_args(words)
    rows: list[dict[str, Any]] = []
    if asked.out and asked.out.is_file():
        rows += provenance.read_rows([asked.out])
    for source in asked.sources:
        for seed in asked.seeds if not Path(source).is_dir() else [None]:
            outcome = run_alone(
                judged, limit_s=1_200.0, path=source, seed=seed, nearest=asked.nearest
            )
            if outcome.error:
                print(f"error: {source}: {outcome.error}", file=sys.stderr)
                return 1
            rows.append({**outcome.value, **provenance.stamp()})
            print(rows[-1], flush=True)
            if asked.out:
                provenance.write_rows(asked.out, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
