"""The one table of the account's columns, and the user's own columns through a whole plan."""

import pandas as pd
import pytest

import territory
from territory.dictionary.accounts import ACCOUNT, carried, further, in_order, standard
from territory.inputs.headers.columns import TABLES
from territory.publish.folder import read_plan
from tests.territory.worlds import grid_scenario


def test_what_is_read_is_what_the_table_says_is_read():
    read = {column.name: column.kind for column in TABLES["accounts"]}
    said = {field.name: field.kind for field in ACCOUNT if field.read}
    assert read == {name: kind for name, kind in said.items() if name not in {"ccn", "npi"}}


def test_a_stage_hands_over_its_columns_in_the_tables_order():
    there = ["score_beds", "segment", "account_id", "admin_h", "score", "mine"]
    assert carried("market", there) == ["score", "segment", "score_beds"]
    assert carried("work", there) == ["admin_h"]


def test_own_columns_never_take_the_place_of_the_plans():
    names = further(["account_id", "rep_id", "beds", "Note"], {"account_id", "rep_id", "beds"})
    assert names == {"rep_id": "given_rep_id", "Note": "Note"}
    assert further(["rep_id", "given_rep_id"], {"rep_id"}) == {
        "rep_id": "given_rep_id",
        "given_rep_id": "given_given_rep_id",
    }


def test_columns_of_every_plan_stand_first():
    assert in_order(["zz", "travel_h", "account_id"]) == ["account_id", "travel_h", "zz"]
    assert standard("score_anything") is standard("score_{factor}")


@pytest.fixture
def plan(tmp_path):
    path = grid_scenario(tmp_path)
    table = pd.read_csv(tmp_path / "accounts.csv", dtype="str")
    table["Cost centre"] = [f"00{at}" for at in range(len(table))]
    table["minutes"] = "said on the phone"
    table["=evil()"] = "=1+1"
    table["empty"] = ""
    table["gpo"] = "007"
    table.sample(frac=1.0, random_state=3).to_csv(tmp_path / "accounts.csv", index=False)
    return territory.design(territory.read_scenario(path))


def test_the_users_further_columns_are_carried_to_the_plan_and_read_back(plan, tmp_path):
    back = read_plan(plan.save(tmp_path / "out")).accounts.set_index("account_id")
    assert back.loc["A00", "Cost centre"] == "000"
    assert back.loc["A13", "Cost centre"] == "007"
    assert back["given_minutes"].unique().tolist() == ["said on the phone"]
    assert back["gpo"].unique().tolist() == ["007"]
    assert back["=evil()"].unique().tolist() == ["=1+1"]
    assert "empty" not in back
    assert back["minutes"].dtype == "float64"
    header, first = (tmp_path / "out" / "accounts.csv").read_text().splitlines()[:2]
    assert header.startswith("account_id,name,unit_id,territory_id,rep_id,lon,lat,potential_usd")
    assert ",=" not in header + first
