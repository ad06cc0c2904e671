"""From the solver's result to a plan: names, hours and dollars an account, then sums of those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.dictionary.accounts import carried, in_order
from territory.encoding.case import Case
from territory.encoding.encode import Encoding, account_territory, handover_usd
from territory.encoding.proved import bound_for, bound_of, free_centers, is_optimum
from territory.encoding.rules import named_accounts
from territory.encoding.verify import judged_again
from territory.plan import Plan
from territory.plan_record import PlanRecord
from territory.workforce.workload import trips_of

if TYPE_CHECKING:
    import solvers
    from geo.geography import Geography
    from territory.audit import Audit
    from territory.encoding.roads import Roads

__all__ = ["decode"]

Floats = NDArray[np.float64]


def decode(
    case: Case,
    encoding: Encoding,
    result: solvers.Result,
    roads: Roads,
    *,
    geography: Geography,
    audit: Audit,
) -> Plan:
    """Build the plan; every total is the sum of rounded account rows, so a stranger gets it too."""
    accounts = _accounts(case, encoding, result, roads)
    alignment = pd.DataFrame(
        {
            "unit_id": list(case.unit_ids),
            "territory_id": case.team["territory_id"].to_numpy()[
                result.assignment[: len(case.unit_ids)]
            ],
            "team": case.scenario.rollout.team,
        }
    )
    territories = _territories(case, accounts, alignment, result, roads)
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
        alignment=alignment,
        accounts=accounts,
        territories=territories,
        adjacency=_adjacency(case),
        reps=reps,
        geography=geography,
        audit=audit,
    )


def _accounts(case: Case, encoding: Encoding, result: solvers.Result, roads: Roads) -> pd.DataFrame:
    from geo.roads.trips import trip_shares

    at = account_territory(case, encoding, result.assignment)
    rows, way = np.arange(len(at)), roads.column(at, encoding.item_of_account)
    source = case.accounts
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
            "exception": np.where(_exceptions(case, encoding, result, at), "true", "false"),
            "type": source["type"].to_numpy(),
            "n_calls": source["n_calls"].to_numpy(),
            "minutes": roads.minutes[rows, way],
            "hop_min": source["hop_min"].to_numpy(),
            "on_site_min": source["on_site_min"].to_numpy(),
            "stops_per_trip": stops.round(6),
            "travel_factor": factor,
            "nights": roads.nights[rows, way].round(4),
            "revenue_usd": source["revenue_usd"].fillna(0.0).to_numpy(dtype=np.float64).round(2),
            "idn": source["idn"].to_numpy(),
            "current_territory_id": case.current.to_numpy(),
            "current_travel_h": _current_travel(case, encoding, roads),
            "handover_usd": handover_usd(case),
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


def _current_travel(case: Case, encoding: Encoding, roads: Roads) -> Floats:
    """Return (n,) the hours of each account's rep of today, by the same estimate.

    Missing where the account has no rep in the team today, and where centers were located: they
    are the plan's, so that nobody knows where today's reps begin their days.
    """
    index = {name: at for at, name in enumerate(case.team["territory_id"].tolist())}
    today = case.current.map(index).fillna(-1).to_numpy().astype(np.int64)
    way = roads.column(np.maximum(today, 0), encoding.item_of_account)
    hours = roads.hours[np.arange(len(today)), way].round(4)
    known = (today >= 0) & (way >= 0) & (not roads.located)
    return np.where(known, hours, np.nan)


def _territories(
    case: Case,
    accounts: pd.DataFrame,
    alignment: pd.DataFrame,
    result: solvers.Result,
    roads: Roads,
) -> pd.DataFrame:
    ids = case.team["territory_id"]
    by_territory = accounts.groupby("territory_id")
    out = pd.DataFrame({"territory_id": ids, "rep_id": case.team["rep_id"]})
    out["n_units"] = _aligned(alignment.groupby("territory_id").size(), ids).astype(int)
    out["n_accounts"] = _aligned(by_territory.size(), ids).astype(int)
    for column, (name, options) in enumerate(case.scenario.measures.items()):
        load = _aligned(by_territory[name].sum(), ids).round(4)
        # Limits are those of the goal as it is written, so that a plan read back has the same.
        goal = (case.shares[:, column] * load.sum()).round(4)
        out[name] = load
        out[f"{name}_goal"] = goal
        out[f"{name}_lower"] = (goal * (1.0 - options.tolerance)).round(4)
        out[f"{name}_upper"] = (goal * (1.0 + options.tolerance)).round(4)
        out[f"{name}_deviation"] = (load / goal - 1.0).round(6)
    out["travel_h"] = _aligned(by_territory["travel_h"].sum(), ids).round(4)
    out["nights"] = _aligned(by_territory["nights"].sum(), ids).round(4)
    out["n_parts"] = result.evaluation.n_parts.astype(int)
    out["rep_name"] = case.team["rep_name"]
    out["capacity_h"] = case.team["capacity_h"]
    out["center_lon"] = roads.origins[:, 0].round(6)
    out["center_lat"] = roads.origins[:, 1].round(6)
    out["center_kind"] = "center" if roads.located else "home"
    moved = accounts[_moved(accounts)].groupby("territory_id").size()
    out["n_moved_accounts"] = _aligned(moved, ids).astype(int)
    out["team"] = case.scenario.rollout.team
    return out


def _aligned(values: pd.Series, ids: pd.Series) -> NDArray[np.float64]:
    return values.reindex(ids).fillna(0.0).to_numpy(dtype=np.float64)


def _moved(accounts: pd.DataFrame) -> pd.Series:
    today = accounts["current_territory_id"]
    return (today != "") & (today != accounts["territory_id"])


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
    split = accounts.loc[accounts["idn"] != ""].groupby("idn")["territory_id"].nunique() - 1
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
    violations = _violations(case, result, territories)
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
        violations += told
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
        totals[column] = round(float(accounts[column].sum()), 4)
    return {
        "scenario": scenario.name,
        "scenario_path": scenario.display,
        "description": scenario.description,
        "synthetic": "synthetic" in scenario.description.lower(),
        "scenario_hash": scenario.hash,
        "input_hash": scenario.input_hash(),
        "keys": scenario.model_dump(mode="json", exclude={"extends"}),
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
        "gap": None
        if bound is None
        else round((objective - bound) / objective, 6)
        if objective
        else 0.0,
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


def _violations(
    case: Case, result: solvers.Result, territories: pd.DataFrame
) -> list[dict[str, object]]:
    """Name each broken rule with the planner's ids, bands as in the plan's own tables."""
    out = []
    for each in result.evaluation.violations:
        row = territories.iloc[each.territory] if each.territory >= 0 else None
        territory = "" if row is None else str(row["territory_id"])
        measure = case.measures[each.measure] if each.rule == "balance" else ""
        units = [case.unit_ids[unit] for unit in each.units if unit < len(case.unit_ids)]
        value, limit = each.value, each.limit
        text = f"{each.rule}: territory {territory}"
        if measure and row is not None:
            value = float(row[measure])
            low, high = float(row[f"{measure}_lower"]), float(row[f"{measure}_upper"])
            if low <= value <= high:
                continue  # inside the scenario's band, outside the solver's narrower one
            limit = high if value > high else low
            text = (
                f"{measure} of territory {territory} is {value:,.1f}; "
                f"expected {'at most' if value > high else 'at least'} {limit:,.1f}"
            )
        elif each.rule == "contiguity" and value == 0.0:
            text = f"territory {territory} has no unit, only accounts that rules give to it"
        elif units:
            text += f", units {', '.join(units[:5])}"
        out.append(
            {
                "rule": each.rule,
                "territory_id": territory,
                "measure": measure,
                "value": round(value, 4),
                "limit": round(limit, 4),
                "units": units,
                "text": text,
            }
        )
    return out
