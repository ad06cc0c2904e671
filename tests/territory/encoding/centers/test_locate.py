"""Centers drawn in the plane or by all pairs end as the cheapest plan by its whole price."""

from dataclasses import replace

import numpy as np
import pytest

import solvers
from solvers.stop import Interrupt
from territory.design import prepare
from territory.encoding.centers import locate as module
from territory.encoding.centers import turns
from territory.encoding.centers.locate import SHORT_SEARCHES, from_pairs, from_plane
from territory.encoding.centers.plane import in_the_plane
from territory.encoding.centers.turns import question_of
from territory.encoding.travel import _by_pair
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.worlds import grid_scenario


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """Ten units in two rows, two territories, no homes."""
    folder = tmp_path_factory.mktemp("row")
    return prepare(read_scenario(grid_scenario(folder, columns=5, reps=False))).case


@pytest.fixture(scope="module")
def asked(case):
    return question_of(case)


@pytest.fixture(scope="module")
def free(asked):
    return in_the_plane(asked.case, asked.items, asked.ways).problem


def test_the_plan_costs_what_the_best_of_all_pairs_of_centers_does(asked, free):
    best = np.inf
    for west in range(asked.items.n):
        for east in range(west):
            problem = asked.encoded(np.array([west, east]))
            found = solvers.solve(problem, effort="quick", prove=False)
            best = min(best, found.objective)
    found = from_plane(asked, free, beginnings=1)
    assert found.evaluation.objective <= best * 1.001


def noted_turns(monkeypatch, change=lambda found, turn: found):
    turns = []
    by_turns = module.by_turns

    def noted(*args, **given):
        turns.append(change(by_turns(*args, **given), len(turns)))
        return turns[-1]

    monkeypatch.setattr(module, "by_turns", noted)
    return turns


def test_further_plans_are_drawn_only_where_none_is_closed(asked, free, monkeypatch):
    def open_first(found, turn):
        whole = np.zeros(10, dtype=np.int32)
        judged = solvers.evaluate(asked.encoded(found.centers), whole)
        return replace(found, assignment=whole, evaluation=judged) if turn == 0 else found

    turns = noted_turns(monkeypatch, open_first)
    assert from_plane(asked, free, beginnings=1, again=2).evaluation.feasible
    assert len(turns) == 2
    turns.clear()
    assert not from_plane(asked, free, beginnings=1).evaluation.feasible
    assert len(turns) == 1


def test_the_best_of_several_drawings_is_kept(asked, free, monkeypatch):
    turns = noted_turns(monkeypatch)
    found = from_plane(asked, free, beginnings=3, again=2)
    assert len(turns) == 3
    assert found.rank == min(each.rank for each in turns)


def test_of_several_searches_by_pairs_the_cheapest_by_the_whole_price_is_taken(case, monkeypatch):
    case = replace(case, scenario=case.scenario.with_overrides(effort="normal"))
    asked = question_of(case)
    pairs = _by_pair(asked).problem
    found = asked.solve(pairs, "quick")
    turns = noted_turns(monkeypatch)
    best = from_pairs(asked, pairs, found)
    assert len(turns) == 1 + SHORT_SEARCHES
    assert best.rank == min(each.rank for each in turns)
    # A user without time gets what the first search found, and so does who wants it quickly.
    for late in (question_of(case, limit_s=1e-9), question_of(replace(
        case, scenario=case.scenario.with_overrides(effort="quick")
    ))):  # fmt: skip
        turns.clear()
        from_pairs(late, pairs, found)
        assert len(turns) == 1


def test_who_stops_gets_the_centers_that_were_drawn_and_waits_for_no_better(
    case, free, monkeypatch
):
    def refused(*_, **__):
        raise AssertionError("places are looked for")

    monkeypatch.setattr(turns, "best_places", refused)
    stop = Interrupt()
    stop.pull()
    found = from_plane(question_of(case, stop=stop), free, beginnings=1)
    assert len(found.centers) == 2
    assert set(found.assignment) <= {0, 1}
