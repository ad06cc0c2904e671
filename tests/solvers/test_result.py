"""The distance between an objective and what is proved about it."""

import pytest

from solvers.result import relative_gap


def test_a_gap_is_the_distance_as_a_share_of_the_objective():
    assert relative_gap(200.0, 150.0) == pytest.approx(0.25)


def test_nothing_proved_or_nothing_found_is_an_infinite_gap():
    assert relative_gap(200.0, float("-inf")) == float("inf")
    assert relative_gap(float("inf"), 100.0) == float("inf")


def test_a_bound_above_the_objective_by_rounding_leaves_no_gap():
    assert relative_gap(100.0, 100.0 + 1e-9) == 0.0
