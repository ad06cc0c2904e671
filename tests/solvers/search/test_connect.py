"""Rows that keep territories in one piece where a few units choose, and mending of what is not."""

import numpy as np

from solvers.search.choice import Choice
from solvers.search.connect import cuts, first_cuts, mended
from tests.solvers import worlds

# Units 0 to 5 in a row: territory 0 has 0, 1, 2 and territory 1 the rest; 1 to 4 are open.
BASE = np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)


def world(**rules):
    return worlds.matrix_problem(np.ones((6, 2)), np.ones(6), worlds.path_edges(6), **rules)


def choice(units=(1, 2, 3, 4), base=BASE):
    return Choice(
        base=base, units=np.array(units), territories=np.array([0, 1]),
        allowed=np.ones((len(units), 2), dtype=bool), columns=np.array([0, 1], dtype=np.int32),
    )  # fmt: skip


def test_a_unit_joins_only_beside_another_of_the_territory():
    found = {(cut.held, cut.wall) for cut in first_cuts(world(), choice())}
    # Unit 2 (row 1) joins territory 0 only with 1 or 3 (rows 0 and 2); 1 touches 0, which is held.
    assert (((1, 0),), ((0, 0), (2, 0))) in found
    assert not any(held == ((0, 0),) for held, _ in found)


def test_a_territory_in_pieces_is_cut_off_by_what_parts_it():
    broken = np.array([0, 1, 0, 1, 1, 1], dtype=np.int32)
    found = cuts(world(), choice(), broken)
    # Unit 2 (row 1) of territory 0 needs unit 1 (row 0); unit 1 of territory 1 needs unit 2.
    assert {(cut.held, cut.wall) for cut in found} == {
        (((1, 0),), ((0, 0),)),
        (((0, 1),), ((1, 1),)),
    }


def test_a_plan_in_one_piece_needs_no_cut():
    assert cuts(world(), choice(), BASE) == []


def test_stray_pieces_go_back_to_where_the_plan_had_them():
    broken = np.array([0, 1, 0, 1, 1, 1], dtype=np.int32)
    out = mended(world(), choice(), broken)
    assert out is not None
    assert out[0] == 0
    assert (np.diff(out) >= 0).all()  # each territory one run of the row
    assert broken.tolist() == [0, 1, 0, 1, 1, 1]


def test_where_a_pin_holds_a_territory_apart_nothing_is_mended():
    pinned = np.array([0, 1, 0, -1, -1, -1], dtype=np.int32)
    broken = np.array([0, 1, 0, 1, 1, 1], dtype=np.int32)
    assert mended(world(pinned=pinned), choice(base=broken), broken) is None
