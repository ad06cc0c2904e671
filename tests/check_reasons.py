"""Recompute the reasons of `territory explain PLAN` from the plan's CSV files, as a stranger would.

    python -m tests.check_reasons FOLDER [REASONS]

Nothing of the product is imported. For every account: from, to and whether it moved; what the other
territory would add in hand-overs, split health systems and borders, and that travel is its hours
times their price; the rule that stands against it, with what would be and what is allowed (bands,
pieces, caps); and that the sentence has these numbers. Hours on the road to another territory are
taken from the file. Each line of the answer is one thing that is off. Exit 0: none; 1: some.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import defaultdict
from pathlib import Path

__all__ = ["check", "main"]

CENT = 0.02
Row = dict[str, str]


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


class Stranger:
    """The plan's tables, and what a stranger makes of them."""

    def __init__(self, folder: Path) -> None:
        self.record = json.loads((folder / "plan.json").read_text("utf-8"))
        self.accounts = _rows(folder / "accounts.csv")
        self.territories = {row["territory_id"]: row for row in _rows(folder / "territories.csv")}
        self.owner = {
            row["unit_id"]: row["territory_id"] for row in _rows(folder / "alignment.csv")
        }
        self.borders: dict[str, list[tuple[str, float]]] = defaultdict(list)
        self.near: dict[str, set[str]] = defaultdict(set)
        for row in _rows(folder / "adjacency.csv"):
            a, b = row["unit_a"], row["unit_b"]
            self.near[a].add(b)
            self.near[b].add(a)
            if row["kind"] == "border":
                self.borders[a].append((b, float(row["border_km"])))
                self.borders[b].append((a, float(row["border_km"])))
        self.units: dict[str, set[str]] = defaultdict(set)
        for unit, territory in self.owner.items():
            self.units[territory].add(unit)
        self.items: dict[str, list[Row]] = defaultdict(list)
        self.systems: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in self.accounts:
            self.items[self.item(row)].append(row)
            if row["idn"]:
                self.systems[row["idn"]][row["territory_id"]] += 1

    @staticmethod
    def item(row: Row) -> str:
        """What moves with an account: its unit, or it alone where it is assigned by name."""
        return f"account {row['account_id']}" if row["exception"] == "true" else row["unit_id"]

    def handover(self, rows: list[Row], to: str) -> float:
        """What it costs that these accounts are with a territory."""
        return sum(float(row["handover_usd"]) for row in rows if row["current_territory_id"] != to)

    def splits(self, rows: list[Row], here: str, to: str) -> float:
        """Territories more that health systems are split over."""
        going: dict[str, int] = defaultdict(int)
        for row in rows:
            if row["idn"]:
                going[row["idn"]] += 1
        price = float(self.record["objective_usd"]["idn_split_usd"])
        more = 0
        for name, n in going.items():
            there = self.systems[name]
            more += (there.get(to, 0) == 0) - (there[here] == n)
        return price * more

    def border(self, unit: str, here: str, to: str) -> float:
        """Price of the kilometres of border more."""
        price = float(self.record["objective_usd"]["border_usd_km"])
        km = sum(
            km * ((self.owner[other] == here) - (self.owner[other] == to))
            for other, km in self.borders[unit]
        )
        return price * km

    def pieces(self, territory: str, *, plus: str = "", less: str = "") -> int:
        """Connected pieces of a territory with one unit more or less."""
        left = (self.units[territory] | ({plus} if plus else set())) - {less}
        n = 0
        while left:
            n += 1
            heap = [left.pop()]
            while heap:
                near = self.near[heap.pop()] & left
                left -= near
                heap += near
        return n

    def band(self, measure: str, who: str, row: Row, rows: list[Row]) -> tuple[float, set[float]]:
        """Load of a territory after the move, and the limits that it would have."""
        here, to = rows[0]["territory_id"], row["other"]
        own = "service_h" if measure == "workload_h" else measure
        travel = measure == "workload_h" and self.record["measures"][measure]["travel"]
        amount = sum(float(each[own]) for each in rows)
        before = amount + (sum(float(each["travel_h"]) for each in rows) if travel else 0.0)
        after = before + (float(row["travel_h"]) if travel else 0.0)
        load = float(self.territories[who][measure])
        load += (after if who == to else 0.0) - (before if who == here else 0.0)
        total = sum(float(each[measure]) for each in self.territories.values())
        goals = sum(float(each[f"{measure}_goal"]) for each in self.territories.values())
        share = float(self.territories[who][f"{measure}_goal"]) / goals
        tolerance = float(self.record["measures"][measure]["tolerance"])
        goal = share * (total - before + after)
        return load, {goal * (1 - tolerance), goal * (1 + tolerance)}


def _told(words: str, value: float) -> bool:
    """Whether a sentence has a number, rounded as people read it."""
    return any(f"{value:,.{digits}f}" in words for digits in (0, 1, 2))


def _check_rule(plan: Stranger, row: Row, rows: list[Row]) -> list[str]:
    kind, *rest = row["rule"].split(" ")
    here, to, who = rows[0]["territory_id"], row["other"], row["account_id"]
    if kind == "balance":
        measure, territory = rest[0], " ".join(rest[1:])
        load, limits = plan.band(measure, territory, row, rows)
        slack = 0.01 + 3e-5 * abs(load)
        off = []
        if abs(load - float(row["value"])) > slack:
            off.append(f"{who}: {row['rule']} would be {load:.2f}, says {row['value']}")
        if min(abs(limit - float(row["limit"])) for limit in limits) > slack:
            off.append(f"{who}: {row['rule']} allows {sorted(limits)}, says {row['limit']}")
        return off
    if kind == "contiguity":
        unit = rows[0]["unit_id"]
        territory = " ".join(rest)
        change = {"less": unit} if territory == here else {"plus": unit}
        n = plan.pieces(territory, **change)
        if n != round(float(row["value"])) or n < 2 or float(row["limit"]) != 1.0:
            said = f"{row['value']}, at most {row['limit']}"
            return [f"{who}: {row['rule']}: {n} pieces, says {said}"]
        return []
    if kind == "moves":
        moved = sum(
            each["current_territory_id"] not in ("", each["territory_id"]) for each in plan.accounts
        )
        moved += sum(each["current_territory_id"] not in ("", to) for each in rows)
        moved -= sum(each["current_territory_id"] not in ("", here) for each in rows)
        value = float(row["value"])
        if value == round(value) and value < len(plan.accounts) and moved != round(value):
            return [f"{who}: {moved} accounts would change hands, says {row['value']}"]
    return []


def _check_row(plan: Stranger, row: Row, account: Row, price: float) -> list[str]:
    who, to = row["account_id"], row["other"]
    here = account["territory_id"]
    today = account["current_territory_id"]
    off = []
    if (row["to"], row["from"]) != (here, today):
        off.append(f"{who}: from {row['from']} to {row['to']}, is {today} to {here}")
    if (row["moved"] == "true") != (today not in ("", here)):
        off.append(f"{who}: moved {row['moved']}")
    if not to:
        return off
    rows = plan.items[plan.item(account)]
    unit = "" if account["exception"] == "true" else account["unit_id"]
    due = {
        "travel_usd": price * float(row["travel_h"]),
        "handover_usd": plan.handover(rows, to) - plan.handover(rows, here),
        "idn_split_usd": plan.splits(rows, here, to),
        "border_usd": plan.border(unit, here, to) if unit else 0.0,
    }
    for name, value in due.items():
        if abs(value - float(row[name])) > CENT + 1e-6 * abs(value):
            off.append(f"{who}: {name} is {value:.2f}, says {row[name]}")
    terms = [*due, "nights_usd"]
    whole = sum(float(row[name]) for name in terms)
    if abs(whole - float(row["change_usd"])) > CENT * len(terms):
        off.append(f"{who}: change_usd {row['change_usd']}, its terms make {whole:.2f}")
    if row["rule"]:
        off += _check_rule(plan, row, rows)
    judged = row["reason"] in {"balance", "moves"} and row["limit"]
    if judged and not math.isnan(float(row["limit"])):
        off += [
            f"{who}: its sentence lacks {name} {row[name]}"
            for name in ("value", "limit")
            if not _told(row["why"], float(row[name]))
        ]
    if row["reason"] != "unit" and here not in row["why"]:
        off.append(f"{who}: its sentence does not name {here}")
    return off


def check(folder: Path, reasons: Path | None = None) -> list[str]:
    """Return everything in the reasons that does not follow from the plan's tables."""
    plan = Stranger(folder)
    rows = _rows(reasons or folder / "reasons.csv")
    by_id = {row["account_id"]: row for row in plan.accounts}
    off = []
    if [row["account_id"] for row in rows] != list(by_id):
        off.append("the accounts are not those of accounts.csv, in their order")
    price = float(plan.record["travel"]["usd_h"])
    for row in rows:
        off += _check_row(plan, row, by_id[row["account_id"]], price)
    return off


def main(arguments: list[str]) -> int:
    """Print what is off; 1 where something is."""
    off = check(Path(arguments[0]), Path(arguments[1]) if len(arguments) > 1 else None)
    sys.stdout.write("".join(f"{line}\n" for line in [*off, f"{len(off)} off"]))
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
