"""A few small territories choose center and units anew: better, never worse, on any threads."""

import numpy as np
import pytest

from solvers.events import ignore
from solvers.problem.evaluate import evaluate
from solvers.regions.resite import resite
from solvers.search.best import Best
from solvers.stop import Budget
from tests.solvers import worlds

CLUSTERS = np.array([[0.0, 0.0], [0.0, 9.0], [20.0, 0.0], [20.0, 9.0], [40.0, 0.0], [40.0, 9.0]])


def world(edges=(), **rules):
    """Six clusters of four points; six territories without contiguity."""
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.2]])
    xy = (CLUSTERS[:, None] + corners[None]).reshape(-1, 2)
    edges = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return worlds.planar_problem(
        xy, np.ones(24), 6, edges, **({"tolerance": 0.1, "contiguity": False} | rules)
    )


def run_of(problem, plan, threads=1):
    plan = np.asarray(plan, dtype=np.int32)
    return Best(
        problem=problem,
        observer=ignore,
        budget=Budget(),
        assignment=plan,
        evaluation=evaluate(problem, plan),
        threads=threads,
    )


BEST = np.repeat(np.arange(6), 4)
MIXED = BEST.reshape(6, 4).copy()
MIXED[:, 3] = MIXED[[1, 0, 3, 2, 5, 4], 0]  # the last point of each cluster is its neighbour's


@pytest.mark.parametrize("threads", [1, 2])
def test_clusters_that_gave_away_a_point_get_it_back(threads):
    problem = world()
    run = run_of(problem, MIXED.ravel(), threads)
    resite(run, models=20, most_units=8)
    assert run.evaluation.feasible
    assert run.objective == pytest.approx(evaluate(problem, BEST.astype(np.int32)).objective)


def test_any_number_of_threads_ends_with_the_same_plan():
    plans = []
    for threads in (1, 2):
        run = run_of(world(), MIXED.ravel(), threads)
        resite(run, models=3, most_units=12)
        plans.append(run.assignment.tolist())
    assert plans[0] == plans[1]


def test_territories_of_which_not_two_fit_stay_as_they_are():
    run = run_of(world(), MIXED.ravel())
    resite(run, models=20, most_units=7)
    assert run.assignment.tolist() == MIXED.ravel().tolist()


def test_a_pinned_point_stays_where_it_is():
    pinned = np.full(24, -1, dtype=np.int32)
    pinned[3] = MIXED.ravel()[3]
    run = run_of(world(pinned=pinned), MIXED.ravel())
    before = run.objective
    resite(run, models=20, most_units=8)
    assert run.evaluation.feasible
    assert run.assignment[3] == pinned[3]
    assert run.objective < before


def test_where_territories_are_one_piece_only_neighbours_choose_together():
    """Two rows of eight cells far apart but for one border: each row has two territories."""
    xy = np.array([[float(x), 0.0] for x in range(16)])
    problem = worlds.planar_problem(xy, np.ones(16), 4, worlds.path_edges(16), tolerance=0.5)
    plan = np.array([0] * 2 + [1] * 6 + [2] * 2 + [3] * 6)
    run = run_of(problem, plan)
    resite(run, models=20, most_units=9)
    assert run.evaluation.feasible
    assert run.objective == pytest.approx(16.0)


def test_what_the_referee_does_not_like_is_not_tried_again(monkeypatch):
    """A neighbourhood's own problem leaves something out: what helps there may cost the plan."""
    from solvers.regions import resite as module

    plan = MIXED.ravel().astype(np.int32)
    problem = world()
    solved, asked = module._solve, []

    def kept(*words):
        asked.append(words)
        return solved(*words)

    monkeypatch.setattr(module, "_solve", kept)
    run = run_of(problem, plan)
    monkeypatch.setattr(Best, "offer", lambda *_: False)
    resite(run, models=60, most_units=8)
    assert run.assignment.tolist() == plan.tolist()
    assert len(asked) <= problem.k


@pytest.mark.parametrize(("contiguity", "limits"), [(True, (9, 0.25)), (False, (18, 4.0))])
def test_models_are_larger_where_territories_need_not_be_in_one_piece(
    contiguity, limits, monkeypatch
):
    from solvers.regions import resite as module

    monkeypatch.setattr(module, "IN_ONE_PIECE", (9, 0.25))
    monkeypatch.setattr(module, "IN_PIECES", (18, 4.0))
    given = set()
    monkeypatch.setattr(
        module, "_solve", lambda part, _, budget: given.add((part.n <= limits[0], budget.effort_s))
    )
    asked = []
    turns = module.take_turns
    monkeypatch.setattr(
        module, "take_turns", lambda *words, **named: (asked.append(named), turns(*words, **named))
    )
    chain = [(unit, unit + 1) for unit in range(23)]
    resite(run_of(world(chain, contiguity=contiguity), BEST), models=4)
    assert asked == [{"times": 4, "most_units": limits[0]}]
    assert given == {(True, limits[1])}
