"""The audit is written for people and read back whole."""

from territory.inputs.audit import Audit, Finding, read_audit


def test_an_audit_read_back_is_the_audit_that_was_written(tmp_path):
    written = Audit(
        [
            Finding(severity="warning", kind="x", table="accounts", file="a.csv", line=7, id="=1+1",
                    column="zip", value="-5", what="what", repair="fix"),
            Finding(severity="info", kind="y", what="whole table"),
        ]
    )  # fmt: skip
    written.write(tmp_path / "audit.csv")
    assert list(read_audit(tmp_path / "audit.csv")) == list(written)
