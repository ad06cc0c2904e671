"""From a scenario file to a plan on tiny worlds whose best plan is plain to see."""

import gc
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

import solvers
import territory
from solvers import Event
from territory.design import audit
from territory.encoding.explain.position import open_position
from territory.encoding.roads import Roads
from tests.territory.worlds import grid_scenario


def designed(path, **options):
    return territory.design(territory.read_scenario(path), **options)


def test_two_reps_at_the_ends_of_a_grid_take_a_half_each(tmp_path):
    plan = designed(grid_scenario(tmp_path))
    west = plan.alignment[plan.alignment["territory_id"] == "T01"]["unit_id"]
    assert sorted(west) == ["U00", "U01", "U10", "U11"]
    assert plan.status in {"optimal", "feasible"}
    assert plan.territories["n_parts"].tolist() == [1, 1]


def test_the_numbers_of_a_plan_are_the_sums_of_its_accounts(tmp_path):
    plan = designed(grid_scenario(tmp_path))
    sums = plan.accounts.groupby("territory_id")[["workload_h", "travel_h", "potential_usd"]].sum()
    rows = plan.territories.set_index("territory_id")
    np.testing.assert_allclose(sums["workload_h"], rows["workload_h"], atol=1e-9)
    np.testing.assert_allclose(sums["potential_usd"], rows["potential_usd"], atol=1e-9)
    accounts = plan.accounts
    stops = accounts["stops_per_trip"]
    call = (2 * accounts["minutes"] + (stops - 1) * accounts["hop_min"]) / stops
    travel = accounts["n_calls"] * call / 60 * accounts["travel_factor"]
    np.testing.assert_allclose(accounts["travel_h"], travel, atol=1e-4)


def test_the_objective_is_the_sum_of_its_terms_and_not_below_its_bound(tmp_path):
    alignment = [
        {"account_id": f"A{r}{c}", "territory_id": "T02"} for r in (0, 1) for c in range(4)
    ]
    plan = designed(grid_scenario(tmp_path, alignment=alignment))
    summary = plan.record.to_dict()
    assert summary["objective"] == pytest.approx(sum(summary["terms"].values()))
    travel_usd = 75 * plan.accounts["travel_h"].sum()
    assert summary["terms"]["travel_usd"] == pytest.approx(travel_usd, abs=0.01)
    assert summary["terms"]["handover_usd"] == pytest.approx(4 * 14.0)
    assert summary["totals"]["moved_accounts"] == 4
    assert summary["bound"] is None or summary["bound"] <= summary["objective"]


def test_without_homes_centers_are_located_and_said_to_be(tmp_path):
    plan = designed(grid_scenario(tmp_path, reps=False))
    assert plan.territories["center_kind"].tolist() == ["center", "center"]
    assert plan.record.bound_for.startswith("centers at any of ")
    assert plan.territories["potential_usd"].tolist() == [4000.0, 4000.0]


def test_the_seconds_of_a_plan_hold_those_of_locating_its_centers(tmp_path, monkeypatch):
    took = {"wall_s": 100.0, "cpu_s": 50.0}

    def solved_slowly(problem, solve=solvers.solve, **options):
        if problem.free_centers:
            time.sleep(0.3)
        return replace(solve(problem, **options), **took)

    monkeypatch.setattr(solvers, "solve", solved_slowly)
    located = designed(grid_scenario(tmp_path / "free", reps=False)).record
    assert 100.3 <= located.wall_s < 130.0
    assert 50.0 < located.cpu_s < 80.0
    at_homes = designed(grid_scenario(tmp_path / "homes")).record
    assert (at_homes.wall_s, at_homes.cpu_s) == (100.0, 50.0)


def test_the_same_scenario_gives_the_same_plan(tmp_path):
    path = grid_scenario(tmp_path, columns=6, rows=3, territories=3)
    first, second = designed(path), designed(path)
    assert first.alignment.equals(second.alignment)
    assert first.record.objective == second.record.objective


def test_a_named_account_goes_to_its_territory_and_its_unit_stays(tmp_path):
    rule = '[rules]\npinned = [{territory = "T02", accounts = ["A00"]}]\n'
    wide = "[measures.workload_h]\ntolerance = 0.9\n[measures.potential_usd]\ntolerance = 0.9\n"
    plan = designed(grid_scenario(tmp_path, extra=rule + wide))
    row = plan.accounts.set_index("account_id").loc["A00"]
    assert (row["territory_id"], row["exception"], row["unit_id"]) == ("T02", True, "U00")
    assert plan.accounts["exception"].sum() == 1
    assert plan.accounts["exception"].dtype == bool
    assert plan.territories["n_parts"].tolist() == [1, 1]


def test_goals_follow_capacity(tmp_path):
    path = grid_scenario(tmp_path, columns=6, rows=2)
    text = (tmp_path / "reps.csv").read_text().splitlines()
    text[0] += ",fte"
    text[1] += ",1.0"
    text[2] += ",0.5"
    (tmp_path / "reps.csv").write_text("\n".join(text) + "\n")
    plan = designed(path)
    assert plan.territories["potential_usd"].tolist() == [8000.0, 4000.0]
    np.testing.assert_allclose(plan.territories["potential_usd_goal"], [8000.0, 4000.0])


def test_an_observer_is_told_and_a_stop_rule_ends_the_search_with_a_plan(tmp_path):
    events: list[Event] = []
    plan = designed(
        grid_scenario(tmp_path, columns=6, rows=3, territories=3),
        observer=events.append,
        stop=lambda: "interrupted",
    )
    assert plan.status == "interrupted"
    assert "reason" not in plan.accounts
    assert set(plan.accounts["territory_id"]) <= {"T01", "T02", "T03"}
    assert len(plan.accounts) == 18


def test_the_audit_collects_instead_of_raising(tmp_path):
    path = grid_scenario(tmp_path)
    text = (tmp_path / "accounts.csv").read_text().splitlines()
    text.append(text[1].replace("1000", "900"))
    (tmp_path / "accounts.csv").write_text("\n".join(text) + "\n")
    found = audit(territory.read_scenario(path))
    assert [each.id for each in found.errors] != []
    with pytest.raises(territory.InputError, match="A00"):
        designed(path)


def test_an_account_far_off_the_map_is_named_with_its_line(tmp_path):
    path = grid_scenario(tmp_path)
    text = (tmp_path / "accounts.csv").read_text().replace("-99.9,31.9", "-80.0,31.9")
    (tmp_path / "accounts.csv").write_text(text)
    with pytest.raises(territory.InputError, match=r"accounts\.csv:2 +A00"):
        designed(path)


def test_todays_travel_is_that_of_todays_rep_and_unknown_where_nobody_knows_a_home(tmp_path):
    everybody = [
        {"account_id": f"A{r}{c}", "territory_id": "T02"} for r in (0, 1) for c in range(4)
    ]
    accounts = designed(grid_scenario(tmp_path / "homes", alignment=everybody)).accounts
    stays = accounts["territory_id"] == "T02"
    assert (accounts["current_travel_h"] == accounts["travel_h"])[stays].all()
    assert (accounts["current_travel_h"] > accounts["travel_h"])[~stays].all()
    located = designed(grid_scenario(tmp_path / "none", reps=False)).accounts
    assert located["current_travel_h"].isna().all()


def test_one_time_limit_covers_locating_and_assigning(tmp_path, monkeypatch):
    asked, solve = [], solvers.solve

    def spy(problem, **options):
        asked.append(options["time_limit_s"])
        return solve(problem, **options)

    monkeypatch.setattr(solvers, "solve", spy)
    scenario = territory.read_scenario(grid_scenario(tmp_path, reps=False))
    plan = territory.design(scenario.with_overrides(time_limit=1000.0))
    assert plan.status in {"feasible", "optimal"}
    assert len(asked) >= 2
    assert 490.0 < asked[0] <= 500.0
    assert asked[1] < 1000.0


def test_one_set_of_ways_is_left_of_what_was_solved_and_the_plan_is_explained_by_it(
    tmp_path, monkeypatch
):
    """Two sets of tables of all pairs at once were a fifth of the memory of a national plan."""

    def solved():
        gc.collect()
        return {id(each) for each in gc.get_objects() if isinstance(each, Roads)}

    before, module = solved(), sys.modules["territory.design"]
    left = []

    def told(plan, *args, **options):
        left.append(solved() - before)
        minutes = open_position(plan, solved=options["solved"]).roads.minutes
        assert minutes is options["solved"].roads.minutes
        return plan

    monkeypatch.setattr(module, "told", told)
    module.design(territory.read_scenario(grid_scenario(tmp_path)))
    assert [len(each) for each in left] == [1]
