"""Recompute a plan folder from its CSV files alone, as a stranger would.

    python -m tests.check_plan FOLDER [--accounts FILE] [--allow-outside]

Nothing of the product is imported. Each line of the answer is one thing that is off: a number that
does not follow from the rows it stands for, or a rule that the plan breaks. Exit 0: none; 1: some;
2: no plan folder. With `--accounts` the ids of the company's own table must be the plan's. With
`--allow-outside` a territory outside its band is no fault as long as plan.json says so itself.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

__all__ = ["Plan", "check", "main", "read"]

CENT = 0.005
"""Half a cent, or half a hundredth of an hour: sums agree to the cent."""

FILES = ("plan.json", "accounts.csv", "alignment.csv", "territories.csv", "adjacency.csv")
FIRST_COLUMNS = {
    "alignment": ["unit_id", "territory_id"],
    "accounts": [
        *("account_id", "name", "unit_id", "territory_id", "rep_id", "lon", "lat"),
        *("potential_usd", "service_h", "travel_h", "workload_h", "tier", "exception"),
    ],
    "territories": ["territory_id", "rep_id", "n_units", "n_accounts"],
    "adjacency": ["unit_a", "unit_b", "border_km", "kind"],
}

Row = dict[str, str]


class Plan:
    """The files of a plan folder as text: rows of four tables, and the summary."""

    def __init__(self, folder: Path) -> None:
        self.summary: dict[str, Any] = json.loads((folder / "plan.json").read_text("utf-8"))
        self.columns: dict[str, list[str]] = {}
        self.tables: dict[str, list[Row]] = {}
        for name in FIRST_COLUMNS:
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                self.tables[name] = list(reader)
                self.columns[name] = list(reader.fieldnames or [])

    @property
    def measures(self) -> list[str]:
        """Measures, as the columns of territories.csv name them."""
        known = set(self.columns["territories"])
        return [name for name in self.columns["territories"] if f"{name}_goal" in known]

    @property
    def travelled(self) -> list[str]:
        """Hours and nights on the road, as far as the tables have them."""
        return [x for x in ("travel_h", "nights") if x in self.columns["territories"]]


def read(folder: Path) -> Plan:
    """Read a plan folder; FileNotFoundError names the files that are missing."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise FileNotFoundError(f"{folder} is no plan folder: {', '.join(missing)} missing")
    return Plan(folder)


def number(row: Row, column: str) -> float:
    """Number in a cell; nan where there is none."""
    try:
        return float(row[column])
    except (KeyError, ValueError):
        return math.nan


def same(a: float, b: float, slack: float = CENT) -> bool:
    """Whether two numbers agree, nan never."""
    return abs(a - b) <= slack + 1e-9 * max(abs(a), abs(b))


def twice(values: list[str]) -> list[str]:
    """Values that occur more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def some(values: list[str]) -> str:
    """At most five ids, and how many more."""
    more = f" and {len(values) - 5} more" if len(values) > 5 else ""
    return ", ".join(values[:5]) + more


def _check_columns(plan: Plan) -> list[str]:
    off = []
    for name, wanted in FIRST_COLUMNS.items():
        if plan.columns[name][: len(wanted)] != wanted:
            off.append(f"{name}.csv: the first columns are not {', '.join(wanted)}")
    if not plan.measures:
        off.append("territories.csv: no measure has a goal")
    return off


def _check_assignment(plan: Plan, inputs: list[str] | None) -> list[str]:
    accounts, units = plan.tables["accounts"], plan.tables["alignment"]
    territories = {row["territory_id"]: row for row in plan.tables["territories"]}
    off = [f"account {x} is there twice" for x in twice([r["account_id"] for r in accounts])]
    off += [f"unit {x} is there twice" for x in twice([r["unit_id"] for r in units])]
    ids = [row["territory_id"] for row in plan.tables["territories"]]
    off += [f"territory {x} is there twice" for x in twice(ids)]
    home = {row["unit_id"]: row["territory_id"] for row in units}
    for row in units:
        if row["territory_id"] not in territories:
            off.append(f"unit {row['unit_id']} has unknown territory {row['territory_id']!r}")
    for row in accounts:
        name, at = f"account {row['account_id']}", row["territory_id"]
        if row["unit_id"] not in home:
            off.append(f"{name} lies in unknown unit {row['unit_id']!r}")
        elif row["exception"] == "false" and home[row["unit_id"]] != at:
            off.append(f"{name} is in {at}, its unit in {home[row['unit_id']]}, no exception")
        if at not in territories:
            off.append(f"{name} has unknown territory {at!r}")
        elif territories[at]["rep_id"] != row["rep_id"]:
            off.append(f"{name} has rep {row['rep_id']!r}, its territory another")
        if row["exception"] not in ("true", "false"):
            off.append(f"{name}: exception is {row['exception']!r}")
    if inputs is not None:
        have = {row["account_id"] for row in accounts}
        if lost := sorted(set(inputs) - have):
            off.append(f"{len(lost)} accounts of the input are not in the plan: {some(lost)}")
        if new := sorted(have - set(inputs)):
            off.append(f"{len(new)} accounts of the plan are not in the input: {some(new)}")
    return off


def _check_accounts(plan: Plan) -> list[str]:
    off = []
    explained = {"n_calls", "minutes", "hop_min", "stops_per_trip", "travel_factor"} <= set(
        plan.columns["accounts"]
    )
    for row in plan.tables["accounts"]:
        name = f"account {row['account_id']}"
        service, travel = number(row, "service_h"), number(row, "travel_h")
        values = [service, travel, number(row, "potential_usd"), number(row, "workload_h")]
        if not all(math.isfinite(value) and value >= 0 for value in values):
            off.append(f"{name} has a number that is missing or negative")
            continue
        if not same(number(row, "workload_h"), service + travel):
            off.append(f"{name}: workload_h {row['workload_h']} is not service_h + travel_h")
        if not (-180 <= number(row, "lon") <= 180 and -90 <= number(row, "lat") <= 90):
            off.append(f"{name} has no place: lon {row['lon']}, lat {row['lat']}")
        if explained:
            stops = number(row, "stops_per_trip")
            call = (2.0 * number(row, "minutes") + (stops - 1.0) * number(row, "hop_min")) / stops
            taken = number(row, "n_calls") * call / 60.0 * number(row, "travel_factor")
            if abs(travel - taken) > 2e-3 + 1e-5 * taken:
                off.append(f"{name}: travel_h {row['travel_h']} is not what its calls take")
    return off + _check_nights(plan)


def _check_nights(plan: Plan) -> list[str]:
    """Nights that tours corrected: by the hours to far accounts of a territory."""
    far_min = plan.summary["travel"].get("overnight_min", math.inf)
    per_h = {row["territory_id"]: number(row, "nights_per_h") for row in plan.tables["territories"]}
    return [
        f"account {row['account_id']}: nights {row['nights']} are not those of its tours"
        for row in plan.tables["accounts"]
        if number(row, "minutes") >= far_min
        if abs(
            number(row, "nights")
            - number(row, "travel_h") * per_h.get(row["territory_id"], math.nan)
        )
        > 2e-4
    ]


def _check_territories(plan: Plan) -> tuple[list[str], list[tuple[str, str]]]:
    """Sums and bands: what is wrong, and which (territory, measure) lie outside their bands."""
    off: list[str] = []
    outside: list[tuple[str, str]] = []
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    # math.fsum: a stranger's rounding must not be what differs.
    cells: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in plan.tables["accounts"]:
        sums["n_accounts"][row["territory_id"]] += 1
        for measure in [*plan.measures, *plan.travelled]:
            cells[row["territory_id"], measure].append(number(row, measure))
    for row in plan.tables["alignment"]:
        sums["n_units"][row["territory_id"]] += 1
    totals = {
        measure: math.fsum(number(row, measure) for row in plan.tables["territories"])
        for measure in plan.measures
    }
    for row in plan.tables["territories"]:
        at = row["territory_id"]
        for count in ("n_accounts", "n_units"):
            if number(row, count) != sums[count][at]:
                off.append(f"territory {at}: {count} is {row[count]}, counted {sums[count][at]}")
        for measure in [*plan.measures, *plan.travelled]:
            total = math.fsum(cells[at, measure])
            if not same(number(row, measure), total):
                off.append(f"territory {at}: {measure} is {row[measure]}, summed {total:.4f}")
        for measure in plan.measures:
            off += _check_band(plan, row, measure, outside)
    for measure, total in totals.items():
        goals = math.fsum(number(row, f"{measure}_goal") for row in plan.tables["territories"])
        if not same(goals, total, CENT * (1 + len(plan.tables["territories"]))):
            off.append(f"{measure}: the goals come to {goals:.2f}, the plan to {total:.2f}")
    return off, outside


def _check_band(plan: Plan, row: Row, measure: str, outside: list[tuple[str, str]]) -> list[str]:
    at = row["territory_id"]
    load, goal = number(row, measure), number(row, f"{measure}_goal")
    lower, upper = number(row, f"{measure}_lower"), number(row, f"{measure}_upper")
    off = []
    if not (goal > 0 and lower <= goal <= upper):
        return [f"territory {at}: {measure} has no band around its goal"]
    tolerance = plan.summary.get("measures", {}).get(measure, {}).get("tolerance")
    if tolerance is not None:
        right = same(lower, goal * (1 - tolerance)) and same(upper, goal * (1 + tolerance))
        if not right:
            off.append(f"territory {at}: the band of {measure} is not goal ± {tolerance}")
    if not same(number(row, f"{measure}_deviation"), load / goal - 1.0, 2e-6):
        off.append(f"territory {at}: {measure}_deviation is not load / goal - 1")
    if load < lower - CENT or load > upper + CENT:
        outside.append((at, measure))
    return off


def parts(units: list[str], neighbours: dict[str, set[str]]) -> int:
    """Count the pieces of a set of units by walking from neighbour to neighbour."""
    left, count = set(units), 0
    while left:
        count += 1
        todo = [left.pop()]
        while todo:
            near = neighbours[todo.pop()] & left
            left -= near
            todo += near
    return count


def _check_contiguity(plan: Plan) -> list[str]:
    off = []
    neighbours: dict[str, set[str]] = defaultdict(set)
    members: dict[str, list[str]] = defaultdict(list)
    for row in plan.tables["alignment"]:
        members[row["territory_id"]].append(row["unit_id"])
    known = {row["unit_id"] for row in plan.tables["alignment"]}
    for row in plan.tables["adjacency"]:
        a, b = row["unit_a"], row["unit_b"]
        if a == b or not {a, b} <= known:
            off.append(f"adjacency.csv: {a} - {b} joins no two units of the plan")
        if row["kind"] not in ("border", "bridge") or not number(row, "border_km") >= 0:
            off.append(f"adjacency.csv: {a} - {b} has kind {row['kind']!r}, {row['border_km']} km")
        neighbours[a].add(b)
        neighbours[b].add(a)
    rules = plan.summary.get("keys", {}).get("rules", {})
    asked, least = rules.get("contiguity"), rules.get("compactness_least")
    told = {each.get("territory_id") for each in plan.summary.get("violations", [])}
    for row in plan.tables["territories"]:
        at = row["territory_id"]
        count = parts(members[at], neighbours)
        if number(row, "n_parts") != count:
            off.append(f"territory {at}: n_parts is {row['n_parts']}, counted {count}")
        if count > 1 and asked is not False:
            off.append(f"territory {at} is in {count} pieces")
        if count == 0 and number(row, "n_accounts") == 0:
            off.append(f"territory {at} has nothing")
        if least is not None and count and at not in told:
            value, limit = number(row, "compactness"), number(row, "compactness_limit")
            if not value >= limit or not 0 <= limit <= least:
                off.append(f"territory {at} has a compactness of {value}, {limit} of {least} asked")
    return off


def _moved(row: Row) -> bool:
    today = row.get("current_territory_id", "")
    return today not in ("", row["territory_id"])


def _check_summary(plan: Plan) -> list[str]:
    summary, accounts = plan.summary, plan.tables["accounts"]
    off = []
    terms = summary.get("terms", {})
    price = summary.get("travel", {}).get("usd_h")
    expected: dict[str, float] = {}
    if price is not None:
        if "nights_usd" in plan.summary["terms"]:
            night = plan.summary["travel"]["night_usd"]
            expected["nights_usd"] = night * math.fsum(number(row, "nights") for row in accounts)
        expected["travel_usd"] = price * math.fsum(number(row, "travel_h") for row in accounts)
    if "handover_usd" in plan.columns["accounts"]:
        expected["handover_usd"] = math.fsum(
            number(row, "handover_usd") for row in accounts if _moved(row)
        )
    split_price = summary.get("objective_usd", {}).get("idn_split_usd")
    if split_price is not None and "idn" in plan.columns["accounts"]:
        systems: dict[str, set[str]] = defaultdict(set)
        for row in accounts:
            if row["idn"]:
                systems[row["idn"]].add(row["territory_id"])
        expected["idn_split_usd"] = split_price * sum(len(x) - 1 for x in systems.values())
    border_price = summary.get("objective_usd", {}).get("border_usd_km")
    if border_price is not None:
        owner = {row["unit_id"]: row["territory_id"] for row in plan.tables["alignment"]}
        expected["border_usd"] = border_price * math.fsum(
            number(row, "border_km")
            for row in plan.tables["adjacency"]
            if row["kind"] == "border" and owner[row["unit_a"]] != owner[row["unit_b"]]
        )
    for term, value in expected.items():
        if term not in terms or not same(terms[term], value, 2 * CENT):
            off.append(f"plan.json: {term} is {terms.get(term)}, recomputed {value:.2f}")
    objective = summary.get("objective", math.nan)
    if not same(objective, math.fsum(terms.values()), 2 * CENT):
        off.append(f"plan.json: the terms do not come to the objective {objective}")
    bound, gap = summary.get("bound"), summary.get("gap")
    if bound is not None:
        if bound > objective + CENT:
            off.append(f"plan.json: the bound {bound} is above the objective {objective}")
        if objective and not same(gap or 0.0, (objective - bound) / objective, 2e-6):
            off.append(f"plan.json: gap is {gap}")
    for name, total in summary.get("totals", {}).items():
        if name in plan.columns["accounts"]:
            known = [each for each in (number(row, name) for row in accounts) if each == each]
            found = math.fsum(known) if known else math.nan
        elif name in ("accounts", "territories"):
            found = len(plan.tables[name])
        elif name == "units":
            found = len(plan.tables["alignment"])
        elif name == "moved_accounts":
            found = sum(map(_moved, accounts))
        else:
            continue
        if not same(total, found):
            off.append(f"plan.json: the total of {name} is {total}, recomputed {found:.4f}")
    return off


def check(plan: Plan, *, inputs: list[str] | None = None, allow_outside: bool = False) -> list[str]:
    """List everything that is off; an empty list is a sound plan that keeps its rules."""
    off = _check_columns(plan)
    if off:
        return off
    off += _check_assignment(plan, inputs) + _check_accounts(plan)
    wrong, outside = _check_territories(plan)
    off += wrong + _check_contiguity(plan) + _check_summary(plan)
    said = {
        (each.get("territory_id"), each.get("measure"))
        for each in plan.summary.get("violations", [])
        if each.get("rule") == "balance"
    }
    for at, measure in outside:
        told = (at, measure) in said
        if not (told and allow_outside):
            row = next(r for r in plan.tables["territories"] if r["territory_id"] == at)
            band = f"{row[f'{measure}_lower']} to {row[f'{measure}_upper']}"
            word = "as plan.json says" if told else "and plan.json does not say so"
            off.append(f"territory {at}: {measure} {row[measure]} is outside {band}, {word}")
    return off


def _imbalance(plan: Plan, measure: str) -> float:
    return max(abs(number(row, f"{measure}_deviation")) for row in plan.tables["territories"])


def _verdict(plan: Plan, off: list[str]) -> str:
    worst = ", ".join(
        f"{measure} {100 * _imbalance(plan, measure):.2f} %" for measure in plan.measures
    )
    counts = (
        f"{len(plan.tables['accounts'])} accounts, {len(plan.tables['alignment'])} units, "
        f"{len(plan.tables['territories'])} territories; worst deviation: {worst}"
    )
    return f"{'OFF: ' + str(len(off)) + ' findings' if off else 'SOUND'}; {counts}"


def main(words: list[str] | None = None) -> int:
    """Check the folder that the arguments name and print the verdict."""
    parser = argparse.ArgumentParser(prog="python -m tests.check_plan")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--accounts", type=Path, help="the company's own CSV table, by account_id")
    parser.add_argument("--allow-outside", action="store_true")
    asked = parser.parse_args(words)
    try:
        plan = read(asked.folder)
        inputs = None
        if asked.accounts:
            with asked.accounts.open(encoding="utf-8-sig", newline="") as file:
                inputs = [row["account_id"] for row in csv.DictReader(file)]
    except (OSError, KeyError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    off = check(plan, inputs=inputs, allow_outside=asked.allow_outside)
    for line in off[:50]:
        print(line)
    if len(off) > 50:
        print(f"... and {len(off) - 50} more")
    print(_verdict(plan, off) if plan.measures else f"OFF: {len(off)} findings")
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(main())
