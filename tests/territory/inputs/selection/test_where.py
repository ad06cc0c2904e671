"""Rows are left out by a condition or by their ids, without touching the file."""

import pandas as pd
import pytest

from territory.inputs.selection.where import ConditionError, rows_where

COLUMNS = {
    "state": pd.Series(["MA", "ct ", "NY", ""], dtype="str"),
    "Billing State": pd.Series(["MA", "ct ", "NY", ""], dtype="str"),
    "beds": pd.Series(["1,200", "25", "", "9.0"], dtype="str"),
    "status": pd.Series(["Open", "Closed", "open", "St. Mary's"], dtype="str"),
}


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("state = 'MA'", [1, 0, 0, 0]),
        ("state == \"CT\" or [Billing State] = 'ny'", [0, 1, 1, 0]),
        ("state in ('MA', 'CT') and beds < 1000", [0, 1, 0, 0]),
        ("state not in ('MA','CT')", [0, 0, 1, 1]),
        ("not (state = 'MA' or status = 'closed')", [0, 0, 1, 1]),
        ("beds = 9", [0, 0, 0, 1]),
        ("beds is empty", [0, 0, 1, 0]),
        ("beds is not empty and beds >= 25", [1, 1, 0, 0]),
        ("status contains 'mary'", [0, 0, 0, 1]),
        ("status = 'St. Mary''s'", [0, 0, 0, 1]),
        ("`Billing State` != 'MA'", [0, 1, 1, 1]),
        ("billing_state = 'MA'", [1, 0, 0, 0]),
    ],
)
def test_a_condition_keeps_rows(condition, kept):
    assert rows_where(condition, COLUMNS).tolist() == [bool(one) for one in kept]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("stat = 'MA'", 'names the column "stat"'),
        ("state", "where a comparison"),
        ("state = MA", "where a text in quotes or a number"),
        ("state in 'MA'", 'where "[(]"'),
        ("(state = 'MA'", 'where "[)]"'),
        ("state = 'MA' 'x'", "where the end"),
        ("__import__('os').system('x')", "cannot be understood|names the column|where"),
        ("beds < 'many'", "which is no number"),
        ("(" * 200 + "state = 'MA'" + ")" * 200, "50 brackets"),
        ("state = 'MA' ;", "cannot be understood"),
    ],
)
def test_anything_else_is_refused(condition, said):
    with pytest.raises(ConditionError, match=said):
        rows_where(condition, COLUMNS)


def test_rows_are_left_out_and_counted(read, tmp_path):
    (tmp_path / "a.csv").write_text(
        "account_id,zip,state,potential_usd\nA-1,77002,TX,1\nA-2,10027,NY,x\nA-3,77030,TX,2\n"
    )
    found = read(
        keys="inputs.accounts = "
        '{file = "a.csv", where = "state = \'TX\'", exclude = ["A-3", "A-9"]}'
    )
    assert found.accounts["account_id"].tolist() == ["A-1"]
    assert not found.audit.errors
    assert "1 of 3 rows left out by where" in str(found.audit.messages("info"))
    assert 'exclude names 1 id that no row has: "A-9"' in str(found.audit.messages("warning"))


def test_a_condition_that_leaves_nothing_is_an_error(texts, tmp_path):
    (tmp_path / "a.csv").write_text("account_id,zip,potential_usd\nA-1,77002,1\n")
    text = texts("error", keys='inputs.accounts = {file = "a.csv", where = "zip = \'1\'"}')
    assert "leaves no row" in text
