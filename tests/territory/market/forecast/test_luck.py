"""By how much places stray: read off panels made by known laws."""

import numpy as np
import pytest

from territory.market.forecast.luck import Luck, luck_of


def panel(
    seed: int = 1, *, common: float = 0.05, own: float = 0.10, chance: float = 0.1, years: int = 2
):
    """Quarterly sales of 60 units of 3 to 60 accounts, with growths of their own, and their units.

    Yearly: ``common`` to all of a unit, ``own`` to an account; a quarter adds ``chance``.
    """
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(60), np.linspace(3, 60, 60).astype(int))
    rate = 0.06 + common * rng.standard_normal(60)[unit] + own * rng.standard_normal(unit.size)
    quarter = np.arange(4 * years)
    level = 25_000.0 * np.exp(rate[:, None] * quarter / 4) * np.tile([0.9, 1.0, 0.95, 1.15], years)
    return level * rng.lognormal(0.0, chance, level.shape), unit


def told_sd(luck: Luck, accounts: int) -> float:
    """Return what is told of a unit of so many accounts."""
    return float(np.sqrt(luck.common + luck.own_variance(np.array([100_000.0 * accounts]))[0]))


@pytest.mark.parametrize("chance", [0.01, 0.3])
def test_what_is_told_is_the_law_of_growth_and_not_the_luck_of_quarters(chance):
    values, unit = panel(chance=chance)
    luck = luck_of(values, unit, steps=4, season=4)
    assert luck.origins == 0
    for accounts in (10, 60):
        true = float(np.hypot(0.05, 0.10 / np.sqrt(accounts)))
        assert 0.7 * true < told_sd(luck, accounts) < 1.4 * true


def test_won_and_lost_accounts_are_no_change_of_what_could_be_sold():
    values, unit = panel()
    before = told_sd(luck_of(values, unit, steps=4, season=4), 30)
    rng = np.random.default_rng(2)
    lost = rng.random(len(values)) < 0.1
    won = ~lost & (rng.random(len(values)) < 0.1)
    values[lost, 5:] = 0.0
    values[won, :3] = 0.0
    assert told_sd(luck_of(values, unit, steps=4, season=4), 30) == pytest.approx(before, rel=0.3)


def test_three_years_ahead_of_two_years_of_sales_differ_three_times_as_much():
    values, unit = panel()
    one, three = (told_sd(luck_of(values, unit, steps=n, season=4), 30) for n in (4, 12))
    assert three == pytest.approx(3.0 * one, rel=1e-6)


def test_earlier_forecasts_tell_more_surely_than_growth_alone():
    values, unit = panel(years=6)
    luck = luck_of(values, unit, steps=4, season=4)
    assert luck.origins == 13
    # Growths that last are foreseen: what is missed is less than what they differ by.
    assert told_sd(luck, 30) < 0.7 * float(np.hypot(0.05, 0.10 / np.sqrt(30)))


def test_years_without_quarters_and_nothing_sold_are_read_too():
    values, unit = panel(chance=0.001, years=3)
    yearly = values.reshape(len(values), 3, 4).sum(axis=2)
    luck = luck_of(yearly, unit, steps=2, season=1)
    assert told_sd(luck, 30) > 0.05
    none = luck_of(np.zeros((4, 8)), np.arange(4), steps=4, season=4)
    assert (none.common, none.by_size) == (0.0, 0.0)


def test_a_place_of_a_handful_of_sales_is_not_drawn_without_bounds():
    luck = Luck(common=0.0, by_size=0.1, scale=1e6, origins=0)
    assert luck.own_variance(np.array([0.0, 1.0, 1e6])).tolist() == pytest.approx([1e5, 1e5, 0.1])
