"""What the Lagrangian bounds share: the best multipliers met, and ever shorter steps."""

import numpy as np

from solvers.bounds.subgradient import Ascent, pushes, same_side


def climb(**more):
    return Ascent(**{"best": "first", "patience": 1, "progress": 0.1, "least": 0.3} | more)


def test_the_best_multipliers_are_kept_whatever_comes_after():
    ascent = climb()
    assert not ascent.stalls(10.0, "good")
    assert not ascent.stalls(5.0, "bad")
    assert (ascent.bound, ascent.best) == (10.0, "good")


def test_steps_shrink_after_bounds_without_progress_until_they_are_spent():
    ascent = climb()
    ascent.stalls(10.0, "good")
    assert [ascent.stalls(10.5, "a"), ascent.stalls(10.6, "b")] == [False, True]
    assert (ascent.factor, ascent.best, ascent.spent) == (0.5, "b", False)
    ascent.stalls(0.0, "c")
    ascent.stalls(0.0, "d")
    assert ascent.spent


def test_a_band_pushes_by_the_side_it_prices_and_by_what_it_misses():
    over, under = np.array([2.0, -1.0, 3.0]), np.array([4.0, -3.0, 5.0])
    assert pushes(np.array([1.0, -1.0, 0.0]), over, under).tolist() == [2.0, -3.0, 3.0]


def test_a_multiplier_changes_its_side_only_by_way_of_zero():
    assert same_side(np.array([1.0, -1.0, 0.0]), np.array([-2.0, -2.0, 3.0])).tolist() == [
        0.0,
        -2.0,
        3.0,
    ]
