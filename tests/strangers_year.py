"""Next year by account as a stranger reckons it from the CSV files: for the checks of money.

Nothing of the product is imported; the rates are measured by a solver of this module's own.
"""

from __future__ import annotations

import csv
import math
import statistics
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from scipy.optimize import lsq_linear
from scipy.stats import chi2

__all__ = [
    "Ahead",
    "Company",
    "ahead",
    "areas",
    "columns",
    "earlier",
    "measured",
    "momentum",
    "number",
    "reading",
    "rows",
    "written",
]

DEFAULTS = {
    "over_assignment": 0.03,
    "competitor_hold": 1.0,
    "trend_weight": 0.5,
    "trend_limit": 0.25,
    "relief": 1.0,
}
CYCLE = {"hospital": 9.0, "critical_access": 9.0, "asc": 5.0, "clinic": 4.0, "other": 6.0}
AIM = np.array([0.46, 0.46, 0.92, 0.092])

Floats = np.ndarray
Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def number(text: str | None) -> float:
    return float(text) if text else math.nan


@dataclass
class Company:
    """What the files say: accounts in their order, (n, q) sales by quarter, options."""

    scenario: dict
    accounts: list[Row]
    territories: list[Row]
    quarters: Floats
    first: int
    products: dict[str, Floats]
    whole: Floats | None = None
    deals: list[Row] | None = None

    def column(self, name: str, unknown: float = 0.0) -> Floats:
        values = np.array([number(row.get(name)) for row in self.accounts])
        return np.where(np.isnan(values), unknown, values)

    def words(self, name: str) -> np.ndarray:
        return np.array([row.get(name, "") for row in self.accounts], dtype=object)

    def option(self, name: str):
        return self.scenario["quotas"].get(name, DEFAULTS.get(name))

    def year(self, back: int = 0, product: str | None = None) -> Floats:
        sold = self.quarters if product is None else self.products[product]
        end = self.quarters.shape[1] - 4 * back
        return sold[:, end - 4 : end].sum(axis=1)

    def season(self) -> Floats:
        """(4,) share of a year's sales by calendar quarter, over the whole history."""
        every = self.quarters if self.whole is None else self.whole
        q = every.shape[1] // 4 * 4
        totals = np.maximum(every[:, -q:].sum(axis=0), 0.0)
        at = (self.first + every.shape[1] - q + np.arange(q)) % 4
        out = np.bincount(at, weights=totals, minlength=4)
        return out / out.sum()

    def coming(self) -> tuple[list[str], Floats]:
        """Names of the planned year's quarters, and the share of a year's sales in each."""
        first = self.first_month()
        share = self.months().reshape(4, 3).sum(axis=1)
        names = []
        for at in range(first, first + 12, 3):
            name = f"Q{at % 12 // 3 + 1}" if at % 3 == 0 else f"{at % 12 + 1:02d}"
            names.append(f"{at // 12}-{name}")
        return names, share / share.sum()

    def first_month(self) -> int:
        """First month of the planned year, counted from January of the year 0."""
        given = str(self.scenario.get("capacity", {}).get("year_from", ""))
        if given:
            return 12 * int(given[:4]) + int(given[5:7]) - 1
        return 3 * (self.first + self.quarters.shape[1])

    def months(self) -> Floats:
        """Share of a year's sales in each month of the planned year."""
        begin = self.first_month() % 12
        calendar = np.repeat(self.season() / 3.0, 3)
        return np.concatenate([calendar[begin:], calendar[:begin]])

    def headroom(self, own: Floats) -> Floats:
        potential = self.column("potential_usd")
        held = self.column("competitor_usd", math.nan)
        held = np.where(np.isnan(held), self.rivals() * potential, held)
        held = held * self.option("competitor_hold")
        return np.maximum(potential - own - held, 0.0)

    def rivals(self) -> float:
        """Share of the potential that competitors hold where both are known."""
        held, potential = self.column("competitor_usd", math.nan), self.column("potential_usd")
        known = ~np.isnan(held)
        return held[known].sum() / potential[known].sum() if known.any() else 0.0

    def cycles(self) -> dict[str, float]:
        """Months until revenue by account type; types with ten won deals have their median."""
        kinds = dict(zip(self.words("account_id"), self.words("type"), strict=True))
        won: dict[str, list[int]] = {}
        for row in self.deals or []:
            if row["status"].lower() == "won" and row["account_id"] in kinds:
                days = date.fromisoformat(row["closed"]) - date.fromisoformat(row["opened"])
                won.setdefault(kinds[row["account_id"]], []).append(days.days)
        measured = {kind: 12.0 * statistics.median(days) / 365.25
                    for kind, days in won.items() if len(days) >= 10}  # fmt: skip
        months = {**CYCLE, **self.scenario["quotas"].get("sales_cycle_months", {})}
        named = {"_".join(kind.lower().split()): value for kind, value in months.items()}
        told = {kind: named.get(kind, named["other"]) for kind in set(kinds.values())}
        return {**told, **{kind: measured[kind] for kind in told.keys() & measured.keys()}}

    def reach(self, own: Floats) -> Floats:
        months = self.cycles()
        cycle = np.array([months[kind] for kind in self.words("type")])
        return self.headroom(own) * np.maximum(12.0 - cycle, 0.0) / 12.0


def reading(scenario: Path, plan: Path, history: Path) -> Company:
    """Read the files; periods are quarters, as in 2024-Q3."""
    accounts = rows(plan / "accounts.csv")
    at = {row["account_id"]: place for place, row in enumerate(accounts)}
    sold = [(row["account_id"], row["period"], number(row["revenue_usd"]), row.get("product", ""))
            for row in rows(history)]  # fmt: skip
    when = {period: 4 * int(period[:4]) + int(period[6]) - 1 for _, period, _, _ in sold}
    first = min(when.values())
    shape = (len(accounts), max(when.values()) - first + 1)
    quarters = np.zeros(shape)
    products = {name: np.zeros(shape) for _, _, _, name in sold}
    for account, period, usd, product in sold:
        if account in at and not math.isnan(usd):
            quarters[at[account], when[period] - first] += usd
            products[product][at[account], when[period] - first] += usd
    keys = written(scenario)
    deals = keys["quotas"].get("deals")
    return Company(
        deals=rows(scenario.parent / deals) if deals else None,
        scenario=keys,
        accounts=accounts,
        territories=rows(plan / "territories.csv"),
        quarters=quarters,
        first=first,
        products=products,
    )


def written(scenario: Path) -> dict:
    """The keys of a scenario file, over those of the file that it extends."""

    def over(below: dict, above: dict) -> dict:
        both = {key: over(below[key], value)
                for key, value in above.items()
                if isinstance(value, dict) and isinstance(below.get(key), dict)}  # fmt: skip
        return {**below, **above, **both}

    keys = tomllib.loads(scenario.read_text("utf-8"))
    named = keys.pop("extends", None)
    return keys if named is None else over(written(scenario.parent / named), keys)


def halves(company: Company, back: int) -> Floats:
    """(n, 4): a year's halves without season, each as a year: steady, steady, fresh, lapsed."""
    end = company.quarters.shape[1] - 4 * back
    bought = np.maximum(company.quarters[:, end - 4 : end], 0.0)
    level = 4.0 * company.season()[(company.first + end - 4 + np.arange(4)) % 4]
    plain, own = bought / level, np.maximum(company.year(back), 0.0)
    scale = np.divide(own, plain.sum(axis=1), out=np.zeros_like(own), where=plain.sum(axis=1) > 0)
    early = 2.0 * plain[:, :2].sum(axis=1) * scale
    late = 2.0 * plain[:, 2:].sum(axis=1) * scale
    fresh, lapsed = (early <= 0) & (late > 0), (late <= 0) & (early > 0)
    return np.column_stack(
        [early * ~lapsed, late * ~fresh, np.where(fresh, late, 0), np.where(lapsed, early, 0)]
    )


def tiers_of(company: Company) -> list[str]:
    named = company.scenario.get("tiers", {}).get("names", ["A", "B", "C", "D"])
    return [*named, *sorted(set(company.words("tier")) - set(named))]


def columns(company: Company, back: int) -> tuple[Floats, Floats, list[tuple[str, bool]]]:
    """Halves and the reachable headroom by tier and customer, or in two columns for all tiers."""
    own = np.maximum(company.year(back), 0.0)
    reach, tier, customer = company.reach(own), company.words("tier"), own > 0
    groups = [(name, buys) for name in tiers_of(company) for buys in (True, False)]
    fine = [reach * ((tier == name) & (customer == buys)) for name, buys in groups]
    half = halves(company, back)
    coarse = np.column_stack([half, reach * customer, reach * ~customer])
    return coarse, np.column_stack([half, *fine]), groups


def ridge(x: Floats, y: Floats, weight: Floats, pull: Floats, aim: Floats) -> Floats:
    """Non-negative least squares of n + p rows: the pulls are rows of their own."""
    left = np.vstack([x * weight[:, None], np.diag(np.sqrt(pull))])
    right = np.concatenate([y * weight, np.sqrt(pull) * aim])
    scale = np.sqrt((left**2).sum(axis=0))
    scale[scale == 0] = 1.0
    found = lsq_linear(left / scale, right, (0.0, np.inf), method="bvls", tol=1e-14)
    return found.x / scale


def measured(company: Company, chosen: Floats | None = None) -> Floats:
    """Rates on the two last years: halves, then headroom by tier and customer."""
    keep = np.ones(len(company.accounts), bool) if chosen is None else chosen
    sold, earlier = company.year(0), company.year(1)
    coarse, fine, groups = columns(company, 1)
    size = np.maximum(company.column("potential_usd"), np.maximum(earlier, sold))[keep]
    weight = 1.0 / np.sqrt(np.maximum(size, max(np.median(size) * 1e-3, 1.0)))
    coarse, fine, y, n = coarse[keep], fine[keep], sold[keep], int(keep.sum())
    squares = ((coarse * weight[:, None]) ** 2).sum(axis=0)
    pull = np.zeros(6)
    pull[:4] = 3.0 / n * squares[:2].mean()
    pooled = ridge(coarse, y, weight, pull, np.array([*AIM, 0.0, 0.0]))
    squares = ((fine * weight[:, None]) ** 2).sum(axis=0)
    pull = np.full(fine.shape[1], 30.0 / n * squares[4:].sum())
    pull[:4] = 3.0 / n * squares[:2].mean()
    center = np.array([*pooled[:4], *(pooled[4 if buys else 5] for _, buys in groups)])
    found = ridge(fine, y, weight, pull, center)
    return found * y.sum() / (fine.sum(axis=0) @ found)


def earlier(company: Company, back: int) -> Company:
    """The company as so many years ago; its season stays that of the whole history."""
    if not back:
        return company
    known = company.quarters[:, : -4 * back]
    return Company(**{**vars(company), "quarters": known, "whole": company.quarters})


def surpluses(company: Company, back: int) -> dict[str, tuple[float, float]]:
    """By area: logarithm of a year's sales over what explains them, and the variance of chance."""
    then = earlier(company, back)
    fitted, sold = columns(then, 1)[1] @ measured(then), then.year()
    area, out = areas(company), {}
    for name in sorted(set(area) - {""}):
        here = area == name
        if fitted[here].sum() > 0 and sold[here].sum() > 0:
            chance = ((sold - fitted)[here] ** 2).sum() / fitted[here].sum() ** 2
            out[name] = (math.log(sold[here].sum() / fitted[here].sum()), chance)
    return out


def areas(company: Company) -> np.ndarray:
    """Today's territory of each account, the plan's where there is none."""
    area = company.words("current_territory_id")
    return area if (area != "").any() else company.words("territory_id")


def momentum(company: Company) -> tuple[dict[str, float], float, float]:
    """Growth of areas beyond their accounts and beyond chance; what lasts of it; their spread."""
    prior, years = company.option("trend_weight"), company.quarters.shape[1] // 4
    free = "trend_weight" not in company.scenario["quotas"]
    found = [surpluses(company, back) for back in range(years - 1 if free else 1)]
    names = list(found[0])
    if len(names) < 2:
        return {}, prior, math.nan
    table = np.array([[year.get(name, (math.nan, math.nan)) for name in names] for year in found])
    surplus, chance = table[:, :, 0], table[:, :, 1]
    real = max(float(np.nanmean(surplus**2) - np.nanmean(chance)), 0.0)
    share, growth = prior, np.zeros(len(names))
    if real and np.nansum(surplus**2 / chance) > chi2.ppf(0.95, int((~np.isnan(surplus)).sum())):
        pairs = (surplus[:-1] * surplus[1:])[~np.isnan(surplus[:-1] + surplus[1:])]
        if len(pairs) > 1:
            sure = len(pairs) * (real / np.nanmean(surplus**2)) ** 2
            share = (pairs.mean() / real * sure + 12.0 * prior) / (sure + 12.0)
            share = min(max(float(share), 0.0), 1.0)
        for at in range(len(names)):
            own = ~np.isnan(surplus[:, at])
            n = int(own.sum())
            lasts = np.full((n, n), share * real)
            other = np.eye(n) * ((1.0 - share) * real + chance[own, at])
            growth[at] = lasts[0] @ np.linalg.inv(lasts + other) @ surplus[own, at]
    limit = company.option("trend_limit")
    held = np.clip(np.expm1(growth), -limit, limit)
    spread = float(surplus[0].std(ddof=1))
    return dict(zip(names, held, strict=True)), share, spread


@dataclass
class Ahead:
    """Next year by account, and what it was reckoned with."""

    retained: Floats
    captured: Floats
    momentum: Floats
    risk: Floats
    rates: Floats
    areas: dict[str, float]
    lasting_share: float
    territory_sd: float

    @property
    def expected(self) -> Floats:
        return np.maximum(self.retained + self.captured + self.momentum - self.risk, 0.0)


def ahead(company: Company, alignment: str = "plan") -> Ahead:
    """Expected sales by account under the plan's alignment or today's."""
    rates = measured(company)
    _, now, _ = columns(company, 0)
    lasting, share, spread = momentum(company)
    retained, captured = now[:, :4] @ rates[:4], now[:, 4:] @ rates[4:]
    growing = np.array([lasting.get(name, 0.0) for name in areas(company)])
    growing = growing * (retained + captured)
    today, plan = company.words("current_territory_id"), company.words("territory_id")
    risk = np.where((today != "") & (today != plan), company.column("handover_usd"), 0.0)
    gross = np.maximum(retained + captured + growing, 0.0)
    risk = np.clip(risk, 0.0, gross) if alignment == "plan" else np.zeros(len(gross))
    return Ahead(retained, captured, growing, risk, rates, lasting, share, spread)
