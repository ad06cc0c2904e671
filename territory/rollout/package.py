"""Compute the rollout of a plan: change set, audit, waves, dates and load files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from territory.inputs.scenario.rollout import RolloutKeys
from territory.rollout.change_set import ChangeSet, change_set
from territory.rollout.crm.files import LoadFile
from territory.rollout.findings import Flaw, blocking
from territory.rollout.holidays import with_country
from territory.rollout.result import Crm, Rollout
from territory.rollout.timeline import assignment_history, go_live_days, late_deal_days, timeline
from territory.rollout.waves import Waves, waves_of

if TYPE_CHECKING:
    from territory.plan import Plan
    from territory.rollout.crm.extract import Extract
    from territory.rollout.crm.matching import Org

__all__ = ["rollout_of"]


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
        Hold-harmless by rep, see `guarantee_by_rep`.
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

    keys = with_country(keys or RolloutKeys(), plan)
    change = change_set(plan, reps_today=current_reps(reps))
    flaws = list(preflight.plan_flaws(change, keys))
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
    more: list[tuple[str, str, str]] = []
    if org is not None and crm == "salesforce":
        here = present_territories(change, org)
        to = here["account_id"].map(
            dict(zip(change.accounts["account_id"], change.accounts["to"], strict=True))
        )
        more = list(zip(here["account_id"], here["territory_id"], to, strict=True))
    waves = waves_of(change, keys, more_moves=dict.fromkeys(more))
    blocked = blocking(flaws, accepted=accepted)
    parts = _files(crm, change, org, keys, waves, plan.record.scenario, write=not blocked)
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
        first, by_wave = csv_load(change, org, waves, days)
        return _Files(first=first, by_wave=by_wave)
    if crm == "veeva":
        first, by_wave = veeva_load(change, org, keys, waves, days)
        return _Files(first=first, by_wave=by_wave)
    assert org is not None, "without an extract the audit blocks"
    load = salesforce_load(change, org, keys, waves)
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
            "wave": waves.of_account.astype("Int64"),
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
