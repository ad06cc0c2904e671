"""Find a plan's accounts, reps and territories among an org's records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from territory.inputs.joins.ids import match_ids, unique_keys
from territory.inputs.joins.names import name_key
from territory.rollout.crm.extract import Extract
from territory.rollout.crm.names import developer_name, salesforce_id
from territory.rollout.findings import Flaw

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan

__all__ = ["Org", "match_org", "with_whole_ids"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Org:
    """An extract with what the plan's ids are called in it.

    Attributes
    ----------
    extract : Extract
    accounts : mapping of str to str
        Org id by the plan's account id; an account without one is absent.
    users : mapping of str to str
        User id by rep id.
    territories : mapping of str to str
        Territory2 id by territory, district or region id.
    notes : tuple of str
        By what columns they were found.
    """

    extract: Extract
    accounts: Mapping[str, str]
    users: Mapping[str, str]
    territories: Mapping[str, str]
    notes: tuple[str, ...] = ()


def with_whole_ids(extract: Extract) -> tuple[Extract, list[Flaw]]:
    """Return the extract with 18 characters in every id column, and the ids that are none."""
    flaws: list[Flaw] = []
    tables = {}
    for name, table in extract.tables.items():
        frame = table.frame.copy()
        for column in [each for each in frame.columns.astype("str") if each.endswith("Id")]:
            spelled = {text: salesforce_id(text) for text in frame[column].unique()}
            bad = frame[column].ne("") & frame[column].map(spelled).eq("")
            # A record without its own id cannot be changed; a column that nobody exported can lack.
            own = column in _OWN.get(name, ("Id",)) and bool(frame[column].ne("").any())
            none = frame[column].eq("") & own
            flaws += [
                Flaw(
                    severity="error",
                    check="bad_id",
                    object=name,
                    id=str(frame.at[at, column]) or _named(frame.loc[at]),
                    what=f"has no {column}"
                    if none[at]
                    else f"{column} is no id of 15 or 18 characters, or its check does not fit",
                    file=table.file,
                    line=int(table.lines[at]),
                )
                for at in frame.index[bad | none]
            ]
            frame[column] = frame[column].map(spelled).where(~bad, frame[column]).astype("str")
        tables[name] = replace(table, frame=frame)
    return replace(extract, tables=tables), flaws


_OWN = {
    "UserTerritory2Association": ("Id", "UserId", "Territory2Id"),
    "ObjectTerritory2Association": ("Id", "ObjectId", "Territory2Id"),
}
"""Ids without which a record says nothing; "Id" of all others."""


def _named(row: pd.Series) -> str:
    """Return what else a record is known by: a number, its name, or the first cell it has."""
    texts = [str(row[name]) for name in ("AccountNumber", "EmployeeNumber", "Name") if name in row]
    return next((text for text in (*texts, *map(str, row)) if text), "")


def match_org(plan: Plan, extract: Extract) -> Org:
    """Find the plan's ids in the columns of the org's records that know most of them.

    Accounts by any column with unique values (Id, account number, an external id); reps by any
    column of User, else by name; territories by DeveloperName, Name or any other column.
    """
    notes: list[str] = []
    accounts = _matched(plan.accounts["account_id"], extract.frame("Account"), "accounts", notes)
    reps = plan.territories[plan.territories["rep_id"].ne("")]
    known = dict(zip(reps["rep_id"], reps["rep_name"], strict=True))
    users = _matched(_text(known), extract.frame("User"), "reps", notes)
    by_name = unique_keys(
        (name_key(name), id_)
        for name, id_ in zip(
            extract.frame("User")["Name"], extract.frame("User")["Id"], strict=True
        )
    )
    for rep, name in known.items():
        if rep not in users and name_key(name) in by_name:
            users[rep] = by_name[name_key(name)]
    wanted = _territory_ids(plan)
    territories = _matched(
        _text(wanted), extract.frame("Territory2"), "territories and areas", notes
    )
    names = extract.frame("Territory2").set_index("DeveloperName")["Id"].to_dict()
    for name in wanted:
        if name not in territories and developer_name(name) in names:
            territories[name] = str(names[developer_name(name)])
    return Org(
        extract=extract,
        accounts=accounts,
        users=users,
        territories=territories,
        notes=tuple(notes),
    )


def with_users(org: Org, reps: Mapping[str, str]) -> Org:
    """Return the org with further reps found: id and name of those who only serve today."""
    notes: list[str] = []
    more = _matched(_text(reps), org.extract.frame("User"), "", notes)
    frame = org.extract.frame("User")
    by_name = unique_keys(
        (name_key(name), id_) for name, id_ in zip(frame["Name"], frame["Id"], strict=True)
    )
    for rep, name in reps.items():
        if rep not in more and name_key(name) in by_name:
            more[rep] = by_name[name_key(name)]
    return replace(org, users={**more, **org.users})


def _territory_ids(plan: Plan) -> list[str]:
    frame = plan.territories
    ids = [*frame["territory_id"], *plan.accounts["current_territory_id"].fillna("").unique()]
    for column in ("district_id", "region_id"):
        if column in frame:
            ids += frame[column].fillna("").astype("str").tolist()
    return [each for each in dict.fromkeys(ids) if each]


def _text(values: Iterable[str]) -> pd.Series:
    import pandas as pd

    return pd.Series(list(values), dtype="str")


def _matched(wanted: pd.Series, frame: pd.DataFrame, what: str, notes: list[str]) -> dict[str, str]:
    """Return the org's id by the plan's, by the column that knows most of the plan's ids."""
    if frame.empty or wanted.empty:
        return {}
    ids = wanted.drop_duplicates().astype("str").reset_index(drop=True)
    columns = [name for name in frame.columns.astype("str") if name not in {"OwnerId", "IsActive"}]
    counts = {name: int(ids.isin(set(frame[name]) - {""}).sum()) for name in columns}
    best = max(columns, key=lambda name: counts[name])
    if counts[best] < len(ids):
        tried = {name: int(match_ids(ids, frame[name]).known.sum()) for name in columns}
        best = max(columns, key=lambda name: tried[name])
    known = frame["Id"].ne("")
    index = unique_keys(zip(frame.loc[known, best], frame.loc[known, "Id"], strict=True))
    matched = match_ids(ids, [key for key in index if key])
    pairs = zip(ids, matched.ids, matched.known, strict=True)
    found = {plan: index[spelled] for plan, spelled, known in pairs if known}
    if what and found:
        notes.append(f"{len(found):,} of {len(ids):,} {what} found by {best}")
    return found
