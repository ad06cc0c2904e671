"""Solve published instances and score the labels: quality, bound, time, memory; one row each.

    python -m tests.benchmarks.published FOLDER --out FILE.csv --labels FOLDER
        [--effort quick|normal|best] [--seconds S] [--seed N] [--only PATTERN]

Every instance runs in a process of its own, its kernels warmed on a tiny one first. The objective
is `score`'s, by the family's own definition; the solver's word is taken for bound and status only.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import provenance
from tests.benchmarks.families import PAIRS_LIMIT, Instance, find, to_problem
from tests.benchmarks.isolate import run_alone
from tests.benchmarks.score import score
from tests.benchmarks.synthetic import country

__all__ = ["best_known", "main", "row_of", "solve_one", "warm"]

LIMITS_S = {"quick": 300.0, "normal": 900.0, "best": 3600.0}
"""Wall seconds after which an instance's process is ended where no ``--seconds`` are given."""


def warm(effort: str) -> None:
    """Compile the kernels on a country of 40 units, so that no instance pays for it."""
    from solvers import solve

    tiny = country(40, k=4, seed=0)
    for tolerance in (0.3, 0.1):
        instance = Instance(name="warm", family="scale", data=tiny, k=4, tolerance=tolerance)
        solve(to_problem(instance), effort=effort, seed=0, time_limit_s=5.0)


def solve_one(
    *, instance: Instance, effort: str, seed: int, seconds: float | None
) -> dict[str, Any]:
    """Solve one instance and return the labels, the solver's certificate and what it took."""
    from solvers import solve

    warm(effort)
    problem = to_problem(instance)
    wall, cpu = time.perf_counter(), time.process_time()
    result = solve(problem, effort=effort, seed=seed, time_limit_s=seconds)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    labels = np.asarray(result.assignment)
    if instance.family == "cpmp":
        labels = np.where(labels >= 0, np.asarray(result.centers)[labels], -1)
    exact = instance.family != "moi" or instance.n**2 <= PAIRS_LIMIT
    return {
        "labels": labels.astype(np.int32),
        "status": str(result.status),
        "stop_reason": result.stop_reason,
        "bound": result.bound if exact else float("-inf"),
        "violations": len(result.evaluation.violations),
        "wall_s": wall,
        "cpu_s": cpu,
    }


def best_known(folder: Path) -> dict[str, float]:
    """Best values known, by instance, from the folder's ``best_known.csv``; empty where absent."""
    path = folder / "best_known.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: float(row["best_known"])
            for row in csv.DictReader(file)
            if row.get("best_known")
        }


def row_of(
    instance: Instance, solved: dict[str, Any], *, known: dict[str, float]
) -> dict[str, Any]:
    """Score the labels and lay out the CSV row of one instance."""
    labels = solved.get("labels")
    number = provenance.rounded
    row: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    row |= {"name": instance.label, "family": instance.family, "n": instance.n, "k": instance.k}
    row |= {"tolerance": number(instance.tolerance), "status": solved.get("status", "")}
    row |= {"stop_reason": solved.get("stop_reason", ""), "feasible": False}
    if labels is None or labels.min() < 0:
        return row
    scored = score(
        instance.family,
        instance.data,
        labels,
        k=instance.k,
        tolerance=instance.tolerance,
        border_usd_km=instance.border_usd_km,
    )
    bound = solved["bound"]
    # With a border price it is another question than the one the file's best value answers.
    other = None if instance.border_usd_km else known.get(instance.name)
    best = known.get(instance.label, other)
    row |= {
        "feasible": scored.feasible,
        "n_disconnected": scored.n_disconnected,
        "deviation_percent": "/".join(f"{100 * each:.2f}" for each in scored.deviation),
        "objective": number(scored.objective, 9),
        "bound": number(bound, 9),
        "gap": number(max(0.0, 1.0 - bound / scored.objective) if scored.objective else 0.0),
        "best_known": "" if best is None else best,
        "ratio": "" if best is None else number(scored.objective / best, 7),
        "J2_km": number(scored.j2_km),
        "J1_km": number(scored.j1_km),
        "border_km": number(scored.border_km, 6),
        "wall_s": number(solved["wall_s"], 4),
        "cpu_s": number(solved["cpu_s"], 4),
    }
    # The referee and this scorer are two programs: where they disagree, one of them is wrong.
    if scored.feasible != (solved["violations"] == 0):
        row["error"] = f"the referee counts {solved['violations']} violations"
    return row


COLUMNS = (
    *("name", "family", "n", "k", "tolerance", "effort", "seed", "seconds"),
    *("status", "stop_reason", "feasible", "n_disconnected", "deviation_percent"),
    *("objective", "bound", "gap", "best_known", "ratio", "J2_km", "J1_km", "border_km"),
    *("wall_s", "cpu_s", "peak_mb", "commit", "versions", "machine", "error"),
)


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.published")
    parser.add_argument("folder", type=Path, help="folder of instances, searched to its depth")
    parser.add_argument("--out", type=Path, required=True, help="CSV file to write")
    parser.add_argument("--labels", type=Path, required=True, help="folder for the labels")
    parser.add_argument("--effort", choices=list(LIMITS_S), default="normal")
    parser.add_argument("--seconds", type=float, help="wall-clock cap of each solve")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="*", help="pattern of instance names, e.g. 'ctdp_*'")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Solve what the arguments name; return 0, or 2 where nothing matches."""
    asked = _arguments(words)
    instances = find(asked.folder, asked.only) if asked.folder.is_dir() else []
    if not instances:
        print(f"error: no instance matches {asked.only!r} in {asked.folder}", file=sys.stderr)
        return 2
    known = best_known(asked.folder)
    asked.labels.mkdir(parents=True, exist_ok=True)
    same = {
        "effort": asked.effort,
        "seed": asked.seed,
        "seconds": "" if asked.seconds is None else asked.seconds,
        **provenance.stamp(),
    }
    limit_s = LIMITS_S[asked.effort] if asked.seconds is None else 2.0 * asked.seconds + 60.0
    rows: list[dict[str, Any]] = []
    for instance in instances:
        outcome = run_alone(
            solve_one,
            limit_s=limit_s,
            instance=instance,
            effort=asked.effort,
            seed=asked.seed,
            seconds=asked.seconds,
        )
        row = row_of(instance, outcome.value or {}, known=known)
        row |= same | {"peak_mb": provenance.rounded(outcome.peak_mb, 4)}
        row["error"] = outcome.error or row["error"]
        if outcome.value is not None:
            np.save(asked.labels / f"{instance.label}.npy", outcome.value["labels"])
        rows.append(row)
        # After every instance, so that a run that is stopped keeps what it has.
        provenance.write_rows(asked.out, rows)
        shown = (
            *("name", "status", "feasible", "objective", "gap", "ratio", "deviation_percent"),
            *("J2_km", "border_km", "wall_s", "cpu_s", "peak_mb", "error"),
        )
        print("  ".join(f"{key}={row[key]}" for key in shown if row[key] != ""), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
