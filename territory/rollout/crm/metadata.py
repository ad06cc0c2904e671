"""Salesforce metadata: territory type, model and territories, for an org that has none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from territory.rollout.crm.names import developer_name

if TYPE_CHECKING:
    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.rollout.change_set import ChangeSet

__all__ = ["API_VERSION", "metadata_files"]

API_VERSION = "67.0"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"'


def metadata_files(change: ChangeSet, keys: RolloutKeys, *, model: str) -> dict[str, str]:
    """Return the files of a metadata package, by path below ``02_metadata``.

    The model is deployed in its planning state and activated by hand; territories that exist in
    no model yet can be deployed with it, or loaded by the files 03.
    """
    name = developer_name(keys.model or model)
    type_ = developer_name(keys.territory_type)
    base = f"territory2Models/{name}"
    files = {
        f"territory2Types/{type_}.territory2Type": _element(
            "Territory2Type", [("name", keys.territory_type.replace("_", " ")), ("priority", "1")]
        ),
        f"{base}/{name}.territory2Model": _element(
            "Territory2Model", [("name", keys.model or model)]
        ),
    }
    frame = change.territories[change.territories["status"].isin(["kept", "new"])]
    parents: dict[str, str] = {}
    for row in frame.itertuples():
        region, district = str(row.region_id), str(row.district_id)
        if region:
            parents.setdefault(region, "")
        if district:
            parents.setdefault(district, region)
        parents[str(row.territory_id)] = district or region
    for place, parent in parents.items():
        fields = [
            ("accountAccessLevel", keys.access.account),
            ("caseAccessLevel", keys.access.case),
            ("name", place),
            ("opportunityAccessLevel", keys.access.opportunity),
            *([("parentTerritory", developer_name(parent))] if parent else []),
            ("territory2Type", type_),
        ]
        path = f"{base}/territories/{developer_name(place)}.territory2"
        files[path] = _element("Territory2", fields)
    members = [f"{name}.{developer_name(place)}" for place in parents]
    files["package.xml"] = _package(
        {"Territory2Type": [type_], "Territory2Model": [name], "Territory2": members}
    )
    return files


def _element(tag: str, fields: list[tuple[str, str]]) -> str:
    lines = [f"    <{key}>{escape(value)}</{key}>" for key, value in fields]
    return f"{_HEAD}<{tag} {_SPACE}>\n" + "\n".join(lines) + f"\n</{tag}>\n"


def _package(types: dict[str, list[str]]) -> str:
    blocks = []
    for name, members in types.items():
        lines = [f"        <members>{escape(each)}</members>" for each in members]
        blocks.append(
            "    <types>\n" + "\n".join(lines) + f"\n        <name>{name}</name>\n    </types>"
        )
    body = "\n".join(blocks)
    version = f"    <version>{API_VERSION}</version>"
    return f"{_HEAD}<Package {_SPACE}>\n{body}\n{version}\n</Package>\n"
