"""The pace of new reps: by tenure, from a day, and over the part of the year in the seat."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad

from territory.errors import InputError
from territory.inputs.scenario.workforce import Capacity
from territory.inputs.time.ramp import mean_pace

YEAR = Capacity(year_from="2027-01-01")


def pace(capacity=YEAR, **columns):
    reps = pd.DataFrame({"rep_id": ["R1"], **{name: [each] for name, each in columns.items()}})
    return mean_pace(reps, capacity, file="reps.csv").iloc[0].tolist()


@pytest.mark.parametrize("tenure", [0.0, 0.1, 0.25, 0.5, 3.0])
def test_the_ramp_by_tenure_is_the_mean_of_the_pace_over_the_coming_year(tenure):
    keys = Capacity(ramp_months=18, ramp_start=0.2)

    def now(year):
        return min(1.0, 0.2 + 0.8 * (tenure + year) / 1.5)

    mean, _ = quad(now, 0.0, 1.0, points=[max(0.0, min(1.0, 1.5 - tenure))])
    assert pace(keys, tenure_y=tenure)[0] == pytest.approx(mean, abs=1e-6)
    assert pace(tenure_y=np.nan) == [1.0] * 5


def test_no_ramp_is_no_ramp():
    assert pace(Capacity(ramp_months=0), tenure_y=0.0) == [1.0] * 5


def test_a_rep_who_starts_within_the_year_ramps_from_that_day():
    # Six months from half pace to full pace: in the second quarter 0.5 to 0.75, then to 1.
    found = pace(start="2027-04-01")
    assert found[2:] == pytest.approx([0.625, 0.875, 1.0], abs=0.005)
    assert found[0] == pytest.approx(1 - 0.125 / 0.75, abs=0.002)


def test_who_started_long_ago_or_has_a_tenure_does_not_ramp_from_the_start():
    assert pace(start="2020-04-01") == [1.0] * 5
    assert pace(start="2027-04-01", tenure_y=4.0) == [1.0] * 5


def test_a_ramp_may_begin_on_a_day_of_its_own_and_the_days_before_are_at_full_pace():
    found = pace(ramp_from="2027-07-01")
    assert found[1:3] == [1.0, 1.0]
    assert found[3:] == pytest.approx([0.625, 0.875], abs=0.005)


def test_a_ramp_of_a_seat_that_ends_counts_only_the_days_in_it():
    # Two months of the ramp: 0.5 to 0.667.
    assert pace(start="2027-01-01", end="2027-03-02")[0] == pytest.approx(0.5835, abs=0.003)


def test_a_dated_ramp_needs_to_know_the_year():
    with pytest.raises(InputError, match="which year is planned is not known"):
        pace(Capacity(), ramp_from="2027-04-01")
