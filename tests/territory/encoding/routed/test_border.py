"""Mending at the borders: few units move until the tours of their territories keep the bands."""

from dataclasses import replace

import numpy as np
import pytest

from solvers.events import ignore
from solvers.stop import never
from territory.design import prepare
from territory.encoding.attempts import Attempts
from territory.encoding.encode import encode
from territory.encoding.routed import border
from territory.encoding.routed.border import at_the_border
from territory.encoding.routed.road_loop import _mended, _routed, _settled
from territory.encoding.routed.routing import corrected
from territory.encoding.travel import roads_of
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.worlds import grid_scenario

UNEVEN = np.array([0] * 5 + [1] * 3 + [0] * 5 + [1] * 3 + [0] * 5 + [1] * 3, dtype=np.int32)
"""A grid of 8 × 3 with five columns of units for the west and three for the east."""

TIGHT = """
[measures.potential_usd]
tolerance = 0.9
[measures.workload_h]
tolerance = 0.05
"""


@pytest.fixture(scope="module")
def uneven(tmp_path_factory):
    """The uneven grid as a round of the loop, potential being free, and its corrected hours."""
    path = grid_scenario(
        tmp_path_factory.mktemp("border"),
        columns=8,
        rows=3,
        extra=TIGHT,
    )
    ready = prepare(read_scenario(path))
    case, roads = roads_of(ready.case)
    attempts = Attempts(
        case, geography=ready.geography, audit=ready.audit, observer=ignore, stop=never
    )
    encoding = encode(case, roads)
    result = replace(attempts.solve(encoding.problem, None), assignment=UNEVEN)
    last = _routed(attempts, attempts.plan(encoding, result, roads), result, roads, 1)
    return attempts, last, corrected(case, roads, last.routed.check)


def moved(uneven, problem=None, **more):
    attempts, last, roads = uneven
    encoding = encode(attempts.case, roads)
    if problem is not None:
        encoding = replace(encoding, problem=problem(encoding.problem))
    return at_the_border(attempts.case, encoding, roads, last.routed.plan, UNEVEN, **more)


def test_units_move_until_no_territory_is_outside_by_its_tours(uneven):
    attempts, last, _ = uneven
    assert last.routed.outside == 2
    mended = _mended(attempts, last, 1)
    plan = _settled(attempts, mended, formula=last, searched=mended)
    assert plan.record.routed.outside == ()
    assert not plan.record.violations
    assert plan.territories["routed_deviation"].abs().max() <= 0.05
    assert plan.territories["workload_h"].to_numpy() == pytest.approx(
        plan.territories["routed_workload_h"], abs=0.01
    )
    assert plan.territories["n_parts"].tolist() == [1, 1]


def test_few_units_move_and_only_over_the_border(uneven):
    found = moved(uneven)
    changed = np.flatnonzero(found != UNEVEN)
    assert 2 <= changed.size <= 4
    assert set(UNEVEN[changed]) == {0}


def test_the_hours_it_was_solved_with_last_and_the_formulas_are_told_apart(uneven):
    attempts, last, _ = uneven
    mended = _mended(attempts, last, 1)
    told = _settled(attempts, mended, formula=last, searched=mended).record.routed.further
    assert told["uncorrected"] == last.routed.plan.record.routed.to_dict()
    assert told["estimate"] == told["searched"] == mended.routed.plan.record.routed.to_dict()


def test_the_tours_asked_of_a_change_are_those_of_the_plan_that_it_makes(uneven):
    attempts, last, roads = uneven
    territory = UNEVEN.copy()
    territory[4] = 1
    load = last.routed.plan.territories["routed_workload_h"].to_numpy()
    driven = border._driven(
        attempts.case, roads, last.routed.plan, territory, np.array([0, 1]), load
    )
    encoding = encode(attempts.case, roads)
    result = replace(last.result, assignment=territory)
    plan = attempts.plan(encoding, result, roads)
    again = _routed(attempts, plan, result, roads, 1).routed.plan.territories
    assert driven == pytest.approx(again["routed_workload_h"].to_numpy(), abs=0.1)


def test_no_rule_is_given_up_for_a_band(uneven):
    def pinned(problem):
        return replace(problem, rules=replace(problem.rules, pinned=UNEVEN))

    assert moved(uneven, pinned) is None


def test_a_plan_that_breaks_another_rule_is_not_mended(uneven):
    def elsewhere(problem):
        return replace(problem, rules=replace(problem.rules, pinned=1 - UNEVEN))

    assert moved(uneven, elsewhere) is None


def test_the_users_time_ends_the_looks(uneven, monkeypatch):
    monkeypatch.setattr(border, "_driven", None)
    assert moved(uneven, over=lambda: True) is None


def test_where_no_change_leaves_less_outside_the_plan_stays(uneven, monkeypatch):
    monkeypatch.setattr(border, "_driven", lambda *given: given[-1])
    assert moved(uneven) is None


def test_a_unit_without_accounts_is_no_other_change(uneven, monkeypatch):
    attempts, last, roads = uneven
    looked = []

    def nothing(case, roads, plan, territory, touched, load):
        looked.append(tuple(territory))
        return load

    monkeypatch.setattr(border, "_driven", nothing)
    empty = attempts.case.accounts["unit_id"].eq("U14").to_numpy()
    idle = attempts.case.accounts.assign(
        service_h=attempts.case.accounts["service_h"].where(~empty, 0.0)
    )
    hours = roads.hours.copy()
    hours[empty] = 0.0
    case, roads = replace(attempts.case, accounts=idle), replace(roads, hours=hours)
    at_the_border(case, encode(case, roads), roads, last.routed.plan, UNEVEN)
    unit = np.flatnonzero(empty)[0]
    others = [tuple(np.delete(np.array(each), unit)) for each in looked]
    assert len(others) == len(set(others)) > 3


def test_changes_worked_out_in_parts_are_the_same(uneven, monkeypatch):
    whole = moved(uneven)
    monkeypatch.setattr(border, "_CELLS", 7)
    assert np.array_equal(moved(uneven), whole)
