"""What a planner names is found, or every name that cannot be meant is told at once."""

import pytest

from territory.encoding.desk.named import Move, found_by_id, parts_of
from territory.errors import InputError

PARTS = parts_of(["48201:77030", "48201:77021", "48453"])


def found(*moves):
    return found_by_id(moves, parts=PARTS, accounts=["A-1"], territories=["T1", "T2"])


def test_a_unit_that_was_split_stands_for_all_its_parts_and_accounts_stand_alone():
    units, accounts = found(Move(to="T1", what=("48201", "A-1")), Move(to="T2", what=("48453",)))
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
    assert Move(to="T1", what="48453") == Move(to="T1", what=["48453"])
    assert found(Move(to="T1", what="48453")) == ({2: "T1"}, {})
