"""Veeva: account loader records and memberships for Vault CRM, Classic CRM and Align."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from territory.rollout.crm.files import LoadFile

if TYPE_CHECKING:
    from datetime import date

    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.rollout.change_set import ChangeSet
    from territory.rollout.crm.matching import Org

__all__ = ["territory_cell", "veeva_load"]

_BATCH = {"vault": 500, "classic": 10_000, "align": 500}
"""Most records a call: Vault takes 500; the classic loader is read in Salesforce batches."""


def territory_cell(names: list[str], delimiter: str = ";") -> str:
    """Return territories in one cell of the account loader, with a delimiter at both ends.

    Examples
    --------
    >>> territory_cell(["T01", "T02"]), territory_cell([])
    (';T01;T02;', '')
    """
    if not names:
        return ""
    if delimiter == ";":
        return f";{';'.join(names)};"
    return delimiter.join(names)


def veeva_load(
    change: ChangeSet,
    org: Org | None,
    keys: RolloutKeys,
    wave_of: Mapping[str, int],
    days: Mapping[int, date | None],
) -> tuple[list[LoadFile], dict[int, list[LoadFile]]]:
    """Return the files that all waves share, and those of each wave.

    Territories go by name, accounts by the id of the extract; memberships by user id and name.
    """
    first = _territories(change, keys)
    waves: dict[int, list[LoadFile]] = {}
    for wave in sorted(set(wave_of.values())):
        here = change.moved[change.moved["to"].map(wave_of).eq(wave)]
        day = days.get(wave)
        if keys.veeva == "align":
            waves[wave] = _align(here, org, day)
        else:
            waves[wave] = [
                *_loader(here, org, keys),
                *_members(change, org, keys, {t for t, at in wave_of.items() if at == wave}),
            ]
    return first, waves


def _id(org: Org | None, names: pd.Series) -> pd.Series:
    if org is None:
        return names
    return pd.Series([org.accounts.get(name, "") for name in names], index=names.index)


def _territories(change: ChangeSet, keys: RolloutKeys) -> list[LoadFile]:
    new = change.territories[change.territories["status"].eq("new")]
    names = new["territory_id"]
    parents = new["district_id"]
    if keys.veeva == "classic":
        frame = pd.DataFrame({"Name": names, "ParentTerritory": parents}, dtype="str")
        return [LoadFile(number=3, object="Territory", operation="insert", frame=frame)]
    suffix = "territory__v" if keys.veeva == "vault" else "aln_territory__v"
    frame = pd.DataFrame(
        {
            "external_id__v": names,
            "name__v": names,
            "parent_territory__v": parents,
        },
        dtype="str",
    )
    return [LoadFile(number=3, object=suffix, operation="upsert", frame=frame, batch_rows=500)]


def _loader(here: pd.DataFrame, org: Org | None, keys: RolloutKeys) -> list[LoadFile]:
    added = [territory_cell([name], keys.delimiter) if name else "" for name in here["to"]]
    dropped = [territory_cell([name], keys.delimiter) if name else "" for name in here["from"]]
    vault = keys.veeva == "vault"
    object_ = "account_territory_loader__v" if vault else "Account_Territory_Loader_vod__c"

    def file(number: int, add: list[str], drop: list[str]) -> LoadFile:
        ids, external = _id(org, here["account_id"]), here["account_id"]
        names = (
            (
                "account__v",
                "external_id__v",
                "territory__v",
                "territory_to_add__v",
                "territory_to_drop__v",
            )
            if vault
            else (
                "Account_vod__c",
                "External_Id_vod__c",
                "Territory_vod__c",
                "Territory_To_Add_vod__c",
                "Territory_to_Drop_vod__c",
            )
        )
        # Incremental mode reads what is added and dropped; the territory cell stays empty.
        values = (ids, external, "", add, drop)
        frame = pd.DataFrame(dict(zip(names, values, strict=True)), dtype="str")
        return LoadFile(
            number=number,
            object=object_,
            operation="upsert",
            frame=frame,
            batch_rows=_BATCH[keys.veeva],
        )

    return [file(5, added, dropped), file(95, dropped, added)]


def _members(
    change: ChangeSet, org: Org | None, keys: RolloutKeys, inside: set[str]
) -> list[LoadFile]:
    frame = change.territories[change.territories["territory_id"].isin(inside)]
    changed = frame[frame["rep_from"].ne(frame["rep_to"])]
    users = {} if org is None else org.users

    def rows(column: str) -> pd.DataFrame:
        some = changed[changed[column].ne("")]
        user = some[column].map(lambda rep: users.get(rep, rep)).astype("str")
        if keys.veeva == "vault":
            data = {
                "external_id__v": some[column] + "_" + some["territory_id"],
                "user__v": user,
                "territory__v": some["territory_id"],
            }
        else:
            data = {"UserId": user, "Territory": some["territory_id"]}
        return pd.DataFrame(data, dtype="str")

    object_ = "user_territory__v" if keys.veeva == "vault" else "UserTerritory"
    ended, begun = rows("rep_from"), rows("rep_to")
    batch = _BATCH[keys.veeva]
    plan = [
        (6, "delete", ended),
        (7, "insert", begun),
        (92, "delete", begun),
        (93, "insert", ended),
    ]
    return [
        LoadFile(number=number, object=object_, operation=what, frame=each, batch_rows=batch)
        for number, what, each in plan
    ]


def _align(here: pd.DataFrame, org: Org | None, day: date | None) -> list[LoadFile]:
    """Return end-dated and begun assignments; Align deletes nothing."""
    from datetime import timedelta

    start = day.isoformat() if day else ""
    end = (day - timedelta(days=1)).isoformat() if day else ""
    old, new = here[here["from"].ne("")], here

    def file(number: int, what: str, frame: pd.DataFrame, side: str, **dates: str) -> LoadFile:
        rows = pd.DataFrame(
            {
                "aln_account__v": _id(org, frame["account_id"]),
                "aln_territory__v": frame[side],
                **{f"aln_{name}__v": value for name, value in dates.items()},
            },
            dtype="str",
        )
        return LoadFile(
            number=number,
            object="aln_account_territory__v",
            operation=what,
            frame=rows,
            batch_rows=_BATCH["align"],
        )

    return [
        file(4, "update", old, "from", end_date=end),
        file(5, "insert", new, "to", start_date=start),
        file(94, "update", new, "to", start_date=start, end_date=start),
        file(95, "update", old, "from", end_date=""),
    ]
