"""The full scorecard: every figure is what its name says, and missing data leave it out."""

from dataclasses import replace

import numpy as np
import pytest

from territory.review.figures import plan_figures, split_idns, territory_figures
from tests.territory.plans import balanced_plan, small_plan


def rich_plan():
    """The tiny plan with an interval, sales, growth areas, competitors and capacities."""
    plan = small_plan()
    accounts = plan.accounts
    accounts["potential_low_usd"] = accounts["potential_usd"] * 0.8
    accounts["potential_high_usd"] = accounts["potential_usd"] * 1.5
    accounts["sales_usd"], accounts["sales_before_usd"] = 300.0, 200.0
    accounts["growth_area"] = accounts["unit_id"].isin(["48001", "48004"])
    accounts["competitor_usd"] = [50_000.0, np.nan] * 6
    plan.territories["capacity_h"] = [600.0, 500.0, 550.0]
    plan.territories["potential_low_usd"] = [350_000.0, 360_000.0, 400_000.0]
    plan.territories["potential_high_usd"] = [500_000.0, 510_000.0, 700_000.0]
    return plan


def test_each_figure_is_what_its_name_says():
    row = territory_figures(rich_plan()).iloc[0]
    assert row["n_accounts"] == 4
    assert row["n_top_accounts"] == 1  # the first of every four is tier A
    assert row["n_calls"] == 96
    assert row["mean_travel_min"] == 30.0
    assert row["workload_h"] == 494.0
    assert row["utilisation"] == pytest.approx(494 / 600)
    assert row["travel_share"] == pytest.approx(94 / 494)
    assert row["selling_share"] == pytest.approx(400 / (494 / 0.9))
    assert row["potential_usd"] == 414_000
    assert (row["potential_low_usd"], row["potential_high_usd"]) == (350_000.0, 500_000.0)
    assert row["penetration"] == pytest.approx(160_000 / 414_000)
    # Of two of the four accounts the competitors' sales are known: 100,000 and 106,000 USD.
    assert row["white_space_usd"] == pytest.approx(206_000 - 80_000 - 100_000)
    assert row["competitor_saturation"] == pytest.approx(100_000 / 206_000)
    assert row["sales_trend"] == pytest.approx(0.5)
    assert row["n_growth_accounts"] == 4
    assert row["growth_share"] == 1.0
    assert row["n_idns"] == row["n_split_idns"] == 1
    assert row["split_idn_revenue_usd"] == 80_000
    assert row["compactness"] == pytest.approx(0.6981)
    assert row["n_moved_accounts"] == 1


def test_deviations_are_from_the_measures_goals_from_shares_and_from_the_plan():
    plan = rich_plan()
    row = territory_figures(plan).iloc[0]
    assert row["potential_usd_deviation"] == plan.territories["potential_usd_deviation"][0]
    assert row["n_accounts_deviation"] == pytest.approx(0.0)
    assert row["selling_share_deviation"] == pytest.approx((400 / 494) / (1200 / 1506) - 1)
    assert "potential_low_usd_deviation" not in row
    assert "sales_trend_deviation" not in row
    assert "compactness_deviation" not in row


def test_the_plans_interval_is_simulated_and_no_sum_of_the_territories_ends():
    plan = rich_plan()
    known = {"potential_low_usd": 1_200_000.0, "potential_high_usd": 1_500_000.0}
    plan = replace(plan, record=plan.record.but(review=known))
    table = plan_figures(plan).set_index("figure")["plan"]
    assert table["potential_low_usd"] == 1_200_000.0
    unsaid = replace(plan, record=plan.record.but(review={}))
    assert np.isnan(plan_figures(unsaid).set_index("figure")["plan"]["potential_low_usd"])


def test_what_is_unknown_is_neither_no_penetration_nor_all_white_space():
    plan = rich_plan()
    plan.accounts["revenue_usd"] = np.nan
    frame = territory_figures(plan)
    assert frame[["penetration", "white_space_usd", "revenue_usd"]].isna().all(axis=None)
    table = plan_figures(plan).set_index("figure")["plan"]
    assert table[["penetration", "white_space_usd", "revenue_usd"]].isna().all()
    # One known account: its own penetration, not diluted by those of which nothing is known.
    plan.accounts.loc[0, "revenue_usd"] = 25_000.0
    assert territory_figures(plan)["penetration"].tolist()[0] == pytest.approx(0.25)


def test_without_a_word_of_competitors_there_is_no_white_space():
    plan = balanced_plan()
    assert "white_space_usd" not in territory_figures(plan)


def test_white_space_is_never_below_nothing():
    plan = rich_plan()
    plan.accounts["revenue_usd"] = 1e9
    plan.accounts["competitor_usd"] = 0.0
    assert territory_figures(plan)["white_space_usd"].tolist() == [0.0, 0.0, 0.0]


def test_figures_without_data_are_left_out():
    names = set(territory_figures(balanced_plan()).columns)
    absent = {"capacity_h", "utilisation", "potential_low_usd", "probability", "sales_usd"}
    absent |= {"sales_trend", "growth_share", "competitor_saturation"}
    assert not names & absent
    plan = balanced_plan()
    plan.accounts["idn"] = ""
    assert not {"n_idns", "split_idn_revenue_usd"} & set(territory_figures(plan).columns)


def test_a_territory_without_accounts_has_figures_of_zero():
    plan = balanced_plan()
    plan.accounts.loc[plan.accounts["territory_id"] == "T03", "territory_id"] = "T02"
    row = territory_figures(plan).iloc[2]
    assert row["n_accounts"] == 0
    assert row["revenue_usd"] == 0.0
    assert np.isnan(row["penetration"])


def test_split_systems_are_those_with_accounts_in_several_territories():
    plan = small_plan()
    assert split_idns(plan.accounts).tolist() == [True] * 6 + [False] * 6
    plan.accounts["territory_id"] = "T01"
    assert not split_idns(plan.accounts).any()


def test_the_plan_counts_a_split_system_once_and_divides_sums_not_ratios():
    plan = rich_plan()
    table = plan_figures(plan).set_index("figure")
    assert table.loc["n_idns", "plan"] == table.loc["n_split_idns", "plan"] == 1
    assert table.loc["utilisation", "plan"] == pytest.approx(1506 / 1650)
    assert table.loc["potential_usd", "high_territory"] == "T03"
    assert table.loc["potential_usd", "max_min"] == pytest.approx(520 / 414)
    assert table.loc["compactness", "plan"] == pytest.approx(0.6981)
    assert np.isnan(table.loc["sales_trend", "gini"])


def test_a_measure_of_ones_own_stands_behind_the_figures():
    plan = balanced_plan()
    plan.accounts["beds"] = 10.0
    measures = {**plan.record.measures, "beds": {"tolerance": 0.1, "imbalance": 0.0}}
    plan = replace(plan, record=plan.record.but(measures=measures))
    for name in ("", "_goal", "_lower", "_upper"):
        plan.territories[f"beds{name}"] = 40.0
    plan.territories["beds_deviation"] = 0.0
    frame = territory_figures(plan)
    assert frame["beds"].tolist() == [40.0, 40.0, 40.0]
    assert "beds_deviation" in frame


def test_districts_stand_beside_their_territories():
    plan = balanced_plan()
    plan.territories["district_id"] = ["D1", "D1", "D2"]
    assert territory_figures(plan)["district_id"].tolist() == ["D1", "D1", "D2"]
