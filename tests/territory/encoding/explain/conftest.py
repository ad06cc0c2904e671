"""The grid of twelve units with its problem opened once, for all tests of reasons and prices."""

import pytest

from territory.encoding.explain.position import open_position


@pytest.fixture(scope="session")
def plan(pinned_plan):
    return pinned_plan


@pytest.fixture(scope="session")
def position(plan):
    return open_position(plan)
