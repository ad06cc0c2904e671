"""Salesforce territories that do not exist yet: one insert file a level, from the top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from territory.inputs.joins.ids import unique_keys
from territory.rollout.crm.files import LoadFile
from territory.rollout.crm.names import developer_name

if TYPE_CHECKING:
    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.rollout.change_set import ChangeSet
    from territory.rollout.crm.matching import Org

__all__ = ["parents_of", "territory_files"]


def territory_files(
    change: ChangeSet, org: Org, keys: RolloutKeys, new: list[str]
) -> list[LoadFile]:
    """Return one insert file a level, as far as the parents exist, from the top."""
    if not new:
        return []
    extract = org.extract
    existing = extract.frame("Territory2")
    models, types = extract.frame("Territory2Model"), extract.frame("Territory2Type")
    if keys.model:
        named = models[models["DeveloperName"].eq(keys.model)]
        model = str(named["Id"].iloc[0]) if len(named) else ""
    else:
        states = models["State"].str.lower()
        chosen = models[states.eq("active")] if states.eq("active").any() else models
        model = _most(existing["Territory2ModelId"]) or _most(chosen["Id"])
    named = types[types["DeveloperName"].eq(keys.territory_type)]
    type_ = _most(existing["Territory2TypeId"]) or (
        str(named["Id"].iloc[0]) if len(named) else _most(types["Id"])
    )
    if not model or not type_:
        return []
    frame = change.territories.set_index("territory_id")
    parent_of = parents_of(change, org, new)
    level_of = {name: _chain(frame, name) for name in new}
    flat = existing.empty  # only an org without territories gets districts and regions
    rows: dict[str, tuple[int, str]] = {}
    for name, (region, district) in level_of.items():
        for at, (above, top) in enumerate(((region, ""), (district, region)), start=1):
            if above and above not in org.territories and flat:
                rows[above] = (at, org.territories.get(top, ""))
        rows[name] = (3, parent_of[name] or "")
    first = min(level for level, _ in rows.values())
    contacts = existing["ContactAccessLevel"].ne("").any() if len(existing) else False
    access = keys.access
    inserted = pd.DataFrame(
        {
            "Name": list(rows),
            "DeveloperName": [developer_name(name) for name in rows],
            "Territory2ModelId": model,
            "Territory2TypeId": type_,
            "ParentTerritory2Id": [parent for _, parent in rows.values()],
            "AccountAccessLevel": access.account,
            "OpportunityAccessLevel": access.opportunity,
            "CaseAccessLevel": access.case,
            **({"ContactAccessLevel": access.contact} if contacts else {}),
        },
        dtype="str",
    )[[level == first for level, _ in rows.values()]]
    label = f"level{first}" if len({level for level, _ in rows.values()}) > 1 or first < 3 else ""
    return [
        LoadFile(number=3, object="Territory2", operation="insert", frame=inserted, label=label),
        LoadFile(
            number=96,
            object="Territory2",
            operation="delete",
            frame=inserted[["DeveloperName"]],
            label=label,
        ),
    ]


def parents_of(change: ChangeSet, org: Org, names: Iterable[str]) -> dict[str, str | None]:
    """Return the org's id of what stands above each territory.

    Its district where the org has it, else its region, else what most territories of its district
    or region stand below: "" where that is nothing. None: the org has nothing of the kind.
    """
    existing = org.extract.frame("Territory2")
    parents = _parent_ids(existing)
    frame = change.territories.set_index("territory_id")
    out: dict[str, str | None] = {}
    for name in names:
        region, district = _chain(frame, name)
        above = org.territories.get(district, "") or org.territories.get(region, "")
        out[name] = above or _siblings(frame, org, parents, district or region)
    return out


def _parent_ids(existing: pd.DataFrame) -> dict[str, str]:
    """Return the parent's id of each territory; an export may name it, or give an external id."""
    ids = existing["Id"].tolist()
    known = set(ids)
    columns = [name for name in existing.columns if name not in {"Id", "ParentTerritory2Id"}]
    pairs = {(text, id_) for name in columns for text, id_ in zip(existing[name], ids, strict=True)}
    by_key = unique_keys(sorted(pairs))
    return {
        id_: parent if parent in known else by_key.get(parent, parent)
        for id_, parent in zip(ids, existing["ParentTerritory2Id"], strict=True)
    }


def _chain(frame: pd.DataFrame, name: str) -> tuple[str, str]:
    return str(frame.at[name, "region_id"]), str(frame.at[name, "district_id"])


def _siblings(frame: pd.DataFrame, org: Org, parents: Mapping[str, str], area: str) -> str | None:
    """Return the parent that most of an area's territories have in the org; None: it has none."""
    column = "district_id" if area and frame["district_id"].eq(area).any() else "region_id"
    names = frame.index[frame[column].eq(area)]
    found = [parents.get(org.territories[name], "") for name in names if name in org.territories]
    return _most(pd.Series(found, dtype="str")) if found else None


def _most(values: pd.Series) -> str:
    known = values[values.ne("")]
    counts = known.value_counts()
    return str(min(counts.index[counts.eq(counts.max())])) if len(counts) else ""
