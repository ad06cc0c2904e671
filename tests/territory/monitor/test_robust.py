"""Bands that hold in futures: at most three rounds tighten, and the answer says what it reached."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.market.forecast.ahead import grown_potential, quarter_number
from territory.monitor.robust import (
    Futures,
    drawn_futures,
    held_in,
    robust_design,
    tightened,
    work_follows,
)
from tests.territory.monitor.worlds import demo_scenario
from tests.territory.plans import balanced_plan


def ahead_of_small(noise: float):
    plan = balanced_plan()
    rng = np.random.default_rng(2)
    n = len(plan.accounts)
    revenue = 1000.0 * rng.lognormal(0.0, noise, (n, 12))
    unit = pd.Series(plan.accounts["unit_id"].str.split(":").str[0])
    return plan, grown_potential(unit, revenue, first=quarter_number("2022Q1"), at="2025Q1")


BANDS = {"workload_h": 0.10, "potential_usd": 0.10}


def test_a_calm_market_keeps_bands_and_a_wild_one_breaks_them():
    plan, calm = ahead_of_small(0.001)
    _, wild = ahead_of_small(0.5)
    rng = np.random.default_rng(1)
    assert held_in(drawn_futures(plan, calm, rng=rng), BANDS).by_territory.min() > 0.99
    assert held_in(drawn_futures(plan, wild, rng=rng), BANDS).by_territory.min() < 0.8


def test_work_is_drawn_with_the_potential_as_the_plans_own_accounts_show():
    plan, wild = ahead_of_small(0.5)
    times = 4
    accounts = pd.concat([plan.accounts] * times, ignore_index=True)
    usd = np.geomspace(1e3, 1e5, len(accounts))
    accounts = accounts.assign(potential_usd=usd, service_h=usd**0.5)
    many = replace(plan, accounts=accounts)
    ahead = replace(wild, factor=np.tile(wild.factor, times), units=np.tile(wild.units, times))
    drawn = drawn_futures(many, ahead, rng=np.random.default_rng(1))
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


def test_a_band_is_tightened_by_the_quantile_of_what_futures_add():
    noise = np.tile([0.04, -0.04], 500)
    planned = np.array([0.05, -0.02])
    futures = Futures(
        deviations={"potential_usd": planned[:, None] + noise},
        planned={"potential_usd": planned},
        work=0.0,
    )
    assert tightened(futures, "potential_usd", 0.10, share=0.9) == pytest.approx(0.06, abs=1e-5)
    assert tightened(futures, "potential_usd", 0.10, share=0.5) == 0.10
    assert tightened(futures, "potential_usd", 0.03, share=0.9) == pytest.approx(0.003, abs=1e-5)


def test_rounds_tighten_the_band_and_end_after_three(tmp_path):
    scenario = demo_scenario(tmp_path).with_overrides(at="2025Q2")
    asked: list[float] = []
    from tests.territory.monitor.worlds import demo_plan

    def design(given):
        asked.append(given.measures["potential_usd"].tolerance)
        return demo_plan()

    plan = robust_design(scenario, share=1.0, design=design)
    assert 1 < len(asked) <= 4
    assert asked[0] == 0.10
    assert all(later < 0.10 for later in asked[1:])
    assert plan.summary["robust"]["held"] < 1.0
    assert "not reached" in plan.summary["notes"][-1]


def test_a_robust_plan_without_a_quarter_is_refused(tmp_path):
    with pytest.raises(InputError, match="needs the quarter"):
        robust_design(demo_scenario(tmp_path), design=lambda given: balanced_plan())


def test_bands_that_no_plan_keeps_are_loosened_again(tmp_path):
    from territory.errors import InfeasibleError
    from territory.messages import Message
    from tests.territory.monitor.worlds import demo_plan

    scenario = demo_scenario(tmp_path).with_overrides(at="2025Q2")
    asked: list[float] = []

    def design(given):
        asked.append(given.measures["potential_usd"].tolerance)
        if len(asked) > 1:
            raise InfeasibleError(Message("no plan"))
        return demo_plan()

    plan = robust_design(scenario, share=1.0, design=design)
    assert len(asked) == 4
    assert asked[1] < asked[2] < asked[3] < asked[0]
    assert [each["status"] for each in plan.summary["robust"]["rounds"][1:]] == ["infeasible"] * 3
    assert "not reached" in plan.summary["notes"][-1]


def test_a_plan_that_balances_neither_work_nor_potential_is_refused(tmp_path):
    scenario = demo_scenario(tmp_path).with_overrides(at="2025Q2")
    other = {"n_beds": scenario.measures["potential_usd"]}
    with pytest.raises(InputError, match="no future can break a band"):
        robust_design(
            scenario.model_copy(update={"measures": other}), design=lambda given: balanced_plan()
        )
