"""The rollout of a plan: everything computed once, and written as one folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from territory.inputs.scenario.rollout import RolloutKeys
from territory.rollout.change_set import ChangeSet, change_set
from territory.rollout.crm.files import LoadFile, write_load_files
from territory.rollout.findings import Flaw, blocking, flaws_table
from territory.rollout.timeline import assignment_history, go_live_days, late_deal_days, timeline
from territory.rollout.waves import Waves, waves_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory.plan import Plan
    from territory.rollout.crm.extract import Extract
    from territory.rollout.crm.matching import Org

__all__ = ["CRMS", "MARKER", "Rollout", "rollout_of", "write_rollout"]

Crm = Literal["salesforce", "veeva", "csv"]
CRMS: tuple[Crm, ...] = ("salesforce", "veeva", "csv")
MARKER = "rollout.json"
"""The file by which a rollout folder is known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rollout:
    """What it takes to bring a plan live.

    Attributes
    ----------
    crm : {"salesforce", "veeva", "csv"}
    change : ChangeSet
    waves : Waves
    flaws : list of Flaw
        The pre-flight audit, all severities.
    blocked : list of Flaw
        Those that forbid to write load files; there are none then.
    first : list of LoadFile
        01 to 03, shared by all waves.
    by_wave, later : mapping of int to list of LoadFile
    metadata : mapping of str to str
        Salesforce metadata by path, where the org has no model.
    target : DataFrame
        Where each account is to be in the CRM: ``account_id, ObjectId, Territory2Id, OwnerId,
        territory_id, rep_id, team, wave``.
    tables : mapping of str to DataFrame
        Timeline, assignment history, opportunities, guarantee.
    waiting : tuple of str
        Territories that must be loaded (03) before the rest can be written.
    notes : tuple of str
    """

    crm: Crm
    change: ChangeSet
    waves: Waves
    flaws: list[Flaw]
    blocked: list[Flaw]
    first: list[LoadFile]
    by_wave: Mapping[int, list[LoadFile]]
    later: Mapping[int, list[LoadFile]]
    metadata: Mapping[str, str]
    target: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    waiting: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)


def rollout_of(
    plan: Plan,
    *,
    crm: Crm,
    keys: RolloutKeys | None = None,
    extract: Extract | None = None,
    reps: pd.DataFrame | None = None,
    guarantee: pd.DataFrame | None = None,
    accepted: Sequence[str] = (),
) -> Rollout:
    """Compute change set, audit, waves, dates and load files of a plan.

    Parameters
    ----------
    plan : Plan
    crm : {"salesforce", "veeva", "csv"}
    keys : RolloutKeys, optional
        The scenario's [rollout]; its defaults if not given.
    extract : Extract, optional
        The org's own records; without them only what needs no ids can be written.
    reps : DataFrame, optional
        The reps table: who serves which territory today.
    guarantee : DataFrame, optional
        Hold-harmless by rep, see `guarantees.guarantee_of`.
    accepted : sequence of str
        Checks whose errors do not block.

    Raises
    ------
    InputError
        A pilot that is no territory, district or region.
    """
    from territory.rollout import preflight
    from territory.rollout.change_set import current_reps
    from territory.rollout.crm.matching import match_org, with_users, with_whole_ids
    from territory.rollout.crm.salesforce import present_territories

    keys = keys or RolloutKeys()
    change = change_set(plan, reps_today=current_reps(reps), team=keys.team)
    flaws = list(preflight.plan_flaws(change))
    org: Org | None = None
    if extract is not None:
        if crm == "salesforce":
            extract, bad = with_whole_ids(extract)
            flaws += bad
        org = match_org(plan, extract)
        org = with_users(org, _names_today(change, reps))
        flaws += preflight.org_flaws(change, org, crm, keys)
    elif crm != "csv":
        flaws += [
            Flaw(
                severity="error",
                check="missing_extract",
                object=name,
                id=name,
                what="its ids are known from an extract only (--extract DIR)",
            )
            for name in preflight.NEEDED[crm]
        ]
    flaws += preflight.name_flaws(change, org, crm, keys)
    more: list[tuple[str, str]] = []
    if org is not None and crm == "salesforce":
        here = present_territories(change, org)
        to = here["account_id"].map(
            dict(zip(change.accounts["account_id"], change.accounts["to"], strict=True))
        )
        more = list(zip(here["territory_id"], to, strict=True))
    waves = waves_of(change, keys, more_moves=dict.fromkeys(more))
    blocked = blocking(flaws, accepted=accepted)
    parts = _files(crm, change, org, keys, waves, plan.summary["scenario"], write=not blocked)
    flaws += preflight.deal_flaws(parts.deals)
    history = assignment_history(change, waves, keys)
    tables = {"timeline": timeline(waves, keys), "assignment_history": history}
    if len(parts.deals):
        tables["opportunities"] = _deals(parts.deals, waves, keys)
    if guarantee is not None:
        tables["guarantee"] = guarantee
    return Rollout(
        crm=crm,
        change=change,
        waves=waves,
        flaws=flaws,
        blocked=blocked,
        first=parts.first,
        by_wave=parts.by_wave,
        later=parts.later,
        metadata=parts.metadata,
        target=_target(change, org, waves),
        tables=tables,
        waiting=parts.waiting,
        notes=org.notes if org else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Files:
    first: list[LoadFile] = field(default_factory=list)
    by_wave: dict[int, list[LoadFile]] = field(default_factory=dict)
    later: dict[int, list[LoadFile]] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    deals: pd.DataFrame = field(default_factory=pd.DataFrame)
    waiting: tuple[str, ...] = ()


def _files(
    crm: Crm,
    change: ChangeSet,
    org: Org | None,
    keys: RolloutKeys,
    waves: Waves,
    model: str,
    *,
    write: bool,
) -> _Files:
    from territory.rollout.crm.metadata import metadata_files
    from territory.rollout.crm.plain import csv_load
    from territory.rollout.crm.salesforce import salesforce_load
    from territory.rollout.crm.veeva import veeva_load

    has_model = org is not None and (
        len(org.extract.frame("Territory2Model")) or len(org.extract.frame("Territory2"))
    )
    metadata: dict[str, str] = {}
    if crm == "salesforce" and not has_model:
        metadata = metadata_files(change, keys, model=model)
    if not write:
        return _Files(metadata=metadata)
    days = go_live_days(waves, keys)
    if crm == "csv":
        first, by_wave = csv_load(change, org, waves.of, days)
        return _Files(first=first, by_wave=by_wave)
    if crm == "veeva":
        first, by_wave = veeva_load(change, org, keys, waves.of, days)
        return _Files(first=first, by_wave=by_wave)
    assert org is not None, "without an extract the audit blocks"
    load = salesforce_load(change, org, keys, waves.of)
    return _Files(
        first=list(load.first),
        by_wave={wave: list(files) for wave, files in load.waves.items()},
        later={wave: list(files) for wave, files in load.later.items()},
        metadata=metadata,
        deals=load.deals,
        waiting=load.waiting,
    )


def _names_today(change: ChangeSet, reps: pd.DataFrame | None) -> dict[str, str]:
    """Return id and name of reps who serve today."""
    names = {} if reps is None else dict(zip(reps["rep_id"], reps["name"], strict=True))
    today = change.territories["rep_from"]
    return {rep: str(names.get(rep, "")) for rep in today if rep}


def _target(change: ChangeSet, org: Org | None, waves: Waves) -> pd.DataFrame:
    accounts = change.accounts
    objects = {} if org is None else org.accounts
    places = {} if org is None else org.territories
    users = {} if org is None else org.users
    return pd.DataFrame(
        {
            "account_id": accounts["account_id"],
            "ObjectId": [objects.get(name, "") for name in accounts["account_id"]],
            "Territory2Id": [places.get(name, "") for name in accounts["to"]],
            "OwnerId": [users.get(name, "") for name in accounts["rep_to"]],
            "territory_id": accounts["to"],
            "rep_id": accounts["rep_to"],
            "team": accounts["team"],
            "wave": accounts["to"].map(waves.of).astype("Int64"),
        },
    )


def _deals(deals: pd.DataFrame, waves: Waves, keys: RolloutKeys) -> pd.DataFrame:
    until = {
        wave: day.isoformat() if day else "" for wave, day in late_deal_days(waves, keys).items()
    }
    return pd.DataFrame(
        {
            "opportunity_id": deals["Id"],
            "account_id": deals["account_id"],
            "stage": deals["StageName"],
            "close_date": deals["CloseDate"],
            "owner_today": deals["OwnerId"],
            "owner_to": deals["owner_to"].where(deals["what"].ne("stays"), deals["OwnerId"]),
            "what": deals["what"],
            "stays_until": deals["wave"].map(until).where(deals["what"].eq("waits"), ""),
            "wave": deals["wave"],
        }
    ).reset_index(drop=True)


def write_rollout(rollout: Rollout, folder: str | Path) -> Path:
    """Write a rollout folder whole or not at all.

    Load files of a single wave stand in the folder itself; those of several waves each in a
    folder ``wave_1``, ``wave_2`` …, so that a wave is loaded or taken back on its own.

    Raises
    ------
    InputError
        The place holds something else, or cannot be written to.
    """
    from territory.inputs.tables.cells import write_table
    from territory.rollout.readme import readme_text
    from territory.whole import whole_folder

    with whole_folder(folder, marker=MARKER) as fresh:
        write_table(rollout.change.accounts, fresh / "change_set.csv")
        write_table(rollout.change.territories, fresh / "territory_changes.csv")
        write_table(rollout.waves.table, fresh / "waves.csv")
        write_table(rollout.waves.ties, fresh / "wave_ties.csv")
        write_table(rollout.target, fresh / "target.csv")
        write_table(flaws_table(rollout.flaws), fresh / "preflight.csv")
        for name, table in rollout.tables.items():
            write_table(table, fresh / f"{name}.csv")
        for name, text in rollout.metadata.items():
            place = fresh / "02_metadata" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        listed = _write_files(rollout, fresh)
        (fresh / "README.txt").write_text(readme_text(rollout, listed), encoding="utf-8")
        manifest = {
            "crm": rollout.crm,
            "team": rollout.change.team,
            "blocked": len(rollout.blocked),
            "waiting": list(rollout.waiting),
            "notes": list(rollout.notes),
            "files": listed,
        }
        (fresh / MARKER).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return Path(folder)


def _write_files(rollout: Rollout, folder: Path) -> list[dict[str, Any]]:
    """Write the load files and return the manifest's rows."""
    several = len(rollout.by_wave) > 1
    places: list[tuple[str, int, list[LoadFile]]] = [("", 0, rollout.first)]
    for wave, files in rollout.by_wave.items():
        places.append((f"wave_{wave}" if several else "", wave, files))
    for wave, files in rollout.later.items():
        places.append((f"wave_{wave}/later" if several else "later", wave, files))
    listed: list[dict[str, Any]] = []
    for place, wave, files in places:
        target = folder / place
        if any(len(file.frame) for file in files):
            target.mkdir(parents=True, exist_ok=True)
        for name, file, rows in write_load_files(files, target):
            listed.append(
                {
                    "file": f"{place}/{name}" if place else name,
                    "wave": wave,
                    "team": rollout.change.team,
                    "object": file.object,
                    "operation": file.operation,
                    "rows": rows,
                }
            )
    return listed
