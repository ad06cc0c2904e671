"""Measure the market stage on a million invented accounts: seconds, and the most memory held.

Run it as ``python -m tests.benchmarks.market [accounts]``; issue: under 20 s and 4 GB.
"""

import json
import resource
import sys
import time

import numpy as np
import pandas as pd

from territory.inputs.scenario.scenario import Scenario
from territory.market.idn.affiliations import systems_at_level
from territory.market.segments import segment_table, with_segments
from territory.market.tiers import with_tiers
from territory.market.value.potential import with_potential

__all__ = ["market_company", "market_scenario", "measure"]


def market_scenario() -> Scenario:
    """Return a scenario with every section of the market."""
    return Scenario.model_validate(
        {
            "name": "million",
            "inputs": {"accounts": "accounts.csv"},
            "team": {"territories": 1000},
            "market": {
                "price_usd": 1800.0,
                "access": {"contract": ["GPO 1", "GPO 3"]},
                "medicare": {"types": ["asc"]},
            },
            "affiliations": {"level": "top"},
            "tiers": {
                "factors": [
                    {"name": "potential", "column": "potential_usd", "weight": 0.5},
                    {"name": "size", "column": "beds", "weight": 0.1, "scale": "log"},
                    {"name": "growth", "column": "trend", "weight": 0.2},
                    {"name": "headroom", "column": "penetration", "weight": 0.1,
                     "lower_is_better": True},
                    {"name": "kind", "column": "type", "weight": 0.1, "scale": "values",
                     "values": {"hospital": 1.0, "asc": 0.8, "clinic": 0.3}},
                ],
                "segments": ["type", "gpo", "beds"],
                "bands": {"beds": [50.0, 150.0, 300.0]},
                "share_of": "potential_usd",
            },
        }
    )  # fmt: skip


def market_company(n: int, *, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return accounts, affiliations (two owner levels) and two years of yearly sales."""
    rng = np.random.default_rng(seed)
    ids = pd.Series(np.arange(n), dtype="int64").astype("str").str.zfill(7)
    kinds = np.asarray(["hospital", "asc", "clinic", "laboratory"], dtype=object)
    towns = np.column_stack([rng.uniform(-120, -75, 2_000), rng.uniform(28, 46, 2_000)])
    places = towns[rng.integers(0, len(towns), n)] + rng.normal(0.0, 0.15, (n, 2))
    kind = rng.integers(0, len(kinds), n)
    shares = rng.dirichlet([4.0, 2.0, 4.0, 2.0], n) * 0.98
    volume = np.exp(rng.normal(4.0, 0.7, n)).round()
    n_systems = max(2, n // 500)
    division = rng.integers(0, n_systems * 3, n)
    owned = rng.random(n) < 0.4
    accounts = pd.DataFrame(
        {
            "account_id": ids,
            "name": "Site " + ids,
            "type": pd.array(kinds[kind], dtype="str"),
            "lon": places[:, 0],
            "lat": places[:, 1],
            "idn": pd.array([""] * n, dtype="str"),
            "gpo": pd.array(np.asarray(["", "GPO 1", "GPO 2", "GPO 3"], dtype=object)[
                rng.integers(0, 4, n)], dtype="str"),
            "tier": pd.array([""] * n, dtype="str"),
            "beds": np.where(kind == 0, np.exp(rng.normal(5.0, 0.6, n)).round(), np.nan),
            "procedures": np.where(rng.random(n) < 0.3, np.nan, volume),
            "payer_medicare": shares[:, 0],
            "payer_medicaid": shares[:, 1],
            "payer_commercial": shares[:, 2],
            "payer_managed_care": shares[:, 3],
            "revenue_usd": np.where(rng.random(n) < 0.5, volume * 300.0, 0.0),
        }
    )  # fmt: skip
    names = np.asarray([f"Division {at:05d}" for at in range(n_systems * 3)], dtype=object)
    systems = np.asarray([f"System {at // 3:05d}" for at in range(n_systems * 3)], dtype=object)
    affiliations = pd.DataFrame(
        {
            "account_id": ids[owned],
            "idn": pd.array(names[division[owned]], dtype="str"),
            "gpo": pd.array([""] * int(owned.sum()), dtype="str"),
            "parent": pd.array(systems[division[owned]], dtype="str"),
        }
    ).reset_index(drop=True)
    sold = np.flatnonzero(accounts["revenue_usd"].to_numpy() > 0)
    history = pd.concat(
        [
            pd.DataFrame(
                {
                    "account_id": ids.iloc[sold].to_numpy(),
                    "period": period,
                    "revenue_usd": accounts["revenue_usd"].to_numpy()[sold]
                    * rng.uniform(0.6, 1.4, len(sold)),
                }
            )
            for period in ("2023", "2024")
        ],
        ignore_index=True,
    )
    return accounts, affiliations, history


def measure(n: int) -> dict[str, float]:
    """Roll up, value, score, tier and segment n accounts; return seconds a step and memory."""
    scenario = market_scenario()
    accounts, affiliations, history = market_company(n)
    made_mb = _peak_mb()
    seconds: dict[str, float] = {}
    start = last = time.perf_counter()
    start_cpu = time.process_time()

    def lap(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        seconds[f"{name}_s"], last = round(now - last, 2), now

    accounts, audit = systems_at_level(scenario, affiliations, accounts)
    lap("rolled_up")
    accounts, found = with_potential(scenario, accounts)
    lap("potential")
    audit += found
    accounts, found = with_tiers(scenario, accounts, history)
    lap("scored_and_tiered")
    audit += found
    accounts, found = with_segments(scenario, accounts)
    segment_table(accounts)
    lap("segmented")
    assert not (audit + found).errors
    assert (accounts["tier"] != "").all()
    return {
        "accounts": n,
        **seconds,
        "total_s": round(last - start, 2),
        "cpu_s": round(time.process_time() - start_cpu, 2),
        "peak_mb": _peak_mb(),
        "of_these_the_tables_mb": made_mb,
    }


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0, 1)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000), indent=2))
