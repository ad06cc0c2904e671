"""The basis of quotas by territory: sums of accounts, growth that is held within its limit."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from territory.incentives.quota.basis import territory_basis
from territory.inputs.scenario.incentives import QuotaPlan

ZERO = ("potential_usd", "headroom_usd", "reachable_usd", "forecast_usd")
OPTIONS = SimpleNamespace(lasting_share=0.5, trend_limit=0.3)


def accounts(rows, **more):
    """One row an account: last and previous sales, and what is expected."""
    frame = pd.DataFrame(rows, columns=["last_usd", "previous_usd"], dtype=float)
    told = {"retained_usd": 0.0, "captured_usd": 0.0, "momentum_usd": 0.0, "relief_usd": 0.0}
    return frame.assign(**dict.fromkeys(ZERO, 0.0), **{**told, **more})


def basis(frame, territory=("A",), ids=("A",)):
    return territory_basis(frame, pd.Series(territory), pd.Index(ids), OPTIONS)


@pytest.mark.parametrize(
    ("last", "previous", "trend", "run_rate"),
    [
        (110.0, 100.0, 0.1, 110.0 * 1.05),
        (200.0, 100.0, 1.0, 200.0 * 1.15),  # held at +30 %, half of it carried on
        (20.0, 100.0, -0.8, 20.0 * 0.85),
        (50.0, 0.0, np.nan, 50.0),
        (50.0, np.nan, np.nan, 50.0),
    ],
)
def test_the_run_rate_carries_growth_on_within_its_limit(last, previous, trend, run_rate):
    row = basis(accounts([[last, previous]])).loc["A"]
    assert row["trend"] == pytest.approx(trend, nan_ok=True)
    assert row["run_rate_usd"] == pytest.approx(run_rate)


def test_what_is_expected_is_the_sum_less_relief_and_never_below_nothing():
    frame = accounts(
        [[10.0, 10.0]] * 3, retained_usd=[50.0, 30.0, 5.0], captured_usd=[7.0, 0.0, 0.0],
        momentum_usd=[1.0, 2.0, 0.0], relief_usd=[4.0, 1.0, 9.0],
    )  # fmt: skip
    rows = basis(frame, ("A", "A", "B"), ("A", "B", "C"))
    assert rows["expected_usd"].tolist() == [85.0, 0.0, 0.0]
    assert rows["n_accounts"].tolist() == [2, 1, 0]
    assert rows["last_usd"].tolist() == [20.0, 10.0, 0.0]
    assert np.isnan(rows.at["C", "trend"])


def test_a_plans_record_does_not_write_what_the_scenario_leaves_to_be_measured():
    """A plan opened again took the record's own default for the user's word: no year told it."""
    plan = QuotaPlan(growth=0.1)
    again = QuotaPlan.model_validate(plan.model_dump(mode="json"))
    assert again.trend_weight is None
    assert again.lasting_share == 0.5
    assert QuotaPlan(growth=0.1, trend_weight=0.2).lasting_share == 0.2
