"""In what order the engines run, and how much of a proof each effort pays for."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

import solvers.conflict.deletion_filter  # noqa: F401  so that it holds the real proof
import solvers.exact.prove as prove
from solvers import Status, draws, portfolio, solve
from solvers.certificate import TINY_S, Certificate
from solvers.effort import PROFILES
from solvers.errors import ProblemError
from solvers.search.best import rank
from solvers.search.rounds import Parts
from tests.solvers.feature_worlds import world
from tests.solvers.worlds import grid_edges, matrix_problem


def grid(tolerance):
    """Twenty units in five columns, three territories; whole numbers, so few plans are even."""
    rng = np.random.default_rng(0)
    cost = rng.integers(1, 99, size=(20, 3)).astype(float)
    activity = rng.integers(1, 20, size=(20, 1)).astype(float)
    return matrix_problem(cost, activity, grid_edges(4, 5), tolerance=tolerance)


@pytest.fixture
def asked(monkeypatch):
    """Deterministic seconds that each proof was given, none of which is worked."""
    given = []

    def exact(problem, *, start=None, budget, **_):
        given.append(budget.effort_s)
        budget.charge(1e9)
        return prove.ExactResult(
            status=Status.NO_SOLUTION,
            assignment=None,
            centers=None,
            evaluation=None,
            bound=float("-inf"),
            rounds=0,
            n_cuts=0,
            reason="effort",
        )

    monkeypatch.setattr(prove, "solve_exact", exact)
    return given


@pytest.fixture
def seeds(monkeypatch):
    """Seeds of all searches, in order."""
    begun = []
    search = portfolio.search_plans

    def count(run, profile, first, rng, seed, anew):
        begun.append(seed)
        return search(run, profile, first, rng, seed, anew)

    monkeypatch.setattr(portfolio, "search_plans", count)
    return begun


@pytest.mark.parametrize(("effort", "seconds"), [("quick", TINY_S), ("normal", None)])
def test_a_plan_of_quick_pays_for_a_glance_at_a_proof_and_no_more(asked, effort, seconds):
    result = solve(grid(0.3), effort=effort)
    assert result.evaluation.feasible
    assert asked == [PROFILES[effort].exact_s if seconds is None else seconds]


def test_where_no_plan_was_found_other_beginnings_come_before_a_proof(asked, seeds):
    result = solve(grid(1e-7), effort="quick", seed=4)
    assert not result.evaluation.feasible
    assert len(set(seeds)) == len(seeds) == 1 + portfolio.AGAIN
    assert asked == [PROFILES["quick"].exact_s]
    seeds.clear()
    solve(grid(0.3), effort="quick", seed=4)
    assert seeds == [4]


@pytest.mark.usefixtures("asked")  # a proof asked for is not worked: only beginnings are counted
@pytest.mark.parametrize("prove", [True, False])
@pytest.mark.parametrize(("blocks", "begun", "times"), [(True, 4, 4), (True, 1, 1), (False, 4, 1)])
def test_the_best_of_several_beginnings_goes_on_where_the_whole_is_large(
    monkeypatch, seeds, blocks, begun, times, prove
):
    monkeypatch.setattr(portfolio, "has_blocks", lambda problem: blocks)
    monkeypatch.setitem(PROFILES, "quick", replace(PROFILES["quick"], begun=begun))
    result = solve(grid(0.3), effort="quick", seed=4, prove=prove)
    assert result.evaluation.feasible
    assert len(set(seeds)) == len(seeds) == times


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("threads", 0),
        ("threads", -2),
        ("threads", 1.5),
        ("threads", True),
        ("seed", -1),
        ("seed", 0.5),
        ("time_limit_s", 0),
        ("time_limit_s", float("nan")),
        ("effort", "hard"),
        ("start", np.zeros(3, dtype=np.int32)),
        ("start", np.zeros(20)),
        ("start", np.zeros((2, 3), dtype=np.int32)),
        ("start", np.zeros((0, 20), dtype=np.int32)),
    ],
)
def test_an_option_that_makes_no_sense_is_named_before_any_work(option, value):
    with pytest.raises(ProblemError) as told:
        solve(grid(0.3), **{option: value})
    assert told.value.field == option


def test_more_effort_begins_with_all_that_less_does(monkeypatch):
    """Else a plan of normal effort may break what one of quick keeps, or cost more."""
    profiles = []
    search = portfolio.search_plans

    def note(run, profile, *rest):
        profiles.append(profile)
        return search(run, profile, *rest)

    monkeypatch.setattr(portfolio, "search_plans", note)
    for seed in range(3):
        profiles.clear()
        quick = solve(grid(0.05), effort="quick", seed=seed, prove=False)
        n_quick = len(profiles)
        normal = solve(grid(0.05), effort="normal", seed=seed, prove=False)
        assert profiles[n_quick : n_quick + 2] == [PROFILES["quick"], PROFILES["normal"]]
        assert rank(normal.evaluation) <= rank(quick.evaluation)


@pytest.mark.parametrize(
    ("effort", "contiguity", "feasible", "large", "asked"),
    [
        ("quick", True, True, False, ["search quick"]),
        ("normal", True, True, False, ["search quick", "go on normal"]),
        (
            "best", True, True, False,
            ["search quick", "go on normal", "search best", "go on best"],
        ),
        ("best", True, True, True, ["search quick", "go on normal", "go on best"]),
        ("normal", False, True, False, ["search quick", "search normal", "go on normal"]),
        (
            "normal", True, False, False,
            [*["search quick"] * 3, "trees quick", "search normal", "go on normal", "trees normal"],
        ),
    ],
)  # fmt: skip
def test_a_plan_that_has_parts_is_made_better_by_them_and_seldom_begun_anew(
    monkeypatch, effort, contiguity, feasible, large, asked
):
    """s1k, ±5 %: normal ended dearer than quick, which alone had begun again."""
    order = []
    name = {PROFILES[each]: each for each in ("quick", "normal", "best")}
    monkeypatch.setattr(
        portfolio, "parts_of", lambda *_: Parts(print if large else None, print, print)
    )
    monkeypatch.setattr(
        portfolio, "search_plans", lambda run, profile, *_: order.append(f"search {name[profile]}")
    )
    monkeypatch.setattr(
        portfolio,
        "cut_trees",
        lambda run, profile, *_: order.append(f"trees {name[profile]}"),
    )
    monkeypatch.setattr(portfolio, "needs_trees", lambda run, within: not run.evaluation.feasible)
    monkeypatch.setattr(
        portfolio, "go_on", lambda run, profile, *_: order.append(f"go on {name[profile]}")
    )
    monkeypatch.setattr(portfolio, "settle", lambda *_: Certificate())
    monkeypatch.setattr(portfolio, "certify", lambda *_, **__: Certificate())
    problem = grid(1.0 if feasible else 1e-7)
    problem = replace(problem, rules=replace(problem.rules, contiguity=contiguity))
    result = solve(problem, effort=effort)
    assert result.evaluation.feasible == feasible
    assert order == asked


@pytest.mark.parametrize(
    ("effort", "finds", "pairs", "asked"),
    [
        ("quick", "quick", 1e9, ["prove quick", "polish quick"]),
        ("normal", "quick", 1e9, ["prove quick", "polish quick", "prove normal with a plan"]),
        ("normal", "normal", 1e9, ["prove quick", "prove normal", "polish normal"]),
        ("normal", None, 1e9, ["prove quick", "prove normal"]),
        # Too large for quick's model: what else it would say is said once.
        ("normal", None, 1, ["prove normal"]),
    ],
)
def test_where_no_search_finds_a_plan_more_effort_proves_as_the_least_does_first(
    monkeypatch, effort, finds, pairs, asked
):
    """Alabama's counties: normal's model found none in 45 s, quick's one in 12."""
    problem = grid(0.3)
    good, order = solve(problem, effort="quick", prove=False), []
    monkeypatch.setitem(PROFILES, "quick", replace(PROFILES["quick"], exact_pairs=pairs))
    name = {PROFILES[each]: each for each in ("quick", "normal")}

    def certify(problem, plan, judged, *, profile, **_):
        with_plan = " with a plan" if judged.feasible else ""
        order.append(f"prove {name[profile]}{with_plan}")
        return Certificate(assignment=good.assignment if name[profile] == finds else None)

    def bad(problem, rng, **_):
        return np.where(np.arange(problem.n) < problem.k, np.arange(problem.n), 0).astype(np.int32)

    monkeypatch.setattr(portfolio.starts, "first_plan", bad)
    monkeypatch.setattr(portfolio, "search_plans", lambda *_: 0.0)
    monkeypatch.setattr(portfolio, "cut_trees", lambda *_: None)
    monkeypatch.setattr(portfolio, "certify", certify)
    monkeypatch.setattr(
        portfolio, "polish", lambda run, profile, *_: order.append(f"polish {name[profile]}")
    )
    assert solve(problem, effort=effort).evaluation.feasible == (finds is not None)
    assert order == asked


def test_a_small_problem_with_hardly_a_plan_is_cut_anew_once_and_one_without_at_every_effort(
    monkeypatch,
):
    """Louisiana's and Oklahoma's counties took normal three times as long to the same end."""
    cut = []
    monkeypatch.setattr(portfolio, "needs_trees", lambda run, within: True)
    monkeypatch.setattr(portfolio, "cut_trees", lambda run, profile, *_: cut.append(profile))
    problem = grid(0.3)
    assert solve(problem, effort="normal", prove=False).evaluation.feasible
    assert cut == [PROFILES["quick"]]
    cut.clear()
    solve(grid(1e-7), effort="normal", prove=False)
    assert cut == [PROFILES["quick"], PROFILES["normal"]]


def test_a_sketch_is_quick_with_less_mending_and_nothing_after_it(monkeypatch):
    profiles = []
    monkeypatch.setattr(
        portfolio, "search_plans", lambda run, profile, *rest: profiles.append(profile) or 1.0
    )
    solve(grid(0.05), effort="sketch", prove=False)
    assert profiles == [PROFILES["sketch"]]
    less = {"starts": 12, "drawn": 4, "free": 0.9, "reheats": 0, "merges": 0, "waves": ()}
    assert PROFILES["sketch"] == replace(PROFILES["quick"], **less)
    with pytest.raises(ProblemError, match=r"one of quick, normal, best$"):
        solve(grid(0.05), effort="slow")


def test_of_several_starts_the_best_is_improved_and_the_others_merged_with_it():
    problem = grid(0.3)
    drawn = draws(problem, seeds=range(4))
    plans = np.array([each.assignment for each in drawn])
    found = solve(problem, effort="quick", start=plans, prove=False)
    assert found.evaluation.feasible
    assert found.objective <= min(each.objective for each in drawn if each.evaluation.feasible)
    # Any one of them is enough where the others are far off.
    idle = np.vstack([np.zeros_like(plans[:1]), plans[:1]])
    assert solve(problem, effort="quick", start=idle, prove=False).objective <= drawn[0].objective


def test_plans_drawn_side_by_side_are_those_of_each_seed_for_any_number_of_threads():
    problem, told, thread = grid(0.3), [], threading.get_ident()

    def hear(event):
        told.append(threading.get_ident())

    one = draws(problem, seeds=[3, 5], threads=1)
    two = draws(problem, seeds=[3, 5], threads=2, observer=hear)
    alone = [solve(problem, effort="quick", seed=seed, prove=False) for seed in (3, 5)]
    for a, b, c in zip(one, two, alone, strict=True):
        assert np.array_equal(a.assignment, b.assignment)
        assert np.array_equal(a.assignment, c.assignment)
        assert a.bound == float("-inf")
    assert set(told) == {thread}


@pytest.mark.parametrize("proving", [True, False])
def test_territories_are_not_cut_anew_for_what_is_only_tried(monkeypatch, proving):
    """A scenario without a plan took minutes: each limit that was tried cost as much as a plan."""
    asked = []
    monkeypatch.setattr("solvers.portfolio.cut_trees", lambda *_: asked.append(True))
    solve(world("homes", tolerance=1e-6), effort="quick", prove=proving)
    assert bool(asked) == proving
