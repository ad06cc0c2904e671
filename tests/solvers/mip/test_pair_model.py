"""Solutions of a pair model are read back, and cuts name only pairs that are open."""

import numpy as np

from solvers.mip.cuts import Cut
from solvers.mip.given_centers import build_fixed
from solvers.problem.pieces import merge
from tests.solvers import worlds


def built():
    problem = worlds.matrix_problem(
        [[1.0, 2.0], [2.0, 1.0], [1.0, 1.0]], np.ones(3), worlds.path_edges(3), tolerance=1.0,
        forbidden=np.array([[2, 1]], dtype=np.int32),
    )  # fmt: skip
    items = merge(problem)
    return build_fixed(problem, items, np.isfinite(items.cost))


def test_each_item_is_read_from_the_pair_that_weighs_most():
    model = built()
    values = np.zeros(model.model.objective.size)
    for pair, weight in (((0, 1), 0.9), ((0, 0), 0.1), ((1, 0), 1.0), ((2, 0), 1.0)):
        values[model.place[pair]] = weight
    assert model.columns_of(values).tolist() == [1, 0, 0]
    assert model.centers_of(values) is None


def test_a_cut_becomes_a_row_over_its_open_pairs():
    model = built()
    cut = Cut(plus=((0, 0), (2, 1)), minus=((1, 0),), limit=0)
    row = model.with_cuts([cut]).matrix.toarray()[-1]
    assert row[model.place[0, 0]] == 1.0
    assert row[model.place[1, 0]] == -1.0
    assert np.count_nonzero(row) == 2  # unit 2 cannot go to territory 1


def test_a_cut_that_closed_pairs_keep_already_is_no_row():
    model = built()
    cut = Cut(plus=((2, 1),), minus=(), limit=0)
    assert model.with_cuts([cut]) is model.model
