"""Recompute reach and frequency of a plan, and the calls that do not fit, from its CSV files alone.

    python -m tests.check_reach PLAN FILES

PLAN is a plan folder, FILES the folder that `territory calls` wrote reach.csv and dropped_calls.csv
into. Nothing of the product is imported. Exit 0: every number agrees; 1: some do not.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from pathlib import Path

from tests.check_scorecard import Row, number, ratio_of, rows
from tests.verdict import check_folder_and_files

__all__ = ["compare", "main"]

SLACK = 6e-4
"""Calls and hours are written with four decimals; sums of some hundred of them."""

ALL = "all"


def served(accounts: list[Row], territories: list[Row], names: list[str]) -> dict[str, float]:
    """Share of each account's hours that its rep has: best tier first, then most potential."""
    order = {name: at for at, name in enumerate(names)}
    others = sorted({row["tier"] for row in accounts} - {"", *names})
    order |= {name: len(names) + at for at, name in enumerate(others)}
    out: dict[str, float] = {}
    for place in territories:
        left = float(place.get("capacity_h") or math.inf)
        own = [row for row in accounts if row["territory_id"] == place["territory_id"]]
        own.sort(
            key=lambda row: (
                order.get(row["tier"], len(order)), -number(row["potential_usd"]),
                row["account_id"],
            )
        )  # fmt: skip
        for row in own:
            hours = number(row["workload_h"])
            fits = min(max(left, 0.0), hours)
            out[row["account_id"]] = fits / hours if hours > 0 else 1.0
            left -= hours
    return out


def sums_of(own: list[Row], fits: dict[str, float]) -> dict[str, float]:
    """Every figure of one row of reach.csv, over its accounts."""
    calls = [number(row.get("planned_calls", row.get("n_calls"))) for row in own]
    share = [fits[row["account_id"]] for row in own]
    usd = [number(row["potential_usd"]) for row in own]
    on = [value >= 1.0 for value in calls]
    called = float(sum(on))
    fit = math.fsum(c * s for c, s in zip(calls, share, strict=True))
    return {
        "n_accounts": float(len(own)),
        "n_called": called,
        "reach": called / len(own),
        "potential_reach": ratio_of(
            math.fsum(u for u, yes in zip(usd, on, strict=True) if yes), math.fsum(usd)
        ),
        "n_calls": math.fsum(calls),
        "frequency_q": ratio_of(
            math.fsum(c for c, yes in zip(calls, on, strict=True) if yes) / 4.0, called
        ),
        "calls_fit": fit,
        "calls_dropped": math.fsum(calls) - fit,
        "hours_dropped": math.fsum(
            number(row["workload_h"]) * (1.0 - s) for row, s in zip(own, share, strict=True)
        ),
        "frequency_fit_q": ratio_of(fit / 4.0, called),
    }


def compare(folder: Path, files: Path) -> tuple[list[str], int]:
    """List what does not agree in reach.csv and dropped_calls.csv; how many numbers were held."""
    accounts, places = rows(folder / "accounts.csv"), rows(folder / "territories.csv")
    review = json.loads((folder / "plan.json").read_text("utf-8")).get("review", {})
    fits = served(accounts, places, list(review.get("tier_names", ())))
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in accounts:
        for at in (row["territory_id"], ALL):
            for tier in (row["tier"], ALL):
                groups[at, tier].append(row)
    off, compared = [], 0
    given = rows(files / "reach.csv")
    if {(row["territory_id"], row["tier"]) for row in given} != set(groups):
        off.append("reach.csv has other territories and tiers than the plan")
    for row in given:
        for column, value in sums_of(groups[row["territory_id"], row["tier"]], fits).items():
            compared += 1
            if not agrees(row[column], value):
                where = f"reach.csv: {row['territory_id']} {row['tier']} {column}"
                off.append(f"{where} is {row[column]}, recomputed {value}")
    by_id = {row["account_id"]: row for row in accounts}
    lost = rows(files / "dropped_calls.csv") if (files / "dropped_calls.csv").is_file() else []
    for row in lost:
        share = 1.0 - fits[row["account_id"]]
        source = by_id[row["account_id"]]
        calls = number(source.get("planned_calls", source.get("n_calls")))
        for column, value in (
            ("calls_dropped", calls * share),
            ("hours_dropped", number(source["workload_h"]) * share),
        ):
            compared += 1
            if not agrees(row[column], value):
                where = f"dropped_calls.csv: {row['account_id']} {column}"
                off.append(f"{where} is {row[column]}, recomputed {value}")
    return off, compared


def agrees(text: str, value: float) -> bool:
    """Whether a cell holds a number; an empty one says that it is not known."""
    if not text or math.isnan(value):
        return not text and math.isnan(value)
    return abs(float(text) - value) <= SLACK + 1e-6 * abs(value)


def main(words: list[str] | None = None) -> int:
    """Compare the files that the arguments name and print the verdict."""
    return check_folder_and_files("check_reach", compare, words)


if __name__ == "__main__":
    sys.exit(main())
