"""The tabu search for compact plans: from a strip to a block, no other rule broken on the way."""

import numpy as np

from solvers.events import ignore
from solvers.moves.compact import MORE, STEPS, make_compact
from solvers.problem.evaluate import evaluate
from solvers.search.best import Best
from solvers.stop import Budget
from tests.solvers import worlds


def strips():
    """A 6 x 6 grid of three territories, cheapest as rows of two; asked to be squarer."""
    rows = np.arange(36) // 6
    cost = np.abs(rows[:, None] - np.array([[0.5, 2.5, 4.5]]))
    problem = worlds.matrix_problem(
        cost, np.ones(36), worlds.grid_edges(6, 6), tolerance=0.4, **worlds.squares(6, 6, 0.6)
    )
    return problem, (rows // 2).astype(np.int32)


def best_of(problem, assignment, rule=lambda: None):
    return Best(
        problem=problem,
        observer=ignore,
        budget=Budget(rule=rule),
        assignment=assignment,
        evaluation=evaluate(problem, assignment),
    )


def test_a_strip_between_two_others_becomes_compact_and_keeps_its_other_rules():
    problem, start = strips()
    # Only the middle strip has more border inland than coast: 12 of 16 km.
    assert [each.rule for each in evaluate(problem, start).violations] == ["compactness"]
    run = best_of(problem, start)
    make_compact(run, start, seed=1)
    assert run.evaluation.feasible
    assert evaluate(problem.without_shapes(), run.assignment).feasible


def test_the_same_seed_goes_the_same_way_and_steps_are_counted():
    problem, start = strips()
    found = []
    for _ in range(2):
        run = best_of(problem, start)
        make_compact(run, start, seed=2)
        found.append((run.assignment.tolist(), run.iteration))
    assert found[0] == found[1]
    assert STEPS / 2 < found[0][1] <= STEPS + MORE


def test_it_ends_when_asked_to():
    problem, start = strips()
    run = best_of(problem, start, rule=lambda: "interrupted")
    make_compact(run, start, seed=1)
    assert run.assignment.tolist() == start.tolist()
    assert run.budget.reason == "interrupted"


def test_pinned_units_stay_and_where_nothing_may_move_it_ends():
    _, start = strips()
    pinned = worlds.matrix_problem(
        np.ones((36, 3)), np.ones(36), worlds.grid_edges(6, 6), tolerance=0.4, pinned=start,
        **worlds.squares(6, 6, 0.6),
    )  # fmt: skip
    run = best_of(pinned, start)
    make_compact(run, start, seed=1)
    assert run.assignment.tolist() == start.tolist()
