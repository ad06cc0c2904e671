"""Where the way from a territory to an item stands in the tables of travel."""

import numpy as np

from territory.encoding.roads import Roads

NONE = np.zeros((0, 0))


def roads(**given):
    return Roads(
        origins=NONE, located=False, minutes=NONE, hours=NONE, nights=NONE, unit_minutes=NONE,
        start=None, **given,
    )  # fmt: skip


def test_where_all_ways_are_told_the_column_is_the_territory():
    assert roads().column(np.array([2, 0]), np.array([0, 1])).tolist() == [2, 0]


def test_where_only_its_own_way_is_told_the_column_is_the_first_or_none():
    some = roads(own=np.array([3, 4], dtype=np.int32))
    told = some.column(np.array([3, 1, 4]), np.array([0, 0, 1]))
    assert told.tolist() == [0, -1, 0]
