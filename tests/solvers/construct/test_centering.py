"""Centers in the plane: one kernel where every territory is a candidate, lists where not."""

import numpy as np
import pytest

from solvers.construct import centering
from solvers.construct.centering import centred
from tests.solvers import worlds


def spread(k, *, power=2, n=(9, 10), forbidden=None):
    rng = np.random.default_rng(4)
    xy, edges = worlds.grid_xy(*n), worlds.grid_edges(*n)
    xy = xy + rng.uniform(-0.3, 0.3, xy.shape)
    more = {} if forbidden is None else {"forbidden": forbidden}
    weight = rng.uniform(0.5, 2.0, len(xy))
    problem = worlds.planar_problem(xy, weight, k, edges, power=power, tolerance=0.1, **more)
    return problem, rng.integers(0, k, len(xy)).astype(np.int32)


def both(problem, first, monkeypatch, rounds=20):
    """What the kernel says, and what lists that are made anew in every turn do."""
    plane = problem.cost.points
    options = {"rounds": rounds, "spent": lambda: False}
    one = centred(problem, plane, first, **options)
    monkeypatch.setattr(centering, "MOST", 0)
    return one, centred(problem, plane, first, **options)


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize("k", [1, 2, 5, 9])
def test_the_kernel_says_what_lists_made_anew_say(k, power, monkeypatch):
    problem, first = spread(k, power=power)
    one, other = both(problem, first, monkeypatch)
    assert np.array_equal(one, other)
    assert one.dtype == np.int32


def test_forbidden_pairs_are_no_candidates_in_either(monkeypatch):
    shut = np.array([[u, 0] for u in range(0, 90, 3)], dtype=np.int32)
    problem, first = spread(4, forbidden=shut)
    one, other = both(problem, first, monkeypatch)
    assert np.array_equal(one, other)
    assert (one[::3] != 0).all()


def test_a_territory_without_units_begins_on_a_heavy_one(monkeypatch):
    problem, first = spread(3)
    one, other = both(problem, np.zeros_like(first), monkeypatch)
    assert np.array_equal(one, other)
    assert np.bincount(one, minlength=3).all()


def test_bands_are_kept_better_than_by_the_nearest_center():
    problem, first = spread(5)
    plan = centred(problem, problem.cost.points, first, rounds=40, spent=lambda: False)
    load = np.bincount(plan, problem.balance.activity[:, 0], minlength=5)
    assert np.abs(load / problem.balance.goal[:, 0] - 1.0).max() < 0.25


def test_turns_are_the_same_in_pieces(monkeypatch):
    problem, first = spread(4)
    asked = []
    whole = centred(problem, problem.cost.points, first, rounds=12, spent=lambda: False)
    monkeypatch.setattr(centering, "_AT_ONCE", 1)
    pieces = centred(problem, problem.cost.points, first, rounds=12, spent=lambda: asked.append(1))
    assert np.array_equal(whole, pieces)
    assert len(asked) == 12
