"""A made-up org for a plan: what an extract looks like, for trying a rollout without a CRM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from territory.rollout.crm.names import developer_name, salesforce_id

if TYPE_CHECKING:
    from territory.rollout.change_set import ChangeSet

__all__ = ["example_extract"]

_STAGES = ("Prospecting", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review")


def example_extract(change: ChangeSet) -> dict[str, pd.DataFrame]:
    """Return the tables of an org that holds today's alignment: one deal in four accounts.

    Everything is invented, ids included; the same change set gives the same org.
    """
    accounts, territories = change.accounts, change.territories
    account = {name: _id("001", at) for at, name in enumerate(accounts["account_id"], start=1)}
    reps = sorted((set(territories["rep_from"]) | set(territories["rep_to"])) - {""})
    user = {name: _id("005", at) for at, name in enumerate(["ADMIN", *reps], start=1)}
    today = territories[territories["status"].ne("new")]["territory_id"]
    place = {name: _id("0MI", at) for at, name in enumerate(today, start=1)}
    owner = accounts["rep_from"].map(user).fillna(user["ADMIN"])
    ids = accounts["account_id"].map(account)
    known = accounts["from"].isin(set(place))
    served = territories[
        territories["rep_from"].ne("") & territories["territory_id"].isin(set(place))
    ]
    every = accounts.index[accounts.index % 4 == 0]
    stages = [_STAGES[at // 4 % len(_STAGES)] for at in every]
    return {
        "Account": pd.DataFrame(
            {
                "Id": ids,
                "AccountNumber": accounts["account_id"],
                "Name": accounts["name"],
                "OwnerId": owner,
            }
        ),
        "User": pd.DataFrame(
            {
                "Id": list(user.values()),
                "Name": list(user),
                "EmployeeNumber": list(user),
                "IsActive": "true",
            }
        ),
        "Territory2Model": pd.DataFrame(
            {
                "Id": [_id("0MA", 1)],
                "Name": ["Field"],
                "DeveloperName": ["Field"],
                "State": ["Active"],
            }
        ),
        "Territory2Type": pd.DataFrame(
            {"Id": [_id("0M5", 1)], "DeveloperName": ["Sales_Territory"]}
        ),
        "Territory2": pd.DataFrame(
            {
                "Id": list(place.values()),
                "Name": list(place),
                "DeveloperName": [developer_name(name) for name in place],
                "Territory2ModelId": _id("0MA", 1),
                "Territory2TypeId": _id("0M5", 1),
                "ParentTerritory2Id": "",
            }
        ),
        "UserTerritory2Association": pd.DataFrame(
            {
                "Id": [_id("0MU", at) for at in range(1, len(served) + 1)],
                "UserId": served["rep_from"].map(user),
                "Territory2Id": served["territory_id"].map(place),
                "RoleInTerritory2": "Sales Rep",
            }
        ),
        "ObjectTerritory2Association": pd.DataFrame(
            {
                "Id": [_id("0MO", at) for at in range(1, int(known.sum()) + 1)],
                "ObjectId": ids[known],
                "Territory2Id": accounts.loc[known, "from"].map(place),
                "AssociationCause": "Territory2Manual",
            }
        ),
        "Opportunity": pd.DataFrame(
            {
                "Id": [_id("006", at) for at in range(1, len(every) + 1)],
                "Name": [f"Deal {at}" for at in range(1, len(every) + 1)],
                "AccountId": ids[every].to_numpy(),
                "OwnerId": owner[every].to_numpy(),
                "StageName": stages,
                "IsClosed": "false",
                "CloseDate": "2027-03-31",
            }
        ),
        "Contact": pd.DataFrame(
            {
                "Id": [_id("003", at) for at in range(1, len(accounts) + 1)],
                "AccountId": ids,
                "OwnerId": owner,
            }
        ),
    }


def _id(prefix: str, number: int) -> str:
    return salesforce_id(f"{prefix}Ex{number:010d}")
