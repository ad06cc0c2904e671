"""Bands that hold in futures: at most three rounds tighten, and the answer says what it reached."""

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.market.forecast.ahead import grown_potential, quarter_number
from territory.monitor.robust import futures_held, robust_design
from tests.territory.monitor.worlds import demo_scenario
from tests.territory.plans import balanced_plan


def ahead_of_small(noise: float):
    plan = balanced_plan()
    rng = np.random.default_rng(2)
    n = len(plan.accounts)
    revenue = 1000.0 * rng.lognormal(0.0, noise, (n, 12))
    unit = pd.Series(plan.accounts["unit_id"].str.split(":").str[0])
    return plan, grown_potential(unit, revenue, first=quarter_number("2022Q1"), at="2025Q1")


def test_a_calm_market_keeps_bands_and_a_wild_one_breaks_them():
    plan, calm = ahead_of_small(0.001)
    _, wild = ahead_of_small(0.5)
    rng = np.random.default_rng(1)
    assert futures_held(plan, calm, 0.10, share=0.8, rng=rng).by_territory.min() > 0.99
    assert futures_held(plan, wild, 0.10, share=0.8, rng=rng).by_territory.min() < 0.8


def test_rounds_tighten_the_band_and_end_after_three(tmp_path):
    scenario = demo_scenario(tmp_path).with_overrides(at="2025Q2")
    asked: list[float] = []
    from tests.territory.monitor.worlds import demo_plan

    def design(given):
        asked.append(given.measures["potential_usd"].tolerance)
        return demo_plan()

    plan = robust_design(scenario, share=1.0, design=design)
    assert 1 < len(asked) <= 3
    assert asked[0] == 0.10
    assert all(later < 0.10 for later in asked[1:])
    assert plan.summary["robust"]["held"] < 1.0
    assert "not reached" in plan.summary["notes"][-1]


def test_a_robust_plan_without_a_quarter_is_refused(tmp_path):
    with pytest.raises(InputError, match="needs the quarter"):
        robust_design(demo_scenario(tmp_path), design=lambda given: balanced_plan())
