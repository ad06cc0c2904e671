"""From any assignment to a complete one: pins, groups and one piece each."""

import numpy as np

from solvers.construct.repair import complete
from solvers.problem.evaluate import evaluate
from tests.solvers import worlds


def grid(**more):
    cost = np.ones((9, 3))
    return worlds.matrix_problem(cost, np.ones(9), worlds.grid_edges(3, 3), tolerance=0.9, **more)


def broken_rules(problem, assignment):
    return {each.rule for each in evaluate(problem, assignment).violations}


def test_nothing_becomes_a_complete_plan_in_pieces_of_one():
    found = complete(grid(), np.full(9, -1))
    assert sorted(np.unique(found).tolist()) == [0, 1, 2]
    assert not broken_rules(grid(), found) & {"contiguity", "assigned"}


def test_a_cut_off_piece_is_given_away():
    start = np.array([0, 1, 0, 1, 1, 1, 2, 2, 2])
    found = complete(grid(), start)
    assert "contiguity" not in broken_rules(grid(), found)
    assert (found[[4, 7]] == [1, 2]).all()


def test_pins_and_groups_come_before_what_was_given():
    ruled = grid(
        pinned=np.array([2, -1, -1, -1, -1, -1, -1, -1, -1], dtype=np.int32),
        together=np.array([0, 0, -1, -1, -1, -1, -1, -1, -1], dtype=np.int32),
    )
    found = complete(ruled, np.array([0, 0, 0, 1, 1, 1, 2, 2, 2]))
    assert found[:2].tolist() == [2, 2]


def test_the_start_itself_is_left_as_it_was():
    start = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    assert complete(grid(), start).tolist() == start.tolist()
    assert start.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
