"""Run whole scenarios as a planner does, and have a stranger's script check the plans.

    python -m tests.benchmarks.scenarios [FILE.toml ...] [--effort E] [--seeds N ...] [--out CSV]

Each scenario (all of `scenarios/` without arguments) runs in a process of its own: read, place,
solve, save. `tests.check_plan` then recomputes the plan from its CSV files alone.
`python -m tests.benchmarks.results` lays the file out.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import Any

from tests import check_plan
from tests.benchmarks import provenance
from tests.benchmarks.isolate import run_alone

ROOT = Path(__file__).resolve().parents[2]


def run_scenario(path: str, effort: str | None, seed: int | None, out: str) -> dict[str, Any]:
    """Design and save one scenario; return what plan.json and the clocks say."""
    wall, cpu = time.perf_counter(), time.process_time()
    import territory

    scenario = territory.read_scenario(path).with_overrides(effort=effort, seed=seed)
    plan = territory.design(scenario)
    plan.save(out)
    summary = plan.record.to_dict()
    return {
        "effort": summary["effort"],
        "seed": summary["seed"],
        "units": summary["totals"]["units"],
        "accounts": summary["totals"]["accounts"],
        "territories": summary["totals"]["territories"],
        "status": summary["status"],
        "objective_usd": summary["objective"],
        "gap": summary["gap"],
        **{f"imbalance_{name}": each["imbalance"] for name, each in summary["measures"].items()},
        "in_pieces": int((plan.territories["n_parts"] != 1).sum()),
        "broken_rules": len(summary["violations"]),
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
    }


def main(words: list[str] | None = None) -> int:
    """Parse the command line, run, print and write one row a scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", type=Path)
    parser.add_argument("--effort", choices=["quick", "normal", "best"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[None])
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(words)
    rows = []
    paths = given.scenarios or sorted((ROOT / "scenarios").glob("*.toml"))
    for path, seed in product(paths, given.seeds):
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / path.stem
            done = run_alone(
                run_scenario,
                path=str(path),
                effort=given.effort,
                seed=seed,
                out=str(target),
            )
            row = {"scenario": path.stem, **(done.value or {}), "error": done.error}
            if done.value:
                off = check_plan.check(check_plan.read(target))
                row["check"] = off[0] if off else "sound"
            row |= {
                "peak_mb": done.peak_mb,
                **provenance.stamp(),
            }
        rows.append(row)
        print("  ".join(f"{key} {value}" for key, value in row.items() if key != "versions"))
    if given.out:
        provenance.write_rows(given.out, rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
