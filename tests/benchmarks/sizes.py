"""Measure what must be quick at size outside the search, each in a process of its own.

    python -m tests.benchmarks.sizes [NAME ...] [--out FILE.csv]

Names are those of `MEASURED`; without any, all of them (ten minutes). Seconds are CPU (user and
system) unless a figure says wall. `python -m tests.benchmarks.results` lays the file out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks import hands, living, map_scale, market, provenance, reading
from tests.benchmarks.isolate import Outcome, run_alone

__all__ = ["MEASURED", "main", "rows_of"]

Targets = Mapping[str, float]

MEASURED: Mapping[str, tuple[Callable[..., Any], dict[str, Any], Targets]] = {
    "map": (map_scale.measure, {"n_accounts": 100_000, "k": 300}, {"size_mb": 25, "open_s": 5}),
    "xlsx": (reading.measure, {"n": 100_000, "kind": "xlsx"}, {"cpu_s": 4, "peak_mb": 1_024}),
    "csv": (reading.measure, {"n": 100_000, "kind": "csv"}, {"cpu_s": 4, "peak_mb": 1_024}),
    "questions": (hands.measured, {"n": 100_000}, {"cpu_s": 60, "peak_mb": 4_096}),
    "monitor": (living.measure, {"n": 100_000, "quarters": 40}, {"wall_s": 60}),
    "market": (market.measure, {"n": 1_000_000}, {"cpu_s": 20, "peak_mb": 4_096}),
}
"""What is measured: the function, its arguments, and the most that its figures may be."""


def rows_of(name: str, outcome: Outcome, targets: Targets) -> list[dict[str, Any]]:
    """Return one row a figure, with what was asked of it and whether it holds."""
    found = dict(outcome.value or {})
    if "peak_mb" not in found and outcome.peak_mb == outcome.peak_mb:
        found["peak_mb"] = outcome.peak_mb
    rows = []
    for figure, value in found.items():
        most = targets.get(figure)
        rows.append(
            {
                "size_of": name,
                "figure": figure,
                "value": provenance.rounded(float(value), 4),
                "target": "" if most is None else most,
                "holds": "" if most is None else bool(float(value) <= most),
                "error": "",
            }
        )
    if outcome.error:
        nothing = dict.fromkeys(("figure", "value", "target", "holds"), "")
        rows.append({"size_of": name, **nothing, "error": outcome.error})
    return rows


def main(words: list[str] | None = None) -> int:
    """Measure, and print and write each figure as it comes; 0, or 2 for a name nobody knows."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sizes")
    parser.add_argument("names", nargs="*", default=[])
    parser.add_argument("--out", type=Path, help="CSV file to write")
    asked = parser.parse_args(words)
    if unknown := set(asked.names) - set(MEASURED):
        print(f"error: unknown {sorted(unknown)}; known {sorted(MEASURED)}", file=sys.stderr)
        return 2
    same = {
        "seed": 1,
        **provenance.stamp("numpy", "pandas", "shapely", "openpyxl"),
    }
    rows: list[dict[str, Any]] = []
    for name in asked.names or MEASURED:
        function, arguments, targets = MEASURED[name]
        outcome = run_alone(function, limit_s=1_800.0, **arguments)
        rows += [{**row, **same} for row in rows_of(name, outcome, targets)]
        print(name, outcome.value, outcome.error, f"{outcome.peak_mb:,.0f} MB", flush=True)
        if asked.out:
            provenance.write_rows(asked.out, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
