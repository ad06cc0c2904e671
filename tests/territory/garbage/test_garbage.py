"""Garbage in circles is searched for seldom in a block, and as before after it."""

import gc

import pytest

from territory.garbage import FEW_SEARCHES, seldom_searched


@pytest.fixture
def thresholds():
    before = gc.get_threshold()
    yield gc.set_threshold
    gc.set_threshold(*before)


def test_a_block_searches_seldom_and_what_comes_after_it_as_before(thresholds):
    thresholds(700, 10, 10)
    with pytest.raises(RuntimeError), seldom_searched():
        assert gc.get_threshold() == FEW_SEARCHES
        raise RuntimeError
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("own", [(0, 10, 10), (80_000, 5, 5)], ids=["never", "more seldom"])
def test_who_searches_as_seldom_is_left_alone(own, thresholds):
    thresholds(*own)
    with seldom_searched():
        assert gc.get_threshold() == own


def test_a_function_is_decorated_for_all_its_calls(thresholds):
    thresholds(700, 10, 10)
    told = seldom_searched()(gc.get_threshold)
    assert [told(), told()] == [FEW_SEARCHES] * 2
    assert gc.get_threshold() == (700, 10, 10)
