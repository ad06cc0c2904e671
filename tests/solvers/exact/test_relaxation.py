"""Reduced-cost fixing never closes a pair that some plan up to the cutoff uses."""

import itertools

import numpy as np
import pytest

from solvers.bounds.lagrangian import ascend, everywhere
from solvers.bounds.subgradient import Steps
from solvers.exact.relaxation import FixedRoot, FreeRoot, open_data
from solvers.problem.evaluate import evaluate
from solvers.problem.pieces import merge
from solvers.stop import Budget
from tests.solvers import worlds

INF = float("inf")
COST = np.random.default_rng(4).integers(1, 30, (7, 2)).astype(float)
LOADS = np.array([2.0, 1, 1, 2, 1, 1, 2])
EDGES = np.array([(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (0, 4), (1, 5), (2, 6)])
"""Four units above three."""
UNITS = np.arange(7)
PINNED = np.array([0, -1, 0, -1, -1, -1, -1], dtype=np.int32)


def fixed_world(loads=LOADS, **rules):
    return worlds.matrix_problem(COST, loads, EDGES, **({"tolerance": 0.3} | rules))


def free_world(**rules):
    return worlds.planar_problem(
        worlds.grid_xy(2, 4)[:7], LOADS, 2, EDGES, **({"tolerance": 0.2} | rules)
    )


def plans(problem):
    """Objective, assignment and centers of every plan that keeps all rules."""
    out = []
    for assignment in itertools.product(range(problem.k), repeat=problem.n):
        if len(set(assignment)) == problem.k:
            judged = evaluate(problem, np.array(assignment, dtype=np.int32))
            if judged.feasible:
                out.append((judged.objective, np.array(assignment), judged.centers))
    return sorted(out, key=lambda each: each[0])


def free_root(problem, cutoff):
    items = merge(problem)
    data = open_data(problem, items, cutoff)
    prices = ascend(
        data, everywhere(data), target=cutoff, budget=Budget(),
        steps=Steps(most=100, factor=1.0, least=0.01, patience=15),
    )  # fmt: skip
    return FreeRoot(problem, items, data, prices, budget=Budget())


@pytest.mark.parametrize(
    "rules",
    [{}, {"tolerance": 0.5}, {"contiguity": False}, {"travel_share": np.array([0.05])}],
    ids=["bands", "loose", "pieces", "travel"],
)
@pytest.mark.parametrize("above", [0.0, 5.0], ids=["at the optimum", "a little above"])
def test_given_centers_keep_every_pair_of_plans_up_to_the_cutoff(rules, above):
    problem = fixed_world(**rules)
    every = plans(problem)
    cutoff = every[0][0] + above
    root = FixedRoot(problem, merge(problem), Budget(), cutoff)
    assert root.reduce(cutoff, ()) is not None
    assert root.bound <= every[0][0] + 1e-6
    for objective, assignment, _ in every:
        if objective <= cutoff:
            assert root.opened[UNITS, assignment].all()


def test_fixing_closes_pairs_at_all_and_without_a_cutoff_none():
    problem = fixed_world()
    best = plans(problem)[0][0]
    closing, idle = (FixedRoot(problem, merge(problem), Budget(), each) for each in (best, INF))
    closing.reduce(best, ())
    idle.reduce(INF, ())
    assert idle.opened.all()
    assert closing.opened.sum() < idle.opened.sum()


def test_a_cutoff_below_the_relaxation_leaves_no_model():
    problem = fixed_world()
    root = FixedRoot(problem, merge(problem), Budget(), INF)
    root.reduce(INF, ())
    assert FixedRoot(problem, merge(problem), Budget(), INF).reduce(root.bound - 1.0, ()) is None


def test_a_unit_above_the_band_of_every_territory_is_said_before_any_model():
    heavy = LOADS.copy()
    heavy[0] = 50.0
    problem = fixed_world(heavy)
    root = FixedRoot(problem, merge(problem), Budget(), INF)
    assert root.infeasible
    assert not root.opened[0].any()
    assert root.opened[1:].all()


@pytest.mark.parametrize(
    "rules",
    [{}, {"contiguity": False}, {"power": 2}, {"pinned": PINNED}],
    ids=["bands", "pieces", "squared", "pins"],
)
@pytest.mark.parametrize("above", [0.0, 1.0], ids=["at the optimum", "a little above"])
def test_free_centers_keep_every_pair_of_plans_up_to_the_cutoff(rules, above):
    problem = free_world(**rules)
    every = plans(problem)
    cutoff = every[0][0] + above
    root = free_root(problem, cutoff)
    assert root.reduce(cutoff, ()) is not None
    assert root.bound <= every[0][0] + 1e-6
    items = merge(problem)
    for objective, assignment, _ in every:
        if objective > cutoff:
            continue
        # Any of the cheapest centers will do, so long as one whole plan stays open.
        choices = itertools.product(*[np.flatnonzero(assignment == t) for t in range(problem.k)])
        assert any(
            problem.cost.at(UNITS, np.array(c)[assignment]).sum() <= cutoff + 1e-9
            and root.opened[items.of_unit, np.array(c)[assignment]].all()
            for c in choices
        )


def test_free_centers_below_the_relaxation_leave_no_model():
    problem = free_world()
    best = plans(problem)[0][0]
    root = free_root(problem, best)
    assert root.reduce(0.2 * best, ()) is None


def test_a_territory_known_beforehand_leaves_its_units_one_center():
    """8-1 | 4-5 | 9: the 9 fills a territory; the 8 and the 1 are one, the 4 and the 5 another."""
    problem = worlds.planar_problem(
        worlds.grid_xy(1, 5), [8, 1, 4, 5, 9], 3, worlds.path_edges(5), tolerance=0.05
    )
    data = open_data(problem, merge(problem), INF)
    assert np.isfinite(data.cost[4]).nonzero()[0].tolist() == [4]
    assert np.isfinite(data.cost[:, 4]).nonzero()[0].tolist() == [4]
    _, assignment, _ = plans(problem)[0]
    for t in range(3):
        units = np.flatnonzero(assignment == t)
        assert np.isfinite(data.cost[np.ix_(units, units)]).all(axis=0).any()
