"""A plan is prepared where judging its moves needs no more than itself."""

from dataclasses import replace

import pytest

import territory
from territory.encoding.desk.desk import Desk
from territory.encoding.desk.preparing import can_be_prepared, prepared_of
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from tests.territory.worlds import grid_scenario


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid")
    scenario = read_scenario(grid_scenario(folder)).with_overrides(effort="quick")
    made = territory.design(scenario)
    return read_plan(made.save(folder / "plan"))


def test_a_radius_asks_for_all_ways(plan):
    keys = dict(plan.record.keys)
    rules = {**keys["rules"], "radius_km": 900.0}
    wide = replace(plan, record=plan.record.but(keys={**keys, "rules": rules}))
    assert prepared_of(Desk(plan)) is not None
    assert prepared_of(Desk(wide)) is None


def test_minutes_of_the_companys_own_are_not_looked_for(plan):
    """Also where their file is no longer there."""
    keys = dict(plan.record.keys)
    travel = {**keys["travel"], "matrix": "gone.csv"}
    given = replace(plan, record=plan.record.but(keys={**keys, "travel": travel}))
    assert can_be_prepared(plan)
    assert not can_be_prepared(given)
    assert not can_be_prepared(replace(plan, record=plan.record.but(keys={})))


def test_an_account_whose_way_nobody_knows_leaves_the_plan_unprepared(plan):
    minutes = plan.accounts["minutes"].where(plan.accounts.index > 0)
    lost = replace(plan, accounts=plan.accounts.assign(minutes=minutes))
    assert prepared_of(Desk(lost)) is None


def test_today_tells_none_from_a_territory_that_is_gone(plan):
    today = ["T01", "", "T99", *["T02"] * (len(plan.accounts) - 3)]
    told = replace(plan, accounts=plan.accounts.assign(current_territory_id=today))
    assert prepared_of(Desk(told)).held.today[:4].tolist() == [0, -1, -2, 1]
