"""From the solver's result to a plan: names, hours and dollars an account, then sums of those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.dictionary.accounts import carried, in_order
from territory.encoding.case import Case
from territory.encoding.encode import Encoding, account_territory, handover_usd
from territory.encoding.outlines.compact import with_compactness
from territory.encoding.proved import bound_for, bound_of, free_centers, is_optimum
from territory.encoding.rules import named_accounts
from territory.encoding.verify import judged_again, rules_in_words, untold
from territory.inputs.scenario.written import kept_keys
from territory.plan import Plan
from territory.plan_record import PlanRecord
from territory.workforce.workload import trips_of

if TYPE_CHECKING:
    import solvers
    from geo.geography import Geography
    from territory.audit import Audit
    from territory.encoding.roads import Roads

__all__ = ["decode", "patchable"]


def decode(
    case: Case,
    encoding: Encoding,
    result: solvers.Result,
    roads: Roads,
    *,
    geography: Geography,
    audit: Audit,
    before: tuple[Plan, NDArray[np.int64]] | None = None,
) -> Plan:
    """Build the plan; every total is the sum of rounded account rows, so a stranger gets it too.

    ``before`` is the plan that was moved, and which of its accounts moves touch; others stay.
    """
    at = account_territory(case, encoding, result.assignment)
    if before is None:
        accounts = _accounts(case, encoding, result, roads, np.arange(len(at)))
    else:
        plan, rows = before
        accounts = _patched(plan.accounts, _accounts(case, encoding, result, roads, rows), rows)
    units = case.team["territory_id"].to_numpy()[result.assignment[: len(case.unit_ids)]]
    territories = _territories(case, accounts, at, result, roads)
    territories = with_compactness(case, territories, geography, result.assignment)
    reps = pd.DataFrame(
        {
            "territory_id": case.team["territory_id"],
            "rep_id": case.team["rep_id"],
            "name": case.team["rep_name"],
            "lon": roads.origins[:, 0],
            "lat": roads.origins[:, 1],
            "kind": "center" if roads.located else "home",
        }
    )
    return Plan(
        record=PlanRecord.from_dict(
            _summary(case, encoding, result, accounts, territories, roads, geography)
        ),
        alignment=_alignment(case, units)
        if before is None
        else before[0].alignment.assign(territory_id=pd.array(units, dtype="str")),
        accounts=accounts,
        territories=territories,
        adjacency=_adjacency(case) if before is None else before[0].adjacency,
        reps=reps,
        geography=geography,
        audit=audit,
    )


_MOVED = (
    *("territory_id", "rep_id", "travel_h", "workload_h", "exception", "minutes"),
    *("stops_per_trip", "travel_factor", "nights"),
)
"""Columns of an account that depend on who serves it."""


def _patched(frame: pd.DataFrame, part: pd.DataFrame, rows: NDArray[np.int64]) -> pd.DataFrame:
    """Return the accounts with some rows as they are after a move."""
    columns = {}
    for name in _MOVED:
        values = frame[name].array.copy()
        values[rows] = part[name].array
        columns[name] = values
    return frame.assign(**columns)


def patchable(frame: pd.DataFrame) -> bool:
    """Return whether a plan's accounts have all that depends on who serves them."""
    return set(_MOVED) <= set(frame.columns)


def _accounts(
    case: Case,
    encoding: Encoding,
    result: solvers.Result,
    roads: Roads,
    rows: NDArray[np.int64],
) -> pd.DataFrame:
    """Return the plan's columns of the accounts in some rows."""
    from geo.roads.trips import trip_shares

    at = account_territory(case, encoding, result.assignment)
    exceptions = _exceptions(case, encoding, result, at)[rows]
    at = at[rows]
    way = roads.column(at, encoding.item_of_account[rows])
    source = case.accounts.iloc[rows]
    service = source["service_h"].to_numpy(dtype=np.float64).round(4)
    travel = roads.hours[rows, way].round(4)
    stops = trip_shares(
        roads.minutes[rows, way][:, None],
        source["hop_min"].to_numpy(dtype=np.float64),
        source["on_site_min"].to_numpy(dtype=np.float64),
        trips_of(case.scenario),
    ).stops[:, 0]
    factor = np.ones(len(at)) if roads.factor is None else roads.factor[rows, way]
    further = [
        name for name in case.measures if name not in {"workload_h", "service_h", "potential_usd"}
    ]
    frame = pd.DataFrame(
        {
            "account_id": source["account_id"].to_numpy(),
            "name": source["name"].to_numpy(),
            "unit_id": source["unit_id"].to_numpy(),
            "territory_id": case.team["territory_id"].to_numpy()[at],
            "rep_id": case.team["rep_id"].to_numpy()[at],
            "lon": source["lon"].to_numpy(),
            "lat": source["lat"].to_numpy(),
            "potential_usd": source["potential_usd"].to_numpy(dtype=np.float64).round(2),
            "service_h": service,
            "travel_h": travel,
            "workload_h": (service + travel).round(4),
            "tier": source["tier"].to_numpy(),
            "exception": exceptions,
            "type": source["type"].to_numpy(),
            "n_calls": source["n_calls"].to_numpy(),
            "minutes": roads.minutes[rows, way],
            "hop_min": source["hop_min"].to_numpy(),
            "on_site_min": source["on_site_min"].to_numpy(),
            "stops_per_trip": stops.round(6),
            "travel_factor": factor,
            "nights": roads.nights[rows, way].round(4),
            "revenue_usd": source["revenue_usd"].to_numpy(dtype=np.float64).round(2),
            "idn": source["idn"].to_numpy(),
            "current_territory_id": case.current.to_numpy()[rows],
            "current_travel_h": _current_travel(case, encoding, roads, rows),
            "handover_usd": handover_usd(case)[rows],
            "team": case.scenario.rollout.team,
            **{name: source[name].to_numpy(dtype=np.float64) for name in further},
            **{
                name: source[name].to_numpy()
                for name in (*carried("market", source), *carried("work", source))
            },
        }
    )
    return frame[in_order(frame.columns)]


def _exceptions(
    case: Case, encoding: Encoding, result: solvers.Result, at: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return (n,) whether an account is assigned by name.

    One that a rule names is; one that only an edit took out of its unit is as long as its
    territory is another than its unit's.
    """
    named = np.zeros(len(at), dtype=bool)
    named[encoding.named] = True
    if case.apart:
        ids = case.accounts["account_id"]
        unit = pd.Index(case.unit_ids).get_indexer(pd.Index(case.accounts["unit_id"]))
        by_rule = ids.isin(named_accounts(case)).to_numpy()
        named &= by_rule | (at != result.assignment[unit])
    return named


def _current_travel(
    case: Case, encoding: Encoding, roads: Roads, rows: NDArray[np.int64]
) -> Floats:
    """Return (rows,) the hours of each account's rep of today, by the same estimate.

    Missing where the account has no rep in the team today, and where centers were located: they
    are the plan's, so that nobody knows where today's reps begin their days.
    """
    team = pd.Index(case.team["territory_id"])
    today = team.get_indexer(pd.Index(case.current.iloc[rows])).astype(np.int64)
    way = roads.column(np.maximum(today, 0), encoding.item_of_account[rows])
    hours = roads.hours[rows, way].round(4)
    known = (today >= 0) & (way >= 0) & (not roads.located)
    return np.where(known, hours, np.nan)


def _territories(
    case: Case,
    accounts: pd.DataFrame,
    at: NDArray[np.int32],
    result: solvers.Result,
    roads: Roads,
) -> pd.DataFrame:
    k, n = len(case.team), len(case.unit_ids)
    wanted = [*case.scenario.measures, "travel_h", "nights"]
    sums = accounts[list(dict.fromkeys(wanted))].groupby(at).sum().reindex(range(k)).fillna(0.0)
    out = pd.DataFrame({"territory_id": case.team["territory_id"], "rep_id": case.team["rep_id"]})
    out["n_units"] = np.bincount(result.assignment[:n], minlength=k)
    out["n_accounts"] = np.bincount(at, minlength=k)
    for column, (name, options) in enumerate(case.scenario.measures.items()):
        load = sums[name].to_numpy(dtype=np.float64).round(4)
        # Limits are those of the goal as it is written, so that a plan read back has the same.
        goal = (case.shares[:, column] * load.sum()).round(4)
        out[name] = load
        out[f"{name}_goal"] = goal
        out[f"{name}_lower"] = (goal * (1.0 - options.tolerance)).round(4)
        out[f"{name}_upper"] = (goal * (1.0 + options.tolerance)).round(4)
        out[f"{name}_deviation"] = (load / goal - 1.0).round(6)
    out[["travel_h", "nights"]] = sums[["travel_h", "nights"]].to_numpy(dtype=np.float64).round(4)
    if roads.nights_per_h is not None:
        out["nights_per_h"] = roads.nights_per_h
    out["n_parts"] = result.evaluation.n_parts.astype(int)
    out["rep_name"] = case.team["rep_name"]
    out["capacity_h"] = case.team["capacity_h"]
    out["center_lon"] = roads.origins[:, 0]
    out["center_lat"] = roads.origins[:, 1]
    out["center_kind"] = "center" if roads.located else "home"
    out["n_moved_accounts"] = np.bincount(at[_moved(accounts).to_numpy()], minlength=k)
    out["team"] = case.scenario.rollout.team
    return out


def _moved(accounts: pd.DataFrame) -> pd.Series:
    today = accounts["current_territory_id"]
    return (today != "") & (today != accounts["territory_id"])


def _splits(accounts: pd.DataFrame) -> NDArray[np.int64]:
    """Return for each health system in how many territories more than one it is."""
    named = accounts["idn"].notna() & (accounts["idn"] != "")
    held = accounts.loc[named, ["idn", "territory_id"]]
    if held.empty:
        return np.zeros(0, dtype=np.int64)
    system, _ = pd.factorize(held["idn"])
    territory, ids = pd.factorize(held["territory_id"])
    pairs = np.unique(system.astype(np.int64) * len(ids) + territory)
    return np.bincount(pairs // len(ids)) - 1


def _alignment(case: Case, territory_ids: NDArray[np.object_]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "unit_id": list(case.unit_ids),
            "territory_id": territory_ids,
            "team": case.scenario.rollout.team,
        }
    )


def _adjacency(case: Case) -> pd.DataFrame:
    edges = case.adjacency
    ids = np.asarray(case.unit_ids, dtype=object)
    return pd.DataFrame(
        {
            "unit_a": ids[edges.a],
            "unit_b": ids[edges.b],
            "border_km": edges.border_km.round(4),
            "kind": np.where(edges.bridge, "bridge", "border"),
        }
    )


def _border_km(case: Case, result: solvers.Result) -> float:
    """Kilometres of border between territories, bridges excluded, as adjacency.csv gives them."""
    edges = case.adjacency
    cut = (result.assignment[edges.a] != result.assignment[edges.b]) & ~edges.bridge
    return float(edges.border_km[cut].round(4).sum())


def _summary(
    case: Case,
    encoding: Encoding,
    result: solvers.Result,
    accounts: pd.DataFrame,
    territories: pd.DataFrame,
    roads: Roads,
    geography: Geography,
) -> dict[str, object]:
    scenario = case.scenario
    moved = _moved(accounts)
    split = _splits(accounts)
    border_km = _border_km(case, result)
    terms = {
        "travel_usd": round(float(accounts["travel_h"].sum() * scenario.objective.travel_usd_h), 2),
        "nights_usd": round(float(accounts["nights"].sum() * scenario.travel.night_usd), 2),
        "handover_usd": round(float(accounts.loc[moved, "handover_usd"].sum()), 2),
        "idn_split_usd": round(float(split.sum() * scenario.objective.idn_split_usd), 2),
        "border_usd": round(border_km * scenario.objective.border_usd_km, 2),
    }
    objective = round(sum(terms.values()), 2)
    bound = bound_of(result, encoding, objective)
    if roads.free is not None:
        bound = min(round(roads.free.bound, 2), objective) if roads.free.bound > 0 else None
    above = (objective - bound) / objective if objective and bound is not None else 0.0
    violations = rules_in_words(case, encoding, result.evaluation, territories)
    status = str(result.status)
    if status == "no_solution" and not violations:
        status = "feasible"
    if roads.located:
        # Proved for these centers only, which is not the whole question.
        status = {"optimal": "feasible", "infeasible": "no_solution"}.get(status, status)
        if status == "feasible" and is_optimum(roads, objective, len(accounts), scenario):
            status = "optimal"
    if status in {"optimal", "feasible", "interrupted"}:
        told = judged_again(scenario, accounts, territories)
        violations += untold(told, violations)
        status = "no_solution" if told else status
    measures = {
        name: {
            "tolerance": options.tolerance,
            "goal": options.goal,
            "travel": options.travel,
            "imbalance": round(float(territories[f"{name}_deviation"].abs().max()), 6),
        }
        for name, options in scenario.measures.items()
    }
    totals = {
        "accounts": len(accounts),
        "units": len(case.unit_ids),
        "territories": len(case.team),
        "moved_accounts": int(moved.sum()),
        "moved_revenue_usd": round(float(accounts.loc[moved, "revenue_usd"].sum()), 2),
        "split_idns": int((split > 0).sum()),
        "border_km": round(border_km, 4),
    }
    for column in ("service_h", "travel_h", "workload_h", "potential_usd", "revenue_usd"):
        # Where nobody's is known there is no total; 0 would be one.
        if accounts[column].notna().any():
            totals[column] = round(float(accounts[column].sum()), 4)
    return {
        "scenario": scenario.name,
        "scenario_path": scenario.display,
        "description": scenario.description,
        "synthetic": "synthetic" in scenario.description.lower(),
        "scenario_hash": scenario.hash,
        "input_hash": scenario.input_hash(),
        **kept_keys(scenario),
        "effort": scenario.solve.effort,
        "seed": scenario.solve.seed,
        "versions": _versions(),
        "status": status,
        "stop_reason": result.stop_reason,
        "objective": objective,
        "terms": terms,
        "bound": bound,
        "bound_for": bound_for(roads, encoding),
        **free_centers(roads, encoding),
        "gap": None if bound is None else round(above, 6),
        "wall_s": round(result.wall_s + roads.wall_s, 3),
        "cpu_s": round(result.cpu_s + roads.cpu_s, 3),
        "totals": totals,
        "measures": measures,
        "imbalance": max(each["imbalance"] for each in measures.values()),
        "travel": {
            "formula": "n_calls * (2 * minutes + (stops_per_trip - 1) * hop_min) "
            "/ stops_per_trip / 60 * travel_factor",
            "day_h": round(trips_of(scenario).day_min / 60.0, 4),
            "overnight_min": scenario.travel.overnight_min,
            "night_usd": scenario.travel.night_usd,
            "usd_h": scenario.objective.travel_usd_h,
        },
        "objective_usd": {
            "idn_split_usd": scenario.objective.idn_split_usd,
            "border_usd_km": scenario.objective.border_usd_km,
        },
        "violations": violations,
        "conflict": None,
        "notes": [],
        "outputs": {
            "formats": list(scenario.outputs.formats),
            "tiles": scenario.outputs.tiles,
        },
        "crs": geography.crs.to_wkt(),
    }


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    names = ("territory-design", "ortools", "numpy", "numba", "shapely", "pandas")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}
