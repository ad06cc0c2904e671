"""A brief is one printable page, true to the rep's own figures, and says nothing of others' pay."""

import re
import shutil
import subprocess
from dataclasses import replace

import pandas as pd
import pytest

import territory
from territory.currency import short_money
from territory.encoding.reopen import scenario_of
from territory.inputs.scenario.rollout import RolloutKeys
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from territory.review.figures import territory_figures
from territory.rollout.briefs import make
from territory.rollout.briefs.facts import _figure, briefs_of
from territory.rollout.briefs.make import make_briefs
from territory.rollout.briefs.page import _ours, brief_page, small_maps
from territory.rollout.change_set import change_set, current_reps
from territory.workforce.equipment.resources import resources_of
from tests.territory.call import call
from tests.territory.plans import HOSTILE_NAMES, small_plan
from tests.territory.rollout.worlds import plan_of, reps_table
from tests.territory.worlds import TWO_SIDES, grid_scenario


def pay_rows():
    reps = ["R01", "R02", "R03", "R04"]
    pay = [187_300.0, 287_300.0, 387_300.0, 487_300.0]
    return pd.DataFrame(
        {
            "rep_id": reps,
            "target_pay_usd": pay,
            "last_year_usd": pay,
            "today_pay_usd": pay,
            "plan_pay_usd": [p - 17_000 for p in pay],
            "plan_p10_usd": pay,
            "plan_p90_usd": pay,
            "today_quota_usd": [1e6, 2e6, 3e6, 4e6],
            "plan_quota_usd": [1e6, 2e6, 3e6, 4e6],
            "change_usd": -17_000.0,
        }
    )


def briefs(**options):
    plan = plan_of(["T01", "T01", "T02", "T03"], ["T01", "T02", "T02", "T03"])
    change = change_set(plan)
    return plan, briefs_of(plan, change, **options)


def test_a_brief_says_what_is_gained_and_lost_and_where_it_is_a_loss():
    _, made = briefs(pay=pay_rows())
    first = made[0]
    assert first.headline == "You keep 1 account and hand over 1 with $2,000."
    assert first.lost.rows[0][:3] == ("Clinic 1", "$2,000", "T02")
    assert "$17.0 k less expected pay next year, in the mean" in first.worse
    assert "1 relationship to hand over" in first.worse
    assert made[2].headline == "Nothing changes for you: T03 keeps 1 account."


def test_revenue_and_the_historys_sales_are_two_figures_with_the_scorecards_names():
    """Sales of the history were told as those of the accounts table: quotas stand on others."""
    plan = plan_of(["T01", "T01", "T02", "T03"], ["T01", "T02", "T02", "T03"])
    known = plan.accounts.assign(sales_usd=[1500.0, 2500.0, 3500.0, 4500.0])
    plan = replace(plan, accounts=known)
    told = {each.label: each.plan for each in briefs_of(plan, change_set(plan))[1].figures}
    card = territory_figures(plan).set_index("territory_id").loc["T02"]
    assert told["Revenue a year in them"] == short_money(card["revenue_usd"]) == "$5,000"
    assert told["Sales of the last year in them"] == short_money(card["sales_usd"]) == "$6,000"
    without = [each.label for each in briefs()[1][1].figures]
    assert "Revenue a year in them" in without
    assert "Sales of the last year in them" not in without


def test_the_change_set_says_of_what_changes_what_the_plan_says():
    plan = plan_of(["T01", "T01", ""], ["T01", "T02", "T02"])
    told = plan.accounts.assign(reason=["cost", "balance", "vacant"], why=["a", "b", "c"])
    change = change_set(replace(plan, accounts=told))
    assert change.accounts["why"].tolist() == ["", "b", "c"]
    assert change.accounts["reason"].tolist() == ["", "balance", "vacant"]


def test_who_gives_or_takes_accounts_of_another_area_is_told_when(monkeypatch):
    plan = plan_of(["T01", "T02", "T03"], ["T02", "T03", "T04"])
    words = "accounts of other areas come and go"
    assert words not in {name for each in make_briefs(plan, None) for name, _ in each.dates}
    monkeypatch.setattr(make, "kept_keys", lambda _: RolloutKeys(area_changes="last"))
    told = {each.territory: dict(each.dates).get(words) for each in make_briefs(plan, None)}
    assert told == {
        "T01": None,
        "T02": "56 days after the go-live",
        "T03": "28 days after the go-live",
        "T04": None,
    }


def test_no_page_has_a_figure_of_another_reps_pay():
    _, made = briefs(pay=pay_rows())
    for at, brief in enumerate(made):
        page = brief_page(brief, {"plan": {}}, title="plan")
        for other, amount in enumerate(("$187.3 k", "$287.3 k", "$387.3 k", "$487.3 k")):
            assert (amount in page) == (other == at)


def test_a_rep_who_changes_territory_is_told_so():
    plan = plan_of(["T01", "T02"], ["T01", "T02"], reps=("R02", "R01", "R03", "R04"))
    reps = reps_table({"T01": "R01", "T02": "R02"})
    made = briefs_of(plan, change_set(plan, reps_today=current_reps(reps)))
    assert made[0].headline.startswith("You go from T02 to T01.")
    assert made[0].lost.rows[0][3] == "the rep of its territory changes"


def test_hostile_names_reach_no_page_unescaped():
    plan = small_plan()
    made = briefs_of(plan, change_set(plan), resources=resources_of(plan))
    pages = [brief_page(each, small_maps(plan), title="<b>") for each in made]
    for page in pages:
        assert "@media screen { td.why span { display: block; } }" in page
        assert "<script" not in page
        assert "<img" not in page
        assert "\x1b" not in page
    assert len(HOSTILE_NAMES) == len(plan.accounts)


@pytest.mark.parametrize("n", [1, 400])
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_brief_is_one_sheet_of_paper(n, paper, tmp_path):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not (chromium and shutil.which("pdfinfo")):
        pytest.skip("no browser that prints, or no pdfinfo")
    plan = plan_of(["T01"] * n + ["T02"] * n, ["T02"] * n + ["T01"] * n)
    plan = replace(plan, accounts=plan.accounts.assign(name="Saint Very Long Memorial " * 5))
    change = change_set(plan)
    change = replace(change, accounts=change.accounts.assign(why="because of it " * 30))
    dates = pd.DataFrame(
        [
            {"territory_id": "T01", "step": step, "date": "2027-01-04", "day": 1}
            for step in ("introduce", "train", "go live", "late deals", "guarantee ends")
        ]
    )
    made = briefs_of(plan, change, pay=pay_rows(), dates=dates, resources=resources_of(plan))[0]
    page = brief_page(made, small_maps(plan), title="a plan " * 10)
    page = page.replace("@page {", f"@page {{ size: {paper};").replace("  size: auto;", "")
    page = re.sub(r"size: auto;", "", page)
    (tmp_path / "brief.html").write_text(page, encoding="utf-8")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    target = f"--print-to-pdf={tmp_path / 'brief.pdf'}"
    subprocess.run(
        [*command, target, str(tmp_path / "brief.html")], check=True, capture_output=True
    )
    said = subprocess.run(["pdfinfo", str(tmp_path / "brief.pdf")], check=True, capture_output=True)
    assert re.search(rb"Pages:\s+1\n", said.stdout)
    assert (b"A4" in said.stdout) == (paper == "A4")


def test_what_shows_as_no_change_is_neither_gain_nor_loss():
    def shown(after):
        return _figure("Pay", {"pay": 87_600.0}, {"pay": after}, "pay", short_money, True)

    told = [shown(after) for after in (87_400.0, 80_000.0, 95_000.0)]
    assert [each.change for each in told] == ["0 %", "-9 %", "+8 %"]
    assert [each.good for each in told] == [None, False, True]
    assert _figure("Pay", {"pay": 0.0}, {"pay": 5.0}, "pay", short_money, True).good
    assert _ours("hand over 13 with \u20ac12.3 k.") == "hand over 13 with \u20ac12.3\u00a0k."
    assert _ours("with CAD 12.3 k") == "with CAD\u00a012.3\u00a0k"


def test_a_plans_scenario_is_found_from_anywhere_or_what_is_left_out_is_told(tmp_path, monkeypatch):
    """Run from another folder, briefs were without quota and pay, and nothing said so."""
    home = tmp_path / "company"
    grid_scenario(home, alignment=TWO_SIDES[:4])
    monkeypatch.chdir(home)
    territory.design(read_scenario("grid.toml")).save("runs/plan")
    monkeypatch.chdir("/")
    plan = read_plan(home / "runs/plan")
    assert plan.record.scenario_path == "grid.toml"
    assert scenario_of(plan).path == home / "grid.toml"
    code, _, err = call("brief", home / "runs/plan")
    assert (code, err) == (0, "")
    (home / "grid.toml").rename(home / "other.toml")
    for command in (["brief"], ["rollout", "--crm", "csv", "--out", tmp_path / "out"]):
        code, _, err = call(command[0], home / "runs/plan", *command[1:])
        assert code == 0
        assert "warning: grid.toml, the plan's scenario, is not there: today's roster" in err
        assert "hint: name it with --scenario" in err
