"""Recompute what the sizes of a force add up to from the CSV files alone, as a stranger would.

    python -m tests.check_sizing SCENARIO PLAN FILES

SCENARIO is the scenario file (its [sizing] and [capacity]), PLAN a plan folder of the same inputs,
FILES the folder that `territory size` wrote into. Nothing of the product is imported. Homes, and so
travel, coverage and sales of a force that nobody has, are searched and not in any file: what is
held of them is that they fit together and that one more rep is never worse.
"""

from __future__ import annotations

import argparse
import math
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np

from tests.check_scorecard import Row, number, rows
from tests.verdict import tell

__all__ = ["compare", "main", "never_rising"]

NEIGHBOURS = 5


def never_rising(steps: list[float]) -> list[float]:
    """The nearest series that never rises: blocks that rise are pooled to their mean."""
    blocks: list[list[float]] = []
    for step in steps:
        blocks.append([step])
        while len(blocks) > 1 and np.mean(blocks[-2]) < np.mean(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    return [float(np.mean(block)) for block in blocks for _ in block]


def marginals(table: list[Row], rep_usd: float) -> list[dict[str, tuple[float, float]]]:
    """Step, smooth profit and error of every row but the first, each with its slack."""
    profit = [number(row["profit_usd"]) for row in table]
    fte = [number(row["fte"]) for row in table]
    by = [abs(b - a) for a, b in pairwise(fte)]
    steps = [(b - a) / d for (a, b), d in zip(pairwise(profit), by, strict=True)]
    # The files have fte to four decimals.
    slack = max((2e-4 * abs(s) / d for s, d in zip(steps, by, strict=True)), default=0.0) + 0.02
    flat = never_rising(steps)
    padded = [flat[0], *flat, flat[-1]] if flat else []
    smooth = [max(sum(padded[at : at + 3]) / 3.0, -rep_usd) for at in range(len(steps))]
    out = []
    for at, step in enumerate(steps):
        low = max(0, min(at - NEIGHBOURS // 2, len(steps) - NEIGHBOURS))
        near = [steps[i] - smooth[i] for i in range(low, min(low + NEIGHBOURS, len(steps)))]
        error = math.sqrt(sum(each * each for each in near)) / len(near)
        out.append({
            "step_profit_usd": (step, slack),
            "marginal_profit_usd": (smooth[at], slack),
            "marginal_error_usd": (error, 2 * slack),
        })  # fmt: skip
    return out


def compare(scenario: Path, plan: Path, files: Path) -> tuple[list[str], int]:
    """List what does not agree in sizing.csv, and how much was compared."""
    options = tomllib.loads(scenario.read_text(encoding="utf-8"))
    sizing, capacity = options.get("sizing", {}), options.get("capacity", {})
    rep_usd, margin = sizing.get("rep_usd", 250_000.0), sizing.get("margin", 0.65)
    office = capacity.get("admin_share", 0.1)
    accounts, table = rows(plan / "accounts.csv"), rows(files / "sizing.csv")
    service = math.fsum(number(row["service_h"]) for row in accounts)
    admin = math.fsum(number(row["admin_h"]) for row in accounts if row.get("admin_h"))
    tiers = dict.fromkeys(sorted({row["tier"] for row in accounts}), 0.0)
    for row in accounts:
        tiers[row["tier"]] += number(row["n_calls"])
    off, compared = [], 0

    def hold(where: str, text: str, value: float, slack: float) -> None:
        nonlocal compared
        compared += 1
        if not abs(number(text) - value) <= slack:
            off.append(f"{where} is {text}, recomputed {value}")

    more: list[dict[str, tuple[float, float]]] = [{}, *marginals(table, rep_usd)]
    for at, row in enumerate(table):
        own = {name: number(text) for name, text in row.items() if name != "home"}
        hours, where = own["service_h"] + own["travel_h"], f"sizing.csv: {row['n_reps']} reps"
        # Hours are written to a tenth.
        near = 0.2 / min(hours, own["capacity_h"]) * (1.0 + own["utilisation"]) + 1e-6
        covered = math.fsum(n * own.get(f"coverage_{t}", 0.0) for t, n in tiers.items())
        for name, (value, slack) in {
            "service_h": (service, 0.051),
            "workload_h": (hours, 0.11),
            "utilisation": (hours / own["capacity_h"], near),
            "travel_share": (own["travel_h"] / hours, near),
            "selling_share": ((service - admin) / (hours / (1.0 - office)), near),
            "coverage": (covered / math.fsum(tiers.values()), 1e-5),
            "margin_usd": (margin * own["sales_usd"], 0.011),
            "cost_usd": (rep_usd * own["fte"], rep_usd * 5.1e-5 + 0.01),
            "profit_usd": (own["margin_usd"] - own["cost_usd"], 0.011),
            **more[at],
        }.items():
            hold(f"{where} {name}", row[name], value, slack)
        compared += 2
        if own["busiest"] < own["utilisation"] - 1e-6:
            off.append(f"{where}: the busiest rep is less busy than the force")
        if at and own["sales_usd"] < number(table[at - 1]["sales_usd"]) - 0.011:
            off.append(f"{where} sell less than {table[at - 1]['n_reps']}")
    return off, compared


def main(words: list[str] | None = None) -> int:
    """Compare the files that the arguments name and print the verdict."""
    parser = argparse.ArgumentParser(prog="python -m tests.check_sizing")
    for name in ("scenario", "plan", "files"):
        parser.add_argument(name, type=Path)
    asked = parser.parse_args(words)
    return tell(*compare(asked.scenario, asked.plan, asked.files))


if __name__ == "__main__":
    sys.exit(main())
