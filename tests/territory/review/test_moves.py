"""Moves against today: whole units and single accounts, with the figures behind them."""

import pytest

from territory.review.moves import MOVE_COLUMNS, flows, moves, today_imbalance
from tests.territory.plans import small_plan


def test_a_unit_that_moves_as_a_whole_is_one_row_and_a_single_account_another():
    found = moves(small_plan())
    assert tuple(found.columns) == MOVE_COLUMNS
    assert found[["unit_id", "account_id", "from", "to", "n_accounts"]].to_numpy().tolist() == [
        ["48005", "", "T09", "T02", 2],
        ["48001", "=A0", "T02", "T01", 1],
    ]
    assert list(found["revenue_usd"]) == [80_000, 40_000]
    assert found["name"][0] == "Armstrong"


def test_a_unit_of_which_one_account_stays_is_listed_by_account():
    plan = small_plan()
    plan.accounts.loc[8, "current_territory_id"] = "T02"
    found = moves(plan)
    assert list(found["account_id"]) == ["=A0", "0009"]


def test_an_account_that_is_new_does_not_keep_a_unit_from_moving_as_a_whole():
    plan = small_plan()
    plan.accounts.loc[9, "current_territory_id"] = ""
    row = moves(plan).set_index("unit_id").loc["48005"]
    assert (row["account_id"], row["n_accounts"]) == ("", 1)


def test_the_reason_tells_how_both_territories_stand_today():
    reasons = moves(small_plan())["today"]
    assert reasons[0] == (
        "T09 is no territory of this plan; Potential today against the goal: T02 -32.5 %"
    )
    assert reasons[1] == "Potential today against the goal: T02 -32.5 %, T01 -30.5 %"


def test_nothing_moves_without_a_current_alignment():
    plan = small_plan()
    plan.accounts["current_territory_id"] = ""
    found = moves(plan)
    assert found.empty
    assert tuple(found.columns) == MOVE_COLUMNS


def test_flows_count_what_each_territory_keeps_gains_and_loses():
    assert flows(small_plan()).to_numpy().tolist() == [
        ["T01", 3, 1, 0, 40_000, 0],
        ["T02", 2, 2, 1, 80_000, 40_000],
        ["T03", 3, 0, 0, 0, 0],
    ]


def test_revenue_that_nobody_knows_is_not_zero():
    plan = small_plan()
    plan.accounts["revenue_usd"] = float("nan")
    assert flows(plan)[["gained_usd", "lost_usd"]].isna().all(axis=None)
    found = moves(plan)
    assert len(found) > 0
    assert found["revenue_usd"].isna().equals(found["n_accounts"].gt(0))


def test_todays_imbalance_is_told_for_measures_without_travel_only():
    worst = today_imbalance(small_plan())
    assert list(worst) == ["potential_usd"]
    today = {"T01": 314_000, "T02": 305_000, "T03": 390_000}
    mean = sum(today.values()) / 3
    assert worst["potential_usd"] == pytest.approx(max(abs(x / mean - 1) for x in today.values()))
