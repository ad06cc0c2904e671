"""The kernels' flat arrays say what the problem says."""

import numpy as np
import pytest

from solvers.kernels import records
from solvers.search import arrays
from solvers.search.arrays import build_field, build_state, following, lay_out, set_centers
from tests.solvers import worlds
from tests.solvers.feature_worlds import grid_edges, quarters, world
from tests.solvers.feature_worlds import worlds as feature_worlds

WORLDS = feature_worlds()


def rows(indptr, values, at):
    return values[indptr[at] : indptr[at + 1]].tolist()


@pytest.mark.parametrize(
    ("name", "mode"),
    [("matrix", records.DENSE), ("candidates", records.SPARSE), ("homes", records.PLANE),
     ("free", records.PLANE), ("median", records.PLANE), ("pair", records.DENSE)],
)  # fmt: skip
def test_a_problem_is_laid_out_by_its_cost_with_centers_that_stand(name, mode):
    field = build_field(WORLDS[name])
    assert field.mode == mode
    assert field.free == (name in ("free", "median", "pair"))
    assert field.carries


@pytest.mark.parametrize(
    "name",
    ["free", "free, radius", "median", "free, travel in a measure", "homes", "pair", "matrix"],
)
def test_centers_follow_only_squared_distances_where_nothing_asks_for_the_center(name):
    standing = build_field(WORLDS[name])
    field = following(standing)
    if name != "free":
        assert field is standing
        return
    assert (field.mode, field.free, field.carries) == (records.CENTROID, False, False)
    assert field.x is standing.x


def test_centers_of_a_large_problem_always_follow(monkeypatch):
    """zip, k = 500 ±5 %, ended without a plan when they stood."""
    problem = WORLDS["free"]
    assert lay_out(problem).mode == records.PLANE
    monkeypatch.setattr(arrays, "LARGE", problem.n - 1)
    assert lay_out(problem).mode == records.CENTROID
    assert lay_out(WORLDS["median"]).mode == records.PLANE


def test_the_bits_of_an_entry_are_the_other_neighbours_that_it_touches():
    """A wheel: hub 0 and rim 1 to 5; hub's neighbour 1 touches 2 and 5."""
    edges = [(0, i) for i in range(1, 6)] + [(1, 2), (2, 3), (3, 4), (4, 5), (1, 5)]
    problem = worlds.matrix_problem(np.ones((6, 2)), np.ones(6), np.array(edges))
    field = build_field(problem)
    touching = {tuple(sorted(edge)) for edge in edges}
    for u in range(6):
        around = rows(field.indptr, field.indices, u)
        for v, bits in zip(around, rows(field.indptr, field.ring, u), strict=True):
            wanted = {p for p, w in enumerate(around) if tuple(sorted((v, w))) in touching}
            assert {p for p in range(62) if bits >> p & 1} == wanted


def test_a_unit_with_more_neighbours_than_a_number_has_bits_gets_none():
    n = 70
    edges = [(0, i) for i in range(1, n)] + [(i, i + 1) for i in range(1, n - 1)]
    field = build_field(worlds.matrix_problem(np.ones((n, 2)), np.ones(n), np.array(edges)))
    assert not any(rows(field.indptr, field.ring, 0))
    assert any(rows(field.indptr, field.ring, 2))


def test_whoever_is_together_with_a_pinned_unit_is_locked_too():
    assignment = np.full(36, -1, dtype=np.int32)
    pinned = assignment.copy()
    assignment[[0, 1, 2]] = 4
    assignment[[10, 11]] = 9
    assignment[20] = 6  # alone in its group: no group at all
    pinned[1] = 2
    field = build_field(world("matrix", together=assignment, pinned=pinned))
    assert np.flatnonzero(field.locked).tolist() == [0, 1, 2]
    assert field.mate_of[20] == -1
    assert [rows(field.mate_ptr, field.mates, g) for g in (0, 1)] == [[0, 1, 2], [10, 11]]
    assert field.mate_of[[0, 1, 2, 10, 11]].tolist() == [0, 0, 0, 1, 1]


def test_forbidden_territories_and_priced_groups_are_listed_by_unit():
    field = build_field(WORLDS["matrix, forbidden"])
    assert sorted(rows(field.barred_ptr, field.barred, 7)) == [0, 1]
    assert sorted(rows(field.barred_ptr, field.barred, 20)) == [2, 3]
    assert field.barred.size == 4
    assert field.ruled
    groups = build_field(WORLDS["matrix, groups"])
    assert rows(groups.group_ptr, groups.groups, 14) == [1]
    assert rows(groups.group_ptr, groups.groups, 5) == [0]
    assert groups.priced
    assert not build_field(WORLDS["matrix"]).ruled


def test_the_border_of_an_entry_is_its_length_times_the_price():
    plain = world("matrix")
    owner = np.repeat(np.arange(36), np.diff(plain.indptr))
    km = (owner + plain.indices + 1).astype(float)
    field = build_field(world("matrix", border_price=2.0, border_km=km))
    assert field.bordered
    for u in (0, 7, 35):
        near = np.array(rows(field.near_ptr, field.near, u))
        touching = np.array(rows(plain.indptr, plain.indices, u))
        wanted = np.where(np.isin(near, touching), 2.0 * (u + near + 1), 0.0)
        assert rows(field.near_ptr, field.border, u) == wanted.tolist()
    assert build_field(world("matrix", border_price=0.0, border_km=km)).border.size == 0


def test_units_that_may_lie_apart_try_their_cheapest_territories():
    problem = WORLDS["matrix, exempt"]
    field = build_field(problem)
    assert np.flatnonzero(field.roam).tolist() == [8, 27]
    cheapest = np.argsort(problem.cost.cost[8], kind="stable")
    assert field.roster[8].tolist() == cheapest.tolist()
    assert build_field(WORLDS["matrix, no contiguity"]).roam.all()
    assert build_field(WORLDS["matrix"]).roster.size == 0
    short = build_field(WORLDS["candidates, no contiguity"])
    listed = WORLDS["candidates"].cost
    for u in (0, 20):
        assert set(short.roster[u].tolist()) == set(rows(listed.indptr, listed.territory, u))


def test_nothing_that_a_search_must_not_change_can_be_written():
    field = build_field(WORLDS["pair, groups"])
    arrays = [each for each in field if isinstance(each, np.ndarray)]
    assert len(arrays) > 30
    assert not any(each.flags.writeable for each in arrays)
    assert all(each.flags.c_contiguous for each in arrays)


def test_a_state_copies_what_moves_change_and_draws_from_its_seed():
    problem = WORLDS["matrix, today"]
    field, assignment = build_field(problem), quarters()
    one, same, other = (build_state(problem, field, assignment, seed=seed) for seed in (1, 1, 2))
    one.assignment[0] = 3
    one.lower[0, 0] = -1.0
    assert assignment[0] == 0
    assert problem.balance.lower[0, 0] > 0
    assert one.rng == same.rng != other.rng


def test_centers_are_columns_of_the_cost_and_points_of_the_plane():
    problem = WORLDS["median"]
    state = build_state(problem, build_field(problem), quarters(), seed=0)
    set_centers(problem, state, np.array([0, 5, 30, 35]))
    assert state.col.tolist() == [0, 5, 30, 35]
    assert np.column_stack([state.cx, state.cy]).tolist() == [[0, 0], [5, 0], [0, 5], [5, 5]]
    fixed = WORLDS["matrix"]
    state = build_state(fixed, build_field(fixed), quarters(), seed=0)
    set_centers(fixed, state, np.array([0, 1, 2, 3]))
    assert not state.cx.any()


def test_the_graphs_are_the_problems():
    field = build_field(WORLDS["matrix"])
    pairs = {(u, v) for u in range(36) for v in rows(field.indptr, field.indices, u)}
    wanted = {tuple(edge) for edge in grid_edges(6, 6).tolist()}
    assert pairs == wanted | {(v, u) for u, v in wanted}
