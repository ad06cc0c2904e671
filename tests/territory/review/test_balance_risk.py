"""The probability that a territory is really inside its band."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from territory.market.value.draws import sum_intervals
from territory.review.balance_risk import band_risk


def plan_of(values, spread=1.0, *, tolerance=0.1, units=None):
    """Accounts one by one in the territories T0, T1, …; low and high lie a factor off."""
    n = len(values)
    accounts = pd.DataFrame(
        {
            "account_id": [f"A{at:04d}" for at in range(n)],
            "territory_id": [f"T{at % 2}" for at in range(n)],
            "unit_id": units or [f"U{at}" for at in range(n)],
            "potential_usd": np.asarray(values, dtype=float),
        }
    )
    accounts["potential_low_usd"] = accounts["potential_usd"] / spread
    accounts["potential_high_usd"] = accounts["potential_usd"] * spread
    goal = accounts["potential_usd"].sum() / 2
    territories = pd.DataFrame(
        {
            "territory_id": ["T0", "T1"],
            "potential_usd_goal": goal,
            "potential_usd_lower": goal * (1 - tolerance),
            "potential_usd_upper": goal * (1 + tolerance),
        }
    )
    return accounts, territories


def test_without_an_interval_a_territory_is_inside_or_it_is_not():
    assert band_risk(*plan_of([100.0, 100.0])).table["probability"].tolist() == [1.0, 1.0]
    assert band_risk(*plan_of([140.0, 100.0])).table["probability"].tolist() == [0.0, 0.0]


def test_one_account_each_agrees_with_the_closed_form():
    # inside ⇔ |ln(p0/p1)| ≤ ln(1.1/0.9); the difference of two logarithms is normal
    spread = 1.5
    found = band_risk(*plan_of([100.0, 100.0], spread), draws=40_000, correlation=0.0).table
    sigma = np.sqrt(2.0) * np.log(spread) / norm.ppf(0.9)
    expected = 2 * norm.cdf(np.log(1.1 / 0.9) / sigma) - 1
    assert found["probability"].iloc[0] == pytest.approx(expected, abs=0.01)
    assert found["standard_error"].iloc[0] == pytest.approx(
        np.sqrt(expected * (1 - expected) / 40_000), rel=0.05
    )


def test_errors_of_many_accounts_average_out_unless_they_are_correlated_by_region():
    accounts, territories = plan_of([10.0] * 200, 1.8)
    region = accounts["territory_id"]
    free = band_risk(accounts, territories, correlation=0.0, region=region).table
    tied = band_risk(accounts, territories, correlation=0.6, region=region).table
    assert free["probability"].min() > 0.95
    assert tied["probability"].max() < 0.6


def test_an_error_that_all_share_moves_no_share():
    accounts, territories = plan_of([10.0] * 20, 2.0)
    found = band_risk(accounts, territories, correlation=1.0, region=["all"] * 20).table
    assert found["probability"].tolist() == [1.0, 1.0]


def test_accounts_of_one_county_share_a_region_also_where_the_county_is_split():
    units = ["48201:77030", "48113", "48201:77002:A-3", "48113:75001"] * 25
    accounts, territories = plan_of([10.0] * 100, 2.0, units=units)
    counties = [unit[:5] for unit in units]
    given = band_risk(accounts, territories, region=counties).table
    pd.testing.assert_frame_equal(band_risk(accounts, territories).table, given)


def test_the_same_seed_gives_the_same_figures_in_any_order_of_rows():
    accounts, territories = plan_of(np.arange(10.0, 40.0), 1.5)
    first = band_risk(accounts, territories, seed=3).table
    again = band_risk(accounts.iloc[::-1], territories, seed=3).table
    other = band_risk(accounts, territories, seed=4).table
    np.testing.assert_allclose(first["deviation_low"], again["deviation_low"])
    assert first["probability"].tolist() == again["probability"].tolist()
    assert first["probability"].tolist() != other["probability"].tolist()


def test_a_wider_band_and_a_narrower_interval_never_lower_the_probability():
    values = np.arange(10.0, 40.0)
    steps = [
        band_risk(*plan_of(values, spread, tolerance=tolerance)).table["probability"].min()
        for spread, tolerance in ((2.5, 0.1), (2.5, 0.2), (1.5, 0.2), (1.0, 0.2))
    ]
    assert steps == sorted(steps)


def test_a_territory_without_potential_is_no_crash():
    accounts, territories = plan_of([0.0, 0.0], 2.0)
    assert band_risk(accounts, territories).table["deviation_high"].tolist() == [0.0, 0.0]


def test_errors_common_to_a_way_of_valuing_are_drawn_together():
    # Two territories valued in two ways: what is common to each way moves one against the other.
    accounts, territories = plan_of([10.0] * 200, 1.8)
    accounts["potential_basis"] = accounts["territory_id"]
    free = band_risk(accounts, territories, correlation=0.0, common=0.0)
    tied = band_risk(accounts, territories, correlation=0.0, common=0.6)
    assert free.table["probability"].min() > 0.95
    assert tied.table["probability"].max() < 0.6
    # Valued in one way, the same error moves both and no share.
    accounts["potential_basis"] = "one"
    assert band_risk(accounts, territories, correlation=0.0, common=0.6).all_inside > 0.95


def test_it_says_how_many_are_inside_all_at_once_and_what_could_be_had():
    accounts, territories = plan_of([10.0] * 40 + [10.0, 8.0] * 5, 1.8)
    risk = band_risk(accounts, territories, correlation=0.3)
    assert risk.expected_inside == pytest.approx(risk.table["probability"].sum())
    assert risk.all_inside <= risk.table["probability"].min()
    assert (risk.table["attainable"] >= risk.table["probability"]).all()
    # A territory off its goal is less sure than one right on it, and that is what is told.
    lame = accounts.assign(
        **{
            name: accounts[name].where(accounts["territory_id"] != "T0", accounts[name] * 1.3)
            for name in ("potential_usd", "potential_low_usd", "potential_high_usd")
        }
    )
    goal = lame["potential_usd"].sum() / 2
    bands = territories.assign(
        potential_usd_goal=goal, potential_usd_lower=0.9 * goal, potential_usd_upper=1.1 * goal
    )
    off = band_risk(lame, bands, correlation=0.0).table.iloc[0]
    assert off["probability"] < 0.5 < off["attainable"]


def test_the_interval_of_a_sum_is_narrower_than_the_sum_of_the_ends():
    accounts, _ = plan_of([10.0] * 100, 2.0)
    ends = [
        accounts.groupby("territory_id")[name].sum().tolist()
        for name in ("potential_low_usd", "potential_high_usd")
    ]
    low, high = sum_intervals(
        accounts, accounts["territory_id"], ["T0", "T1"], correlation=0.0, common=0.0
    )
    assert ((low > 1.5 * np.array(ends[0])) & (high < np.array(ends[1]) / 1.5)).all()
    # With errors that are all the same the ends do add up.
    low, high = sum_intervals(
        accounts, accounts["territory_id"], ["T0", "T1"], correlation=0.0, common=1.0, draws=20_000
    )
    assert low.tolist() == pytest.approx(ends[0], rel=0.03)
    assert high.tolist() == pytest.approx(ends[1], rel=0.03)


@pytest.mark.parametrize(
    "keys", [{"draws": 0}, {"correlation": 1.5}, {"correlation": 0.7, "common": 0.6}]
)
def test_impossible_settings_are_refused(keys):
    with pytest.raises(ValueError, match="parts from 0 to 1 that are at most 1 together"):
        band_risk(*plan_of([1.0, 1.0]), **keys)
