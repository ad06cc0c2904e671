"""Where territories sit: every shortcut against the full table of unit × unit costs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers import MatrixCost, PairCost, PlanarCost
from solvers.problem import centers
from solvers.problem.problem import adjacency_from_edges
from tests.solvers.worlds import problem_of


def _problem(cost, k, **rules):
    n = cost.n
    indptr, indices = adjacency_from_edges(n, np.column_stack([np.arange(n - 1), np.arange(1, n)]))
    goal = np.full((k, 1), n / k)
    return problem_of(
        cost=cost,
        activity=np.ones((n, 1)),
        goal=goal,
        lower=goal * 0.0,
        upper=goal * 9.0,
        indptr=indptr,
        indices=indices,
        contiguity=False,
        **rules,
    )


def _oracle(problem, assignment):
    """Cheapest own unit by the full table."""
    out = []
    for t in range(problem.k):
        units = np.flatnonzero(assignment == t)
        if units.size == 0:
            out.append(np.inf)
            continue
        table = problem.cost.at(units[:, None], units[None, :])
        out.append(table.sum(axis=0).min())
    return np.array(out)


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize("dense_units", [0, 400])
@settings(max_examples=40)
@given(data=st.data())
def test_centers_cost_as_little_as_the_full_table_says(power, dense_units, data):
    n, k = 30, 3
    rng = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    cost = PlanarCost(
        xy=rng.integers(0, 12, (n, 2)).astype(float),
        weight=rng.integers(0, 4, n).astype(float),
        offset=rng.random(n),
        power=power,
    )
    problem = _problem(cost, k)
    assignment = rng.integers(-1, k, n)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(centers, "_DENSE_UNITS", dense_units)
        found = centers.best_centers(problem, assignment)
    wanted = _oracle(problem, assignment)
    for t in range(k):
        units = np.flatnonzero(assignment == t)
        if units.size == 0:
            assert found[t] == -1
            continue
        assert found[t] in units
        value = cost.at(units, np.full(units.size, found[t])).sum()
        assert value == pytest.approx(wanted[t], rel=1e-9, abs=1e-9)


def test_a_pair_cost_gives_the_cheapest_own_unit():
    pair = np.array([[0.0, 5.0, 1.0], [5.0, 0.0, 2.0], [9.0, 9.0, 3.0]])
    problem = _problem(PairCost(pair=pair), 1)
    assert centers.best_centers(problem, np.zeros(3, dtype=int)).tolist() == [2]


def test_fixed_centers_are_the_territories_themselves():
    problem = _problem(MatrixCost(cost=np.ones((4, 2))), 2)
    assert centers.best_centers(problem, np.zeros(4, dtype=int)).tolist() == [0, 1]


def test_the_radius_comes_before_the_cost_of_a_center():
    # Three heavy units at 0, light ones at 4 and 8: cheapest is 0, but only 4 reaches all.
    xy = np.array([[0.0, 0], [0, 0], [0, 0], [4, 0], [8, 0]])
    cost = PlanarCost(xy=xy, weight=np.array([9.0, 9, 9, 1, 1]), offset=np.zeros(5))
    everyone = np.zeros(5, dtype=int)
    assert centers.best_centers(_problem(cost, 1), everyone).tolist() == [0]
    assert centers.best_centers(_problem(cost, 1, radius=5.0), everyone).tolist() == [3]


def test_a_center_needs_room_for_its_territory():
    cost = PlanarCost(
        xy=np.array([[0.0, 0], [1, 0], [2, 0]]), weight=np.ones(3), offset=np.zeros(3)
    )
    room = np.array([[3.0], [2.0], [3.0]])
    found = centers.best_centers(_problem(cost, 1, center_upper=room), np.zeros(3, dtype=int))
    assert found.tolist() == [0]
