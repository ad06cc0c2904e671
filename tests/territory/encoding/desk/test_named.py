"""What a planner names is found, or every name that cannot be meant is told at once."""

import pytest

from territory.encoding.desk.named import Ids, Move, found_by_id, parts_of
from territory.errors import InputError

PARTS = parts_of(["48201:77030", "48201:77021", "48453"])


IDS = Ids(
    parts=PARTS | {"P1": [3], "P2": [4]},
    accounts=["A-1", "48453", "P1", "P2"],
    alone=lambda account: account in {"P1", "P2"},
)


def found(*moves):
    return found_by_id(moves, ids=IDS, apart=["P2"], territories=["T1", "T2"])


def test_a_unit_that_was_split_stands_for_all_its_parts_and_accounts_stand_alone():
    units, accounts = found(
        Move(to="T1", what=("48201", "A-1")), Move(to="T2", what=("unit:48453",))
    )
    assert units == {0: "T1", 1: "T1", 2: "T2"}
    assert accounts == {"A-1": "T1"}


def test_every_name_that_cannot_be_meant_is_told_at_once():
    with pytest.raises(InputError) as caught:
        found(
            Move(to="T9", what=("48453",)),
            Move(to="T1", what=("48454", "48201")),
            Move(to="T2", what=("48201:77030",)),
        )
    facts = [each.fact for each in caught.value.messages]
    assert facts == [
        'the plan has no territory "T9"',
        'the plan has no unit or account "48454"',
        "48201:77030 is moved twice, to T1 and to T2",
    ]


def test_a_text_alone_is_one_id_and_not_its_letters():
    assert Move(to="T1", what="48201") == Move(to="T1", what=["48201"])
    assert found(Move(to="T1", what="A-1")) == ({}, {"A-1": "T1"})


def test_an_id_of_a_unit_and_of_another_account_has_to_say_which_is_meant():
    """Customer numbers of five digits are ZIP codes too: neither is taken for the other."""
    with pytest.raises(InputError) as caught:
        found(Move(to="T1", what=("48453",)))
    (told,) = caught.value.messages
    assert told.fact == "48453 is the id of a unit and of an account"
    assert told.hint == "say which is meant: account:48453 or unit:48453"
    assert found(Move(to="T1", what=("account:48453",))) == ({}, {"48453": "T1"})
    assert (IDS.of_account("48453"), IDS.of_unit("48453")) == ("account:48453", "unit:48453")


def test_where_each_account_is_a_unit_both_go_together():
    """One that a rule assigns by name is not in its unit's hands, and would have stayed behind."""
    assert found(Move(to="T1", what=("P1", "P2"))) == ({3: "T1", 4: "T1"}, {"P2": "T1"})
    assert (IDS.of_account("P2"), IDS.of_unit("P2")) == ("P2", "P2")
    assert IDS.only(account="P2") == "account:P2"
    assert IDS.only(unit="48201") == "48201"
