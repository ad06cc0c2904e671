"""The columns of a plan folder's other tables, and of the tables that are drawn from a plan."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from territory.dictionary.field import Field, fields_of

__all__ = ["PLAN_FILES"]

_SOURCE = "the plan"

PLAN_FILES: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "alignment.csv": fields_of(
            """
unit_id | id | - | a unit: county, ZIP code, polygon or account
territory_id | id | - | the territory that it belongs to
team | text | - | the team whose territories these are: rollout.team
""",
            source=_SOURCE,
        ),
        "territories.csv": fields_of(
            """
territory_id | id | - | the territory
rep_id | id | - | its rep; empty: vacant
n_units | number | - | units of it | count of alignment.csv
n_accounts | number | - | accounts of it | count of accounts.csv
{measure} | number | as the measure | its load | sum of the measure over accounts.csv
{measure}_goal | number | as the measure | what it should have | its share (capacity or equal) of the plan's total
{measure}_lower | number | as the measure | least load that keeps the band | goal * (1 - tolerance)
{measure}_upper | number | as the measure | most load that keeps the band | goal * (1 + tolerance)
{measure}_deviation | signed | share of the goal | how far it is from its goal | load / goal - 1
travel_h | number | h a year | hours on the road | sum of travel_h over accounts.csv
nights | number | nights a year | nights away | sum of nights over accounts.csv
nights_per_h | number | nights an hour | nights away for each hour to its accounts beyond travel.overnight_min, by its tours; empty: its estimate stays | routed nights / sum of travel_h of those accounts
n_parts | number | - | pieces that its units make; 1 = contiguous | components of adjacency.csv within it
rep_name | text | - | its rep's name
capacity_h | number | h a year | what its rep can work | capacity_h of the rep, else [capacity] * fte
center_lon | lon | degrees | where its trips begin
center_lat | lat | degrees | where its trips begin
center_kind | text | - | home (the rep's) or center (located by the plan)
n_moved_accounts | number | - | accounts that had another territory | count where current_territory_id is another one
team | text | - | the team whose territories these are: rollout.team
routed_travel_h | number | h a year | hours on the road by routed tours | sum over the routed days of a year
routed_nights | number | nights a year | nights away by routed tours
routed_workload_h | number | h a year | workload by routed tours | sum of service_h + routed_travel_h
routed_deviation | signed | share of the goal | deviation of the workload by routed tours | routed_workload_h / its share of the field's - 1
estimate_travel_h | number | h a year | hours on the road that the plan was solved with last, before its tours corrected it
estimate_reason | text | - | where that is more than 15 % off the tours: why; else empty
district_id | id | - | its district, where there are some
region_id | id | - | its region, where there are some
compactness | number | - | Polsby-Popper compactness; 1 = a circle | 4 * pi * area / perimeter^2 of the outline in territories.gpkg, in the metres of crs in plan.json
compactness_limit | number | - | what rules.compactness_least asks of it, where that is set | compactness_least * min(1, 2 * inland / perimeter)^2; inland is what the outline shares with other territories
potential_low_usd | number | USD a year | potential that 90 of 100 simulated markets reach | 10 % of the drawn sums (an account: median * exp(s z); z is in part common to the accounts of a county and to those valued alike)
potential_high_usd | number | USD a year | potential that 10 of 100 simulated markets reach | 90 % of the drawn sums
probability | number | share | how probable it is that the potential is inside its band | share of the drawn markets in which sum / (goal share * total) is within the band
probability_attainable | number | share | the same, if it stood right on its goal | with the draws divided by their median
held_in_futures | number | share | share of drawn futures in which its bands hold (`design --robust`) | draws of forecast.at
held_on_goal | number | share | the same, if it stood right on its goals | the same draws less the planned deviation
held_at_most | number | share | more than that no plan reaches: what its own accounts grow apart | closed form of the same law, potential alone
""",  # noqa: E501
            source=_SOURCE,
        ),
        "adjacency.csv": fields_of(
            """
unit_a | id | - | a unit
unit_b | id | - | its neighbour
border_km | number | km | length of their common border; 0: a bridge, or lost in simplifying
kind | text | - | border, or bridge (joined by hand or over water)
""",
            source=_SOURCE,
        ),
        "audit.csv": fields_of(
            """
severity | text | - | error, warning or info
kind | text | - | what it is about, one word
table | text | - | table of the scenario
file | text | - | file as the scenario names it
line | number | - | line of that file; 0 for the whole
id | id | - | the row's own id
column | text | - | column
value | text | - | what stands there
what | text | - | what is wrong or was found
repair | text | - | what was put instead, or what to do
of | number | - | rows of that table; 0 where it is about no table
""",
            source="the audit",
        ),
        "export/zips.csv": fields_of(
            """
zip | zip | - | ZIP code
territory_id | id | - | a territory with accounts of it
rep_id | id | - | its rep
rep_name | text | - | its rep's name
share | number | share | how much of the ZIP code is its | potential_usd here / potential_usd of the ZIP code; accounts where it has none
""",  # noqa: E501
            source="territory export",
        ),
        "export/block_equivalency.csv": fields_of(
            """
unit_id | id | - | a unit
district | id | - | its territory, as redistricting tools call it
""",
            source="territory export",
        ),
        "Moves (scorecard.xlsx)": fields_of(
            """
unit_id | id | - | a unit
account_id | id | - | one account of it; empty: the whole unit moves
name | text | - | name of the account or unit
from | id | - | territory today
to | id | - | territory in the plan
today | text | - | how both stand today in the measures without travel
why | text | - | why it moves, as in accounts.csv; of a unit: of its first account
n_accounts | number | - | accounts that move
revenue_usd | signed | USD a year | their sales | sum over accounts.csv
potential_usd | number | USD a year | their potential | sum over accounts.csv
""",
            source="the plan",
        ),
        "plan.json": fields_of(
            """
schema_version | number | - | version of the folder's layout
scenario | text | - | the scenario's name
scenario_hash | text | - | SHA-256 of the merged keys and of all input files
input_hash | text | - | SHA-256 of all input files
status | text | - | optimal, feasible, infeasible, no_solution or interrupted
stop_reason | text | - | why the search ended
ways_out | text | - | where no plan was found: each limit at which one was, the territory that needs it, and what one more rep or a home elsewhere would change
objective | number | USD a year | cost of the plan | sum of terms
terms.travel_usd | number | USD a year | cost of the road | sum of travel_h * objective.travel_usd_h
terms.nights_usd | number | USD a year | cost of nights away | sum of nights * travel.night_usd
terms.handover_usd | number | USD a year | cost of handovers | sum of handover_usd over accounts that change territory
terms.idn_split_usd | number | USD a year | cost of split health systems | (territories of each system - 1) * objective.idn_split_usd
terms.border_usd | number | USD a year | cost of a ragged map | border_km between territories, bridges excluded, * objective.border_usd_km
bound | number | USD a year | no plan can cost less (for `bound_for`)
gap | number | share | how far the plan is from the bound at most | (objective - bound) / objective
measures.{measure}.tolerance | number | share | allowed deviation
measures.{measure}.imbalance | number | share | worst deviation | max of abs({measure}_deviation)
totals.{column} | number | as the column | sum of a column of accounts.csv over the accounts that have it; absent where none has
wall_s | number | s | time that passed
cpu_s | number | s | processor time
""",  # noqa: E501
            source="the plan",
        ),
    }
)
"""Columns by file, in their order."""
