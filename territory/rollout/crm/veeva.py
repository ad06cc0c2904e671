"""Veeva: account loader records and memberships for Vault CRM, Classic CRM and Align."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from territory.rollout.crm.files import LoadFile
from territory.rollout.crm.new_territories import parents_of

if TYPE_CHECKING:
    from datetime import date

    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.rollout.change_set import ChangeSet
    from territory.rollout.crm.matching import Org
    from territory.rollout.waves import Waves

__all__ = ["changed_reps", "ids_of_members", "territory_cell", "veeva_load"]

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
    waves: Waves,
    days: Mapping[int, date | None],
) -> tuple[list[LoadFile], dict[int, list[LoadFile]]]:
    """Return the files that all waves share, and those of each wave.

    The account loader names territories; a reference to a record is its id of the extract, as
    Vault takes ids or unique fields, and a name is none. What 03 makes has an external id only.
    Classic CRM stands on Salesforce, whose own territories and memberships are `salesforce_load`'s.
    """
    first = _territories(change, org, keys, {name: days.get(at) for name, at in waves.of.items()})
    by_wave: dict[int, list[LoadFile]] = {}
    for wave in waves.numbers:
        here = change.moved[waves.of_account[change.moved.index].eq(wave)]
        day = days.get(wave)
        if keys.veeva == "align":
            inside = {t for t, at in waves.of.items() if at == wave}
            by_wave[wave] = [*_align(here, org, day), *_roster(change, org, inside, day)]
        else:
            by_wave[wave] = [
                *_loader(here, org, keys),
                *_members(change, org, keys, {t for t, at in waves.of.items() if at == wave}),
            ]
    return first, by_wave


def _id(org: Org | None, names: pd.Series) -> pd.Series:
    if org is None:
        return names
    return pd.Series([org.accounts.get(name, "") for name in names], index=names.index)


def _territories(
    change: ChangeSet, org: Org | None, keys: RolloutKeys, days: Mapping[str, date | None]
) -> list[LoadFile]:
    """Return the new territories, and what takes them back.

    In Align each begins with its wave and, taken back, ends on that day: that of its last rows.
    """
    if keys.veeva == "classic":
        return []  # the platform's own: see `preflight.name_flaws`
    new = change.territories[change.territories["status"].eq("new")]
    names, parents = new["territory_id"], new["district_id"].tolist()
    if org is not None and "Territory2" in org.extract:
        existing, above = org.extract.frame("Territory2"), parents_of(change, org, names)
        parents = [above[name] or "" for name in names]
        if keys.veeva == "align":  # another vault: what it calls the extract's records nobody says
            name_of = dict(zip(existing["Id"], existing["Name"], strict=True))
            parents = [name_of.get(parent, "") for parent in parents]
    object_ = "territory__v" if keys.veeva == "vault" else "aln_territory__v"
    frame = pd.DataFrame(
        {
            "external_id__v": names,
            "name__v": names,
            "parent_territory__v": parents,
        },
        dtype="str",
    )
    back, what = frame[["external_id__v"]], "delete"
    if keys.veeva == "align":
        begins = [day.isoformat() if (day := days.get(name)) else "" for name in names]
        frame = frame.assign(start_date__v=begins)
        back, what = back.assign(end_date__v=begins), "update"
    return [
        LoadFile(number=3, object=object_, operation="upsert", frame=frame, batch_rows=500),
        LoadFile(number=96, object=object_, operation=what, frame=back, batch_rows=500),
    ]


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
    if keys.veeva == "classic":
        return []

    places = {} if org is None else org.territories

    def rows(column: str) -> pd.DataFrame:
        some = changed_reps(change, org, inside, column)
        data = {
            "external_id__v": some["rep"] + "_" + some["territory_id"],
            "user__v": some["user"],
            "territory__v": some["territory_id"].map(lambda name: places.get(name, name)),
        }
        return pd.DataFrame(data, dtype="str", index=some.index)

    object_ = "user_territory__v"
    ended, begun = rows("rep_from"), rows("rep_to")
    left = changed_reps(change, org, inside, "rep_from")
    known = ids_of_members(org, left["user"], left["territory_id"])
    # What the org has goes by its own id: that it knows another key of ours nobody says.
    gone = ended.assign(id=known) if known.ne("").any() else ended
    batch = _BATCH[keys.veeva]
    plan = [
        (6, "delete", gone),
        (7, "insert", begun),
        (92, "delete", begun),
        (93, "insert", ended),
    ]
    return [
        LoadFile(number=number, object=object_, operation=what, frame=each, batch_rows=batch)
        for number, what, each in plan
    ]


def ids_of_members(org: Org | None, users: pd.Series, territories: pd.Series) -> pd.Series:
    """Return the extract's id of each user's membership of a territory; "" where it has none."""
    if org is None:
        return pd.Series("", index=users.index, dtype="str")
    frame = org.extract.frame("UserTerritory2Association")
    held = {
        (user, place): id_
        for id_, user, place in zip(
            frame["Id"], frame["UserId"], frame["Territory2Id"], strict=True
        )
    }
    found = [
        held.get((user, org.territories.get(name, name)), held.get((user, name), ""))
        for user, name in zip(users, territories, strict=True)
    ]
    return pd.Series(found, index=users.index, dtype="str")


def _align(here: pd.DataFrame, org: Org | None, day: date | None) -> list[LoadFile]:
    """Return end-dated and begun assignments of accounts; Align deletes nothing."""
    old, new = here[here["from"].ne("")], here
    return _dated(
        "aln_account_territory__v",
        (4, 5),
        pd.DataFrame({"account__v": _id(org, old["account_id"]), "aln_territory__v": old["from"]}),
        pd.DataFrame({"account__v": _id(org, new["account_id"]), "aln_territory__v": new["to"]}),
        day,
    )


def _roster(
    change: ChangeSet, org: Org | None, inside: set[str], day: date | None
) -> list[LoadFile]:
    """Return end-dated and begun assignments of reps."""

    def rows(column: str) -> pd.DataFrame:
        some = changed_reps(change, org, inside, column)
        return pd.DataFrame(
            {"aln_roster_member__v": some["user"], "aln_territory__v": some["territory_id"]}
        )

    object_ = "aln_roster_member_territory__v"
    return _dated(object_, (6, 7), rows("rep_from"), rows("rep_to"), day)


def changed_reps(change: ChangeSet, org: Org | None, inside: set[str], column: str) -> pd.DataFrame:
    """Territories that get another rep: territory_id, and the rep of a column with its user."""
    frame = change.territories[change.territories["territory_id"].isin(inside)]
    some = frame[frame["rep_from"].ne(frame["rep_to"]) & frame[column].ne("")]
    users = {} if org is None else org.users
    user = some[column].map(lambda rep: users.get(rep, rep)).astype("str")
    return some[["territory_id"]].assign(rep=some[column], user=user)


def _dated(
    name: str, numbers: tuple[int, int], old: pd.DataFrame, new: pd.DataFrame, day: date | None
) -> list[LoadFile]:
    """Return what ends the day before the go-live and what begins on it, and the way back.

    An end date that has passed must not be moved (Align's help on its objects), and none lies
    before its start: going back ends what began on its first day, and begins what had ended once
    more on the day after, so that no day has both.
    """
    from datetime import timedelta

    end, start, after = ((day + timedelta(days=at)).isoformat() if day else "" for at in (-1, 0, 1))
    ended, begun = numbers
    plan = [
        (ended, "update", old.assign(end_date__v=end)),
        (begun, "insert", new.assign(start_date__v=start)),
        (99 - begun, "update", new.assign(end_date__v=start)),
        (99 - ended, "insert", old.assign(start_date__v=after)),
    ]
    return [
        LoadFile(
            number=number,
            object=name,
            operation=what,
            frame=frame.astype("str"),
            batch_rows=_BATCH["align"],
        )
        for number, what, frame in plan
    ]
