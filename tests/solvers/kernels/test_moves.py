"""The compiled kernels against slow obvious twins: full evaluation, networkx, plain loops."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers import evaluate
from solvers.bounds import lagrangian
from solvers.kernels import allocate, anneal, moves
from solvers.search.anneal import open_search, settle
from solvers.search.arrays import build_field, build_state, following
from tests.solvers.feature_worlds import grid_edges, world, worlds

WORLDS = {name: each for name, each in worlds().items() if each.n == 36 and each.k == 4}

FOLLOW = ", centers that follow"
"""A world whose centers are where every move puts them."""


def _search(name, seed):
    rng = np.random.default_rng(seed)
    problem = WORLDS[name.removesuffix(FOLLOW)]
    assignment = rng.integers(0, problem.k, problem.n).astype(np.int32)
    assignment[:4] = np.arange(4)
    search = open_search(problem, assignment, seed=seed)
    if name.endswith(FOLLOW):
        search.field = following(search.field)
        settle(search)
    search.state.price[:] = rng.uniform(1, 5, search.state.price.shape)
    search.state.cap_price[:] = 3.0
    return search, rng


def _priced(search):
    """Whole priced violation, by plain loops over the state's own arrays."""
    f, s = search.field, search.state
    excess = np.maximum(np.maximum(s.load - s.upper, s.lower - s.load), 0) / s.goal
    total = float((s.price * excess).sum())
    total += float((s.cap_price * np.maximum(s.moved - f.moved_cap, 0) / f.moved_scale).sum())
    barred = sum(moves.serve(f, s, u, int(s.assignment[u]))[2] for u in range(f.n))
    return total + f.big * barred


@pytest.mark.parametrize("name", [*WORLDS, "free" + FOLLOW])
@settings(max_examples=6)
@given(seed=st.integers(0, 10_000))
def test_what_a_move_changes_is_the_difference_of_full_evaluations(name, seed):
    search, rng = _search(name, seed)
    f, s = search.field, search.state
    loose = np.flatnonzero(~f.locked & (s.n_units[s.assignment] > 1))
    u = int(rng.choice(loose))
    a = int(s.assignment[u])
    b = int((a + rng.integers(1, f.k)) % f.k)
    moves.refresh(f, s, False)
    before = s.totals.copy()
    priced_before = _priced(search)
    worth, priced, plain, _ = moves.shift(f, s, u, a, b)
    moves.move(f, s, u, b)
    arrays = [np.array(each) for each in (s.load, s.mass, s.n_units, s.moved, s.held, s.foreign)]
    rim = set(s.rim[: s.rim_size[0]].tolist())
    moves.refresh(f, s, True)
    known = s.totals.tobytes(), s.rim[: s.rim_size[0]].tobytes()
    moves.refresh(f, s, False)
    assert (s.totals.tobytes(), s.rim[: s.rim_size[0]].tobytes()) == known
    assert s.totals[0] - before[0] == pytest.approx(worth, rel=1e-7, abs=1e-7)
    assert s.totals[1] - before[1] == pytest.approx(plain, rel=1e-7, abs=1e-7)
    assert _priced(search) - priced_before == pytest.approx(priced, rel=1e-7, abs=1e-6)
    again = (s.load, s.mass, s.n_units, s.moved, s.held, s.foreign)
    assert all(np.allclose(x, y) for x, y in zip(arrays, again, strict=True))
    assert rim == set(s.rim[: s.rim_size[0]].tolist())


@pytest.mark.parametrize(
    "name", ["homes", "matrix", "candidates", "matrix, today", "homes, groups"]
)
def test_the_objective_of_the_state_is_the_referees_with_fixed_centers(name):
    search, _ = _search(name, 5)
    judged = evaluate(search.problem, search.state.assignment)
    if np.isfinite(judged.objective):
        assert search.state.totals[0] == pytest.approx(judged.objective, rel=1e-9)
    assert np.allclose(search.state.load, judged.loads)


def test_the_objective_of_a_moving_centroid_is_the_spread_about_the_mean():
    search, _ = _search("free" + FOLLOW, 5)
    problem, assignment = search.problem, search.state.assignment
    total = 0.0
    for t in range(problem.k):
        mine = assignment == t
        mean = np.average(problem.cost.xy[mine], axis=0, weights=problem.cost.weight[mine])
        away = ((problem.cost.xy[mine] - mean) ** 2).sum(axis=1)
        total += float(problem.cost.weight[mine] @ away)
    assert search.state.totals[0] == pytest.approx(total, rel=1e-9)


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000))
def test_a_unit_may_pass_where_networkx_says_both_territories_stay_connected(seed):
    rng = np.random.default_rng(seed)
    problem = WORLDS["matrix"]
    graph = nx.Graph(grid_edges(6, 6).tolist())
    # Territories grown from random seeds, so that many are connected.
    cells = nx.voronoi_cells(graph, rng.choice(36, 4, replace=False).tolist())
    assignment = np.empty(36, dtype=np.int32)
    for t, cell in enumerate(cells.values()):
        assignment[list(cell)] = t
    f = build_field(problem)
    s = build_state(problem, f, assignment, seed=0)
    for u in range(36):
        a = int(assignment[u])
        rest = set(np.flatnonzero(assignment == a).tolist()) - {u}
        for b in range(4):
            if b == a or not rest:
                continue
            touching = any(assignment[v] == b for v in graph[u])
            around = [v for v in graph[u] if assignment[v] == a]
            joined = nx.node_connected_component(graph.subgraph(rest), around[0]) if around else ()
            wanted = touching and all(v in joined for v in around)
            found = anneal.may_pass(
                f.indptr, f.indices, f.ring, s.assignment, s.stamp, s.queue, s.tick, u, b
            )
            assert found == wanted


@pytest.mark.parametrize(
    "name", ["free", "free" + FOLLOW, "homes, pins", "matrix, together", "pair", "homes, exempt"]
)
def test_annealing_never_breaks_what_was_connected_and_counts_right(name):
    problem = WORLDS[name.removesuffix(FOLLOW)]
    from solvers.construct.starts import first_plan

    plan = first_plan(problem, np.random.default_rng(1))
    search = open_search(problem, plan, seed=3)
    if name.endswith(FOLLOW):
        search.field = following(search.field)
        settle(search)
    anneal.anneal(
        search.field, search.state, 2.0, 0.1, 20_000, 3, search.best, search.best_assignment
    )
    told = search.state.totals.copy()
    moves.refresh(search.field, search.state, False)
    assert search.state.totals == pytest.approx(told, rel=1e-6, abs=1e-6)
    settle(search)
    judged = evaluate(problem, search.state.assignment)
    assert {v.rule for v in judged.violations} <= {"balance"}


def test_units_choose_the_candidate_with_the_least_priced_cost():
    rng = np.random.default_rng(0)
    n, k, m = 20, 3, 2
    cost = rng.random((n, k))
    activity, price = rng.random((n, m)), rng.random((k, m))
    share = np.array([0.5, 0.0])
    taken, load, spent = np.empty((n, 2), dtype=np.int32), np.empty((k, m)), np.empty(k)
    allocate.choose(
        np.arange(0, n * k + 1, k),
        np.tile(np.arange(k, dtype=np.int32), n),
        cost.ravel(),
        cost.ravel(),
        activity,
        share,
        price,
        np.zeros(m),
        np.full(n, -np.inf),
        taken,
        load,
        spent,
    )
    assignment = taken[:, 0] % k
    amount = activity[:, None, :] + share * cost[:, :, None]
    value = cost + (price[None] * amount).sum(axis=2)
    assert np.array_equal(assignment, value.argmin(axis=1))
    for t in range(k):
        assert np.allclose(load[t], amount[assignment == t, t].sum(axis=0))
        assert spent[t] == pytest.approx(cost[assignment == t, t].sum())


def test_unassigned_units_join_the_least_loaded_neighbour_ring_by_ring():
    # A path of six: territory 0 at one end is loaded, territory 1 at the other is not.
    indptr = np.array([0, 1, 3, 5, 7, 9, 10])
    indices = np.array([1, 0, 2, 1, 3, 2, 4, 3, 5, 4], dtype=np.int32)
    assignment = np.array([0, -1, -1, -1, -1, 1], dtype=np.int32)
    waiting = np.array([1, 2, 3, 4], dtype=np.int32)
    allocate.absorb(
        indptr,
        indices,
        assignment,
        waiting,
        waiting.copy(),
        np.ones(6),
        np.array([5.0, 1.0]),
        np.ones(2),
        np.array([3 * 2 + 1]),
        np.full(6, -1, dtype=np.int32),
    )
    # Unit 3 may not go to territory 1, so territory 0 takes it although it is the fuller one.
    assert assignment.tolist() == [0, 0, 0, 0, 1, 1]


def test_random_bits_are_the_published_splitmix64():
    rng = np.array([1234567], dtype=np.uint64)
    first = [int(moves.draw(rng)) for _ in range(3)]
    assert first == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_a_field_holds_nothing_that_a_kernel_could_change():
    field = build_field(world("free"))
    assert all(not each.flags.writeable for each in field if isinstance(each, np.ndarray))


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_the_compiled_prices_of_free_centers_are_the_plain_ones(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(3, 12)), int(rng.integers(1, 3))
    cost = rng.uniform(0, 2, (n, n))
    cost[rng.random((n, n)) < 0.2] = np.inf
    np.fill_diagonal(cost, 0.0)
    data = lagrangian.HessData(
        cost=cost,
        weight=rng.choice([0.1, 0.3, 0.8], (n, m)),
        travel_share=rng.choice([0.0, 0.2], m),
        lower=np.full((n, m), 0.5),
        upper=np.full((n, m), 1.1),
        own=np.arange(n, dtype=np.int32),
        k=2,
    )
    part = lagrangian._slice(data, lagrangian.everywhere(data), np.arange(n))
    item, band = rng.uniform(0, 2, n), rng.choice([-0.4, 0.0, 0.7], (n, m))
    _, value, taken = part.price(item, band)
    quick_value, load = part.pricer()(item, band)
    assert quick_value == pytest.approx(value, abs=1e-12)
    carried = np.where(taken & np.isfinite(cost), cost, 0.0).sum(axis=0)
    assert load == pytest.approx(
        taken.T @ data.weight + carried[:, None] * data.travel_share, abs=1e-12
    )
    chosen = rng.choice(n, 2, replace=False)
    assert (part.count(item, band, chosen) == taken[:, chosen].sum(axis=1)).all()
