"""Waves of recombination: how many plans, from where, and when they end."""

from dataclasses import replace

import numpy as np
import pytest

from solvers.effort import PROFILES
from solvers.events import ignore
from solvers.problem.evaluate import evaluate
from solvers.search.best import Best
from solvers.stop import Budget
from solvers.trees import waves
from solvers.trees.recombine import TO_BANDS, WITHIN_BANDS
from tests.solvers.feature_worlds import world
from tests.solvers.trees.test_recombine import first_of, narrow

QUICK = PROFILES["quick"]


def run_of(problem, assignment, threads=1):
    return Best(
        problem=problem,
        observer=ignore,
        budget=Budget(),
        assignment=np.asarray(assignment, dtype=np.int32),
        evaluation=evaluate(problem, np.asarray(assignment)),
        threads=threads,
    )


@pytest.fixture
def asked(monkeypatch):
    """The plan, the course and the seed of each recombination, which finds what it began with."""
    calls = []

    def note(problem, first, *, course, seed, attempts, **_):
        calls.append((first, course, seed))
        assert attempts * 2 * problem.n / problem.k <= 1.3e7 * max(1.0, problem.k / 10)
        assert attempts == 2000 * problem.n or problem.n > 250
        return np.asarray(first)

    monkeypatch.setattr(waves, "recombined", note)
    monkeypatch.setattr(waves, "polish", lambda *_: None)
    return calls


@pytest.mark.parametrize("threads", [1, 2])
def test_a_plan_is_found_where_units_are_heavy_and_it_is_the_same_for_any_threads(threads):
    problem = narrow(1)
    run = run_of(problem, first_of(problem), threads)
    waves.cut_trees(run, replace(QUICK, waves=(4,), around_trees=0), np.random.default_rng(0), 0)
    assert run.evaluation.feasible
    one = run_of(problem, first_of(problem))
    waves.cut_trees(one, replace(QUICK, waves=(4,), around_trees=0), np.random.default_rng(0), 0)
    assert np.array_equal(run.assignment, one.assignment)


def test_waves_follow_each_other_until_a_plan_is_found_then_its_surroundings(asked):
    problem = world(tolerance=0.02)
    good = np.repeat(np.arange(4), 9)
    loose = world(tolerance=0.9)
    profile = replace(QUICK, waves=(2, 3), around_trees=2)
    waves.cut_trees(run_of(problem, good), profile, np.random.default_rng(0), 0)
    assert [course for _, course, _ in asked] == [TO_BANDS] * 5
    assert len({seed for *_, seed in asked}) == 5
    asked.clear()
    waves.cut_trees(run_of(loose, good), profile, np.random.default_rng(0), 0)
    assert [course for _, course, _ in asked] == [TO_BANDS] * 2 + [WITHIN_BANDS] * 8


def test_the_best_plan_is_the_first_beginning_and_others_are_drawn_where_centers_are_free(asked):
    for name, drawn in (("free", True), ("homes", False)):
        problem = world(name, tolerance=0.02)
        first = np.repeat(np.arange(4), 9)
        asked.clear()
        profile = replace(QUICK, waves=(3,), around_trees=0)
        waves.cut_trees(run_of(problem, first), profile, np.random.default_rng(0), 0)
        same = [np.array_equal(begun, first) for begun, *_ in asked]
        assert same == [True, not drawn, not drawn]


def test_what_is_far_from_its_bands_is_left_after_a_wave(asked):
    hopeless = np.where(np.arange(36) < 30, 0, np.arange(36) % 4)
    run = run_of(world("homes", tolerance=0.02), hopeless)
    profile = replace(QUICK, waves=(2, 3), around_trees=1)
    waves.cut_trees(run, profile, np.random.default_rng(0), 0)
    assert len(asked) == 2


def test_trees_are_for_problems_without_a_plan_and_small_ones_with_hardly_any():
    good = np.repeat(np.arange(4), 9)
    feasible, broken = run_of(world(tolerance=0.9), good), run_of(world(tolerance=1e-9), good)
    assert waves.needs_trees(broken, 1.0)
    assert waves.needs_trees(feasible, 0.05)
    assert not waves.needs_trees(feasible, 0.5)
    # Trees close bands; what only moves too much is no better for them.
    moved = world(
        tolerance=0.9,
        current=3 - good,
        moved_weight=np.ones((36, 1)),
        moved_cap=np.array([6.0]),
    )
    run = run_of(moved, good)
    assert [each.rule for each in run.evaluation.violations] == ["moves"]
    assert not waves.needs_trees(run, 1.0)
    large = world(rows=20, columns=20, tolerance=0.9)
    assert not waves.needs_trees(run_of(large, np.repeat(np.arange(4), 100)), 0.0)


def test_nothing_is_cut_where_territories_may_be_in_pieces_or_the_time_is_spent(asked):
    problem = world(tolerance=0.02)
    loose = replace(problem, rules=replace(problem.rules, contiguity=False))
    good = np.repeat(np.arange(4), 9)
    waves.cut_trees(run_of(loose, good), QUICK, np.random.default_rng(0), 0)
    run = run_of(problem, good)
    run.budget = Budget(effort_s=0.0)
    waves.cut_trees(run, QUICK, np.random.default_rng(0), 0)
    assert not asked


def test_a_plan_of_many_units_is_cut_less_often(asked):
    """484 tracts in 3 territories would have taken minutes."""
    problem = world(rows=22, columns=22, k=4, tolerance=0.001)
    good = np.repeat(np.arange(4), 121)
    waves.cut_trees(run_of(problem, good), QUICK, np.random.default_rng(0), 0)
    assert asked
    asked.clear()
    large = world(rows=50, columns=50, k=4, tolerance=0.001)
    waves.cut_trees(run_of(large, np.repeat(np.arange(4), 625)), QUICK, np.random.default_rng(0), 0)
    assert not asked


def test_a_plan_of_many_territories_is_cut_more_often(monkeypatch):
    asked = []
    monkeypatch.setattr(
        waves, "recombined", lambda _, first, *, attempts, **__: asked.append(attempts) or first
    )
    monkeypatch.setattr(waves, "polish", lambda *_: None)
    for k, cuts in ((4, 2000), (20, 4000), (35, 7000)):
        asked.clear()
        problem = world("free", rows=6, columns=8, k=k, tolerance=0.001)
        run = run_of(problem, np.arange(48) * k // 48)
        waves.cut_trees(run, QUICK, np.random.default_rng(0), 0)
        assert set(asked) == {cuts * 48}
