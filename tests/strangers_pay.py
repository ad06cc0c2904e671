"""A year's pay as a stranger reckons it from the CSV files, each rep by the plan of the role.

Nothing of the product is imported. Years are drawn, as the quotas' own spreads say.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tests.check_quotas import by_territory, first_year_quotas, goal_of, shares_of, spread
from tests.strangers_year import Ahead, Company, Floats, Row, ahead, number

__all__ = [
    "PARTS",
    "Field",
    "drawn",
    "earned",
    "first_month",
    "held_harmless",
    "last_year",
    "total",
]

MONTHS = 12
COUNTS = ("attainment", "team", "logos", "logo_usd", "strategic")
"""What a year is paid by."""
RATES = (
    {"above": 0.0, "up_to": 0.6, "rate": 0.5},
    {"above": 0.6, "up_to": 1.0, "rate": 1.75},
    {"above": 1.0, "up_to": 1.2, "rate": 2.0},
    {"above": 1.2, "rate": 2.5},
)
"""Rates of a plan that writes none."""
PARTS = ("base", "own quota", "team", "new-logo bonus", "strategic-account bonus")


@dataclass
class Field:
    """The company with its reps, and one alignment's territories."""

    company: Company
    reps: list[Row]
    pay: dict
    paces: dict[str, float]
    filled: Floats  # (reps, last, this, next year, 12): part of a month that the seat is filled

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

    def plans(self) -> Iterator[tuple[np.ndarray, dict]]:
        """Each plan with the reps that it pays: what a role does not write is that of [pay]."""
        roles = np.array([row.get("role", "") for row in self.reps], dtype=object)
        given = self.pay.get("roles", {})
        for role in dict.fromkeys(roles):
            yield roles == role, {**self.pay, **given.get(role, {})}

    def account_plans(self, alignment: str) -> Iterator[tuple[np.ndarray, dict]]:
        """Each plan with the accounts in the territories of its reps; the rest by [pay]."""
        of = self.owners(alignment)
        rest = np.ones(len(of), bool)
        for reps, plan in self.plans():
            name = f"{alignment}_territory_id"
            own = {row[name] for row, chosen in zip(self.reps, reps, strict=True) if chosen}
            here = np.isin(of, list(own - {""})) & rest
            rest &= ~here
            yield here, plan
        yield rest, self.pay

    def teams(self, sales: Floats, quota: Floats, company: Floats) -> Floats:
        """Attainment of each rep's team: the company's, or that of the district in the plan."""
        district = {r["territory_id"]: r.get("district_id", "") for r in self.company.territories}
        of = np.array([district.get(row["plan_territory_id"], "") for row in self.reps])
        out = np.broadcast_to(company[:, None], sales.shape).copy()
        for reps, plan in self.plans():
            team = plan.get("team", {})
            if team.get("level") != "district" or not team.get("weight"):
                continue
            for at in np.flatnonzero(reps):
                mates = (of == of[at]) & (np.nan_to_num(quota) > 0)
                out[:, at] = sales[:, mates].sum(axis=1) / quota[mates].sum()
        return out


def multiple(pay: dict, attainment: Floats) -> Floats:
    """Multiple of the target incentive: the rates are integrated from 0, 1 at the quota."""
    out = np.zeros_like(attainment)
    for tier in pay.get("rates", RATES):
        end = tier.get("up_to", math.inf)
        out = out + tier["rate"] * np.clip(attainment - tier["above"], 0.0, end - tier["above"])
    return np.clip(out, 0.0, pay.get("cap", math.inf))


def cents(usd: Floats) -> Floats:
    return np.floor(usd * 100.0 + 0.5 + 1e-7)


def earned(
    field: Field, year: dict[str, Floats], filled: Floats | None = None
) -> dict[str, Floats]:
    """Pay by part in cents, (…, reps); of another year by the part of it that seats were filled."""
    shape = np.broadcast_shapes(np.shape(year["attainment"]), (len(field.reps),))
    out = {part: np.zeros(shape) for part in PARTS}
    every, employed = field.numbers("fte"), field.numbers("employed")
    pace = np.array([field.paces.get(row["rep_id"], 1.0) for row in field.reps])
    if filled is not None:
        employed = pace = filled
    for reps, pay in field.plans():
        own = {name: np.broadcast_to(year[name], shape)[..., reps] for name in COUNTS}
        there = employed[reps]
        fte = every[reps] if pay.get("by_fte", True) else np.ones(int(reps.sum()))
        room = fte * pace[reps]
        target = cents(pay["target_incentive_usd"] * fte * there)
        team = cents(pay.get("team", {}).get("weight", 0.0) * target / 100.0)
        out["base"][..., reps] = cents(pay["base_usd"] * fte * there)
        out["own quota"][..., reps] = cents(
            (target - team) / 100.0 * multiple(pay, own["attainment"])
        )
        out["team"][..., reps] = cents(team / 100.0 * multiple(pay, own["team"]))
        for part, key, usd in (
            ("new-logo bonus", "new_logo", own["logos"] * own["logo_usd"]),
            ("strategic-account bonus", "strategic", own["strategic"]),
        ):
            options = pay.get(key)
            share = 0.0 if options is None else 1.0 if key == "new_logo" else options["share"]
            cap = math.inf if options is None else options.get("cap_usd", math.inf)
            most = np.full_like(room, math.inf) if cap == math.inf else cap * room
            out[part][..., reps] = cents(np.minimum(share * usd * there, most))
    return out


def total(parts: dict[str, Floats]) -> Floats:
    return sum(parts[name] for name in PARTS)


def logo_usd(company: Company, options: dict | None) -> Floats:
    """What winning each account pays by a plan."""
    if options is None:
        return np.zeros(len(company.accounts))
    by_tier = options.get("by_tier", {})
    out = np.array([by_tier.get(tier, options["usd"]) for tier in company.words("tier")], float)
    for column in ("idn", "gpo"):
        least = options.get(f"{column}_usd")
        if least is not None:
            out = np.where(company.words(column) != "", np.maximum(out, least), out)
    return out


def won(company: Company, options: dict | None) -> np.ndarray:
    """Accounts without sales the year before that bought enough last year."""
    if options is None:
        return np.zeros(len(company.accounts), bool)
    least = max(options.get("min_revenue_usd", 0.0), 0.01)
    return (company.year(1) <= 0) & (company.year() >= least)


def by_account(field: Field, alignment: str, sold: Floats) -> dict[str, Floats]:
    """What next year's and last year's bonuses are made of, each account by its rep's plan."""
    company = field.company
    n, own = len(company.accounts), np.maximum(company.year(), 0.0)
    before = int((company.year(1) <= 0).sum())
    names = ("chance", "won", "usd", "coming", "least", "grown")
    out = {name: np.zeros(n) for name in names}
    for here, plan in field.account_plans(alignment):
        logo, strategic = plan.get("new_logo"), plan.get("strategic")
        found = won(company, logo)
        rate = found.sum() / before if before else 0.0
        out["chance"][here] = np.where(company.year() <= 0, rate, 0.0)[here]
        out["won"][here] = found[here]
        out["usd"][here] = logo_usd(company, logo)[here]
        if strategic is None:
            continue
        chosen = np.isin(company.words("tier"), strategic.get("tiers", ["A"]))
        chosen |= np.isin(company.words("account_id"), strategic.get("accounts", []))
        chosen &= here
        growth, products = strategic.get("min_growth", 0.0), strategic.get("products", [])
        last, earlier, share = company.year(), company.year(1), np.ones(n)
        if products:
            last, earlier = (sum(company.year(back, each) for each in products) for back in (0, 1))
            share = np.divide(np.maximum(last, 0.0), own, out=np.zeros(n), where=own > 0)
        out["coming"][chosen] = (sold * share)[chosen]
        out["least"][chosen] = (own * share * (1.0 + growth))[chosen]
        out["grown"][chosen] = (last - np.maximum(earlier, 0.0) * (1.0 + growth))[chosen]
    return out


def drawn(
    field: Field, alignment: str, found: Ahead, factors: Floats, judged: Floats, luck: Floats
) -> dict:
    """Simulated years of an alignment, (draws, reps), and its quotas.

    `judged` are the factors of the quarters that each rep is there, `factors` those of the year.
    """
    from scipy.stats import poisson

    company, of, ids = field.company, field.owners(alignment), field.territories(alignment)
    sold = found.expected
    stated = field.pay.get("simulation", {}).get("company_attainment")
    if stated is not None:
        sold = sold * stated * goal_of(company) / ahead(company, "today").expected.sum()
    expected = shares_of(company, found, of, ids)
    last = np.maximum(by_territory(of, company.year(), ids), 0.0)
    quota = spread(expected, last, goal_of(company), company)[0]
    at = {name: place for place, name in enumerate(ids)}
    home = np.array([at.get(row[f"{alignment}_territory_id"], -1) for row in field.reps])
    accounts = by_account(field, alignment, sold)
    sums = {
        "sales": by_territory(of, sold, ids),
        "won": by_territory(of, accounts["chance"], ids),
        "usd": by_territory(of, accounts["chance"] * accounts["usd"], ids),
        "coming": by_territory(of, accounts["coming"], ids),
        "least": by_territory(of, accounts["least"], ids),
    }
    reps = {name: np.where(home >= 0, values[home], 0.0) for name, values in sums.items()}
    sales = factors[:, :-1] * reps["sales"]
    vacant = ~np.isin(np.arange(len(ids)), home)
    rest = sums["sales"][vacant].sum() + sold[of == ""].sum()
    company_sales = sales.sum(axis=1) + rest * factors[:, -1]
    own = np.where(home >= 0, quota[home], np.nan)
    return {
        "quota": own,
        "sales": company_sales,
        "attainment": np.where(home >= 0, judged * reps["sales"] / own, 1.0),
        "team": field.teams(sales, own, company_sales / goal_of(company)),
        "logos": poisson.ppf(luck, np.maximum(reps["won"], 1e-12)[None, :]),
        "logo_usd": np.divide(
            reps["usd"], reps["won"], out=np.zeros(len(home)), where=reps["won"] > 0
        ),
        "strategic": np.maximum(factors[:, :-1] * reps["coming"] - reps["least"], 0.0),
    }


def last_year(field: Field) -> dict[str, Floats]:
    """What last year's pay was earned by: quotas of the year before, by other areas' rates."""
    company, of, ids = field.company, field.owners("today"), field.territories("today")
    quota, sums = first_year_quotas(company, of, ids)
    at = {name: place for place, name in enumerate(ids)}
    home = np.array([at.get(row["today_territory_id"], -1) for row in field.reps])
    accounts = by_account(field, "today", np.zeros(len(of)))

    def reps_own(values: Floats, none: float = 0.0) -> Floats:
        return np.where(home >= 0, values[home], none)

    n_won = reps_own(by_territory(of, accounts["won"], ids))
    usd = reps_own(by_territory(of, accounts["won"] * accounts["usd"], ids))
    sold, asked = reps_own(sums["revenue_usd"]), reps_own(quota.astype(float))
    return {
        "attainment": reps_own(sums["revenue_usd"] / quota, 1.0),
        "team": field.teams(sold[None, :], asked, np.ones(1))[0],
        "logos": n_won,
        "logo_usd": np.divide(usd, n_won, out=np.zeros(len(home)), where=n_won > 0),
        "strategic": np.maximum(reps_own(by_territory(of, accounts["grown"], ids)), 0.0),
    }


def monthly(
    field: Field, year: dict[str, Floats], filled: Floats, there: Floats | None = None
) -> list[Floats]:
    """Dollars paid in each month: base by the months there, the rest by the year's sales so far."""
    season = field.company.months()
    out, before = [], 0.0
    for month in range(1, MONTHS + 1):
        base, share = (
            np.divide(part, whole, out=np.zeros(len(filled)), where=whole > 0)
            for part, whole in (
                (filled[:, :month].sum(axis=1), filled.sum(axis=1)),
                ((filled * season)[:, :month].sum(axis=1), (filled * season).sum(axis=1)),
            )
        )
        so_far = ("attainment", "team", "logos", "strategic")
        scaled = {name: year[name] * share for name in so_far}
        parts = earned(field, {**scaled, "logo_usd": year["logo_usd"]}, there)
        until = (parts["base"] * base + total(parts) - parts["base"]) / 100.0
        out.append(until - before)
        before = until
    return out


def held_harmless(
    field: Field, year: dict[str, Floats], before: dict[str, Floats]
) -> Iterator[Floats]:
    """Cost by year and rep of holding reps harmless for one to twelve months from go-live."""
    first = first_month(field)
    covered = np.array([bool(row["last_year_usd"] and row["plan_territory_id"])
                        for row in field.reps])  # fmt: skip
    last, this, after = (field.filled[:, each] for each in range(3))
    there = last.mean(axis=1)
    model = total(earned(field, before, there)) / 100.0
    scale = field.numbers("last_year_usd") / model
    then, now = monthly(field, before, last, there), monthly(field, year, this)
    cost = np.zeros(np.shape(year["attainment"]))
    for length in range(MONTHS):
        month = (first + length) % MONTHS
        part = this[:, month]
        if first + length >= MONTHS:
            part = np.minimum(part, after[:, month])
        owed = np.maximum(then[month] * scale * part - now[month], 0.0)
        cost = cost + np.where(covered & (part > 0), owed, 0.0)
        yield cost


def first_month(field: Field) -> int:
    """Months of the planned year before go-live."""
    when = str(field.company.scenario.get("rollout", {}).get("go_live", ""))
    return (int(when[5:7]) - 1 - field.company.first_month()) % MONTHS if when else 0
