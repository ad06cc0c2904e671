"""Lines below a table that are no records are left out; a short last record stays."""

import pytest

from territory.inputs.sources.open import open_table

TABLE = "account_id,zip,hours,potential\n" + "".join(
    f"A-{i},7700{i},{10 + i},{80000 + i}\n" for i in range(1, 5)
)


@pytest.mark.parametrize(
    "line",
    ["Stand: 01.02.2025", "1) estimated", "EOF", "=====", "24 records", "Quelle: SAP", "4 Zeilen"],
)
def test_a_line_below_a_table_that_is_no_record_is_left_out(tmp_path, line):
    (tmp_path / "a.csv").write_text(TABLE + line + "\n", encoding="utf-8")
    raw = open_table(tmp_path / "a.csv")
    assert len(raw.frame) == 4
    assert f'1 line below the table was left out: "{line}"' in [note[3] for note in raw.notes]


def test_an_id_alone_on_the_last_line_is_a_record(tmp_path):
    (tmp_path / "a.csv").write_text(TABLE + "A-5\n", encoding="utf-8")
    raw = open_table(tmp_path / "a.csv")
    assert len(raw.frame) == 5
    assert [note[:2] for note in raw.notes] == [("error", "short_row")]
