"""The free-center model allows what the referee allows, but for contiguity, at the same price."""

import itertools

import numpy as np
import pytest
import scipy.optimize as so
import scipy.sparse as sp

from solvers.mip.free_centers import build_free
from solvers.mip.own_territories import told_apart
from solvers.problem.free_pairs import hess_data
from solvers.problem.pieces import merge
from tests.solvers import worlds

INF = float("inf")
PAIR = np.array(
    [[0, 2, 5, 7, 4], [2, 0, 3, 6, 3], [5, 3, 0, 2, 6], [7, 6, 2, 0, 1], [4, 3, 6, 1, 0]]
)
LOADS = np.array([2.0, 1.0, 1.0, 2.0, 1.0])
EDGES = np.array([(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)])


def ints(*values):
    return np.array(values, dtype=np.int32)


def world(**rules):
    given = {"contiguity": False, "tolerance": 0.45} | rules
    return worlds.pair_problem(PAIR.astype(float), LOADS, 2, EDGES, **given)


def bordered():
    plain = world()
    owner = np.repeat(np.arange(5), np.diff(plain.indptr))
    return world(border_price=0.5, border_km=(1.0 + owner + plain.indices).astype(float))


GOAL = np.array([[4.5], [2.5]])
WORLDS = {
    "bands": world(),
    "pinned": world(pinned=ints(0, -1, 0, 1, -1)),
    "together": world(together=ints(-1, 0, -1, -1, 0)),
    "radius": world(radius=5.0, distance=PAIR.astype(float)),
    "travel": world(travel_share=np.array([0.2])),
    "room by center": world(center_upper=np.array([[4.0], [6.0], [6.0], [3.0], [5.0]])),
    "a group": world(
        group_units=ints(0, 3, 4), group_indptr=np.array([0, 3]), group_price=np.array([2.5])
    ),
    "borders": bordered(),
    "goals of their own": world(goal=GOAL, lower=GOAL * 0.7, upper=GOAL * 1.3),
    "goals of their own, travel": world(
        goal=GOAL, lower=GOAL * 0.5, upper=GOAL * 1.5, travel_share=np.array([0.2])
    ),
    "forbidden": world(forbidden=np.array([[0, 0], [3, 1]], dtype=np.int32)),
    "today": world(
        current=ints(0, 0, 1, 1, -1), move_cost=np.full(5, 1.5),
        moved_weight=LOADS[:, None], moved_cap=np.array([3.0]),
    ),
}  # fmt: skip


def by_the_referee(problem):
    """Least objective of every way to serve units from two centers that breaks no rule."""
    out = {}
    for assignment in itertools.product(range(2), repeat=5):
        for centers in itertools.product(range(5), repeat=2):
            if centers[0] == centers[1] or any(assignment[c] != t for t, c in enumerate(centers)):
                continue
            objective, _, broken = worlds.judge(problem, assignment, centers)
            if not broken:
                columns = tuple(centers[t] for t in assignment)
                out[columns] = min(objective, out.get(columns, INF))
    return out


def by_the_model(problem):
    """Least objective for every choice of pairs; the other variables are the solver's."""
    items = merge(problem)
    data = hess_data(problem, items, cutoff=1e3)
    opened = np.isfinite(items.cost)
    pair = build_free(problem, items, data, opened, borders=True, apart=told_apart(problem))
    model, out, p = pair.model, {}, pair.item.size
    rows = so.LinearConstraint(sp.csr_array(model.matrix), model.row_lower, model.row_upper)
    for centers in itertools.combinations(range(5), 2):
        for columns in itertools.product(centers, repeat=items.count):
            units = np.array(columns)[items.of_unit]
            chosen = pair.place[np.arange(items.count), list(columns)]
            if (chosen < 0).any() or any(units[c] != c for c in centers):
                continue
            lower, upper = model.lower.copy(), model.upper.copy()
            lower[:p] = upper[:p] = 0.0
            lower[chosen] = upper[chosen] = 1.0
            found = so.milp(
                model.objective, constraints=rows, bounds=so.Bounds(lower, upper),
                integrality=model.integer.astype(int),
            )  # fmt: skip
            if found.status == 0:
                out[tuple(units.tolist())] = found.fun + model.offset
    return out


@pytest.mark.parametrize("name", WORLDS)
def test_the_model_and_the_referee_agree_on_every_plan_and_its_price(name):
    problem = WORLDS[name]
    judged = by_the_referee(problem)
    assert judged
    assert by_the_model(problem) == pytest.approx(judged)


def linear(problem, **kinds):
    """Value of the relaxation."""
    items = merge(problem)
    data = hess_data(problem, items, cutoff=1e3)
    model = build_free(problem, items, data, np.isfinite(items.cost), **kinds).model
    rows = so.LinearConstraint(sp.csr_array(model.matrix), model.row_lower, model.row_upper)
    found = so.milp(model.objective, constraints=rows, bounds=so.Bounds(model.lower, model.upper))
    return found.fun + model.offset


def test_a_relaxation_with_fewer_rules_is_a_bound_all_the_same():
    least = min(by_the_referee(WORLDS["borders"]).values())
    without, priced = (linear(WORLDS["borders"], borders=each) for each in (False, True))
    assert without <= priced + 1e-9
    assert priced <= least + 1e-9


def test_neighbours_of_units_away_from_their_center_cut_off_only_plans_in_pieces():
    problem = world(contiguity=True)
    items = merge(problem)
    data = hess_data(problem, items, cutoff=1e3)
    model = build_free(problem, items, data, np.isfinite(items.cost), beside=True)
    whole = by_the_referee(problem)
    assert whole
    for columns in whole:
        x = np.zeros(model.model.objective.size)
        x[model.place[np.arange(5), list(columns)]] = 1.0
        rows = model.model.matrix @ x
        assert (rows >= model.model.row_lower - 1e-9).all()
        assert (rows <= model.model.row_upper + 1e-9).all()
    # 0 and 2 without 1 or the way round: forbidden at once.
    x = np.zeros(model.model.objective.size)
    x[model.place[np.arange(5), [0, 1, 0, 1, 1]]] = 1.0
    rows = model.model.matrix @ x
    assert (rows > model.model.row_upper + 1e-9).any()


def test_territories_need_land_where_some_units_are_exempt_from_contiguity():
    """Unit 4 is an island far out: alone it is no territory while others could be."""
    problem = world(contiguity=True, exempt=np.array([0, 0, 0, 0, 1], dtype=bool), tolerance=0.99)
    assert by_the_referee(problem)
    alone = by_the_model(problem)
    assert not any(columns.count(4) == 1 and columns[4] == 4 for columns in alone)
