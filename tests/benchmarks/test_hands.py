"""The benchmark of questions about a plan runs and measures what it says."""

import territory
from tests.benchmarks.hands import measure
from tests.territory.worlds import grid_scenario


def test_the_questions_of_a_small_plan_are_measured(tmp_path):
    today = [{"account_id": f"A{r}{c}", "territory_id": "T01"} for r in (0, 1) for c in range(4)]
    plan = territory.design(territory.read_scenario(grid_scenario(tmp_path, alignment=today)))
    found = measure(plan)
    assert (found["accounts"], found["units"], found["territories"]) == (8, 8, 2)
    assert {"explain_s", "ledger_s", "change_set_s", "compare_s"} <= set(found)
