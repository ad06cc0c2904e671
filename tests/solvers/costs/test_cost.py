"""Every class of cost gives the same answers to the same questions."""

import numpy as np
import pytest

from solvers import CandidateCost, MatrixCost, PairCost, PlanarCost
from solvers.costs.cost import cheapest_of_all, check_table
from solvers.errors import ProblemError

XY = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
TABLE = np.array([[0.0, 5.0, 10.0], [5.0, 0.0, 5.0], [10.0, 5.0, 0.0]])


def whole_lists(k):
    return CandidateCost(
        indptr=np.arange(0, 3 * k + 1, k),
        territory=np.tile(np.arange(k, dtype=np.int32), 3),
        cost=TABLE[:, :k].ravel(),
        k=k,
    )


COSTS = {
    "matrix": MatrixCost(cost=TABLE),
    "lists": whole_lists(3),
    "pairs": PairCost(pair=TABLE),
    "homes": PlanarCost(xy=XY, weight=np.ones(3), offset=np.zeros(3), home_xy=XY),
    "plane": PlanarCost(xy=XY, weight=np.ones(3), offset=np.zeros(3)),
}


@pytest.fixture(params=COSTS, ids=str)
def cost(request):
    return COSTS[request.param]


def test_the_same_distances_cost_the_same_in_every_class(cost):
    cost.check()
    units, columns = np.array([0, 2, 1]), np.array([2, 2, 0])
    assert cost.at(units, columns).tolist() == [10.0, 0.0, 5.0]
    assert cost.travel_at(units, columns).tolist() == [10.0, 0.0, 5.0]
    assert cost.column(1).tolist() == [5.0, 0.0, 5.0]
    assert (cost.n, cost.n_columns) == (3, 3)


def test_the_cheapest_territories_are_numbered_by_their_place_among_the_columns(cost):
    if not cost.complete:
        return  # lists are returned as they are, see below
    lists = cost.cheapest(np.array([2, 0]), 1)
    assert lists.indptr.tolist() == [0, 1, 2, 3]
    assert lists.territory[[0, 2]].tolist() == [1, 0]
    assert lists.cost.tolist() == [0.0, 5.0, 0.0]
    assert lists.travel.tolist() == lists.cost.tolist()


def test_a_typical_cost_is_above_zero_and_no_unit_is_idle(cost):
    typical, idle = cost.typical(3)
    assert typical > 0
    assert not idle.any()


def test_only_a_plane_has_points():
    assert [name for name, each in COSTS.items() if each.points is not None] == ["homes", "plane"]


def test_only_lists_leave_pairs_without_a_price():
    assert [name for name, each in COSTS.items() if not each.complete] == ["lists"]


def test_cheapest_of_all_looks_at_every_column():
    lists = cheapest_of_all(COSTS["matrix"], np.arange(3), 2)
    assert sorted(lists.territory[:2].tolist()) == [0, 1]
    assert sorted(lists.cost[:2].tolist()) == [0.0, 5.0]


def test_units_that_cost_the_same_anywhere_are_idle_and_do_not_count():
    typical, idle = MatrixCost(cost=np.array([[7.0, 7.0], [1.0, 3.0]])).typical(2)
    assert (typical, idle.tolist()) == (2.0, [True, False])
    assert PairCost(pair=np.ones((2, 2))).typical(2)[0] == 1.0


def test_a_table_with_a_hole_is_refused_by_its_place():
    with pytest.raises(ProblemError, match=r"cost\[0, 1\] is nan"):
        check_table(np.array([[1.0, np.nan]]))
