"""Bands that hold in futures: at most three rounds tighten, and the answer says what it reached."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from territory.errors import InfeasibleError, InputError
from territory.market.forecast.ahead import grown_potential, quarter_number
from territory.messages import Message
from territory.monitor.robust import (
    Futures,
    drawn_futures,
    held_in,
    on_goal,
    robust_design,
    tightened,
    work_follows,
)
from tests.territory.monitor.worlds import demo_plan, demo_scenario
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
    # Nothing helps where a territory on its goal breaks the band: no tighter than is worth it.
    assert tightened(futures, "potential_usd", 0.03, share=0.9) == 0.03
    assert held_in(on_goal(futures), {"potential_usd": 0.05}).by_territory.tolist() == [1.0, 1.0]


def edge_plan(given):
    """Today's demo plan as if its territories lay at the edges of the bands that are asked for."""
    plan = demo_plan()
    territories = plan.territories.copy()
    side = np.where(np.arange(len(territories)) % 2, 1.0, -1.0)
    for measure in BANDS:
        away = side * given.measures[measure].tolerance
        territories[f"{measure}_goal"] = territories[measure] / (1.0 + away)
        goal = territories[f"{measure}_goal"] / territories[f"{measure}_goal"].sum()
        load = territories[measure] / territories[measure].sum()
        territories[f"{measure}_deviation"] = load / goal - 1.0
    return replace(plan, territories=territories, record=balanced_plan().record)


def test_rounds_tighten_both_bands_until_the_futures_hold(tmp_path):
    scenario = demo_scenario(tmp_path).with_overrides(at="2025Q2")
    asked = []

    def design(given):
        asked.append({name: given.measures[name].tolerance for name in BANDS})
        return edge_plan(given)

    plan = robust_design(scenario, share=0.6, design=design)
    told = plan.record.further["robust"]
    assert 1 < len(asked) <= 4
    assert asked[0] == BANDS
    assert all(later[name] < 0.10 for later in asked[1:] for name in BANDS)
    assert told["rounds"][0]["least_held"] < 0.6 <= told["held"]
    assert "reached" in plan.record.notes[-1]
    assert "not reached" not in plan.record.notes[-1]


def test_what_no_band_can_reach_is_said_with_what_would_help(tmp_path):
    scenario = demo_scenario(tmp_path).with_overrides(at="2025Q2")
    plan = robust_design(scenario, share=0.999, design=edge_plan)
    told = plan.record.further["robust"]
    assert told["held"] < 0.999
    assert f"would hold in {100 * told['rounds'][-1]['on_goal']:.0f} %" in plan.record.notes[-1]


def test_a_robust_plan_without_a_quarter_is_refused(tmp_path):
    with pytest.raises(InputError, match="needs the quarter"):
        robust_design(demo_scenario(tmp_path), design=lambda given: balanced_plan())


def test_bands_that_no_plan_keeps_are_loosened_again(tmp_path):
    scenario = demo_scenario(tmp_path).with_overrides(at="2025Q2")
    asked: list[float] = []

    def design(given):
        asked.append(given.measures["potential_usd"].tolerance)
        if len(asked) > 1:
            raise InfeasibleError(Message("no plan"))
        return edge_plan(given)

    plan = robust_design(scenario, share=0.7, design=design)
    assert asked[1] < asked[2] < asked[3] < asked[0]
    assert [each["status"] for each in plan.record.further["robust"]["rounds"][1:]] == [
        "infeasible"
    ] * 3
    assert "no plan was found within narrower bands" in plan.record.notes[-1]


def test_a_plan_that_balances_neither_work_nor_potential_is_refused(tmp_path):
    scenario = demo_scenario(tmp_path).with_overrides(at="2025Q2")
    other = {"n_beds": scenario.measures["potential_usd"]}
    with pytest.raises(InputError, match="no future can break a band"):
        robust_design(
            scenario.model_copy(update={"measures": other}), design=lambda given: balanced_plan()
        )
