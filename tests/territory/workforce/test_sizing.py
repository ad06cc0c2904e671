"""How many reps: sums that a reader can check, and answers that hold on worlds plain to see."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from territory.design import prepare
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from territory.workforce.sizing import default_range, penetration_of, size_force
from tests.territory.worlds import grid_scenario

ROOT = Path(__file__).resolve().parents[3]

CAPACITY = "[capacity]\nworking_days = 10\nadmin_share = 0.0\n"
SIZING = "[sizing]\nrep_usd = 500.0\nmargin = 0.5\n"


def case_of(tmp_path, extra=CAPACITY + SIZING, **options):
    return prepare(read_scenario(grid_scenario(tmp_path, extra=extra, **options))).case


@pytest.fixture(scope="module")
def sizing(tmp_path_factory):
    """A grid of 12 x 4 accounts with 960 h of service, and two reps of 80 h at its ends."""
    case = case_of(tmp_path_factory.mktemp("grid"), columns=12, rows=4)
    return size_force(case, range(1, 19))


def test_every_row_adds_up(sizing):
    table = sizing.table
    assert table["n_reps"].tolist() == list(range(1, 19))
    np.testing.assert_allclose(
        table["workload_h"], table["service_h"] + table["travel_h"], atol=0.1
    )
    np.testing.assert_allclose(
        table["utilisation"], table["workload_h"] / table["capacity_h"], atol=1e-3
    )
    np.testing.assert_allclose(
        table["profit_usd"], table["margin_usd"] - table["cost_usd"], atol=0.02
    )
    np.testing.assert_allclose(table["margin_usd"], 0.5 * table["sales_usd"], atol=0.02)
    np.testing.assert_allclose(table["cost_usd"], 500.0 * table["fte"], atol=0.02)
    np.testing.assert_allclose(
        table["step_profit_usd"].iloc[1:], table["profit_usd"].diff().iloc[1:], atol=0.02
    )
    assert (table["busiest"] >= table["utilisation"] - 1e-6).all()


def test_more_reps_are_used_less_cover_more_and_sell_more(sizing):
    table = sizing.table
    assert table["utilisation"].is_monotonic_decreasing
    assert (table["coverage"].diff().iloc[1:] > -0.02).all()
    assert (table["sales_usd"].diff().iloc[1:] >= 0.0).all()
    assert table["travel_h"].iloc[-1] < 0.5 * table["travel_h"].iloc[0]


def test_further_reps_bring_less_and_less_with_an_error(sizing):
    table = sizing.table.iloc[1:]
    assert (table["marginal_profit_usd"].diff().iloc[1:] <= 1e-6).all()
    assert table["marginal_profit_usd"].iloc[0] > table["marginal_profit_usd"].iloc[-1]
    assert (table["marginal_error_usd"] >= 0.0).all()
    # It is the steps that are smoothed: their mean stays.
    assert table["marginal_profit_usd"].mean() == pytest.approx(
        table["step_profit_usd"].mean(), abs=0.2 * table["step_profit_usd"].abs().mean()
    )


def test_todays_force_sells_what_it_sells_today(sizing, tmp_path):
    table = sizing.table.set_index("n_reps")
    revenue = 12 * 4 * 200.0  # of each account of the grid
    assert table.at[2, "sales_usd"] == pytest.approx(revenue, abs=0.01)
    # By account: one customer among prospects brings its own sales, not a share of everybody's.
    case = case_of(tmp_path, columns=6, rows=2)
    accounts = case.accounts.assign(revenue_usd=[700.0, *[0.0] * 11])
    found = size_force(replace(case, accounts=accounts), range(1, 5)).table.set_index("n_reps")
    assert found.at[2, "sales_usd"] == pytest.approx(700.0, abs=0.01)
    assert found.at[4, "sales_usd"] > 700.0


@pytest.mark.parametrize("columns", [5, 7, 9])
def test_one_rep_more_never_sells_less(tmp_path, columns):
    table = size_force(case_of(tmp_path, columns=columns, rows=3), range(1, 9)).table
    assert (table["sales_usd"].diff().iloc[1:] >= -0.01).all()
    assert (table["profit_usd"].diff().iloc[1:] >= -500.01).all()  # the cost of a rep


def test_sizes_that_are_alike_are_one_answer(sizing):
    low, high = sizing.alike
    profit = sizing.table.set_index("n_reps")["profit_usd"]
    best = profit.max()
    assert low <= sizing.most_profitable <= high
    assert (profit.loc[low:high] >= best - sizing.within_usd).all()
    outside = [n for n in (low - 1, high + 1) if n in profit.index]
    assert all(profit[n] < best - sizing.within_usd for n in outside)


def test_the_force_that_is_needed_is_the_smallest_whose_hours_suffice(sizing):
    table = sizing.table.set_index("n_reps")
    assert table.at[sizing.needed, "utilisation"] <= 1.0
    assert table.at[sizing.needed - 1, "utilisation"] > 1.0
    assert sizing.needed >= 12, "960 h of service alone are 12 reps of 80 h"


def test_the_most_profitable_size_has_the_highest_profit(sizing):
    table = sizing.table.set_index("n_reps")
    assert table.at[sizing.most_profitable, "profit_usd"] == table["profit_usd"].max()


def test_todays_homes_stay_and_the_next_home_is_told(sizing):
    assert sizing.today == 2
    assert sizing.homes.query("change == 'left_out'")["n_reps"].tolist() == [1]
    assert sizing.homes.query("change == 'left_out'")["rep_id"].isin(["R1", "R2"]).all()
    home = sizing.next_home()
    assert home["n_reps"] == 3
    assert home["near"].startswith("unit U")
    assert -100.0 < home["lon"] < -97.0


def test_without_homes_all_reps_are_placed_anew(tmp_path):
    case = case_of(tmp_path, columns=6, rows=2, reps=False)
    found = size_force(case, range(1, 4))
    assert found.today is None
    assert found.homes["change"].tolist() == ["added", "added", "added"]
    assert found.table["travel_h"].is_monotonic_decreasing
    first = found.homes.iloc[0]
    assert first["lon"] == pytest.approx(-99.4, abs=0.11), "one rep lives in the middle of the grid"


def test_homes_anywhere_forget_todays(tmp_path):
    case = case_of(tmp_path, CAPACITY + SIZING + 'homes = "anywhere"\n', columns=6, rows=2)
    assert size_force(case, range(1, 4)).today is None


def test_the_better_tiers_are_covered_first(tmp_path):
    rows = [
        {
            "account_id": f"A{r}{c}", "name": "x", "type": "clinic", "lon": -99.9 + 0.2 * c,
            "lat": 31.9 - 0.2 * r, "service_h": 40.0, "n_calls": 10, "potential_usd": 1000.0,
            "revenue_usd": 200.0, "tenure_y": 1, "idn": "", "tier": "AABC"[c],
        }
        for r in range(2)
        for c in range(4)
    ]  # fmt: skip
    table = size_force(case_of(tmp_path, accounts=rows), range(1, 8)).table
    alone = table.iloc[0]
    assert 0 < alone["coverage_A"] < 1, "80 h for 160 h of tier A and the way to them"
    assert alone["coverage_B"] == alone["coverage_C"] == 0
    assert table["coverage"].iloc[-1] > 0.95


def test_office_hours_are_no_selling_hours(tmp_path):
    case = case_of(tmp_path)
    with_admin = replace(case, accounts=case.accounts.assign(admin_h=5.0))
    plain, less = (size_force(each, [2]).table.iloc[0] for each in (case, with_admin))
    assert less["selling_share"] == pytest.approx(plain["selling_share"] * 15 / 20, abs=1e-5)
    # This scenario has no hours for meetings and training: [capacity] admin_share is 0.
    assert plain["selling_share"] + plain["travel_share"] == pytest.approx(1.0, abs=1e-5)


def test_the_same_case_gives_the_same_answer(tmp_path):
    case = case_of(tmp_path, columns=6, rows=3)
    first, second = (size_force(case, range(1, 6)).table for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_sales_are_todays_share_of_the_potential_unless_written(tmp_path):
    case = case_of(tmp_path)
    assert penetration_of(case.scenario, case.accounts) == pytest.approx(0.2)
    # Where the revenue is unknown the potential does not count, as in the scorecard.
    half = case.accounts["revenue_usd"].where(np.arange(len(case.accounts)) % 2 == 0)
    sold = case.accounts.assign(revenue_usd=half)
    assert penetration_of(case.scenario, sold) == pytest.approx(0.2)
    written = case_of(tmp_path / "b", CAPACITY + "[sizing]\npenetration = 0.35\n")
    assert penetration_of(written.scenario, written.accounts) == 0.35
    with pytest.raises(InputError, match="hint: write penetration under"):
        penetration_of(case.scenario, case.accounts.assign(revenue_usd=0.0))


def test_a_range_that_is_none_is_refused(tmp_path):
    case = case_of(tmp_path)
    for sizes in ([], [3, 2], [0, 1], [1, 3]):
        with pytest.raises(InputError, match="is no range of sizes"):
            size_force(case, sizes)


def test_accounts_without_any_work_are_refused(tmp_path):
    case = case_of(tmp_path)
    idle = replace(case, accounts=case.accounts.assign(service_h=0.0, n_calls=0.0))
    with pytest.raises(InputError, match="take no hours and no calls"):
        size_force(idle, [2])


@pytest.mark.slow
def test_the_demo_company_is_sized_from_15_to_30_within_a_minute():
    scenario = read_scenario(ROOT / "scenarios" / "texas_ortho.toml")
    case = prepare(scenario).case
    start = time.process_time()
    found = size_force(case, range(15, 31))
    assert time.process_time() - start < 60.0
    assert found.today == 20
    assert 15 < found.needed < 25
    assert found.table["utilisation"].is_monotonic_decreasing
    assert found.table["busiest"].sub(found.table["utilisation"]).max() < 0.35
    assert found.next_home()["n_reps"] == 21


def test_the_usual_range_is_around_today(tmp_path):
    assert default_range(case_of(tmp_path)) == range(1, 13)
