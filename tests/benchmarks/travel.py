"""Hold the travel of designed plans against routed years: the product's tours, and a stranger's.

    python -m tests.benchmarks.travel FILE.toml ... [--seeds 1 2 3] [--effort E] [--out FILE.csv]

Each plan is designed in a process of its own. ``near``, ``far``: hours of the plan ÷ hours of tours
- 1, for the nearer and the farther half of the territories; ``worst``: of one territory; ``rank``:
Spearman's correlation of that error and the way to a call; ``outside``: territories outside the
workload's band by those tours. ``estimate_…`` is by the hours that the plan was solved with last,
before they became those of its tours; ``searched_…`` by those it was found by from elsewhere;
``formula_…`` is the first plan's, which no tours had corrected; ``stranger_…`` is by
`strangers_tours`, its level taken out (a simple year is longer everywhere): what is judged is which
territories it finds longer than others. ``calendar_…`` is the same by its routing of the plan's own
calendar, in the rep's week and with nights at their price: what is left is the routing alone.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from tests.benchmarks import provenance
from tests.benchmarks.isolate import run_alone

PARTS = ("near", "far", "worst", "rank")


def judged(path: str, effort: str | None, seed: int) -> dict[str, Any]:
    """Design one scenario and say how its hours lie to the tours."""
    wall, cpu = time.perf_counter(), time.process_time()
    import territory
    from territory.workforce.travel_check import check_travel

    scenario = territory.read_scenario(path).with_overrides(effort=effort, seed=seed)
    plan = territory.design(scenario)
    spent = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    check = check_travel(plan, scenario)
    routed = plan.record.to_dict().get("routed", {})
    before = routed.get("estimate", routed)
    hours = {
        "estimate": before,
        "searched": routed.get("searched", before),
        "formula": routed.get("uncorrected", before),
    }
    named = {"near": "near_error", "far": "far_error", "worst": "worst_error"}
    named["rank"] = "distance_rank"
    found = check.errors()
    return {
        "effort": plan.record.effort,
        "seed": seed,
        "accounts": len(plan.accounts),
        "territories": len(plan.territories),
        "rounds": routed.get("rounds", ""),
        "settled": routed.get("settled", False),
        **{part: provenance.rounded(found[named[part]], 4) for part in PARTS},
        "outside": len(routed["outside"]) if routed else "",
        "worst_deviation": routed.get("worst_deviation", ""),
        **{
            f"{kind}_{part}": provenance.rounded(errors.get(named[part], float("nan")), 4)
            for kind, errors in hours.items()
            for part in PARTS
        },
        **_strangers(plan, scenario, check.tours),
        "objective_usd": plan.record.objective,
        **spent,
    }


def _strangers(plan: Any, scenario: Any, tours: Any) -> dict[str, Any]:
    """The same by a stranger's tours, over all territories of as many hours as the plan's."""
    import numpy as np

    from territory.inputs.scenario.workforce import Capacity
    from territory.workforce.capacity import working_weeks
    from territory.workforce.travel_check import tour_keys, week_days
    from territory.workforce.workload import on_site_h, road_estimate
    from tests.benchmarks.strangers_tours import calendar_hours, year_hours

    capacity, keys = scenario.capacity or Capacity(), tour_keys(scenario)
    accounts, table = plan.accounts, plan.territories
    model = road_estimate(scenario, accounts[["lon", "lat"]].to_numpy(dtype=float))
    hours: dict[str, list[float]] = {"stranger": [], "calendar": []}
    way = []
    for row, n_days in zip(table.to_dict("records"), week_days(table), strict=True):
        own = accounts[accounts["territory_id"] == row["territory_id"]]
        home = np.array([[row["center_lon"], row["center_lat"]]])
        lonlat = np.vstack([home, own[["lon", "lat"]].to_numpy(dtype=float)])
        calls = own["n_calls"].to_numpy(dtype=float)
        minutes = model.minutes(lonlat, lonlat)
        stay = 60.0 * on_site_h(own) / np.maximum(calls, 1.0)
        limits = {
            "day_min": 60.0 * capacity.longest_day_h,
            "far_min": scenario.travel.overnight_min,
            "days": scenario.travel.most_days,
        }
        weeks: dict[int, list[int]] = {}
        for day in tours[row["territory_id"]].days:
            weeks.setdefault(day.week, []).extend(day.stops)
        years = {
            "stranger": year_hours(
                minutes, lonlat, calls, stay, weeks=working_weeks(capacity), **limits
            ),
            "calendar": calendar_hours(
                *(minutes, list(weeks.values()), stay),
                n_days=int(n_days), night_min=keys.price_min or 0.0, **limits,
            ),
        }  # fmt: skip
        for by, year in years.items():
            hours[by].append(year * calls.sum() / max(float(np.rint(calls).sum()), 1.0))
        way.append(np.average(own["minutes"], weights=calls))
    return {
        f"{by}_{name}": value
        for by, each in hours.items()
        for name, value in _judged_by(np.array(each), np.array(way), plan).items()
    }


def _judged_by(hours: Any, way: Any, plan: Any) -> dict[str, Any]:
    """How a plan's hours (k,) lie to others', of their level, by minutes to a call (k,)."""
    import numpy as np

    table = plan.territories
    sums = plan.accounts.groupby("territory_id")[["travel_h", "service_h"]].sum()
    travel, service = sums.reindex(table["territory_id"]).to_numpy(dtype=float).T
    level = travel.sum() / hours.sum()
    tours = hours * level
    error = travel / tours - 1.0
    order = np.argsort(way, kind="stable")
    half = len(order) // 2
    near, far = (
        float(travel[part].sum() / tours[part].sum() - 1.0) for part in (order[:half], order[half:])
    )
    load = service + tours
    goal = table["workload_h_goal"].to_numpy(dtype=float)
    deviation = load / (goal / goal.sum() * load.sum()) - 1.0
    tolerance = plan.record.measures["workload_h"].tolerance
    ranks = [np.argsort(np.argsort(each, kind="stable")) for each in (error, way)]
    return {
        "level": round(1.0 / level, 4),
        "near": round(near, 4),
        "far": round(far, 4),
        "worst": round(float(error[np.abs(error).argmax()]), 4),
        "rank": round(float(np.corrcoef(*ranks)[0, 1]), 4),
        "outside": int((np.abs(deviation) > tolerance + 1e-9).sum()),
        "worst_deviation": round(float(np.abs(deviation).max()), 4),
        "spread": round(float(np.std(error)), 4),
    }


def main(words: list[str] | None = None) -> int:
    """Parse the command line, run, print and write one row a plan."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="+", type=Path)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--effort", choices=["quick", "normal", "best"])
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(words)
    rows = []
    for path in given.scenarios:
        for seed in given.seeds:
            done = run_alone(judged, path=str(path), effort=given.effort, seed=seed)
            row = {"travel_of": path.stem, **(done.value or {"seed": seed}), "error": done.error}
            row |= provenance.stamp()
            rows.append(row)
            print("  ".join(f"{key} {value}" for key, value in row.items() if key != "versions"))
            if given.out:
                provenance.write_rows(given.out, rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
