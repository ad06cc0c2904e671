"""Whose accounts are today, by hand: three accounts in a unit, one in another."""

import numpy as np

from territory.encoding.items.hands import GONE, NONE, capped, most_of_today

ITEM = np.array([0, 0, 0, 1])
NOBODYS = np.full(2, -1, dtype=np.int32)


def test_an_item_is_todays_of_who_has_most_accounts_of_it_and_then_most_revenue():
    def most(today, revenue):
        given = np.array(today), np.array(revenue, dtype=float)
        return most_of_today(ITEM, *given, start=NOBODYS, k=3).tolist()

    assert most([2, 1, 1, 0], [9.0, 1.0, 1.0, 0.0]) == [1, 0]
    assert most([2, 1, NONE, GONE], [9.0, 1.0, 1.0, 0.0]) == [2, -1]


def test_what_others_hold_and_what_is_of_no_territory_changes_hands_whatever_the_plan():
    today = np.array([1, 1, 2, GONE])
    kept = capped(
        ITEM, today, np.array([1, -1], dtype=np.int32), revenue_usd=np.array([5.0, 6.0, 7.0, 8.0]),
        service_h=np.ones(4), caps=(3, 0.5, None),
    )  # fmt: skip
    accounts, revenue = kept
    assert (accounts.cap, accounts.forced, accounts.weight.tolist()) == (3.0, 2.0, [2.0, 0.0])
    assert (revenue.cap, revenue.forced, revenue.weight.tolist()) == (13.0, 15.0, [11.0, 0.0])
