"""Simulated pay: seeded, fair between the alignments, and explained by what was put in."""

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.incentives.forecast.noise import noise_of
from territory.incentives.forecast.outlook import outlook_of
from territory.incentives.payout.pay import pay_by_rep, pay_of
from territory.incentives.payout.simulated_years import simulated_years
from territory.incentives.quota.quotas import quotas_of
from tests.territory.incentives.worlds import SIZE, K, field, history, pay_plan, quota_plan

CALM = {"draws": 100, "company_sd": 0.0, "territory_sd": 0.0}
RUN_RATE = {
    "blend": {"run_rate": 1.0},
    "over_assignment": 0.0,
    "retention": 1.0,
    "capture": {"A": 0.0, "C": 0.0},
}


def calm(**keys):
    """No luck, growth where sales are: everyone attains what the quota asks."""
    return pay_plan(simulation={**CALM, "company_attainment": 1.0}, **keys)


def unmoved(case):
    """The same field with the plan as today's alignment."""
    from dataclasses import replace

    accounts = case.accounts.assign(today=case.accounts["plan"], at_risk_usd=0.0)
    return replace(case, accounts=accounts)


def test_a_certain_year_at_quota_pays_exactly_target_pay():
    pay = pay_of(unmoved(field(quotas=quota_plan(**RUN_RATE), pay=calm())))
    target = pay.reps["target_pay_usd"]
    assert target.tolist() == [140_000.0] * K
    # Quotas are whole dollars, so attainment is 100 percent to within a millionth.
    assert (pay.reps["plan_pay_usd"] - target).abs().max() < 1.0
    assert pay.reps["plan_pay_usd"].tolist() == pay.reps["today_pay_usd"].tolist()
    assert set(pay.reps["outcome"]) == {"about the same"}


def test_the_same_seed_gives_the_same_pay_and_another_one_does_not():
    one, same, other = (pay_of(field(seed=seed)) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.reps, same.reps)
    assert one.reps["plan_pay_usd"].tolist() != other.reps["plan_pay_usd"].tolist()


def test_the_reps_pay_is_the_same_without_the_cost_of_a_guarantee():
    pd.testing.assert_frame_equal(pay_by_rep(field(seed=1)), pay_of(field(seed=1)).reps)


def test_who_changes_nothing_earns_the_same_in_every_year():
    pay = pay_of(unmoved(field()))
    assert (pay.reps["change_usd"] == 0).all()
    assert (pay.reps["less_share"] == 0).all()


def test_a_rep_who_gets_customers_at_risk_loses_and_the_rest_do_not():
    case = field(quotas=quota_plan(**RUN_RATE), pay=calm())
    pay = pay_of(case).reps.set_index("rep_id")
    assert pay.loc["R1", "outcome"] == "loses"  # $50,000 of its new clinic is at risk
    assert pay.loc[["R3", "R4", "R5", "R6"], "outcome"].eq("about the same").all()


def test_what_is_at_risk_is_expected_to_be_lost_under_the_plan_alone():
    case = field()
    today, plan = (outlook_of(case, name).expected_usd.sum() for name in ("today", "plan"))
    assert today - plan == pytest.approx(50_000.0)


def test_rates_that_the_scenario_writes_count_instead_of_measured_ones():
    case = field(quotas=quota_plan(retention=0.5, capture={"A": 0.1, "C": 0.0}))
    outlook = outlook_of(case, "today")
    assert outlook.retained_usd.tolist() == pytest.approx((0.5 * case.last_usd).tolist())
    assert outlook.captured_usd[1::2].sum() == 0.0
    won = 0.1 * outlook.reach_usd[::2]
    assert outlook.captured_usd[::2].tolist() == pytest.approx(won.tolist())


def test_the_spread_of_territories_is_that_around_what_was_to_be_expected():
    growth = [0.0, 0.1, 0.2, 0.3, 0.0, 0.1]
    case = unmoved(field(quotas=quota_plan(**RUN_RATE), revenue=history(growth)))
    own = np.log(1 + np.array(growth))
    assert noise_of(case).territory_sd == pytest.approx(np.std(own, ddof=1))
    assert noise_of(case).source == "measured in the history of 6 territories"


def test_without_two_years_the_spread_is_a_default_that_says_so():
    noise = noise_of(field(revenue=history(years=1)))
    assert noise.territory_sd == 0.10
    assert noise.source.startswith("planning default")


def test_drawn_factors_have_mean_one_and_share_the_company_s():
    noise = noise_of(field(pay=pay_plan(simulation={"company_sd": 0.1, "territory_sd": 0.1})))
    factors = noise.draw(np.random.default_rng(1), 40_000, 2)
    assert factors.mean(axis=0) == pytest.approx([1, 1], abs=0.005)
    assert np.corrcoef(np.log(factors.T))[0, 1] == pytest.approx(0.5, abs=0.02)


def test_the_cost_is_the_sum_of_its_parts_to_the_cent():
    pay = pay_of(field(pay=pay_plan(team={"weight": 0.2}, new_logo={"usd": 500.0})))
    cost = pay.cost.set_index("item")
    parts = ["base", "own quota", "team", "new-logo bonus", "strategic-account bonus"]
    for column in ("today_usd", "plan_usd"):
        assert round(cost.loc[parts, column].sum(), 2) == cost.at["total pay", column]
    assert cost.at["base", "plan_usd"] == 80_000.0 * K
    assert cost.at["total pay", "plan_usd"] == pytest.approx(
        pay.reps["plan_pay_usd"].sum(), abs=0.01 * K
    )


def test_accounts_won_are_drawn_at_last_year_s_rate():
    revenue = history()
    revenue[[1, 3], :4] = 0.0  # won in the second year: two of the four that were open
    revenue[[5, 7], :] = 0.0
    options = pay_plan(new_logo={"usd": 1_000.0}, simulation={"draws": 4000})
    case = field(pay=options, revenue=revenue)
    years = simulated_years(case, noise_of(case))["plan"]
    mean = years.year.new_logos.mean(axis=0)
    assert mean == pytest.approx([0, 0, 0.5, 0.5, 0, 0], abs=0.05)


def test_strategic_growth_counts_beyond_the_least_growth():
    options = calm(strategic={"share": 1.0, "min_growth": 0.02, "tiers": ["A"]})
    case = unmoved(field(quotas=quota_plan(**RUN_RATE, trend_weight=0.0), pay=options))
    years = simulated_years(case, noise_of(case))["plan"]
    # The company grows by 5 percent everywhere; hospitals, tier A, are two thirds of the sales.
    expected = np.array(SIZE) * 2 / 3 * 0.03
    assert years.year.strategic_usd[0] == pytest.approx(expected)


def test_an_unknown_strategic_account_is_named():
    options = pay_plan(strategic={"share": 0.01, "accounts": ["A99"]})
    with pytest.raises(InputError, match=r"pay.strategic.accounts names 1 unknown account"):
        pay_of(field(pay=options))


def test_a_district_is_paid_on_its_own_attainment():
    options = pay_plan(team={"weight": 0.5, "level": "district"})
    case = field(pay=options, districts=True)
    year = simulated_years(case, noise_of(case))["plan"].year
    assert np.ptp(year.team_attainment[:, :3], axis=1).max() == 0
    assert not np.allclose(year.team_attainment[:, 0], year.team_attainment[:, 3])


def test_a_district_part_without_districts_is_refused():
    options = pay_plan(team={"weight": 0.5, "level": "district"})
    with pytest.raises(InputError, match=r"the plan has no districts"):
        pay_of(field(pay=options))


def test_without_an_alignment_of_today_only_the_plan_is_paid():
    pay = pay_of(field(today=False))
    assert "today_pay_usd" not in pay.reps
    assert "outcome" not in pay.reps
    assert pay.reps["plan_pay_usd"].notna().all()
    assert pay.guarantee["cost_usd"].eq(0).all()


def test_a_rep_without_a_territory_is_new_and_one_who_loses_it_leaves():
    from dataclasses import replace

    case = field()
    reps = case.reps.copy()
    reps.loc[0, "today"], reps.loc[5, "plan"] = "", ""
    pay = pay_of(replace(case, reps=reps))
    frame = pay.reps.set_index("rep_id")
    assert frame.loc["R1", "outcome"] == "new to the field"
    assert np.isnan(frame.loc["R1", "today_pay_usd"])
    assert np.isnan(frame.loc["R1", "last_year_usd"])
    assert frame.loc["R6", "outcome"] == "leaves the field"
    assert "plan: 1 territory without a rep" in pay.notes


def test_both_alignments_have_the_same_goal():
    case = field()
    years = simulated_years(case, noise_of(case))
    assert years["plan"].quotas.goal_usd == years["today"].quotas.goal_usd
    assert years["plan"].quotas.goal_usd == quotas_of(case).goal_usd


def test_a_rep_from_april_is_judged_on_three_quarters_and_the_field_sells_the_whole_year():
    from dataclasses import replace

    case = field(pay=pay_plan(simulation={"company_sd": 0.0, "territory_sd": 0.1, "draws": 400}))
    paces = {f"pace_{at}": [float(at > 1)] + [1.0] * (K - 1) for at in (1, 2, 3, 4)}
    dated = replace(case, reps=case.reps.assign(employed=[0.75] + [1.0] * (K - 1), **paces))
    whole, found = (simulated_years(each, noise_of(each))["plan"] for each in (case, dated))
    assert found.quota_usd[0] == pytest.approx(0.75 * whole.quota_usd[0], abs=2)
    assert found.quota_usd[1:].tolist() == whole.quota_usd[1:].tolist()
    reached, before = found.year.attainment, whole.year.attainment
    assert np.array_equal(reached[:, 1:], before[:, 1:])
    spread = np.log(reached[:, 0]).std() / np.log(before[:, 0]).std()
    assert spread == pytest.approx(2 / 3**0.5)  # independent quarters: sqrt(4 / 3)
    assert np.log(reached[:, 0]).mean() == pytest.approx(np.log(before[:, 0]).mean(), abs=0.01)
    assert np.array_equal(found.sales_usd, whole.sales_usd)
    assert pay_of(dated).reps["plan_quota_usd"][0] == found.quota_usd[0]


def test_a_seat_that_is_never_filled_in_the_year_has_no_quota_and_no_pay():
    from dataclasses import replace

    case = field()
    paces = {f"pace_{at}": [0.0] + [1.0] * (K - 1) for at in (1, 2, 3, 4)}
    pay = pay_of(replace(case, reps=case.reps.assign(employed=[0.0] + [1.0] * (K - 1), **paces)))
    assert pay.reps["plan_quota_usd"][0] == 0
    assert pay.reps["plan_pay_usd"][0] == 0
