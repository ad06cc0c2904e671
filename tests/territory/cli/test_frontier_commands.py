"""`territory frontier`: tables, a chart and plan folders, the plan itself left alone."""

import io
import json

import pandas as pd

import territory
from territory.cli.app import run
from territory.cli.console import Console
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from tests.documented import undocumented
from tests.territory.worlds import grid_scenario

TODAY = [
    {"account_id": f"A{r}{c}", "territory_id": "T01" if c < 2 or (r, c) == (0, 2) else "T02"}
    for r in (0, 1)
    for c in range(4)
]


def call(*arguments):
    out, err = io.StringIO(), io.StringIO()
    code = run([str(each) for each in arguments], Console(stdout=out, stderr=err))
    return code, out.getvalue(), err.getvalue()


def test_the_frontier_is_written_beside_the_plan_and_a_point_is_a_plan(tmp_path):
    path = grid_scenario(tmp_path, alignment=TODAY)
    folder = territory.design(read_scenario(path)).save(tmp_path / "plan")
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    code, out, _ = call("frontier", folder, "--over", "travel,disruption", "--save", "P01")
    assert code == 0
    assert "knee" in out
    target = tmp_path / "plan_frontier"
    table = pd.read_csv(target / "frontier.csv")
    assert table["on_frontier"].any()
    assert undocumented(*target.glob("*.csv")) == []
    assert (target / "frontier.svg").read_text(encoding="utf-8").startswith("<svg")
    saved = read_plan(target / "P01")
    assert saved.record.objective == float(table["objective_usd"].iloc[0])
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    code, out, err = call("frontier", folder, "--over", "comfort", "--json")
    assert code == 2
    assert "--over" in (err or json.loads(out)["error"])
