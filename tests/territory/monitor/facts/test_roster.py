"""A roster's words and days: who is gone, on leave or at work; what cannot be read is named."""

import datetime

import numpy as np
import pandas as pd
import pytest

from territory.inputs.findings.rows import Rows
from territory.inputs.tables.field_facts import read_fact_table
from territory.monitor.facts.roster import matched_reps
from tests.territory.plans import balanced_plan

DAY = datetime.date(2025, 12, 31)


def matched(status="active", since=""):
    """The first of the plan's reps with a status and a day, all others at work."""
    ids = balanced_plan().territories["rep_id"].astype("str").tolist()
    frame = pd.DataFrame({"rep_id": ids, "name": ids, "territory_id": "", "fte": 1.0})
    frame["status"] = [status] + ["active"] * (len(ids) - 1)
    frame["since"] = [since] + [""] * (len(ids) - 1)
    rows = Rows(table="reps", file="reps.csv", lines=np.arange(2, 2 + len(ids)), ids=ids)
    found, findings = matched_reps(balanced_plan(), frame, rows, as_of=DAY)
    return found.iloc[0], findings


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Left the company", "gone"),
        ("Terminated - voluntary", "gone"),
        ("ausgeschieden", "gone"),
        ("Inactive", "gone"),
        ("On Leave (parental)", "on leave"),
        ("Elternzeit", "on leave"),
        ("Active", "stays"),
        ("", "stays"),
    ],
)
def test_a_status_is_understood_by_its_words(word, state):
    row, findings = matched(word)
    assert row["state"] == state
    assert not findings


def test_a_status_that_is_no_such_word_is_named():
    row, findings = matched("Zebra")
    assert row["state"] == "stays"
    assert [(each.severity, each.value) for each in findings] == [("warning", "Zebra")]


def test_a_day_that_may_be_two_is_an_error_and_not_passed_over():
    _, findings = matched("left", "07/01/2025")
    assert findings[0].severity == "error"
    assert 'since: "07/01/2025" may be 2025-01-07 or 2025-07-01' in findings[0].what
    row, findings = matched("left", "07/21/2025")
    assert (row["since"], findings) == ("2025-07-21", [])


def test_who_leaves_later_still_stays():
    assert matched("left", "2026-02-01")[0]["state"] == "stays"


def test_other_headers_of_status_and_day_are_known(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("Rep ID,Employment Status,Last Day\nR01,Terminated,2025-07-21\n")
    frame = read_fact_table(path, "reps").frame
    assert frame.loc[0, ["status", "since"]].tolist() == ["Terminated", "2025-07-21"]


def test_our_own_names_in_capitals_are_known(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("Rep ID,Status,Status Since\nR01,Left,2025-07-21\n")
    frame = read_fact_table(path, "reps").frame
    # Who had left counted as at work: "Status" was a further text.
    assert frame.loc[0, ["status", "since"]].tolist() == ["Left", "2025-07-21"]
