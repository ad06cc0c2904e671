"""What each part of the engine brings: frozen homes solved with all parts, and with one left out.

    python -m tests.benchmarks.ablations FOLDER --out FILE.csv [--effort quick|normal]
        [--seeds N…] [--only PATTERN]

Every run is a process of its own. Objective and border are the scorer's, as in `published`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.benchmarks import provenance
from tests.benchmarks.families import Instance, find
from tests.benchmarks.isolate import run_alone
from tests.benchmarks.published import LIMITS_S, row_of, solve_one

__all__ = ["PARTS", "main"]

COLUMNS = (
    *("name", "without", "effort", "seed", "status", "feasible", "objective", "border_km", "gap"),
    *("cpu_s", "commit", "versions", "machine", "error"),
)


def _profiles(**changed: Any) -> None:
    from solvers.effort import PROFILES

    for effort, profile in list(PROFILES.items()):
        PROFILES[effort] = replace(profile, **changed)


def _no_merging() -> None:
    """Annealing around the best stays, what it finds is not merged."""
    from solvers.search import rounds

    setattr(rounds, "_merge_all", lambda *_: [])  # noqa: B010
    _no_partition()


def _no_partition() -> None:
    """Territories of different plans are not put together."""
    _profiles(partition=0.0)


def _no_composite_moves() -> None:
    """A unit that may not leave alone stays."""
    from solvers.search import anneal, arrays, rounds

    build = arrays.build_field

    def plain(*words: Any, **keys: Any) -> Any:
        return build(*words, **keys)._replace(carries=False)

    for module in (arrays, anneal, rounds):
        if hasattr(module, "build_field"):
            setattr(module, "build_field", plain)  # noqa: B010


def _no_diversity() -> None:
    """One beginning only, so that all plans that are merged come from its surroundings."""
    _profiles(starts=1, finalists=1)


def _no_swaps() -> None:
    """Land without activity stays where the search left it."""
    from solvers import portfolio

    setattr(portfolio, "swap_idle_land", lambda *_: None)  # noqa: B010


PARTS: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "merging": _no_merging,
    "territories put together": _no_partition,
    "composite moves": _no_composite_moves,
    "diverse beginnings": _no_diversity,
    "cuts of idle land": _no_swaps,
}
"""Parts by name, and how each is left out of this process; the border term is priced or not by the
instances themselves."""


def _solve(*, instance: Instance, effort: str, seed: int, without: str) -> dict[str, Any]:
    PARTS[without]()
    return solve_one(instance=instance, effort=effort, seed=seed, seconds=None)


def main(words: list[str] | None = None) -> int:
    """Solve what the arguments name with and without each part; 2 where nothing matches."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ablations")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--effort", choices=["quick", "normal"], default="quick")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--only", default="homes_*")
    asked = parser.parse_args(words)
    instances = find(asked.folder, asked.only) if asked.folder.is_dir() else []
    if not instances:
        print(f"error: no instance matches {asked.only!r} in {asked.folder}", file=sys.stderr)
        return 2
    same = provenance.stamp()
    rows: list[dict[str, Any]] = []
    for instance in instances:
        for seed in asked.seeds:
            for without in PARTS:
                outcome = run_alone(
                    _solve,
                    limit_s=LIMITS_S[asked.effort],
                    instance=instance,
                    effort=asked.effort,
                    seed=seed,
                    without=without,
                )
                scored = row_of(instance, outcome.value or {}, known={})
                row = {key: scored.get(key, "") for key in COLUMNS} | same
                row |= {"without": without, "effort": asked.effort, "seed": seed}
                row["error"] = outcome.error or row["error"]
                rows.append(row)
                provenance.write_rows(asked.out, rows)
                print(instance.label, seed, without or "all parts", row["objective"], flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
