"""Dates of a rollout fall on days on which people work, and the days between are those dates'."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import get_args

import pandas as pd
import pytest

from territory.inputs.scenario.rollout import Country, RolloutKeys
from territory.rollout.holidays import kept_keys, public_holidays, with_country
from territory.rollout.timeline import go_live_days, timeline

ONE = SimpleNamespace(table=pd.DataFrame({"wave": [1], "name": ["all"], "team": ["core"]}))


def of(kind, **keys):
    """Return as much of a plan as its keys."""
    kept = {"geography": {"kind": kind}, "rollout": keys}
    return SimpleNamespace(record=SimpleNamespace(keys=kept))


def steps_of(**keys):
    return timeline(ONE, RolloutKeys(**keys)).set_index("step")


def test_nobody_trains_at_the_years_end_or_loads_on_a_holiday():
    start = date(2027, 1, 4)
    steps = steps_of(go_live=start)
    # Ten days before is Christmas Day; the day before is a Sunday behind New Year's Day.
    assert steps.loc["train", "date"] == "2026-12-23"
    assert set(steps.loc[["freeze", "back up", "load"], "date"]) == {"2026-12-31"}
    told = [start + timedelta(days=day) for day in steps["day"]]
    assert [day.isoformat() for day in told] == steps["date"].tolist()
    assert steps["date"].is_monotonic_increasing
    assert steps_of(go_live=start, year_end=False).loc["train", "date"] == "2026-12-24"


@pytest.mark.parametrize("day", [date(2026, 12, 21) + timedelta(days=n) for n in range(40)])
def test_no_people_are_asked_for_at_the_years_end_whenever_a_plan_goes_live(day):
    steps = steps_of(go_live=day, country="DE", holidays=(date(2027, 1, 6),))
    people = steps.loc[["announce", "introduce", "train"], "date"]
    assert not [each for each in people if each[5:] >= "12-24" or each[5:] == "01-01"]
    assert "2027-01-06" not in set(steps["date"]) - {steps.loc["guarantee ends", "date"]}
    assert (people <= steps.loc["load", "date"]).all()
    assert steps.loc["load", "date"] < steps.loc["go live", "date"]


def test_public_holidays_of_the_country_are_kept_and_units_tell_the_country():
    # Thanksgiving and the fourth of July on a Sunday, kept on the Monday.
    assert public_holidays(2027, "US") >= {date(2027, 11, 25), date(2027, 7, 5)}
    assert public_holidays(2027, "DE") >= {date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17)}
    assert public_holidays(2027, "GB") >= {date(2027, 12, 27), date(2027, 12, 28)}
    keys = with_country(RolloutKeys(go_live=date(2027, 7, 15)), of("us_counties"))
    assert timeline(ONE, keys).set_index("step").loc["train", "date"] == "2027-07-02"
    assert with_country(RolloutKeys(country="CA"), of("us_zips")).country == "CA"
    assert with_country(RolloutKeys(), of("points")).country is None
    for country in get_args(Country):
        assert len(public_holidays(2026, country)) > len(public_holidays(2026))


def test_later_waves_do_not_go_live_at_the_years_end():
    waves = SimpleNamespace(
        table=pd.DataFrame({"wave": [1, 2], "name": ["a", "b"], "team": ["core", "core"]})
    )
    days = go_live_days(waves, RolloutKeys(go_live=date(2026, 11, 30)))
    assert days == {1: date(2026, 11, 30), 2: date(2027, 1, 4)}


def test_a_go_live_on_a_holiday_is_on_the_next_day_of_work():
    assert steps_of(go_live=date(2027, 1, 1)).loc["go live", "date"] == "2027-01-04"


def test_days_stand_for_dates_while_no_go_live_is_written():
    steps = steps_of()
    assert set(steps["date"]) == {""}
    assert steps.loc["train", "day"] == -10


def test_a_plan_keeps_its_dates_where_its_scenario_is_no_longer_there():
    keys = kept_keys(of("us_zips", go_live="2027-01-04", pilot=["T01"]))
    assert (keys.go_live, keys.pilot) == (date(2027, 1, 4), ("T01",))
    assert kept_keys(of("us_zips", unknown=1)) == RolloutKeys()
