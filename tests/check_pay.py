"""Recompute a plan's pay from its CSV files alone, as a stranger would.

    python -m tests.check_pay SCENARIO PLAN HISTORY REPS [FILES]

SCENARIO is the scenario file (its [quotas] and [pay]), PLAN a plan folder, HISTORY and REPS the
input tables, FILES the folder that `territory pay` wrote into (the plan's when not given). Nothing
of the product is imported. Quotas, target pay and last year's earnings are compared to the cent;
what is a mean or a percentile of simulated years is compared with years that this script draws, to
within the errors of both. Roles, districts' team pay and bonuses by system are not reckoned.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.check_quotas import by_territory, goal_of, spread, spreads
from tests.strangers_year import (
    Ahead,
    Company,
    Floats,
    Row,
    ahead,
    columns,
    measured,
    number,
    reading,
    rows,
)

__all__ = ["compare", "main"]

DRAWS, FOLDS, MONTHS = 6_000, 5, 12
ERRORS = 4.5
PARTS = ("base", "own quota", "team", "new-logo bonus", "strategic-account bonus")


@dataclass
class Field:
    """The company with its reps, and one alignment's territories."""

    company: Company
    reps: list[Row]
    pay: dict
    paces: dict[str, float]

    def territories(self, alignment: str) -> list[str]:
        planned = [row["territory_id"] for row in self.company.territories]
        if alignment == "plan":
            return planned
        used = set(self.company.words("current_territory_id"))
        used |= {row["today_territory_id"] for row in self.reps}
        used -= {""}
        return [name for name in planned if name in used] + sorted(used - set(planned))

    def owners(self, alignment: str) -> np.ndarray:
        name = "territory_id" if alignment == "plan" else "current_territory_id"
        return self.company.words(name)

    def numbers(self, name: str) -> Floats:
        return np.array([number(row[name]) for row in self.reps])


def multiple(pay: dict, attainment: Floats) -> Floats:
    """Multiple of the target incentive: the rates are integrated from 0, 1 at the quota."""
    out = np.zeros_like(attainment)
    for tier in pay["rates"]:
        end = tier.get("up_to", math.inf)
        out = out + tier["rate"] * np.clip(attainment - tier["above"], 0.0, end - tier["above"])
    return np.clip(out, 0.0, pay.get("cap", math.inf))


def cents(usd: Floats) -> Floats:
    return np.floor(usd * 100.0 + 0.5 + 1e-7)


def earned(field: Field, year: dict[str, Floats]) -> dict[str, Floats]:
    """Pay by part in cents, (…, reps)."""
    pay = field.pay
    fte, employed = field.numbers("fte"), field.numbers("employed")
    room = fte * np.array([field.paces.get(row["rep_id"], 1.0) for row in field.reps])
    target = cents(pay["target_incentive_usd"] * fte * employed)
    team = cents(pay.get("team", {}).get("weight", 0.0) * target / 100.0)
    shape = np.shape(year["attainment"])
    out = {
        "base": np.broadcast_to(cents(pay["base_usd"] * fte * employed), shape),
        "own quota": cents((target - team) / 100.0 * multiple(pay, year["attainment"])),
        "team": cents(team / 100.0 * multiple(pay, year["team"])),
    }
    for part, key, usd in (
        ("new-logo bonus", "new_logo", year["logos"]),
        ("strategic-account bonus", "strategic", year["strategic"]),
    ):
        options = pay.get(key)
        each = 0.0 if options is None else options["usd" if key == "new_logo" else "share"]
        cap = math.inf if options is None else options.get("cap_usd", math.inf)
        out[part] = np.broadcast_to(cents(np.minimum(each * usd * employed, cap * room)), shape)
    return out


def total(parts: dict[str, Floats]) -> Floats:
    return sum(parts[name] for name in PARTS)


def drawn(field: Field, alignment: str, found: Ahead, factors: Floats, luck: Floats) -> dict:
    """Simulated years of an alignment, (draws, reps), and its quotas."""
    from scipy.stats import poisson

    company, of, ids = field.company, field.owners(alignment), field.territories(alignment)
    gross = found.retained + found.captured + found.momentum
    sold = found.expected
    relief = company.option("relief") * found.risk
    expected = np.maximum(by_territory(of, gross - relief, ids), 0.0)
    last = np.maximum(by_territory(of, company.year(), ids), 0.0)
    quota = spread(expected, last, goal_of(company), company)[0]
    at = {name: place for place, name in enumerate(ids)}
    home = np.array([at.get(row[f"{alignment}_territory_id"], -1) for row in field.reps])
    own = np.maximum(company.year(), 0.0)
    logo, strategic = field.pay.get("new_logo"), field.pay.get("strategic")
    rate = 0.0
    if logo is not None:
        least = max(logo.get("min_revenue_usd", 0.0), 0.01)
        before = company.year(1) <= 0
        rate = float((before & (company.year() >= least)).sum()) / before.sum()
    chosen = np.isin(company.words("tier"), [] if strategic is None else strategic["tiers"])
    growth = 0.0 if strategic is None else strategic.get("min_growth", 0.0)
    sums = {
        "sales": by_territory(of, sold, ids),
        "won": by_territory(of, np.where(company.year() <= 0, rate, 0.0), ids),
        "coming": by_territory(of, sold * chosen, ids),
        "least": by_territory(of, own * (1.0 + growth) * chosen, ids),
    }
    reps = {name: np.where(home >= 0, values[home], 0.0) for name, values in sums.items()}
    sales = factors[:, :-1] * reps["sales"]
    vacant = ~np.isin(np.arange(len(ids)), home)
    rest = sums["sales"][vacant].sum() + sold[of == ""].sum()
    company_sales = sales.sum(axis=1) + rest * factors[:, -1]
    return {
        "quota": np.where(home >= 0, quota[home], np.nan),
        "sales": company_sales,
        "attainment": sales / quota[home],
        "team": np.broadcast_to((company_sales / goal_of(company))[:, None], sales.shape),
        "logos": poisson.ppf(luck, np.maximum(reps["won"], 1e-12)[None, :]),
        "strategic": np.maximum(factors[:, :-1] * reps["coming"] - reps["least"], 0.0),
    }


def last_year(field: Field) -> dict[str, Floats]:
    """What last year's pay was earned by: quotas of the year before, by other areas' rates."""
    company, of, ids = field.company, field.owners("today"), field.territories("today")
    fold = np.unique(of, return_inverse=True)[1] % FOLDS
    _, before, _ = columns(company, 1)
    expected = np.zeros(len(of))
    for at in range(FOLDS):
        if (fold == at).any():
            expected[fold == at] = (before @ measured(company, fold != at))[fold == at]
    revenue = by_territory(of, company.year(), ids)
    sums = by_territory(of, expected, ids)
    goal = round(revenue.sum())
    free = Company(**{**vars(company), "scenario": {"quotas": {"over_assignment": 0.0}}})
    quota = spread(np.maximum(sums, 0.0), revenue, goal, free)[0]
    home = [ids.index(row["today_territory_id"]) for row in field.reps]
    logo, strategic = field.pay.get("new_logo"), field.pay.get("strategic")
    least = math.inf if logo is None else max(logo.get("min_revenue_usd", 0.0), 0.01)
    won = (company.year(1) <= 0) & (company.year() >= least)
    chosen = np.isin(company.words("tier"), [] if strategic is None else strategic["tiers"])
    growth = 0.0 if strategic is None else strategic.get("min_growth", 0.0)
    more = (company.year() - np.maximum(company.year(1), 0.0) * (1.0 + growth)) * chosen
    return {
        "attainment": (revenue / quota)[home],
        "team": np.ones(len(home)),
        "logos": by_territory(of, won.astype(float), ids)[home],
        "strategic": np.maximum(by_territory(of, more, ids)[home], 0.0),
    }


def until(field: Field, year: dict[str, Floats], month: int) -> Floats:
    """Dollars paid by the end of a month: base in twelfths, the rest by the year so far."""
    season = np.repeat(field.company.season() / 3.0, 3)
    share = 1.0 if month == MONTHS else float(season[:month].sum())
    parts = earned(field, {name: year[name] * share
                           for name in ("attainment", "team", "logos", "strategic")})  # fmt: skip
    rest = total(parts) - parts["base"]
    return (parts["base"] * month / MONTHS + rest) / 100.0


def held_harmless(field: Field, year: dict[str, Floats], before: dict[str, Floats]) -> Floats:
    """Mean cost of holding reps harmless for one to twelve months from go-live, and its spread."""
    when = str(field.company.scenario.get("rollout", {}).get("go_live", ""))
    first = int(when[5:7]) - 1 if when else 0
    model = total(earned(field, before)) / 100.0
    scale = field.numbers("last_year_usd") / model
    cost, out = np.zeros(np.shape(year["attainment"])), []
    for length in range(1, MONTHS + 1):
        month = (first + length - 1) % MONTHS
        then = until(field, before, month + 1) * scale
        now = until(field, year, month + 1)
        if month:
            then = then - until(field, before, month) * scale
            now = now - until(field, year, month)
        cost = cost + np.maximum(then - now, 0.0)
        out.append((cost.sum(axis=1).mean(), cost.sum(axis=1).std()))
    return np.array(out)


class Ledger:
    """What does not agree, and how much was compared."""

    def __init__(self) -> None:
        self.off: list[str] = []
        self.compared = 0

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
    field = Field(company, table, company.scenario["pay"],
                  {rep: float(np.mean(each)) for rep, each in paces.items()})  # fmt: skip
    ledger, n = Ledger(), company.scenario["pay"].get("simulation", {}).get("draws", 2000)
    _given(field, plan, rows(reps), ledger)
    rng = np.random.default_rng(seed)
    found = {name: ahead(company, name) for name in ("today", "plan")}
    sds = spreads(company, found["today"])
    factors = np.exp(
        rng.standard_normal((DRAWS, 1)) * sds[0]
        - sds[0] ** 2 / 2
        + rng.standard_normal((DRAWS, len(table) + 1)) * sds[1]
        - sds[1] ** 2 / 2
    )
    luck = rng.random((DRAWS, len(table)))
    before = last_year(field)
    for row, usd in zip(table, total(earned(field, before)) / 100.0, strict=True):
        given = {rep["rep_id"]: rep.get("earnings_usd", "") for rep in rows(reps)}
        known = number(given.get(row["rep_id"]))
        value = usd if math.isnan(known) else known
        ledger.hold(f"pay.csv: {row['rep_id']} last_year_usd", row["last_year_usd"], value, 0.051)
    costs = {row["item"]: row for row in rows(files / "pay_cost.csv")}
    held = rows(files / "pay_guarantee.csv")
    pays, guaranteed = {}, {}
    root = ERRORS * math.sqrt(1.0 / n + 1.0 / DRAWS)
    for name in ("today", "plan"):
        year = drawn(field, name, found[name], factors, luck)
        parts = earned(field, year)
        pays[name] = total(parts) / 100.0
        _pay_off(name, table, year, pays[name], root, ledger)
        for part in PARTS:
            sums = parts[part].sum(axis=1) / 100.0
            slack = root * sums.std() + 0.02
            ledger.hold(f"pay_cost.csv: {part} {name}", costs[part][f"{name}_usd"], sums.mean(),
                        slack)  # fmt: skip
        for item, values in (("total pay", pays[name].sum(axis=1)), ("sales", year["sales"])):
            ledger.hold(f"pay_cost.csv: {item} {name}", costs[item][f"{name}_usd"], values.mean(),
                        root * values.std() + 0.05)  # fmt: skip
        guaranteed[name] = held_harmless(field, year, before)
    _changes_off(table, pays, root, ledger)
    for row, plan_cost, today_cost in zip(held, guaranteed["plan"], guaranteed["today"],
                                          strict=True):  # fmt: skip
        month = row["months"]
        ledger.hold(f"pay_guarantee.csv: {month} months cost_usd", row["cost_usd"], plan_cost[0],
                    root * plan_cost[1] + 0.5)  # fmt: skip
        ledger.hold(f"pay_guarantee.csv: {month} months anyway_usd", row["anyway_usd"],
                    today_cost[0], root * today_cost[1] + 0.5)  # fmt: skip
        more = number(row["cost_usd"]) - number(row["anyway_usd"])
        ledger.hold(f"pay_guarantee.csv: {month} months increment_usd", row["increment_usd"], more,
                    0.006)  # fmt: skip
    return ledger.off, ledger.compared


def _given(field: Field, plan: Path, reps: list[Row], ledger: Ledger) -> None:
    """Hold who has which territory, and target pay."""
    served = {row["rep_id"]: row["territory_id"] for row in rows(plan / "territories.csv")}
    today = {row["rep_id"]: row["territory_id"] for row in reps}
    for row in field.reps:
        rep, pay = row["rep_id"], field.pay
        target = (pay["base_usd"] + pay["target_incentive_usd"]) * number(row["fte"])
        ledger.hold(f"pay.csv: {rep} target_pay_usd", row["target_pay_usd"],
                    target * number(row["employed"]), 0.011)  # fmt: skip
        ledger.compared += 1
        if (row["plan_territory_id"], row["today_territory_id"]) != (served[rep], today[rep]):
            ledger.off.append(f"pay.csv: {rep} has other territories than the plan and the reps")


def _pay_off(name: str, table: list[Row], year: dict[str, Floats], pay: Floats, root: float,
             ledger: Ledger) -> None:  # fmt: skip
    for at, row in enumerate(table):
        where, own = f"pay.csv: {row['rep_id']} {name}", pay[:, at]
        ledger.hold(f"{where}_quota_usd", row[f"{name}_quota_usd"], year["quota"][at], 0.0)
        reached = year["attainment"][:, at]
        ledger.hold(f"{where}_attainment", row[f"{name}_attainment"], reached.mean(),
                    root * reached.std())  # fmt: skip
        ledger.hold(f"{where}_pay_usd", row[f"{name}_pay_usd"], own.mean(), root * own.std())
        for end, share in (("p10", 0.1), ("p90", 0.9)):
            # A quantile's error is that of the share, seen through the pay around it.
            wide = root * math.sqrt(share * (1 - share))
            ends = np.quantile(own, [max(share - wide, 0.0), share, min(share + wide, 1.0)])
            slack = float(ends[2] - ends[0]) / 2 + 0.02
            ledger.hold(f"{where}_{end}_usd", row[f"{name}_{end}_usd"], float(ends[1]), slack)


def _changes_off(table: list[Row], pays: dict[str, Floats], root: float, ledger: Ledger) -> None:
    for at, row in enumerate(table):
        where = f"pay.csv: {row['rep_id']}"
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
    parser = argparse.ArgumentParser(prog="python -m tests.check_pay")
    for name in ("scenario", "plan", "history", "reps"):
        parser.add_argument(name, type=Path)
    parser.add_argument("files", type=Path, nargs="?")
    asked = parser.parse_args(words)
    company = reading(asked.scenario, asked.plan, asked.history)
    off, compared = compare(company, asked.plan, asked.reps, asked.files or asked.plan)
    for line in off[:50]:
        print(line)
    print(f"{'OFF' if off else 'SOUND'}: {len(off)} of {compared} numbers differ")
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(main())
