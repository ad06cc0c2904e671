"""Recompute a plan's pay from its CSV files alone, as a stranger would.

    python -m tests.check_pay SCENARIO PLAN HISTORY REPS [FILES]

SCENARIO is the scenario file (its [quotas] and [pay]), PLAN a plan folder, HISTORY and REPS the
input tables, FILES the folder that `territory pay` wrote into (the plan's when not given). Nothing
of the product is imported. Quotas, target pay and last year's earnings are compared to the cent;
what is a mean or a percentile of simulated years is compared with years that this script draws, to
within the errors of both.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.check_quotas import spreads
from tests.strangers_pay import (
    PARTS,
    Field,
    drawn,
    earned,
    first_month,
    held_harmless,
    last_year,
    total,
)
from tests.strangers_seat import QUARTERS, SLACK, filled_months, seat
from tests.strangers_year import Company, Floats, Row, ahead, number, reading, rows
from tests.verdict import company_words, tell

__all__ = ["ERRORS", "Ledger", "compare", "main"]

DRAWS = 6_000
ERRORS = 4.5
ENDS = (("p10", 0.1), ("p90", 0.9))


class Ledger:
    """What does not agree, and how much was compared."""

    def __init__(self) -> None:
        self.off: list[str] = []
        self.compared = 0

    def hold_empty(self, where: str, text: str) -> None:
        self.compared += 1
        if text:
            self.off.append(f"{where} is {text}, and nobody knows it")

    def hold(self, where: str, text: str, value: float, slack: float) -> None:
        self.compared += 1
        if not abs(number(text) - value) <= slack:
            self.off.append(f"{where} is {text}, recomputed {value} (slack {slack:.6g})")


def compare(
    company: Company, plan: Path, reps: Path, files: Path, seed: int = 20_261_127
) -> tuple[list[str], int]:
    """List what does not agree in pay.csv, pay_cost.csv and pay_guarantee.csv."""
    table = rows(files / "pay.csv")
    quarters = rows(files / "quotas_by_quarter.csv")
    paces: dict[str, list[float]] = {}
    for row in quarters:
        paces.setdefault(row["rep_id"], []).append(number(row["pace"]))
    capacity = company.scenario.get("capacity", {})
    given = {rep["rep_id"]: rep for rep in rows(reps)}
    filled = np.array([filled_months(given[row["rep_id"]], capacity) for row in table])
    field = Field(company, table, company.scenario["pay"],
                  {rep: float(np.mean(each)) for rep, each in paces.items()}, filled)  # fmt: skip
    ledger, n = Ledger(), company.scenario["pay"].get("simulation", {}).get("draws", 2000)
    _given(field, plan, rows(reps), ledger)
    _seats_off(capacity, table, quarters, rows(reps), ledger)
    rng = np.random.default_rng(seed)
    found = {name: ahead(company, name) for name in ("today", "plan")}
    sds = spreads(company, found["today"])
    seats = {row["rep_id"]: seat(row, capacity) for row in rows(reps)}
    season = company.coming()[1]
    held = np.array([season * seats[row["rep_id"]][1] for row in table]) / season.sum()
    some = np.where(held.sum(axis=1, keepdims=True) > 0, held, season / season.sum())
    one = np.sqrt((some**2).sum(axis=1)) / some.sum(axis=1)
    sd = np.maximum(one * season.sum() / np.sqrt((season**2).sum()), 1.0) * sds[1]
    every = rng.standard_normal((DRAWS, 1)) * sds[0] - sds[0] ** 2 / 2
    own = rng.standard_normal((DRAWS, len(table) + 1))
    factors = np.exp(every + own * sds[1] - sds[1] ** 2 / 2)
    judged = np.exp(every + own[:, :-1] * sd - sd**2 / 2)
    luck = rng.random((DRAWS, len(table)))
    before, last = last_year(field), filled[:, 0].mean(axis=1)
    for row, usd in zip(table, total(earned(field, before, last)) / 100.0, strict=True):
        rep = given[row["rep_id"]]
        known = number(rep.get("earnings_usd", ""))
        if not row["today_territory_id"] or (math.isnan(known) and begins_later(company, rep)):
            ledger.hold_empty(f"pay.csv: {row['rep_id']} last_year_usd", row["last_year_usd"])
            continue
        value = usd if math.isnan(known) else known
        ledger.hold(f"pay.csv: {row['rep_id']} last_year_usd", row["last_year_usd"], value, 0.051)
    pays, harmless = {}, {}
    root = ERRORS * math.sqrt(1.0 / n + 1.0 / DRAWS)
    costs = {row["item"]: row for row in rows(files / "pay_cost.csv")}
    for name in ("today", "plan"):
        year = drawn(field, name, found[name], factors, judged, luck)
        parts = earned(field, year)
        served = ~np.isnan(year["quota"])
        pays[name] = total(parts) / 100.0 * served
        _pay_off(name, table, year, held.sum(axis=1), pays[name], root, ledger)
        sums = {part: (parts[part] * served).sum(axis=1) / 100.0 for part in PARTS}
        for item, values in {**sums, "total pay": pays[name].sum(axis=1),
                             "sales": year["sales"]}.items():  # fmt: skip
            ledger.hold(f"pay_cost.csv: {item} {name}", costs[item][f"{name}_usd"], values.mean(),
                        root * values.std() + 0.05)  # fmt: skip
        for word, share in (("10th", 0.1), ("90th", 0.9)):
            item = f"total pay, {word} percentile"
            _quantile_off(f"pay_cost.csv: {item} {name}", costs[item][f"{name}_usd"],
                          pays[name].sum(axis=1), share, root, ledger)  # fmt: skip
        harmless[name] = list(held_harmless(field, year, before))
    for item, row in costs.items():
        change = number(row["plan_usd"]) - number(row["today_usd"])
        ledger.hold(f"pay_cost.csv: {item} change_usd", row["change_usd"], change, 0.006)
    _changes_off(table, pays, root, ledger)
    _guarantee_off(field, files, harmless, root, ledger)
    return ledger.off, ledger.compared


def _seats_off(
    capacity: dict[str, Any], table: list[Row], quarters: list[Row], reps: list[Row], ledger: Ledger
) -> None:
    """Hold what part of the year a seat is paid, and its pace in each quarter, by the days."""
    seats = {row["rep_id"]: seat(row, capacity) for row in reps}
    for row in table:
        where = f"pay.csv: {row['rep_id']} employed"
        ledger.hold(where, row["employed"], seats[row["rep_id"]][0], 1e-6)
    seen: dict[str, int] = {}
    for row in quarters:
        rep = row["rep_id"]
        if rep not in seats:
            continue
        at = seen.setdefault(rep, 0)
        seen[rep] += 1
        where = f"quotas_by_quarter.csv: {rep} {row['quarter']} pace"
        ledger.hold(where, row["pace"], seats[rep][1][at % QUARTERS], SLACK)


def begins_later(company: Company, rep: Row) -> bool:
    """Whether a rep's first day is after the first of the planned year."""
    first = company.scenario.get("capacity", {}).get("year_from", "")
    return bool(rep.get("start")) and rep["start"] > str(first)


def _quantile_off(where: str, text: str, values: Floats, share: float, root: float,
                  ledger: Ledger) -> None:  # fmt: skip
    """Hold a percentile: its error is that of the share, seen through the values around it."""
    wide = root * math.sqrt(share * (1 - share))
    ends = np.quantile(values, [max(share - wide, 0.0), share, min(share + wide, 1.0)])
    ledger.hold(where, text, float(ends[1]), float(ends[2] - ends[0]) / 2 + 0.02)


def _guarantee_off(field: Field, files: Path, held: dict[str, list[Floats]], root: float,
                   ledger: Ledger) -> None:  # fmt: skip
    """Hold every column of pay_guarantee.csv."""
    table = rows(files / "pay_guarantee.csv")
    until_end = 12 - first_month(field)
    for row, plan, today in zip(table, held["plan"], held["today"], strict=True):
        where = f"pay_guarantee.csv: {row['months']} months"
        gross, anyway = plan.sum(axis=1), today.sum(axis=1)
        for column, values in (("cost_usd", gross), ("anyway_usd", anyway)):
            ledger.hold(f"{where} {column}", row[column], values.mean(),
                        root * values.std() + 0.5)  # fmt: skip
        for end, share in ENDS:
            _quantile_off(f"{where} {end}_usd", row[f"{end}_usd"], gross, share, root, ledger)
        often = (plan > 0).mean(axis=0)
        close = int((np.abs(often - 0.5) < root * 0.5).sum())
        ledger.hold(f"{where} n_reps", row["n_reps"], float((often >= 0.5).sum()), close)
        last = table[min(int(row["months"]), until_end) - 1]
        own = {name: number(row[name]) for name in row}
        for column, value in (
            ("this_year_usd", number(last["cost_usd"])),
            ("next_year_usd", own["cost_usd"] - own["this_year_usd"]),
            ("increment_usd", own["cost_usd"] - own["anyway_usd"]),
            ("increment_this_year_usd", number(last["increment_usd"])),
            ("increment_next_year_usd", own["increment_usd"] - own["increment_this_year_usd"]),
        ):
            ledger.hold(f"{where} {column}", row[column], value, 0.011)


def _given(field: Field, plan: Path, reps: list[Row], ledger: Ledger) -> None:
    """Hold who has which territory, the role, and target pay."""
    served = {row["rep_id"]: row["territory_id"] for row in rows(plan / "territories.csv")}
    given = {row["rep_id"]: row for row in reps}
    known = set(field.company.words("current_territory_id"))
    for chosen, pay in field.plans():
        for row in (row for row, own in zip(field.reps, chosen, strict=True) if own):
            rep, fte = row["rep_id"], number(row["fte"]) if pay.get("by_fte", True) else 1.0
            target = (pay["base_usd"] + pay["target_incentive_usd"]) * fte
            ledger.hold(f"pay.csv: {rep} target_pay_usd", row["target_pay_usd"],
                        target * number(row["employed"]), 0.011)  # fmt: skip
            today = given[rep]["territory_id"]
            said = (row["plan_territory_id"], row["today_territory_id"], row.get("role", ""))
            right = (served.get(rep, ""), today if today in known else "",
                     given[rep].get("role", ""))  # fmt: skip
            ledger.compared += 1
            if said != right:
                ledger.off.append(f"pay.csv: {rep} is {said}, in plan and reps {right}")


def _pay_off(name: str, table: list[Row], year: dict[str, Floats], held: Floats, pay: Floats,
             root: float, ledger: Ledger) -> None:  # fmt: skip
    for at, row in enumerate(table):
        where, own = f"pay.csv: {row['rep_id']} {name}", pay[:, at]
        if math.isnan(year["quota"][at]):
            ledger.compared += 1
            if row[f"{name}_pay_usd"] or row[f"{name}_quota_usd"]:
                ledger.off.append(f"{where} is paid without a territory")
            continue
        asked = year["quota"][at]
        # Quarters are whole dollars twice: as the territory's, and as what the rep is held to.
        slack = 0.0 if held[at] > 1.0 - 1e-12 else 4.0 + SLACK * asked
        ledger.hold(f"{where}_quota_usd", row[f"{name}_quota_usd"], asked * held[at], slack)
        reached = year["attainment"][:, at]
        ledger.hold(f"{where}_attainment", row[f"{name}_attainment"], reached.mean(),
                    root * reached.std())  # fmt: skip
        ledger.hold(f"{where}_pay_usd", row[f"{name}_pay_usd"], own.mean(), root * own.std())
        for end, share in ENDS:
            _quantile_off(f"{where}_{end}_usd", row[f"{name}_{end}_usd"], own, share, root, ledger)


def _changes_off(table: list[Row], pays: dict[str, Floats], root: float, ledger: Ledger) -> None:
    for at, row in enumerate(table):
        where = f"pay.csv: {row['rep_id']}"
        if not (row["plan_pay_usd"] and row["today_pay_usd"]):
            ledger.compared += 1
            word = "new to the field" if row["plan_pay_usd"] else "leaves the field"
            if row["outcome"] != word:
                ledger.off.append(f"{where} outcome is {row['outcome']}, recomputed {word}")
            continue
        change = number(row["plan_pay_usd"]) - number(row["today_pay_usd"])
        ledger.hold(f"{where} change_usd", row["change_usd"], change, 0.006)
        share = change / number(row["target_pay_usd"])
        ledger.hold(f"{where} change_share", row["change_share"], share, 1e-6)
        word = "gains" if share > 0.01 else "loses" if share < -0.01 else "about the same"
        ledger.compared += 1
        if row["outcome"] != word:
            ledger.off.append(f"{where} outcome is {row['outcome']}, recomputed {word}")
        less = float((pays["plan"][:, at] < pays["today"][:, at]).mean())
        ledger.hold(f"{where} less_share", row["less_share"], less,
                    root * math.sqrt(max(less * (1 - less), 0.01)))  # fmt: skip


def main(words: list[str] | None = None) -> int:
    """Compare the files that the arguments name and print the verdict."""
    asked = company_words("check_pay", words, "reps")
    company = reading(asked.scenario, asked.plan, asked.history)
    off, compared = compare(company, asked.plan, asked.reps, asked.files)
    return tell(off, compared)


if __name__ == "__main__":
    sys.exit(main())
