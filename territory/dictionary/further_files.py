"""The columns of files that the plan's own tables do not hold: call plan, travel, monitoring."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from territory.dictionary.field import Field, fields_of

__all__ = ["FURTHER_INPUTS", "FURTHER_REPS", "MONITOR_FILES"]

FURTHER_REPS = fields_of(
    """
start | text | - | first day of the seat; empty: there since before; as in 2027-03-01 or 01/03/2027, and capacity.year_from is needed
end | text | - | last day of the seat; empty: there to the end; as in 2027-03-01
leave_from | text | - | first day of a leave; several parted by semicolons; as in 2027-03-01
leave_to | text | - | last day of each leave; empty: to the end of the seat's time; as in 2027-03-01
pto_days | number | days a year | days off beyond those that capacity.working_days leaves out; 0 to 366
vacant | truth | - | yes: nobody has the seat; its territory is drawn as if filled, nobody is paid and no quota is held; filled from names such as (vacant) or TBD where empty
ramp_from | text | - | day from which the rep grows to full pace; empty: start, unless tenure_y is given; as in 2027-03-01
tenure_y | number | years | years with the company on the first day of the planned year: the ramp began so long before
ramp | number | share | pace of the whole year, instead of the ramp; 0 to 1
role | text | - | pay plan under pay.roles; needed where there are any
earnings_usd | number | USD a year | what the rep earned last year: what a guarantee holds; empty: what this pay plan would have paid
""",  # noqa: E501
    source="the user's table: inputs.reps",
)
"""Columns of the reps table that are taken by these names, or by `columns` of the scenario."""

FURTHER_INPUTS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "callplan (file)": fields_of(
            """
type | text | - | type of the account; * stands for all others
tier | text | - | tier of the account; * stands for all others
calls_q | number | calls a quarter | sales calls
visit_min | number | min | at the account, each call
admin_min | number | min | in the office, each call
coverage | number | share | procedures that the rep attends
case_h | number | h | each attended case
cases_per_visit | positive | - | cases that are attended in one visit
training_h | number | h a year | training
credentialing_h | number | h a year | credentialing
calls_q_low | number | calls a quarter | least such an account may reasonably take
calls_q_high | number | calls a quarter | most such an account may reasonably take
source | text | - | where the numbers come from
""",
            source="the user's table, or the shipped one",
        ),
        "quotas.deals": fields_of(
            """
account_id | id | - | the account's own id (required)
opened | text | - | day it was opened (required)
closed | text | - | day it was closed
status | text | - | open, won or lost (required); sales cycles are measured on what was won
""",
            source="the user's table",
        ),
        "travel.matrix": fields_of(
            """
account_id | id | - | an account
rep_id | id | - | a rep; or territory_id, a territory
minutes | number | min | way from the rep's home, one way
""",
            source="the user's table",
        ),
        "postal_points": fields_of(
            """
code | text | - | a postal code
lon | lon | degrees | its point
lat | lat | degrees | its point
""",
            source="the user's table",
        ),
    }
)

MONITOR_FILES: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "monitor/indicators.csv": fields_of(
            """
level | text | - | territory, district, region or company
id | id | - | which one
indicator | text | - | the indicator
label | text | - | the same for people
value | signed | see unit | its value; empty: not known
low | signed | see unit | lower end of where it probably is (8 of 10)
high | signed | see unit | upper end of where it probably is (8 of 10)
goal | signed | see unit | its goal
status | text | - | green, amber, red, open (the interval holds the goal), no goal, not known
unit | text | - | its unit
owner | text | - | who answers for it
cadence | text | - | how often it is looked at
leads | text | - | whether it leads or lags
perspective | text | - | of the balanced scorecard
objective | text | - | what it serves
initiative | text | - | what is done about it
source | text | - | how it is reckoned, and from what
""",
            source="territory monitor",
        ),
        "monitor/signals.csv": fields_of(
            """
quarter | period | - | the quarter in which it was found
level | text | - | territory, account or company
id | id | - | which one
territory_ids | text | - | territories that it touches
cause | text | - | what explains it best
what | text | - | the same in a sentence
change | signed | share | change of the rate of sales | rate since / rate before - 1
usd_q | signed | USD a quarter | what it comes to
n_accounts | number | - | accounts behind it
how_sure | text | - | chance of a steady field showing as much
""",
            source="territory monitor",
        ),
        "monitor/accounts_behind.csv": fields_of(
            """
quarter | period | - | quarter of the signal
signal | id | - | id of the signal
cause | text | - | its cause
account_id | id | - | an account behind it
name | text | - | its name
territory_id | id | - | its territory
idn | text | - | its health system
state | text | - | stays, opened, closed, moved or merged; empty: not known
events_before | number | a quarter | purchases before | mean of the quarters before
events_since | number | a quarter | purchases since | mean of the quarters since
""",
            source="territory monitor",
        ),
        "monitor/territories_now.csv": fields_of(
            """
territory_id | id | - | the territory
rep_id | id | - | its rep
events_before_m | number | a month | purchases before | mean of the year before
events_quarter | number | - | purchases of the quarter | count
share_before | number | share | of the company's before
share_quarter | number | share | of the company's in the quarter
revenue_quarter_usd | signed | USD | sales of the quarter
funnel_low | number | - | 0 and up | 99.8 % limit of events_quarter ÷ (share_before × all events)
funnel_high | number | - | 0 and up | the upper limit of the same
cusum_up | number | - | alarm above 8 | max(0, last + 2 (√events - √expected) / √scatter - 0.25)
cusum_down | number | - | sum of what lies below it, likewise
alarm | text | - | period of the first alarm, as in 2025-05; empty: none
workload_now_h | number | h a year | work at today's accounts; only with --accounts
workload_now_deviation | signed | share | from its goal | workload_now_h / goal - 1
potential_now_usd | number | USD a year | their potential
potential_now_deviation | signed | share | from its goal | potential_now_usd / goal - 1
""",
            source="territory monitor",
        ),
        "monitor/changed_accounts.csv": fields_of(
            """
account_id | id | - | an account that opened, closed, moved or was merged
name | text | - | its name
state | text | - | opened, closed, moved or merged
merged_into | id | - | account that took it over
territory_id | id | - | its territory
unit_id | id | - | its unit
""",
            source="territory monitor",
        ),
        "monitor/notes.csv": fields_of(
            "note | text | - | what the figures rest on", source="territory monitor"
        ),
        "monitor/{quarter}_scorecard.csv": fields_of(
            """
perspective | text | - | of the balanced scorecard
indicator | text | - | the indicator
label | text | - | the same for people
leads | truth | - | whether it leads or lags
value | signed | see unit | the company's
goal | signed | see unit | its goal
status | text | - | green, amber, red, open, no goal, not known
n_red | number | - | territories that are red
owner | text | - | who answers for it
unit | text | - | its unit
""",
            source="territory review",
        ),
        "monitor/{quarter}_maturity.csv": fields_of(
            """
area | text | - | area of the work
level | number | - | 1 to 5
means | text | - | what the level means
proved_by | text | - | what shows it
next | text | - | what leads to the next level
""",
            source="territory review",
        ),
        "monitor/{quarter}_actions.csv": fields_of(
            """
review | text | - | quarter of the review: the last one, or an earlier one whose action is not done
key | id | - | figure, signal or challenge that it is about
ended | text | - | decision, action or escalation
what | text | - | what was decided, done or escalated
owner | text | - | who does it
due | text | - | until when
done | truth | - | whether it is done
before | signed | see figure | figure at the decision
now | signed | see figure | figure now
noise | number | see figure | change that chance brings in 8 of 10 cases; empty: not known | sqrt(half interval before² + half interval now²)
moved | text | - | better, worse, inside the noise, unchanged or not known; of a signal: still there or gone
""",  # noqa: E501
            source="territory review",
        ),
        **{
            f"outlook_{what}.csv": fields_of(
                f"""
{key} | id | - | which one
last_year_usd | signed | USD | sales of the last four quarters
growth_y | signed | share a year | growth of its demand
market_growth_y | signed | share a year | growth of the whole
hot | truth | - | whether it surely grows faster than the whole
potential_usd | number | USD a year | potential today
potential_ahead_usd | number | USD a year | potential in the quarter asked for | potential_usd * growth until then
{{quarter}}_usd | number | USD | expected sales of a quarter
{{quarter}}_low_usd | number | USD | sales that 9 of 10 futures reach
{{quarter}}_high_usd | number | USD | sales that 1 of 10 futures reaches
""",  # noqa: E501
                source="territory outlook",
            )
            for what, key in (
                ("territories", "territory_id"),
                ("units", "unit_id"),
                ("accounts", "account_id"),
            )
        },
    }
)
