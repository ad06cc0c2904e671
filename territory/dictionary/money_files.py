"""The columns of what quotas, pay, forecast and sizing write."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from territory.dictionary.field import Field, fields_of

__all__ = ["MONEY_FILES"]

MONEY_FILES: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "quotas.csv": fields_of(
            """
territory_id | id | - | the territory
rep_id | id | - | its rep
rep_name | text | - | its rep's name
last_usd | signed | USD | sales of the last four quarters | sum over its accounts
quota_usd | number | USD | its quota, whole dollars | sum of part_{part}_usd
growth | signed | share | growth that the quota asks | quota_usd / last_usd - 1
limit | text | - | floor or cap where the quota is held there
expected_usd | number | USD | what it is expected to sell | max(0, retained_usd + captured_usd + momentum_usd - relief_usd)
attainment | number | share | expected attainment | forecast_usd / quota_usd
at_quota_probability | number | share | how often the quota is reached in the simulated years | share of years (see p10_usd of forecast.csv) with sales of quota_usd or more
potential_usd | number | USD a year | potential of its accounts | sum over accounts.csv
previous_usd | signed | USD | sales of the four quarters before | sum over its accounts
headroom_usd | number | USD a year | potential that is neither bought here nor held by competitors | sum of potential - own sales - competitors' sales, account by account
reachable_usd | number | USD | headroom that can be revenue within the year | headroom * share of the year left after the sales cycle
retained_usd | number | USD | last year's sales carried on | sum over its accounts of early * its rate + late * its rate in rates.csv; of an account with late sales alone late * fresh, with early ones alone early * lapsed. early and late = 2 * sales of the first and last two of the last four quarters, each quarter's / (4 * its season), the account's four scaled to their sum as it was
captured_usd | number | USD | headroom that comes in | sum of reachable headroom * capture rate
momentum_usd | signed | USD | growth of the area beyond its accounts, as far as it lasts | sum of (retained + captured) * momentum of the account's area in rates.csv. An area's surplus of a year is log(sold / explained), its chance sum of (sold - explained)^2 / explained^2; R = mean of surplus^2 less mean chance, over areas and years (0: nothing is carried on, also where the sum of surplus^2 / chance is below chi-square's 95 %); momentum = exp(best linear prediction) - 1 with covariance share * R between years and R + chance within one, held within trend_limit. The share is trend_weight with two years of sales or where it is written; with more, neighbouring years' mean product / R, drawn to 0.5 as if that had the variance 1/12
relief_usd | number | USD | what is taken off for accounts that get another rep | quotas.relief * revenue at risk
forecast_usd | number | USD | expected sales, all revenue at risk taken off | sum over its accounts of max(0, retained + captured + momentum - at risk)
n_accounts | number | - | accounts of it
trend | signed | share | growth of the last year | last_usd / previous_usd - 1
run_rate_usd | number | USD | the last year carried on | last_usd * (1 + trend_weight * trend held within trend_limit)
lower_usd | number | USD | floor of the quota | last_usd * (1 + quotas.floor), rounded up
upper_usd | number | USD | cap of the quota | last_usd * (1 + quotas.cap), rounded down
part_{part}_usd | signed | USD | part of the quota: retained, momentum, captured, relief, stretch (or potential, headroom, run_rate, sales_cycle), over_assignment, limit | stretch = expected_usd * (goal / sum of expected_usd - 1); parts of a blend = weight * goal * share of potential_usd, headroom_usd, run_rate_usd or reachable_usd; over_assignment = share of the goal * quotas.over_assignment * goal
""",  # noqa: E501
            source="territory quotas",
        ),
        "quotas_by_quarter.csv": fields_of(
            """
territory_id | id | - | the territory
quarter | period | - | the quarter
season_share | number | share | its part of the year | mean share of the quarter in the history
quota_usd | number | USD | quota of the quarter, whole dollars that sum to the year's | quota of the year * season_share
rep_id | id | - | its rep; empty: vacant
pace | number | share | how far the rep is there and up to speed in the quarter; 1 of a vacant seat | part of the quarter's days with the seat filled and not on leave * (1 - pto_days / capacity.working_days) * mean pace of the ramp on these days
rep_quota_usd | number | USD | what the rep is held to, whole dollars; 0 of a vacant seat: the quota stays with the territory | quota_usd * pace
""",  # noqa: E501
            source="territory quotas",
        ),
        "rates.csv": fields_of(
            """
rate | text | - | retained (part of sales bought again), captured (part of reachable_usd won), momentum (growth of an area on both), momentum_share (part of an area's growth beyond chance that lasts), sales_cycle_months, season (part of a year), competitor_share (part of the potential where it is not known), spread (standard deviation of the logarithm of a year)
of | text | - | what it belongs to: for retained the halves of the year (see retained_usd of quotas.csv): early, late, fresh (late, nothing before it), lapsed (early, nothing after it); else a tier, territory of today, account type, quarter, or the company
customer | text | - | yes or no where the rate is that of customers or of others
value | signed | - | the rate, not rounded
source | text | - | what it was measured on, or the key that says it
""",  # noqa: E501
            source="territory quotas",
        ),
        "quota_backtest.csv": fields_of(
            """
territory_id | id | - | the territory
size_usd | signed | USD | sales of the first of two years
potential_usd | number | USD a year | its potential
penetration | number | share | how far it is worked | size_usd / potential_usd
trend | signed | share | growth in the first year
quota_usd | number | USD | what the method would have given on the first year, whole dollars without floor, cap and over-assignment | sum of revenue_usd * share of what the first year expects: rates of the two years before it where the history has three, else those measured on the accounts of other territories (five parts by the territories' order)
revenue_usd | signed | USD | sales of the second year
attainment | number | share | what would have been attained | revenue_usd / quota_usd
""",  # noqa: E501
            source="territory quotas",
        ),
        "pay.csv": fields_of(
            """
rep_id | id | - | the rep
rep_name | text | - | the rep's name
fte | positive | - | full-time equivalent
employed | number | share | part of the year in which the seat is filled
role | text | - | whose plan of [pay.roles] pays; empty: [pay] itself
target_pay_usd | number | USD a year | pay at 100 % attainment | (base_usd + target_incentive_usd of the role) * fte * employed
last_year_usd | number | USD a year | earnings of the last year: given, or what this pay plan would have paid | earnings_usd of the reps table, else pay on quota_usd and attainment of the back-test (quota_backtest.csv) under today's alignment, for the part of that year in which the seat was filled; empty for who begins after the first day of capacity.year_from
{alignment}_territory_id | id | - | territory under today's alignment and in the plan
{alignment}_quota_usd | number | USD | what the rep is held to in the year, by the same method for the same goal | sum over the quarters of round(quota of the quarter * pace): the territory's quota for who is there all year and past the ramp
{alignment}_attainment | number | share | mean attainment of the simulated years | mean of sales / quota of the quarters that the rep is there: the territory's expected sales / its quota, times the year's factors (see p10_usd of forecast.csv); the own factor goes with the rep, its standard deviation times sqrt(sum of held^2) / sum of held over that of a whole year, at least 1, held = season_share * pace by quarter
{alignment}_pay_usd | number | USD a year | mean pay of the simulated years | base_usd + own part and team part of target_incentive_usd * what the rates pay for the attainment (the rep's; the company's or the district's) + new_logo + strategic, by the plan of the role. Accounts won are a Poisson draw of last year's share of accounts without sales that were won; strategic growth is sales of strategic accounts less (1 + min_growth) times last year's
{alignment}_p10_usd | number | USD a year | pay of a bad year | 10th percentile
{alignment}_p90_usd | number | USD a year | pay of a good year | 90th percentile
change_usd | signed | USD a year | what the plan changes | plan_pay_usd - today_pay_usd
change_share | signed | share | the same, of target pay | change_usd / target_pay_usd
less_share | number | share | years in which the plan pays less
outcome | text | - | gains or loses (by more than 1 % of target pay), about the same, new to the field, leaves the field
""",  # noqa: E501
            source="territory pay",
        ),
        "pay_cost.csv": fields_of(
            """
item | text | - | a part of pay, the whole, its percentiles, and the sales it is paid for
today_usd | signed | USD a year | mean under today's alignment
plan_usd | signed | USD a year | mean in the plan
change_usd | signed | USD a year | what the plan changes | plan_usd - today_usd
""",
            source="territory pay",
        ),
        "pay_guarantee.csv": fields_of(
            """
months | number | - | length of the guarantee
cost_usd | number | USD | mean cost of it | sum over reps and months of max(0, same month of last year * share of this month in which the seat is filled - pay)
p10_usd | number | USD | cost in a cheap year | 10th percentile
p90_usd | number | USD | cost in a dear year | 90th percentile
n_reps | number | - | reps who are paid something in at least half of the years
this_year_usd | number | USD | what of the cost accrues in the planned year | months from that of rollout.go_live to the last of the year that begins with capacity.year_from, else after the history
next_year_usd | number | USD | what accrues after it | cost_usd - this_year_usd
anyway_usd | number | USD | what the same guarantee would cost with unchanged territories
increment_usd | signed | USD | what the new territories cause | cost_usd - anyway_usd
increment_this_year_usd | signed | USD | what of it accrues in the planned year
increment_next_year_usd | signed | USD | what accrues after it | increment_usd - increment_this_year_usd
""",  # noqa: E501
            source="territory pay",
        ),
        "forecast.csv": fields_of(
            """
territory_id | id | - | the territory
last_usd | signed | USD | sales of the last four quarters
expected_usd | number | USD | expected sales | retained + captured + momentum - at risk
p10_usd | number | USD | sales of a bad year | 10th percentile of the simulated years: expected_usd * a factor of the company * one of its own, both lognormal with mean 1; their spreads are rows of rates.csv
p90_usd | number | USD | sales of a good year | 90th percentile of the same
quota_usd | number | USD | its quota
attainment | number | share | expected attainment | expected_usd / quota_usd
attainment_p10 | number | share | attainment of a bad year | p10_usd / quota_usd
attainment_p90 | number | share | attainment of a good year | p90_usd / quota_usd
at_quota_probability | number | share | how often the quota is reached in the simulated years
{quarter}_expected_usd | number | USD | expected sales of a quarter | expected_usd * season of the quarter in rates.csv
{quarter}_p10_usd | number | USD | sales of a bad quarter | 10th percentile, the territory's own spread twice that of the year
{quarter}_p90_usd | number | USD | sales of a good quarter | 90th percentile of the same
""",  # noqa: E501
            source="territory forecast",
        ),
        "forecast_company.csv": fields_of(
            """
period | text | - | year, or one of its quarters
last_usd | signed | USD | the company's sales of the last four quarters
expected_usd | number | USD | expected sales, accounts without a territory too | sum over all accounts; of a quarter times its season in rates.csv
p10_usd | number | USD | sales of a bad year or quarter | 10th percentile of the sum of the territories' simulated years (see p10_usd of forecast.csv)
p90_usd | number | USD | sales of a good year or quarter | 90th percentile of the same
goal_usd | number | USD | the company's goal | quotas.goal_usd, or last_usd * (1 + quotas.growth)
attainment | number | share | expected attainment of the goal | expected_usd / goal_usd
""",  # noqa: E501
            source="territory forecast",
        ),
        "business_case.csv": fields_of(
            """
item | text | - | better spread selling time, handovers, and both together
expected_usd | signed | USD a year | margin against today's alignment, mean of the drawn years | sizing.margin * (sum over accounts of expected sales * (r_plan^e - r_today^e) - revenue at risk * f); r = (capacity_h - travel_h) / service_h of the account's territory, held between 0.5 and 2; e normal around the elasticity of [sizing.response] at the plan (0.30 by default), spread 0.10, at least 0; f lognormal with mean 1, spread 0.5
p10_usd | signed | USD a year | 10th percentile
p90_usd | signed | USD a year | 90th percentile
""",  # noqa: E501
            source="territory forecast",
        ),
        "sizing.csv": fields_of(
            """
n_reps | number | - | size of the force
fte | positive | - | full-time equivalents | capacity_h / hours of a full-time rep
capacity_h | number | h a year | what they can work
service_h | number | h a year | work at accounts
travel_h | number | h a year | hours on the road
workload_h | number | h a year | all hours | service_h + travel_h
utilisation | number | share | use of the force | workload_h / capacity_h
busiest | number | share | use of the busiest rep | max of load / capacity
travel_share | number | share | road in the work | travel_h / workload_h
selling_share | number | share | time with customers | (service_h - admin_h) / (workload_h / (1 - admin_share of [capacity]))
coverage | number | share | planned calls that fit, the best tiers first
coverage_{tier} | number | share | the same for one tier
sales_usd | number | USD a year | sales with the effort that fits
margin_usd | number | USD a year | margin of them | sizing.margin * sales_usd
cost_usd | number | USD a year | cost of the force | sizing.rep_usd * fte
profit_usd | signed | USD a year | what remains | margin_usd - cost_usd
step_profit_usd | signed | USD a year | profit of the last full-time rep as reckoned; empty in the first row | change of profit_usd / change of fte
marginal_profit_usd | signed | USD a year | the same, smooth: it never rises; empty in the first row | isotonic regression of step_profit_usd, then the mean of three neighbours (the first and the last beyond the ends), at least - sizing.rep_usd
marginal_error_usd | number | USD a year | standard error of the smooth one | root of the mean squared distance of five neighbouring steps (all where there are fewer) from it / root of their number
home | text | - | what changes: + where the added rep should live, - whose home is given up
""",  # noqa: E501
            source="territory size",
        ),
        "homes.csv": fields_of(
            """
n_reps | number | - | size of the force
change | text | - | added or left_out, against one rep fewer or more
rep_id | id | - | the rep; empty for an added one
near | text | - | place near the home
lon | lon | degrees | the home
lat | lat | degrees | the home
travel_saved_h | signed | h a year | hours on the road that it saves
""",
            source="territory size",
        ),
    }
)
"""Columns by file, in their order."""
