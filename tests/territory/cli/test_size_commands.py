"""`territory size` as a user meets it: a table, a folder of files, messages."""

import json

import openpyxl
import pandas as pd
import pytest

import territory
from tests import check_sizing
from tests.documented import undocumented
from tests.territory.call import call
from tests.territory.worlds import grid_scenario

EXTRA = "[capacity]\nworking_days = 10\n[sizing]\nrep_usd = 500.0\n"


@pytest.fixture
def scenario(tmp_path):
    return grid_scenario(tmp_path, columns=6, rows=2, extra=EXTRA)


def test_a_size_is_printed_and_written(scenario, tmp_path):
    code, out, _ = call("size", scenario, "--from", 2, "--to", 5, "--out", tmp_path / "sizes")
    assert code == 0
    assert "A further rep would not pay, and would live near unit U" in out
    table = pd.read_csv(tmp_path / "sizes" / "sizing.csv")
    assert table["n_reps"].tolist() == [2, 3, 4, 5]
    assert undocumented(*(tmp_path / "sizes").glob("*.csv")) == []
    homes = pd.read_csv(tmp_path / "sizes" / "homes.csv")
    assert homes["change"].tolist() == ["added"] * 3
    book = openpyxl.load_workbook(tmp_path / "sizes" / "sizing.xlsx")
    assert book.sheetnames == ["sizes", "homes"]
    assert book["sizes"].max_row == 5
    assert "<svg" in (tmp_path / "sizes" / "sizing.html").read_text(encoding="utf-8")


def test_the_default_folder_lies_beside_the_plans_and_is_replaced(scenario, tmp_path):
    for _ in range(2):
        assert call("size", scenario, "--from", 2, "--to", 2)[0] == 0
    assert sorted(each.name for each in (tmp_path / "runs").iterdir()) == ["grid.size"]


def test_machines_get_one_json_object(scenario, tmp_path):
    code, out, _ = call("size", scenario, "--to", 3, "--json", "--out", tmp_path / "s")
    found = json.loads(out)
    assert code == 0
    assert found["today"] == 2
    assert [row["n_reps"] for row in found["sizes"]] == [1, 2, 3]
    assert found["sizes"][0]["marginal_profit_usd"] is None


def test_a_plans_travel_is_checked_where_asked(scenario, tmp_path):
    territory.design(territory.read_scenario(scenario)).save(tmp_path / "plan")
    code, out, _ = call(
        "size", scenario, "--from", 2, "--to", 5, "--plan", tmp_path / "plan",
        "--out", tmp_path / "s",
    )  # fmt: skip
    assert code == 0
    assert "travel estimate against routed tours: median territory" in out
    assert set(pd.read_csv(tmp_path / "s" / "travel_check.csv")["territory_id"]) == {"T01", "T02"}
    # A stranger recomputes what the sizes add up to.
    off, compared = check_sizing.compare(scenario, tmp_path / "plan", tmp_path / "s")
    assert off == []
    assert compared == 4 * 11 + 3 * 3
    table = pd.read_csv(tmp_path / "s" / "sizing.csv")
    table.loc[2, ["margin_usd", "marginal_profit_usd"]] += 7
    table.to_csv(tmp_path / "s" / "sizing.csv", index=False)
    assert len(check_sizing.compare(scenario, tmp_path / "plan", tmp_path / "s")[0]) == 3
    assert len(pd.read_csv(tmp_path / "s" / "tours.csv")) == 120
    page = (tmp_path / "s" / "sizing.html").read_text(encoding="utf-8")
    assert "Travel: estimate and routed tours" in page


def test_a_folder_of_something_else_is_refused_before_the_work(scenario, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    code, _, err = call("size", scenario, "--out", tmp_path / "mine")
    assert code == 2
    assert "mine exists and holds other files" in err
    assert (tmp_path / "mine" / "letter.txt").read_text() == "keep me"


def test_a_range_the_wrong_way_round_is_refused(scenario, tmp_path):
    code, _, err = call("size", scenario, "--from", 6, "--to", 3, "--out", tmp_path / "s")
    assert code == 2
    assert "--from is 6 and --to is 3; expected the smaller number first" in err
    assert not (tmp_path / "s").exists()
