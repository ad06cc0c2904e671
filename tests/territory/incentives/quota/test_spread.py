"""Totals are spread to the dollar, within limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory.incentives.quota.spread import fill_between, whole_dollars


@st.composite
def fields(draw):
    """What is wanted, limits around it, and a total that lies between their sums."""
    k = draw(st.integers(1, 30))
    number = st.floats(0, 1e8, allow_nan=False)
    wanted = np.array(draw(st.lists(number, min_size=k, max_size=k)))
    lower = np.floor(np.array(draw(st.lists(number, min_size=k, max_size=k))))
    width = np.array(draw(st.lists(st.integers(0, 10**8), min_size=k, max_size=k)))
    share = draw(st.floats(0, 1))
    total = int(lower.sum()) + int(share * width.sum())
    return wanted, lower, lower + width, total


@given(fields())
def test_what_is_filled_keeps_the_limits_and_sums_to_the_total(world):
    wanted, lower, upper, total = world
    filled = fill_between(wanted, lower, upper, total)
    assert (filled >= lower).all()
    assert (filled <= upper).all()
    assert filled.sum() == pytest.approx(total, rel=1e-9, abs=1e-3)


@given(fields())
def test_whole_dollars_sum_exactly_and_keep_the_limits(world):
    wanted, lower, upper, total = world
    filled = fill_between(wanted, lower, upper, total)
    whole = whole_dollars(filled, total, lower.astype(np.int64), upper.astype(np.int64))
    assert int(whole.sum()) == total
    assert (whole >= lower).all()
    assert (whole <= upper).all()


@given(fields())
def test_free_shares_are_scaled_by_one_factor(world):
    wanted, lower, upper, total = world
    filled = fill_between(wanted, lower, upper, total)
    free = (filled > lower + 1) & (filled < upper - 1) & (wanted > 1e3)
    factors = filled[free] / wanted[free]
    assert np.ptp(factors) <= 1e-6 * factors.max() if len(factors) else True


def test_the_dollar_left_over_goes_to_the_largest_remainder():
    assert whole_dollars(np.array([33.1, 33.2, 33.7]), 100).tolist() == [33, 33, 34]
    assert whole_dollars(np.array([33.1, 33.7, 33.2]), 101).tolist() == [33, 34, 34]


def test_what_a_limit_holds_back_goes_to_the_others():
    filled = fill_between(
        np.array([10.0, 10.0, 80.0]), np.zeros(3), np.array([30.0, 30.0, 50.0]), 100.0
    )
    assert filled == pytest.approx([25.0, 25.0, 50.0])


@given(st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=20))
def test_rounding_moves_no_value_by_a_dollar(values):
    values = np.array(values)
    total = round(values.sum())
    whole = whole_dollars(values, total)
    assert int(whole.sum()) == total
    assert (np.abs(whole - values) < 1 + 1e-6).all()


def test_what_fits_already_is_left_alone():
    wanted = np.array([10.0, 20.0, 30.0])
    assert fill_between(wanted, wanted - 1, wanted + 1, 60.0).tolist() == wanted.tolist()


def test_who_wants_nothing_is_filled_last():
    filled = fill_between(np.array([1.0, 0.0]), np.zeros(2), np.array([50.0, 100.0]), 80.0)
    assert filled.tolist() == pytest.approx([50.0, 30.0])


def test_a_total_outside_the_limits_is_refused():
    with pytest.raises(ValueError, match="does not lie between"):
        whole_dollars(np.array([1.0]), 5, np.array([0]), np.array([2]))
