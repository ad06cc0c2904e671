"""Centers and territories by turns: what is said is by the road, and the best met is kept."""

from dataclasses import replace

import numpy as np
import pytest

import solvers
from solvers.stop import Interrupt
from territory.design import prepare
from territory.encoding.centers import turns as module
from territory.encoding.centers.turns import by_turns, question_of
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.worlds import grid_scenario

FAR = "[travel]\novernight_min = 45\nnight_usd = 60\n"
HALVES = (np.arange(10) % 5 > 2).astype(np.int32)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """Ten units in two rows, two territories, no homes."""
    folder = tmp_path_factory.mktemp("row")
    return prepare(read_scenario(grid_scenario(folder, columns=5, reps=False))).case


def test_what_is_said_of_a_plan_is_by_the_road_from_its_centers(case):
    asked = question_of(case)
    found = by_turns(asked, HALVES, ("sketch", "quick"))
    again = solvers.evaluate(asked.encoded(found.centers), found.assignment)
    assert found.evaluation.feasible
    assert again.objective == pytest.approx(found.evaluation.objective)
    lonlat = asked.roads(found.centers)[1].origins
    np.testing.assert_array_equal(lonlat, asked.ways.places[found.centers])


def test_a_plan_ends_at_the_cheapest_places_of_its_territories_nights_counted(tmp_path):
    path = grid_scenario(tmp_path, columns=28, reps=False, extra=FAR)
    asked = question_of(prepare(read_scenario(path)).case)
    found = by_turns(asked, (np.arange(56) % 28 > 13).astype(np.int32), ("quick",) * 8)
    rows = np.arange(len(asked.case.accounts))
    minutes, _ = asked.ways.minutes(rows, found.centers)
    assert asked.ways.hours(rows, minutes)[1].any()
    for t in (0, 1):
        for at in np.flatnonzero(found.assignment == t)[::4]:
            moved = found.centers.copy()
            moved[t] = at
            elsewhere = solvers.evaluate(asked.encoded(moved), found.assignment)
            assert found.evaluation.objective <= elsewhere.objective + 0.01


def test_a_plan_from_its_own_best_centers_is_not_searched_again_at_that_effort(case, monkeypatch):
    asked = question_of(case)
    best = by_turns(asked, HALVES, ("quick",) * 8)
    efforts = []
    solve = type(asked).solve

    def noted(self, problem, effort, **given):
        efforts.append(effort)
        return solve(self, problem, effort, **given)

    monkeypatch.setattr(type(asked), "solve", noted)
    again = by_turns(asked, best.assignment, ("quick",) * 8, centers=best.centers)
    assert efforts == []
    assert again.rank == best.rank
    by_turns(asked, best.assignment, ("sketch", "sketch", "quick"))
    assert efforts == ["sketch", "quick"]  # nothing better: the second sketch is left out


def test_worse_plans_are_not_kept(case, monkeypatch):
    asked = question_of(case)
    stripes = (np.arange(10) % 2).astype(np.int32)

    def bad(self, problem, effort, **given):
        return solvers.certified(problem, stripes, effort="quick")

    monkeypatch.setattr(type(asked), "solve", bad)
    found = by_turns(asked, HALVES, ("quick",) * 4)
    np.testing.assert_array_equal(found.assignment, HALVES)


def test_the_question_is_asked_as_it_was_changed(case):
    def loose(problem):
        goal = problem.balance.goal
        return replace(
            problem, balance=replace(problem.balance, lower=goal * 0.0, upper=goal * 2.0)
        )

    uneven = (np.arange(10) % 5 > 3).astype(np.int32)
    found = by_turns(question_of(case, changed=loose), uneven, ())
    assert found.evaluation.feasible
    assert not by_turns(question_of(case), uneven, ()).evaluation.feasible


def test_who_asks_to_stop_or_has_no_time_left_gets_the_plan_as_it_is(case):
    stop = Interrupt()
    stop.pull()
    for asked in (question_of(case, stop=stop), question_of(case, limit_s=1e-9)):
        assert asked.over
        found = by_turns(asked, HALVES, ("quick",))
        np.testing.assert_array_equal(found.assignment, HALVES)
        # What is known of it already is not reckoned again.
        known = replace(found.evaluation)
        assert by_turns(asked, HALVES, ("quick",), judged=known).evaluation is known
    assert by_turns(question_of(case), HALVES, (), judged=known).evaluation is not known


def test_every_search_gets_the_time_that_is_left(case, monkeypatch):
    limits = []
    solve = solvers.solve

    def noted(problem, **given):
        limits.append(given["time_limit_s"])
        return solve(problem, **given)

    monkeypatch.setattr(module.solvers, "solve", noted)
    by_turns(question_of(case, limit_s=60.0), HALVES, ("sketch", "quick"))
    assert limits[0] <= 60.0
    assert limits == sorted(limits, reverse=True)
    limits.clear()
    by_turns(question_of(case), HALVES, ("sketch", "quick"))
    assert set(limits) == {None}


def test_given_minutes_are_of_territories_wherever_their_centers_move(tmp_path):
    path = grid_scenario(
        tmp_path, columns=5, reps=False, extra='[travel]\nmatrix = "minutes.csv"\n'
    )
    (tmp_path / "minutes.csv").write_text("account_id,territory_id,minutes\n")
    plain = prepare(read_scenario(path)).case
    ids, places = plain.team["territory_id"], plain.accounts["account_id"]
    rows = [f"{each},{t},{7 * (at + 1)}\n" for at, t in enumerate(ids) for each in places]
    (tmp_path / "minutes.csv").write_text("account_id,territory_id,minutes\n" + "".join(rows))
    asked = question_of(prepare(read_scenario(path)).case)
    for centers in ((0, 4), (0, 3), (2, 3)):
        _, roads = asked.roads(np.array(centers))
        np.testing.assert_array_equal(roads.minutes, np.tile([7.0, 14.0], (len(places), 1)))
