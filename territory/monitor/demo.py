"""The demo company's year after go-live, for a plan of it: what a review would be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.inputs.demo.company import texas_ortho
from territory.inputs.demo.year_after import YearAfter, year_after
from territory.messages import Message

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["demo_year"]


def demo_year(plan: Plan, *, planted: bool = True) -> YearAfter:
    """Return the invented year: sales, deals, calls, accounts, reps, answers, and what was planted.

    Raises
    ------
    InputError
        The plan is not one of the demo company.
    """
    company = texas_ortho()
    known = set(company.accounts["account_id"])
    if not set(plan.accounts["account_id"].astype("str")) <= known:
        raise InputError(
            Message(
                "the year after go-live is invented for the demo company only",
                hint="territory init DIR, design its scenario, and name that plan",
            )
        )
    reps = plan.territories[["rep_id", "rep_name", "territory_id"]]
    reps = reps.rename(columns={"rep_name": "name"}).assign(fte=1.0)
    accounts = plan.accounts
    if "idn" not in accounts:
        accounts = accounts.assign(idn="")
    return year_after(accounts, company.history, reps, planted=planted)
