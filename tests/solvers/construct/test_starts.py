"""First plans: territories keep their numbers where pins and today say so."""

import numpy as np

from solvers.construct.starts import first_plan, match_territories
from tests.solvers import worlds

COST = np.array([[1.0, 9.0], [1.0, 9.0], [9.0, 1.0], [9.0, 1.0]])


def test_units_go_to_the_homes_that_are_near():
    problem = worlds.matrix_problem(COST, np.ones(4), worlds.path_edges(4))
    assert first_plan(problem, np.random.default_rng(0)).tolist() == [0, 0, 1, 1]


def test_territories_are_renumbered_by_what_is_pinned():
    problem = worlds.planar_problem(
        worlds.grid_xy(1, 4),
        np.ones(4),
        2,
        worlds.path_edges(4),
        pinned=np.array([1, -1, -1, -1], dtype=np.int32),
    )
    assert match_territories(problem, np.array([0, 0, 1, 1])).tolist() == [1, 1, 0, 0]


def test_without_pins_or_today_numbers_are_left_alone():
    problem = worlds.planar_problem(worlds.grid_xy(1, 4), np.ones(4), 2, worlds.path_edges(4))
    assert match_territories(problem, np.array([1, 1, 0, 0])).tolist() == [1, 1, 0, 0]
