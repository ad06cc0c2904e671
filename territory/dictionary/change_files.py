"""The columns of files about change: plans compared, small realignments, shocks, resources."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from territory.dictionary.field import Field, fields_of

__all__ = ["CHANGE_FILES"]

_COMPARED = "territory compare --out"
_FRONTIER = """
n_moves | number | - | units that change hands
n_accounts | number | - | accounts that change hands with them
revenue_usd | number | USD a year | their revenue
n_outside | number | - | territories outside a band after the moves
nested | truth | - | whether the moves begin with those of the rows above
outside_sum | number | share | what lies outside bands, summed over territories and measures | sum of max(abs(load / goal - 1) - tolerance, 0)
outside_sum_at_least | number | share | the least of it that any set of as many moves leaves: a bound; empty where it is not known
proved_best | truth | - | whether no set of as many moves leaves less outside (to half a per cent of it)
worst_{name} | number | share | largest deviation of a measure (its name without the unit) from a goal | max over territories of abs(load / goal - 1)
travel_usd_y | signed | USD a year | travel more (or less) by the moves
cost_usd_y | signed | USD a year | the same with split health systems and borders
handover_usd | number | USD | price of the relationships handed over
p_break | number | share | chance that a band is broken after another quarter | share of drawn quarters
lost_usd_q | number | USD a quarter | sales lost by hours above the workload's band
travel_usd_q | signed | USD a quarter | the cost of the moves, by quarter | cost_usd_y / 4
waiting_usd_q | signed | USD a quarter | what another quarter costs in this state | lost_usd_q + travel_usd_q
moving_usd | number | USD | what the moves cost once | handover_usd
total_usd | signed | USD | cost within a year | moving_usd + 4 * waiting_usd_q
"""  # noqa: E501
_MOVES = """
move | number | - | number of the move, in their order
unit_id | id | - | the unit that changes hands
from_territory_id | id | - | territory that gives it
to_territory_id | id | - | territory that takes it
n_accounts | number | - | accounts in it
service_h | number | h a year | hours at them
potential_usd | number | USD a year | their potential
revenue_usd | number | USD a year | their revenue
travel_usd_y | signed | USD a year | travel more (or less)
splits_usd_y | signed | USD a year | split health systems more (or less)
borders_usd_y | signed | USD a year | borders more (or less)
handover_usd | number | USD | price of the relationships handed over
reason | text | - | what the move does to both territories
"""

CHANGE_FILES: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "compare/figures.csv": fields_of(
            """
figure | id | - | a figure of the scorecard, a part of the cost, or a worst deviation
label | text | - | the same for people
{plan} | signed | see figure | its value in the plan that the column is called after; empty: not known
{plan}_change | signed | see figure | the difference to the first plan | {plan} - first plan
""",  # noqa: E501
            source=_COMPARED,
        ),
        "compare/territories.csv": fields_of(
            """
plan | id | - | which of the plans
territory_id | id | - | the territory
rep_id | id | - | its rep in that plan
n_accounts | number | - | accounts
workload_h | number | h a year | work
travel_h | number | h a year | of it on the road
potential_usd | number | USD a year | potential
revenue_usd | number | USD a year | revenue of its accounts today
quota_usd | number | USD a year | quota, where the scenario has quotas
pay_usd | number | USD a year | expected pay of its rep
pay_held_harmless_usd | number | USD a year | the same, with nobody paid less than last year
{figure}_change | signed | as the figure | difference to the first plan; empty: not known there | {figure} - {figure} of the first plan
""",  # noqa: E501
            source=_COMPARED,
        ),
        "compare/moved.csv": fields_of(
            """
plan | id | - | plan in which it is elsewhere than in the first
account_id | id | - | the account
name | text | - | its name
from | id | - | territory in the first plan; empty: nobody had it
to | id | - | territory in this one
revenue_usd | number | USD a year | its revenue; empty: not known
potential_usd | number | USD a year | its potential
""",
            source=_COMPARED,
        ),
        "compare/matrix.csv": fields_of(
            """
plan | id | - | plan that is held against the first
from | id | - | territory in the first plan; empty: nobody had it
to | id | - | territory in this one
n_accounts | number | - | accounts that go this way | count of moved.csv
revenue_usd | number | USD a year | their revenue | sum of moved.csv
potential_usd | number | USD a year | their potential | sum of moved.csv
""",
            source=_COMPARED,
        ),
        "compare/differs.csv": fields_of(
            """
differs | text | - | what makes the plans unlike besides: accounts, inputs, rules, teams
""",
            source=_COMPARED,
        ),
        "realign/frontier.csv": fields_of(_FRONTIER, source="territory realign"),
        "realign/moves.csv": fields_of(_MOVES, source="territory realign"),
        "realign/moves_alone_{n}.csv": fields_of(_MOVES, source="territory realign"),
        "realign/moves_into_bands.csv": fields_of(_MOVES, source="territory realign"),
        "realign/alignment.csv": fields_of(
            """
unit_id | id | - | a unit
territory_id | id | - | its territory after the moves that are best
team | text | - | whose territories they are
""",
            source="territory realign",
        ),
        "realign/routed_moves.csv": fields_of(
            """
move | number | - | number of the move, in their order
unit_id | id | - | the unit that changes hands
from_territory_id | id | - | territory that gives it
to_territory_id | id | - | territory that takes it
from_before_h | number | h a year | hours on the road by tours of who gives, before
from_after_h | number | h a year | the same after
to_before_h | number | h a year | hours on the road by tours of who takes, before
to_after_h | number | h a year | the same after
routed_change_h | signed | h a year | what the move changes on the road | from_after_h + to_after_h - from_before_h - to_before_h
""",  # noqa: E501
            source="territory realign --routed",
        ),
        "shock/effect.csv": fields_of(
            """
territory_id | id | - | the territory
n_accounts | number | - | its accounts that are hit
potential_usd | signed | USD a year | change of its potential
potential_usd_share | signed | share | the same, of its potential | potential_usd / potential before
revenue_usd | signed | USD a year | change of its revenue
revenue_usd_share | signed | share | the same, of its revenue | revenue_usd / revenue before
service_h | signed | h a year | change of the hours at its accounts
service_h_share | signed | share | the same, of its hours | service_h / hours before
""",
            source="territory shock",
        ),
        "shock/answers.csv": fields_of(
            """
answer | text | - | what is done
cost_usd | signed | USD | cost within a year, what is lost in vacant territories included
n_moves | number | - | units that change hands
covered | truth | - | whether neighbours cover a vacant territory
""",
            source="territory shock",
        ),
        "shock/frontier.csv": fields_of(_FRONTIER, source="territory shock"),
        "shock/moves.csv": fields_of(_MOVES, source="territory shock"),
        "resources.csv": fields_of(
            """
territory_id | id | - | the territory
rep_id | id | - | its rep
rep_name | text | - | the rep's name
n_{kind} | number | - | its accounts of that kind: academic, system, hospital, surgery_center, practice, other
clinical_h | number | h a year | clinical support | sum over accounts of the kind's hours * the tier's factor
collateral_sets | number | sets a year | sets of collateral, rounded up | sum over accounts of the kind's sets * the tier's factor
budget_usd | number | USD a year | discretionary budget | share of the weights * the budget, or weight * USD a weight
""",  # noqa: E501
            source="territory resources",
        ),
        "resource_rules.csv": fields_of(
            """
kind | text | - | kind of account
clinical_h | number | h a year | clinical support that one asks for
collateral_sets | number | sets a year | sets of collateral that one asks for
budget_weight | number | - | its weight in the budget
source | text | - | the scenario, or a planning assumption
""",
            source="territory resources",
        ),
    }
)
