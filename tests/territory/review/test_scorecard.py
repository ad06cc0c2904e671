"""The scorecard's figures are those of the plan's tables, and its HTML is harmless."""

import math

import pytest

from territory.door import opened
from territory.review.outcome import summary_rows
from territory.review.scorecard import figures, outside, scorecard, scorecard_html
from tests.territory.plans import balanced_plan, small_plan


def test_a_row_has_loads_goals_deviations_and_travel():
    frame = scorecard(small_plan())
    assert list(frame.columns) == [
        "territory_id", "rep", "n_accounts", "n_units",
        "workload_h", "workload_h_goal", "workload_h_deviation",
        "potential_usd", "potential_usd_goal", "potential_usd_deviation",
        "travel_h", "travel_share", "n_moved_accounts", "n_parts", "outside",
    ]  # fmt: skip
    first = frame.iloc[0]
    assert first["travel_h"] == 20 + 21 + 26 + 27
    assert first["travel_share"] == pytest.approx(94 / 494)
    assert first["potential_usd_deviation"] == pytest.approx(414_000 / 452_000 - 1)


def test_a_territory_outside_its_band_is_named_with_the_measure():
    assert list(outside(small_plan())) == ["", "", "potential_usd"]
    assert list(outside(balanced_plan())) == ["", "", ""]


def test_a_load_on_the_edge_of_its_band_is_inside_despite_rounding():
    plan = balanced_plan()
    plan.territories.loc[0, "workload_h"] = plan.territories.loc[0, "workload_h_upper"] + 1e-5
    assert list(outside(plan)) == ["", "", ""]


def test_a_rep_without_a_name_is_shown_by_id():
    plan = balanced_plan()
    plan.territories.loc[2, "rep_name"] = ""
    assert scorecard(plan)["rep"][2] == "R03"


def test_utilisation_is_shown_where_capacity_is_given():
    plan = balanced_plan()
    plan.territories["capacity_h"] = [988.0, 0.0, 510.0]
    utilisation = scorecard(plan)["utilisation"]
    assert utilisation[0] == pytest.approx(0.5)
    assert utilisation.isna().tolist() == [False, True, False]


def test_travel_share_is_there_when_workload_is_no_measure():
    plan = balanced_plan(measures={"potential_usd": {"tolerance": 0.1, "travel": False}})
    del plan.territories["workload_h"]
    assert scorecard(plan)["travel_share"][0] == pytest.approx(94 / 494)


def test_moves_are_counted_among_accounts_that_have_a_territory_today():
    known = figures(small_plan())
    assert known["moved_accounts"] == 3
    assert known["moved_accounts_share"] == pytest.approx(3 / 11)
    assert known["moved_revenue_usd"] == 120_000
    assert known["moved_revenue_share"] == pytest.approx(120_000 / 440_000)


def test_without_a_current_alignment_there_are_no_shares():
    plan = small_plan()
    plan.accounts["current_territory_id"] = ""
    known = figures(plan)
    assert not known["has_current"]
    assert known["moved_accounts_share"] is None
    assert known["moved_revenue_share"] is None


def test_revenue_that_nobody_names_is_not_0_dollars_that_move():
    plan = small_plan()
    plan.accounts["revenue_usd"] = float("nan")
    assert math.isnan(figures(plan)["moved_revenue_usd"])
    rows = dict(summary_rows(plan))
    moved = [value for name, value in rows.items() if name.startswith("Revenue that changes")]
    assert moved == ["not known"]


def test_totals_are_sums_over_the_accounts():
    plan = small_plan()
    known = figures(plan)
    assert known["workload_h"] == plan.accounts["workload_h"].sum()
    assert known["travel_share"] == pytest.approx(306 / 1506)
    assert known["imbalance"]["potential_usd"] == pytest.approx(520_000 / 452_000 - 1)
    assert known["outside"] == 1


def test_the_notebook_table_escapes_names_and_marks_breaches():
    html = scorecard_html(small_plan())
    assert "<b>Ann" not in html
    assert "&lt;b&gt;Ann&lt;/b&gt; \\x1b]0;title\\x07" in html
    assert html.count("#b00020") == 1
    assert "+15.0 %" in html
    assert opened(small_plan())._repr_html_() == html
