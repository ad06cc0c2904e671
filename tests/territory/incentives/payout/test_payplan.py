"""At exactly 100 percent a rep earns exactly target pay, and more sales never pay less."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory.incentives.payout.payplan import Year, earned, payout, target_pay_cents
from tests.territory.incentives.worlds import pay_plan


@st.composite
def tiers(draw):
    """Tiers that pay exactly the target at the quota, with any corners and rising accelerators."""
    below = sorted(draw(st.sets(st.integers(1, 99), max_size=4)))
    corners = [0.0, *(corner / 100 for corner in below), 1.0]
    rates = [draw(st.floats(0, 3)) for _ in corners[1:]]
    paid = sum(r * (b - a) for r, a, b in zip(rates, corners, corners[1:], strict=False))
    if paid < 0.05:
        rates, paid = [1.0] * len(rates), 1.0
    built = [
        {"above": a, "up_to": b, "rate": rate / paid}
        for rate, a, b in zip(rates, corners, corners[1:], strict=False)
    ]
    above = sorted(draw(st.sets(st.integers(101, 300), max_size=3)))
    ends = [1.0, *(corner / 100 for corner in above)]
    rate = 1.0
    for a, b in zip(ends, [*ends[1:], None], strict=True):
        rate += draw(st.floats(0, 2))
        built.append({"above": a, "rate": rate} | ({} if b is None else {"up_to": b}))
    return built


plans = st.builds(
    lambda rates, base, target, cap, weight: pay_plan(
        rates=rates,
        base_usd=base / 100,
        target_incentive_usd=target / 100,
        cap=cap,
        team={"weight": weight},
        new_logo={"usd": 500.0},
        strategic={"share": 0.02, "cap_usd": 5_000.0},
    ),
    tiers(),
    st.integers(0, 30_000_000),
    st.integers(1, 30_000_000),
    st.none() | st.floats(1, 4),
    st.floats(0, 1),
)


def year(attainment, team=None, new_logos=0.0, strategic_usd=0.0):
    attainment = np.atleast_1d(np.asarray(attainment, dtype=float))
    return Year(
        attainment=attainment,
        team_attainment=attainment if team is None else np.full_like(attainment, team),
        new_logos=np.full_like(attainment, new_logos),
        strategic_usd=np.full_like(attainment, strategic_usd),
    )


@given(plans, st.floats(0.05, 1.0))
def test_exactly_100_percent_earns_exactly_target_pay(plan, fte):
    share = np.array([fte])
    pay = earned(plan, year(1.0), share)
    assert pay.total.tolist() == target_pay_cents(plan, share).tolist()
    assert payout(plan, np.array([1.0])).tolist() == [1.0]


@given(plans)
def test_full_time_target_pay_is_base_and_target_incentive(plan):
    cents = target_pay_cents(plan, np.ones(1))[0]
    assert cents == round(plan.base_usd * 100) + round(plan.target_incentive_usd * 100)


@given(plans, st.lists(st.floats(0, 5), min_size=2, max_size=30))
def test_more_sales_never_pay_less(plan, attainments):
    rising = np.sort(np.array(attainments))
    pay = earned(plan, year(rising), np.ones(len(rising)))
    assert (np.diff(pay.total) >= 0).all()
    assert (pay.total >= pay.base).all()


@given(plans, st.floats(1, 50))
def test_the_cap_is_never_exceeded(plan, attainment):
    paid = payout(plan, np.array([attainment]))[0]
    assert paid <= (np.inf if plan.cap is None else plan.cap)


def test_the_parts_of_pay_can_be_worked_out_by_hand():
    plan = pay_plan(
        rates=[
            {"above": 0.0, "up_to": 0.5, "rate": 0.5},
            {"above": 0.5, "up_to": 1.0, "rate": 1.5},
            {"above": 1.0, "rate": 2.0},
        ],
        team={"weight": 0.25},
        new_logo={"usd": 1_000.0, "cap_usd": 2_500.0},
        strategic={"share": 0.1},
    )
    pay = earned(plan, year([0.8, 1.2], team=0.9, new_logos=3, strategic_usd=1_234.5), np.ones(2))
    assert pay.base.tolist() == [8_000_000, 8_000_000]
    assert pay.quota.tolist() == [3_150_000, 6_300_000]  # 45,000 × 0.7 and × 1.4
    assert pay.team.tolist() == [1_275_000, 1_275_000]  # 15,000 × 0.85
    assert pay.new_logo.tolist() == [250_000, 250_000]  # three of 1,000, capped
    assert pay.strategic.tolist() == [12_345, 12_345]


def test_part_time_reps_have_their_share_of_target_pay_unless_the_plan_says_no():
    half = np.array([0.5])
    assert target_pay_cents(pay_plan(), half).tolist() == [7_000_000]
    assert target_pay_cents(pay_plan(by_fte=False), half).tolist() == [14_000_000]


@pytest.mark.parametrize("attainment", [0.0, -0.4])
def test_nothing_sold_is_base_pay(attainment):
    assert earned(pay_plan(), year(attainment), np.ones(1)).total.tolist() == [8_000_000]
