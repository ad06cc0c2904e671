"""Bands on the plan's own total, as rows of an integer model."""

import numpy as np
import pytest

from solvers.mip.band_rows import add_share_rows, add_total_row, heaviest
from solvers.mip.model import Rows

LOAD = np.array([3.0, 1.0, 1.0, 1.0])  # of four pairs: the first three in row 0, the last in row 1
ROW = np.array([0, 0, 1, 1])
TOTAL = 4


def holds(rows, x):
    matrix, low, high = rows.arrays()
    value = matrix @ np.asarray(x, dtype=float)
    return ((low <= value + 1e-9) & (value <= high + 1e-9)).tolist()


def test_the_heaviest_pair_of_every_item_counts():
    assert heaviest(np.array([0, 0, 1], dtype=np.int32), np.array([2.0, 5.0, 1.0])) == 6.0
    assert heaviest(np.zeros(0, dtype=np.int32), np.zeros(0)) == 0.0


def test_the_total_is_the_loads_in_shares_of_all_goals():
    rows = Rows(5)
    add_total_row(rows, LOAD, 2.0, TOTAL)
    assert holds(rows, [1, 0, 1, 0, 2.0]) == [True]
    assert holds(rows, [1, 0, 1, 0, 2.1]) == [False]


@pytest.mark.parametrize(
    ("side", "total", "kept"),
    [
        ("upper", 6.0, [True, True]),
        ("upper", 5.0, [False, True]),
        ("lower", 6.0, [True, False]),
        ("lower", 3.0, [True, True]),
    ],
)
def test_a_band_is_a_share_of_whatever_the_total_is(side, total, kept):
    rows = Rows(5)
    add_share_rows(rows, ROW, LOAD, np.array([0.5, 0.3]), total=TOTAL, side=side)
    assert holds(rows, [1, 0, 0, 1, total]) == kept


@pytest.mark.parametrize("side", ["upper", "lower"])
def test_a_row_is_let_off_only_where_its_variable_is_zero(side):
    rows = Rows(7)
    off = (np.array([5, 6]), 10.0)
    add_share_rows(rows, ROW, LOAD, np.array([0.5, 0.5]), total=TOTAL, side=side, off=off)
    plan = [1, 0, 0, 1, 4.0]  # loads 3 and 1 beside 2
    assert holds(rows, [*plan, 0, 0]) == [True, True]
    assert holds(rows, [*plan, 1, 1]) == ([False, True] if side == "upper" else [True, False])
