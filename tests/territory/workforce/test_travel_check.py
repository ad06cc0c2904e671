"""Estimate against tours: figures that add up, a calendar that is whole, constants that fit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import territory
from territory.errors import InputError
from territory.workforce.travel_check import calibrate, check_travel, tour_table
from tests.territory.worlds import grid_scenario

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    scenario = territory.read_scenario(
        grid_scenario(tmp_path_factory.mktemp("grid"), columns=8, rows=3)
    )
    plan = territory.design(scenario)
    return plan, scenario, check_travel(plan, scenario)


def test_estimate_and_tours_stand_side_by_side(checked):
    plan, _, check = checked
    table = check.table.set_index("territory_id")
    travel = plan.accounts.groupby("territory_id")["travel_h"].sum()
    assert table["estimate_h"].to_numpy() == pytest.approx(travel, abs=0.06)
    error = table["estimate_h"] / table["tour_h"] - 1.0
    assert table["error"].to_numpy() == pytest.approx(error, abs=0.01)
    assert check.median_error == pytest.approx(table["error"].median())
    rebuilt = table["radial_h"] / check.calls_per_trip + table["hops_h"]
    assert rebuilt.to_numpy() == pytest.approx(table["estimate_h"], abs=0.06)


def test_tours_are_not_shorter_than_the_way_to_the_farthest_stop_of_each_day(checked):
    plan, _, check = checked
    for territory_id, tours in check.tours.items():
        own = plan.accounts.loc[plan.accounts["territory_id"] == territory_id]
        minutes = own["minutes"].to_numpy()
        for day in tours.days:
            assert day.travel_min >= 2.0 * max(minutes[stop - 1] for stop in day.stops) - 0.5


def test_the_calendar_holds_every_call_of_the_year(checked):
    plan, _, check = checked
    rows = pd.concat([tour_table(plan, check, name) for name in check.tours])
    made = rows.groupby("account_id").size()
    asked = plan.accounts.set_index("account_id")["n_calls"]
    assert made.reindex(asked.index).tolist() == asked.round().astype(int).tolist()
    assert (rows["leave_h"] > rows["arrive_h"]).all()
    first = rows.loc[rows["stop"] == 1]
    assert not first.duplicated(["territory_id", "week", "day"]).any()
    assert set(rows["day"]) <= {1, 2, 3, 4, 5}
    assert rows["week"].max() <= 44


def test_the_finding_is_said_with_its_figure(checked):
    text = checked[2].text()
    assert text.startswith("travel estimate against routed tours: median territory ")
    assert "(calls_per_trip 4, longest day 9 h)" in text


def test_a_sample_of_weeks_of_one_territory_is_enough_for_a_look(checked):
    plan, scenario, check = checked
    look = check_travel(plan, scenario, sample=11, territories=["T01"])
    assert list(look.tours) == ["T01"]
    assert len(look.tours["T01"].weeks) == 11
    full = check.table.set_index("territory_id").at["T01", "tour_h"]
    assert look.table["tour_h"].iloc[0] == pytest.approx(full, rel=0.5)


def test_unknown_territories_and_uncalled_accounts_are_refused(checked):
    plan, scenario, _ = checked
    with pytest.raises(InputError, match='the plan has no territory "T99"'):
        check_travel(plan, scenario, territories=["T99"])
    idle = replace(plan, accounts=plan.accounts.assign(n_calls=0.0))
    with pytest.raises(InputError, match="there is no tour"):
        check_travel(idle, scenario)


def test_a_calibration_finds_the_constants_that_made_the_tours():
    rng = np.random.default_rng(0)
    radial, hops = rng.uniform(200, 1500, 20), rng.uniform(20, 150, 20)
    made = pd.DataFrame({"radial_h": radial, "hops_h": hops, "tour_h": radial / 2.8 + hops})
    found = calibrate(made)
    assert found.calls_per_trip == pytest.approx(2.8)
    assert found.median_abs_error == pytest.approx(0.0, abs=1e-4)
    assert found.hop_factor == pytest.approx(1.0, abs=1e-3)
    assert found.calls_per_trip_with_hops == pytest.approx(2.8, abs=1e-2)
    twice = calibrate(made.assign(tour_h=radial / 3.0 + 2.0 * hops))
    assert (twice.hop_factor, twice.calls_per_trip_with_hops) == (
        pytest.approx(2.0, abs=1e-2),
        pytest.approx(3.0, abs=1e-2),
    )


def test_nothing_to_calibrate_from_leaves_neutral_constants():
    empty = calibrate(pd.DataFrame({"radial_h": [0.0], "hops_h": [0.0], "tour_h": [0.0]}))
    assert (empty.calls_per_trip, empty.median_error) == (1.0, 0.0)


@pytest.mark.slow
def test_the_demos_estimate_meets_the_tours_within_15_percent():
    """Median territory of the demo company, with the constants that stand in its scenario."""
    scenario = territory.read_scenario(ROOT / "scenarios" / "texas_ortho.toml")
    plan = territory.design(scenario.with_overrides(effort="quick"))
    assert plan.status == "feasible"
    check = check_travel(plan, scenario)
    assert check.calls_per_trip == scenario.travel.calls_per_trip
    assert abs(check.median_error) <= 0.15
    assert check.median_abs_error <= 0.15
    assert check.calibration.calls_per_trip == pytest.approx(check.calls_per_trip, abs=0.5)
