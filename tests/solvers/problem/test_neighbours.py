"""Who hangs together, and who is tried beside whom."""

import numpy as np

from solvers.problem.neighbours import contiguity_graph, proposal_graph
from tests.solvers import worlds

EXEMPT = np.array([False, True, False, False])


def test_exempt_units_connect_nothing():
    ruled = worlds.matrix_problem(np.ones((4, 2)), np.ones(4), worlds.ring_edges(4), exempt=EXEMPT)
    indptr, indices = contiguity_graph(ruled)
    assert np.diff(indptr).tolist() == [1, 0, 1, 2]
    assert 1 not in indices


def test_a_unit_that_contiguity_does_not_bind_is_tried_beside_its_nearest():
    xy = np.array([[0.0, 0.0], [9.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    ruled = worlds.planar_problem(xy, np.ones(4), 2, worlds.path_edges(4), exempt=EXEMPT)
    indptr, indices = proposal_graph(ruled)
    assert set(indices[indptr[1] : indptr[2]].tolist()) == {0, 2, 3}


def test_where_all_hang_together_only_neighbours_are_tried():
    plain = worlds.matrix_problem(np.ones((4, 2)), np.ones(4), worlds.path_edges(4))
    assert proposal_graph(plain)[1].tolist() == plain.indices.tolist()
