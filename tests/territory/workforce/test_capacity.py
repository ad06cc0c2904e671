"""Capacity: days and hours, part-time, and the pace of new reps."""

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.scenario.workforce import Capacity
from territory.workforce.capacity import full_time_h, rep_capacity, working_weeks
from tests.territory.worlds import grid_scenario

REPS = pd.DataFrame(
    {"rep_id": ["R1", "R2", "R3"], "fte": [1.0, 0.5, 1.0], "capacity_h": [np.nan, np.nan, 1000.0]}
)


def scenario(tmp_path, extra="[capacity]\nworking_days = 200"):
    return read_scenario(grid_scenario(tmp_path, extra=extra))


def test_a_part_time_rep_has_a_part_of_the_hours_and_given_hours_stay(tmp_path):
    hours = rep_capacity(scenario(tmp_path), REPS)
    assert hours.tolist() == [200 * 8 * 0.9, 200 * 8 * 0.9 / 2, 1000.0]


def test_without_the_section_missing_hours_stay_missing(tmp_path):
    assert rep_capacity(scenario(tmp_path, ""), REPS).isna().tolist() == [True, True, False]


def test_new_reps_have_fewer_hours_and_a_ramp_of_their_own_goes_first(tmp_path):
    reps = REPS.assign(tenure_y=["0", "0", "0"], ramp=["", "0.25", ""])
    hours = rep_capacity(scenario(tmp_path), reps)
    assert hours.tolist() == [pytest.approx(1440 * 0.875), pytest.approx(720 * 0.25), 1000.0]


def test_a_tenure_that_is_no_number_is_refused_by_rep(tmp_path):
    with pytest.raises(InputError) as error:
        rep_capacity(scenario(tmp_path), REPS.assign(tenure_y=["new", "1", "2"]))
    text = str(error.value)
    assert 'reps.csv: tenure_y of 1 rep is no number of 0 or more\n  R1  tenure_y "new"' in text
    assert "hint: write years as in 0.5" in text


def test_a_day_without_time_for_accounts_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"capacity.admin_share is 1"):
        scenario(tmp_path, "[capacity]\nadmin_share = 1.0")
    with pytest.raises(InputError, match="longest_day_h is 6"):
        scenario(tmp_path, "[capacity]\nlongest_day_h = 6.0")


def test_weeks_are_days_by_five():
    assert (working_weeks(Capacity(working_days=205)), full_time_h(Capacity(working_days=205))) == (
        41,
        pytest.approx(1476.0),
    )
