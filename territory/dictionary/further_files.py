"""The columns of files that the plan's own tables do not hold: call plan, travel, monitoring."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from territory.dictionary.field import Field, fields_of

__all__ = ["FURTHER_INPUTS", "MONITOR_FILES"]

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
source | text | - | where the numbers come from
""",
            source="the user's table, or the shipped one",
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
    }
)
