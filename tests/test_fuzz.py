"""Random scenarios end to end: what is called feasible keeps its rules by a stranger's sums.

`python -m tests.test_fuzz 1000` runs as many as one likes.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import territory
from solvers.effort import PROFILES


def write_scenario(folder, seed):
    """Accounts in a square, homes or none, and any mix of rules; the rules as written."""
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(8, 40)), int(rng.integers(1, 5))
    rows = ["account_id,name,lon,lat,service_h,n_calls,potential_usd"]
    for i in range(n):
        lon, lat = -98 + rng.random(), 31 + rng.random()
        size = int(rng.integers(1, 30))
        rows.append(f"N{i:02d},N{i},{lon:.5f},{lat:.5f},{size},{size},{size * 1000}")
    (folder / "accounts.csv").write_text("\n".join(rows) + "\n")
    reps = ["rep_id,territory_id,lon,lat,fte"]
    homes = rng.random() < 0.7
    for t in range(k):
        place = f"{-98 + rng.random():.4f},{31 + rng.random():.4f}" if homes else ","
        reps.append(f"R{t},T{t},{place},{rng.choice([0.5, 1.0])}")
    (folder / "reps.csv").write_text("\n".join(reps) + "\n")
    today = [f"N{i:02d},T{int(rng.integers(k))}" for i in range(n)]
    (folder / "today.csv").write_text("\n".join(["account_id,territory_id", *today]) + "\n")
    tolerance = float(rng.choice([0.1, 0.3, 0.8]))
    pick = [f"N{i:02d}" for i in rng.choice(n, size=4, replace=False)]
    there = f"T{int(rng.integers(k))}"
    rules = [
        f'pinned = [{{territory = "{there}", accounts = ["{pick[0]}"]}}]',
        f'forbidden = [{{territory = "{there}", accounts = ["{pick[1]}"]}}]',
        f'together = [{{name = "g", accounts = ["{pick[2]}", "{pick[3]}"]}}]',
        f"max_moved_accounts = {n // 2}",
    ]
    kept = [rule for rule in rules if rng.random() < 0.3]
    (folder / "s.toml").write_text(
        '[inputs]\naccounts = "accounts.csv"\nreps = "reps.csv"\nalignment = "today.csv"\n'
        '[geography]\nkind = "points"\n'
        f"[measures.workload_h]\ntolerance = {tolerance}\n"
        f"[measures.potential_usd]\ntolerance = {tolerance}\n"
        "[rules]\n" + "\n".join(kept) + '\n[solve]\neffort = "quick"\n[outputs]\nformats = []\n'
    )
    return tolerance, kept, pick, there


def broken(plan, tolerance, kept, pick, there):
    """What a plan that is called feasible breaks, from its tables alone."""
    accounts = plan.accounts.set_index("account_id")
    where = accounts["territory_id"]
    table = plan.territories.set_index("territory_id")
    out = []
    for name in ("workload_h", "potential_usd"):
        load = accounts.groupby("territory_id")[name].sum().reindex(table.index).fillna(0.0)
        off = (load / table[f"{name}_goal"] - 1.0).abs()
        out += [f"{name} {t}" for t in off.index[off > tolerance + 1e-6]]
    said = " ".join(kept)
    today = accounts["current_territory_id"]
    checks = {
        "pinned": where[pick[0]] == there,
        "forbidden": where[pick[1]] != there,
        "together": where[pick[2]] == where[pick[3]],
        "max_moved": ((today != "") & (today != where)).sum() <= len(where) // 2,
    }
    out += [rule for rule, ok in checks.items() if rule in said and not ok]
    out += [f"pieces of {t}" for t in table.index[table["n_parts"] != 1]]
    return out


def verdict(folder, seed):
    """Return status and what is wrong with one random scenario."""
    given = write_scenario(folder, seed)
    try:
        plan = territory.design(territory.read_scenario(folder / "s.toml"))
    except (territory.InputError, territory.InfeasibleError) as error:
        return type(error).__name__, []
    status = plan.summary["status"]
    return status, broken(plan, *given) if status in {"feasible", "optimal"} else []


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_called_feasible_keeps_every_rule_by_a_strangers_sums(tmp_path, seed, monkeypatch):
    # What is looked at here is the plans, not the proofs where none is found.
    monkeypatch.setitem(PROFILES, "quick", replace(PROFILES["quick"], exact_s=1.0))
    status, wrong = verdict(tmp_path, seed)
    assert not wrong, (status, wrong)


def main():
    """Run as many scenarios as the command line says; end with 1 where one is wrong."""
    bad = 0
    for seed in range(int(sys.argv[1])):
        with tempfile.TemporaryDirectory() as folder:
            status, wrong = verdict(Path(folder), seed)
        bad += bool(wrong)
        sys.stdout.write(f"{seed} {status} {' '.join(wrong)}\n")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
