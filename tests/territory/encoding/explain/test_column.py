"""The reasons that are saved with a plan."""

from dataclasses import replace

from territory.encoding.explain.column import with_known_reasons, with_reasons
from territory.encoding.explain.reasons import reasons


def test_the_saved_accounts_say_what_explain_says(plan, position):
    told = reasons(position)
    assert plan.accounts["reason"].tolist() == told["reason"].tolist()
    assert plan.accounts["why"].tolist() == told["why"].tolist()
    assert plan.accounts.set_index("account_id").loc["A00", "reason"] == "pinned"


def test_a_plan_that_cannot_be_opened_again_says_nothing_of_its_reasons(plan):
    accounts = plan.accounts.drop(columns=["reason", "why"])
    old = replace(plan, accounts=accounts, record=plan.record.but(keys=None))
    assert set(with_known_reasons(old).accounts["why"]) == {""}
    young = replace(plan, accounts=accounts)
    assert with_known_reasons(young).accounts["why"].tolist() == plan.accounts["why"].tolist()


def test_reasons_that_nobody_waits_for_are_left_out(plan):
    young = replace(plan, accounts=plan.accounts.drop(columns=["reason", "why"]))
    assert with_reasons(young, over=lambda: True) is young
