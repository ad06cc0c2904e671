"""The pre-flight audit: what would fail or do harm while loading, found before anything loads."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal

import pandas as pd

from territory.messages import quoted
from territory.rollout.crm.names import (
    NAME_LENGTH,
    developer_name,
    name_problem,
    veeva_name_problem,
)
from territory.rollout.crm.new_territories import parents_of
from territory.rollout.crm.salesforce import present_territories
from territory.rollout.crm.veeva import changed_reps, ids_of_members
from territory.rollout.findings import Flaw

if TYPE_CHECKING:
    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.rollout.change_set import ChangeSet
    from territory.rollout.crm.extract import Extract
    from territory.rollout.crm.matching import Org

__all__ = ["NEEDED", "name_flaws", "org_flaws", "plan_flaws"]

NEEDED = {
    "salesforce": ("Account", "User", "Territory2", "ObjectTerritory2Association"),
    "veeva": ("Account", "User"),
    "csv": (),
}
"""Objects without which nothing can be loaded into a CRM."""

_UNIQUE = {
    "Account": ("Id",),
    "User": ("Id",),
    "Territory2": ("Id",),
    "Opportunity": ("Id",),
    "Contact": ("Id",),
    "UserTerritory2Association": ("UserId", "Territory2Id"),
    "ObjectTerritory2Association": ("ObjectId", "Territory2Id"),
}
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")


def plan_flaws(change: ChangeSet, keys: RolloutKeys) -> Iterator[Flaw]:
    """Find what is wrong with the plan itself: an account twice, or without a territory."""
    accounts = change.accounts
    twice = accounts[accounts["account_id"].duplicated(keep=False)]
    for name, rows in twice.groupby("account_id")["to"]:
        places = ", ".join(str(each) for each in rows.unique())
        yield _flaw("duplicate_account", "plan", str(name), f"{len(rows)} rows, in {places}")
    planned = set(
        change.territories.loc[change.territories["status"].isin(["kept", "new"]), "territory_id"]
    )
    for name, to in zip(accounts["account_id"], accounts["to"], strict=True):
        if to not in planned:
            what = f"is in {to}, which the plan has not" if to else "has no territory"
            yield _flaw("unassigned", "plan", name, what)
    if "team" in keys.model_fields_set and keys.team != change.team:
        what = f"is rollout.team; the plan's tables say {quoted(change.team)}"
        yield _flaw("team", "plan", keys.team, what, "warning")
    vacant = change.territories[change.territories["vacant"]]
    for place in vacant["territory_id"]:
        n = int(accounts["to"].eq(place).sum())
        yield _flaw("vacant_owner", "plan", place, f"{n:,} accounts", "warning")


def name_flaws(change: ChangeSet, org: Org | None, crm: str, keys: RolloutKeys) -> Iterator[Flaw]:
    """Find names that the CRM refuses, at design time and not at load."""
    planned = change.territories[change.territories["status"].isin(["kept", "new"])]
    names = planned["territory_id"].tolist()
    if crm == "salesforce":
        new = [name for name in names if org is None or name not in org.territories]
        yield from _salesforce_names(new, org, keys)
    elif crm == "veeva":
        if keys.veeva == "align" and keys.go_live is None:
            yield _flaw(
                "go_live", "aln_account_territory__v", "start_date__v", "Align dates all it has"
            )
        if keys.veeva == "classic":
            yield from _of_the_platform(change)
        for name in sorted(set(names) | set(change.territories["territory_id"])):
            problem = veeva_name_problem(name)
            if problem:
                yield _flaw("name", "Territory", name, problem)
    elif crm == "csv":
        for name in names:
            if not name.strip() or name != name.strip():
                yield _flaw("name", "territory", quoted(name), "has blanks around it")


def _of_the_platform(change: ChangeSet) -> Iterator[Flaw]:
    """Say which territories and memberships Classic CRM has from Salesforce itself."""
    rows = change.territories
    new = rows["status"].eq("new")
    other = ~new & rows["rep_to"].ne("") & rows["rep_from"].ne(rows["rep_to"])
    for here, what in ((new, "is new"), (other, "gets another rep")):
        for name in rows.loc[here, "territory_id"]:
            yield _flaw("platform", "Territory2", name, what, "warning")


def _salesforce_names(new: list[str], org: Org | None, keys: RolloutKeys) -> Iterator[Flaw]:
    made: dict[str, str] = {}
    for name in new:
        problem = name_problem(developer_name(name))
        if len(name) > NAME_LENGTH:
            problem = f"has {len(name)} characters; at most {NAME_LENGTH} are allowed"
        if name.startswith(_RUN_BY_SPREADSHEETS):
            problem = f"begins with {quoted(name[0])}, which spreadsheets run"
        twin = made.setdefault(developer_name(name).lower(), name)
        if twin != name:
            problem = f"would have the DeveloperName of {twin}"
        if problem:
            yield _flaw("name", "Territory2", name, problem)
    if org is not None:
        taken = set(org.extract.frame("Territory2")["DeveloperName"].str.lower())
        for name in new:
            if developer_name(name).lower() in taken:
                yield _flaw("name", "Territory2", name, "its DeveloperName is taken in the CRM")
        if keys.code_field and not keys.code_field.endswith("__c"):
            yield _flaw(
                "name", "Account", keys.code_field, "is no custom field (no __c at its end)"
            )


def org_flaws(
    change: ChangeSet, org: Org, crm: Literal["salesforce", "veeva", "csv"], keys: RolloutKeys
) -> Iterator[Flaw]:
    """Find what is wrong between the plan and the org's own records."""
    extract = org.extract
    for name in NEEDED[crm]:
        if name not in extract:
            yield _flaw("missing_extract", name, name, "is not in the extract's folder")
    yield from _duplicates(extract)
    yield from _missing(change, org, crm)
    if crm == "salesforce":
        yield from _associations(change, org)
        yield from _roles(org, keys)
        if keys.code_field and keys.code_field not in extract.frame("Account"):
            what = "is no column of the extract's accounts"
            yield _flaw("code_before", "Account", keys.code_field, what, "warning")
    if crm == "veeva" and keys.veeva != "classic":
        yield from _of_vault(change, org, keys)
    yield from _people(change, org, changes_owners=keys.change_owners and crm != "veeva")


def _of_vault(change: ChangeSet, org: Org, keys: RolloutKeys) -> Iterator[Flaw]:
    """Find new territories without a place in the tree, and memberships that cannot be ended."""
    new = change.territories.loc[change.territories["status"].eq("new"), "territory_id"]
    told = "Territory2" in org.extract
    tree = org.extract.frame("Territory2")["ParentTerritory2Id"].ne("").any()
    for name, parent in parents_of(change, org, new).items():
        if told and (parent is None or (tree and not parent)):
            what = "neither its district nor a parent of a territory beside it is in the extract"
            yield _flaw("parent", "territory__v", name, what)
        elif told and not parent:
            what = "below nothing, as all territories of the extract: it gives no parents"
            yield _flaw("parent", "territory__v", name, what, "warning")
        elif parent is None:
            what = "below its district as the plan calls it: territory__v is not in the extract"
            yield _flaw("parent", "territory__v", name, what, "warning")
    if keys.veeva == "vault":
        ended = changed_reps(change, org, set(change.territories["territory_id"]), "rep_from")
        ids = ids_of_members(org, ended["user"], ended["territory_id"])
        for row in ended[ids.eq("")].itertuples():
            what = f"of {row.rep} in {row.territory_id}"
            yield _flaw("member", "user_territory__v", str(row.territory_id), what, "warning")


def _duplicates(extract: Extract) -> Iterator[Flaw]:
    for name, columns in _UNIQUE.items():
        if name not in extract:
            continue
        table = extract.tables[name]
        keys = list(columns)
        later = table.frame.duplicated(keys) & table.frame[keys[0]].ne("")
        first = table.frame.drop_duplicates(keys).reset_index()
        index = {tuple(row): at for at, *row in first[["index", *keys]].itertuples(index=False)}
        for at in table.frame.index[later]:
            values = tuple(table.frame.loc[at, keys])
            line = int(table.lines[index[values]])
            yield Flaw(
                severity="error",
                check="duplicate",
                object=name,
                id=" ".join(values),
                what=f"stands in line {line} already",
                file=table.file,
                line=int(table.lines[at]),
            )


def _missing(change: ChangeSet, org: Org, crm: str) -> Iterator[Flaw]:
    accounts = change.accounts
    if crm != "csv":
        lacking = accounts.loc[~accounts["account_id"].isin(set(org.accounts)), "account_id"]
        several = _standing_twice(org.extract, set(lacking))
        yield from several.values()
        for name in lacking[~lacking.isin(list(several))]:
            yield _flaw("missing_id", "Account", name, "is in no column of the extract's accounts")
    if crm == "csv" and "User" not in org.extract:
        return
    for rep in sorted(set(change.territories["rep_to"]) - {""} - set(org.users)):
        yield _flaw("missing_id", "User", rep, "is in no column of the extract's users")
    if crm == "salesforce" and not org.extract.frame("Territory2").empty:
        closed = change.territories[change.territories["status"].isin(["merged", "closed"])]
        for name in closed["territory_id"]:
            if name not in org.territories:
                yield _flaw(
                    "missing_id", "Territory2", name, "ends, and is not in the extract", "warning"
                )


def _standing_twice(extract: Extract, wanted: set[str]) -> dict[str, Flaw]:
    """Return, by account, that several records have its number: none of them is it for sure."""
    if not wanted or "Account" not in extract:
        return {}
    table = extract.tables["Account"]
    found: dict[str, Flaw] = {}
    for column in table.frame.columns.astype("str").difference(["Id", "OwnerId"]):
        rows = table.frame.index[table.frame[column].isin(wanted)]
        for name, group in table.frame.loc[rows].groupby(column):
            if len(group) > 1:
                lines = [int(table.lines[at]) for at in group.index]
                found[str(name)] = Flaw(
                    severity="error",
                    check="duplicate",
                    object="Account",
                    id=str(name),
                    what=f"is the {column} of line {lines[0]} too, with another Id",
                    file=table.file,
                    line=lines[1],
                )
    return found


def _associations(change: ChangeSet, org: Org) -> Iterator[Flaw]:
    present = present_territories(change, org)
    table = org.extract.tables.get("ObjectTerritory2Association")
    if table is None:
        return
    lines = dict(zip(table.frame["Id"], table.lines.tolist(), strict=True))
    target = dict(zip(change.accounts["account_id"], change.accounts["to"], strict=True))
    today = dict(zip(change.accounts["account_id"], change.accounts["from"], strict=True))
    places = present.groupby("account_id")["territory_id"].agg(lambda each: sorted(set(each)))
    rows: dict[Hashable, list[tuple[str, int]]] = {}
    doubled = present[present["account_id"].duplicated(keep=False)]
    for row in doubled.sort_values("territory_id").itertuples():
        rows.setdefault(row.account_id, []).append(
            (str(row.territory_id), int(lines.get(row.Id, 0)))
        )
    for name, found in places.items():
        if len(found) > 1:
            yield Flaw(
                severity="error",
                check="doubly_assigned",
                object="Account",
                id=str(name),
                what="in " + ", ".join(f"{place} (line {line})" for place, line in rows[name]),
                file=table.file,
                line=max(line for _, line in rows[name]),
            )
        elif today.get(str(name), "") not in {"", found[0]}:
            what = f"in {found[0]} in the CRM, in {today[str(name)]} in the alignment"
            yield _flaw("drift", "Account", str(name), what, "warning")
    for name in change.accounts["account_id"]:
        if name in org.accounts and name not in places.index:
            what = f"is in no territory of the CRM today; goes to {target[name]}"
            yield _flaw("first_territory", "Account", name, what, "warning")
    by_rule = present[present["AssociationCause"].ne("Territory2Manual")]
    for row in by_rule.itertuples():
        if target[str(row.account_id)] != row.territory_id:
            yield Flaw(
                severity="error",
                check="assigned_by_rule",
                object="Account",
                id=str(row.account_id),
                what=f"{row.territory_id} by {row.AssociationCause}",
                file=table.file,
                line=int(lines.get(row.Id, 0)),
            )


def _roles(org: Org, keys: RolloutKeys) -> Iterator[Flaw]:
    known = set(org.extract.frame("UserTerritory2Association")["RoleInTerritory2"]) - {""}
    if keys.role and known and keys.role not in known:
        used = ", ".join(sorted(known))
        yield _flaw("role", "UserTerritory2Association", keys.role, f"roles in use: {used}")


def _people(change: ChangeSet, org: Org, *, changes_owners: bool) -> Iterator[Flaw]:
    table = org.extract.tables.get("User")
    if table is None:
        return
    active = dict(zip(table.frame["Id"], table.flags("IsActive", default=True), strict=True))
    lines = dict(zip(table.frame["Id"], table.lines.tolist(), strict=True))
    for rep in sorted(set(change.territories["rep_to"]) - {""}):
        user = org.users.get(rep, "")
        if user and not active.get(user, True):
            yield Flaw(
                severity="error",
                check="inactive_owner",
                object="User",
                id=rep,
                what=f"{user} is inactive",
                file=table.file,
                line=int(lines[user]),
            )
    accounts = org.extract.frame("Account")
    owner = dict(zip(accounts["Id"], accounts["OwnerId"], strict=True))
    touched = change.accounts[
        change.accounts["change"].ne("stays") | change.accounts["rep_changes"]
    ]
    rows = zip(touched["account_id"], touched["rep_from"], strict=True)
    for name, rep in rows if changes_owners else ():
        has = owner.get(org.accounts.get(name, ""), "")
        if has and not active.get(has, True):
            yield _flaw("inactive_before", "Account", name, f"owner {has} is inactive", "warning")
        elif has and rep in org.users and org.users[rep] != has:
            yield _flaw("other_owner", "Account", name, f"owner {has} is not {rep}", "warning")


def deal_flaws(deals: pd.DataFrame) -> Iterable[Flaw]:
    """Say which open opportunities change hands, wait or stay, once a kind."""
    if deals.empty or "what" not in deals:
        return
    for what, group in deals.groupby("what"):
        yield Flaw(
            severity="info",
            check="open_deal",
            object="Opportunity",
            id=str(what),
            what=f"{len(group):,} open opportunities of accounts that change their owner",
        )


def _flaw(
    check: str,
    object_: str,
    id_: str,
    what: str,
    severity: Literal["error", "warning", "info"] = "error",
) -> Flaw:
    return Flaw(severity=severity, check=check, object=object_, id=id_, what=what)
