"""The report says what is proved and no more, holds everything in one file, runs no name."""

import re
from dataclasses import replace
from datetime import date

import pytest

from territory.publish.pages.beside import beside_of
from territory.publish.pages.report import draw_report
from tests.territory.plans import balanced_plan, small_plan


@pytest.fixture(scope="module")
def page():
    return draw_report(balanced_plan())


def text_of(html):
    """Return what a reader sees: no style, no tags, single blanks."""
    body = re.sub(r"<style>.*?</style>|<svg.*?</svg>|<[^>]*>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", body)


def test_a_feasible_plan_is_given_its_distance_to_the_bound_and_never_called_optimal(page):
    text = text_of(page)
    assert "Feasible: keeps every rule, within 3.1 % of the proven bound" in text
    assert "no plan that keeps these rules can cost less than $28.1 k a year" in text
    assert "optimal" not in page.lower()


def test_an_optimal_plan_is_called_so():
    page = draw_report(balanced_plan(status="optimal", gap=0.0))
    assert "Optimal: proved that no plan that keeps every rule costs less" in text_of(page)


def test_without_a_bound_the_report_says_that_a_cheaper_plan_may_exist():
    text = text_of(draw_report(balanced_plan(bound=None, gap=None)))
    assert "Feasible: keeps every rule; how near to the best was not proved" in text
    assert "No lower bound on the cost was proved, so a cheaper plan may exist." in text


def test_a_plan_that_breaks_rules_says_which_and_that_it_must_not_be_rolled_out():
    html = draw_report(small_plan())
    text = text_of(html)
    assert "No plan found that keeps every rule; the least bad one breaks 1 rule" in text
    assert "It must not be rolled out" in text
    assert "potential 520,000, 4.6 % above the most allowed, 497,200." in text
    assert "Every territory keeps every rule" not in text
    assert '<section class="status bad">' in html


def test_synthetic_data_are_called_synthetic_and_others_not(page):
    assert "synthetic demonstration data" in page
    assert "synthetic" not in draw_report(balanced_plan(synthetic=False))


def test_the_page_needs_nothing_beside_itself_and_runs_nothing(page):
    assert not re.search(r"(src|href)\s*=(?!.#)|url\((?!#)|@import|<script|<iframe|<object", page)
    assert "Content-Security-Policy" in page


def test_hostile_names_are_text(page):
    assert "<b>Ann<" not in page
    assert "&lt;b&gt;Ann&lt;/b&gt; \\x1b]0;title\\x07" in page
    assert "two rows of three &lt;counties&gt;" in page.lower()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]", page)


def test_changes_against_today_are_counted_and_the_largest_listed(page):
    text = text_of(page)
    assert "3 accounts (27.3 %) with $120.0 k of yearly revenue (27.3 %)" in text
    assert "Armstrong unit 48005, 2 accounts T09 T02 $80.0 k" in text


def test_without_a_current_alignment_no_change_is_claimed():
    plan = balanced_plan()
    plan.accounts["current_territory_id"] = ""
    text = text_of(draw_report(plan))
    assert "No current alignment was given, so what changes cannot be counted." in text
    assert "change territory" not in text


def test_hours_by_tours_stand_in_the_table_of_a_routed_plan_and_only_there(page):
    assert "Workload by tours" not in page
    plan = balanced_plan()
    off = [0.02] * (len(plan.territories) - 1) + [-0.134]
    plan = replace(plan, territories=plan.territories.assign(routed_deviation=off))
    html = draw_report(plan)
    assert "Workload by tours, to goal" in html
    assert html.count("+2.0 %") >= len(off) - 1
    assert "<td class=alarming>−13.4 %</td>" in html.replace("-13.4", "−13.4")


def test_the_page_tells_how_to_make_the_plan_again(page):
    text = text_of(page)
    assert "territory design tiny.toml --effort quick --seed 7" in text
    assert "ab12" * 16 in text
    assert "ortools 9.15" in text


def test_the_same_plan_gives_the_same_page(page):
    assert draw_report(balanced_plan()) == page


def test_today_and_the_plan_stand_side_by_side_in_the_same_colours(page):
    maps = re.findall(r'<svg class="chart"[^>]*aria-label="map of ([^"]*)"', page)
    assert maps == ["today&#39;s territories", "the plan&#39;s territories"]


def test_balance_is_drawn_before_and_after(page):
    assert "Potential, deviation from the goal by territory, today and in the plan" in page
    text = text_of(page)
    assert "Potential: 0 of 3 territories are outside ± 10 % today, 0 in the plan." in text


def test_each_territory_outside_has_one_sentence_and_a_shared_reason_is_said_once():
    why = "no neighbour can give more without leaving its own band"
    balance = {"rule": "balance", "territory_id": "T03", "measure": "potential_usd"}
    broken = [
        {**balance, "text": "x", "why": why},
        {"rule": "contiguity", "territory_id": "T01", "text": "T01 has 2 parts", "why": why},
    ]
    text = text_of(draw_report(small_plan(violations=broken)))
    assert text.count(why) == 1
    assert "potential 520,000, 4.6 % above the most allowed, 497,200." in text
    assert "For the same reason as T03." in text


def test_the_next_steps_have_dates_where_the_go_live_is_known(page):
    assert "6 weeks before Decide" in text_of(page)
    dated = text_of(draw_report(balanced_plan(), go_live=date(2027, 2, 1)))
    assert "2026-12-21 Decide" in dated
    assert "2027-02-01 Go live" in dated


def test_what_other_commands_have_found_is_taken_up(tmp_path):
    (tmp_path / "forecast.csv").write_text(
        "territory_id,last_usd,expected_usd,p10_usd,p90_usd\nT01,1,2,1,3\n'=T02,1,,,\n"
    )
    (tmp_path / "business_case.csv").write_text(
        "item,expected_usd,p10_usd,p90_usd\n<b>time</b>,10,5,15\ntogether,479000,257000,673000\n"
    )
    (tmp_path / "rollout").mkdir()
    (tmp_path / "rollout" / "timeline.csv").write_text(
        "wave,wave_name,team,step,date,day,who,what\n1,p,t,announce,2027-01-11,-21,<i>x</i>,y\n"
    )
    html = draw_report(balanced_plan(), beside=beside_of(tmp_path))
    text = text_of(html)
    assert "Margin of the first year against today: $479.0 k ($257.0 k to $673.0 k" in text
    assert "2027-01-11 Announce &lt;i&gt;x&lt;/i&gt; y" in text
    assert "<b>time</b>" not in html
    assert "expected ones by territory" in html
    assert "Not forecast yet" not in text


def test_the_quarters_of_a_forecast_stand_with_their_intervals(tmp_path):
    (tmp_path / "forecast.csv").write_text(
        "territory_id,expected_usd,p10_usd,p90_usd,"
        "2027-Q1_expected_usd,2027-Q1_p10_usd,2027-Q1_p90_usd\n"
        "T01,4000,3000,5000,1000,700,1300\n"
    )
    text = text_of(draw_report(balanced_plan(), beside=beside_of(tmp_path)))
    assert "Sales by quarter: expected, and 8 of 10 years" in text
    assert "T01 $1,000 ($700 to $1,300)" in text
    assert "Company" not in text.split("Sales by quarter")[1]
    (tmp_path / "forecast_company.csv").write_text(
        "period,last_usd,expected_usd,p10_usd,p90_usd,goal_usd,attainment\n"
        "year,3900,4000,3600,4400,5000,0.8\n2027-Q1,,1000,800,1200,,\n"
    )
    text = text_of(draw_report(balanced_plan(), beside=beside_of(tmp_path)))
    assert "Company $1,000 ($800 to $1,200)" in text
    assert (
        "The company is expected to sell $4,000 ($3,600 to $4,400) in 8 of 10 years, 80.0 % of "
        "its goal of $5,000."
    ) in text


def test_tables_of_other_programs_beside_the_plan_are_left_alone(tmp_path):
    (tmp_path / "forecast.csv").write_text("a,b\n1,2\n")
    assert beside_of(tmp_path).forecast is None
    assert "Not forecast yet" in text_of(draw_report(balanced_plan(), beside=beside_of(tmp_path)))


def test_a_territory_whose_estimate_was_far_off_its_tours_is_named_with_the_reason():
    plan = balanced_plan()
    reasons = ["535 h estimated, 406 h by tours (+32.0 %): a trip takes in 3.5 stops"]
    rows = plan.territories.assign(estimate_reason=reasons + [""] * (len(plan.territories) - 1))
    text = text_of(draw_report(replace(plan, territories=rows)))
    first = rows["territory_id"].iloc[0]
    assert f"more than 15 % off them in 1 territory. {first}: {reasons[0]}." in text
    assert "15 % off" not in text_of(draw_report(plan))
