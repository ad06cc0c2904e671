"""Potential carried to a coming quarter: by units, pulled to the market, refused when thin."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.market.forecast.ahead import grown_potential, quarter_number
from territory.market.forecast.growth import growth_of

FIRST = quarter_number("2021Q1")


def sales(n: int = 120, quarters: int = 16, *, fast: int = 10, noise: float = 0.02):
    """Accounts of 12 units; the first unit grows by 20 % a year, all others by 4 %."""
    rng = np.random.default_rng(5)
    unit = pd.Series([f"U{at % 12:02d}" for at in range(n)])
    rate = np.where(unit == "U00", 0.20, 0.04)
    level = rng.lognormal(9.0, 0.5, n)[:, None] * np.exp(rate[:, None] * np.arange(quarters) / 4)
    return unit, level * rng.lognormal(0.0, noise, level.shape)


def test_a_unit_that_grows_faster_carries_its_accounts_farther():
    unit, revenue = sales()
    found = grown_potential(unit, revenue, first=FIRST, at="2025Q4")
    assert found.step == 4
    assert found.factor[unit == "U00"] == pytest.approx(np.exp(0.20), rel=0.05)
    assert found.factor[unit == "U05"] == pytest.approx(np.exp(0.04), rel=0.05)


def test_accounts_of_units_without_sales_grow_with_the_market():
    unit, revenue = sales()
    revenue[unit == "U03"] = 0.0
    found = grown_potential(unit, revenue, first=FIRST, at="2025Q1")
    assert found.factor[unit == "U03"] == pytest.approx(np.exp(found.found.market_rate))


def test_futures_scatter_around_the_expected_one_and_small_parts_more():
    unit, revenue = sales(noise=0.1)
    found = grown_potential(unit, revenue, first=FIRST, at="2025Q4")
    luck = replace(found.luck, common=0.01, by_size=0.001 * found.sold_usd, scale=1.0)
    usd = np.array([1.0, 1.0, 98.0])
    drawn = replace(found, luck=luck).draws(
        4000, np.random.default_rng(1), units=np.array([0, 0, 1]), usd=usd
    )
    assert drawn.shape == (4000, 3)
    assert drawn.mean(axis=0) == pytest.approx(np.ones(3), abs=0.03)
    spread = np.log(drawn).std(axis=0)
    assert spread == pytest.approx(np.sqrt(0.01 + 0.1 / usd), rel=0.05)
    # Parts of one unit share what is common: 0.01 of 0.11.
    assert np.corrcoef(np.log(drawn[:, :2]).T)[0, 1] == pytest.approx(0.09, abs=0.05)


@pytest.mark.parametrize("at", ["2024Q4", "2029Q1"])
def test_a_quarter_out_of_reach_is_refused(at):
    unit, revenue = sales()
    with pytest.raises(InputError, match="expected 1 to 12"):
        grown_potential(unit, revenue, first=FIRST, at=at)


def test_a_thin_history_is_refused_with_what_it_has():
    unit, revenue = sales(quarters=6)
    with pytest.raises(InputError, match="the history has 6 periods; 8"):
        grown_potential(unit, revenue, first=FIRST, at="2022Q4")


def test_a_covariate_that_foretells_growth_pulls_noisy_units_to_it():
    rng = np.random.default_rng(9)
    told = rng.normal(0.0, 1.0, 300)
    true = 0.03 + 0.05 * told
    level = np.exp(true[:, None] * np.arange(4)) * rng.lognormal(0.0, 0.15, (300, 4)) * 1000
    blind = growth_of(level).rate
    seeing = growth_of(level, covariate=told).rate
    assert np.abs(seeing - true).mean() < 0.6 * np.abs(blind - true).mean()


def test_of_two_years_no_unit_is_carried_farther_than_the_market():
    unit, revenue = sales(quarters=8, noise=0.3)
    found = grown_potential(unit, revenue, first=FIRST, at="2025Q4")
    years = revenue[:, 4:].sum() / revenue[:, :4].sum()
    assert found.step == 12
    assert found.factor == pytest.approx(np.full(len(unit), years**3), rel=1e-9)
    assert "nobody knows how much of it was chance" in found.words


def test_units_together_grow_as_the_market_does_and_what_was_lost_counts():
    unit, revenue = sales(quarters=16, noise=0.2)
    revenue[unit == "U03", -4:] = 0.0
    found = grown_potential(unit, revenue, first=FIRST, at="2027Q4")
    sold = revenue[:, -4:].sum(axis=1)
    market = np.exp(found.found.market_rate * found.step)
    assert (sold * found.factor).sum() == pytest.approx(market * sold.sum(), rel=1e-9)
    totals = revenue.sum(axis=0).reshape(4, 4).sum(axis=1)
    assert found.found.market_rate == pytest.approx(
        np.diff(np.log(totals)) @ np.array([1, 2, 4]) / 7 / 4, rel=1e-9
    )


def test_a_history_that_lacks_a_quarter_is_refused_by_its_name():
    sales = np.full((4, 8), 100.0)
    sales[:, 5] = 0.0
    with pytest.raises(InputError, match="no sales at all in 2024-Q2"):
        grown_potential(pd.Series(list("aabb")), sales, first=quarter_number("2023Q1"), at="2025Q4")
