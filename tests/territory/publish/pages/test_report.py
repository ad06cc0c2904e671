"""The report says what is proved and no more, holds everything in one file, runs no name."""

import re

import pytest

from territory.publish.pages.charts import cost_bar, deviation_bar, territory_map
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
    assert "potential_usd of T03 is 520,000; expected at most 497,200" in text
    assert "Every territory keeps every rule" not in text
    assert '<section class="status bad">' in html


def test_synthetic_data_are_called_synthetic_and_others_not(page):
    assert "synthetic demonstration data" in page
    assert "synthetic" not in draw_report(balanced_plan(synthetic=False))


def test_the_page_needs_nothing_beside_itself_and_runs_nothing(page):
    assert not re.search(r"(src|href)\s*=|url\(|@import|<script|<iframe|<object", page)
    assert "Content-Security-Policy" in page


def test_hostile_names_are_text(page):
    assert "<b>Ann" not in page
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


def test_the_page_tells_how_to_make_the_plan_again(page):
    text = text_of(page)
    assert "territory design tiny.toml --effort quick --seed 7" in text
    assert "ab12" * 16 in text
    assert "ortools 9.15" in text


def test_the_same_plan_gives_the_same_page(page):
    assert draw_report(balanced_plan()) == page


def test_the_map_has_one_area_for_each_territory_in_different_colours():
    drawing = str(territory_map(balanced_plan()))
    fills = re.findall(r'<path d="[^"]+" fill="(#[0-9A-Fa-f]{6})"', drawing)
    assert len(fills) == 3
    assert fills[0] != fills[1] != fills[2]
    assert re.findall(r"<text[^>]*>([^<]*)</text>", drawing) == ["T01", "T02", "T03"]
    assert len(re.findall("<circle", drawing)) == 12 + 3


def test_a_deviation_bar_goes_to_its_side_and_alarms_outside_the_band():
    assert "#b3261e" not in deviation_bar(-0.1, 0.1)
    assert "#b3261e" in deviation_bar(0.11, 0.1)
    assert 'aria-label="-10.0 percent"' in deviation_bar(-0.1, 0.1)


def test_a_bar_far_outside_the_band_ends_in_an_arrow_within_its_box():
    far = str(deviation_bar(25.0, 0.1))
    assert "<path" in far
    assert max(float(x) for x in re.findall(r"[ML](\d+\.\d)", far)) <= 104


def test_the_parts_of_the_cost_fill_the_bar():
    widths = [float(width) for width in re.findall(r'width="([\d.]+)%" height', cost_bar([1, 3]))]
    assert widths[-2:] == [25.0, 75.0]
    assert "nan" not in cost_bar([0.0, 0.0])
