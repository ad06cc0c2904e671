"""Cells that hold something are counted, blanks are not."""

import pandas as pd

from territory.inputs.sources.rows.grid import filled_cells, shape_of, texts_of


def test_blank_cells_do_not_count():
    cells = pd.DataFrame({0: ["a", " ", ""], 1: ["b", "c", "\t"]}, dtype="str")
    assert filled_cells(cells).sum(axis=1).tolist() == [2, 1, 0]
    assert texts_of(cells, 1) == [" ", "c"]


def test_the_shape_of_an_id_is_that_of_its_neighbours():
    assert shape_of("A-0012") == shape_of("B-7") != shape_of("Page 7")
