"""Reach, frequency, and the calls that fall away, on plans whose numbers are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from territory.market.tier_order import tier_rank
from territory.workforce.calls.reach import (
    calls_that_fit,
    dropped_calls,
    plan_reach,
    reach_and_frequency,
    served_share,
    without_a_rep,
)
from tests.territory.plans import balanced_plan


def test_reach_counts_accounts_with_a_call_and_frequency_those_called_on():
    frame = pd.DataFrame(
        {
            "tier": ["A", "A", "B"],
            "planned_calls": [12.0, 0.0, 4.0],
            "n_calls": [30.0, 9.0, 4.0],
            "potential_usd": [300.0, 100.0, 50.0],
        }
    )
    table = reach_and_frequency(frame).set_index("tier")
    assert table.loc["A", ["reach", "potential_reach", "frequency_q"]].tolist() == [0.5, 0.75, 3.0]
    assert table.loc["all", ["n_accounts", "n_called", "n_calls"]].tolist() == [3, 2, 16.0]


def tight_plan(names=("A", "B", "C", "D"), hours=(300.0, 1e4, 1e4)):
    """The tiny plan; T01 has 300 h for its 494 h: four accounts of 24 calls, tiers A to D."""
    plan = balanced_plan()
    plan.territories["capacity_h"] = list(hours)
    own = plan.accounts["territory_id"].eq("T01")
    plan.accounts.loc[own, "tier"] = ["A", "B", "C", "D"]
    return replace(plan, record=plan.record.but(review={"tier_names": list(names)}))


def test_over_capacity_the_calls_of_the_last_tiers_fall_away():
    plan = tight_plan()
    calls = calls_that_fit(plan).query("territory_id == 'T01'").set_index("tier")
    # 120 + 121 h for A and B; 59 of the 126 h of C; nothing for D.
    assert calls["calls_fit"].tolist() == pytest.approx([24, 24, 24 * 59 / 126, 0], abs=1e-3)
    lost = dropped_calls(plan)
    assert lost["territory_id"].unique().tolist() == ["T01"]
    assert sorted(lost["tier"]) == ["C", "D"]
    assert lost["hours_dropped"].sum() == pytest.approx(494 - 300)
    table = plan_reach(plan).set_index(["territory_id", "tier"])
    assert table.loc[("T01", "all"), "calls_dropped"] == pytest.approx(96 - 48 - 24 * 59 / 126)
    assert table.loc[("T01", "D"), ["frequency_q", "frequency_fit_q"]].tolist() == [6.0, 0.0]
    assert table.loc[("T02", "all"), "calls_dropped"] == 0.0
    everything = table.loc[("all", "all")]
    assert everything["n_accounts"] == 12
    assert everything["n_calls"] == 12 * 24


def test_tiers_are_served_in_the_order_of_their_names_not_of_the_alphabet():
    plan = tight_plan(names=("D", "C", "B", "A"))
    calls = calls_that_fit(plan).query("territory_id == 'T01'").set_index("tier")
    assert calls.loc["D", "calls_fit"] == 24
    assert calls.loc["A", "calls_fit"] == 0
    metals = pd.Series(["Bronze", "Platinum", "", "Gold"])
    assert tier_rank(metals, ["Platinum", "Gold", "Bronze"]).tolist() == [2, 0, 3, 1]


def test_bronze_is_not_served_before_platinum():
    accounts = pd.DataFrame({"tier": ["Bronze", "Platinum"], "potential_usd": [9.0, 1.0]})
    share = served_share(
        accounts, np.array([10.0, 10.0]), np.zeros(2, dtype=int), np.array([10.0]),
        ["Platinum", "Gold", "Bronze"],
    )  # fmt: skip
    assert share.tolist() == [0.0, 1.0]


def test_without_capacities_every_call_fits():
    plan = balanced_plan()
    assert dropped_calls(plan).empty
    assert plan_reach(plan)["calls_dropped"].sum() == 0.0


def test_calls_of_a_vacant_territory_have_no_rep():
    plan = balanced_plan()
    assert without_a_rep(plan) == ""
    ids = plan.territories["territory_id"]
    plan.territories["rep_id"] = plan.territories["rep_id"].where(ids != "T02", "")
    reach = plan_reach(plan).set_index(["territory_id", "tier"])
    calls = reach.loc[("T02", "all"), "n_calls"]
    assert without_a_rep(plan) == (
        f"{calls:,.0f} calls a year have no rep while 1 territory is vacant: T02 {calls:,.0f}"
    )
    plan.territories["rep_id"] = ""  # nobody has one: the plan knows no reps
    assert without_a_rep(plan) == ""
