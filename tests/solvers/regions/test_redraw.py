"""Regions are drawn anew: better, never worse, the same on any threads, rules kept."""

import numpy as np
import pytest

import solvers.regions.redraw as redraw_module
from solvers.problem.evaluate import evaluate
from solvers.regions.redraw import has_regions, redraw
from tests.solvers import worlds
from tests.solvers.regions.test_resite import run_of

SIDE = 12


def world(**rules):
    """A square of 144 cells for nine territories: nine squares are best."""
    xy = np.array([[x, y] for x in range(SIDE) for y in range(SIDE)], dtype=float)
    edges = worlds.grid_edges(SIDE, SIDE)
    return worlds.planar_problem(xy, np.ones(SIDE * SIDE), 9, edges, **({"tolerance": 0.1} | rules))


STRIPES = np.repeat(np.arange(9), SIDE * SIDE // 9).astype(np.int32)


def test_stripes_become_squares():
    run = run_of(world(), STRIPES)
    before = run.objective
    redraw(run, territories=6, regions=18, seed=1)
    assert run.evaluation.feasible
    squares = (np.arange(SIDE)[:, None] // 4 * 3 + np.arange(SIDE)[None, :] // 4).ravel()
    assert run.objective <= 1.02 * evaluate(run.problem, squares.astype(np.int32)).objective
    assert run.objective < 0.7 * before


def test_any_number_of_threads_ends_with_the_same_plan():
    plans = []
    for threads in (1, 2):
        run = run_of(world(), STRIPES, threads)
        redraw(run, territories=6, regions=4, seed=1)
        plans.append(run.assignment.tolist())
    assert plans[0] == plans[1]
    assert plans[0] != STRIPES.tolist()


def test_a_plan_that_breaks_a_band_may_be_mended():
    unfair = STRIPES.copy()
    unfair[:22] = 0
    run = run_of(world(), unfair)
    assert not run.evaluation.feasible
    redraw(run, territories=6, regions=18, seed=1)
    assert run.evaluation.feasible


@pytest.mark.parametrize(("few", "patience"), [(2, 4), (3, 3), (9, 2)])
def test_patience_is_two_rounds_in_vain_and_more_of_many_territories(monkeypatch, few, patience):
    words = []
    monkeypatch.setattr(redraw_module, "take_turns", lambda *_, **given: words.append(given))
    monkeypatch.setattr(redraw_module, "A_ROUND", 1)
    redraw(run_of(world(), STRIPES), territories=few, regions=3, seed=0)
    assert [given["patience"] for given in words] == [patience]
    assert [given["most_territories"] for given in words] == [min(few, 4)]


@pytest.mark.parametrize("regions", [0, 9])
def test_pinned_units_stay_and_none_is_asked_for_nothing(regions):
    pinned = np.full(SIDE * SIDE, -1, dtype=np.int32)
    pinned[[0, 40, 143]] = STRIPES[[0, 40, 143]]
    run = run_of(world(pinned=pinned), STRIPES)
    redraw(run, territories=6, regions=regions, seed=0)
    assert run.assignment[[0, 40, 143]].tolist() == pinned[[0, 40, 143]].tolist()
    assert (run.assignment.tolist() == STRIPES.tolist()) == (regions == 0)


def test_two_territories_are_one_region_and_no_part_of_a_plan():
    xy = np.array([[float(x), 0.0] for x in range(8)])
    problem = worlds.planar_problem(xy, np.ones(8), 2, worlds.path_edges(8), tolerance=0.9)
    plan = np.array([0] * 2 + [1] * 6)
    run = run_of(problem, plan)
    redraw(run, territories=6, regions=9, seed=0)
    assert run.assignment.tolist() == plan.tolist()


@pytest.mark.parametrize(
    ("k", "rules", "has"),
    [(12, {}, True), (11, {}, False), (12, {"travel_share": np.array([0.5])}, False)],
    ids=["many", "one region is more than half", "travel anywhere moves the bands of all"],
)
def test_regions_are_worth_it_where_one_is_no_more_than_half_of_all(k, rules, has):
    xy, edges = worlds.grid_xy(SIDE, SIDE), worlds.grid_edges(SIDE, SIDE)
    problem = worlds.planar_problem(xy, np.ones(SIDE * SIDE), k, edges, tolerance=0.1, **rules)
    assert has_regions(problem) == has
    homes = worlds.matrix_problem(np.ones((SIDE * SIDE, k)), np.ones(SIDE * SIDE), edges)
    assert not has_regions(homes)
