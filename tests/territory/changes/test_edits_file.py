"""Edits read from files: what cannot be used is named with its row and its value, all at once."""

import openpyxl
import pytest

from territory.changes.edits_file import moves_of_file
from territory.encoding.desk.named import Move
from territory.errors import InputError
from tests.territory.plans import small_plan

PLAN = small_plan()


def sheet(path, rows, header=("unit_id", "account_id", "from", "to", "reason")):
    book = openpyxl.Workbook()
    book.active.title = "Moves"
    book.active.append(header)
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def refused(path):
    with pytest.raises(InputError) as caught:
        moves_of_file(path, PLAN)
    return str(caught.value)


def test_rows_of_one_territory_and_reason_are_one_move(tmp_path):
    rows = [
        ("48001", "", "T01", "T02", "nearer"),
        ("", "0005", "T03", "T02", "nearer"),
        ("48201:77030", "", "T03", "T01", ""),
    ]
    assert moves_of_file(sheet(tmp_path / "m.xlsx", rows), PLAN) == (
        (Move(to="T02", what=("48001", "0005")), {"by": "", "why": "nearer"}),
        (Move(to="T01", what=("48201:77030",)), {"by": "", "why": ""}),
    )


def test_every_row_that_cannot_be_used_is_named_with_its_number_and_its_value(tmp_path):
    rows = [
        ("48001", "", "T01", "T02", ""),
        (None, None, None, None, None),
        ("48999", "", "", "T02", ""),
        ("48002", "", "", "T04", ""),
        ("48001", "", "T01", "T03", ""),
        ("48201", "", "", "T01", ""),
        ("48201:77030", "", "", "T02", ""),
        ("48003", "", "", "", ""),
    ]
    told = refused(sheet(tmp_path / "m.xlsx", rows)).splitlines()
    assert told[0].endswith("m.xlsx, sheet Moves: 5 rows cannot be used")
    assert " ".join(told[1].split()) == "row 9 48003 has no `to`"
    lines = [" ".join(line.split()) for line in told[2:6]]
    assert lines[0].startswith("row 4 48999 is no unit or account of the plan")
    assert lines[1].startswith("row 5 T04 is no territory of the plan (did you mean T0")
    assert lines[2] == "row 2, row 6 48001 goes to T02 and to T03"
    # A unit that was split stands for its parts.
    assert lines[3] == "row 7, row 8 48201:77030 goes to T01 and to T02"


def test_an_edit_of_a_toml_is_named_by_its_number(tmp_path):
    path = tmp_path / "edits.toml"
    path.write_text(
        '[[edit]]\nto = "T02"\nwhat = ["48001"]\nby = "Ann"\n'
        '[[edit]]\nto = "T03"\nwhat = ["48001", "48O02"]\n'
    )
    told = refused(path)
    assert "edits.toml: 2 edits cannot be used" in told
    assert "edit 1, edit 2  48001  goes to T02 and to T03" in told
    assert "48O02  is no unit or account of the plan (did you mean 4800" in told


def test_a_sheet_or_a_column_that_is_missing_is_said_with_those_that_are_there(tmp_path):
    path = sheet(tmp_path / "m.xlsx", [], header=("Unit ID", "Account ID", "From", "Whereto"))
    assert 'column "to" is missing' in refused(path)
    book = openpyxl.load_workbook(path)
    book["Moves"].title = "Changes"
    book.save(path)
    told = refused(path)
    assert "has no sheet Moves" in told
    assert "sheets there: Changes" in told
    assert "hint:" in told


def test_a_file_that_is_not_there_and_one_that_is_no_toml_are_refused(tmp_path):
    assert "no such file" in refused(tmp_path / "no.toml")
    (tmp_path / "bad.toml").write_text("to = T02")
    assert "cannot be read as TOML" in refused(tmp_path / "bad.toml")
