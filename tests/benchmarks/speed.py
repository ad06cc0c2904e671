"""Time the solver's phases on a ladder of sizes at fixed n/k, and fit how each phase grows.

    python -m tests.benchmarks.speed [--scale FOLDER] [--out FILE.csv] [--up-to N] [--seed N]
        [--phases problem,evaluate,quick,edit,normal]

Without `--scale` (a folder of files of the scale family) synthetic countries are drawn. Each size
runs in a process of its own; phases are timed apart, and kernels are compiled before the clock.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import provenance
from tests.benchmarks.families import Instance, find, to_problem
from tests.benchmarks.isolate import run_alone
from tests.benchmarks.published import warm
from tests.benchmarks.score import score
from tests.benchmarks.synthetic import country

__all__ = ["LADDER", "PHASES", "growth", "instance_of_size", "main", "measure"]

LADDER = {254: "tx", 3108: "us", 10000: "mid", 33000: "zip", 85000: "tract"}
"""Sizes, and the file of the scale family that has so many units."""

UNITS_PER_TERRITORY = 66
TOLERANCE = 0.10
PHASES = ("problem", "evaluate", "quick", "edit")
"""Phases timed by default; ``normal`` is there on demand."""

FIT_FROM = 3000
"""Smallest size that the growth is fitted from: below it constants rule."""

LIMIT_S = 1200.0


def instance_of_size(n: int, scale: Path | None, seed: int) -> Instance:
    """Return the ladder's instance with n units at about 66 units a territory."""
    k = max(2, round(n / UNITS_PER_TERRITORY))
    if scale is None:
        data: dict[str, Any] = country(n, k=k, seed=seed)
        return Instance(name=f"synthetic{n}", family="scale", data=data, k=k, tolerance=TOLERANCE)
    found = find(scale, LADDER[n])
    if not found:
        raise FileNotFoundError(f"{scale} has no {LADDER[n]}.npz")
    return Instance(
        name=found[0].name, family="scale", data=found[0].data, k=k, tolerance=TOLERANCE
    )


def _edited(labels: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Give one unit on a border to the territory across it, as a planner's edit would."""
    crossing = edges[labels[edges[:, 0]] != labels[edges[:, 1]]]
    unit, other = crossing[len(crossing) // 2]
    out = labels.copy()
    out[unit] = labels[other]
    return out


def measure(*, instance: Instance, phases: tuple[str, ...], seed: int) -> dict[str, Any]:
    """Run the phases on one instance and return wall and CPU seconds of each."""
    from solvers import solve
    from solvers.problem.evaluate import evaluate

    warm("quick")
    out: dict[str, Any] = {}
    values: dict[str, Any] = {}

    def clocked(phase: str, work: Callable[[], Any]) -> Any:
        if phase not in phases:
            return None
        wall, cpu = time.perf_counter(), time.process_time()
        value = work()
        out[f"{phase}_s"] = time.perf_counter() - wall
        out[f"{phase}_cpu_s"] = time.process_time() - cpu
        return value

    problem = clocked("problem", lambda: to_problem(instance)) or to_problem(instance)
    for effort in ("quick", "normal"):
        values[effort] = clocked(effort, lambda e=effort: solve(problem, effort=e, seed=seed))
    plan = values["normal"] or values["quick"]
    if plan is None:
        return out
    labels = np.asarray(plan.assignment)
    evaluate(problem, labels)
    clocked("evaluate", lambda: evaluate(problem, labels))
    edited = _edited(labels, np.asarray(instance.data["edges"]))
    repaired = clocked("edit", lambda: solve(problem, effort="quick", seed=seed, start=edited))
    for name, result in (("plan", plan), ("edit", repaired)):
        if result is not None:
            judged = score(
                "scale",
                instance.data,
                np.asarray(result.assignment),
                k=instance.k,
                tolerance=TOLERANCE,
            )
            out[f"{name}_feasible"] = judged.feasible
            out[f"{name}_J2_km"] = provenance.rounded(judged.j2_km, 5)
    return out


def growth(sizes: list[int], seconds: list[float]) -> float:
    """Fit b of ``seconds ~ a n^b`` by least squares on logarithms; nan under two sizes.

    Examples
    --------
    >>> round(growth([3000, 6000, 12000], [1.0, 2.0, 4.0]), 3)
    1.0
    """
    points = [(n, s) for n, s in zip(sizes, seconds, strict=True) if n >= FIT_FROM and s > 0]
    if len(points) < 2:
        return float("nan")
    n, s = np.log(np.array(points)).T
    return float(np.polyfit(n, s, 1)[0])


def main(words: list[str] | None = None) -> int:
    """Climb the ladder and print a table; return 0, or 2 where the arguments make no sense."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.speed")
    parser.add_argument("--scale", type=Path, help="folder with tx.npz, us.npz, … of the family")
    parser.add_argument("--out", type=Path, help="CSV file to write")
    parser.add_argument("--up-to", type=int, default=max(LADDER), help="largest size")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--phases", default=",".join(PHASES))
    asked = parser.parse_args(words)
    phases = tuple(asked.phases.split(","))
    sizes = [n for n in LADDER if n <= asked.up_to]
    if unknown := set(phases) - {*PHASES, "normal"}:
        print(f"error: unknown phases {sorted(unknown)}", file=sys.stderr)
        return 2
    same = {
        "seed": asked.seed,
        **provenance.stamp(),
    }
    rows: list[dict[str, Any]] = []
    results = ("plan_feasible", "plan_J2_km", "edit_feasible", "edit_J2_km")
    timed = [f"{phase}{unit}" for phase in phases for unit in ("_s", "_cpu_s")]
    for n in sizes:
        instance = instance_of_size(n, asked.scale, asked.seed)
        outcome = run_alone(
            measure, limit_s=LIMIT_S, instance=instance, phases=phases, seed=asked.seed
        )
        found = outcome.value or {}
        row: dict[str, Any] = {"instance": instance.name, "n": n, "k": instance.k}
        row |= {key: provenance.rounded(found[key], 4) if key in found else "" for key in timed}
        row |= {key: found.get(key, "") for key in results}
        row |= {"peak_mb": provenance.rounded(outcome.peak_mb, 4)} | same
        row["error"] = outcome.error
        rows.append(row)
        if asked.out:
            provenance.write_rows(asked.out, rows)
        print(
            "  ".join(f"{k}={v}" for k, v in row.items() if v != "" and k not in same), flush=True
        )
    for phase in phases:
        done = [row for row in rows if row[f"{phase}_cpu_s"] != ""]
        power = growth([row["n"] for row in done], [row[f"{phase}_cpu_s"] for row in done])
        if power == power:
            print(f"{phase}: CPU seconds grow as n^{power:.2f} from {FIT_FROM} units up")
    return 0


if __name__ == "__main__":
    sys.exit(main())
