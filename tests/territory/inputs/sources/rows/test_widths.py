"""Rows that lack their last fields are one warning; rows broken or cut off are errors."""

import pytest

from territory.inputs.sources.open import open_table

HEAD = "account_id,zip,hours,potential,notes,owner\n"


def notes_of(tmp_path, rows):
    (tmp_path / "a.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))
    return [note[:2] for note in open_table(tmp_path / "a.csv").notes]


FULL = [f"A-{i},7700{i},{i},{100 * i},x,Ann" for i in range(1, 6)]


def test_rows_without_their_empty_last_fields_are_one_warning(tmp_path):
    rows = [*FULL, "A-7,77007,7,700", "A-8,77008,8,800", "A-9,77009,9,900,x,Bo"]
    assert notes_of(tmp_path, rows) == [("warning", "short_row")]


@pytest.mark.parametrize(
    "broken",
    [
        ["A-7,Houston,77007,7", "A-8,77008,8,800,x,Ann"],  # a field is missing in the middle
        ["A-7,77007,7", "700,x,Ann"],  # a line end within a cell
        ["A-7,770"],  # the file was cut off
    ],
)
def test_rows_that_lost_more_than_empty_fields_are_errors(tmp_path, broken):
    found = notes_of(tmp_path, [*FULL, *broken])
    assert found
    assert {severity for severity, _ in found} == {"error"}
