"""Swaps of land without activity, on grids small enough to try every share of it."""

import dataclasses
import itertools

import numpy as np
import pytest

from solvers import Borders, Changes, Rules, evaluate
from solvers.events import ignore
from solvers.search import swap
from solvers.search.best import Best
from solvers.search.swap import swap_idle_land
from solvers.stop import Budget, never
from tests.solvers.worlds import grid_edges, matrix_problem

ROWS, COLUMNS = 3, 6


def grid(active, *, price=1.0, km=None, k=2, **given):
    """A grid of 3 × 6 units; those named are active, and cost the same in all territories."""
    n = ROWS * COLUMNS
    activity = np.zeros(n)
    activity[list(active)] = 1.0
    edges = grid_edges(ROWS, COLUMNS)
    problem = matrix_problem(np.zeros((n, k)), activity, edges, tolerance=0.9)
    km = np.ones(problem.indices.size) if km is None else mirrored(problem, km)
    return dataclasses.replace(problem, borders=Borders(km=km, price=price), **given)


def mirrored(problem, km):
    """One drawn length for both entries of each border."""
    rows = np.repeat(np.arange(problem.n), np.diff(problem.indptr))
    return km[np.minimum(rows, problem.indices), np.maximum(rows, problem.indices)]


def swapped(problem, plan):
    plan = np.array(plan, dtype=np.int32)
    budget = Budget(limit_s=float("inf"), rule=never)
    run = Best(
        problem=problem,
        observer=ignore,
        budget=budget,
        assignment=plan,
        evaluation=evaluate(problem, plan),
    )
    swap_idle_land(run)
    return run.assignment


FINGER = [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1]
"""The two units of the finger in the middle row are idle."""

ACTIVE = set(range(18)) - {9, 10}


def test_a_finger_of_two_units_goes_where_the_border_is_short():
    """Half of the finger saves as much as all of it costs: no single unit would leave."""
    after = swapped(grid(ACTIVE), FINGER)
    assert after.reshape(ROWS, COLUMNS).tolist() == [[0, 0, 0, 1, 1, 1]] * 3


def test_nothing_changes_hands_where_borders_cost_nothing():
    assert swapped(grid(ACTIVE, price=0.0), FINGER).tolist() == FINGER


def test_active_land_stays_where_it_is():
    assert swapped(grid(range(18)), FINGER).tolist() == FINGER


def test_a_corridor_that_holds_a_territory_together_stays():
    """Both ends of the top row are territory 0's: only the idle corridor between joins them."""
    plan = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    active = {0, 5, *range(6, 18)}
    assert (swapped(grid(active), plan) == plan).all()


def test_what_the_referee_refuses_does_not_hold_up_the_rest():
    """Two dents in a straight line; the left one costs more to hand over than its border."""
    plan = np.array([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1])
    dear = np.zeros(18)
    dear[7] = 100.0
    changes = Changes(current=plan.astype(np.int32), move_cost=dear)
    after = swapped(grid(set(range(18)) - {7, 10}, changes=changes), plan)
    assert after[[7, 10]].tolist() == [1, 0]


@pytest.mark.parametrize("seed", range(12))
def test_no_share_of_the_idle_land_has_a_shorter_border(seed):
    """Against every share of six idle units between two territories in one piece each."""
    rng = np.random.default_rng(seed)
    idle = rng.choice(18, 6, replace=False)
    km = rng.uniform(1, 9, (18, 18))
    problem = grid(set(range(18)) - set(idle.tolist()), km=km)
    plan = np.array([0, 0, 0, 1, 1, 1] * 3)
    every = []
    for share in itertools.product((0, 1), repeat=6):
        other = plan.copy()
        other[idle] = share
        every.append(evaluate(problem, other))
    least = min(each.objective for each in every)
    shortest = next(each for each in every if each.objective == least)
    after = evaluate(problem, swapped(problem, plan))
    assert after.feasible
    # Ten metres are a step of the flow; where the shortest shares cut a territory up, more is left.
    assert after.objective <= evaluate(problem, plan).objective
    if shortest.feasible:
        assert after.objective == pytest.approx(least, abs=0.06)


def test_a_part_goes_where_the_whole_way_is_barred():
    """The shortest border would take the corridor too; the dent beside it may still go."""
    plan = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1])
    after = swapped(grid({0, 5, *range(6, 18)} - {10}), plan)
    assert after.tolist() == [0] * 6 + [1] * 12


def test_lengths_of_any_unit_do_not_overflow():
    """The finger in millimetres."""
    problem = grid(ACTIVE)
    long = Borders(km=np.full(problem.indices.size, 1e12), price=1.0)
    after = swapped(dataclasses.replace(problem, borders=long), FINGER)
    assert after.reshape(ROWS, COLUMNS).tolist() == [[0, 0, 0, 1, 1, 1]] * 3


def test_pinned_land_stays_and_what_lies_beside_it_goes():
    plan = np.array([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1])
    pinned = np.full(18, -1, dtype=np.int32)
    pinned[7] = 1
    after = swapped(grid(set(range(18)) - {7, 10}, rules=Rules(pinned=pinned)), plan)
    assert after[[7, 10]].tolist() == [1, 0]


def counted(monkeypatch):
    """Count the minimum cuts from here on: one a pair of neighbours that is looked at."""
    looks, cut = [], swap.sp.csgraph.maximum_flow

    def counting(*given):
        looks.append(given)
        return cut(*given)

    monkeypatch.setattr(swap.sp.csgraph, "maximum_flow", counting)
    return looks


THREE = [0, 0, 1, 1, 2, 2, 0, 0, 0, 1, 2, 2, 0, 0, 1, 1, 2, 2]
"""Territory 0 reaches into 1 by one idle unit; the border of 1 and 2 is straight."""


def test_neighbours_that_hand_nothing_over_are_not_looked_at_again(monkeypatch):
    """The second pass looks at 0 and 1 again, which changed; 1 and 2 were looked at as they are."""
    problem = grid(set(range(18)) - {8, 9, 10, 13}, k=3)
    looks = counted(monkeypatch)
    after = swapped(problem, THREE)
    assert after.reshape(ROWS, COLUMNS).tolist() == [[0, 0, 1, 1, 2, 2]] * 3
    first = len(looks)
    assert first == 3
    assert (swapped(problem, after) == after).all()
    assert len(looks) == first + 2


def test_a_pair_is_settled_only_as_it_stands():
    """The finger is found as long as it is there; without it nothing is, and the pair is kept."""
    problem, settled = grid(ACTIVE), set()
    idle = ~np.isin(np.arange(18), list(ACTIVE))
    finger = np.array(FINGER, dtype=np.int32)
    for _ in range(2):
        assert [each.units.tolist() for each in swap._pass(problem, finger, idle, settled)]
        assert not settled
    straight = np.array([0, 0, 0, 1, 1, 1] * 3, dtype=np.int32)
    assert not list(swap._pass(problem, straight, idle, settled))
    assert len(settled) == 1
    assert [each.units.tolist() for each in swap._pass(problem, finger, idle, settled)]


def test_what_hangs_together_in_two_territories_is_two_pieces():
    """A path of four units: the first two are one territory's, and the last is not wanted."""
    one, other = np.array([[0, 1], [1, 0], [1, 2], [2, 1], [2, 3], [3, 2]], dtype=np.int32).T
    path = swap._Ties(one, other, np.zeros(6))
    here, wanted = np.array([True, True, False, False]), np.array([True, True, True, False])
    assert [each.tolist() for each in swap._pieces(path, here, wanted)] == [[0, 1], [2]]
