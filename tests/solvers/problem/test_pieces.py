"""Units that stay together are one item of a model."""

import numpy as np

from solvers.problem.pieces import merge
from tests.solvers import worlds

COST = np.array([[1.0, 5.0], [2.0, 6.0], [3.0, 7.0], [4.0, 8.0]])


def problem(**more):
    return worlds.matrix_problem(COST, np.ones(4), worlds.path_edges(4), **more)


def test_a_group_is_one_item_with_the_sums_of_its_units():
    items = merge(problem(together=np.array([-1, 0, -1, 0], dtype=np.int32)))
    assert items.of_unit.tolist() == [0, 1, 2, 1]
    assert items.first.tolist() == [0, 1, 2]
    assert items.activity[1].tolist() == [2.0]
    assert items.cost[1].tolist() == [6.0, 14.0]


def test_pins_and_forbidden_pairs_leave_a_pair_without_a_price():
    items = merge(
        problem(
            pinned=np.array([0, -1, -1, -1], dtype=np.int32),
            forbidden=np.array([[3, 1]], dtype=np.int32),
        )
    )
    assert np.isfinite(items.cost).tolist() == [
        [True, False],
        [True, True],
        [True, True],
        [True, False],
    ]


def test_moving_from_today_s_territory_is_priced():
    items = merge(
        problem(current=np.array([0, 0, 1, 1], dtype=np.int32), move_cost=np.full(4, 100.0))
    )
    assert items.cost[0].tolist() == [1.0, 105.0]
    assert items.cost[3].tolist() == [104.0, 8.0]
