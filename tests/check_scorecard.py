"""Recompute a plan's scorecard from its CSV files alone, as a stranger would.

    python -m tests.check_scorecard PLAN SCORECARD

PLAN is a plan folder, SCORECARD the file scorecard.csv of `territory scorecard`. Nothing of the
product is imported. Every figure is compared to the cent, the compactness by the outlines in
territories.gpkg (left out where the plan has none), the simulated ones with draws of its own to
within their errors. Exit 0: all agree; 1: some do not.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import statistics
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from tests.verdict import tell

__all__ = ["compare", "main", "recomputed"]

SHAPE = 1.1e-4
"""The compactness is written with four decimals, of outlines projected there and back."""

SIMULATED = {
    # How far the product's simulation of 2,000 draws may lie from one of more: shares, and
    # fractions of a sum (the tenth part of a wide territory's markets is off by 1 % as a rule).
    "probability": 0.06,
    "probability_attainable": 0.06,
    "potential_low_usd": 0.05,
    "potential_high_usd": 0.05,
}
DRAWS = 8_000
RATIOS = {
    "mean_travel_min": ("call_min", "n_calls"),
    "utilisation": ("workload_h", "capacity_h"),
    "travel_share": ("travel_h", "workload_h"),
    "selling_share": ("selling_h", "worked_h"),
    "penetration": ("revenue_usd", "known_usd"),
    "competitor_saturation": ("competitor_usd", "rivals_known_usd"),
    "growth_share": ("growth_usd", "potential_usd"),
}
"""Ratios of two sums over the accounts."""
TEXTS = {"territory_id", "rep", "district_id", "region_id", "outside"}
CENT = 0.005
RATIO = 5e-7

Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def number(text: str | None) -> float:
    return float(text) if text else 0.0


def ratio_of(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def known_sum(values: list[float]) -> float:
    """Sum of what is known; not known where nothing is."""
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) if known or not values else math.nan


def known(text: str | None) -> float:
    return float(text) if text else math.nan


def recomputed(
    folder: Path, top_tier: str = "A", office_share: float = 0.1
) -> dict[str, dict[str, float]]:
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
        potential, revenue = number(row["potential_usd"]), known(row["revenue_usd"])
        moved = row["current_territory_id"] not in ("", row["territory_id"])
        split = bool(row["idn"]) and len(systems[row["idn"]]) > 1
        own["n_accounts"].append(1)
        own["n_top_accounts"].append(row["tier"] == top_tier)
        own["call_min"].append(number(row["n_calls"]) * number(row["minutes"]))
        for name in ("n_calls", "travel_h", "service_h", "workload_h"):
            own[name].append(number(row[name]))
        own["selling_h"].append(number(row["service_h"]) - number(row.get("admin_h")))
        own["worked_h"].append(number(row["workload_h"]) / (1.0 - office_share))
        own["potential_usd"].append(potential)
        own["revenue_usd"].append(revenue)
        own["known_usd"].append(math.nan if math.isnan(revenue) else potential)
        rival = known(row.get("competitor_usd"))
        own["competitor_usd"].append(rival)
        own["rivals_known_usd"].append(math.nan if math.isnan(rival) else potential)
        free = potential - revenue - rival
        own["white_space_usd"].append(free if math.isnan(free) else max(0.0, free))
        mean = row.get("potential_mean_usd")
        own["potential_mean_usd"].append(number(mean) if mean else potential)
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
        sums = {name: known_sum(values) for name, values in parts[at].items()}
        served = {idn for idn, where in systems.items() if at in where}
        capacity = number(row.get("capacity_h"))
        figures = {name: value for name, value in sums.items() if name not in ("call_min",)}
        figures |= {
            "mean_travel_min": ratio_of(sums["call_min"], sums["n_calls"]),
            "capacity_h": capacity,
            "utilisation": ratio_of(sums["workload_h"], capacity),
            "travel_share": ratio_of(sums["travel_h"], sums["workload_h"]),
            "selling_share": ratio_of(sums["selling_h"], sums["worked_h"]),
            "penetration": ratio_of(sums["revenue_usd"], sums["known_usd"]),
            "competitor_saturation": ratio_of(sums["competitor_usd"], sums["rivals_known_usd"]),
            "sales_trend": ratio_of(sums["sales_usd"], sums["sales_before_usd"]) - 1.0,
            "growth_share": ratio_of(sums["growth_usd"], sums["potential_usd"]),
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
    totals = {
        name: known_sum([figures[name] for figures in out.values()])
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
            elif name in RATIOS:
                part, whole = RATIOS[name]
                mean = ratio_of(totals[part], totals[whole])
                own[f"{name}_deviation"] = ratio_of(own[name], mean) - 1.0
            else:
                own[f"{name}_deviation"] = ratio_of(
                    own[name], totals[name] * goals[at] / total_goal
                )
                own[f"{name}_deviation"] -= 1.0


def simulated(folder: Path, correlation: float, common: float) -> dict[str, dict[str, float]]:
    """Figures of drawn markets, with draws of this script's own: low, high, and how sure."""
    accounts, territories = rows(folder / "accounts.csv"), rows(folder / "territories.csv")
    rng = np.random.default_rng(20_261_127)
    wide = statistics.NormalDist().inv_cdf(0.9)
    ids = [row["territory_id"] for row in territories]
    sums = np.zeros((DRAWS, len(ids)))
    counties: dict[str, np.ndarray] = {}
    ways: dict[str, np.ndarray] = {}
    for row in accounts:
        value = number(row["potential_usd"])
        if value <= 0:
            continue
        low, high = (number(row.get(f"potential_{end}_usd")) or value for end in ("low", "high"))
        for known_draws, key in ((counties, row["unit_id"].split(":")[0]),
                                 (ways, row.get("potential_basis", ""))):  # fmt: skip
            if key not in known_draws:
                known_draws[key] = rng.standard_normal(DRAWS)
        z = (
            math.sqrt(correlation) * counties[row["unit_id"].split(":")[0]]
            + math.sqrt(common) * ways[row.get("potential_basis", "")]
            + math.sqrt(max(0.0, 1.0 - correlation - common)) * rng.standard_normal(DRAWS)
        )
        down, up = math.log(value / min(low, value)), math.log(max(high, value) / value)
        sums[:, ids.index(row["territory_id"])] += value * np.exp(
            z / wide * np.where(z < 0, down, up)
        )
    out: dict[str, dict[str, float]] = {}
    total = sums.sum(axis=1)
    goals = [number(row.get("potential_usd_goal")) for row in territories]
    for at, row in enumerate(territories):
        low, high = (float(each) for each in np.quantile(sums[:, at], [0.1, 0.9]))
        out[ids[at]] = {"potential_low_usd": low, "potential_high_usd": high}
        if not goals[at] > 0:
            continue
        off = sums[:, at] / (total * goals[at] / math.fsum(goals))
        ends = [number(row[f"potential_usd_{end}"]) / goals[at] for end in ("lower", "upper")]
        centred = off / np.median(off)
        for name, drawn in (("probability", off), ("probability_attainable", centred)):
            inside = (drawn >= ends[0] - 1e-6) & (drawn <= ends[1] + 1e-6)
            out[ids[at]][name] = float(inside.mean())
    return out


def compactness(folder: Path) -> dict[str, float]:
    """4 pi area / perimeter^2 of each territory's outline, in the plan's equal-area metres."""
    path = folder / "territories.gpkg"
    if not path.is_file():
        return {}
    import geopandas

    crs = json.loads((folder / "plan.json").read_text("utf-8"))["crs"]
    shapes = geopandas.read_file(path, layer="territories").to_crs(crs)
    values = 4.0 * math.pi * shapes.area / shapes.length**2
    return dict(zip(shapes["territory_id"], (float(each) for each in values), strict=True))


def compare(folder: Path, scorecard: Path) -> tuple[list[str], int]:
    """List what does not agree; and how many numbers were compared."""
    review = json.loads((folder / "plan.json").read_text("utf-8")).get("review", {})
    expected = recomputed(folder, review.get("top_tier", "A"), review.get("office_share", 0.1))
    if "potential_low_usd" in rows(folder / "territories.csv")[0]:
        for at, figures in simulated(
            folder, review["correlation"], review["correlation_basis"]
        ).items():
            expected[at] |= figures
    found_shapes = compactness(folder)
    for at, value in found_shapes.items():
        expected[at]["compactness"] = value
    off, compared = [], 0
    given = rows(scorecard)
    if {row["territory_id"] for row in given} != set(expected):
        off.append("the scorecard has other territories than the plan")
    for row in given:
        own = expected[row["territory_id"]]
        for name, text in row.items():
            if name in TEXTS or (name == "compactness" and not found_shapes):
                continue
            found = own.get(name, math.nan)
            cents = name.endswith(("_usd", "_h")) or name.startswith("n_")
            slack = CENT if cents and not name.endswith("_deviation") else RATIO
            if name.endswith("_deviation"):
                slack = 2e-6  # territories.csv holds six decimals
            if name == "compactness":
                slack = SHAPE
            if name in SIMULATED:
                slack = SIMULATED[name] * (abs(found) if name.endswith("_usd") else 1.0)
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
    return tell(off, compared)


if __name__ == "__main__":
    sys.exit(main())
