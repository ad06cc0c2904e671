"""Drawn futures of a plan, and how near its goals a territory must be planned to hold in them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from territory.market.forecast.ahead import grown_potential, quarter_number
from territory.market.forecast.luck import Luck
from territory.monitor.futures import (
    Futures,
    drawn_futures,
    held_in,
    on_goal,
    widths_that_hold,
    work_follows,
)
from tests.territory.plans import balanced_plan

BANDS = {"workload_h": 0.10, "potential_usd": 0.10}


def ahead_of_small(sd: float):
    """The small plan's accounts, whose units stray by so much, all their accounts alike."""
    plan = balanced_plan()
    rng = np.random.default_rng(2)
    revenue = 1000.0 * rng.lognormal(0.0, 0.01, (len(plan.accounts), 12))
    unit = pd.Series(plan.accounts["unit_id"].str.split(":").str[0])
    ahead = grown_potential(unit, revenue, first=quarter_number("2022Q1"), at="2025Q1")
    return plan, replace(ahead, luck=Luck(common=sd**2, by_size=0.0, scale=1.0, origins=1))


def test_a_calm_market_keeps_bands_and_a_wild_one_breaks_them():
    plan, calm = ahead_of_small(0.001)
    _, wild = ahead_of_small(0.5)
    rng = np.random.default_rng(1)
    assert held_in(drawn_futures(plan, calm, rng=rng), BANDS).by_territory.min() > 0.99
    assert held_in(drawn_futures(plan, wild, rng=rng), BANDS).by_territory.min() < 0.8


def test_what_two_territories_have_of_one_unit_strays_together():
    plan, wild = ahead_of_small(0.3)
    one = plan.accounts.assign(unit_id="48001")
    futures = drawn_futures(replace(plan, accounts=one), wild, rng=np.random.default_rng(1))
    # All of one unit: it grows, and no territory gains on another.
    assert futures.deviations["potential_usd"].std(axis=1).max() == pytest.approx(0.0, abs=1e-12)


def test_work_is_drawn_with_the_potential_as_the_plans_own_accounts_show():
    plan, wild = ahead_of_small(0.3)
    times = 4
    accounts = pd.concat([plan.accounts] * times, ignore_index=True)
    usd = np.geomspace(1e3, 1e5, len(accounts))
    accounts = accounts.assign(potential_usd=usd, service_h=usd**0.5)
    drawn = drawn_futures(replace(plan, accounts=accounts), wild, rng=np.random.default_rng(1))
    assert drawn.work == pytest.approx(0.5)
    spread = {name: float(each.std(axis=1).max()) for name, each in drawn.deviations.items()}
    assert 0.2 < spread["workload_h"] / spread["potential_usd"] < 0.8
    still = drawn_futures(plan, wild, rng=np.random.default_rng(1))  # twelve accounts show nothing
    assert still.work == 0.0
    assert float(still.deviations["workload_h"].std(axis=1).max()) == pytest.approx(0.0, abs=1e-9)


def test_work_follows_potential_by_no_more_than_one_for_one_and_never_backwards():
    usd = np.geomspace(1e3, 1e6, 40)
    assert work_follows(usd, usd**1.5) == 1.0
    assert work_follows(usd, usd**-0.5) == 0.0


def futures_of(*noises: float, planned=0.05):
    """Territories that each stray by their own amount up or down, planned off their goals."""
    noise = np.array([np.tile([each, -each], 500) for each in noises])
    return Futures(
        deviations={"potential_usd": planned + noise},
        planned={"potential_usd": np.full(len(noises), planned)},
        work=0.0,
    )


def test_each_territory_is_narrowed_by_its_own_quantile():
    asked = {"potential_usd": 0.10}
    width = widths_that_hold(futures_of(0.04, 0.01), asked, share=0.9)["potential_usd"]
    assert width == pytest.approx([0.06, 0.09], abs=1e-5)
    # Half of futures hold at an edge as it is.
    assert widths_that_hold(futures_of(0.04), asked, share=0.5)["potential_usd"] == 0.10


def test_a_territory_that_breaks_its_band_on_its_goal_is_planned_near_it():
    asked = {"potential_usd": 0.10}
    width = widths_that_hold(futures_of(0.04, 0.12), asked, share=0.9)["potential_usd"]
    assert width[0] == pytest.approx(0.06, abs=1e-5)  # another's fate is not its own
    assert held_in(on_goal(futures_of(0.12)), asked).least == 0.0


def test_two_measures_are_narrowed_until_they_hold_together_at_any_corner():
    rng = np.random.default_rng(3)
    noise = {name: sd * rng.standard_normal((2, 1000)) for name, sd in (("a", 0.02), ("b", 0.04))}
    futures = Futures(deviations=noise, planned={name: np.zeros(2) for name in noise}, work=0.0)
    asked = {"a": 0.10, "b": 0.10}
    width = widths_that_hold(futures, asked, share=0.8)
    assert (width["b"] < width["a"]).all()
    for sign in (1.0, -1.0):
        corner = {
            "a": width["a"][:, None] + noise["a"],
            "b": sign * width["b"][:, None] + noise["b"],
        }
        assert held_in(replace(futures, deviations=corner), asked).least >= 0.8
