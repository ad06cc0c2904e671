"""Plans beside each other: figures that add up, moves that are matched by id, differences named."""

import json
from dataclasses import replace

import pandas as pd
import pytest

import territory
from territory.encoding.reopen import reopened
from territory.encoding.todays_plan import todays_plan
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from territory.messages import Message
from territory.publish.folder import read_plan
from territory.review.compare.compare import compare, from_to
from territory.review.compare.today import today_of
from tests.territory.call import call
from tests.territory.worlds import grid_scenario

# Today T01 has the three columns in the west, one too many.
TODAY = [
    {"account_id": f"A{r}{c}", "territory_id": "T01" if c < 3 else "T02"}
    for r in (0, 1)
    for c in range(4)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("grid")
    plan = territory.design(read_scenario(grid_scenario(place, alignment=TODAY)))
    plan.save(place / "plan")
    return place


@pytest.fixture(scope="module")
def pair(folder):
    plan = read_plan(folder / "plan")
    today = todays_plan(reopened(plan).case, geography=plan.geography, audit=plan.audit)
    return today, plan


def test_what_moved_since_today_is_a_matrix_of_accounts_and_revenue(pair):
    today, plan = pair
    found = compare({"today": today, "plan": plan})
    assert found.moved["account_id"].tolist() == ["A02", "A12"]
    (row,) = found.matrix.to_dict("records")
    assert (row["from"], row["to"], row["n_accounts"], row["revenue_usd"]) == (
        "T01", "T02", 2, 400.0,
    )  # fmt: skip


def test_figures_and_terms_of_both_and_their_change(pair):
    today, plan = pair
    figures = compare({"today": today, "plan": plan}).figures.set_index("figure")
    for name in ("objective_usd", "travel_usd", "handover_usd", "travel_h"):
        row = figures.loc[name]
        assert row["plan_change"] == pytest.approx(row["plan"] - row["today"])
    assert figures.at["objective_usd", "plan"] == plan.record.objective
    assert figures.at["handover_usd", "today"] == 0.0
    assert figures.at["potential_usd_worst", "today"] == pytest.approx(0.5)


def test_territories_gain_what_others_lose(pair):
    today, plan = pair
    rows = compare({"today": today, "plan": plan}).territories
    assert rows["potential_usd_change"].tolist() == [-2000.0, 2000.0]
    assert rows["n_accounts_change"].sum() == 0


def test_other_account_sets_are_matched_and_what_differs_is_named(pair):
    from dataclasses import replace

    today, plan = pair
    fewer = replace(plan, accounts=plan.accounts.iloc[1:])
    found = compare({"today": today, "fewer": fewer})
    assert any(text.startswith("only today has 1 account (A00)") for text in found.differs)
    stranger = replace(plan, accounts=plan.accounts.assign(account_id="X"))
    with pytest.raises(InputError, match="have no account in common"):
        compare({"today": today, "stranger": stranger})


def test_the_map_of_a_pair_has_the_first_under_its_slider(pair):
    today, plan = pair
    shown = from_to(today, plan)
    assert (
        shown.accounts["current_territory_id"].tolist() == today.accounts["territory_id"].tolist()
    )
    assert shown.territories["n_moved_accounts"].tolist() == [0, 2]


def test_the_command_writes_tables_workbook_and_map(folder, tmp_path):
    code, out, err = call("compare", "today", folder / "plan", "--out", tmp_path / "c")
    assert (code, err) == (0, "")
    assert "plan: 2 accounts in another territory than in today, with $400 of revenue" in out
    names = {each.name for each in (tmp_path / "c").iterdir()}
    assert names >= {"figures.csv", "moved.csv", "matrix.csv", "compare.xlsx", "map.html"}
    code, out, _ = call("compare", "today", folder / "plan", "--json")
    assert json.loads(out)["matrix"][0]["n_accounts"] == 2


def test_today_comes_first_and_one_plan_is_nothing_to_compare(folder):
    code, _, err = call("compare", folder / "plan", "today")
    assert code == 2
    assert "territory compare today PLAN" in err
    code, _, err = call("compare", folder / "plan")
    assert code == 2
    assert "one plan is nothing to compare with" in err


def test_quota_and_pay_stand_beside_the_loads_with_their_change(pair, monkeypatch):
    today, plan = pair
    quotas = {id(today): [100.0, 300.0], id(plan): [150.0, 250.0]}

    def money(of, scenario):
        ids = pd.Index(["T01", "T02"], name="territory_id")
        return pd.DataFrame({"quota_usd": quotas[id(of)]}, index=ids)

    monkeypatch.setattr("territory.review.compare.compare.money_by_territory", money)
    found = compare({"today": today, "plan": plan})
    rows = found.territories.set_index("territory_id")
    assert rows["quota_usd"].tolist() == [150.0, 250.0]
    assert rows["quota_usd_change"].tolist() == [50.0, -50.0]
    assert found.figures.set_index("figure").loc["quota_usd", ["today", "plan"]].tolist() == [
        400.0, 400.0,
    ]  # fmt: skip
    assert "quota_usd" not in compare({"today": today, "plan": plan}, pay=False).territories


def test_quotas_that_cannot_be_worked_out_are_said_to_be_unknown(pair, monkeypatch):
    def money(of, scenario):
        raise InputError(Message("history.csv: no such file"))

    monkeypatch.setattr("territory.review.compare.compare.money_by_territory", money)
    found = compare({"today": pair[0], "plan": pair[1]})
    assert "quota and pay of plan are not known: history.csv: no such file" in found.differs


def test_today_knows_the_market_that_the_plan_knows(pair):
    plan = pair[1]
    known = replace(plan, accounts=plan.accounts.assign(competitor_usd=7.0, why="Because."))
    today = today_of(known)
    assert set(today.accounts["competitor_usd"]) == {7.0}
    assert "why" not in today.accounts
    assert "compactness" in today.territories


def test_prices_that_differ_are_named_with_both_values(pair):
    plan = pair[1]
    keys = plan.record.to_dict()["keys"]
    dear = {**keys, "objective": {**keys["objective"], "handover": 0.9}}
    # Its hash is another one too: the key says why, the files are the same.
    other = replace(plan, record=plan.record.but(keys=dear, scenario_hash="other"))
    found = compare({"a": plan, "b": other}, pay=False)
    handover = keys["objective"]["handover"]
    assert found.differs == (f"objective.handover is {handover} in a, 0.9 in b",)


def test_today_is_told_by_tours_where_the_plan_is_and_by_the_estimate_where_it_is(tmp_path):
    """Else the difference of two ways to reckon would be called the plan's doing."""
    far = [{"account_id": f"A{r}{c}", "territory_id": f"T0{1 + (c + r) % 2}"}
           for r in (0, 1) for c in range(4)]  # fmt: skip
    scenario = read_scenario(grid_scenario(tmp_path, alignment=far))
    quick = territory.design(scenario.but("travel.rounds=0"))
    routed = territory.design(scenario.but("travel.rounds=1"))
    for plan in (quick, routed):
        assert (today_of(plan).record.routed is None) == (plan.record.routed is None)
        assert not any(
            "tours" in each
            for each in compare({"today": today_of(plan), "plan": plan}, pay=False).differs
        )
    assert (routed.record.routed is None, quick.record.routed is None) == (False, True)
    (said,) = (each for each in compare({"a": quick, "b": routed}, pay=False).differs
               if "tours" in each)  # fmt: skip
    assert said.startswith("travel of b is that of routed tours, of a the estimate's")


def test_todays_territories_get_centers_of_their_own_where_the_plan_located_its(tmp_path):
    """A travel from the plan's centers would not be today's."""
    far = [{"account_id": f"A{r}{c}", "territory_id": f"T0{1 + (c + r) % 2}"}
           for r in (0, 1) for c in range(4)]  # fmt: skip
    scenario = read_scenario(grid_scenario(tmp_path, reps=False, alignment=far))
    plan = read_plan(territory.design(scenario).save(tmp_path / "plan"))
    alone, beside = territory.today(scenario), today_of(plan)
    assert beside.record.terms == pytest.approx(alone.record.terms, abs=0.02)
    centers = ["center_lon", "center_lat"]
    pd.testing.assert_frame_equal(beside.territories[centers], alone.territories[centers])
    assert not beside.territories[centers].equals(plan.territories[centers])


def test_what_nobody_has_today_and_what_a_closed_territory_has_move_from_there(tmp_path):
    """Today's plan counts both to the territory around, which never had them."""
    rows = [row for row in TODAY if row["account_id"] != "A00"]
    closed = [{**row, "territory_id": "T99"} if row["account_id"] == "A01" else row for row in rows]
    plan = territory.design(read_scenario(grid_scenario(tmp_path, alignment=closed)))
    plan = read_plan(plan.save(tmp_path / "plan"))
    found = compare({"today": today_of(plan), "plan": plan, "b": plan}, pay=False)
    found = replace(found, **{n: t[t["plan"] == "plan"] for n, t in found.tables().items()
                              if n in ("moved", "matrix")})  # fmt: skip
    assert dict(zip(found.moved["account_id"], found.moved["from"], strict=True)) == {
        "A00": "", "A01": "T99", "A02": "T01", "A12": "T01",
    }  # fmt: skip
    known = found.figures.set_index("figure").at["n_moved_accounts", "plan"]
    assert found.matrix.loc[found.matrix["from"] != "", "n_accounts"].sum() == known
    assert found.differs == (
        "2 accounts of today without a territory of the team; its figures count them to the "
        "territory around",
    )
    assert from_to(today_of(plan), plan).accounts["current_territory_id"].tolist()[:2] == [
        "",
        "T99",
    ]
    _, out, _ = call("compare", "today", tmp_path / "plan", "--no-pay")
    assert "plan: 3 accounts in another territory than in today, with $600 of revenue; 1 account " \
        "that nobody has in today" in out  # fmt: skip
    assert "  nobody → T01  1 account" in out
