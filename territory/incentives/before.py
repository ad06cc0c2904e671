"""What quotas and pay would refuse, said before a plan is made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from territory.errors import InputError
from territory.incentives.facts import joined
from territory.incentives.payout.bonuses import strategic_accounts
from territory.incentives.quota.quotas import quotas_of
from territory.messages import Message

if TYPE_CHECKING:
    from territory.incentives.facts import IncentiveCase
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.tables import Tables

__all__ = ["check_incentives"]

_ALL = "the company"


def check_incentives(
    scenario: Scenario, tables: Tables, accounts: pd.DataFrame, current: pd.Series
) -> None:
    """Refuse what the commands about quotas and pay would refuse of any plan, all of it at once.

    Parameters
    ----------
    scenario : Scenario
    tables : Tables
        Without errors.
    accounts : DataFrame
        Placed and valued.
    current : Series
        Today's territory of each account, "" where none.

    Raises
    ------
    InputError
        Products or accounts that the pay plan names are unknown, districts are asked for and there
        is no hierarchy, deals, dates or amounts cannot be read, a goal lies below the floors.

    Notes
    -----
    The company stands for its territories: floors are growth on last year's sales, so that their
    sum is the same whatever the lines. What depends on them, such as caps where a territory sold
    nothing, is judged with the plan.
    """
    if scenario.quotas is None and scenario.pay is None:
        return
    planned = accounts.assign(territory_id=_ALL, current_territory_id=current.to_numpy())
    one = pd.DataFrame({"territory_id": [_ALL], "rep_id": [""], "rep_name": [""]}, dtype="str")
    if "tier" not in planned:
        planned["tier"] = ""
    case = joined(scenario, tables, planned, one)
    problems: list[Message] = []
    for asked in (_named_accounts, _districts, _goal):
        try:
            asked(case)
        except InputError as error:
            problems += error.messages
    if problems:
        raise InputError(*problems)


def _named_accounts(case: IncentiveCase) -> None:
    pay = case.scenario.pay
    for plan in [] if pay is None else [pay, *map(pay.of_role, pay.roles)]:
        strategic_accounts(case, plan)


def _districts(case: IncentiveCase) -> None:
    scenario, pay = case.scenario, case.scenario.pay
    plans = [] if pay is None else [pay, *map(pay.of_role, pay.roles)]
    asked = any(plan.team.level == "district" and plan.team.weight > 0 for plan in plans)
    if asked and scenario.hierarchy is None:
        raise InputError(
            Message(
                f'{scenario.display}: pay.team.level is "district", but there is no section '
                "[hierarchy], so that no plan has districts",
                hint='write level = "company", or a [hierarchy] section',
            )
        )


def _goal(case: IncentiveCase) -> None:
    if case.scenario.quotas is None:
        return
    options = case.scenario.quotas.model_copy(update={"cap": None})
    quotas_of(replace(case, scenario=case.scenario.model_copy(update={"quotas": options})))
