"""Solving with a rule about outlines: nothing false is said, and plans that keep it are found."""

import itertools

import numpy as np
import pytest

from solvers import Interrupt, PlanarCost, ProblemError, Status, draws, evaluate, solve
from solvers.conflict.explain import explain_conflict
from solvers.moves import compact, shaped
from tests.solvers import worlds
from tests.solvers.moves.test_compact import strips


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """A third of the steps, and no plans from elsewhere: what is said must hold all the same."""
    monkeypatch.setattr(compact, "STEPS", 50)
    monkeypatch.setitem(shaped.ELSEWHERE, "quick", 0)


def tiny(seed):
    """A 3 x 3 grid of two territories with random costs and a rule of any strength."""
    rng = np.random.default_rng(seed)
    return worlds.matrix_problem(
        rng.integers(0, 20, (9, 2)).astype(float),
        rng.integers(1, 4, 9).astype(float),
        worlds.grid_edges(3, 3),
        tolerance=float(rng.choice([0.2, 0.5])),
        border_km=np.ones(24),
        border_price=float(rng.choice([0.0, 1.0])),
        **worlds.squares(3, 3, float(rng.choice([0.55, 0.72, 0.76]))),
    )


def cheapest(problem):
    """Least objective of all plans that the referee lets pass; ``inf`` where there is none."""
    best = np.inf
    for plan in itertools.product(range(problem.k), repeat=problem.n):
        # The bands first, and quickly: most plans miss them.
        load = np.bincount(plan, problem.balance.activity[:, 0], problem.k)
        if (load > problem.balance.upper[:, 0]).any() or (load < problem.balance.lower[:, 0]).any():
            continue
        judged = evaluate(problem, np.array(plan))
        best = min(best, judged.objective if judged.feasible else np.inf)
    return best


def test_against_every_plan_of_small_grids_nothing_false_is_said_and_no_plan_missed():
    missed = met = 0
    for seed in (0, 2, 4, 6):
        problem = tiny(seed)
        result, best = solve(problem, effort="quick", seed=seed), cheapest(problem)
        assert result.bound <= best + 1e-6 or result.status is Status.INFEASIBLE
        if result.status is Status.INFEASIBLE:
            assert best == np.inf
        if result.status is Status.OPTIMAL:
            assert result.objective == pytest.approx(best)
        assert result.evaluation.feasible == (result.status in (Status.OPTIMAL, Status.FEASIBLE))
        missed += best < np.inf and not result.evaluation.feasible
        met += result.evaluation.feasible and best < np.inf
    assert (met, missed) == (4, 0)


def test_a_plan_is_optimal_only_where_the_cheapest_without_the_rule_keeps_it():
    problem, start = strips()
    bare = solve(problem.without_shapes(), effort="quick", seed=1)
    assert bare.assignment.tolist() == start.tolist()
    result = solve(problem, effort="quick", seed=1)
    assert result.status is Status.FEASIBLE
    assert result.stop_reason == "finished"
    assert result.bound <= bare.objective < result.objective
    kept = solve(
        worlds.matrix_problem(
            problem.cost.cost, np.ones(36), worlds.grid_edges(6, 6), tolerance=0.4,
            **worlds.squares(6, 6, 0.3),
        ),
        effort="quick",
        seed=1,
    )  # fmt: skip
    assert kept.assignment.tolist() == start.tolist()
    assert kept.status == bare.status


def test_a_rule_that_no_plan_keeps_is_not_said_to_be_disproved():
    problem = worlds.matrix_problem(
        np.ones((9, 2)), np.ones(9), worlds.grid_edges(3, 3), tolerance=0.3,
        **worlds.squares(3, 3, 0.99),
    )  # fmt: skip
    result = solve(problem, effort="quick", seed=1)
    assert result.status is Status.NO_SOLUTION
    assert {each.rule for each in result.evaluation.violations} <= {"balance", "compactness"}
    assert explain_conflict(problem) is None


def test_what_has_no_plan_without_the_rule_has_none_with_it():
    problem = worlds.matrix_problem(
        np.ones((4, 2)), np.array([1.0, 1.0, 1.0, 9.0]), worlds.path_edges(4), tolerance=0.1,
        **worlds.squares(1, 4, 0.2),
    )  # fmt: skip
    result = solve(problem, effort="normal", seed=1)
    assert (result.status, result.stop_reason) == (Status.INFEASIBLE, "proved")
    assert explain_conflict(problem) is not None


def test_plans_from_elsewhere_are_the_same_for_any_number_of_threads_and_never_worse(monkeypatch):
    problem, _ = strips()
    alone = solve(problem, effort="quick", seed=4)
    monkeypatch.setitem(shaped.ELSEWHERE, "quick", 1)
    one, two = (solve(problem, effort="quick", seed=4, threads=count) for count in (1, 2))
    assert one.assignment.tolist() == two.assignment.tolist()
    assert one.bound == two.bound
    assert one.objective <= alone.objective


def test_a_given_start_is_mended_from_where_it_is_and_draws_keep_the_rule():
    problem, start = strips()
    result = solve(problem, effort="quick", seed=1, start=start)
    assert result.evaluation.feasible
    first, second = draws(problem, seeds=[1, 2], threads=1)
    assert first.evaluation.feasible
    assert second.evaluation.feasible


def test_an_observer_never_hears_of_a_plan_that_only_seems_to_keep_every_rule():
    problem, _ = strips()
    heard = []
    result = solve(problem, effort="quick", seed=1, observer=heard.append)
    told = [each.objective for each in heard if each.feasible]
    assert min(told) >= result.objective - 1e-9
    assert heard[-1].stage == "done"
    assert result.trace[0].stage == "shapes"


def test_an_interrupt_and_a_time_limit_end_it_and_are_said():
    problem, _ = strips()
    pull = Interrupt()
    pull.pull()
    assert solve(problem, effort="quick", seed=1, stop=pull).status is Status.INTERRUPTED
    result = solve(problem, effort="best", seed=1, time_limit_s=0.02)
    assert result.stop_reason == "time_limit"


def test_free_centers_are_refused():
    xy = worlds.grid_xy(2, 2)
    cost = PlanarCost(xy=xy, weight=np.ones(4), offset=np.zeros(4), power=1)
    with pytest.raises(ProblemError, match="0 with free centers"):
        worlds.make(cost, np.ones(4), 2, worlds.grid_edges(2, 2), **worlds.squares(2, 2, 0.3))


def test_a_start_that_keeps_the_rule_is_never_lost_to_a_cheaper_plan_that_does_not():
    problem, strip = strips()
    kept = solve(problem, effort="quick", seed=1).assignment
    result = solve(problem, effort="quick", seed=1, start=np.array([strip, kept]), prove=False)
    assert result.evaluation.feasible
    assert result.objective <= evaluate(problem, kept).objective
    partial = kept.copy()
    partial[:3] = -1  # completed by the search, which knows no rule: mended all the same
    assert solve(problem, effort="quick", seed=1, start=partial).evaluation.feasible
