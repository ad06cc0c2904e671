"""What a planner means by a name."""

from dataclasses import replace

import pytest

from territory.encoding.explain.lookup import find_subject
from territory.errors import InputError


def test_ids_are_found_and_unknown_ones_meet_their_neighbours(plan):
    assert find_subject(plan, "a00").name == "A00"
    assert find_subject(plan, "U00").kind == "unit"
    assert find_subject(plan, "T01").kind == "territory"
    with pytest.raises(InputError, match='"A05x" is no account, unit or territory') as caught:
        find_subject(plan, "A05x")
    assert 'like "A' in str(caught.value)


def test_a_unit_that_was_split_is_answered_with_its_parts(plan):
    units = plan.alignment.assign(unit_id=["U0:a", "U0:b", *plan.alignment["unit_id"][2:]])
    with pytest.raises(InputError, match='"U0" was split into 2 units') as caught:
        find_subject(replace(plan, alignment=units), "U0")
    assert f"U0:b  {units['territory_id'].iloc[1]}" in str(caught.value)


def test_an_account_that_is_its_own_unit_needs_no_word_of_which_is_meant(plan):
    accounts = plan.accounts.assign(unit_id=plan.accounts["account_id"])
    units = plan.alignment.assign(unit_id=accounts["account_id"].to_numpy()[: len(plan.alignment)])
    alone = replace(plan, accounts=accounts, alignment=units)
    found = find_subject(alone, "a00")
    assert (found.kind, found.name, found.row) == ("account", "A00", 0)
    assert find_subject(alone, "A00", kind="unit").kind == "unit"
    together = replace(alone, accounts=accounts.assign(unit_id="A00"))
    with pytest.raises(InputError, match='"A00" is the id of account A00 and unit A00'):
        find_subject(together, "A00")
