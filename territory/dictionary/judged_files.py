"""The columns of what judges a plan: scorecard, checklist, reach, market, sizes, travel."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from territory.dictionary.field import Field, fields_of

__all__ = ["JUDGED_FILES"]

_FIGURES = """
n_accounts | number | - | accounts | count of accounts.csv
n_top_accounts | number | - | accounts of the top tier | count where tier is review.top_tier
n_calls | number | calls a year | calls, visits to attend cases included | sum of n_calls
mean_travel_min | number | min | way to a call, one way | sum(n_calls * minutes) / sum(n_calls)
travel_h | number | h a year | hours on the road | sum of travel_h
service_h | number | h a year | work at accounts with its records | sum of service_h
workload_h | number | h a year | all hours | sum of workload_h
capacity_h | number | h a year | what the rep can work | territories.csv
utilisation | number | share | use of the capacity | workload_h / capacity_h
travel_share | number | share | road in the work | travel_h / workload_h
selling_share | number | share | time with customers; field forces are said to reach as little as 0.35 | (service_h - admin_h) / (workload_h / (1 - admin_share of [capacity]))
potential_usd | number | USD a year | sum of the accounts' medians: what is balanced | sum of potential_usd
potential_mean_usd | number | USD a year | total to be expected | sum of potential_mean_usd
potential_low_usd | number | USD a year | potential that 90 of 100 simulated markets reach | territories.csv
potential_high_usd | number | USD a year | potential that 10 of 100 simulated markets reach | territories.csv
probability | number | share | how probable it is that the potential is inside its band | territories.csv
probability_attainable | number | share | the same, if it stood right on its goal | territories.csv
revenue_usd | signed | USD a year | sales; empty where no account's is known | sum of revenue_usd where known
penetration | signed | share | sales in the potential | sum(revenue_usd) / sum(potential_usd), both where the revenue is known
white_space_usd | number | USD a year | potential that nobody serves, where that is known | sum of max(0, potential_usd - revenue_usd - competitor_usd) where both are known
competitor_saturation | number | share | competitors in the potential, where they are known | sum(competitor_usd) / sum(potential_usd) where known
sales_usd | signed | USD | sales of the last four quarters of the history | sum of sales_usd
sales_before_usd | signed | USD | sales of the four quarters before | sum of sales_before_usd
sales_trend | signed | share | growth of sales | sales_usd / sales_before_usd - 1
n_growth_accounts | number | - | accounts in growth areas | count where growth_area is true
growth_share | number | share | growth areas in the potential | sum(potential_usd where growth_area) / sum(potential_usd)
n_idns | number | - | health systems with accounts here | distinct idn
n_split_idns | number | - | of them served by other reps too | distinct idn that another territory has, too
split_idn_revenue_usd | signed | USD a year | revenue of accounts of such systems | sum of revenue_usd where known
compactness | number | - | Polsby-Popper compactness; 1 = a circle | 4 * pi * area / perimeter^2 of the outline in territories.gpkg, in the metres of crs in plan.json
n_moved_accounts | number | - | accounts new to this rep | count where current_territory_id is another one
moved_revenue_usd | signed | USD a year | their revenue | sum of revenue_usd where known
"""  # noqa: E501


JUDGED_FILES: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "scorecard.csv": fields_of(
            f"""
territory_id | id | - | the territory
rep | text | - | its rep
district_id | id | - | its district, where there are some
region_id | id | - | its region, where there are some
{_FIGURES.strip()}
{{measure}} | number | as the measure | load in a further measure of the scenario | territories.csv
{{figure}}_deviation | signed | share | how far a figure is from what is meant | a measure: load / goal - 1; another sum: value / (share of the workload's goals * total) - 1; a ratio: value / the plan's ratio - 1
outside | text | - | measures outside their band | load below M_lower or above M_upper
""",  # noqa: E501
            source="territory scorecard",
        ),
        "figures.csv": fields_of(
            """
figure | text | - | a figure of scorecard.csv
label | text | - | the same for people
plan | signed | see figure | the whole plan's | sum, or ratio of the sums; mean of compactness and probabilities; simulated for the ends of the potential
mean | signed | see figure | mean of the territories
low | signed | see figure | lowest
low_territory | id | - | where it is
high | signed | see figure | highest
high_territory | id | - | where it is
max_min | number | - | largest by smallest, of sums in proportion to the goals | max / min of x; x = value / (goal share * k) of sums that have a deviation in scorecard.csv, else the value
cv | number | - | spread of the same | standard deviation of x / mean of x
gini | number | - | unevenness of the same; 0 = all alike | sum of |x_i - x_j| / (2 k^2 mean)
""",  # noqa: E501
            source="territory scorecard",
        ),
        "fairness.csv": fields_of(
            """
measure | text | - | a balanced measure
gini | number | - | unevenness of load by goal
max_min | number | - | largest by smallest load by goal
worst_deviation | signed | share of the goal | farthest from its goal
worst_territory | id | - | where that is
tolerance | number | share of the goal | allowed deviation
n_outside | number | - | territories outside
""",
            source="territory scorecard",
        ),
        "outside.csv": fields_of(
            """
territory_id | id | - | a territory outside a band
measure | text | - | the measure
value | number | as the measure | its load
lower | number | as the measure | least that keeps the band
upper | number | as the measure | most that keeps the band
deviation | signed | share of the goal | how far it is from its goal
why | text | - | the rule that keeps it there
""",
            source="territory scorecard",
        ),
        "checklist.csv": fields_of(
            """
question | text | - | balanced, clear or aligned
check | text | - | what is asked, with its threshold (section [review])
passed | text | - | yes, no, not known, not judged (of one territory it cannot fail)
found | text | - | the figure that decides
must | text | - | must: no roll-out without it; should
evidence | text | - | what else a reader needs
""",
            source="territory scorecard",
        ),
        "districts.csv": fields_of(
            """
level | text | - | district or region
group_id | id | - | which one
n_parts | number | - | territories or districts that its leader leads
n_territories | number | - | territories of it
n_accounts | number | - | accounts of it
{measure} | number | as the measure | its load | sum over its territories
{measure}_goal | number | as the measure | what it should have | sum of its territories' goals
{measure}_deviation | signed | share of the goal | how far it is from its goal | load / goal - 1
{measure}_from_equal | signed | share | how far it is from an equal share for every leader | load / (total / groups) - 1
travel_h | number | h a year | hours on the road | sum over its territories
n_pieces | number | - | pieces that its territories make; 1 = in one piece
territories | text | - | their ids
""",  # noqa: E501
            source="territory scorecard",
        ),
        "reach.csv": fields_of(
            """
territory_id | id | - | the territory; all: the whole plan
rep | text | - | its rep
tier | text | - | the tier; all: every tier
n_accounts | number | - | accounts
n_called | number | - | accounts with at least one sales call a year
reach | number | share | accounts called on | n_called / n_accounts
potential_reach | number | share | potential in them | potential of those called on / potential
n_calls | number | calls a year | sales calls as planned | sum of planned_calls (n_calls without a call plan)
frequency_q | number | calls a quarter | on each account called on | their calls / 4 / n_called
calls_fit | number | calls a year | calls that fit the rep's hours | hours are spent on the best tier first, then on the most potential, until capacity_h is used
calls_dropped | number | calls a year | calls that do not fit | n_calls - calls_fit
hours_dropped | number | h a year | their hours, travel included | workload_h * (1 - share that fits)
frequency_fit_q | number | calls a quarter | frequency as far as the calls fit | calls_fit / 4 / n_called
""",  # noqa: E501
            source="territory calls",
        ),
        "dropped_calls.csv": fields_of(
            """
territory_id | id | - | the territory
account_id | id | - | an account whose calls do not all fit
name | text | - | its name
type | text | - | its type
tier | text | - | its tier
potential_usd | number | USD a year | its potential
n_calls | number | calls a year | sales calls as planned
calls_fit | number | calls a year | of them those that fit
calls_dropped | number | calls a year | of them those that do not | n_calls - calls_fit
hours_dropped | number | h a year | their hours, travel included
""",
            source="territory calls",
        ),
        **{
            f"{name}.csv": fields_of(
                f"""
{column} | text | - | {what}
n_accounts | number | - | accounts
accounts_share | number | share | of all accounts
potential_usd | number | USD a year | sum of the accounts' medians; empty where no account's is known
potential_low_usd | number | USD a year | sum that 90 of 100 simulated markets reach | 10 % of the drawn sums
potential_high_usd | number | USD a year | sum that 10 of 100 simulated markets reach | 90 % of the drawn sums
potential_share | number | share | of all potential
n_estimated | number | - | accounts whose volume was estimated
n_unknown | number | - | accounts whose potential is not known: they are in no sum of potential
revenue_usd | signed | USD a year | sales; empty where no account's is known
penetration | signed | share | sales in the potential | sum(revenue_usd) / sum(potential_usd), both where the revenue is known
potential_mean_usd | number | USD a year | total to be expected | sum of potential_mean_usd
score | number | - | mean score
""",  # noqa: E501
                source="territory segment",
            )
            for name, column, what in (
                ("tiers", "tier", "the tier, best first"),
                ("segments", "segment", "the segment: attributes of [tiers] segments"),
            )
        },
        "travel_check.csv": fields_of(
            """
territory_id | id | - | the territory
rep_id | id | - | its rep
n_accounts | number | - | accounts that are called
n_calls | number | calls a year | calls on them
call_min | number | min | way to a call, one way | sum(n_calls * minutes) / sum(n_calls)
estimate_h | number | h a year | travel as the plan estimates it | sum of travel_h
tour_h | number | h a year | travel of a routed year | sum over its days
error | signed | share | how far the estimate is off | estimate_h / tour_h - 1
nights | number | nights a year | nights away by routed tours
stops_per_day | number | - | calls on a day on the road
n_days | number | days a year | days on the road
long_days | number | days a year | of them longer than longest_day_h of [capacity]
""",
            source="territory size --plan",
        ),
        "tours.csv": fields_of(
            """
territory_id | id | - | the territory
week | number | - | week of the routed year
day | number | - | day of the week
stop | number | - | stop of the day
account_id | id | - | the account called on
name | text | - | its name
arrive_h | number | h | hours after leaving home
leave_h | number | h | hours after leaving home
travel_h | number | h | hours on the road of the day
on_site_h | number | h | hours at accounts of the day
away | truth | - | whether the night that follows is spent away
""",
            source="territory size --plan",
        ),
        "frontier.csv": fields_of(
            """
point | id | - | a plan of the trade-off
tolerance_factor | number | - | factor on every tolerance
handover_price | signed | - | factor on the price of hand-overs
feasible | truth | - | whether every rule is kept
imbalance | number | share of the goal | worst deviation of any measure
{measure}_deviation | number | share of the goal | worst deviation of a measure
travel_h | number | h a year | hours on the road
running_usd | number | USD a year | what the plan costs without hand-overs
handover_usd | number | USD a year | price of hand-overs
objective_usd | number | USD a year | both; plan.json rounds by term | running_usd + handover_usd
moved_accounts | number | - | accounts that get another territory
moved_revenue_usd | signed | USD a year | their revenue
moved_share | number | share | of the revenue that has a territory today
gap | number | share | how far it is from the proved bound at most
on_frontier | truth | - | whether no other point is better in everything
knee | truth | - | whether it is where more disruption begins to buy little
usd_per_point | number | USD a year | price of a point of balance, to the next point
usd_per_account | number | USD a year | price of an account that stays, to the next point
""",
            source="territory frontier",
        ),
        "least_disruption.csv": fields_of(
            """
tolerance_factor | number | - | factor on every tolerance
least_share | number | share | least revenue moved that was found
bound_share | number | share | less is proved impossible
""",
            source="territory frontier",
        ),
        "profile.csv": fields_of(
            """
feature | text | - | column of the accounts
words | text | - | what the model says of it
odds_ratio | positive | - | odds of a customer (or of being won) against the other group's
odds_low | positive | - | lower end of its 95 % interval | exp(weight - 1.96 * standard error)
odds_high | positive | - | upper end of its 95 % interval | exp(weight + 1.96 * standard error)
n | number | - | accounts on the smaller side of a group; all for a number
""",
            source="territory segment",
        ),
        "calibration.csv": fields_of(
            """
predicted | number | share | mean prediction of a fifth of the accounts, not seen by the model
observed | number | share | customers (or won) among them
n | number | - | accounts of the fifth
""",
            source="territory segment",
        ),
    }
)
