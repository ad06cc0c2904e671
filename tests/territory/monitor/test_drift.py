"""How far a plan has drifted, said beside where it began and what is usual."""

from types import SimpleNamespace

import numpy as np

from territory.monitor.drift import drift_words
from tests.territory.plans import small_plan


def test_territories_that_were_outside_when_planned_are_told_apart():
    plan = small_plan()
    rows = plan.territories
    now = SimpleNamespace(
        workload_h=rows["workload_h"].to_numpy(float),
        workload_goal_h=rows["workload_h_goal"].to_numpy(float),
        potential_usd=rows["potential_usd"].to_numpy(float) * np.array([1.0, 1.5, 1.0]),
        potential_goal_usd=rows["potential_usd_goal"].to_numpy(float),
        outside=lambda measure, tolerance: np.array([False, measure == "potential_usd", True]),
    )
    said = drift_words(now, plan)
    # T03 is above its band of potential as it was planned.
    assert "and 2 of 3 are outside ±10 % now (1 when planned)" in said
    assert "US surgery centers" in said
    assert "80 territories 3.4 % (median), 14.9 % at most, 5 to 9 outside ±10 %" in said
