"""Recompute a plan's scorecard from its CSV files alone, as a stranger would.

    python -m tests.check_scorecard PLAN SCORECARD

PLAN is a plan folder, SCORECARD the file scorecard.csv of `territory scorecard`. Nothing of the
product is imported. Every figure but the compactness (which needs the polygons) and the simulated
probability is compared to the cent. Exit 0: all agree; 1: some do not.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections import defaultdict
from pathlib import Path

__all__ = ["compare", "main", "recomputed"]

NOT_FROM_ACCOUNTS = {"compactness", "probability"}
TEXTS = {"territory_id", "rep", "district_id", "region_id", "outside"}
CENT = 0.005
RATIO = 5e-7

Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def number(text: str | None) -> float:
    return float(text) if text else 0.0


def ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def recomputed(folder: Path, top_tier: str = "A") -> dict[str, dict[str, float]]:
    """Figures by territory, from accounts.csv and the capacities in territories.csv."""
    accounts, territories = rows(folder / "accounts.csv"), rows(folder / "territories.csv")
    parts: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    systems: dict[str, set[str]] = defaultdict(set)
    for row in accounts:
        if row["idn"]:
            systems[row["idn"]].add(row["territory_id"])
    has = set(accounts[0])
    for row in accounts:
        own = parts[row["territory_id"]]
        potential, revenue = number(row["potential_usd"]), number(row["revenue_usd"])
        moved = row["current_territory_id"] not in ("", row["territory_id"])
        split = bool(row["idn"]) and len(systems[row["idn"]]) > 1
        own["n_accounts"].append(1)
        own["n_top_accounts"].append(row["tier"] == top_tier)
        own["call_min"].append(number(row["n_calls"]) * number(row["minutes"]))
        for name in ("n_calls", "travel_h", "service_h", "workload_h"):
            own[name].append(number(row[name]))
        own["potential_usd"].append(potential)
        own["revenue_usd"].append(revenue)
        rival = number(row.get("competitor_usd"))
        own["competitor_usd"].append(rival)
        own["white_space_usd"].append(max(0.0, potential - revenue - rival))
        for name in ("potential_mean_usd", "potential_low_usd", "potential_high_usd"):
            own[name].append(number(row[name]) if row.get(name) else potential)
        for name in ("sales_usd", "sales_before_usd"):
            own[name].append(number(row.get(name)))
        growing = row.get("growth_area", "").lower() == "true"
        own["n_growth_accounts"].append(growing)
        own["growth_usd"].append(potential if growing else 0.0)
        own["split_idn_revenue_usd"].append(revenue if split else 0.0)
        own["n_moved_accounts"].append(moved)
        own["moved_revenue_usd"].append(revenue if moved else 0.0)
    out: dict[str, dict[str, float]] = {}
    for row in territories:
        at = row["territory_id"]
        sums = {name: math.fsum(values) for name, values in parts[at].items()}
        served = {idn for idn, where in systems.items() if at in where}
        capacity = number(row.get("capacity_h"))
        figures = {name: value for name, value in sums.items() if name not in ("call_min",)}
        figures |= {
            "mean_travel_min": ratio(sums["call_min"], sums["n_calls"]),
            "capacity_h": capacity,
            "utilisation": ratio(sums["workload_h"], capacity),
            "selling_share": ratio(sums["service_h"], sums["workload_h"]),
            "penetration": ratio(sums["revenue_usd"], sums["potential_usd"]),
            "competitor_saturation": ratio(sums["competitor_usd"], sums["potential_usd"]),
            "sales_trend": ratio(sums["sales_usd"], sums["sales_before_usd"]) - 1.0,
            "growth_share": ratio(sums["growth_usd"], sums["potential_usd"]),
            "n_idns": len(served),
            "n_split_idns": sum(len(systems[idn]) > 1 for idn in served),
        }
        out[at] = figures
    _deviations(out, territories, has)
    return out


def _deviations(out: dict[str, dict[str, float]], territories: list[Row], has: set[str]) -> None:
    """Deviations of sums: from the share of the goals; measures of the plan: from their goals."""
    base = "workload_h_goal" if "workload_h_goal" in territories[0] else "potential_usd_goal"
    goals = {row["territory_id"]: number(row[base]) for row in territories}
    total_goal = math.fsum(goals.values())
    ratios = {
        "mean_travel_min": ("call_min", "n_calls"),
        "utilisation": ("workload_h", "capacity_h"),
        "selling_share": ("service_h", "workload_h"),
        "penetration": ("revenue_usd", "potential_usd"),
        "competitor_saturation": ("competitor_usd", "potential_usd"),
        "growth_share": ("growth_usd", "potential_usd"),
    }
    totals = {
        name: math.fsum(figures[name] for figures in out.values())
        for name in next(iter(out.values()))
    }
    totals["call_min"] = math.fsum(
        figures["mean_travel_min"] * figures["n_calls"] for figures in out.values()
    )
    for row in territories:
        at = row["territory_id"]
        own = out[at]
        for name in list(own):
            if f"{name}_goal" in row:
                own[f"{name}_deviation"] = own[name] / number(row[f"{name}_goal"]) - 1.0
            elif name in ratios:
                part, whole = ratios[name]
                mean = ratio(totals[part], totals[whole])
                own[f"{name}_deviation"] = ratio(own[name], mean) - 1.0
            else:
                own[f"{name}_deviation"] = ratio(own[name], totals[name] * goals[at] / total_goal)
                own[f"{name}_deviation"] -= 1.0


def compare(folder: Path, scorecard: Path) -> tuple[list[str], int]:
    """List what does not agree; and how many numbers were compared."""
    review = json.loads((folder / "plan.json").read_text("utf-8")).get("review", {})
    expected = recomputed(folder, review.get("top_tier", "A"))
    off, compared = [], 0
    given = rows(scorecard)
    if {row["territory_id"] for row in given} != set(expected):
        off.append("the scorecard has other territories than the plan")
    for row in given:
        own = expected[row["territory_id"]]
        for name, text in row.items():
            if name in TEXTS or name in NOT_FROM_ACCOUNTS:
                continue
            found = own.get(name, math.nan)
            cents = name.endswith(("_usd", "_h")) or name.startswith("n_")
            slack = CENT if cents and not name.endswith("_deviation") else RATIO
            if name.endswith("_deviation"):
                slack = 2e-6  # territories.csv holds six decimals
            same = (not text and math.isnan(found)) or (
                bool(text) and abs(float(text) - found) <= slack
            )
            compared += 1
            if not same:
                off.append(f"{row['territory_id']}: {name} is {text}, recomputed {found}")
    return off, compared


def main(words: list[str] | None = None) -> int:
    """Compare the files that the arguments name and print the verdict."""
    parser = argparse.ArgumentParser(prog="python -m tests.check_scorecard")
    parser.add_argument("folder", type=Path)
    parser.add_argument("scorecard", type=Path)
    asked = parser.parse_args(words)
    off, compared = compare(asked.folder, asked.scorecard)
    for line in off[:50]:
        print(line)
    print(f"{'OFF' if off else 'SOUND'}: {len(off)} of {compared} numbers differ")
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(main())
