"""`territory cover` as a user meets it: a table, a file, one JSON object, messages."""

import json
from dataclasses import replace

import pandas as pd

import territory
from tests.territory.call import call
from tests.territory.worlds import grid_scenario


def test_a_cover_is_printed_written_and_refused_in_words(tmp_path):
    path = grid_scenario(tmp_path, columns=6, rows=1, extra="[capacity]\n")
    plan = territory.design(territory.read_scenario(path))
    plan.save(tmp_path / "plan")
    vacant = plan.territories["territory_id"].iloc[0]
    days = ("--territory", vacant, "--from", "2027-01-01", "--until", "2027-03-31")
    asked = ("cover", tmp_path / "plan", "--scenario", path, *days)
    code, out, _ = call(*asked, "--out", tmp_path / "cover.csv")
    assert code == 0
    assert f"cover of {vacant} from 2027-01-01 until 2027-03-31" in out
    assert "more of travel than the seat itself" in out
    table = pd.read_csv(tmp_path / "cover.csv", dtype=str)
    own = plan.accounts[plan.accounts["territory_id"] == vacant]
    assert sorted(table["account_id"]) == sorted(own["account_id"])
    code, out, _ = call(*asked, "--json")
    found = json.loads(out)
    assert (code, found["territory_id"], found["uncovered"]) == (0, vacant, [])
    assert call("cover", tmp_path / "plan", *days, "--json")[:2] == (0, out)
    code, _, err = call(*asked[:-1], "2027-02-30")
    assert code == 2
    assert '--until is "2027-02-30"; expected a day' in err


def test_leave_in_the_time_is_read_from_the_reps_table_or_said_to_be_unknown(tmp_path):
    path = grid_scenario(
        tmp_path, columns=6, rows=1, extra='[capacity]\nyear_from = "2027-01-01"\n'
    )
    file = tmp_path / "reps.csv"
    head, first, *others = file.read_text().splitlines()
    away = [f"{row},2027-01-01,2027-06-30" for row in others]
    file.write_text("\n".join([f"{head},leave_from,leave_to", f"{first},,", *away]) + "\n")
    plan = territory.design(territory.read_scenario(path))
    plan.save(tmp_path / "plan")
    vacant = plan.territories["territory_id"].iloc[0]
    days = ("--territory", vacant, "--from", "2027-01-01", "--until", "2027-03-31", "--json")
    found = json.loads(call("cover", tmp_path / "plan", *days)[1])
    assert found["dates_known"]
    assert len(found["uncovered"]) == plan.accounts["territory_id"].eq(vacant).sum()
    path.rename(tmp_path / "away.toml")
    assert not json.loads(call("cover", tmp_path / "plan", *days)[1])["dates_known"]
    assert (
        "begins or ends in that time is not known"
        in call("cover", tmp_path / "plan", *days[:-1])[1]
    )


def test_who_lives_nearer_than_the_empty_seat_costs_less_and_no_negative_more(tmp_path):
    """A cost of "-CAD 1,880 more" was told."""
    path = grid_scenario(tmp_path, columns=6, rows=1, extra="[capacity]\n")
    plan = territory.design(territory.read_scenario(path))
    one, two = plan.territories[["center_lon", "center_lat"]].to_numpy()
    vacant = plan.territories["territory_id"].iloc[0]
    accounts = plan.accounts.copy()
    mine = accounts["territory_id"] == vacant
    accounts.loc[mine, ["lon", "lat"]] = two  # at the other rep's door, far from their own seat
    accounts.loc[mine, "travel_h"] = 40.0
    replace(plan, accounts=accounts).save(tmp_path / "plan")
    days = ("--territory", vacant, "--from", "2027-01-01", "--until", "2027-03-31")
    code, out, _ = call("cover", tmp_path / "plan", "--scenario", path, *days)
    assert code == 0
    assert one.tolist() != two.tolist()
    assert " less of travel than the seat itself in that time" in out
    assert "cost -" not in out
