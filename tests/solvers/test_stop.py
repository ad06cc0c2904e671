"""Limits on the work: counted where it must repeat, by the clock only where the user says so."""

import signal
import threading

import numpy as np
import pytest

from solvers import solve
from solvers.certificate import certify
from solvers.conflict.explain import explain_conflict
from solvers.effort import PROFILES
from solvers.exact.prove import solve_exact
from solvers.problem.evaluate import evaluate
from solvers.search.merge import merge
from solvers.stop import Budget, Interrupt
from tests.solvers import worlds


@pytest.fixture(scope="module")
def hard():
    """A grid of six by six units of uneven weight for four territories, centers free."""
    rng = np.random.default_rng(3)
    return worlds.planar_problem(
        worlds.grid_xy(6, 6), rng.integers(90, 111, 36), 4, worlds.grid_edges(6, 6), tolerance=0.12
    )


def test_counted_work_is_spent_when_it_is_charged_and_an_interrupt_is_told_first():
    budget = Budget(effort_s=1.0)
    budget.charge(0.6)
    assert not budget.spent()
    budget.charge(0.6)
    assert budget.spent()
    assert budget.reason == "effort"
    pulled = Interrupt()
    pulled.pull()
    both = Budget(effort_s=0.0, rule=pulled)
    assert both.spent()
    assert both.reason == "interrupted"
    assert np.isinf(both.share(np.inf).effort_s)


def test_counted_work_ends_a_proof_at_the_same_place_under_load(hard):
    """A proof that is given little work stops with the same bound however busy the machine is."""
    ended = threading.Event()

    def burn():
        while not ended.is_set():
            sum(range(1000))

    alone = solve_exact(hard, budget=Budget(effort_s=0.01))
    others = [threading.Thread(target=burn) for _ in range(4)]
    for other in others:
        other.start()
    try:
        busy = solve_exact(hard, budget=Budget(effort_s=0.01))
    finally:
        ended.set()
    assert (alone.reason, busy.reason) == ("effort", "effort")
    assert (alone.bound, alone.objective, alone.rounds) == (
        busy.bound,
        busy.objective,
        busy.rounds,
    )


def test_no_work_proves_no_conflict(hard):
    assert explain_conflict(hard, budget=Budget(effort_s=0.0)) is None


def test_a_plan_that_the_time_limit_cut_short_still_has_a_bound(hard):
    start = np.arange(36, dtype=np.int32) // 9
    said = evaluate(hard, start)
    assert said.feasible
    budget = Budget(limit_s=0.0)
    found = certify(hard, start, said, profile=PROFILES["normal"], budget=budget, threads=1)
    assert budget.reason == "time_limit"
    assert 0 < found.bound <= said.objective


def test_a_merge_leaves_ctrl_c_to_the_caller():
    def mine(number, frame):
        raise AssertionError("nobody pressed it")

    before = signal.signal(signal.SIGINT, mine)
    try:
        rng = np.random.default_rng(0)
        problem = worlds.planar_problem(
            worlds.grid_xy(6, 6),
            rng.integers(90, 111, 36),
            4,
            worlds.grid_edges(6, 6),
            tolerance=0.1,
        )
        plans = [solve(problem, effort="quick", seed=seed).assignment for seed in (0, 1)]
        plans.append((plans[0] + 1) % 4)
        merge(problem, [plans[0], plans[2]], evaluate(problem, plans[0]).centers, effort=0.1)
        signal.raise_signal(signal.SIGINT)
    except AssertionError:
        return
    finally:
        signal.signal(signal.SIGINT, before)
    pytest.fail("the handler is gone")
