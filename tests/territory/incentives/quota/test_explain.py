"""A quota in words: every part with its dollars and its reason, and they sum to the quota."""

import re

import pytest

from territory.errors import InputError
from territory.incentives.quota.explain import explain_quota, explained
from territory.incentives.quota.quotas import quotas_of
from tests.territory.incentives.worlds import K, field, quota_plan


def dollars(text):
    return [
        (-1 if sign else 1) * int(number.replace(",", ""))
        for sign, number in re.findall(r"^  [A-Za-z -]+? +(-?)\$([\d,]+)  ", text, re.MULTILINE)
    ]


@pytest.mark.parametrize("territory", [f"T{at}" for at in range(1, K + 1)])
def test_the_dollars_of_the_parts_sum_to_the_quota(territory):
    quotas = quotas_of(field(quotas=quota_plan(cap=0.09)))
    text = explain_quota(quotas, territory)
    assert sum(dollars(text)) == quotas.quota_usd[territory]
    assert text.startswith(f"{territory}: quota ${quotas.quota_usd[territory]:,}, ")


def test_every_part_says_why():
    blend = {"potential": 0.4, "headroom": 0.1, "run_rate": 0.4, "sales_cycle": 0.1}
    quotas = quotas_of(field(quotas=quota_plan(blend=blend, growth=0.11, floor=0.0, cap=0.2)))
    text = explain_quota(quotas, "T1")
    assert "40 % of the goal, by its 16.7 % of the field's potential ($4.0 M)" in text
    assert "last four quarters $900.0 k, grown +10.0 %, of which +5.0 % carried on" in text
    assert "its mean cycle " in text
    assert "the quotas sum to 3.0 % more than the goal" in text
    assert "held at the cap: growth of at most +20.0 %" in explain_quota(quotas, "T4")
    low = quotas_of(field(quotas=quota_plan(blend={"potential": 1.0}, floor=0.0)))
    assert "raised to the floor: growth of at least 0.0 %" in explain_quota(low, "T1")


def test_expected_sales_say_what_is_retained_and_what_headroom_brings():
    text = explain_quota(quotas_of(field()), "T1")
    assert "its accounts' sales carried on: 92.0 % of last year's $900.0 k" in text
    assert "that can be revenue within the year (headroom" in text
    assert "revenue at risk in accounts that get another rep, not asked for" in text
    assert "from the expected sales of all" in text


def test_every_territory_is_explained():
    assert len(explained(quotas_of(field()))) == K


def test_an_unknown_territory_is_named():
    with pytest.raises(InputError, match='there is no territory "T99"'):
        explain_quota(quotas_of(field()), "T99")
