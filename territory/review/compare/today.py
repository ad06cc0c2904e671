"""Today's alignment out of a plan: what the plan is held against, without the scenario's files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from territory.dictionary.accounts import carried
from territory.encoding.reopen import reopened, scenario_of
from territory.encoding.todays_plan import todays_plan
from territory.review.context import with_shape

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["today_of"]


def today_of(plan: Plan) -> Plan:
    """Return today's alignment as a plan of its own, with the same accounts, work and market.

    Where the plan located its centers they are the plan's alone: today's territories get the best
    ones of their own, as `territory today` gives them. Its hours are those of tours where the
    plan's are, else both are the estimate's.

    Parameters
    ----------
    plan : Plan

    Raises
    ------
    InputError
        The plan knows no alignment of today, or was made before plans kept their keys.
    """
    case = reopened(plan, own=True).case
    if (plan.territories["center_kind"] == "center").all():
        case = replace(case, team=case.team.assign(lon=float("nan"), lat=float("nan")))
    tours = plan.record.routed is not None
    made = todays_plan(case, geography=plan.geography, audit=plan.audit, tours=tours)
    accounts = made.accounts
    told = carried("explain", plan.accounts.columns)
    more = [str(name) for name in plan.accounts if name not in accounts and name not in told]
    source = plan.accounts.set_index("account_id").loc[accounts["account_id"], more]
    added = {name: source[name].to_numpy() for name in more}
    record = made.record.but(review=plan.record.review)
    today = replace(made, accounts=accounts.assign(**added), record=record)
    return with_shape(today, scenario_of(plan))
