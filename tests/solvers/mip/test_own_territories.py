"""When free centers have to be told which territory they serve."""

import numpy as np
import pytest

from solvers.mip.own_territories import told_apart
from tests.solvers import worlds

AWAY = np.abs(np.arange(4.0)[:, None] - np.arange(4.0)[None, :])


def free(**rules):
    return worlds.pair_problem(AWAY, np.ones(4), 2, worlds.path_edges(4), **rules)


def test_territories_that_nothing_tells_apart_need_no_names():
    assert not told_apart(free())
    assert not told_apart(free(pinned=np.array([0, -1, -1, 1], dtype=np.int32)))


@pytest.mark.parametrize(
    "rules",
    [
        {"goal": np.array([[1.0], [3.0]]), "lower": np.zeros((2, 1)), "upper": np.full((2, 1), 4)},
        {"forbidden": np.array([[0, 1]], dtype=np.int32)},
        {"current": np.array([0, 0, 1, 1], dtype=np.int32), "move_cost": np.ones(4)},
    ],
    ids=["goals", "forbidden", "moves"],
)
def test_goals_rules_and_moves_of_their_own_tell_them_apart(rules):
    assert told_apart(free(**rules))


def test_a_price_on_moving_tells_nothing_where_nobody_has_a_place_today():
    assert not told_apart(free(move_cost=np.ones(4)))


def test_fixed_centers_have_their_names_already():
    fixed = worlds.matrix_problem(
        np.ones((4, 2)), np.ones(4), worlds.path_edges(4),
        forbidden=np.array([[0, 1]], dtype=np.int32),
    )  # fmt: skip
    assert not told_apart(fixed)
