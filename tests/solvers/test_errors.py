"""Checks of arrays name the field, the place and the value."""

import numpy as np
import pytest

from solvers.errors import ProblemError, check_indices, check_numbers, check_shape, first_true


def test_the_first_true_is_found_in_any_shape():
    assert first_true(np.array([[False, False], [True, True]])) == (1, 0)
    assert first_true(np.zeros(3, dtype=bool)) is None


def test_a_wrong_shape_is_named_beside_the_right_one():
    with pytest.raises(ProblemError, match=r"goal is of shape \(2,\); expected shape \(3,\)"):
        check_shape("goal", np.ones(2), (3,))


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0])
def test_numbers_are_finite_and_not_below_the_lowest(value):
    with pytest.raises(ProblemError, match=r"activity\[1\] is "):
        check_numbers("activity", np.array([0.0, value]))


def test_the_lowest_itself_is_right_unless_it_must_be_above():
    check_numbers("goal", np.zeros(1))
    with pytest.raises(ProblemError, match="expected a finite number above 0"):
        check_numbers("goal", np.zeros(1), above=True)


def test_indices_are_whole_numbers_in_their_range():
    check_indices("pinned", np.array([-1, 2]), 3)
    with pytest.raises(ProblemError, match=r"pinned\[1\] is 3; expected -1 to 2"):
        check_indices("pinned", np.array([0, 3]), 3)
    with pytest.raises(ProblemError, match="expected integers"):
        check_indices("pinned", np.array([0.0]), 3)
