"""Measure the monitor on forty quarters of a hundred thousand accounts, and realigning the demo.

Run it as ``python -m tests.benchmarks.living [accounts] [quarters]``; target: under 60 s.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from territory.monitor.monitoring import monitor
from territory.plan import Plan
from tests.territory.plans import balanced_plan

__all__ = ["large_plan", "measure", "sales_table"]


def large_plan(n: int, *, k: int = 200, seed: int = 1) -> Plan:
    """Return a plan of n accounts in k territories; only its tables are large."""
    rng = np.random.default_rng(seed)
    base = balanced_plan()
    territory = np.char.add("T", np.char.zfill((np.arange(n) % k).astype(str), 4))
    accounts = pd.DataFrame(
        {
            "account_id": np.char.add("A", np.char.zfill(np.arange(n).astype(str), 7)),
            "name": "x", "unit_id": np.char.zfill((48_000 + np.arange(n) % 2_000).astype(str), 5),
            "territory_id": territory, "rep_id": "R", "lon": rng.uniform(-100, -95, n),
            "lat": rng.uniform(28, 33, n), "potential_usd": rng.lognormal(10, 1, n),
            "service_h": 10.0, "travel_h": 5.0, "workload_h": 15.0, "tier": "A", "type": "asc",
            "n_calls": 12.0, "idn": "", "exception": False,
        }
    )  # fmt: skip
    accounts = accounts.astype(dict.fromkeys(("account_id", "unit_id", "territory_id"), "str"))
    sums = accounts.groupby("territory_id")[["workload_h", "potential_usd", "travel_h"]].sum()
    team = sums.reset_index().assign(rep_id="R", rep_name="x")
    for measure in ("workload_h", "potential_usd"):
        team[f"{measure}_goal"], team[f"{measure}_deviation"] = team[measure].mean(), 0.0
    units = accounts.drop_duplicates("unit_id")[["unit_id", "territory_id"]]
    return replace(base, accounts=accounts, territories=team, alignment=units)


def sales_table(plan: Plan, quarters: int, *, seed: int = 2) -> pd.DataFrame:
    """Return Poisson sales of all accounts by quarter from 2015 on."""
    rng = np.random.default_rng(seed)
    n = len(plan.accounts)
    pieces = rng.poisson(2.0, (quarters, n))
    names = [f"{2015 + q // 4}-Q{q % 4 + 1}" for q in range(quarters)]
    return pd.DataFrame(
        {
            "account_id": np.tile(plan.accounts["account_id"].to_numpy(object), quarters),
            "period": np.repeat(np.array(names, dtype=object), n),
            "revenue_usd": 100.0 * pieces.ravel(),
            "units": pieces.ravel(),
        }
    )


def measure(n: int = 100_000, quarters: int = 40) -> dict[str, float]:
    """Return seconds of reading and judging."""
    plan = large_plan(n)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sales.csv"
        sales_table(plan, quarters).to_csv(path, index=False)
        wall, cpu = time.perf_counter(), time.process_time()
        end = f"{2015 + (quarters - 1) // 4}-12-31"
        found = monitor(plan, {"actuals": path}, as_of=end, go_live="2015-01-01")
        return {
            "accounts": n,
            "quarters": quarters,
            "rows": n * quarters,
            "wall_s": round(time.perf_counter() - wall, 1),
            "cpu_s": round(time.process_time() - cpu, 1),
            "signals": len(found.judged.signals),
        }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(*(int(each) for each in sys.argv[1:]))) + "\n")
