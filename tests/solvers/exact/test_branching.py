"""The tree of regions against every choice of centers: nothing is lost, nothing counted twice."""

import itertools

import numpy as np
import pytest

from solvers.bounds.lagrangian import ascend, everywhere
from solvers.bounds.subgradient import Steps
from solvers.exact.branching import Asked, search_tree
from solvers.problem.free_pairs import hess_data
from solvers.problem.pieces import merge
from solvers.stop import Budget
from tests.solvers import worlds

INF = float("inf")
XY = np.array([(0, 0), (1, 0), (2, 1), (5, 0), (6, 1), (5, 2), (1, 3)], dtype=float)


def world(k=3, tolerance=0.4):
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (2, 5), (2, 6), (0, 6)]
    return worlds.planar_problem(
        XY, [3, 1, 2, 2, 1, 3, 2], k, np.array(edges), tolerance=tolerance, contiguity=False
    )


def cheapest_by_centers(data):
    """Least cost of an assignment within the bands for every choice of centers, by trying all."""
    q, n = data.cost.shape
    out = {}
    for centers in itertools.combinations(range(n), data.k):
        best = INF
        others = [i for i in range(q) if i not in centers]
        for choice in itertools.product(centers, repeat=len(others)):
            assignment = dict(zip(others, choice, strict=True)) | {j: j for j in centers}
            loads = [sum(data.weight[i] for i in range(q) if assignment[i] == j) for j in centers]
            here = list(centers)
            above, below = data.upper[here] - loads, loads - data.lower[here]
            if min(above.min(), below.min()) >= -1e-9:
                best = min(best, sum(data.cost[i, j] for i, j in assignment.items()))
        out[centers] = best
    return out


class Grower:
    """Answers leaves by the table of all choices and remembers what it was asked."""

    def __init__(self, data, target, *, lowers):
        self.table = cheapest_by_centers(data)
        self.best = target
        self.lowers = lowers
        self.leaves = []
        self.told = []

    def leaf(self, prices, limit):
        regions = [(frozenset(r.columns.tolist()), r.count) for r in prices.regions]
        inside = [
            (value, centers)
            for centers, value in self.table.items()
            if all(sum(c in columns for c in centers) == count for columns, count in regions)
        ]
        self.leaves.append({centers for _, centers in inside})
        least = min((value for value, _ in inside if value <= limit), default=INF)
        if self.lowers:
            self.best = min(self.best, least)
        return least

    @property
    def asked(self):
        return Asked(target=lambda: self.best, leaf=self.leaf, progress=self.told.append)


def grown(problem, target, *, leaf_pairs=0, most=INF, xy=XY, budget=None, lowers=True):
    items = merge(problem)
    data = hess_data(problem, items)
    root = ascend(
        data, everywhere(data), target=target, budget=Budget(),
        steps=Steps(most=80, factor=1.0, least=0.01, patience=10),
    )  # fmt: skip
    grower = Grower(data, target, lowers=lowers)
    bound = search_tree(
        data, root, xy=xy, leaf_pairs=leaf_pairs, most=most, asked=grower.asked,
        budget=budget or Budget(),
    )  # fmt: skip
    return bound, grower, root


def test_every_choice_of_centers_that_has_a_plan_is_in_exactly_one_leaf():
    """The target stays far above all cost, so that nothing is pruned by it."""
    _, grower, _ = grown(world(), 1e9, lowers=False)
    seen = [centers for leaf in grower.leaves for centers in leaf]
    assert len(seen) == len(set(seen))
    assert len(grower.leaves) > 5
    assert {centers for centers, value in grower.table.items() if value < INF} <= set(seen)


@pytest.mark.parametrize("xy", [XY, None], ids=["places", "costs only"])
@pytest.mark.parametrize("target", [INF, 1e9], ids=["a guess", "a plan known"])
def test_the_tree_ends_at_the_optimum_of_the_relaxed_problem(target, xy):
    bound, grower, _ = grown(world(), target, xy=xy)
    best = min(grower.table.values())
    assert grower.best == pytest.approx(best)
    assert bound >= best - 1e-9  # nothing better can be left
    assert max(grower.told) <= best + 1e-9  # and never was more promised


def test_a_target_below_every_plan_is_proved_without_a_leaf():
    bound, grower, root = grown(world(), 1e-6)
    assert bound == root.bound > 1e-6
    assert grower.leaves == []


def test_where_no_choice_keeps_the_bands_nothing_is_left():
    bound, grower, _ = grown(world(tolerance=0.0), 1e9)
    assert min(grower.table.values()) == INF
    assert bound > 1e9 or bound == INF


def test_the_search_is_given_up_above_the_highest_guess_with_a_bound_that_holds():
    """At ±20 % the best plan costs half as much again as the bound at the root."""
    tight = world(tolerance=0.2)
    _, _, root = grown(tight, INF)
    most = 1.2 * root.bound
    bound, grower, _ = grown(tight, INF, most=most)
    assert root.bound < bound <= most < min(grower.table.values())
    assert grower.best == INF


def test_a_spent_budget_ends_the_tree_with_the_roots_bound():
    bound, grower, root = grown(world(), 1e9, budget=Budget(limit_s=0.0))
    assert (bound, grower.leaves) == (root.bound, [])


def test_a_branch_with_few_open_pairs_is_a_leaf_at_once():
    _, grower, _ = grown(world(), 1e9, leaf_pairs=7 * 7)
    assert len(grower.leaves) == 1
    assert len(grower.leaves[0]) == len(grower.table)
