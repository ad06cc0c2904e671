"""Quotas stand the test of markets whose true response the method does not know.

A market has accounts of several sizes and types in territories of different penetration.
Its truth is one of several responses: concave in the share of wallet, by type, with accounts that
are won and lost as wholes, with competitors that hold what they have. The method sees two years of
quarterly sales, potentials and tiers, nothing of the response. The third year is drawn many times;
its mean is the market's true expectation.
"""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from territory.incentives.facts import IncentiveCase
from territory.incentives.quota.next_year import forecast_of
from territory.incentives.quota.quotas import quotas_of
from territory.inputs.time.sales import Sales
from tests.territory.incentives.worlds import quota_plan, scenario

K, EACH = 20, 60
"""Territories of a market, and accounts in one."""
KINDS = np.array(["hospital", "asc", "clinic"])


class Market:
    """Accounts with a hidden state: their yearly sales by the market's own law.

    Areas may grow apart: by the same each year (lasting), or by another each year (passing).
    """

    def __init__(self, law, seed, k=K, lasting=0.0, passing=0.0):
        self.law, self.rng, self.k, self.n = law, np.random.default_rng(seed), k, EACH * k
        self.areas = np.random.default_rng([seed, 7])
        self.drift, self.passing = self.areas.normal(0.0, lasting, k), passing
        rng, n = self.rng, self.n
        self.territory = rng.integers(0, k, n)
        self.kind = rng.choice(3, n, p=[0.3, 0.3, 0.4])
        self.potential = np.exp(rng.normal(12.0, 0.7, n) + 0.6 * (self.kind == 0))
        young = rng.uniform(0.35, 0.85, k)  # share of accounts that buy, by territory
        self.buys = rng.random(n) < young[self.territory]
        wallet = np.clip(rng.lognormal(-1.5, 0.5, n), 0.02, 0.7)
        self.sales = np.where(self.buys, wallet * self.potential, 0.0)
        self.held = 0.4 * (self.potential - self.sales) * rng.random(n)

    def step(self, state, rng):
        """Return next year's sales of a (n,) state."""
        room = np.maximum(self.potential - state - (self.held if self.law == "held" else 0.0), 0.0)
        grow = {
            "linear": 0.03 * room,
            "concave": 0.10 * np.sqrt(room * np.maximum(state, 0.0)) * (state > 0),
            "by_type": np.array([0.01, 0.05, 0.03])[self.kind] * room,
            "held": 0.04 * room,
        }[self.law]
        keep = rng.random(self.n) > 0.04
        won = (state <= 0) & (rng.random(self.n) < np.array([0.05, 0.10, 0.08])[self.kind])
        noise = rng.lognormal(-0.02, 0.2, self.n)
        after = np.where(state > 0, keep * (0.97 * state + grow * (state > 0)) * noise, 0.0)
        grown = np.where(won, 0.10 * self.potential * noise, after)
        return grown * np.exp(self.drift[self.territory])

    def year(self, state):
        """Return a year's sales as they came out."""
        luck = self.areas.normal(0.0, self.passing, self.k)
        return self.step(state, self.rng) * np.exp(luck[self.territory])

    def quarters(self, before, after, rng):
        """Spread a year over quarters: changes of account come in the middle of the year."""
        season = np.array([0.24, 0.25, 0.24, 0.27])
        flat = after[:, None] * season
        fresh, lost = (before <= 0) & (after > 0), (before > 0) & (after <= 0)
        flat[fresh, :2] = 0.0
        flat[lost] = (before[:, None] * season)[lost] * np.array([1, 1, 0, 0])
        return flat * rng.lognormal(-0.005, 0.1, flat.shape)


def company(law, seed, k=K, years=2, **areas):
    market = Market(law, seed, k, **areas)
    rng, states, sold = market.rng, [market.sales], []
    for _ in range(years):
        states.append(market.year(states[-1]))
    for before, after in pairwise(states):
        sold.append(market.quarters(before, after, rng))
    revenue, latest = np.column_stack(sold), states[-1]
    ids = [f"T{at:02d}" for at in range(k)]
    of = np.array(ids)[market.territory]
    rank = rankdata(-market.potential) / market.n
    accounts = pd.DataFrame(
        {
            "account_id": [f"A{at:04d}" for at in range(market.n)],
            "type": KINDS[market.kind],
            "tier": np.select([rank <= 0.15, rank <= 0.4, rank <= 0.75], ["A", "B", "C"], "D"),
            "potential_usd": market.potential,
            "plan": of,
            "today": of,
            "at_risk_usd": 0.0,
        }
    )
    if law == "held":
        accounts["competitor_usd"] = market.held
    reps = pd.DataFrame(
        {
            "rep_id": ids,
            "rep_name": ids,
            "plan": ids,
            "today": ids,
            "fte": 1.0,
            "earnings_usd": np.nan,
        }
    )
    case = IncentiveCase(
        scenario=scenario(quota_plan(growth=0.05)),
        accounts=accounts,
        last_usd=revenue[:, -4:].sum(axis=1),
        sales=Sales(first=4 * 2021, revenue_usd=revenue),
        team=reps.rename(columns={"plan": "territory_id"}).assign(district_id=""),
        reps=reps,
    )
    draws = [market.quarters(latest, market.step(latest, rng), rng).sum(axis=1) for _ in range(200)]
    true = pd.Series(np.mean(draws, axis=0)).groupby(of).sum()
    return case, true


def spearman(a, b):
    return float(np.corrcoef(rankdata(a), rankdata(b))[0, 1])


def judged(case, true, quotas):
    """Expected attainment of each territory beside the field's, and what it must not follow."""
    attainment = true / quotas.quota_usd
    attainment = attainment / (true.sum() / quotas.field_usd)
    table = quotas.table
    against = {
        "penetration": table["last_usd"] / table["potential_usd"],
        "growth": table["trend"],
        "potential": table["potential_usd"],
    }
    return attainment, {name: spearman(attainment, value) for name, value in against.items()}


LAWS = ("linear", "concave", "by_type", "held")


@pytest.fixture(scope="module")
def small_markets():
    """Of 32 markets of twenty territories: the law, the worst deviation and the correlations."""
    out = []
    for law in LAWS:
        for seed in range(8):
            case, true = company(law, seed)
            attainment, correlations = judged(case, true, quotas_of(case))
            off = float((attainment - 1).abs().max())
            out.append({"law": law, "off": off, **correlations})
    return pd.DataFrame(out)


def test_every_territory_can_attain_alike_in_markets_the_method_does_not_know(small_markets):
    assert small_markets["off"].max() <= 0.06


def test_in_small_markets_attainment_follows_nothing_more_than_chance_would(small_markets):
    followed = small_markets[["penetration", "growth", "potential"]]
    # Without any dependence Spearman's of twenty territories is beyond 0.3 in 20 % of cases.
    assert (followed.abs() > 0.3).to_numpy().mean() <= 0.3
    assert followed.groupby(small_markets["law"]).mean().abs().to_numpy().max() <= 0.25
    assert followed.mean().abs().max() <= 0.15


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("seed", [0, 1])
def test_in_a_market_of_many_territories_nothing_is_followed(law, seed):
    # Chance alone reaches 0.3 of a hundred territories once in 400 cases.
    case, true = company(law, seed, k=100)
    attainment, correlations = judged(case, true, quotas_of(case))
    assert max(abs(value) for value in correlations.values()) <= 0.3
    assert (attainment - 1).abs().max() <= 0.06


@pytest.mark.parametrize(
    ("areas", "followed"), [({"lasting": 0.08}, 0.3), ({"passing": 0.08}, 0.6)], ids=str
)
@pytest.mark.parametrize("law", ["concave", "held"])
def test_three_years_show_what_of_the_areas_growth_lasts(law, areas, followed):
    # What is left is chance in the sales of an area's sixty accounts: no method knows it.
    case, true = company(law, 0, k=60, years=3, **areas)
    attainment, correlations = judged(case, true, quotas_of(case))
    case.scenario.quotas = quota_plan(growth=0.05, trend_weight=0.5)
    half, before = judged(case, true, quotas_of(case))
    assert abs(correlations["growth"]) <= followed < abs(before["growth"]) + 0.05
    assert (attainment - 1).abs().max() < 0.75 * (half - 1).abs().max()
    assert attainment.std() < half.std()


@pytest.mark.parametrize("law", LAWS)
def test_last_year_alone_would_not_have_been_fair(law):
    case, true = company(law, 1)
    case.scenario.quotas = quota_plan(growth=0.05, blend={"run_rate": 1.0}, trend_weight=0.0)
    attainment, correlations = judged(case, true, quotas_of(case))
    assert (attainment - 1).abs().max() > 0.06
    assert correlations["penetration"] < -0.3


@pytest.mark.parametrize("law", LAWS)
def test_by_the_product_s_own_forecast_every_territory_attains_alike(law):
    case, _ = company(law, 2)
    table = forecast_of(case).table
    spread = table["attainment"] / table["attainment"].mean() - 1
    assert spread.abs().max() <= 0.03
