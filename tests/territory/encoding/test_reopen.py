"""A plan read from its folder is the problem that it was solved as."""

from dataclasses import replace

import numpy as np
import pytest

import solvers
import territory
from territory.design import prepare
from territory.encoding.encode import encode
from territory.encoding.reopen import reopened, scenario_of
from territory.encoding.roads import Estimate
from territory.encoding.travel import roads_of
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from territory.plan_record import PlanRecord
from territory.publish.folder import read_plan
from tests.territory.worlds import PINNED_RULES, TWO_SIDES, grid_scenario


@pytest.fixture(scope="module", params=["quick", "normal"])
def plan(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pinned")
    path = grid_scenario(folder, columns=6, alignment=TWO_SIDES, extra=PINNED_RULES)
    made = territory.design(read_scenario(path).with_overrides(effort=request.param))
    return read_plan(made.save(folder / "plan"))


def test_terms_and_loads_judged_anew_are_the_plans(plan):
    again = reopened(plan)
    encoding = encode(again.case, again.roads)
    problem = encoding.problem
    judged = solvers.evaluate(problem, again.assignment)
    terms = plan.record.terms
    cost = terms["travel_usd"] + terms["nights_usd"] + terms["handover_usd"]
    # Beside the plan's own cost there is what keeps units without accounts near.
    assert cost - 0.02 <= judged.terms["cost"] <= cost + encoding.prospect_usd + 0.02
    assert judged.terms["borders"] == pytest.approx(terms["border_usd"], abs=0.02)
    for column, name in enumerate(plan.measures):
        assert judged.loads[:, column] == pytest.approx(plan.territories[name], abs=1e-3)
    assert judged.feasible == (plan.record.violations == ())
    assert problem.n == len(plan.alignment) + 1  # the pinned account is one of its own


def test_the_rules_come_back_with_their_names(plan):
    scenario = scenario_of(plan)
    assert scenario.rules.pinned[0].accounts == ("A00",)
    assert scenario.objective.border_usd_km == 3.0
    assert scenario.display.endswith("grid.toml")


def test_hours_to_the_other_territory_follow_its_tours(plan):
    again = reopened(plan)
    assert again.roads.hours.shape == (12, 2)
    assert np.isfinite(again.roads.hours).all()
    own = plan.accounts["territory_id"].map({"T01": 0, "T02": 1}).to_numpy()
    assert again.roads.hours[np.arange(12), own] == pytest.approx(plan.accounts["travel_h"])


def test_a_plan_without_its_keys_says_what_to_do(plan):
    old = {name: value for name, value in plan.record.to_dict().items() if name != "keys"}
    with pytest.raises(InputError, match="run `territory design` again"):
        reopened(replace(plan, record=PlanRecord.from_dict(old)))
    rows = plan.accounts.drop(columns=["nights", "on_site_min"])
    with pytest.raises(InputError, match="do not have on_site_min and nights: an earlier version"):
        reopened(replace(plan, accounts=rows))


def test_the_ways_that_a_plan_was_solved_with_are_taken_where_they_are_the_same(tmp_path):
    path = grid_scenario(tmp_path, columns=6, alignment=TWO_SIDES, extra=PINNED_RULES)
    scenario = read_scenario(path).with_overrides(effort="quick")
    case, roads = roads_of(prepare(scenario).case)
    solved = Estimate(case=case, roads=roads)
    plan = territory.design(scenario)
    ways = reopened(plan).roads
    first = plan.accounts.index[0]
    minutes = plan.accounts["minutes"].copy()
    minutes[first] += 1.0
    slower = replace(plan, accounts=plan.accounts.assign(minutes=minutes))
    before = roads.minutes.copy()
    for each in (plan, slower):
        again = reopened(each, solved=solved).roads
        assert again.minutes.tolist() == reopened(each).roads.minutes.tolist()
    assert (again.minutes != before).sum() == 1
    assert roads.minutes.tolist() == before.tolist(), "what is kept stays as it is"
    assert solved.of(reopened(plan).case) is roads
    for name in ("hours", "nights", "unit_minutes", "origins"):
        assert getattr(reopened(plan, solved=solved).roads, name).tolist() == (
            getattr(ways, name).tolist()
        )
    lon = plan.accounts["lon"].copy()
    lon[first] += 0.1
    moved = replace(plan, accounts=plan.accounts.assign(lon=lon))
    assert solved.of(reopened(moved).case) is None
    fewer = replace(plan, accounts=plan.accounts.iloc[:-1])
    assert solved.of(reopened(fewer).case) is None
    slow = scenario.travel.model_copy(update={"rural_kmh": 50.0})
    other = scenario.model_copy(update={"travel": slow})
    assert solved.of(reopened(plan, scenario=other).case) is None
