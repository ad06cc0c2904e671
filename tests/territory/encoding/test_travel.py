"""The way to every account: from homes, from given centers, or from centers that are located."""

from dataclasses import replace

import numpy as np
import pytest

import solvers
from solvers.stop import Interrupt
from territory.design import design, prepare
from territory.encoding import travel
from territory.encoding.roads import estimated_roads
from territory.encoding.rules import items_of
from territory.encoding.travel import roads_of
from territory.errors import InfeasibleError
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import save_plan
from territory.workforce.workload import road_estimate, travel_hours
from tests.check_plan import check, read
from tests.territory.worlds import grid_scenario


def case_of(folder, **given):
    return prepare(read_scenario(grid_scenario(folder, **given))).case


def test_with_homes_the_ways_begin_there_and_nothing_is_solved(tmp_path, monkeypatch):
    case = case_of(tmp_path)
    monkeypatch.setattr(travel.solvers, "solve", None)
    same, roads = roads_of(case)
    homes = case.team[["lon", "lat"]].to_numpy()
    minutes, hours, nights = travel_hours(case.scenario, case.accounts, homes, None)
    assert same is case
    assert (roads.located, roads.free, roads.start, roads.wall_s) == (False, None, None, 0.0)
    np.testing.assert_array_equal(roads.origins, homes)
    np.testing.assert_array_equal(roads.minutes, minutes)
    np.testing.assert_array_equal(roads.hours, hours)
    np.testing.assert_array_equal(roads.nights, nights)
    lonlat = case.accounts[["lon", "lat"]].to_numpy()
    ways = road_estimate(case.scenario, lonlat).minutes(homes, case.unit_lonlat)
    np.testing.assert_array_equal(roads.unit_minutes, ways)


def test_without_homes_centers_are_located_at_accounts_and_the_bound_is_for_any_of_them(tmp_path):
    case = case_of(tmp_path, reps=False)
    filled, roads = roads_of(case)
    assert roads.located
    assert roads.free.status in {"optimal", "feasible"}
    places = {tuple(each) for each in case.accounts[["lon", "lat"]].to_numpy().tolist()}
    assert {tuple(each) for each in roads.origins.tolist()} <= places
    np.testing.assert_array_equal(filled.team[["lon", "lat"]].to_numpy(), roads.origins)
    assert case.team["lon"].isna().all()  # the case that was given is left alone
    assert sorted(np.bincount(roads.start).tolist()) == [4, 4]


def test_too_many_pairs_are_located_in_the_plane_and_have_no_bound_for_all_places(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(travel, "PAIRS", 63)  # 8 accounts × 8 places are 64
    asked = []
    solve = solvers.solve

    def noted(problem, **given):
        asked.append((given["effort"], given.get("prove", True)))
        return solve(problem, **given)

    monkeypatch.setattr(travel.solvers, "solve", noted)
    _, roads = roads_of(case_of(tmp_path, reps=False))
    # What holds in the plane is no answer to the question that was asked, and bands close later.
    assert asked[0] == ("sketch", False)
    assert ("quick", False) in asked
    assert not any(proved for _, proved in asked)
    assert roads.located
    assert roads.free is None
    assert sorted(np.bincount(roads.start).tolist()) == [4, 4]


@pytest.mark.parametrize("radius", ["", "[rules]\nradius_km = 900"])
def test_who_asks_to_stop_gets_the_ways_of_the_plan_alone_unless_a_radius_needs_all(
    tmp_path, monkeypatch, radius
):
    monkeypatch.setattr(travel, "PAIRS", 63)
    stop = Interrupt()
    stop.pull()
    case, roads = roads_of(case_of(tmp_path, reps=False, extra=radius), stop=stop)
    assert (roads.own is None) == bool(radius)
    if radius:
        return
    every = estimated_roads(case, located=True)
    rows = np.arange(len(case.accounts))
    served = roads.start[items_of(case).of_account]
    for name in ("minutes", "hours", "nights"):
        told = getattr(every, name)[rows, served][:, None]
        np.testing.assert_array_equal(getattr(roads, name), told)


def test_a_plan_that_was_broken_off_while_centers_are_located_proves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(travel, "PAIRS", 63)
    stop = Interrupt()
    stop.pull()
    plan = design(read_scenario(grid_scenario(tmp_path, reps=False)), stop=stop)
    assert plan.interrupted
    assert plan.record.bound is None
    assert check(read(save_plan(plan, tmp_path / "p")), allow_outside=True) == []


def test_the_centers_of_a_given_plan_are_its_best_and_nothing_is_solved(tmp_path, monkeypatch):
    case = case_of(tmp_path, reps=False)
    monkeypatch.setattr(travel.solvers, "solve", None)
    ids = list(case.unit_ids)
    label = np.array([0 if name[2] in "01" else 1 for name in ids], dtype=np.int32)
    _, roads = roads_of(case, assignment=label)
    assert roads.start is None
    own = case.accounts.assign(t=label[[ids.index(u) for u in case.accounts["unit_id"]]])
    for t in (0, 1):
        rows = own[own["t"] == t]
        assert tuple(roads.origins[t]) in {*zip(rows["lon"], rows["lat"], strict=True)}


def test_rules_that_no_centers_can_keep_are_refused_with_the_conflict(tmp_path):
    rule = '[rules]\npinned = [{territory = "T01", units = ["U00", "U01", "U02", "U10", "U11"]}]'
    with pytest.raises(InfeasibleError, match="no alignment can satisfy all rules"):
        roads_of(case_of(tmp_path, reps=False, extra=rule))


def test_the_time_for_locating_is_the_callers(tmp_path, monkeypatch):
    asked = []
    solve = solvers.solve

    def noted(problem, **given):
        asked.append(given["time_limit_s"])
        return solve(problem, **given)

    monkeypatch.setattr(travel.solvers, "solve", noted)
    roads_of(case_of(tmp_path, reps=False), limit_s=7.0)
    assert 6.0 < asked[0] <= 7.0
    assert asked == sorted(asked, reverse=True)


@pytest.mark.parametrize("pairs", [travel.PAIRS, 63])
def test_a_wider_limit_is_searched_with_centers_of_its_own_as_the_next_run_does(
    tmp_path, monkeypatch, pairs
):
    monkeypatch.setattr(travel, "PAIRS", pairs)
    case = case_of(tmp_path, reps=False)
    far = replace(case, team=case.team.assign(lon=-70.0, lat=44.0))  # the centers at hand
    asked = []

    def widened(problem):
        asked.append(problem.free_centers)
        goal = problem.balance.goal
        band = {"lower": goal * 0.5, "upper": goal * 1.5}
        return replace(problem, balance=replace(problem.balance, **band))

    label, judged = travel.locating_search(far)(widened, None)
    assert asked[0]
    assert set(asked) == ({True, False} if pairs == 63 else {True})
    assert judged.feasible
    same, _ = travel.locating_search(case)(widened, None)
    np.testing.assert_array_equal(label, same)
