"""The benchmark of questions about a plan runs and measures what it says."""

import pytest

import territory
from tests.benchmarks.hands import measure
from tests.benchmarks.large_world import large_world
from tests.territory.worlds import grid_scenario


def test_the_questions_of_a_small_plan_are_measured(tmp_path):
    today = [{"account_id": f"A{r}{c}", "territory_id": "T01"} for r in (0, 1) for c in range(4)]
    plan = territory.design(territory.read_scenario(grid_scenario(tmp_path, alignment=today)))
    found = measure(plan)
    assert (found["accounts"], found["units"], found["territories"]) == (8, 8, 2)
    assert {"explain_s", "ledger_s", "files_s", "compare_s"} <= set(found)


def test_a_plan_is_made_up_whole_and_some_of_it_moved():
    plan = large_world(300, side=12, k=4)
    assert (len(plan.accounts), len(plan.alignment), len(plan.territories)) == (300, 144, 4)
    found = measure(plan, today=False)
    assert found["accounts"] == 300
    assert plan.record.totals["moved_accounts"] > 0
    loads = plan.accounts.groupby("territory_id")["workload_h"].sum()
    assert loads.to_numpy() == pytest.approx(
        plan.territories.set_index("territory_id").loc[loads.index, "workload_h"].to_numpy()
    )
