"""A guarantee pays the difference to last year's earnings, month by month."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from territory.incentives.payout.guarantee import paid_until
from territory.incentives.payout.last_year import last_year
from territory.incentives.payout.pay import pay_of
from territory.incentives.payout.payplan import earned
from territory.incentives.quota.next_year import next_quarters
from tests.territory.incentives.worlds import K, field, history, pay_plan, quota_plan

RUN_RATE = {
    "blend": {"run_rate": 1.0},
    "over_assignment": 0.0,
    "retention": 1.0,
    "capture": {"A": 0.0, "C": 0.0},
}
CALM = {"draws": 100, "company_sd": 0.0, "territory_sd": 0.0, "company_attainment": 1.0}
LINEAR = [{"above": 0.0, "rate": 1.0}]


def earning(case, usd):
    return replace(case, reps=case.reps.assign(earnings_usd=usd))


def test_a_longer_guarantee_never_costs_less():
    cost = pay_of(field(revenue=history([0.3, 0.0, 0.1, -0.1, 0.2, 0.1]))).guarantee
    assert cost["months"].tolist() == list(range(1, 13))
    assert (cost["cost_usd"].diff().dropna() >= 0).all()
    assert cost["cost_usd"].iloc[-1] > 0
    assert (cost["p10_usd"] <= cost["cost_usd"]).all()


def test_the_cost_can_be_worked_out_by_hand_where_nothing_is_left_to_chance():
    case = field(quotas=quota_plan(**RUN_RATE), pay=pay_plan(simulation=CALM, rates=LINEAR))
    case = replace(
        case, accounts=case.accounts.assign(today=case.accounts["plan"], at_risk_usd=0.0)
    )
    # Everyone earns 140,000 now and earned 152,000 last year: 1,000 less in each month.
    cost = pay_of(earning(case, 152_000.0)).guarantee
    assert cost["cost_usd"].tolist() == pytest.approx(
        [1_000.0 * K * month for month in range(1, 13)], abs=5
    )
    assert cost["n_reps"].tolist() == [K] * 12


def test_who_earned_less_last_year_costs_nothing():
    case = earning(field(), 10_000.0)
    assert pay_of(case).guarantee["cost_usd"].eq(0).all()


def test_last_year_is_what_this_plan_would_have_paid():
    before = last_year(field(quotas=quota_plan(**RUN_RATE)))
    assert before.total_usd == pytest.approx([140_000] * K, abs=5)
    assert before.notes == (
        "last year's earnings of 6 reps are what this plan would have paid on last year's sales",
    )


def test_who_begins_in_the_year_earned_nothing_that_is_guaranteed():
    case = field()
    new = replace(case, reps=case.reps.assign(new=[True, *[False] * (K - 1)]))
    assert np.isnan(last_year(new).total_usd).tolist() == [True, *[False] * (K - 1)]
    assert pay_of(new).guarantee["n_reps"].max() < K
    known = replace(new, reps=new.reps.assign(earnings_usd=[90_000.0, *[np.nan] * (K - 1)]))
    assert last_year(known).total_usd[0] == 90_000.0


def test_nobody_is_held_harmless_for_months_in_which_the_seat_is_empty():
    case = field(quotas=quota_plan(**RUN_RATE), pay=pay_plan(simulation=CALM, rates=LINEAR))
    case = replace(
        case, accounts=case.accounts.assign(today=case.accounts["plan"], at_risk_usd=0.0)
    )
    filled = np.ones((K, 3, 12))
    filled[0, 1, 3:] = filled[0, 2] = 0.0  # the first leaves at the end of March
    reps = case.reps.assign(employed=[0.25, *[1.0] * (K - 1)])
    case = replace(case, filled=filled, reps=reps)
    # Last year was a whole one, and everyone earns 1,000 less in each month that they are there.
    assert last_year(case).total_usd == pytest.approx([140_000.0] * K, abs=5)
    cost = pay_of(earning(case, 152_000.0)).guarantee["cost_usd"]
    assert cost.tolist() == pytest.approx(
        [1_000.0 * ((K - 1) * month + min(month, 3)) for month in range(1, 13)], abs=5
    )
    live = SimpleNamespace(go_live="2027-07-01")
    later = replace(case, scenario=case.scenario.model_copy(update={"rollout": live}))
    cost = pay_of(earning(later, 152_000.0)).guarantee["cost_usd"]
    assert cost.tolist() == pytest.approx(
        [1_000.0 * (K - 1) * month for month in range(1, 13)], abs=5
    )


def test_a_guarantee_in_a_year_from_july_accrues_until_june():
    case = field(quotas=quota_plan(**RUN_RATE), pay=pay_plan(simulation=CALM, rates=LINEAR))
    case = replace(
        case, accounts=case.accounts.assign(today=case.accounts["plan"], at_risk_usd=0.0)
    )
    keys = {
        "capacity": SimpleNamespace(year_from="2027-07-01"),
        "rollout": SimpleNamespace(go_live="2028-04-01"),
    }
    july = replace(case, scenario=case.scenario.model_copy(update=keys))
    assert next_quarters(july) == ("2027-Q3", "2027-Q4", "2028-Q1", "2028-Q2")
    cost = pay_of(earning(july, 152_000.0)).guarantee
    assert cost["this_year_usd"].tolist() == pytest.approx(
        [6_000.0 * min(month, 3) for month in range(1, 13)], abs=5
    )
    keys["capacity"] = SimpleNamespace(year_from="2027-02-01")
    february = replace(case, scenario=case.scenario.model_copy(update=keys))
    assert next_quarters(february) == ("2027-02", "2027-05", "2027-08", "2027-11")


def test_who_began_within_last_year_earned_its_part():
    filled = np.ones((K, 3, 12))
    filled[0, 0, :6] = 0.0
    for years in (1, 3):
        case = replace(field(quotas=quota_plan(**RUN_RATE), revenue=history(years=years)),
                       filled=filled)  # fmt: skip
        whole = last_year(replace(case, filled=None)).total_usd
        assert last_year(case).total_usd[0] == pytest.approx(whole[0] / 2, abs=1)
        assert last_year(case).total_usd[1:].tolist() == whole[1:].tolist()


def test_given_earnings_count_instead():
    before = last_year(earning(field(), [150_000.0, *[np.nan] * 5]))
    assert before.total_usd[0] == 150_000.0
    assert before.notes[0].startswith("last year's earnings of 5 reps are")


def test_with_one_year_of_history_last_year_is_target_pay():
    before = last_year(field(revenue=history(years=1)))
    assert before.total_usd.tolist() == [140_000.0] * K
    assert before.notes == ("last year's earnings of 6 reps are target pay",)


def test_a_whole_year_is_paid_by_its_end():
    case = field()
    before = last_year(case)
    whole = paid_until(case, before.year, 1.0, 1.0)
    assert whole == pytest.approx(earned(case.pay_plan, before.year, np.ones(K)).total / 100)


def test_what_falls_due_with_unchanged_territories_is_not_the_plans_doing():
    cost = pay_of(field(revenue=history([0.3, 0.0, 0.1, -0.1, 0.2, 0.1]))).guarantee
    assert (cost["cost_usd"] - cost["anyway_usd"]).tolist() == pytest.approx(
        cost["increment_usd"].tolist(), abs=0.011
    )
    # The clinic of T1 is T2's today: only these two reps' pay is the plan's doing.
    assert cost["anyway_usd"].iloc[-1] > 0
    assert cost["increment_usd"].iloc[-1] < cost["anyway_usd"].iloc[-1]


def test_without_territories_of_today_nobody_knows_what_falls_due_anyway():
    case = field(today=False)
    cost = pay_of(case).guarantee
    assert cost["anyway_usd"].isna().all()
    assert cost["increment_usd"].isna().all()


def test_what_accrues_after_december_is_told_by_the_go_live():
    case = field(quotas=quota_plan(**RUN_RATE), pay=pay_plan(simulation=CALM, rates=LINEAR))
    case = replace(
        case, accounts=case.accounts.assign(today=case.accounts["plan"], at_risk_usd=0.0)
    )
    case = earning(case, 152_000.0)
    january = pay_of(case).guarantee
    assert january["next_year_usd"].eq(0).all()
    live = SimpleNamespace(go_live="2027-09-15")
    case = replace(case, scenario=case.scenario.model_copy(update={"rollout": live}))
    cost = pay_of(case).guarantee
    # 6,000 a month: September to December this year, the rest next year.
    assert cost["this_year_usd"].tolist() == pytest.approx(
        [6_000.0 * min(month, 4) for month in range(1, 13)], abs=5
    )
    assert cost["next_year_usd"].tolist() == pytest.approx(
        [6_000.0 * max(month - 4, 0) for month in range(1, 13)], abs=5
    )
    assert cost["increment_usd"].abs().max() < 0.02
    assert (cost["increment_this_year_usd"] + cost["increment_next_year_usd"]).tolist() == (
        pytest.approx(cost["increment_usd"].tolist(), abs=0.01)
    )
