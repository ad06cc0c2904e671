"""Recompute forecast, business case and back-test from CSV files alone, as a stranger would.

    python -m tests.check_forecast SCENARIO PLAN HISTORY [FILES]

SCENARIO is the scenario file, PLAN a plan folder, HISTORY the history table, FILES the folder that
`territory forecast` and `territory quotas` wrote into (the plan's when not given). Nothing of the
product is imported. Expected sales, quotas and attainment are compared to the cent, percentiles and
shares of drawn years with their closed form or with draws of this script's own, to within the
errors of both; correlations and the methods of the back-test are read from quotas.xlsx.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from scipy.stats import t as student

from tests.check_pay import ERRORS, Ledger
from tests.check_quotas import (
    by_territory,
    chance,
    first_year_quotas,
    goal_of,
    shares_of,
    spread,
    spreads,
    whole,
)
from tests.strangers_year import Ahead, Company, Floats, ahead, number, reading
from tests.strangers_year import rows as read_rows
from tests.verdict import company_words, tell

__all__ = ["compare", "main"]

DRAWS = 200_000
NORMAL = statistics.NormalDist()
ENDS = (("p10", 0.1), ("p90", 0.9))


def percentile(mean: float, sd: float, share: float) -> float:
    """Percentile of a lognormal year with a mean and a spread of its logarithm."""
    return mean * math.exp(sd * NORMAL.inv_cdf(share) - sd**2 / 2)


def slack(mean: float, sd: float, share: float, draws: int) -> float:
    """How far a percentile of so many draws may be off: the error of the share, seen in money."""
    wide = ERRORS * math.sqrt(share * (1 - share) / draws)
    ends = [percentile(mean, sd, min(max(share + each, 1e-4), 1 - 1e-4)) for each in (-wide, wide)]
    return (ends[1] - ends[0]) / 2 + 0.02


def _forecast_off(company: Company, found: Ahead, files: Path, ledger: Ledger) -> None:
    """Hold forecast.csv: every territory's year and its quarters."""
    ids = [row["territory_id"] for row in company.territories]
    of, draws = company.words("territory_id"), company.scenario["quotas"].get("draws", 2000)
    expected = by_territory(of, found.expected, ids)
    last = by_territory(of, company.year(), ids)
    quota = spread(
        shares_of(company, found, of, ids), np.maximum(last, 0), goal_of(company), company
    )[0]
    company_sd, own_sd = spreads(company, found)
    year_sd, quarter_sd = math.hypot(company_sd, own_sd), math.hypot(company_sd, 2 * own_sd)
    names, share = company.coming()
    table = read_rows(files / "forecast.csv")
    if [row["territory_id"] for row in table] != ids:
        ledger.off.append("forecast.csv has other territories than the plan")
        return
    for at, row in enumerate(table):
        where, mean, asked = f"forecast.csv: {ids[at]}", float(expected[at]), float(quota[at])
        ledger.hold(f"{where} last_usd", row["last_usd"], float(last[at]), 0.011)
        ledger.hold(f"{where} expected_usd", row["expected_usd"], mean, 0.011)
        ledger.hold(f"{where} quota_usd", row["quota_usd"], asked, 0.0)
        ledger.hold(f"{where} attainment", row["attainment"], mean / asked, 1e-6)
        likely = chance(mean, asked, year_sd)
        ledger.hold(f"{where} at_quota_probability", row["at_quota_probability"], likely,
                    ERRORS * math.sqrt(max(likely * (1 - likely), 0.01) / draws))  # fmt: skip
        for end, part in ENDS:
            wide = slack(mean, year_sd, part, draws)
            low = percentile(mean, year_sd, part)
            ledger.hold(f"{where} {end}_usd", row[f"{end}_usd"], low, wide)
            ledger.hold(f"{where} attainment_{end}", row[f"attainment_{end}"],
                        number(row[f"{end}_usd"]) / asked, 1e-6)  # fmt: skip
        for name, season in zip(names, share, strict=True):
            ledger.hold(f"{where} {name}_expected_usd", row[f"{name}_expected_usd"],
                        float(season) * mean, 0.011)  # fmt: skip
            for end, part in ENDS:
                wanted = percentile(float(season) * mean, quarter_sd, part)
                wide = slack(float(season) * mean, quarter_sd, part, draws)
                ledger.hold(f"{where} {name}_{end}_usd", row[f"{name}_{end}_usd"], wanted, wide)


def _company_off(company: Company, found: Ahead, files: Path, ledger: Ledger) -> None:
    """Hold forecast_company.csv, and what `quotas --json` says of the field."""
    of, draws = company.words("territory_id"), company.scenario["quotas"].get("draws", 2000)
    table = read_rows(files / "forecast.csv")
    expected = np.array([number(row["expected_usd"]) for row in table])
    quota = np.array([number(row["quota_usd"]) for row in table])
    rest, goal = float(found.expected[of == ""].sum()), goal_of(company)
    company_sd, own_sd = spreads(company, found)
    rng = np.random.default_rng(20_261_129)

    def drawn(sd: float, share: float = 1.0) -> Floats:
        z = rng.standard_normal((20_000, len(expected) + 1)) * sd - sd**2 / 2
        all_of = rng.standard_normal((20_000, 1)) * company_sd - company_sd**2 / 2
        return np.exp(z + all_of) * share * np.append(expected, rest)

    def held(where: str, row: dict, values: Floats) -> None:
        for end, part in ENDS:
            wide = ERRORS * math.sqrt(part * (1 - part) / draws)
            low, middle, high = np.quantile(values, [max(part - wide, 0), part, part + wide])
            ledger.hold(f"{where} {end}_usd", str(row[f"{end}_usd"]), middle,
                        float(high - low) / 2 + 0.02)  # fmt: skip

    sales = drawn(own_sd)
    whole_usd = float(found.expected.sum())
    year, *by_quarter = read_rows(files / "forecast_company.csv")
    right = {"last_usd": float(company.year().sum()), "expected_usd": whole_usd,
             "goal_usd": float(goal)}  # fmt: skip
    for name, value in right.items():
        ledger.hold(f"forecast_company.csv: {name}", year[name], value, 0.011)
    ledger.hold("forecast_company.csv: attainment", year["attainment"], whole_usd / goal, 1e-6)
    held("forecast_company.csv: year", year, sales.sum(axis=1))
    for row, name, share in zip(by_quarter, *company.coming(), strict=True):
        where = f"forecast_company.csv: {name}"
        if row["period"] != name:
            ledger.off.append(f"{where} is called {row['period']}")
        ledger.hold(f"{where} expected_usd", row["expected_usd"], share * whole_usd, 0.011)
        held(where, row, drawn(2 * own_sd, float(share)).sum(axis=1))
    if (files / "quotas.json").is_file():
        told = json.loads((files / "quotas.json").read_text("utf-8"))
        parts = read_rows(files / "quotas.csv")
        past = ("part_retained_usd", "part_momentum_usd", "part_relief_usd", "part_run_rate_usd")
        more = ("captured", "potential", "headroom", "sales_cycle")
        every = (*past, *(f"part_{name}_usd" for name in more))
        history, whole_part = (
            sum(number(row[name]) for row in parts for name in names if name in row)
            for names in (past, every)
        )
        staffed = np.array([bool(row["rep_id"]) for row in parts])
        ratio = sales[:, :-1][:, staffed] / quota[staffed]
        ledger.hold("quotas --json: field_usd", str(told["field_usd"]), quota.sum(), 0.0)
        ledger.hold("quotas --json: history_share", str(told["history_share"]),
                    history / whole_part, 1e-9)  # fmt: skip
        share = (ratio >= 1).mean(axis=1)
        error = ERRORS * share.std() / math.sqrt(draws)
        ledger.hold(
            "quotas --json: at_quota_share", str(told["at_quota_share"]), share.mean(), error
        )
        for text, part in zip(told["balanced_goal_usd"], (0.65, 0.60), strict=True):
            # Territories of one year share the company's luck: as many draws as years, at least.
            wide = ERRORS * math.sqrt(part * (1 - part) / draws)
            ends = np.quantile(ratio, [1 - part - wide, 1 - part, 1 - part + wide])
            ledger.hold(f"quotas --json: goal for {part:.0%}", str(text), goal * float(ends[1]),
                        goal * float(ends[2] - ends[0]) / 2 + 1)  # fmt: skip


def rooms(company: Company, alignment: str) -> Floats:
    """Selling time for each hour of work in the territory of each account."""
    of = company.words("territory_id" if alignment == "plan" else "current_territory_id")
    service, travel = company.column("service_h"), company.column("travel_h")
    if alignment == "today" and "current_travel_h" in company.accounts[0]:
        known = company.column("current_travel_h", math.nan)
        travel = np.where(np.isnan(known), travel, known)
    capacity = {r["territory_id"]: number(r.get("capacity_h")) for r in company.territories}
    if not all(value > 0 for value in capacity.values()):
        return np.ones(len(of))
    out = np.ones(len(of))
    for name in set(of) & set(capacity):
        here = of == name
        work = service[here].sum()
        if work > 0:
            out[here] = np.clip((capacity[name] - travel[here].sum()) / work, 0.5, 2.0)
    return out


def elasticity(company: Company) -> float:
    """Elasticity at the plan of the response curve: a tenth more effort is what a tenth brings."""
    keys = company.scenario.get("sizing", {}).get("response", {})
    none, most = keys.get("at_zero", 0.4), keys.get("at_saturation", 1.6)
    more = keys.get("at_half_more", 1.12)
    half = (most - 1.0) / (1.0 - none)
    reached = (more - none) / (most - none)
    power = math.log(half * reached / (1.0 - reached)) / math.log(1.5)

    def sales(effort: float) -> float:
        return none + (most - none) * effort**power / (half + effort**power)

    return (sales(1.0 + 1e-6) - sales(1.0 - 1e-6)) / 2e-6


def _business_case_off(company: Company, files: Path, ledger: Ledger) -> None:
    """Hold business_case.csv with draws of this script's own."""
    draws = company.scenario["quotas"].get("draws", 2000)
    margin = company.scenario.get("sizing", {}).get("margin", 0.65)
    sold = ahead(company, "today").expected
    today, plan = rooms(company, "today"), rooms(company, "plan")
    rng = np.random.default_rng(20_261_128)
    # Accounts of one pair of territories answer alike.
    pairs, at = np.unique(np.column_stack([today, plan]), axis=0, return_inverse=True)
    weight = np.bincount(at.ravel(), weights=sold)
    answer = np.maximum(rng.normal(elasticity(company), 0.10, DRAWS), 0.0)
    gain = np.zeros(DRAWS)
    for (before, after), usd in zip(pairs, weight, strict=True):
        gain += usd * (after**answer - before**answer)
    risk = ahead(company, "plan").risk.sum()
    loss = -risk * np.exp(rng.normal(0.0, 0.5, DRAWS) - 0.125)
    items = {
        "selling time spread by the work": margin * gain,
        "relationships handed over": margin * loss,
        "together": margin * (gain + loss),
    }
    table = {row["item"]: row for row in read_rows(files / "business_case.csv")}
    for item, values in items.items():
        row, error = table[item], ERRORS * values.std() / math.sqrt(draws)
        where = f"business_case.csv: {item}"
        ledger.hold(f"{where} expected_usd", row["expected_usd"], values.mean(), error + 0.02)
        for end, share in ENDS:
            wide = ERRORS * math.sqrt(share * (1 - share) / draws)
            low, middle, high = np.quantile(values, [max(share - wide, 0), share, share + wide])
            ledger.hold(f"{where} {end}_usd", row[f"{end}_usd"], middle,
                        float(high - low) / 2 + 0.02)  # fmt: skip


def _backtest_off(company: Company, files: Path, ledger: Ledger) -> tuple[Floats, Floats]:
    """Hold quota_backtest.csv; return penetrations and attainments."""
    ids = [row["territory_id"] for row in company.territories]
    quota, sums = first_year_quotas(company, company.words("territory_id"), ids)
    values = {
        **{name: sums[name] for name in ("size_usd", "potential_usd", "revenue_usd", "trend")},
        "penetration": sums["size_usd"] / sums["potential_usd"],
        "quota_usd": quota,
        "attainment": sums["revenue_usd"] / quota,
    }
    for at, row in enumerate(read_rows(files / "quota_backtest.csv")):
        for name, own in values.items():
            value, text = float(own[at]), row[name]
            if math.isnan(value):
                ledger.compared += 1
                if text:
                    ledger.off.append(f"quota_backtest.csv: {ids[at]} {name} is {text}, unknown")
                continue
            near = 1.01 if name == "quota_usd" else 0.011 if name.endswith("_usd") else 1e-5
            ledger.hold(f"quota_backtest.csv: {ids[at]} {name}", text, value, near)
    return values["penetration"], values["attainment"]


def _methods_off(company: Company, files: Path, ledger: Ledger) -> None:
    """Hold the sheets Correlations and Methods of quotas.xlsx."""
    from openpyxl import load_workbook

    ids = [row["territory_id"] for row in company.territories]
    of = company.words("territory_id")
    quota, sums = first_year_quotas(company, of, ids)
    revenue, potential, size = (sums[n] for n in ("revenue_usd", "potential_usd", "size_usd"))
    goal, penetration = round(revenue.sum()), size / potential
    rate = sums["run_rate_usd"]
    ways = {
        "potential only": whole(goal * potential / potential.sum(), goal),
        "last year only": whole(goal * rate / rate.sum(), goal),
        "equal quotas": whole(np.full(len(ids), goal / len(ids)), goal),
    }
    book = load_workbook(files / "quotas.xlsx", read_only=True, data_only=True)
    sheets = {name: [list(r) for r in book[name].iter_rows(values_only=True)]
              for name in ("Correlations", "Methods")}  # fmt: skip
    book.close()
    against = {"penetration": penetration, "growth": sums["trend"], "potential": potential}
    for word, value in _body(sheets["Correlations"], "against"):
        own, given = against[word], value["correlation"]
        known = ~np.isnan(own)
        if known.sum() >= 3:
            right = float(spearmanr((revenue / quota)[known], own[known])[0])
            ledger.hold(f"Correlations: {word}", str(given), right, 1e-4)
    for word, value in _body(sheets["Methods"], "method"):
        attained = revenue / ways.get(word, quota)
        figures = {
            "with_penetration": float(spearmanr(attained, penetration)[0]),
            "with_potential": float(spearmanr(attained, potential)[0]),
            "spread": float(attained.std(ddof=1)),
            "within_share": float((np.abs(attained - 1.0) <= 0.10).mean()),
        }
        for name, right in figures.items():
            ledger.hold(f"Methods: {word} {name}", str(value[name]), right, 1e-4)


def _body(sheet: list[list], key: str) -> list[tuple[str, dict]]:
    top = next(at for at, row in enumerate(sheet) if key in row)
    head = sheet[top]
    lines = [dict(zip(head, row, strict=True)) for row in sheet[top + 1 :] if any(row)]
    return [(str(line[key]), line) for line in lines]


def slope(penetration: Floats, attainment: Floats) -> dict[str, float]:
    """The back-test's statistic with its interval: points for a standard deviation."""
    x, n = np.log(penetration), len(penetration)
    z, y = (x - x.mean()) / x.std(), attainment - attainment.mean()
    found = float(z @ y) / n
    # HC2: chance may differ by size.
    error = math.sqrt((z**2 * (y - found * z) ** 2 / (1 - (1 + z**2) / n)).sum()) / n
    made = np.eye(n) - 1 / n - np.outer(z, z) / n  # residuals of y by their rows
    root = np.abs(z) / np.sqrt(np.diag(made))
    told = np.diag(root) @ made @ np.diag(root)
    degrees = np.trace(told) ** 2 / np.trace(told @ told)
    reach = float(student.ppf(0.95, degrees)) * error
    return {"slope": found, "low": found - reach, "high": found + reach}


def compare(company: Company, files: Path) -> tuple[list[str], int]:
    """List what does not agree in forecast.csv, business_case.csv and the back-test's files."""
    ledger, found = Ledger(), ahead(company)
    _forecast_off(company, found, files, ledger)
    if (files / "forecast_company.csv").is_file():
        _company_off(company, found, files, ledger)
    if (files / "business_case.csv").is_file():
        _business_case_off(company, files, ledger)
    if (files / "quota_backtest.csv").is_file():
        penetration, attainment = _backtest_off(company, files, ledger)
        if (files / "quotas.xlsx").is_file():
            _methods_off(company, files, ledger)
        if (files / "quotas.json").is_file():
            told = json.loads((files / "quotas.json").read_text("utf-8"))["test"]
            for name, value in slope(penetration, attainment).items():
                ledger.hold(f"quotas --json: test {name}", str(told[name]), value, 1e-5)
    return ledger.off, ledger.compared


def main(words: list[str] | None = None) -> int:
    """Compare the files that the arguments name and print the verdict."""
    asked = company_words("check_forecast", words)
    company = reading(asked.scenario, asked.plan, asked.history)
    off, compared = compare(company, asked.files)
    return tell(off, compared)


if __name__ == "__main__":
    sys.exit(main())
