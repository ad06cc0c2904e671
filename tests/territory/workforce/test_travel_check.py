"""Estimate against tours: figures that add up, a calendar that is whole, constants that fit."""

import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

import territory
from territory.errors import InputError
from territory.workforce.travel_check import check_travel, far_off, full_days, tour_table
from tests.territory.worlds import grid_scenario


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
    routed = check.accounts.groupby("territory_id")["routed_h"].sum()
    assert routed.to_numpy() == pytest.approx(table["tour_h"], abs=0.06)
    assert (check.accounts["routed_h"] > 0).all()


def test_the_rank_is_spearman_s_and_nothing_heavy_is_loaded_for_it(checked):
    from scipy import stats

    _, _, check = checked
    table = pd.DataFrame(
        {
            "territory_id": list("ABCDE"),
            "call_min": [10.0, 20.0, 20.0, 40.0, 50.0],
            "error": [0.2, 0.1, 0.1, -0.3, 0.0],
            "estimate_h": 1.0,
            "tour_h": 1.0,
        }
    )
    rank = replace(check, table=table).errors()["distance_rank"]
    asked = stats.spearmanr(table["error"], table["call_min"]).statistic
    assert rank == pytest.approx(asked, abs=1e-4)
    loads = (
        "import sys; import pandas as pd; from territory.workforce.travel_check import TravelCheck;"
        "t = pd.DataFrame({'territory_id': list('ABC'), 'call_min': [1.0, 2.0, 3.0],"
        " 'error': [0.3, 0.1, 0.2], 'estimate_h': 1.0, 'tour_h': 1.0});"
        "told = TravelCheck(table=t, accounts=t, tours={}, day_h=9.0).errors();"
        "print(told['distance_rank'], 'scipy.stats' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", loads], capture_output=True, text=True, check=True
    ).stdout
    assert told.split() == ["-0.5", "False"]


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


def test_a_territory_whose_estimate_is_far_off_is_named_with_its_trips(checked):
    plan, _, check = checked
    assert far_off(plan, replace(check, table=check.table.assign(error=0.1))) == {}
    table = check.table.assign(error=[0.698, *[0.0] * (len(check.table) - 1)])
    ((name, told),) = far_off(plan, replace(check, table=table)).items()
    assert name == str(table["territory_id"].iloc[0])
    own = plan.accounts[plan.accounts["territory_id"] == name]
    trips = (own["n_calls"] / own["stops_per_trip"]).sum()
    assert "(+69.8 %): a trip takes in " in told
    assert told.endswith(f"; the estimate {own['n_calls'].sum() / trips:.1f}")


def test_the_finding_is_said_with_its_figure(checked):
    text = checked[2].text()
    assert text.startswith("travel estimate against routed tours: median territory ")
    assert "(days of at most 9 h)" in text


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


def test_a_far_account_costs_its_territory_a_night_and_one_that_stays_home_a_long_day(tmp_path):
    scenario = territory.read_scenario(grid_scenario(tmp_path, columns=8, rows=1))
    plan = territory.design(scenario)
    far = plan.accounts.assign(minutes=plan.accounts["minutes"] + 200.0)
    moved = replace(plan, accounts=far)
    assert (check_travel(moved, scenario).table["nights"] > 0).all()
    home = scenario.model_copy(
        update={"travel": scenario.travel.model_copy(update={"most_days": 1})}
    )
    check = check_travel(moved, home)
    assert (check.table["nights"] == 0).all()


def test_days_beyond_the_longest_are_told_by_territory_the_fullest_first(checked):
    _, _, check = checked
    n = len(check.table)
    table = check.table.assign(n_days=100, long_days=[9, 40, *[0] * (n - 2)])
    second = str(table["territory_id"].iloc[1])
    told = full_days(replace(check, table=table))
    words = f"40 of 100 days on the road are longer than {check.day_h:g} h"
    assert told == {second: words}
