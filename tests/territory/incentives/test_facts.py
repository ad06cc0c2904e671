"""What a plan's incentives are joined with, and what is told of what does not fit."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

import territory
from territory.incentives.facts import incentive_case
from tests.territory.worlds import grid_scenario

KEYS = """
[capacity]
year_from = "2026-07-01"
[quotas]
growth = 0.05
capture = {A = 0.1, B = 0.1}
sales_cycle_months = {hospitl = 9, other = 4}
[pay]
base_usd = 80000
target_incentive_usd = 40000
new_logo = {usd = 500, by_tier = {Z = 900}}
strategic = {tiers = ["B", "Y"], share = 0.01}
"""
HISTORY = "account_id,period,revenue_usd\n" + "\n".join(
    f"A0{at},2025-Q{quarter},100" for at in range(4) for quarter in range(1, 5)
)


def test_keys_that_are_for_nobody_and_a_year_that_does_not_follow_the_history_are_told(tmp_path):
    path = grid_scenario(tmp_path, extra=KEYS)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[inputs]\n", '[inputs]\nhistory = "history.csv"\n', 1))
    (tmp_path / "history.csv").write_text(HISTORY, encoding="utf-8")
    reps = pd.read_csv(tmp_path / "reps.csv", dtype=str).assign(vacant=["", "yes"])
    reps = reps.assign(leave_from=["2026-10-01", ""], leave_to=["2026-10-11", ""])
    reps.to_csv(tmp_path / "reps.csv", index=False)
    scenario = territory.read_scenario(path)
    case = incentive_case(scenario, territory.design(scenario))
    told = [
        each for each in case.notes if "no account" in each or "the planned year begins" in each
    ]
    tiers = [
        'quotas.capture names tier "A", which no account has',
        'pay: new_logo.by_tier names tier "Z", which no account has',
        'pay: strategic.tiers names tier "Y", which no account has',
        'quotas.sales_cycle_months names type "hospitl", which no account has',
    ]
    assert told[1:] == tiers
    assert case.notes[0].startswith("1 territory has no rep (T02): what is")
    part = "1 territory has its rep for a part of the planned year only (T01 97 %): its hours"
    assert case.notes[1].startswith(part)
    assert told[0].startswith("the planned year begins with 2026-07 (capacity.year_from)")
    assert case.first_month() == 12 * 2026 + 6
    undated = replace(case, scenario=SimpleNamespace(capacity=None))
    assert undated.first_month() == 12 * 2026
    assert np.all(case.months() == 1.0)
