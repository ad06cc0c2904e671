"""Pay by role: hunters for what they win, farmers for what they keep, each by a plan of its own."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.incentives.payout.bonuses import logo_usd, strategic_sales
from territory.incentives.payout.pay import pay_of
from territory.incentives.payout.payplan import Year, earned
from territory.incentives.payout.roles import paid, rep_plans
from territory.inputs.scenario.incentives import PayPlan
from territory.inputs.time.sales import Sales
from tests.territory.incentives.worlds import K, field, history, pay_plan

ROLES = {
    "hunter": {
        "base_usd": 60_000.0,
        "target_incentive_usd": 90_000.0,
        "new_logo": {"usd": 2_000.0, "by_tier": {"A": 5_000.0}, "idn_usd": 4_000.0},
    },
    "manager": {"team": {"weight": 0.5, "level": "company"}},
}


def mixed(**plan):
    case = field(pay=pay_plan(roles=ROLES, new_logo={"usd": 500.0}, **plan))
    role = ["hunter", "hunter", "manager", "", "", ""]
    return replace(case, reps=case.reps.assign(role=role))


def at_goal(n=K, **more):
    one = np.ones(n)
    given = {"attainment": one, "team_attainment": one}
    given |= {"new_logos": 0.0 * one, "strategic_usd": 0.0 * one}
    return Year(**(given | more))


def test_each_rep_is_paid_by_the_plan_of_the_role():
    pay = paid(mixed(), at_goal())
    assert (pay.base / 100).tolist() == [60_000.0] * 2 + [80_000.0] * 4
    assert (pay.total / 100).tolist() == [150_000.0] * 2 + [140_000.0] * 4
    assert (pay.team / 100).tolist() == [0.0, 0.0, 30_000.0, 0.0, 0.0, 0.0]


def test_pay_by_role_is_the_roles_plan_for_each_rep_alone():
    case = mixed()
    year = at_goal(attainment=np.linspace(0.5, 1.4, K), team_attainment=np.full(K, 1.1))
    together = paid(case, year).total
    for reps, plan in rep_plans(case):
        for at in np.flatnonzero(reps):
            alone = earned(
                plan,
                Year(attainment=year.attainment[[at]], team_attainment=year.team_attainment[[at]],
                     new_logos=np.zeros(1), strategic_usd=np.zeros(1)),
                np.ones(1),
            )  # fmt: skip
            assert together[at] == alone.total[0]


def test_logos_pay_by_tier_and_system_of_the_account_and_by_the_hunters_plan():
    case = mixed()
    idn = ["North"] + [""] * (2 * K - 1)
    case = replace(case, accounts=case.accounts.assign(idn=idn, gpo=""))
    usd = logo_usd(case, "plan")
    # T1 and T2 have hunters: tier A 5,000, tier C 2,000; the others 500 whatever the tier.
    assert usd[:4].tolist() == [5_000.0, 2_000.0, 5_000.0, 2_000.0]
    assert usd[4:].tolist() == [500.0] * (2 * K - 4)
    systems = replace(case, accounts=case.accounts.assign(idn="North"))
    assert logo_usd(systems, "plan")[:4].tolist() == [5_000.0, 4_000.0, 5_000.0, 4_000.0]


def test_caps_follow_fte_and_ramp():
    plan = PayPlan(**{"base_usd": 1.0, "target_incentive_usd": 1.0,
                      "new_logo": {"usd": 1_000.0, "cap_usd": 4_000.0}})  # fmt: skip
    year = at_goal(3, new_logos=np.full(3, 9.0))
    pay = earned(plan, year, np.array([1.0, 0.5, 1.0]), np.array([1.0, 1.0, 0.75]))
    assert (pay.new_logo / 100).tolist() == [4_000.0, 2_000.0, 3_000.0]


def test_growth_of_products_counts_only_their_sales():
    case = field(pay=pay_plan(strategic={"share": 0.1, "products": ("trauma",)}))
    half = history() / 2
    half[:, 4:] *= 1.5
    case = replace(case, by_products={("trauma",): Sales(first=case.sales.first, revenue_usd=half)})
    least, after = strategic_sales(case, "plan")
    hospitals = np.arange(2 * K) % 2 == 0  # tier A
    assert least[hospitals] == pytest.approx(half[hospitals, :4].sum(axis=1))
    assert after[hospitals] == pytest.approx(half[hospitals, 4:].sum(axis=1))
    assert not after[~hospitals].any()


def test_a_role_without_a_plan_is_named_with_its_rep():
    case = mixed()
    case = replace(case, reps=case.reps.assign(role=["closer"] + [""] * (K - 1)))
    with pytest.raises(InputError) as caught:
        pay_of(case)
    assert "1 rep with a role that [pay.roles] has no plan for" in str(caught.value)
    assert 'role "closer"' in str(caught.value)
    assert "[pay.roles.closer]" in str(caught.value)


def test_a_role_whose_tiers_do_not_pay_the_target_is_refused():
    with pytest.raises(ValueError, match="has a plan that cannot be: go backwards"):
        pay_plan(roles={"hunter": {"rates": [{"above": 0.0, "rate": 0.5}]}})


def test_without_roles_the_column_changes_nothing():
    plain = pay_of(field()).reps
    case = field()
    named = pay_of(replace(case, reps=case.reps.assign(role="hunter"))).reps
    pd.testing.assert_frame_equal(plain.drop(columns="role"), named.drop(columns="role"))


def test_an_empty_seat_earns_nothing():
    case = mixed()
    case = replace(case, reps=case.reps.assign(plan=["", *case.reps["plan"].iloc[1:]]))
    reps = pay_of(case).reps
    assert np.isnan(reps["plan_pay_usd"].iloc[0])
    assert reps["outcome"].iloc[0] == "leaves the field"


def test_a_seat_is_paid_for_the_part_of_the_year_in_which_it_is_filled():
    """Bonuses too, and whatever by_fte says."""
    for by_fte in (True, False):
        plan = PayPlan(**{"base_usd": 80_000.0, "target_incentive_usd": 60_000.0, "by_fte": by_fte,
                          "new_logo": {"usd": 1_000.0},
                          "strategic": {"share": 0.01}})  # fmt: skip
        year = at_goal(3, new_logos=np.full(3, 2.0), strategic_usd=np.full(3, 100_000.0))
        one = np.ones(3)
        pay = earned(plan, year, one, one, np.array([1.0, 0.5, 0.0]))
        assert (pay.total / 100).tolist() == [143_000.0, 71_500.0, 0.0]


def test_target_pay_and_earnings_follow_the_filled_part_of_the_year():
    case = mixed()
    case = replace(case, reps=case.reps.assign(employed=[0.5, 0.0, 1.0, 1.0, 1.0, 1.0]))
    reps = pay_of(case).reps
    assert reps["target_pay_usd"].iloc[:3].tolist() == [75_000.0, 0.0, 140_000.0]
    assert reps["plan_pay_usd"].iloc[1] == 0.0
    assert reps["plan_p90_usd"].iloc[1] == 0.0


def test_a_plans_record_of_the_roles_pays_as_they_are_written():
    written = PayPlan.model_validate(
        {
            "base_usd": 80_000,
            "target_incentive_usd": 60_000,
            "cap": 2.5,
            "team": {"weight": 0.1, "level": "company"},
            "roles": {"hunter": {"base_usd": 70_000}},
        }
    )
    kept = PayPlan.model_validate(written.model_dump(mode="json"))
    assert kept.of_role("hunter") == written.of_role("hunter")
    assert (kept.of_role("hunter").cap, kept.of_role("hunter").base_usd) == (2.5, 70_000)
