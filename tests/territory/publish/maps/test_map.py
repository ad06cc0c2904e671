"""What of a plan reaches its map, and in which words."""

from dataclasses import replace

import pandas as pd
import pytest

from territory.publish.maps.map import draw_map, map_content, write_map
from tests.territory.plans import balanced_plan, small_plan


def test_only_a_proved_plan_is_called_optimal():
    assert map_content(small_plan(status="optimal", violations=[])).status.startswith("optimal")
    feasible = map_content(balanced_plan())
    assert feasible.status.startswith("feasible")
    assert "3.1 % of the proven bound" in feasible.status
    assert "optimal" not in draw_map(balanced_plan())


def test_a_plan_that_breaks_a_rule_is_never_shown_in_a_calm_tone():
    assert map_content(small_plan(status="feasible")).tone == "bad"
    assert map_content(balanced_plan()).tone == "plain"


def test_the_badge_appears_only_on_synthetic_data():
    assert map_content(small_plan()).badge == "synthetic demo data"
    assert map_content(small_plan(synthetic=False)).badge == ""


def test_facts_say_how_far_each_measure_is_from_its_goal_and_who_changes_rep():
    plan = small_plan()
    facts = map_content(plan).facts
    worst = plan.territories["potential_usd_deviation"].abs().max()
    assert facts["Potential, farthest from goal"] == f"{worst * 100:.1f} % (±10 % allowed)"
    assert facts["Accounts that change rep"].startswith("3 (")
    assert "h a year" in facts["Travel"]


def test_violations_come_before_the_notes():
    plan = small_plan()
    violation, *notes = map_content(plan).notes
    assert violation == plan.record.violations[0].text
    assert notes == list(plan.record.notes)


def test_units_carry_the_sums_of_their_accounts():
    plan = small_plan()
    units = map_content(plan).units
    assert units["n_accounts"].sum() == len(plan.accounts)
    assert units["potential_usd"].sum() == pytest.approx(plan.accounts["potential_usd"].sum())


def test_market_accounts_are_drawn_as_their_units_and_not_as_marks():
    plan = small_plan()
    accounts = plan.accounts.assign(type=["market"] * 4 + ["asc"] * 8)
    content = map_content(replace(plan, accounts=accounts))
    assert len(content.accounts) == 8
    assert content.units["n_accounts"].sum() == 12


def test_a_named_account_is_marked_where_another_territory_serves_its_unit():
    plan = small_plan()
    accounts = plan.accounts.assign(exception=True)
    accounts.loc[0, "territory_id"] = "T03"
    assert map_content(replace(plan, accounts=accounts)).accounts["exception"].tolist() == [
        True, *[False] * 11
    ]  # fmt: skip


def test_territories_that_meet_over_a_bridge_are_neighbours_on_the_map():
    plan = small_plan()
    bridge = pd.DataFrame(
        [{"unit_a": "48001", "unit_b": "48006", "border_km": 0.0, "kind": "bridge"}]
    )
    content = map_content(replace(plan, adjacency=bridge))
    assert content.neighbours == [("T01", "T03")]


def test_a_rep_without_a_name_is_shown_by_id():
    plan = small_plan()
    territories = plan.territories.assign(rep_name=["", "Ann", "Bo"])
    content = map_content(replace(plan, territories=territories))
    assert list(content.territories["rep"]) == ["R01", "Ann", "Bo"]


def test_writing_replaces_the_file_whole_and_leaves_nothing_beside_it(tmp_path):
    target = tmp_path / "map.html"
    write_map(balanced_plan(), target)
    assert write_map(small_plan(), target) == target
    assert target.read_text(encoding="utf-8") == draw_map(small_plan())
    assert list(tmp_path.iterdir()) == [target]


def test_districts_are_lines_of_the_map_and_one_region_for_all_is_not():
    plan = small_plan()
    frame = plan.territories.assign(district_id=["D1", "D1", "D2"], region_id="RG1")
    content = map_content(replace(plan, territories=frame))
    assert content.levels == {"districts": "district_id"}
    assert content.columns[-1].title == "District"
    page = draw_map(replace(plan, territories=frame))
    assert '"Districts"' in page
    assert map_content(plan).levels == {}


def test_an_account_says_why_and_of_very_many_only_those_that_move(monkeypatch):
    plan = small_plan()
    accounts = plan.accounts.assign(why=[f"Because {name}." for name in plan.accounts["name"]])
    told = replace(plan, accounts=accounts)
    shown = map_content(told).accounts
    assert shown["why"].tolist() == [f"Because {name}." for name in shown["name"]]
    monkeypatch.setattr("territory.publish.maps.map._MOST_REASONS", 1)
    shown = map_content(told).accounts
    stays = shown["current_territory_id"] == shown["territory_id"]
    assert set(shown.loc[stays, "why"]) == {""}
    assert (shown.loc[~stays, "why"] != "").all() and (~stays).any()


def test_the_maps_penetration_is_the_scorecards_revenue_of_potential():
    plan = small_plan()
    accounts = plan.accounts.assign(revenue_usd=100.0, sales_usd=900.0, potential_usd=400.0)
    units = map_content(replace(plan, accounts=accounts)).units
    assert units["penetration"].dropna().unique().tolist() == [0.25]
