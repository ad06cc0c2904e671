"""Quota and pay by territory, for whoever has one in the plan."""

import numpy as np
import pytest

import territory
from territory.incentives.payout.after import Drawn, paid_after
from territory.incentives.payout.by_territory import money_by_territory
from territory.incentives.payout.prepared import money_of
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.worlds import grid_scenario

PAID = """
[quotas]
growth = 0.1
[pay]
base_usd = 80000.0
target_incentive_usd = 60000.0
[pay.simulation]
draws = 100
"""


def test_reps_without_a_territory_in_the_plan_may_be_several(tmp_path):
    scenario = read_scenario(grid_scenario(tmp_path, extra=PAID))
    plan = territory.design(scenario)
    with (tmp_path / "reps.csv").open("a") as file:
        file.write("R8,Rep 8,-99.9,31.8\nR9,Rep 9,-99.5,31.8\n")
    told = money_by_territory(plan, scenario)
    assert told.index.tolist() == ["T01", "T02"]
    assert told["pay_usd"].gt(0).all()
    # The prepared plan says the same.
    money, ids = money_of(plan, scenario), told.index.tolist()
    at = plan.accounts["territory_id"].map({"T01": 0, "T02": 1}).to_numpy(dtype=np.int32)
    kept = paid_after(money, Drawn(money), at, np.zeros(len(at)), np.arange(2), ids=ids)
    for name, values in kept.items():
        assert values.tolist() == pytest.approx(told[name].tolist())
