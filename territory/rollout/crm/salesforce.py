"""Salesforce Sales Territories: the load files of each wave, in the order in which they load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.rollout.crm.files import LoadFile
from territory.rollout.crm.names import developer_name
from territory.rollout.crm.new_territories import territory_files

if TYPE_CHECKING:
    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.rollout.change_set import ChangeSet
    from territory.rollout.crm.matching import Org
    from territory.rollout.waves import Waves

__all__ = ["Load", "open_deals", "present_territories", "salesforce_load"]

_MANUAL = "Territory2Manual"
_OT2A, _UT2A = "ObjectTerritory2Association", "UserTerritory2Association"
CLEAR = "#N/A"
"""What clears a field in a Bulk API load; an empty cell leaves it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Load:
    """Everything to load.

    Attributes
    ----------
    first : tuple of LoadFile
        01 to 03, once for all waves, and the twin of 03.
    waves : mapping of int to tuple of LoadFile
        04 to 09 and their twins from 90, by wave.
    later : mapping of int to tuple of LoadFile
        Deals that stay with their owner until a date, by wave.
    waiting : tuple of str
        Territories that must exist before the rest can be written.
    deals : DataFrame
        Every open opportunity of an account that changes its owner, and what becomes of it.
    """

    first: tuple[LoadFile, ...]
    waves: Mapping[int, tuple[LoadFile, ...]]
    later: Mapping[int, tuple[LoadFile, ...]]
    waiting: tuple[str, ...] = ()
    deals: pd.DataFrame = field(default_factory=pd.DataFrame)


def salesforce_load(change: ChangeSet, org: Org, keys: RolloutKeys, waves: Waves) -> Load:
    """Return the files that bring an org from its extract to the plan, and back.

    The extract is what counts, not what the plan believes of today: an association that is right
    already is in no file, one that is wrong is, so that a half-loaded org can be finished.

    Twins of inserts name their records by ``ObjectId, Territory2Id`` (or ``UserId``), because
    their ids exist only once they are loaded; `rollout-check` writes them again with ids.
    """
    new = _new_territories(change, org)
    first = [*_backups(org, keys), *territory_files(change, org, keys, new)]
    if new:
        return Load(first=tuple(first), waves={}, later={}, waiting=tuple(new))
    accounts = _wanted_accounts(change, org, waves)
    members = _wanted_members(change, org, waves)
    owners = _owners(accounts, org, keys)
    deals = open_deals(owners, org, keys)
    by_wave: dict[int, tuple[LoadFile, ...]] = {}
    later: dict[int, tuple[LoadFile, ...]] = {}
    for wave in waves.numbers:
        files = [
            *_association_files(accounts[accounts["wave"].eq(wave)], org),
            *_member_files(members[members["wave"].eq(wave)], org, keys, change),
            *_owner_files(owners[owners["wave"].eq(wave)], org, keys),
            *_code_files(accounts[accounts["wave"].eq(wave)], org, keys),
        ]
        now = deals[deals["wave"].eq(wave) & deals["what"].eq("moves")]
        files += _updates(9, 90, "Opportunity", now["Id"], now["owner_to"], now["OwnerId"])
        by_wave[wave] = tuple(sorted(files, key=lambda file: file.number))
        then = deals[deals["wave"].eq(wave) & deals["what"].eq("waits")]
        later[wave] = tuple(
            _updates(9, 90, "Opportunity", then["Id"], then["owner_to"], then["OwnerId"])
        )
    return Load(first=tuple(first), waves=by_wave, later=later, deals=deals)


def present_territories(change: ChangeSet, org: Org) -> pd.DataFrame:
    """Return where each account of the plan is in the org; only the team's territories count.

    ``account_id, ObjectId, territory_id, Territory2Id, Id, AssociationCause``.
    """
    ids = change.territories["territory_id"]
    names = {org.territories[name]: name for name in ids if name in org.territories}
    frame = org.extract.frame(_OT2A)
    known = {
        org.accounts[name]: name for name in change.accounts["account_id"] if name in org.accounts
    }
    here = frame[frame["Territory2Id"].isin(set(names)) & frame["ObjectId"].isin(set(known))]
    return pd.DataFrame(
        {
            "account_id": here["ObjectId"].map(known),
            "ObjectId": here["ObjectId"],
            "territory_id": here["Territory2Id"].map(names),
            "Territory2Id": here["Territory2Id"],
            "Id": here["Id"],
            "AssociationCause": here["AssociationCause"].where(
                here["AssociationCause"].ne(""), _MANUAL
            ),
        }
    ).reset_index(drop=True)


def _new_territories(change: ChangeSet, org: Org) -> list[str]:
    planned = change.territories[change.territories["status"].isin(["kept", "new"])]
    return [name for name in planned["territory_id"] if name not in org.territories]


def _backups(org: Org, keys: RolloutKeys) -> list[LoadFile]:
    """Return the extract's records that any file may touch, as they are, with API names."""
    stamped = keys.code_field is not None and keys.code_field in org.extract.frame("Account")
    columns = {
        _OT2A: ["Id", "ObjectId", "Territory2Id", "AssociationCause"],
        _UT2A: ["Id", "UserId", "Territory2Id", "RoleInTerritory2"],
        "Account": ["Id", "OwnerId", *([str(keys.code_field)] if stamped else [])],
        "Opportunity": ["Id", "AccountId", "OwnerId"],
        "Contact": ["Id", "AccountId", "OwnerId"],
    }
    mine = set(org.accounts.values())
    files = []
    for name, kept in columns.items():
        frame = org.extract.frame(name)
        key = {"Account": "Id", _OT2A: "ObjectId"}.get(name, "AccountId")
        if key in frame and name != _UT2A:
            frame = frame[frame[key].isin(mine)]
        files.append(LoadFile(number=1, object=name, operation="backup", frame=frame[kept]))
    return files


def _wanted_accounts(change: ChangeSet, org: Org, waves: Waves) -> pd.DataFrame:
    frame = change.accounts[change.accounts["to"].ne("")]
    frame = frame[frame["account_id"].isin(set(org.accounts))]
    present = present_territories(change, org)
    wanted = pd.DataFrame(
        {
            "account_id": frame["account_id"],
            "ObjectId": frame["account_id"].map(org.accounts),
            "Territory2Id": frame["to"].map(org.territories),
            "to": frame["to"],
            "rep_to": frame["rep_to"],
            "touched": frame["change"].ne("stays") | frame["rep_changes"],
            "wave": waves.of_account[frame.index],
        }
    )
    right = set(zip(present["ObjectId"], present["Territory2Id"], strict=True))
    pairs = list(zip(wanted["ObjectId"], wanted["Territory2Id"], strict=True))
    wanted["there"] = [pair in right for pair in pairs]
    wanted["touched"] |= ~wanted["there"]
    return wanted.sort_values("ObjectId", ignore_index=True)


def _association_files(wanted: pd.DataFrame, org: Org) -> list[LoadFile]:
    managed = set(org.territories.values())
    frame = org.extract.frame(_OT2A)
    here = frame[
        frame["Territory2Id"].isin(managed) & frame["ObjectId"].isin(set(wanted["ObjectId"]))
    ]
    target = here["ObjectId"].map(
        dict(zip(wanted["ObjectId"], wanted["Territory2Id"], strict=True))
    )
    wrong = here[here["Territory2Id"].ne(target)].sort_values(["ObjectId", "Territory2Id"])
    missing = wanted[~wanted["there"]]
    insert = pd.DataFrame(
        {
            "ObjectId": missing["ObjectId"],
            "Territory2Id": missing["Territory2Id"],
            "AssociationCause": _MANUAL,
        }
    )
    back = wrong[["ObjectId", "Territory2Id", "AssociationCause"]].copy()
    back["AssociationCause"] = back["AssociationCause"].where(
        back["AssociationCause"].ne(""), _MANUAL
    )
    return [
        LoadFile(number=4, object=_OT2A, operation="delete", frame=wrong[["Id"]]),
        LoadFile(number=5, object=_OT2A, operation="insert", frame=insert),
        LoadFile(number=94, object=_OT2A, operation="delete", frame=insert.iloc[:, :2]),
        LoadFile(number=95, object=_OT2A, operation="insert", frame=back),
    ]


def _wanted_members(change: ChangeSet, org: Org, waves: Waves) -> pd.DataFrame:
    frame = change.territories[change.territories["territory_id"].isin(set(org.territories))]
    return pd.DataFrame(
        {
            "Territory2Id": frame["territory_id"].map(org.territories),
            "UserId": [org.users.get(rep, "") for rep in frame["rep_to"]],
            "wave": frame["territory_id"].map(waves.of),
        }
    )


def _member_files(
    wanted: pd.DataFrame, org: Org, keys: RolloutKeys, change: ChangeSet
) -> list[LoadFile]:
    """Return memberships to end and to begin; those of managers and specialists are left alone."""
    frame = org.extract.frame(_UT2A)
    field = set(change.territories["rep_from"]) | set(change.territories["rep_to"])
    users = {org.users[rep] for rep in field if rep in org.users}
    here = frame[
        frame["Territory2Id"].isin(set(wanted["Territory2Id"])) & frame["UserId"].isin(users)
    ]
    target = set(zip(wanted["UserId"], wanted["Territory2Id"], strict=True))
    there = set(zip(here["UserId"], here["Territory2Id"], strict=True))
    keep = [pair in target for pair in zip(here["UserId"], here["Territory2Id"], strict=True)]
    ended = here[~np.array(keep, dtype=bool)].sort_values(["Territory2Id", "UserId"])
    roles = dict(zip(ended["Territory2Id"], ended["RoleInTerritory2"], strict=True))
    begun = [
        (user, place, roles.get(place, "") or keys.role)
        for user, place in sorted(target, key=lambda pair: (pair[1], pair[0]))
        if user and (user, place) not in there
    ]
    insert = pd.DataFrame(
        begun, columns=["UserId", "Territory2Id", "RoleInTerritory2"], dtype="str"
    )
    return [
        LoadFile(number=6, object=_UT2A, operation="delete", frame=ended[["Id"]]),
        LoadFile(number=7, object=_UT2A, operation="insert", frame=insert),
        LoadFile(number=92, object=_UT2A, operation="delete", frame=insert.iloc[:, :2]),
        LoadFile(
            number=93,
            object=_UT2A,
            operation="insert",
            frame=ended[["UserId", "Territory2Id", "RoleInTerritory2"]],
        ),
    ]


def _owners(accounts: pd.DataFrame, org: Org, keys: RolloutKeys) -> pd.DataFrame:
    """Return the accounts whose owner changes: ``ObjectId, OwnerId`` (today), ``owner_to``."""
    frame = org.extract.frame("Account")
    owner = dict(zip(frame["Id"], frame["OwnerId"], strict=True))
    found = accounts[accounts["touched"]].assign(
        OwnerId=lambda each: [owner.get(name, "") for name in each["ObjectId"]],
        owner_to=lambda each: [org.users.get(name, "") for name in each["rep_to"]],
    )
    if not keys.change_owners:
        return found.iloc[:0]
    return found[found["owner_to"].ne("") & found["owner_to"].ne(found["OwnerId"])]


def _owner_files(owners: pd.DataFrame, org: Org, keys: RolloutKeys) -> list[LoadFile]:
    files = _updates(8, 91, "Account", owners["ObjectId"], owners["owner_to"], owners["OwnerId"])
    if not keys.move_contacts:
        return files
    contacts = org.extract.frame("Contact")
    contacts = contacts[contacts["AccountId"].isin(set(owners["ObjectId"]))]
    before = dict(zip(owners["ObjectId"], owners["OwnerId"], strict=True))
    after = dict(zip(owners["ObjectId"], owners["owner_to"], strict=True))
    mine = contacts[contacts["OwnerId"].eq(contacts["AccountId"].map(before))]
    mine = mine.sort_values("Id")
    return files + _updates(
        8, 91, "Contact", mine["Id"], mine["AccountId"].map(after), mine["OwnerId"]
    )


def _code_files(accounts: pd.DataFrame, org: Org, keys: RolloutKeys) -> list[LoadFile]:
    """Stamp the territory's code on accounts, where rules go by it."""
    if keys.code_field is None:
        return []
    frame = org.extract.frame("Account")
    column = (
        frame[keys.code_field] if keys.code_field in frame else pd.Series("", index=frame.index)
    )
    codes = dict(zip(frame["Id"], column, strict=True))
    before = pd.Series([codes.get(name, "") for name in accounts["ObjectId"]], index=accounts.index)
    after = accounts["to"].map(developer_name)
    changed = before.ne(after)
    return _updates(
        8,
        91,
        "Account",
        accounts.loc[changed, "ObjectId"],
        after[changed],
        before[changed].where(before[changed].ne(""), CLEAR),
        column=keys.code_field,
        label="code",
    )


def open_deals(owners: pd.DataFrame, org: Org, keys: RolloutKeys) -> pd.DataFrame:
    """Return the open opportunities of accounts that change their owner.

    ``what`` is `moves` (with the account), `waits` (late stage, stays until a date) or `stays`
    (of another owner, or open deals do not move).
    """
    table = org.extract.tables.get("Opportunity")
    frame = org.extract.frame("Opportunity")
    if table is None:
        return frame.assign(account_id="", owner_to="", wave=0, what="")
    given = frame["IsClosed"].ne("").any()
    closed = (
        table.flags("IsClosed", default=False)
        if given
        else frame["StageName"].str.lower().str.startswith("closed")
    )
    mine = frame[~closed & frame["AccountId"].isin(set(owners["ObjectId"]))].sort_values("Id")
    indexed = owners.set_index("ObjectId")
    before = mine["AccountId"].map(indexed["OwnerId"])
    late = mine["StageName"].str.lower().isin([stage.lower() for stage in keys.late_stages])
    what = pd.Series("moves" if keys.move_open_deals else "stays", index=mine.index, dtype="str")
    what = what.where(~late, "waits").where(mine["OwnerId"].eq(before), "stays")
    return mine.assign(
        account_id=mine["AccountId"].map(indexed["account_id"]),
        owner_to=mine["AccountId"].map(indexed["owner_to"]),
        wave=mine["AccountId"].map(indexed["wave"]),
        what=what,
    )


def _updates(
    number: int,
    twin: int,
    object_: str,
    ids: pd.Series,
    after: pd.Series,
    before: pd.Series,
    *,
    column: str = "OwnerId",
    label: str = "",
) -> list[LoadFile]:
    """Return an update of one field and its twin."""

    def file(at: int, values: pd.Series) -> LoadFile:
        frame = pd.DataFrame({"Id": ids.to_numpy(), column: values.to_numpy()}, dtype="str")
        return LoadFile(number=at, object=object_, operation="update", frame=frame, label=label)

    return [file(number, after), file(twin, before)]
