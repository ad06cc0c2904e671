"""Accounts with several reps today: who leads, and when that is asked."""

import numpy as np
import pandas as pd
import pytest

from territory.inputs.findings.rows import Rows
from territory.inputs.joins.leads import leading_rows, owners_apart

REPS = pd.DataFrame(
    {
        "rep_id": ["R1", "R2"],
        "name": ["Ada Example", "Bo Sample"],
        "territory_id": ["T1", "T2"],
    }
)


def rows_of(n):
    return Rows(table="alignment", file="alignment.csv", lines=np.arange(2, n + 2), ids=[""] * n)


def alignment(*rows):
    """Rows of account, territory, share, role."""
    filled = [(*row, *[""] * (4 - len(row))) for row in rows]
    frame = pd.DataFrame(filled, columns=["account_id", "territory_id", "share", "role"])
    return frame.assign(unit_id="")


@pytest.mark.parametrize(
    ("rows", "leads", "why"),
    [
        ([("A", "T1", "40 %"), ("A", "T2", "60 %")], ["T2"], "larger share"),
        ([("A", "T1", "0,7"), ("A", "T2", "0,3")], ["T1"], "larger share"),
        ([("A", "T1"), ("A", "T2", "", "Primary Rep")], ["T2"], "role that says so"),
        ([("A", ""), ("A", "T2")], ["T2"], "whoever serves"),
        ([("A", "T1", "50"), ("A", "T2", "50", "Lead"), ("B", "T1")], ["T2", "T1"], "role"),
    ],
)
def test_share_then_role_say_who_leads(rows, leads, why):
    frame = alignment(*rows)
    keep, findings = leading_rows(frame, rows_of(len(frame)))
    assert frame.loc[keep, "territory_id"].tolist() == leads
    assert [each.severity for each in findings] == ["warning"]
    assert why in findings[0].what
    assert f"A: {leads[0]} before" in findings[0].what


def test_where_nothing_says_who_leads_each_account_is_asked_about_or_the_first_row_leads():
    frame = alignment(("A", "T1"), ("A", "T2"), ("B", "T1", "50"), ("B", "T2", "50"), ("C", "T1"))
    keep, findings = leading_rows(frame, rows_of(5))
    assert [(each.kind, each.line) for each in findings] == [("conflict", 3), ("conflict", 5)]
    assert keep.all()
    keep, findings = leading_rows(frame, rows_of(5), several="first")
    assert frame.loc[keep, "territory_id"].tolist() == ["T1", "T1", "T1"]
    assert "2 accounts or units with several reps today: the first row leads" in findings[0].what


def test_units_and_accounts_of_one_name_are_not_held_against_each_other():
    frame = alignment(("A", "T1"), ("", "T2")).assign(unit_id=["", "A"])
    keep, findings = leading_rows(frame, rows_of(2))
    assert keep.all()
    assert not findings


def test_a_cell_with_several_reps_is_a_row_for_each_where_all_are_known():
    frame = alignment(("A", "Ada Example; Bo Sample"), ("B", "Sales & Service"), ("C", "R1 / open"))
    apart, rows, findings = owners_apart(frame, rows_of(3), REPS)
    assert apart["territory_id"].tolist() == [
        "Ada Example", "Bo Sample", "Sales & Service", "R1", "open",
    ]  # fmt: skip
    assert rows.lines.tolist() == [2, 2, 3, 4, 4]
    assert "2 rows name several reps" in findings[0].what
    _, asked = leading_rows(apart.assign(territory_id=["T1", "T2", "", "T1", ""]), rows)
    assert [each.what for each in asked if each.kind == "conflict"] == [
        "another rep in the same cell"
    ]
