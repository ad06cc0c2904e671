"""From a plan back to the case it was solved as: what its tables and its keys say, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from geo.adjacency import Adjacency
from geo.crs import to_lonlat
from territory.arrays import Floats, Ints
from territory.encoding.case import Case
from territory.encoding.outlines.compact import shapes_of
from territory.encoding.roads import Roads, estimated_roads
from territory.encoding.routed.classes import class_of, nights_by_tours
from territory.encoding.rules import items_of
from territory.errors import InputError
from territory.inputs.scenario.files.found import found_above
from territory.inputs.scenario.scenario import Scenario
from territory.inputs.scenario.written import as_written
from territory.messages import Message
from territory.wording import LIMIT

if TYPE_CHECKING:
    from territory.encoding.roads import Estimate
    from territory.plan import Plan

__all__ = ["Reopened", "factors_of", "refuse_older", "reopened", "scenario_of", "with_apart"]

_NEEDED = ("minutes", "hop_min", "on_site_min", "nights", "handover_usd", "current_territory_id")
"""Columns of accounts that came with later versions of a plan's folder."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reopened:
    """A plan as the case, the travel and the assignment that it stands for.

    Attributes
    ----------
    case : Case
    roads : Roads
        From every home or center of the plan to every account, with the factors of its tours.
    assignment : int32, shape (items,)
        Territory of each item: units, then the plan's named accounts.
    """

    case: Case
    roads: Roads
    assignment: NDArray[np.int32]


def scenario_of(plan: Plan) -> Scenario:
    """Return the scenario that a plan was made from, out of its own record.

    Raises
    ------
    InputError
        The plan was made before plans kept their keys.
    """
    keys = plan.record.keys
    if not keys:
        raise InputError(
            Message(
                "this plan does not say by which rules and prices it was made: an earlier version "
                "wrote it",
                hint="run `territory design` again with this version",
            )
        )
    try:
        scenario = Scenario.model_validate(keys)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(
            Message(
                f"this plan was made by rules that this version reads otherwise: {where}: "
                f"{first['msg']}",
                hint="run `territory design` again with this version",
            )
        ) from error
    if plan.record.written:
        as_written(scenario, plan.record.written)
    scenario._display = str(plan.record.scenario_path)
    found = None if plan.folder is None else found_above(plan.folder, scenario._display)
    scenario._path = (found or Path(scenario._display)).absolute()
    return scenario


def refuse_older(plan: Plan) -> None:
    """Raise where a plan's accounts lack what travel is reckoned from.

    Raises
    ------
    InputError
        An earlier version wrote the plan.
    """
    lacking = [name for name in _NEEDED if name not in plan.accounts]
    if lacking:
        raise InputError(
            Message(
                f"this plan's accounts do not have {' and '.join(lacking)}: an earlier version "
                "wrote it",
                hint="run `territory design` again with this version",
            )
        )


def reopened(
    plan: Plan,
    *,
    apart: frozenset[str] = frozenset(),
    scenario: Scenario | None = None,
    own: bool = False,
    solved: Estimate | None = None,
) -> Reopened:
    """Return a plan as the case that it was solved as.

    Its objective, loads and rules, judged anew, are those of the plan to the rounding of its
    tables.

    Parameters
    ----------
    plan : Plan
    apart : frozenset of str
        Accounts that shall be items of their own besides the plan's exceptions.
    scenario : Scenario, optional
        Rules and prices to judge by; the plan's own unless given.
    own : bool
        Whether only the way from the territory that serves each account is wanted, as for judging
        moves one by one (`Ways` tells those that they need). All are told even so where a rule
        asks for them (a radius), or where the plan does not know its own.
    solved : Estimate, optional
        The ways that the plan was solved with, where they are still at hand.

    Raises
    ------
    InputError
        See `scenario_of`.
    TravelError
        The scenario names a travel matrix that is no longer there.
    """
    refuse_older(plan)
    scenario = scenario or scenario_of(plan)
    case = _case(plan, scenario, apart)
    items = items_of(case)
    at = {name: t for t, name in enumerate(case.team["territory_id"])}
    units = plan.alignment["territory_id"].map(at).to_numpy(dtype=np.int32)
    named = plan.accounts["territory_id"].iloc[items.named].map(at).to_numpy(dtype=np.int32)
    served = np.concatenate([units, named]).astype(np.int32)
    roads = _own_roads(plan, case, served) if own and _told(case) else _roads(plan, case, solved)
    return Reopened(case=case, roads=roads, assignment=served)


def with_apart(opened: Reopened, accounts: frozenset[str]) -> Reopened:
    """Return a plan with other accounts as items of their own; where they are stays as it is."""
    case = replace(opened.case, apart=accounts)
    before, items = items_of(opened.case), items_of(case)
    units = opened.assignment[: len(case.unit_ids)]
    named = opened.assignment[before.of_account[items.named]]
    served = np.concatenate([units, named]).astype(np.int32)
    roads = opened.roads
    return Reopened(
        case=case,
        roads=roads if roads.own is None else replace(roads, own=served),
        assignment=served,
    )


def _case(plan: Plan, scenario: Scenario, apart: frozenset[str]) -> Case:
    ids = tuple(plan.alignment["unit_id"].astype(str))
    geography = plan.geography.subset(ids)
    accounts = plan.accounts.copy()
    if "tenure_y" not in accounts:
        accounts["tenure_y"] = np.nan
    exceptions = accounts.loc[accounts["exception"], "account_id"]
    adjacency = _adjacency(plan, ids)
    unit_xy = geography.points_xy()
    return Case(
        scenario=scenario,
        unit_ids=ids,
        unit_lonlat=to_lonlat(unit_xy, geography.crs),
        unit_xy=unit_xy,
        adjacency=adjacency,
        accounts=accounts,
        team=_team(plan, scenario),
        current=accounts["current_territory_id"].fillna("").astype("str"),
        unit_current=pd.Series([""] * len(ids), dtype="str"),
        apart=apart | frozenset(exceptions.tolist()),
        handover=accounts["handover_usd"].to_numpy(dtype=np.float64),
        shapes=shapes_of(scenario, geography, adjacency),
    )


def _team(plan: Plan, scenario: Scenario) -> pd.DataFrame:
    """The team; its capacities are the goals of a measure that follows them."""
    rows = plan.territories
    shared = [name for name, each in scenario.measures.items() if each.goal == "capacity"]
    # All of them say the same; the largest numbers say it with the most digits.
    largest = max(shared, key=lambda name: float(rows[f"{name}_goal"].sum()), default="")
    capacity = rows[f"{largest}_goal"] if largest else pd.Series(1.0, index=rows.index)
    return pd.DataFrame(
        {
            "territory_id": rows["territory_id"].astype("str"),
            "rep_id": rows["rep_id"],
            "rep_name": rows["rep_name"],
            "lon": rows["center_lon"].astype(float),
            "lat": rows["center_lat"].astype(float),
            "capacity": capacity.astype(float),
            "capacity_h": rows["capacity_h"].astype(float),
        }
    )


def _adjacency(plan: Plan, ids: tuple[str, ...]) -> Adjacency:
    number = pd.Index(ids)
    rows = plan.adjacency
    a, b = (number.get_indexer(pd.Index(rows[name].astype(str))) for name in ("unit_a", "unit_b"))
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((high, low))
    return Adjacency(
        n=len(ids),
        a=low[order].astype(np.int32),
        b=high[order].astype(np.int32),
        border_km=rows["border_km"].to_numpy(dtype=np.float64)[order],
        bridge=(rows["kind"] == "bridge").to_numpy()[order],
    )


def _roads(plan: Plan, case: Case, solved: Estimate | None) -> Roads:
    """Travel from the plan's origins, times the factors that its tours gave the hours."""
    accounts = case.accounts
    located = bool((plan.territories["center_kind"] == "center").any())
    known = None if solved is None else solved.of(case)
    ways = known or estimated_roads(case, located=located)
    minutes, hours, nights = ways.minutes, ways.hours, ways.nights
    table = factors_of(case)
    factor = None
    if table is not None:
        factor = table[np.arange(len(ways.origins))[None, :], class_of(minutes)]
        hours = np.round(hours * factor, 4)
    per_h = _nights_per_h(plan)
    if per_h is not None:
        far_min = case.scenario.travel.overnight_min
        nights = nights_by_tours(minutes, hours, nights, per_h, far_min)
    number = {name: t for t, name in enumerate(case.team["territory_id"])}
    own = accounts["territory_id"].map(number).to_numpy(dtype=np.int64)

    def as_told(values: Floats, name: str) -> Floats:
        """What the plan says of its own accounts counts to the last digit."""
        value = pd.to_numeric(accounts[name]).to_numpy(dtype=np.float64)
        # Accounts that came after the plan have none yet.
        other = np.flatnonzero(np.isfinite(value) & (values[np.arange(len(own)), own] != value))
        if other.size:
            values = values.copy()
            values[other, own[other]] = value[other]
        return values

    return replace(
        ways,
        located=located,
        minutes=as_told(minutes, "minutes"),
        hours=as_told(hours, "travel_h"),
        nights=as_told(nights, "nights"),
        start=None,
        factor=None if factor is None else as_told(factor, "travel_factor"),
        nights_per_h=per_h,
        free=None,
    )


def _nights_per_h(plan: Plan) -> Floats | None:
    """Nights away for each hour to far accounts by the plan's tours, shape (k,); see `Roads`."""
    if "nights_per_h" not in plan.territories:
        return None
    return pd.to_numeric(plan.territories["nights_per_h"]).to_numpy(dtype=np.float64)


def _told(case: Case) -> bool:
    """Return whether the plan's own ways are all that its rules need, and all known."""
    rules, rows = case.scenario.rules, case.accounts
    known = rows[["minutes", "travel_h", "nights"]].notna().all(axis=None)
    return bool(known) and not (rules.radius_km or rules.radius_min)


def _own_roads(plan: Plan, case: Case, served: Ints) -> Roads:
    """Return the way to each account from the territory that serves it, as the plan says it."""

    def told(name: str) -> Floats:
        return pd.to_numeric(case.accounts[name]).to_numpy(dtype=np.float64)[:, None]

    return Roads(
        origins=case.team[["lon", "lat"]].to_numpy(dtype=np.float64),
        located=bool((plan.territories["center_kind"] == "center").any()),
        minutes=told("minutes"),
        hours=told("travel_h"),
        nights=told("nights"),
        unit_minutes=np.zeros((len(case.unit_ids), 1)),
        start=None,
        factor=None if factors_of(case) is None else told("travel_factor"),
        nights_per_h=_nights_per_h(plan),
        own=served,
    )


def factors_of(case: Case) -> Floats | None:
    """Return what tours multiply the hours with, by territory and class of minutes.

    That of its class, or its territory's mean without one; None where nothing was routed.
    """
    accounts = case.accounts
    if "travel_factor" not in accounts or (accounts["travel_factor"].fillna(1.0) == 1.0).all():
        return None
    accounts = accounts[accounts["travel_factor"].notna() & accounts["travel_h"].notna()]
    number = {name: t for t, name in enumerate(case.team["territory_id"])}
    own = accounts["territory_id"].map(number).to_numpy(dtype=np.int64)
    value = accounts["travel_factor"].to_numpy(dtype=np.float64)
    hours = np.maximum(accounts["travel_h"].to_numpy(dtype=np.float64), LIMIT)
    band = class_of(accounts["minutes"].to_numpy(dtype=np.float64))
    k, n_bands = len(case.team), int(class_of(np.array([np.inf]))[0]) + 1
    whole = np.bincount(own, hours * value, k) / np.maximum(np.bincount(own, hours, k), LIMIT)
    whole = np.where(np.bincount(own, minlength=k) > 0, whole, 1.0)
    table = np.repeat(whole[:, None], n_bands, axis=1)
    table[own, band] = value  # all accounts of a class have one factor
    return np.asarray(table, dtype=np.float64)
