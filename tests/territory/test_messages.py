"""Every message has the one shape of the house and shows hostile text harmlessly."""

import pytest

from territory.errors import InfeasibleError, InputError, Interrupted, TerritoryError, TravelError
from territory.messages import Message, closest, counted, likeness, quoted, visible


def test_a_message_is_fact_then_aligned_evidence_then_blank_line_then_hint():
    message = Message(
        "3 of 1,204 accounts have no place on the map",
        evidence=(
            ("accounts.csv:17", "A-10027", 'zip "1002"', "(ZIP codes have five digits)"),
            ("accounts.csv:402", "A-1", 'zip "99999"', "(unknown ZIP)"),
        ),
        hint="run `territory audit x.toml --fix-preview`",
    )
    assert message.text() == (
        "error: 3 of 1,204 accounts have no place on the map\n"
        '  accounts.csv:17   A-10027  zip "1002"   (ZIP codes have five digits)\n'
        '  accounts.csv:402  A-1      zip "99999"  (unknown ZIP)\n'
        "\n"
        "hint: run `territory audit x.toml --fix-preview`"
    )


def test_at_most_five_lines_of_evidence_are_shown_and_the_rest_is_counted():
    text = Message("f", evidence=tuple(f"line {i}" for i in range(1, 1008))).text()
    assert text.splitlines()[1:] == [
        "  line 1", "  line 2", "  line 3", "  line 4", "  line 5", "  and 1,002 more",
    ]  # fmt: skip


def test_warnings_and_infos_say_so():
    assert Message("f", severity="warning").text() == "warning: f"
    assert str(Message("f", severity="info")) == "info: f"


def test_escape_sequences_newlines_and_overrides_of_a_name_cannot_act_on_the_terminal():
    text = Message("f\x1b[2J", evidence=(("a.csv:2", "x\ny", "\u202eevil"), "\r\x07")).text()
    assert text == "error: f\\x1b[2J\n  a.csv:2  x\\ny  \\u202eevil\n  \\r\\x07"


def test_ordinary_names_of_any_language_stay_as_they_are():
    assert visible("Hôpital Saint-Luc 東京 Ñ") == "Hôpital Saint-Luc 東京 Ñ"


def test_values_are_quoted_and_very_long_ones_shortened():
    assert quoted("x" * 100) == '"' + "x" * 80 + '…"'
    assert quoted(0.15) == "0.15"
    assert quoted(False) == "false"


def test_counts_have_thousands_separators_and_the_right_number():
    assert counted(0, "row") == "0 rows"
    assert counted(1_204, "territory", "territories") == "1,204 territories"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TerritoryError, 1),
        (InputError, 2),
        (TravelError, 3),
        (InfeasibleError, 4),
        (Interrupted, 130),
    ],
)
def test_each_error_has_its_exit_code(error, code):
    assert error("x").exit_code == code


def test_an_error_shows_all_its_messages_a_blank_line_apart():
    error = InputError(Message("one", hint="do"), "two")
    assert str(error) == "error: one\n\nhint: do\n\nerror: two"
    assert error.message.fact == "one"


def test_an_error_without_a_message_is_a_bug():
    with pytest.raises(TypeError, match="explains nothing"):
        InputError()


@pytest.mark.parametrize(
    ("wanted", "known", "most", "found"),
    [
        ("Workload", ["workload_h", "potential_usd"], 1, ["workload_h"]),
        (" acct ", ["ACCT", "acct", "name"], 2, ["ACCT", "acct"]),
        ("TZ", ["TX", "NY"], 3, ["TX"]),
        ("nothing like it", ["TX", "NY"], 1, []),
        ("x", [], 1, []),
    ],
)
def test_the_closest_words_are_found_whatever_their_case(wanted, known, most, found):
    assert closest(wanted, known, most=most) == found


def test_a_stricter_likeness_finds_less():
    assert closest("Mercy Helth", ["Mercy Health"], least=0.9) == ["Mercy Health"]
    assert closest("Mercy", ["Mercy Health"], least=0.9) == []
    assert likeness("ABC", "abc") == 1.0


def test_a_cell_of_megabytes_is_not_read_to_be_shortened():
    assert len(quoted("\0" * 5_000_000)) < 500
    assert quoted("short") == '"short"'
