"""The best of one solve: what is better is kept and told, what is worse is neither."""

import numpy as np

from solvers.problem.evaluate import evaluate
from solvers.search.best import Best, rank
from solvers.stop import Budget
from tests.solvers import worlds

COST = np.array([[1.0, 9.0], [1.0, 9.0], [9.0, 1.0], [9.0, 1.0]])
GOOD = np.array([0, 0, 1, 1], dtype=np.int32)
DEAR = np.array([1, 1, 0, 0], dtype=np.int32)
BROKEN = np.array([0, 1, 0, 1], dtype=np.int32)


def best_of(assignment):
    problem = worlds.matrix_problem(COST, np.ones(4), worlds.path_edges(4))
    told = []
    best = Best(
        problem=problem,
        observer=told.append,
        budget=Budget(),
        assignment=assignment,
        evaluation=evaluate(problem, assignment),
    )
    return best, told


def test_a_better_assignment_is_kept_and_told():
    best, told = best_of(DEAR)
    assert best.offer(GOOD, "improve")
    assert best.assignment.tolist() == GOOD.tolist()
    assert (told[0].stage, told[0].objective) == ("improve", 4.0)
    assert best.trace == told


def test_a_worse_one_is_not():
    best, told = best_of(GOOD)
    assert not best.offer(DEAR, "improve")
    assert (best.objective, told) == (4.0, [])


def test_any_assignment_that_keeps_the_rules_comes_before_any_that_does_not():
    best, _ = best_of(BROKEN)
    assert best.objective == float("inf")
    assert best.offer(DEAR, "improve")
    assert rank(best.evaluation) < rank(evaluate(best.problem, BROKEN))


def test_before_anything_is_assigned_the_objective_is_not_nothing():
    best, told = best_of(np.full(4, -1, dtype=np.int32))
    best.tell("exact")
    assert (told[0].objective, told[0].feasible) == (float("inf"), False)


def test_a_bound_only_rises():
    best, _ = best_of(GOOD)
    assert best.raise_bound(3.0)
    assert not best.raise_bound(2.0)
    assert best.bound == 3.0


def test_of_plans_that_fray_the_one_nearer_to_the_rule_ranks_first_whatever_it_costs():
    near, far, other = (np.zeros(25, dtype=np.int32) for _ in range(3))
    near[6:9] = 1
    far[[6, 7, 8, 11, 16]] = 1
    other[[0, 24]] = 1
    cost = np.array([[9.0, 9.0] if each else [1.0, 1.0] for each in near])
    problem = worlds.matrix_problem(
        cost, np.ones(25), worlds.grid_edges(5, 5), tolerance=0.9, **worlds.squares(5, 5, 0.6)
    )
    ranks = [rank(evaluate(problem, each)) for each in (near, far, other)]
    assert [each[0] for each in ranks] == [0.0, 0.0, 1.0]
    assert ranks == sorted(ranks)
    assert 0.0 < ranks[0][1] < 0.02
