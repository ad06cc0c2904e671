"""The way to some accounts is the way that the whole plan would have."""

import numpy as np
import pytest

from territory.encoding.desk.ways import Ways
from territory.encoding.reopen import reopened, scenario_of


def test_the_ways_to_some_accounts_are_those_of_the_whole_table(pinned_plan):
    plan = pinned_plan
    whole = reopened(plan)
    ways = Ways(whole.case, whole.roads.origins, whole.roads.nights_per_h)
    owner = plan.accounts["territory_id"].to_numpy(dtype=object)
    for territory, name in enumerate(whole.case.team["territory_id"]):
        rows = np.flatnonzero(owner != name)
        minutes, hours, nights, factor = ways.to(rows, territory)
        assert minutes.tolist() == whole.roads.minutes[rows, territory].tolist()
        assert hours.tolist() == whole.roads.hours[rows, territory].tolist()
        assert nights.tolist() == whole.roads.nights[rows, territory].tolist()
        if factor is not None:
            assert factor.tolist() == whole.roads.factor[rows, territory].tolist()


def test_a_plan_opened_for_moves_knows_its_own_ways_and_no_others(pinned_plan):
    scenario = scenario_of(pinned_plan)
    rules = scenario.rules.model_copy(update={"radius_km": None, "radius_min": None})
    opened = reopened(pinned_plan, own=True, scenario=scenario.model_copy(update={"rules": rules}))
    assert opened.roads.hours.shape == (len(pinned_plan.accounts), 1)
    assert opened.roads.hours[:, 0] == pytest.approx(pinned_plan.accounts["travel_h"])
    item = np.arange(len(opened.assignment))
    assert (opened.roads.column(opened.assignment, item) == 0).all()
    assert (opened.roads.column(1 - opened.assignment, item) == -1).all()
