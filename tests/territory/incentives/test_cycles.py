"""A sales cycle is the median time of won deals; what cannot be one is named."""

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.incentives.cycles import measured_cycles

ACCOUNTS = pd.DataFrame(
    {"account_id": [f"A{at}" for at in range(30)], "type": ["hospital"] * 15 + ["asc"] * 15}
)
DAYS = np.array([100, 120, 140, 160, 180, 200, 220, 240, 260, 280, 300])


def deals(tmp_path, **changes):
    opened = pd.Timestamp("2024-01-01")
    table = pd.DataFrame(
        {
            "account_id": [f"A{at}" for at in range(11)] + ["A20", "A21", "A1", "A99"],
            "opened": "2024-01-01",
            "closed": [str((opened + pd.Timedelta(days=int(day))).date()) for day in DAYS]
            + ["2024-02-01", "2024-03-01", "", "2024-05-01"],
            "status": ["Closed Won"] * 13 + ["open", "won"],
        }
    )
    for column, (row, value) in changes.items():
        table.loc[row, column] = value
    path = tmp_path / "deals.csv"
    table.to_csv(path, index=False)
    return path


def test_deals_that_are_not_there_are_told_as_the_scenario_names_them(tmp_path):
    with pytest.raises(InputError) as caught:
        measured_cycles(tmp_path / "no" / "deals.csv", ACCOUNTS, shown="no/deals.csv")
    told = str(caught.value)
    assert told.startswith("error: no/deals.csv: does not exist")
    assert "quotas.deals names it" in told


def test_a_type_with_ten_won_deals_has_their_median(tmp_path):
    months, told = measured_cycles(deals(tmp_path), ACCOUNTS)
    assert months == {"hospital": pytest.approx(200 / 30.4375)}
    assert told == (
        "sales cycle of hospital measured on 11 won deals: 6.6 months (median)",
        "fewer than 10 won deals, so the scenario's sales cycle: asc (2)",
        "1 won deal of accounts outside the plan left out",
    )


@pytest.mark.parametrize(
    ("closed", "said"),
    [("2023-12-01", "before the day it was opened"), ("", "won, but no day")],
)
def test_a_won_deal_without_a_time_is_named_with_its_line(tmp_path, closed, said):
    with pytest.raises(InputError) as caught:
        measured_cycles(deals(tmp_path, closed=(3, closed)), ACCOUNTS)
    message = str(caught.value)
    assert said in message
    assert "deals.csv:5" in message
