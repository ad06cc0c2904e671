"""Tables of one company find each other although programs changed the ids, and say how well."""

import pandas as pd
import pytest

from territory.inputs.joins.ids import match_ids
from territory.inputs.joins.names import name_key, vacancy, vacant_seats

ACCOUNTS = "account_id,name,zip,potential_usd\n"


def series(*cells):
    return pd.Series(cells, dtype="str")


@pytest.mark.parametrize(
    ("written", "known", "found"),
    [
        ("001Ax00000B0000", "001Ax00000B0000QAB", "001Ax00000B0000QAB"),
        ("001Ax00000B0000QAB", "001Ax00000B0000", "001Ax00000B0000"),
        ("7", "007", "007"),
        ("1067", "01067", "01067"),
        ("7.0", "007", "007"),
        ("m1a", "M1A", "M1A"),
        ("1,000", "1000", "1000"),
        ("A001", "A-001", "A-001"),
        ("M 1A", "m1a", "m1a"),
    ],
)
def test_an_id_in_another_spelling_is_found_and_said(written, known, found):
    matched = match_ids(series(written, "", "other-1"), [known, "x-2"])
    assert matched.ids.tolist() == [found, "", "other-1"]
    assert matched.known.tolist() == [True, False, False]
    assert [count for count, _ in matched.how] == [1]


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("7", ["007", "0007"]),
        ("abc", ["ABC", "Abc"]),
        ("A1", ["A-1"]),
        ("001AX00000B0000", ["001Ax00000B0000QAB", "001aX00000B0000QAB"]),
    ],
)
def test_an_id_that_may_be_two_is_not_matched(written, known):
    assert not match_ids(series(written), known).known.any()


def test_names_are_compared_without_case_accents_and_in_either_order():
    assert name_key("Fischer, Léna") == name_key("LENA  FISCHER ")
    assert name_key("Fischer Lena") != name_key("Lena Fischer")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Open Territory", "open"),
        ("Vacant - Boston", "open"),
        ("House", "open"),
        ("House Account", "open"),
        ("Former Rep (inactive)", "former"),
        ("J. Doe - Terminated", "former"),
        ("zz_John Doe", "former"),
        ("Rose House", ""),
        ("House, Rose", ""),
        ("Leftwich, Ann", ""),
        ("Opal Openshaw", ""),
    ],
)
def test_owners_who_are_nobody_are_told_from_people(name, why):
    assert vacancy(name) == why


FULL = ["Ada Example", "Bo Sample", "Example, Cy", "De Example"]


@pytest.mark.parametrize(
    "name",
    [
        "(vakant)",
        "vacant",
        "Open",
        "TBD",
        "N.N.",
        "n. n.",
        "NN",
        "unbesetzt",
        "à pourvoir",
        "Poste vacant",
        "Vacant 3",
        "[open]",
        "House #2",
        "offen",
        "Stelle offen",
        "zu besetzen",
        "VACANT - Boston",
        "T04 (vacant)",
        "T04 - vakant",
        "por cubrir",
        "tba",
        "<TBH>",
        "vacante",
        "Open seat",
        "vacature",
        "空席",
        "To be hired",
        "N.N. (Nord)",
    ],
)
def test_seats_of_nobody_in_a_roster(name):
    assert vacant_seats([*FULL, name]) == [False] * 4 + [True]


@pytest.mark.parametrize(
    "name",
    [
        "House, Gregory",
        "Gregory House",
        "N.N. Rao",
        "Ann Open",
        "Jo Offen",
        "Offen, Jo",
        "Vaca, Al",
        "Frei, Eva",
        "TB Dee",
        "Nina Nobody",
        "Al Vacanti",
        "Vacanti",
        "Opal Openshaw",
        "Tbilisi",
        "Ledig",
        "X Æ A-12",
        "Lee (TX)",
        "Nunn",
        "",
    ],
)
def test_a_name_of_a_person_is_no_vacant_seat(name):
    names = [*FULL, name] if name != "Ledig" else ["Lee", "Frei", "NN", "House", name]
    assert not any(vacant_seats(names))


def world(n=20):
    rows = "".join(f"A-{at:02d},Clinic {at},770{at % 3 + 1:02d},5\n" for at in range(n))
    return ACCOUNTS + rows


def test_history_by_account_name_is_joined_by_name(read):
    history = "account_id,period,revenue_usd\n" + "".join(
        f"CLINIC  {at},2024,1\n" for at in range(20)
    )
    found = read(accounts=world(), history=history)
    assert not found.audit.errors
    assert set(found.history["account_id"]) == set(found.accounts["account_id"])
    assert "by name, without case and blanks" in str(found.audit.messages("info"))


def test_under_nine_tenths_the_join_is_warned_about_with_five_strangers(texts):
    rows = "".join(f"{'X' if at > 15 else 'A'}-{at:02d},2024,1\n" for at in range(22))
    text = texts("warning", accounts=world(), history=f"account_id,period,revenue_usd\n{rows}")
    assert "history.csv: 16 of 22 rows (73%) find their account by account_id" in text
    assert text.count('"X-') == 5


OWNERS = "account_id,territory_id\n"
ROSTER = "rep_id,name,zip\nR1,Ada Lovelace,77002\nR2,Kevin O'Donnell,77003\n"


def owned(labels):
    return OWNERS + "".join(f'A-{at:02d},"{label}"\n' for at, label in enumerate(labels))


def test_owners_by_name_are_joined_to_the_roster(read):
    labels = ["Ada Lovelace"] * 8 + ["LOVELACE, ADA", "kevin odonnell "] + ["Kevin O'Donnell"] * 6
    labels += ["Open Territory", "House", "Former Rep (inactive)", "Bob Gone"]
    found = read(
        accounts=world(),
        alignment=owned(labels),
        reps=ROSTER,
    )
    assert not found.audit.errors
    assert found.reps["territory_id"].tolist() == ["T01", "T02"]
    today = found.alignment.set_index("account_id")["territory_id"]
    assert today.value_counts().to_dict() == {"T01": 9, "T02": 7, "": 4}
    said = str(found.audit.messages("warning"))
    assert "4 rows of the alignment are vacant today" in said
    assert '"Bob Gone" 1 (not in the roster)' in said
    assert '"House" 1 (open)' in said


def test_owners_nobody_knows_are_an_error_and_not_a_hand_over(read):
    found = read(
        accounts=world(),
        alignment=owned(["Zoe Zimmer"] * 20),
        reps=ROSTER,
    )
    assert "none of 20 rows names a territory, an id or a name of the reps" in str(
        found.audit.messages("error")
    )


def test_territories_of_another_spelling_are_an_error(read):
    found = read(
        accounts=world(),
        alignment=owned(["Terr 1"] * 20),
        reps="rep_id,name,zip,territory_id\nR1,Ada,77002,T1\nR2,Bo,77003,T2\n",
    )
    errors = str(found.audit.messages("error"))
    assert "none of 20 rows names a territory of the reps" in errors


def test_affiliations_that_nothing_uses_are_said(read):
    table = "account_id,idn\nA-01,North\n"
    said = str(read(accounts=world(), affiliations=table).audit.messages("warning"))
    assert "no section [affiliations]" in said
    used = read(accounts=world(), affiliations=table, keys="[affiliations]\n", defaults="")
    assert "no section [affiliations]" not in str(used.audit.messages("warning"))


@pytest.mark.parametrize(
    "label",
    [
        "EXAMPLE ADA",
        "Example, Ada (TX)",
        "ada.example@co.com",
        "Ada B. Example",
        "Ada Example Jr.",
        "A. Example",
        "Example, A.",
        "CORP\\aexample",
        "aexample@co.com",
        "T-001",
    ],
)
def test_an_owner_is_known_with_initials_brackets_suffixes_and_as_e_mail(read, label):
    found = read(
        accounts=f"{ACCOUNTS}A-1,One,77002,1\n",
        reps="rep_id,name,territory_id,zip\nR1,Ada Example,T1,77002\nR2,Bo Sample,T2,77002\n",
        alignment=f'account_id,owner\nA-1,"{label}"\n',
    )
    assert found.alignment["territory_id"].tolist() == ["T1"]


def test_two_reps_of_one_name_are_not_guessed_between(read):
    found = read(
        accounts=f"{ACCOUNTS}A-1,One,77002,1\nA-2,Two,77002,1\n",
        reps="rep_id,name,territory_id\nR1,Ada B. Example,T1\nR2,Ada C. Example,T2\n",
        alignment="account_id,owner\nA-1,Ada Example\nA-2,R2\n",
    )
    assert found.alignment["territory_id"].tolist() == ["", "T2"]


@pytest.mark.parametrize(
    ("roster", "aligned"),
    [(("T01", "T02"), "{} - North"), (("T01 \u2013 North", "T02 \u2013 South"), "{}")],
)
def test_a_code_finds_its_territory_with_or_without_the_name_behind_it(read, roster, aligned):
    reps = "rep_id,name,territory_id\n" + "".join(
        f"R{at},Ann {at},{label}\n" for at, label in enumerate(roster)
    )
    rows = "".join(f"A-{at},{aligned.format(f'T0{at + 1}')}\n" for at in range(2))
    found = read(
        accounts=f"{ACCOUNTS}A-0,One,77002,5\nA-1,Two,77002,6\n", reps=reps,
        alignment=f"account_id,territory_id\n{rows}",
    )  # fmt: skip
    assert not found.audit.errors
    assert found.alignment["territory_id"].tolist() == list(roster)
