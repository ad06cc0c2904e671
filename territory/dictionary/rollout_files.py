"""The columns of what a change is rolled out and agreed with, and of what explains it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from territory.dictionary.field import Field, fields_of

__all__ = ["ROLLOUT_FILES"]

ROLLOUT_FILES: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "rollout/change_set.csv": fields_of(
            """
account_id | id | - | the account
name | text | - | its name
unit_id | id | - | its unit
team | text | - | the team whose territories these are
change | text | - | stays, moves, new (had none) or left
from | id | - | territory of today; empty: none
to | id | - | territory of the plan
rep_from | id | - | rep of today
rep_to | id | - | rep of the plan
rep_changes | truth | - | whether it gets another rep | rep_from and rep_to differ
revenue_usd | signed | USD a year | its sales | accounts.csv
potential_usd | number | USD a year | its potential | accounts.csv
workload_h | number | h a year | its hours, travel included | accounts.csv
reason | text | - | why it moves or stays, in one word
why | text | - | the same in a sentence
""",
            source="territory rollout",
        ),
        "rollout/territory_changes.csv": fields_of(
            """
territory_id | id | - | the territory
team | text | - | its team
status | text | - | kept, new, dissolved or merged
merged_into | id | - | where it went
rep_from | id | - | rep of today
rep_to | id | - | rep of the plan
vacant | truth | - | whether nobody serves it
n_stays | number | - | accounts that stay | count of change_set.csv
n_in | number | - | accounts that come | count of change_set.csv where to is it and from is not
n_out | number | - | accounts that go | count of change_set.csv where from is it and to is not
district_id | id | - | its district, where there are some
region_id | id | - | its region, where there are some
""",
            source="territory rollout",
        ),
        "rollout/waves.csv": fields_of(
            """
wave | number | - | number of the wave; 1 is the pilot
name | text | - | districts or territories of it
team | text | - | its team
territories | text | - | ids parted by "; "; of a last one those between which accounts go
n_territories | number | - | how many
n_accounts_moved | number | - | accounts that move within it | count of change_set.csv
moved_revenue_usd | signed | USD a year | their revenue | sum of revenue_usd
""",
            source="territory rollout",
        ),
        "rollout/wave_ties.csv": fields_of(
            """
area_a | id | - | a district or territory
area_b | id | - | another one
n_accounts | number | - | accounts that go from one to the other: both change in one wave
revenue_usd | signed | USD a year | their revenue
""",
            source="territory rollout",
        ),
        "rollout/target.csv": fields_of(
            """
account_id | id | - | the account
ObjectId | text | - | its id in the CRM
Territory2Id | text | - | id of its new territory in the CRM
OwnerId | text | - | id of its new owner in the CRM
territory_id | id | - | its new territory
rep_id | id | - | its new rep
team | text | - | the team
wave | number | - | the wave in which it changes
""",
            source="territory rollout",
        ),
        "rollout/preflight.csv": fields_of(
            """
severity | text | - | error or warning
check | text | - | what was looked at
object | text | - | kind of record in the CRM
id | id | - | the record
what | text | - | what is wrong
file | text | - | file of the extract
line | number | - | line of it
""",
            source="territory rollout",
        ),
        "rollout/timeline.csv": fields_of(
            """
wave | number | - | the wave
wave_name | text | - | its name
team | text | - | its team
step | text | - | what is done: announce, train, load, go live, …
date | text | - | the day; empty without a day of go-live
day | signed | days | days from the wave's go-live
who | text | - | who does it
what | text | - | what it is
""",
            source="territory rollout",
        ),
        "rollout/assignment_history.csv": fields_of(
            """
account_id | id | - | the account
territory_id | id | - | a territory that has it
rep_id | id | - | its rep
team | text | - | the team
effective_from | text | - | first day; empty: since ever
effective_to | text | - | last day; empty: until further notice
wave | number | - | the wave
""",
            source="territory rollout",
        ),
        "rollout/opportunities.csv": fields_of(
            """
opportunity_id | id | - | an open deal
account_id | id | - | its account
stage | text | - | its stage
amount_usd | number | USD | its amount
close_date | text | - | day on which it should close
owner_today | text | - | id of its owner in the CRM
owner_to | text | - | id of its new owner in the CRM
what | text | - | moves, or stays with its owner until a day
stays_until | text | - | that day; empty: it moves at once
wave | number | - | the wave
""",
            source="territory rollout",
        ),
        "rollout/check.csv": fields_of(
            """
file | text | - | a load file
wave | number | - | its wave
object | text | - | kind of record
operation | text | - | insert, update, delete or upsert
rows | number | - | rows in it
n_loaded | number | - | of them loaded
n_failed | number | - | of them failed
n_open | number | - | of them neither | rows - n_loaded - n_failed
""",
            source="territory rollout-check",
        ),
        "rollout/failed.csv": fields_of(
            """
file | text | - | a load file
line | number | - | line of it
key | id | - | the record
error | text | - | what the CRM said
""",
            source="territory rollout-check",
        ),
        "challenges.csv": fields_of(
            """
rank | number | - | cheapest first
challenge | id | - | which challenge
account_id | id | - | the account
account | text | - | its name
planned | id | - | territory of the plan
wanted | id | - | territory that is asked for
name | text | - | who asks
reason | text | - | why
change_usd | signed | USD a year | what it costs | objective with the move - objective
workload_h | number | h a year | the account's hours
potential_usd | number | USD a year | its potential
revenue_usd | signed | USD a year | its revenue
n_broken | number | - | rules that the move would break
breaks | text | - | which
conflicts_with | text | - | challenges that cannot both be granted
file | text | - | sheet in which it stands
line | number | - | line of it
verdict | text | - | what may be decided
""",
            source="territory challenges",
        ),
        "decisions.csv": fields_of(
            """
when | text | - | time of the decision
who | text | - | who decided
kind | text | - | kind of thing decided
id | id | - | which one; of a state, what tells the plan's territories from any other's
decision | text | - | accepted or declined; the state
account_id | id | - | the account
from | id | - | territory before
to | id | - | territory after
change_usd | signed | USD a year | what it costs
asked_by | text | - | who asked
asked_why | text | - | why it was asked
why | text | - | why it was decided so
""",
            source="territory decide",
        ),
        "reasons.csv": fields_of(
            """
account_id | id | - | the account
unit_id | id | - | its unit
from | id | - | territory of today
to | id | - | territory of the plan
moved | truth | - | whether it has another territory
reason | text | - | why, in one word
why | text | - | why, in a sentence
other | id | - | second-best territory
change_usd | signed | USD a year | what the second best would cost more | sum of the *_usd columns
travel_usd | signed | USD a year | of it travel
nights_usd | signed | USD a year | of it nights away
handover_usd | signed | USD a year | of it hand-overs
idn_split_usd | signed | USD a year | of it split health systems
border_usd | signed | USD a year | of it borders
travel_h | signed | h a year | hours on the road more
rule | text | - | rule that forbids it
value | signed | as the rule | what it would be
limit | signed | as the rule | what is allowed
""",
            source="territory explain",
        ),
        "cover.csv": fields_of(
            """
account_id | id | - | an account of the vacant territory
name | text | - | its name
tier | text | - | its tier
covered_by | id | - | territory whose rep takes over; empty: nobody has the hours
rep_id | id | - | that rep
minutes | number | min | way, one way
hours | number | h | hours until the day
travel_h | number | h | of them on the road
nights | number | nights | nights away
potential_usd | number | USD a year | its potential
until | text | - | last day
""",
            source="territory cover",
        ),
    }
)
