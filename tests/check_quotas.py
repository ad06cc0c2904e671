"""Recompute a plan's quotas from its CSV files alone, as a stranger would.

    python -m tests.check_quotas SCENARIO PLAN HISTORY [FILES]

SCENARIO is the scenario file (its [quotas]), PLAN a plan folder, HISTORY the history table, FILES
the folder that `territory quotas` wrote into (the plan's when not given). Nothing of the product is
imported. The rates are measured anew by a solver of this script's own, quotas and their parts are
compared to the dollar, shares of simulated years with their closed form. Exit 0: all agree.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tests.strangers_year import (
    Ahead,
    Company,
    Floats,
    Row,
    ahead,
    areas,
    columns,
    earlier,
    measured,
    momentum,
    number,
    reading,
    rows,
    tiers_of,
)
from tests.verdict import company_words, tell

__all__ = ["compare", "first_year_quotas", "goal_of", "main", "shares_of", "spread", "spreads"]

CENT, RATE = 0.011, 1e-5
FOLDS = 5
BLEND = {
    "potential": "potential_usd",
    "headroom": "headroom_usd",
    "run_rate": "run_rate_usd",
    "sales_cycle": "reachable_usd",
}


def whole(values: Floats, total: int) -> np.ndarray:
    """Whole dollars by largest remainder."""
    near = np.round(values)
    exact = np.where(np.abs(values - near) < 1e-6, near, values)
    out = np.floor(exact).astype(np.int64)
    left = total - int(out.sum())
    step = 1 if left > 0 else -1
    out[np.argsort(-step * (exact - out), kind="stable")[: abs(left)]] += step
    return out


def goal_of(company: Company) -> int:
    given = company.scenario["quotas"].get("goal_usd")
    return given or round(company.year().sum() * (1.0 + company.scenario["quotas"]["growth"]))


def by_territory(of: np.ndarray, values: Floats, ids: list[str]) -> Floats:
    return np.array([math.fsum(values[of == name]) for name in ids])


def spread(expected: Floats, last: Floats, goal: int, company: Company) -> tuple:
    """Quotas, wanted dollars before limits, floors and caps."""
    field = round(goal * (1.0 + company.option("over_assignment")))
    asked = field * expected / expected.sum()
    floor, cap = company.option("floor"), company.option("cap")
    low = np.zeros(len(last)) if floor is None else np.ceil(last * (1 + floor) - 1e-6)
    high = np.full(len(last), math.inf)
    if cap is not None:
        high = np.where(last > 0, np.maximum(np.floor(last * (1 + cap) + 1e-6), low), math.inf)
    below, above = 0.0, 1e6
    for _ in range(200):  # the factor that all quotas share, by halving
        middle = (below + above) / 2
        if np.clip(middle * asked, low, high).sum() < field:
            below = middle
        else:
            above = middle
    held = asked if ((low <= asked) & (asked <= high)).all() else np.clip(above * asked, low, high)
    return whole(held, field), asked, held, low, high


def basis_of(company: Company, found: Ahead, of: np.ndarray, ids: list[str]) -> dict[str, Floats]:
    """What quotas are made of, by territory."""
    own = np.maximum(company.year(), 0.0)
    accounts = {
        "potential_usd": company.column("potential_usd"),
        "last_usd": company.year(),
        "previous_usd": company.year(1),
        "headroom_usd": company.headroom(own),
        "reachable_usd": company.reach(own),
        "retained_usd": found.retained,
        "captured_usd": found.captured,
        "momentum_usd": found.momentum,
        "relief_usd": company.option("relief") * found.risk,
        "forecast_usd": found.expected,
        "n_accounts": np.ones(len(of)),
    }
    out = {name: by_territory(of, values, ids) for name, values in accounts.items()}
    gross = out["retained_usd"] + out["captured_usd"] + out["momentum_usd"]
    trend = out["last_usd"].clip(0) / out["previous_usd"] - 1.0
    limit = company.option("trend_limit")
    carried = np.clip(trend, -limit, limit)
    return out | {
        "expected_usd": np.maximum(gross - out["relief_usd"], 0.0),
        "trend": trend,
        "run_rate_usd": out["last_usd"].clip(0) * (1.0 + company.option("trend_weight") * carried),
    }


def blended(company: Company, basis: dict[str, Floats]) -> Floats:
    """Shares of a goal by the blend's weights."""
    out = np.zeros(len(basis["run_rate_usd"]))
    for name, weight in company.option("blend").items():
        source = basis[BLEND[name]]
        out += weight * source / source.sum() if weight else 0.0
    return out


def shares_of(company: Company, found: Ahead, of: np.ndarray, ids: list[str]) -> Floats:
    """What the goal is spread by: expected sales, or the blend of the scenario."""
    basis = basis_of(company, found, of, ids)
    return blended(company, basis) if company.option("blend") else basis["expected_usd"]


def first_year_quotas(
    company: Company, of: np.ndarray, ids: list[str]
) -> tuple[np.ndarray, dict[str, Floats]]:
    """Quotas that the year before would have given, and what they rest on, by territory."""
    _, before, _ = columns(company, 1)
    expected = np.zeros(len(of))
    if company.quarters.shape[1] >= 12:
        then = earlier(company, 1)
        expected = before @ measured(then)
        growth = momentum(then)[0]
        expected *= 1.0 + np.array([growth.get(name, 0.0) for name in areas(company)])
    else:
        fold = np.unique(of, return_inverse=True)[1] % FOLDS
        for at in range(FOLDS):
            if (fold == at).any():
                expected[fold == at] = (before @ measured(company, fold != at))[fold == at]
    first = company.year(1)
    own = np.maximum(first, 0.0)
    sums = {
        "expected": np.maximum(by_territory(of, expected, ids), 0.0),
        "size_usd": by_territory(of, first, ids),
        "potential_usd": by_territory(of, company.column("potential_usd"), ids),
        "headroom_usd": by_territory(of, company.headroom(own), ids),
        "reachable_usd": by_territory(of, company.reach(own), ids),
        "revenue_usd": by_territory(of, company.year(), ids),
    }
    older = np.full(len(ids), math.nan)
    if company.quarters.shape[1] >= 12:
        older = by_territory(of, company.year(2), ids)
    with np.errstate(divide="ignore", invalid="ignore"):
        sums["trend"] = np.where(older > 0, sums["size_usd"].clip(0) / older - 1.0, math.nan)
    goal = round(sums["revenue_usd"].sum())
    limit = company.option("trend_limit")
    carried = np.nan_to_num(np.clip(sums["trend"], -limit, limit))
    rate = sums["size_usd"].clip(0) * (1.0 + company.option("trend_weight") * carried)
    sums["run_rate_usd"] = rate
    wanted = sums["expected"]
    if company.option("blend"):
        wanted = blended(company, sums)
    return whole(goal * wanted / wanted.sum(), goal), sums


def quota_table(company: Company) -> tuple[list[str], dict[str, Floats], Ahead]:
    """Every column of quotas.csv that is a number, by territory."""
    ids = [row["territory_id"] for row in company.territories]
    found, goal = ahead(company), goal_of(company)
    of = company.words("territory_id")
    out = basis_of(company, found, of, ids)
    gross = out["retained_usd"] + out["captured_usd"] + out["momentum_usd"]
    expected, last = out["expected_usd"], np.maximum(out["last_usd"], 0.0)
    shares = shares_of(company, found, of, ids)
    quota, asked, held, low, high = spread(shares, last, goal, company)
    field = int(quota.sum())
    parts = {
        "retained": out["retained_usd"],
        "momentum": out["momentum_usd"],
        "captured": out["captured_usd"],
        "relief": expected - gross,
        "stretch": expected * (goal / expected.sum() - 1.0),
    }
    if blend := company.option("blend"):
        parts = {name: blend.get(name, 0.0) * goal * out[column] / out[column].sum()
                 for name, column in BLEND.items()}  # fmt: skip
    parts |= {
        "over_assignment": (field - goal) * shares / shares.sum(),
        "limit": np.where(np.abs(quota - asked) < 1.0, 0.0, held - asked),
    }
    dollars = np.array(
        [
            whole(row, int(total))
            for row, total in zip(np.column_stack(list(parts.values())), quota, strict=True)
        ]
    )
    out |= {f"part_{name}_usd": dollars[:, at] for at, name in enumerate(parts)}
    out |= {
        "quota_usd": quota,
        "growth": quota / out["last_usd"] - 1.0,
        "attainment": out["forecast_usd"] / quota,
        "lower_usd": low if company.option("floor") is not None else np.full(len(ids), math.nan),
        "upper_usd": np.where(np.isfinite(high), high, math.nan),
    }
    return ids, out, found


def spreads(company: Company, found: Ahead) -> tuple[float, float]:
    """Standard deviations of the company's and of a territory's year."""
    drawn = company.scenario.get("pay", {}).get("simulation", {})
    own = drawn.get("territory_sd", found.territory_sd)
    return drawn.get("company_sd", 0.04), own


def chance(expected: float, quota: float, sd: float) -> float:
    """Probability that a lognormal year with mean `expected` reaches the quota."""
    return statistics.NormalDist().cdf((math.log(expected / quota) - sd**2 / 2) / sd)


def _rates_off(company: Company, found: Ahead, table: list[Row]) -> list[str]:
    groups = [(name, buys) for name in tiers_of(company) for buys in (True, False)]
    known = {("retained", part, ""): found.rates[at]
             for at, part in enumerate(("early", "late", "fresh", "lapsed"))}  # fmt: skip
    for at, (tier, buys) in enumerate(groups):
        known["captured", tier, "yes" if buys else "no"] = found.rates[4 + at]
    known |= {("momentum", name, ""): value for name, value in found.areas.items()}
    known["momentum_share", "company", ""] = found.lasting_share
    known |= {("season", f"Q{at + 1}", ""): value for at, value in enumerate(company.season())}
    company_sd, territory_sd = spreads(company, found)
    known |= {("spread", "company", ""): company_sd, ("spread", "territory", ""): territory_sd}
    known |= {("sales_cycle_months", kind, ""): value for kind, value in company.cycles().items()}
    known["competitor_share", "not known", ""] = company.rivals()
    off = []
    for row in table:
        key = (row["rate"], row["of"], row["customer"])
        value = known.get(key, math.nan)
        if not abs(number(row["value"]) - value) <= RATE:
            off.append(f"rates.csv: {' '.join(key)} is {row['value']}, recomputed {value}")
    return off


def compare(company: Company, files: Path) -> tuple[list[str], int]:
    """List what does not agree in quotas.csv, rates.csv and quotas_by_quarter.csv."""
    ids, table, found = quota_table(company)
    rates = rows(files / "rates.csv")
    off, compared = _rates_off(company, found, rates), len(rates)
    company_sd, territory_sd = spreads(company, found)
    sd = math.hypot(company_sd, territory_sd)
    draws = company.scenario["quotas"].get("draws", 2000)
    given = {row["territory_id"]: row for row in rows(files / "quotas.csv")}
    if list(given) != ids:
        off.append("quotas.csv has other territories than the plan")
    for at, name in enumerate(ids):
        own = {column: float(values[at]) for column, values in table.items()}
        likely = chance(own["forecast_usd"], own["quota_usd"], sd)
        own["at_quota_probability"] = likely
        for column, text in given[name].items():
            if column in ("territory_id", "rep_id", "rep_name", "limit"):
                continue
            value = own[column]
            slack = CENT if column.endswith("_usd") else RATE
            if column.startswith(("part_", "quota")):
                slack = 1.01 if column.startswith("part_") else 0.0
            if column == "at_quota_probability":
                slack = 4.0 * math.sqrt(max(likely * (1 - likely), 0.01) / draws)
            compared += 1
            both = not text and math.isnan(value)
            if not both and not abs(number(text) - value) <= slack:
                off.append(f"quotas.csv: {name} {column} is {text}, recomputed {value}")
    names, shares = company.coming()
    split = {name: whole(shares * float(q), int(q))
             for name, q in zip(ids, table["quota_usd"], strict=True)}  # fmt: skip
    for row in rows(files / "quotas_by_quarter.csv"):
        at = names.index(row["quarter"])
        dollars = int(split[row["territory_id"]][at])
        held = round(dollars * number(row["pace"])) if row["rep_id"] else 0
        wanted: Mapping[str, tuple[float, float]] = {
            "season_share": (float(shares[at]), 1e-6),
            "quota_usd": (dollars, 0.0),
            "rep_quota_usd": (held, 1.0),
        }
        for column, (value, slack) in wanted.items():
            compared += 1
            if not abs(number(row[column]) - value) <= slack:
                off.append(
                    f"quotas_by_quarter.csv: {row['territory_id']} {row['quarter']} {column} is "
                    f"{row[column]}, recomputed {value}"
                )
    return off, compared


def main(words: list[str] | None = None) -> int:
    """Compare the files that the arguments name and print the verdict."""
    asked = company_words("check_quotas", words)
    company = reading(asked.scenario, asked.plan, asked.history)
    off, compared = compare(company, asked.files)
    return tell(off, compared)


if __name__ == "__main__":
    sys.exit(main())
