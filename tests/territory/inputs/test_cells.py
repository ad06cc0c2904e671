"""What is written opens safely in a spreadsheet and reads back unchanged."""

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory.errors import InputError
from territory.inputs.cells import plain_cell, safe_cell, write_table
from territory.inputs.sources.open import open_table
from territory.inputs.tables.options import TableOptions
from territory.inputs.tables.reading import read_table

_text = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=10
) | st.sampled_from(["=1+1", "+1", "-2", "@x", "\tx", "\rx", "'=1", "''@", "'", '"', "a\r\nb"])
_number = st.floats(0, 1e14) | st.just(float("nan"))  # more is refused


def written_and_read(frame, path):
    write_table(frame, path)
    options = TableOptions(
        table="accounts", file="a.csv", columns={}, guarded=True, geography="points"
    )
    reading = read_table(open_table(path), options)
    return reading.frame


@settings(max_examples=40)
@given(
    st.lists(st.tuples(_text, _text, _number, _number), min_size=1, max_size=6),
)
def test_write_and_read_is_the_identity(tmp_path_factory, rows):
    frame = pd.DataFrame(
        {
            "account_id": [f"=A-{at}" for at in range(len(rows))],
            "name": pd.Series([row[0] or "x" for row in rows], dtype="str"),
            "tier": pd.Series([row[1] for row in rows], dtype="str"),
            "service_h": [row[2] for row in rows],
            "potential_usd": [row[3] for row in rows],
            "lon": 4.0,
            "lat": 50.0,
        }
    )
    again = written_and_read(frame, tmp_path_factory.mktemp("x") / "a.csv")
    named = frame["name"].where(frame["name"].str.strip() != "", frame["account_id"])
    assert again["account_id"].tolist() == frame["account_id"].tolist()
    assert again["name"].tolist() == named.tolist()
    assert again["tier"].tolist() == frame["tier"].tolist()
    for column in ("service_h", "potential_usd"):
        np.testing.assert_array_equal(again[column], frame[column])


@given(st.text())
def test_a_safe_cell_never_starts_a_formula_and_gives_the_text_back(text):
    safe = safe_cell(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain_cell(safe) == text


def test_negative_numbers_stay_numbers_and_names_are_guarded(tmp_path):
    frame = pd.DataFrame({"name": ["=cmd|' /C calc'!A0", "ok"], "lon": [-97.74, 0.1], "n": [-1, 2]})
    write_table(frame, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == (
        "name,lon,n\n'=cmd|' /C calc'!A0,-97.74,-1\nok,0.1,2\n"
    )


def test_a_lone_carriage_return_does_not_split_a_row(tmp_path):
    write_table(pd.DataFrame({"a": ["x\ry", "z"], "b": [1.5, np.nan]}), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as stream:
        assert list(csv.reader(stream)) == [["a", "b"], ["x\ry", "1.5"], ["z", ""]]


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("a")

    def broken(self, *args, **kwargs):
        args[0].write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(pd.DataFrame, "to_csv", broken)
    with pytest.raises(InputError, match=r"a\.csv cannot be written: disk full"):
        write_table(pd.DataFrame({"a": [1]}), path)
    assert path.read_text() == "a"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("text", ["＝1+1", "＋1", "－1", "＠x", "\n=1+1", "\r\n=1"])
def test_full_width_signs_and_formulas_after_a_line_end_are_guarded(text):
    assert safe_cell(text) == f"'{text}"
    assert plain_cell(safe_cell(text)) == text


def test_a_semicolon_stays_inside_its_cell(tmp_path):
    write_table(pd.DataFrame({"a": ["x;=1+1"], "b": [1.5]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == '"a","b"\n"x;=1+1","1.5"\n'


def test_an_id_that_a_spreadsheet_keeps_as_text_is_read_without_its_apostrophe(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "account_id,name,lon,lat,service_h,potential_usd\n'0001,'Ohana Clinic,4,50,1,2\n",
        encoding="utf-8",
    )
    options = TableOptions(
        table="accounts", file="a.csv", columns={}, guarded=True, geography="points"
    )
    frame = read_table(open_table(path), options).frame
    assert frame["account_id"].tolist() == ["0001"]
    assert frame["name"].tolist() == ["'Ohana Clinic"]
    assert plain_cell(safe_cell("'0001")) == "'0001"
