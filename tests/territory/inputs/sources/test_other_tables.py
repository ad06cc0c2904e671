"""A second table in a sheet is cut off and named; columns with gaps and groups of rows stay."""

import pytest

from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import Options

KNOWN = frozenset({"accountid", "name", "zip", "potential", "repid", "homezip", "revenue"})
HEAD = ["account_id", "name", "zip", "potential"]
ROWS = [[f"A-{at}", f"Clinic {at}", "77002", str(5000 + at)] for at in range(10)]


def read(folder, rows):
    path = folder / "a.csv"
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    found = open_table(path, Options(known=KNOWN))
    return found, [what for severity, kind, _, what, _ in found.notes if kind == "other_table"]


def beside(more):
    width = len(more[0])
    more = [*more, *[[""] * width] * (len(ROWS) + 1 - len(more))]
    base = [HEAD, *ROWS, *[[""] * len(HEAD)] * max(0, len(more) - len(ROWS) - 1)]
    return [[*row, "", *other] for row, other in zip(base, more, strict=True)]


@pytest.mark.parametrize(
    "more",
    [
        [["account_id", "potential"], ["A-1", "9"], ["A-2", "9"]],
        [["territory", "potential"], ["T1", "9"]],
        [["key", "meaning"], *[["k", "text"]] * 14],
    ],
)
def test_a_table_behind_an_empty_column_is_another(tmp_path, more):
    found, said = read(tmp_path, beside(more))
    assert found.frame.columns.tolist() == HEAD
    assert len(found.frame) == len(ROWS)
    assert said == [
        "columns behind an empty one are another table and were not read: "
        + ", ".join(f'"{name}"' for name in more[0])
    ]


@pytest.mark.parametrize(
    "column", [["x"] * 10, ["x", "", "x", "", "x", "x", "", "x", "x", ""], ["x"] * 9 + [""]]
)
def test_a_column_behind_an_empty_one_belongs_to_the_table(tmp_path, column):
    found, said = read(tmp_path, beside([["owner"], *[[cell] for cell in column]]))
    assert found.frame["owner"].tolist() == column
    assert not said


@pytest.mark.parametrize(
    "second",
    [
        [["rep_id", "home_zip", "", ""], ["R1", "77002", "", ""]],
        [["State", "Accounts", "", ""], ["TX", "10", "", ""]],
        [["account_id", "potential", "", ""], ["A-1", "9", "", ""]],
    ],
)
def test_a_table_below_an_empty_line_is_another(tmp_path, second):
    found, said = read(tmp_path, [HEAD, *ROWS, [""] * 4, *second])
    assert len(found.frame) == len(ROWS)
    assert said[0].startswith("another table begins here and was not read: 1 row of ")


def test_groups_of_one_table_are_read_as_one(tmp_path):
    rows = [["Region: North"], HEAD, *ROWS[:5], ["Subtotal", "", "", "25010"], []]
    rows += [["Region: South"], *ROWS[5:8], [], ["Region: West"], HEAD, *ROWS[8:]]
    found, said = read(tmp_path, [row + [""] * (4 - len(row)) for row in rows])
    assert found.frame["account_id"].tolist() == [row[0] for row in ROWS]
    assert not said
    assert found.frame["Region"].tolist() == ["North"] * 5 + ["South"] * 3 + ["West"] * len(
        ROWS[8:]
    )
    assert any("3 blocks of rows under titles" in what for *_, what, _ in found.notes)


def test_an_account_with_an_id_alone_stays_between_empty_lines(tmp_path):
    found, _ = read(tmp_path, [HEAD, *ROWS[:5], [""] * 4, ["A-77", "", "", ""], *ROWS[5:]])
    assert "A-77" in found.frame["account_id"].tolist()
