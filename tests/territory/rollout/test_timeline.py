"""Dates of a rollout fall on days on which people work, and the days between are those dates'."""

from datetime import date, timedelta
from types import SimpleNamespace

import pandas as pd

from territory.inputs.scenario.rollout import RolloutKeys
from territory.rollout.timeline import timeline

ONE = SimpleNamespace(table=pd.DataFrame({"wave": [1], "name": ["all"], "team": ["core"]}))


def steps_of(**keys):
    return timeline(ONE, RolloutKeys(**keys)).set_index("step")


def test_nobody_trains_at_christmas_or_loads_on_new_years_day():
    start = date(2027, 1, 4)
    steps = steps_of(go_live=start)
    # Ten days before is Christmas Day; the day before is a Sunday behind New Year's Day.
    assert steps.loc["train", "date"] == "2026-12-24"
    assert set(steps.loc[["freeze", "back up", "load"], "date"]) == {"2026-12-31"}
    told = [start + timedelta(days=day) for day in steps["day"]]
    assert [day.isoformat() for day in told] == steps["date"].tolist()
    assert steps["date"].is_monotonic_increasing


def test_a_go_live_on_a_holiday_is_on_the_next_day_of_work():
    assert steps_of(go_live=date(2027, 1, 1)).loc["go live", "date"] == "2027-01-04"


def test_days_stand_for_dates_while_no_go_live_is_written():
    steps = steps_of()
    assert set(steps["date"]) == {""}
    assert steps.loc["train", "day"] == -10
