"""Separators: a territory in two pieces needs one of the units between them."""

import numpy as np

from solvers.mip.cuts import fixed_separators
from tests.solvers import worlds


def test_a_territory_in_two_pieces_is_cut_off_by_the_unit_between():
    problem = worlds.matrix_problem(np.ones((3, 2)), np.ones(3), worlds.path_edges(3))
    cuts = fixed_separators(
        problem, np.arange(3, dtype=np.int32), np.ones((3, 2), dtype=bool), np.array([0, 1, 0])
    )
    broken = {(0, 0): 1, (1, 1): 1, (2, 0): 1}
    whole = {(0, 0): 1, (1, 0): 1, (2, 1): 1}

    def kept(cut, plan):
        left = sum(plan.get(pair, 0) for pair in cut.plus)
        return left - sum(plan.get(pair, 0) for pair in cut.minus) <= cut.limit

    assert cuts
    assert not all(kept(cut, broken) for cut in cuts)
    assert all(kept(cut, whole) for cut in cuts)


def test_whole_territories_need_no_cut():
    problem = worlds.matrix_problem(np.ones((3, 2)), np.ones(3), worlds.path_edges(3))
    assert not fixed_separators(
        problem, np.arange(3, dtype=np.int32), np.ones((3, 2), dtype=bool), np.array([0, 0, 1])
    )
