"""Totals are found by their word or by their sums, and give labels back to their groups."""

import pytest

from territory.inputs.sources.open import open_table
from territory.inputs.sources.rows.totals import group_of, is_total

HEAD = "account_id,name,zip,city,hours,potential,sales\n"
ROWS = [f"A-{i},Clinic {i},7700{i},Houston,{10 + i},{80000 + i},{500 * i}\n" for i in range(1, 7)]
OWNERS = ["Ann", "", "", "Bo", "", ""]


def read(tmp_path, text):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    return open_table(tmp_path / "a.csv")


@pytest.mark.parametrize(
    "label",
    [
        "Gesamtergebnis",
        "TX Ergebnis",
        "Eindtotaal",
        "Σ",
        "**",
        "Übertrag",
        "المجموع",
        "Anzahl",
        "Mittelwert",
        "Somme totale",
        "Sum - TX",
        "Result",
    ],
)
def test_a_word_for_a_total_is_known_in_many_reports(tmp_path, label):
    half = "".join(ROWS[:3]) + f"{label},,,,1,2,3\n" + "".join(ROWS[3:])
    assert len(read(tmp_path, HEAD + half).frame) == 6


@pytest.mark.parametrize("label", ["Northwest", "Zone 4", "Ann Lee"])
def test_a_row_without_such_a_word_is_a_total_where_its_numbers_are_the_sums(tmp_path, label):
    text = HEAD + "".join(ROWS[:3]) + f"{label},,,,36,240006,3000\n" + "".join(ROWS[3:])
    raw = read(tmp_path, text)
    assert raw.frame["account_id"].tolist() == [f"A-{i}" for i in range(1, 7)]
    assert f'1 row of totals was left out: "{label}"' in [note[3] for note in raw.notes]


def test_a_sparse_account_whose_numbers_are_no_sums_stays(tmp_path):
    text = HEAD + "".join(ROWS[:3]) + "Northwest,,,,36,240007,3000\n" + "".join(ROWS[3:])
    assert len(read(tmp_path, text).frame) == 7


def test_subtotals_of_two_levels_are_sums_of_what_is_no_total(tmp_path):
    text = HEAD + "".join(ROWS[:3]) + "Region 1,,,,36,240006,3000\n" + "".join(ROWS[3:])
    text += "Region 2,,,,45,240015,7500\nCompany,,,,81,480021,10500\n"
    assert len(read(tmp_path, text).frame) == 6


def test_a_clinic_called_total_that_is_no_sum_is_left_out_with_a_warning(tmp_path):
    head = "account_id,zip,hours,potential,sales\n"
    rows = "".join(f"A-{i},7700{i},{10 + i},{80000 + i},{500 * i}\n" for i in range(1, 5))
    raw = read(tmp_path, head + rows + "Total Care Clinic,77005,,80000,3\n")
    assert [note[:2] for note in raw.notes] == [("warning", "report_rows")]


def test_labels_that_stand_once_for_their_group_are_repeated_where_totals_show_it(tmp_path):
    rows = [
        f"{'Ann' if i == 1 else 'Bo' if i == 4 else ''}," + row for i, row in enumerate(ROWS, 1)
    ]
    text = "Owner," + HEAD + "".join(rows[:3]) + "Ann Total,,,,,36,240006,3000\n"
    text += "".join(rows[3:]) + "Bo Total,,,,,45,240015,7500\nGrand Total,,,,,81,480021,10500\n"
    raw = read(tmp_path, text)
    assert raw.frame["Owner"].tolist() == ["Ann"] * 3 + ["Bo"] * 3
    assert ("warning", "merged") in [note[:2] for note in raw.notes]


def test_labels_are_not_repeated_without_such_totals(tmp_path):
    rows = [
        f"{'Ann' if i == 1 else 'Bo' if i == 4 else ''}," + row for i, row in enumerate(ROWS, 1)
    ]
    raw = read(tmp_path, "Owner," + HEAD + "".join(rows) + "Grand Total,,,,,81,480021,10500\n")
    assert raw.frame["Owner"].tolist() == OWNERS


def test_words_and_groups_of_totals():
    assert not any(map(is_total, ["Totality Clinic", "Maxwell", "Summit Clinic", "Sumner"]))
    assert [group_of(it) for it in ("Ann Total", "Subtotal: TX", "Total", "Eindtotaal")] == [
        "Ann",
        "TX",
        "",
        "",
    ]


def test_labels_above_nameless_subtotals_of_a_crm_report_are_repeated(tmp_path):
    lines = ["Account Owner  \u2191,Account ID,Account Name,Potential"]
    for owner, first in (("Ann", 1), ("Bo", 4)):
        for at in range(first, first + 3):
            lines.append(f"{owner if at == first else ''},A-{at},Clinic {at},{1000 + at}")
        lines += [f"Subtotal,Sum,,{3003 + 3 * first}", ",Count,,3"]
    lines += ["Total,Sum,,6021", ",Count,,6"]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    raw = open_table(tmp_path / "a.csv")
    assert raw.frame.iloc[:, 0].tolist() == ["Ann"] * 3 + ["Bo"] * 3
    assert 'as "Ann"' in str([what for _, kind, _, what, _ in raw.notes if kind == "merged"])


def test_a_total_with_all_cells_of_a_narrow_table_is_left_out_where_it_is_the_sum(tmp_path):
    for last, n in ((1500, 3), (1600, 4)):
        (tmp_path / "a.csv").write_text(
            f"account_id,revenue_usd\nA-1,500\nA-2,400\nA-3,600\nTotal,{last}\n"
        )
        assert len(open_table(tmp_path / "a.csv").frame) == n
