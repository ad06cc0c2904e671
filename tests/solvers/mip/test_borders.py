"""The price of the border between territories, as variables of a model."""

import numpy as np

from solvers.mip.borders import no_borders, parted_borders
from solvers.problem.pieces import merge
from tests.solvers import worlds

PLACES = np.arange(6).reshape(3, 2)


def problem(price):
    return worlds.matrix_problem(
        np.ones((3, 2)),
        np.ones(3),
        worlds.path_edges(3),
        border_km=np.array([10.0, 10.0, 20.0, 20.0]),
        border_price=price,
    )


def test_each_border_is_priced_once_in_each_column():
    given = problem(2.0)
    borders = parted_borders(given, merge(given), PLACES, base=6)
    assert sorted(borders.usd.tolist()) == [20.0, 20.0, 40.0, 40.0]
    assert borders.n_columns == 4


def test_where_the_neighbour_may_not_follow_the_unit_itself_is_priced():
    given = problem(2.0)
    places = PLACES.copy()
    places[1, 0] = -1
    borders = parted_borders(given, merge(given), places, base=6)
    objective = np.zeros(6 + borders.n_columns)
    borders.price(objective)
    assert objective[0] == 20.0


def test_free_borders_need_no_variables():
    given = problem(0.0)
    assert parted_borders(given, merge(given), PLACES, base=6).n_columns == 0
    assert no_borders().n_columns == 0
