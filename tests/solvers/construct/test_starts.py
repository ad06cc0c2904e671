"""First plans: territories keep their numbers where pins and today say so."""

import numpy as np
import pytest

from solvers import PairCost
from solvers.construct import centering
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


@pytest.mark.parametrize("kind", ["in the plane", "by pairs"])
def test_a_first_plan_whose_time_is_over_leaves_turns_out_and_is_complete(kind, monkeypatch):
    """A million units with 60 seconds took 115: each turn of their first plan takes seconds."""
    turns = []

    def late():
        turns.append(1)
        return True

    monkeypatch.setattr(centering, "_AT_ONCE", 1)
    xy, edges = worlds.grid_xy(4, 4), worlds.grid_edges(4, 4)
    problem = worlds.planar_problem(xy, np.ones(16), 4, edges)
    if kind == "by pairs":
        pair = np.abs(xy[:, None] - xy[None]).sum(axis=2)
        problem = worlds.changed(problem, cost=PairCost(pair=pair))
    whole = first_plan(problem, np.random.default_rng(0), spent=lambda: turns.append(1))
    assert len(turns) >= 19
    turns.clear()
    short = first_plan(problem, np.random.default_rng(0), spent=late)
    assert len(turns) == 1
    assert np.bincount(whole, minlength=4).all()
    assert np.bincount(short, minlength=4).all()
