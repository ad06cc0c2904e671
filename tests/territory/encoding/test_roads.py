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


def test_where_few_are_told_the_own_territory_comes_first_and_the_others_in_order():
    some = roads(toward=np.array([1, 4]), own=np.array([3, 4], dtype=np.int32))
    items = np.array([0, 0, 0, 0, 1])
    told = some.column(np.array([3, 1, 4, 2, 4]), items)
    assert told.tolist() == [0, 1, 2, -1, 0]
