"""`territory scorecard`: files that a stranger's script agrees with, a short table, a verdict."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from territory.publish.folder import read_plan, save_plan
from tests import check_figures, check_reach, check_scorecard
from tests.documented import undocumented
from tests.territory.call import call
from tests.territory.plans import HOSTILE_NAMES, balanced_plan, small_plan

FILES = ["scorecard.csv", "figures.csv", "fairness.csv", "outside.csv", "checklist.csv"]

SCENARIO = """
name = "tiny"
inputs.accounts = "table.csv"
inputs.history = "history.csv"
[geography]
states = ["TX"]
[team]
territories = 3
[review]
growth_column = "growing"
competitor_column = "rivals"
travel_share_most = 0.9
"""


def saved(folder, plan):
    record = plan.record.but(outputs={"formats": ["gpkg"], "tiles": False})
    return save_plan(replace(plan, record=record), folder)


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    folder = saved(tmp_path_factory.mktemp("plan") / "tiny", small_plan())
    return folder, call("scorecard", folder)


@pytest.fixture
def scenario(tmp_path):
    plan = balanced_plan()
    table = plan.accounts[["account_id", "name", "lon", "lat", "type", "service_h", "n_calls"]]
    table = table.assign(
        name=[f"Clinic {at}" for at in range(len(HOSTILE_NAMES))],
        account_id=[f"00{at:02d}" for at in range(len(HOSTILE_NAMES))],
        potential_usd=1000.0,
        growing=np.tile(["yes", "no"], 6),
        rivals=np.tile(["0.25", ""], 6),
    )
    table.to_csv(tmp_path / "table.csv", index=False)
    history = [
        {"account_id": f"00{at:02d}", "period": f"{year}-Q{q}", "revenue_usd": 10.5 * at + year}
        for at in range(12)
        for year in (2023, 2024)
        for q in (1, 2, 3, 4)
    ]
    pd.DataFrame(history).to_csv(tmp_path / "history.csv", index=False)
    path = tmp_path / "tiny.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def test_the_tables_and_a_workbook_are_written_beside_the_plan(scored):
    folder, (code, out, _) = scored
    assert code == 0
    for name in FILES:
        assert (folder / name).is_file()
        assert str(folder / name) in out
    book = load_workbook(folder / "scorecard.xlsx")
    names = ["Scorecard", "Figures", "Checklist", "Moves", "Fairness", "Outside", "Columns"]
    assert [name for name in book.sheetnames if name in names] == names


def test_a_stranger_recomputes_the_scorecard_to_the_cent(scored):
    folder, _ = scored
    off, compared = check_scorecard.compare(folder, folder / "scorecard.csv")
    assert off == []
    assert compared > 60
    off, compared = check_figures.compare(folder, folder)
    assert off == []
    assert compared > 60


@pytest.mark.parametrize(("name", "column"), [("figures.csv", "gini"), ("fairness.csv", "max_min")])
def test_a_changed_figure_of_the_spread_is_found(scored, tmp_path, name, column):
    folder, _ = scored
    for each in ("scorecard.csv", name):
        frame = pd.read_csv(folder / each)
        if each == name:
            frame.loc[0, column] += 1e-4
        frame.to_csv(tmp_path / each, index=False)
    off, _ = check_figures.compare(folder, tmp_path)
    assert len(off) == 1
    assert off[0].startswith(f"{name}: ")


def test_a_stranger_measures_the_outlines_and_finds_a_compactness_that_is_off(scored, tmp_path):
    folder, _ = scored
    frame = pd.read_csv(folder / "scorecard.csv")
    assert frame["compactness"].between(0.2, 1.0).all()
    frame.loc[0, "compactness"] += 0.001
    frame.to_csv(tmp_path / "changed.csv", index=False)
    off, _ = check_scorecard.compare(folder, tmp_path / "changed.csv")
    assert len(off) == 1
    assert "compactness" in off[0]


def test_every_column_of_the_files_stands_in_the_dictionary(scored, tmp_path):
    folder, _ = scored
    assert call("calls", folder, "--out", tmp_path / "calls")[0] == 0
    files = [*folder.glob("*.csv"), *(tmp_path / "calls").glob("*.csv")]
    assert {"scorecard.csv", "districts.csv", "reach.csv", "territories.csv"} - {
        each.name for each in files
    } <= {"districts.csv"}
    assert undocumented(*files) == []


def test_a_stranger_recomputes_reach_and_the_calls_that_do_not_fit(tmp_path):
    plan = small_plan()
    table = plan.territories.assign(
        capacity_h=0.6 * plan.territories["workload_h"].to_numpy(dtype=float)
    )
    folder = saved(tmp_path / "tiny", replace(plan, territories=table))
    assert call("calls", folder, "--out", tmp_path / "calls")[0] == 0
    off, compared = check_reach.compare(folder, tmp_path / "calls")
    assert off == []
    assert compared > 60
    frame = pd.read_csv(tmp_path / "calls" / "dropped_calls.csv", dtype={"account_id": "str"})
    assert len(frame)
    frame.loc[0, "calls_dropped"] += 0.01
    frame.to_csv(tmp_path / "calls" / "dropped_calls.csv", index=False)
    off, _ = check_reach.compare(folder, tmp_path / "calls")
    assert len(off) == 1


def test_a_changed_cent_is_found(scored, tmp_path):
    folder, _ = scored
    frame = pd.read_csv(folder / "scorecard.csv")
    frame.loc[1, "revenue_usd"] += 0.01
    frame.to_csv(tmp_path / "changed.csv", index=False)
    off, _ = check_scorecard.compare(folder, tmp_path / "changed.csv")
    assert len(off) == 1
    assert off[0].startswith("T02: revenue_usd is 160000.01")


def test_the_short_table_ends_in_a_verdict_that_says_no(scored):
    _, (_, out, _) = scored
    header = out.splitlines()[0]
    assert header.split()[:5] == ["ID", "Rep", "Accounts", "Workload", "Potential"]
    assert "balanced   No: 1 of 5 checks failed." in out
    assert "  NO  Potential of every territory within ± 10 % of its goal: 1 outside" in out
    assert "No, do not roll it out. Asked: potential of every territory" in out
    assert "\x1b" not in out


def test_json_is_one_object_with_verdict_and_tables(scored):
    folder, _ = scored
    code, out, _ = call("scorecard", folder, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["verdict"] == "no"
    assert found["answers"]["balanced"]["passed"] is False
    assert [row["territory_id"] for row in found["scorecard"]] == ["T01", "T02", "T03"]
    assert len(found["files"]) == 6


def test_a_scenario_adds_sales_growth_and_competitors(scenario, tmp_path):
    plan = balanced_plan()
    plan.accounts["account_id"] = [f"00{at:02d}" for at in range(12)]
    folder = saved(tmp_path / "plan", plan)
    code, out, err = call("scorecard", folder, "--scenario", scenario, "--out", tmp_path / "new")
    assert code == 0, err
    assert "Trend" in out.splitlines()[0]
    assert "Growth" in out.splitlines()[0]
    frame = pd.read_csv(tmp_path / "new" / "scorecard.csv")
    assert frame["n_growth_accounts"].tolist() == [2, 2, 2]
    first = plan.accounts["territory_id"].eq("T01").to_numpy()
    sales = sum(4 * (10.5 * at + 2024) for at in np.flatnonzero(first))
    assert frame["sales_usd"][0] == pytest.approx(sales, abs=0.005)
    assert not (folder / "scorecard.csv").exists()


def test_figures_of_a_reviewed_plan_survive_its_folder_and_agree(scenario, tmp_path):
    from territory.inputs.scenario.scenario import read_scenario
    from territory.inputs.tables.tables import read_tables
    from territory.review.context import with_review
    from territory.review.figures import territory_figures

    plan = balanced_plan()
    plan.accounts["account_id"] = [f"00{at:02d}" for at in range(12)]
    plan.accounts["potential_low_usd"] = 0.7 * plan.accounts["potential_usd"]
    plan.accounts["potential_high_usd"] = 1.6 * plan.accounts["potential_usd"]
    keys = read_scenario(scenario)
    plan = with_review(plan, keys, read_tables(keys))
    folder = saved(tmp_path / "plan", plan)
    code, _, err = call("scorecard", folder)
    assert code == 0, err
    off, compared = check_scorecard.compare(folder, folder / "scorecard.csv")
    assert off == []
    assert compared > 90
    assert {"probability", "probability_attainable"} <= set(territory_figures(plan))
    pd.testing.assert_frame_equal(territory_figures(read_plan(folder)), territory_figures(plan))


def test_a_folder_that_is_no_plan_and_a_file_for_out_are_input_errors(scored, tmp_path):
    folder, _ = scored
    code, _, err = call("scorecard", tmp_path)
    assert (code, "is no plan folder" in err) == (2, True)
    (tmp_path / "file").write_text("")
    code, _, err = call("scorecard", folder, "--out", tmp_path / "file")
    assert (code, "a file; expected a folder" in err) == (2, True)
