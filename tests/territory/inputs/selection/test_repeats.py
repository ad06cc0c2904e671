"""Rows that repeat an earlier one in every cell are left out; contradictions stay."""

import numpy as np
import pandas as pd

from territory.inputs.selection.repeats import with_repeats_told, without_repeats
from territory.inputs.sources.raw import RawTable


def test_only_rows_that_agree_in_every_cell_are_left_out_with_their_lines():
    rows = [["R-1", "Ada"], ["R-2", "Bo"], ["R-1", "Ada"], ["R-2", "Cy"], ["", ""], ["", ""]]
    frame = pd.DataFrame(rows, columns=["rep_id", "name"], dtype="str")
    raw = RawTable(frame=frame, lines=np.arange(2, 8, dtype=np.int64),
                   stored_as_number={"rep_id": np.arange(6) > 2})  # fmt: skip
    out = without_repeats(raw, "rep_id")
    assert out.lines.tolist() == [2, 3, 5, 6, 7]
    assert out.stored_as_number["rep_id"].tolist() == [False, False, True, True, True]
    assert out.notes[0][:2] == ("warning", "repeated_row")
    assert out.notes[0][3].endswith('"R-1" on line 4 as on line 2')
    assert without_repeats(out, "rep_id") is out
    assert without_repeats(raw, None) is raw


def test_sales_that_repeat_are_told_and_count_all_the_same():
    rows = [["A-1", "2025-01", "7"], ["A-1", "2025-02", "7"], ["A-1", "2025-02", "7"]]
    frame = pd.DataFrame(rows, columns=["account_id", "period", "units"], dtype="str")
    raw = RawTable(frame=frame, lines=np.arange(2, 5, dtype=np.int64), stored_as_number={})
    told = with_repeats_told(raw, "account_id")
    assert len(told.frame) == 3
    ((severity, kind, _, what, _),) = told.notes
    assert (severity, kind) == ("warning", "repeated_row")
    assert what.startswith("1 row counted once more")
    assert '"A-1" on line 4 as on line 3' in what
    assert with_repeats_told(without_repeats(raw, "account_id"), "account_id").notes[1:] == ()
