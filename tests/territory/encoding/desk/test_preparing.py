"""A plan is prepared where judging its moves needs no more than itself."""

from dataclasses import replace

import numpy as np
import pytest

import territory
from territory.encoding.desk.desk import Desk
from territory.encoding.desk.kept import NAME
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


def test_units_points_are_kept_for_a_radius_alone(plan):
    keys = dict(plan.record.keys)
    rules = {**keys["rules"], "radius_km": 900.0}
    wide = replace(plan, record=plan.record.but(keys={**keys, "rules": rules}))
    assert prepared_of(Desk(plan)).land.unit_lonlat.shape == (0, 2)
    assert prepared_of(Desk(wide)).land.unit_lonlat.shape == (len(plan.alignment), 2)


def test_minutes_that_are_no_longer_there_leave_a_plan_unprepared_and_saved(
    plan, tmp_path, monkeypatch
):
    from territory.publish import folder

    keys = dict(plan.record.keys)
    travel = {**keys["travel"], "matrix": "gone.csv"}
    given = replace(plan, record=plan.record.but(keys={**keys, "travel": travel}))
    monkeypatch.setattr(folder, "LARGE", 1)
    assert not (folder.save_plan(given, tmp_path / "gone") / NAME).exists()
    assert (folder.save_plan(plan, tmp_path / "kept") / NAME).exists()


def test_a_plan_of_rules_that_nobody_kept_cannot_be_prepared(plan):
    assert can_be_prepared(plan)
    assert not can_be_prepared(replace(plan, record=plan.record.but(keys={})))


def test_minutes_too_long_to_be_kept_leave_a_plan_unprepared(plan):
    desk = Desk(plan)
    desk.ways.__dict__["given"] = np.full((len(plan.accounts), 2), 4.3e5)
    assert prepared_of(desk) is None
    desk.ways.__dict__["given"] = np.full((len(plan.accounts), 2), 12.34567)
    assert set(prepared_of(desk).held.given.ravel().tolist()) == {123_457}


def test_an_account_whose_way_nobody_knows_leaves_the_plan_unprepared(plan):
    minutes = plan.accounts["minutes"].where(plan.accounts.index > 0)
    lost = replace(plan, accounts=plan.accounts.assign(minutes=minutes))
    assert prepared_of(Desk(lost)) is None


def test_today_tells_none_from_a_territory_that_is_gone(plan):
    today = ["T01", "", "T99", *["T02"] * (len(plan.accounts) - 3)]
    told = replace(plan, accounts=plan.accounts.assign(current_territory_id=today))
    assert prepared_of(Desk(told)).held.today[:4].tolist() == [0, -1, -2, 1]
