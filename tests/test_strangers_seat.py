"""Parts of the year and paces, by walking days: what the product says of seats with dates."""

import pandas as pd
import pytest

from territory.incentives.pace import quarter_paces
from territory.inputs.scenario.workforce import Capacity
from territory.inputs.time.presence import presence
from tests.strangers_seat import SLACK, seat

SEATS = [
    {},
    {"start": "2027-04-01"},
    {"start": "2026-11-10", "ramp_from": "2027-02-15"},
    {"end": "2027-08-20"},
    {"start": "2027-02-10", "end": "2027-11-05"},
    {"tenure_y": "0"},
    {"tenure_y": "0.3", "pto_days": "11"},
    {"leave_from": "2027-03-20", "leave_to": "2027-07-04", "pto_days": "5"},
    {"leave_from": "2027-02-01; 2027-10-01", "leave_to": "2027-02-14; 2027-10-20"},
    {"start": "2027-05-17", "leave_from": "2027-09-01"},
    {"ramp": "0.7", "end": "2027-06-30"},
    {"start": "2028-06-01"},
]


@pytest.mark.parametrize("months", [0, 6, 9])
def test_seats_walked_day_by_day_are_paid_and_paced_as_the_product_says(months):
    capacity = Capacity(year_from="2027-01-01", ramp_months=months, ramp_start=0.4)
    reps = pd.DataFrame(SEATS).assign(rep_id=[f"R{at}" for at in range(len(SEATS))])
    employed = presence(reps, capacity, file="reps.csv")["employed"]
    paces = quarter_paces(reps, capacity)
    said = {"year_from": "2027-01-01", "ramp_months": months, "ramp_start": 0.4}
    for at, rep in enumerate(SEATS):
        paid, own = seat(rep, said)
        assert employed[at] == pytest.approx(paid, abs=1e-6), rep
        assert paces.iloc[at].tolist() == pytest.approx(own, abs=SLACK), rep


def test_by_hand_half_a_year_at_three_quarters():
    paid, paces = seat({"tenure_y": "0", "end": "2027-06-30"}, {"year_from": "2027-01-01"})
    assert paid == pytest.approx(181 / 365)
    assert paces == pytest.approx([0.623, 0.872, 0.0, 0.0], abs=0.002)
