"""The exact model against brute force, and on worlds whose optimum is known."""

from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers.errors import ProblemError
from solvers.exact import prove
from solvers.exact.prove import solve_exact, supports
from solvers.problem.evaluate import evaluate
from solvers.result import Status
from solvers.stop import Budget, Interrupt
from tests.solvers import worlds
from tests.solvers.random_problems import problems

QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(problems())
def test_the_exact_model_finds_what_brute_force_finds(problem):
    if supports(problem):
        return
    found = solve_exact(problem)
    best, _ = worlds.brute_force(problem)
    if np.isinf(best):
        assert found.status is Status.INFEASIBLE
        assert found.bound == np.inf
        return
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(best, abs=1e-6, rel=2e-6)
    assert found.evaluation.feasible
    assert found.bound <= found.objective


@QUICK
@given(problems(), st.data())
def test_a_start_changes_neither_the_optimum_nor_itself(problem, data):
    if supports(problem):
        return
    start = np.array(
        data.draw(st.lists(st.integers(0, problem.k - 1), min_size=problem.n, max_size=problem.n))
    )
    before = start.copy()
    plain, helped = solve_exact(problem), solve_exact(problem, start=start)
    assert (start == before).all()
    assert plain.status is helped.status
    if plain.status is Status.OPTIMAL:
        assert helped.objective == pytest.approx(plain.objective, abs=1e-6, rel=2e-6)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(problems(kinds=("matrix", "planar"), labels=False))
def test_tightening_the_bands_never_improves_the_optimum(problem):
    if supports(problem) or problem.balance.center_upper is not None:
        return
    middle = (
        (problem.balance.lower + problem.balance.goal) / 2,
        (problem.balance.upper + problem.balance.goal) / 2,
    )
    tight = worlds.changed(problem, lower=middle[0], upper=middle[1])
    loose_found, tight_found = solve_exact(problem), solve_exact(tight)
    if tight_found.status is Status.OPTIMAL:
        assert loose_found.objective <= tight_found.objective * (1 + 2e-6) + 1e-6
    if loose_found.status is Status.INFEASIBLE:
        assert tight_found.status is Status.INFEASIBLE


def ring_of_twelve(**rules):
    """Twelve units on a circle, three territories of four."""
    angle = np.arange(12) * np.pi / 6
    xy = np.column_stack([np.cos(angle), np.sin(angle)])
    return worlds.planar_problem(xy, np.ones(12), 3, worlds.ring_edges(12), **rules)


def test_a_ring_is_cut_into_arcs():
    found = solve_exact(ring_of_twelve(tolerance=0.0))
    assert found.status is Status.OPTIMAL
    arcs = 2 * np.sin(np.pi / 12) * 2 + 2 * np.sin(np.pi / 6)
    assert found.objective == pytest.approx(3 * arcs)


def test_contiguity_is_paid_for_where_the_cheapest_plan_is_in_pieces():
    """0-1-2-3-4-5 in a row: territory 0 would like both ends, which lie apart."""
    cost = np.array([[0, 9], [9, 0], [9, 0], [9, 0], [9, 0], [0, 9]], dtype=float)
    edges = worlds.path_edges(6)
    loose = worlds.matrix_problem(cost, np.ones(6), edges, tolerance=0.4, contiguity=False)
    assert solve_exact(loose).objective == 0.0
    tied = worlds.matrix_problem(cost, np.ones(6), edges, tolerance=0.4)
    found = solve_exact(tied)
    assert (found.status, found.objective) == (Status.OPTIMAL, 18.0)
    assert found.n_cuts > 0


def test_an_enclave_cannot_stay_alone():
    """A 3 x 3 grid whose middle is heavy: with the rim cut, the middle needs a neighbour."""
    activity = np.array([1, 1, 1, 1, 8, 1, 1, 1, 1], dtype=float)
    xy, edges = worlds.grid_xy(3, 3), worlds.grid_edges(3, 3)
    found = solve_exact(worlds.planar_problem(xy, activity, 2, edges, tolerance=0.0))
    assert found.status is Status.OPTIMAL
    assert sorted(found.evaluation.n_units.tolist()) == [1, 8]
    split = activity.copy()
    split[4] = 9.0
    even = solve_exact(worlds.planar_problem(xy, split, 2, edges, tolerance=0.0))
    assert even.status is Status.INFEASIBLE


def test_a_start_that_breaks_a_rule_is_not_returned():
    problem = ring_of_twelve(tolerance=0.0)
    found = solve_exact(problem, start=np.arange(12) % 3)
    assert evaluate(problem, found.assignment).feasible


def test_a_start_of_the_wrong_shape_is_refused():
    with pytest.raises(ProblemError, match=r"start is of shape \(3,\); expected shape \(12,\)"):
        solve_exact(ring_of_twelve(), start=np.zeros(3, dtype=int))


def test_free_centers_keep_what_is_said_of_one_territory():
    """Territory 0 has half the goal of the others and may not have unit 0; unit 5 stays with 0."""
    goal = np.array([[2.4], [4.8], [4.8]])
    current = np.full(12, -1, dtype=np.int32)
    current[5] = 0
    problem = ring_of_twelve(
        goal=goal,
        lower=goal * 0.8,
        upper=goal * 1.2,
        forbidden=np.array([[0, 0]], dtype=np.int32),
        current=current,
        move_cost=np.where(current >= 0, 100.0, 0.0),
    )
    found = solve_exact(problem)
    assert found.status is Status.OPTIMAL
    assert found.evaluation.n_units.tolist() == [2, 5, 5]
    assert found.assignment[5] == 0
    assert found.assignment[0] != 0


def grid_of_twelve(seed):
    """Four columns of three units that weigh 1 to 5, three territories: the root is not enough."""
    rng = np.random.default_rng(seed)
    xy = np.column_stack([np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)]) + 0.0
    weight = rng.integers(1, 6, 12) + 0.0
    return worlds.planar_problem(xy, weight, 3, worlds.grid_edges(4, 3), tolerance=0.15)


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_where_branching_gets_nowhere_one_model_of_what_is_left_proves_the_plan(monkeypatch, seed):
    """67 counties within 0.5 % were 6 % open after all the work; one model proves them."""
    problem = grid_of_twelve(seed)
    known = solve_exact(problem)
    best, plan = known.objective, known.assignment
    asked = []

    def nowhere(search, data, root, most, work_s=0.0):
        asked.append(search.budget.effort_s)
        search.budget.charge(work_s)
        return root.bound

    monkeypatch.setattr(prove, "_tree", nowhere)
    monkeypatch.setattr(prove, "_is_small", lambda *_: True)
    found = solve_exact(problem, start=plan, budget=Budget(effort_s=1e3))
    assert asked == [pytest.approx(1e3 * prove.TREE_SHARE, rel=0.01)]
    assert (found.status, found.objective) == (Status.OPTIMAL, pytest.approx(best))
    # What branching is charged with is gone: nothing is left for the model then.
    monkeypatch.setattr(prove, "_tree", partial(nowhere, work_s=1e9))
    assert solve_exact(problem, start=plan, budget=Budget(effort_s=1e3)).bound < best


@pytest.mark.parametrize(("work_s", "small", "asked"), [
    (1e3, 2_500, True), (1e3, 0, False), (prove.WHOLE_S - 1.0, 2_500, False),
])  # fmt: skip
def test_the_one_model_is_asked_where_it_is_small_and_there_is_work_left_for_it(
    monkeypatch, work_s, small, asked
):
    told = []
    monkeypatch.setattr(prove, "SMALL", small)
    start = solve_exact(problem := grid_of_twelve(0)).assignment
    monkeypatch.setattr(prove, "_tree", lambda search, data, root, most: root.bound)
    monkeypatch.setattr(prove, "_all_at_once", lambda *_: told.append(True) or False)
    solve_exact(problem, start=start, budget=Budget(effort_s=work_s))
    assert bool(told) == asked


def test_too_many_free_centers_that_are_told_apart_are_declined_with_the_reason(monkeypatch):
    problem = ring_of_twelve(forbidden=np.array([[0, 1]], dtype=np.int32))
    monkeypatch.setattr("solvers.exact.result.APART_LIMIT", 100)
    found = solve_exact(problem)
    assert found.reason == "unsupported"
    assert supports(problem) == "too many free centers for rules that tell territories apart"
    assert found.bound == -np.inf


def test_an_interrupt_returns_the_start():
    problem = ring_of_twelve(tolerance=0.3)
    start = np.repeat(np.arange(3), 4)
    interrupt = Interrupt()
    interrupt.pull()
    found = solve_exact(problem, start=start, budget=Budget(rule=interrupt))
    assert (found.status, found.reason) == (Status.INTERRUPTED, "interrupted")
    assert (found.assignment == start).all()


def test_a_spent_clock_is_said():
    found = solve_exact(ring_of_twelve(), budget=Budget(limit_s=0.0))
    assert (found.status, found.reason) == (Status.NO_SOLUTION, "time_limit")


def test_events_never_fall_back():
    seen = []
    solve_exact(ring_of_twelve(tolerance=0.3), observer=seen.append)
    objectives = [event.objective for event in seen]
    bounds = [event.bound for event in seen]
    assert objectives == sorted(objectives, reverse=True)
    assert bounds == sorted(bounds)
    assert seen[-1].gap <= 1e-6


@pytest.mark.parametrize(("price", "best"), [(0.0, [0, 1, 0, 1]), (5.0, [0, 0, 1, 1])])
def test_a_price_of_borders_straightens_the_proved_plan(price, best):
    # Four units in a ring. Without a price the cheapest halves cross it twice as long.
    cost = np.array([[0.0, 1.5], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    edges = np.array([(0, 1), (0, 2), (1, 3), (2, 3)])
    plain = worlds.matrix_problem(cost, np.ones(4), edges, tolerance=0.1, contiguity=False)
    km = np.where(
        np.repeat(np.arange(4), np.diff(plain.indptr)) // 2 == plain.indices // 2, 9.0, 1.0
    )
    problem = worlds.changed(plain, border_price=price, border_km=km)
    found = solve_exact(problem)
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(worlds.brute_force(problem)[0])
    assert found.assignment.tolist() == best
