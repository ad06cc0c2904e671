"""Recompute figures.csv, fairness.csv and districts.csv of a scorecard, as a stranger would.

    python -m tests.check_figures PLAN FILES

PLAN is a plan folder, FILES the folder that `territory scorecard` wrote into. Nothing of the
product is imported. Exit 0: all agree; 1: some do not.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from tests.check_scorecard import (
    CENT,
    RATIOS,
    SIMULATED,
    Row,
    known_sum,
    number,
    ratio_of,
    recomputed,
    rows,
)
from tests.verdict import check_folder_and_files

__all__ = ["compare", "main"]


def compare(folder: Path, files: Path) -> tuple[list[str], int]:
    """List what does not agree; and how many numbers were compared."""
    review = json.loads((folder / "plan.json").read_text("utf-8")).get("review", {})
    expected = recomputed(folder, review.get("top_tier", "A"), review.get("office_share", 0.1))
    header = set(rows(files / "scorecard.csv")[0])
    off, compared = [], 0
    for name, lines in (
        ("figures.csv", _figures(folder, expected, header)),
        ("fairness.csv", _fairness(folder)),
        ("districts.csv", _districts(folder, expected)),
    ):
        if (files / name).is_file():
            wrong, more = _held(files / name, lines)
            off, compared = [*off, *wrong], compared + more
    return off, compared


def _held(path: Path, lines: dict[str, dict[str, float | str]]) -> tuple[list[str], int]:
    """List the cells of a table that are not what they should be, by the name of their row."""
    off, compared = [], 0
    for row in rows(path):
        own = lines.get(row.get("figure") or row.get("measure") or row.get("group_id", ""), {})
        for name, value in own.items():
            text = row[name]
            compared += 1
            if isinstance(value, str):
                same = text == value
            elif math.isnan(value):
                same = not text
            else:
                same = bool(text) and abs(float(text) - value) <= 2e-6 * max(1.0, abs(value))
            if not same:
                off.append(f"{path.name}: {next(iter(row.values()))} {name} is {text}, "
                           f"recomputed {value}")  # fmt: skip
    return off, compared


def unevenness(values: list[float]) -> dict[str, float]:
    """Largest by smallest, standard deviation by mean, and Gini's mean difference of all pairs."""
    known = [value for value in values if not math.isnan(value)]
    total = math.fsum(known)
    if not known or total <= 0:
        return dict.fromkeys(("max_min", "cv", "gini"), math.nan)
    pairs = math.fsum(abs(a - b) for a in known for b in known)
    return {
        "max_min": max(known) / min(known) if min(known) > 0 else math.nan,
        "cv": statistics.pstdev(known) / statistics.fmean(known),
        "gini": pairs / (2 * len(known) * total),
    }


def _goal_shares(territories: list[Row], figure: str) -> list[float]:
    """Each territory's share of the goals, the mean of all being 1."""
    first = next(name for name in territories[0] if name.endswith("_goal"))
    names = (f"{figure}_goal", "workload_h_goal", first)
    goal = [number(row[next(n for n in names if n in row)]) for row in territories]
    return [each * len(goal) / math.fsum(goal) for each in goal]


def _figures(
    folder: Path, expected: dict[str, dict[str, float]], header: set[str]
) -> dict[str, dict[str, float | str]]:
    """Every line of figures.csv: the plan's figure, and how it spreads over the territories."""
    territories, accounts = rows(folder / "territories.csv"), rows(folder / "accounts.csv")
    ids = [row["territory_id"] for row in territories]
    systems: dict[str, set[str]] = defaultdict(set)
    for row in accounts:
        if row["idn"]:
            systems[row["idn"]].add(row["territory_id"])
    counted = {"n_idns": len(systems),
               "n_split_idns": sum(len(where) > 1 for where in systems.values())}  # fmt: skip
    for own in expected.values():
        own["call_min"] = own["mean_travel_min"] * own["n_calls"]
    means = {"probability", "probability_attainable"}
    out: dict[str, dict[str, float | str]] = {}
    for name in next(iter(expected.values())):
        if name.endswith("_deviation") or name in {*SIMULATED, "compactness"} - means:
            continue
        values = [expected[at][name] for at in ids]
        shares = _goal_shares(territories, name)
        # Of sums with a deviation what counts is the value in proportion to the goal.
        summed = f"{name}_deviation" in header and name not in RATIOS and name != "sales_trend"
        fair = [v / s for v, s in zip(values, shares, strict=True)] if summed else values
        line: dict[str, float | str] = {}
        if name in RATIOS or name == "sales_trend":
            part, whole = RATIOS.get(name, ("sales_usd", "sales_before_usd"))
            sums = [known_sum([expected[at][each] for at in ids]) for each in (part, whole)]
            line["plan"] = ratio_of(*sums) - (1.0 if name == "sales_trend" else 0.0)
        elif name not in means:
            line["plan"] = float(counted.get(name, known_sum(values)))
        if name in means:
            continue
        known_at = [at for at, value in zip(ids, values, strict=True) if not math.isnan(value)]
        if known_at:
            low = min(known_at, key=lambda at: expected[at][name])
            high = max(known_at, key=lambda at: expected[at][name])
            line |= {"low": expected[low][name], "high": expected[high][name]}
            line["mean"] = statistics.fmean(expected[at][name] for at in known_at)
        if name != "sales_trend":
            line |= unevenness(fair)
        out[name] = line
    return out


def _fairness(folder: Path) -> dict[str, dict[str, float | str]]:
    """Every line of fairness.csv."""
    territories = rows(folder / "territories.csv")
    out: dict[str, dict[str, float | str]] = {}
    for name in [each[:-5] for each in territories[0] if each.endswith("_goal")]:
        load = [number(row[name]) / number(row[f"{name}_goal"]) for row in territories]
        worst = max(territories, key=lambda row: abs(float(row[f"{name}_deviation"])))
        spread = unevenness(load)
        beyond = sum(
            not number(row[f"{name}_lower"]) - CENT <= number(row[name])
            <= number(row[f"{name}_upper"]) + CENT
            for row in territories
        )  # fmt: skip
        out[name] = {
            "gini": spread["gini"],
            "max_min": spread["max_min"],
            "worst_deviation": float(worst[f"{name}_deviation"]),
            "worst_territory": worst["territory_id"],
            "n_outside": beyond,
        }
    return out


def _districts(
    folder: Path, expected: dict[str, dict[str, float]]
) -> dict[str, dict[str, float | str]]:
    """Every line of districts.csv: sums of its territories, and of their goals."""
    territories = rows(folder / "territories.csv")
    measures = [name[:-5] for name in territories[0] if name.endswith("_goal")]
    out: dict[str, dict[str, float | str]] = {}
    for column in ("district_id", "region_id"):
        groups = dict.fromkeys(row.get(column, "") for row in territories)
        for group in groups:
            own = [row for row in territories if row.get(column, "") == group]
            line: dict[str, float | str] = {
                "n_territories": len(own),
                "n_accounts": math.fsum(expected[r["territory_id"]]["n_accounts"] for r in own),
                "travel_h": math.fsum(number(row["travel_h"]) for row in own),
                "territories": ", ".join(row["territory_id"] for row in own),
            }
            for name in measures:
                load, goal = (
                    math.fsum(number(row[each]) for row in own) for each in (name, f"{name}_goal")
                )
                total = math.fsum(number(row[name]) for row in territories)
                line |= {
                    name: load,
                    f"{name}_goal": goal,
                    f"{name}_deviation": load / goal - 1.0,
                    f"{name}_from_equal": load / (total / len(groups)) - 1.0,
                }
            out[group] = line
    return out


def main(words: list[str] | None = None) -> int:
    """Check the files that the arguments name and print the verdict."""
    return check_folder_and_files("check_figures", compare, words)


if __name__ == "__main__":
    sys.exit(main())
