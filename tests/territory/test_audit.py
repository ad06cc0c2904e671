"""The audit holds everything, worst first, and speaks in one shape."""

import pandas as pd
import pytest

from territory.audit import Audit, Finding
from territory.errors import InputError
from territory.inputs.findings.saved import read_audit, write_audit


def finding(line, severity="error", kind="no_place", **more):
    keys = {"table": "accounts", "file": "a.csv", "id": f"A-{line}", "what": "why"}
    return Finding(severity=severity, kind=kind, line=line, **{**keys, **more})


def test_findings_are_ordered_worst_first():
    audit = Audit(
        [
            finding(9, "info", "blanks"),
            finding(3, "warning", "orphan"),
            finding(8),
            finding(2),
            finding(7, kind="duplicate_id"),
        ]
    )
    assert [(f.severity, f.kind, f.line) for f in audit] == [
        ("error", "duplicate_id", 7),
        ("error", "no_place", 2),
        ("error", "no_place", 8),
        ("warning", "orphan", 3),
        ("info", "blanks", 9),
    ]
    assert (len(audit.errors), len(audit.warnings), len(audit.infos)) == (3, 1, 1)


def test_at_most_five_rows_are_shown_and_all_are_kept(tmp_path):
    audit = Audit([finding(line) for line in range(2, 102)], rows={"accounts": 1204})
    text = audit.messages()[0].text()
    assert text.startswith("error: 100 of 1,204 accounts have no place on the map\n")
    assert "  and 95 more\n" in text
    write_audit(audit, tmp_path / "audit.csv")
    kept = pd.read_csv(tmp_path / "audit.csv", dtype=str, keep_default_na=False)
    assert list(kept.columns) == [
        "severity", "kind", "table", "file", "line", "id", "column", "value", "what", "repair",
        "of",
    ]  # fmt: skip
    assert len(kept) == 100
    assert read_audit(tmp_path / "audit.csv").messages()[0].text() == text


def test_an_audit_file_runs_nothing_in_a_spreadsheet(tmp_path):
    audit = Audit([finding(2, id="=1+1", value="@SUM(A1)", column="name")])
    write_audit(audit, tmp_path / "audit.csv")
    line = (tmp_path / "audit.csv").read_text().splitlines()[1]
    assert line == "error,no_place,accounts,a.csv,2,'=1+1,name,'@SUM(A1),why,,0"


def test_errors_stop_and_warnings_do_not():
    Audit([finding(2, "warning"), finding(3, "info")]).raise_if_errors()
    with pytest.raises(InputError, match="1 of 1 account has no place on the map"):
        Audit([finding(2), finding(3, "warning")]).raise_if_errors()


def test_a_kind_without_a_sentence_falls_back_to_its_own_words():
    audit = Audit([finding(2, kind="odd", what="is odd"), finding(3, kind="odd", what="is odd")])
    assert audit.messages()[0].text().splitlines()[0] == "error: 2 of 2 accounts: is odd"


def test_a_finding_about_a_whole_table_is_a_message_of_its_own():
    audit = Audit([finding(0, id="", kind="empty_table", what="has no rows", repair="fill it")])
    assert audit.messages()[0].text() == "error: a.csv: has no rows\n\nhint: fill it"


def test_audits_add_up():
    both = Audit([finding(2)], rows={"accounts": 5}, source="ny.toml") + Audit(
        [finding(3, "warning")], rows={"reps": 2}
    )
    assert len(both.plus([finding(4)])) == 3
    assert both.rows == {"accounts": 5, "reps": 2}
    assert both.source == "ny.toml"
    assert both
    assert not Audit()
