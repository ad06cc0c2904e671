"""`territory frontier`: tables, a chart and plan folders, the plan itself left alone."""

import json

import pandas as pd
import pytest

import territory
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from tests.documented import undocumented
from tests.territory.call import call
from tests.territory.worlds import grid_scenario

TODAY = [
    {"account_id": f"A{r}{c}", "territory_id": "T01" if c < 2 or (r, c) == (0, 2) else "T02"}
    for r in (0, 1)
    for c in range(4)
]


def test_a_scenario_gets_its_plan_with_the_frontier_beside_it_and_the_plan_is_left_alone(tmp_path):
    path = grid_scenario(tmp_path, alignment=TODAY)
    asked = ("--over", "travel,disruption", "--save", "p1")
    code, out, _ = call("frontier", path, *asked)
    assert code == 0
    assert "knee" in out
    folder = read_scenario(path).out
    target = folder.with_name(f"{folder.name}_frontier")
    table = pd.read_csv(target / "frontier.csv")
    assert table["on_frontier"].any()
    assert undocumented(*target.glob("*.csv")) == []
    chart = (target / "frontier.svg").read_text(encoding="utf-8")
    assert chart.startswith("<!-- territory-design -->\n<svg")
    saved = read_plan(target / "P01")
    # The plan rounds its terms one by one.
    assert saved.record.objective == pytest.approx(float(table["objective_usd"].iloc[0]), abs=0.02)
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    # Another seed or effort is the same question: the plan that is there is the start.
    path.write_text(path.read_text().replace("[solve]", "[solve]\nseed = 9"))
    code, again, _ = call("frontier", path, *asked)
    assert (code, again) == (0, out)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    code, _, err = call("frontier", folder, "--save", "best")
    assert (code, "is no point of a frontier" in err) == (2, True)  # said before anything is solved
    code, out, err = call("frontier", folder, "--over", "comfort", "--json")
    assert code == 2
    assert "--over" in (err or json.loads(out)["error"])


def test_a_plan_of_another_version_of_the_scenario_is_neither_used_nor_replaced(tmp_path):
    path = grid_scenario(tmp_path, alignment=TODAY)
    folder = territory.design(read_scenario(path)).save(read_scenario(path).out)
    path.write_text(path.read_text() + "[objective]\nborder_usd_km = 3.0\n")
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    code, _, err = call("frontier", path)
    assert code == 2
    assert "is a plan of another version of" in err
    assert "hint: run `territory design" in err
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    assert not folder.with_name(f"{folder.name}_frontier").exists()
