"""The field as single moves see it: units with their loads, the way from every home, neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.dictionary.accounts import carried
from territory.plan_record import PlanRecord

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["MEASURES", "Field", "field_of", "plan_with"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

MEASURES = ("workload_h", "potential_usd")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """Units of a plan, n of them, k territories, and today's n_a accounts in them.

    Attributes
    ----------
    accounts : DataFrame
        Today's, with ``territory_id`` of the plan.
    item : (n_a,) intp
        Unit of each account; -1 for accounts that are exceptions: they stay where they are.
    unit_ids, territory_ids : list of str
    assignment : (n,) intp
        Territory of each unit in the plan.
    neighbours : list of (d,) intp arrays
    service_h, potential_usd, revenue_usd, price_usd : float64, shape (n,)
        Of the movable accounts; the price of handing them over once.
    travel_h : float64, shape (n, k)
        Hours a year from each territory's home.
    fixed : float64, shape (k, 2)
        Workload and potential of exceptions.
    goal : float64, shape (k, 2)
        Shares of the total, summing to 1 by measure.
    tolerance : float64, shape (2,)
    allowed : bool, shape (n, k)
    usd_h : float
        Cost of an hour on the road.
    """

    accounts: pd.DataFrame
    item: Ints
    unit_ids: list[str]
    territory_ids: list[str]
    assignment: Ints
    neighbours: list[Ints]
    service_h: Floats
    potential_usd: Floats
    revenue_usd: Floats
    price_usd: Floats
    n_accounts: Ints
    travel_h: Floats
    fixed: Floats
    goal: Floats
    tolerance: Floats
    allowed: NDArray[np.bool_]
    usd_h: float

    def loads(self, assignment: Ints) -> Floats:
        """Return workload and potential of the territories, (k, 2)."""
        n = np.arange(assignment.size)
        out = self.fixed.copy()
        np.add.at(out[:, 0], assignment, self.service_h + self.travel_h[n, assignment])
        np.add.at(out[:, 1], assignment, self.potential_usd)
        return out

    def deviations(self, loads: Floats) -> Floats:
        """Return loads against goals that follow the total, (k, 2)."""
        return np.asarray(loads / np.maximum(self.goal * loads.sum(axis=0), 1e-300) - 1.0)

    def travel_usd(self, assignment: Ints) -> float:
        """Return the cost of the way a year."""
        way = self.travel_h[np.arange(assignment.size), assignment]
        return float(way.sum()) * self.usd_h


def field_of(plan: Plan, scenario: Scenario, accounts: pd.DataFrame) -> Field:
    """Return the field of a plan with today's accounts.

    Parameters
    ----------
    plan : Plan
    scenario : Scenario
        The plan's: speeds, costs, pinned and forbidden units.
    accounts : DataFrame
        Columns of the plan's accounts; ``here`` (bool) where some are closed.
    """
    from territory.workforce.workload import travel_hours

    if "here" in accounts:
        accounts = accounts[accounts["here"].astype(bool)]
    accounts = accounts.reset_index(drop=True).copy()
    units = [str(each) for each in plan.alignment["unit_id"]]
    names = [str(each) for each in plan.territories["territory_id"]]
    position = {name: at for at, name in enumerate(units)}
    of = {name: at for at, name in enumerate(names)}
    assignment = np.array([of[str(each)] for each in plan.alignment["territory_id"]], dtype=np.intp)
    mine = np.array([of[str(each)] for each in accounts["territory_id"]], dtype=np.intp)
    item = np.array([_unit(str(each), position) for each in accounts["unit_id"]], dtype=np.intp)
    item[(item >= 0) & (assignment[np.maximum(item, 0)] != mine)] = -1
    for name, usual in (("hop_min", 10.0), ("on_site_min", 60.0), ("n_calls", 0.0)):
        known = accounts[name].astype(float) if name in accounts else pd.Series(dtype=float)
        middle = float(known.median()) if known.notna().any() else usual
        accounts[name] = accounts[name].astype(float).fillna(middle) if name in accounts else usual
    origins = plan.territories[["center_lon", "center_lat"]].to_numpy(float)
    lonlat = accounts[["lon", "lat"]].to_numpy(float)
    placed = np.isfinite(lonlat).all(axis=1)
    hours = np.zeros((len(accounts), len(names)))
    if placed.any():
        hours[placed] = travel_hours(scenario, accounts[placed], origins, None)[1]
    own = hours[np.arange(len(accounts)), mine]
    booked = accounts["travel_h"].to_numpy(float)
    # The plan's hours may be those of routed tours: the estimate is scaled to them.
    factor = np.where((own > 0) & np.isfinite(booked), booked / np.maximum(own, 1e-12), 1.0)
    hours *= np.clip(factor, 0.2, 5.0)[:, None]
    told = np.flatnonzero(np.isfinite(booked))
    hours[told, mine[told]] = booked[told]
    free = item >= 0
    service = np.nan_to_num(accounts["service_h"].to_numpy(float))
    potential = np.nan_to_num(accounts["potential_usd"].to_numpy(float))
    revenue = np.nan_to_num(_column(accounts, "revenue_usd"))
    options = scenario.objective
    tenure = np.nan_to_num(_column(accounts, "tenure_y"))
    risk = np.minimum(1.0, options.handover + options.handover_tenure * tenure)
    fixed = np.zeros((len(names), 2))
    here = np.arange(len(accounts))
    np.add.at(fixed[:, 0], mine[~free], (service + hours[here, mine])[~free])
    np.add.at(fixed[:, 1], mine[~free], potential[~free])

    def summed(values: Floats) -> Floats:
        out = np.zeros((len(units), *values.shape[1:]))
        np.add.at(out, item[free], values[free])
        return out

    return Field(
        accounts=accounts,
        item=item,
        unit_ids=units,
        territory_ids=names,
        assignment=assignment,
        neighbours=_neighbours(plan, position),
        service_h=summed(service),
        potential_usd=summed(potential),
        revenue_usd=summed(revenue),
        price_usd=summed(np.maximum(revenue, 0.0) * risk),
        n_accounts=np.bincount(item[free], minlength=len(units)),
        travel_h=summed(hours),
        fixed=fixed,
        goal=_goals(plan),
        tolerance=np.array(
            [
                float(plan.summary["measures"].get(each, {}).get("tolerance", 9e9))
                for each in MEASURES
            ]
        ),
        allowed=_allowed(scenario, position, of, assignment),
        usd_h=float(options.travel_usd_h),
    )


def _column(accounts: pd.DataFrame, name: str) -> Floats:
    if name not in accounts:
        return np.zeros(len(accounts))
    return np.asarray(pd.to_numeric(accounts[name], errors="coerce"), dtype=np.float64)


def _unit(unit: str, position: dict[str, int]) -> int:
    """Return the plan's unit that holds an account: its own, a child's name or its parent's."""
    while unit:
        if unit in position:
            return position[unit]
        unit = unit.rpartition(":")[0]
    return -1


def _neighbours(plan: Plan, position: dict[str, int]) -> list[Ints]:
    near: list[list[int]] = [[] for _ in position]
    for a, b in zip(plan.adjacency["unit_a"], plan.adjacency["unit_b"], strict=True):
        one, other = position.get(str(a)), position.get(str(b))
        if one is not None and other is not None:
            near[one].append(other)
            near[other].append(one)
    return [np.array(sorted(each), dtype=np.intp) for each in near]


def _goals(plan: Plan) -> Floats:
    out = np.empty((len(plan.territories), len(MEASURES)))
    for at, measure in enumerate(MEASURES):
        column = f"{measure}_goal"
        known = column in plan.territories
        goal = plan.territories[column].to_numpy(float) if known else np.ones(len(out))
        out[:, at] = goal / goal.sum()
    return out


def _allowed(
    scenario: Scenario, position: dict[str, int], of: dict[str, int], assignment: Ints
) -> NDArray[np.bool_]:
    """Return which territory may have which unit, (n, k): pinned and forbidden ones."""
    out = np.ones((len(position), len(of)), dtype=bool)
    for rule, pinned in (
        *((each, True) for each in scenario.rules.pinned),
        *((each, False) for each in scenario.rules.forbidden),
    ):
        for name, at in position.items():
            if any(name == unit or name.startswith(f"{unit}:") for unit in rule.units):
                if pinned:
                    out[at] = False
                if rule.territory in of:
                    out[at, of[rule.territory]] = pinned
    out[np.arange(len(assignment)), assignment] = True
    return out


def plan_with(plan: Plan, field: Field, assignment: Ints) -> Plan:
    """Return the plan with another alignment, its accounts and territories counted again."""
    names = np.array(field.territory_ids, dtype=object)
    alignment = plan.alignment.copy()
    alignment["territory_id"] = names[assignment]
    accounts = field.accounts.copy()
    free = field.item >= 0
    territory = accounts["territory_id"].astype("str").to_numpy(dtype=object)
    territory[free] = names[assignment[field.item[free]]]
    reps = dict(zip(plan.territories["territory_id"], plan.territories["rep_id"], strict=True))
    accounts["current_territory_id"] = field.accounts["territory_id"].astype("str")
    accounts["territory_id"] = territory
    accounts["rep_id"] = [str(reps[each]) for each in territory]
    moved = free & (accounts["current_territory_id"].to_numpy() != territory)
    if moved.any():
        unit_way = field.travel_h[np.arange(assignment.size), assignment]
        before = field.travel_h[np.arange(assignment.size), field.assignment]
        scale = np.where(before > 0, unit_way / np.maximum(before, 1e-12), 1.0)
        way = accounts["travel_h"].to_numpy(float).copy()
        way[moved] *= scale[field.item[moved]]
        accounts["travel_h"] = way.round(4)
    accounts["workload_h"] = accounts["service_h"] + accounts["travel_h"]
    team = plan.territories.copy()
    by = accounts.groupby("territory_id")
    ids = team["territory_id"].astype("str")
    team["n_accounts"] = ids.map(by.size()).fillna(0).astype(int)
    team["n_units"] = ids.map(alignment.groupby("territory_id").size()).fillna(0).astype(int)
    team["n_moved_accounts"] = (
        ids.map(pd.Series(territory[moved]).value_counts()).fillna(0).astype(int)
    )
    team["travel_h"] = ids.map(by["travel_h"].sum()).fillna(0.0)
    for at, measure in enumerate(MEASURES):
        load = ids.map(by[measure].sum()).fillna(0.0)
        goal = field.goal[:, at] * float(load.sum())
        tolerance = float(field.tolerance[at])
        team[measure], team[f"{measure}_goal"] = load, goal
        if tolerance < 1e9:
            team[f"{measure}_lower"] = (1 - tolerance) * goal
            team[f"{measure}_upper"] = (1 + tolerance) * goal
        team[f"{measure}_deviation"] = load / np.maximum(goal, 1e-300) - 1.0
    stale = carried("explain", accounts.columns)
    columns = [name for name in plan.accounts.columns if name in accounts and name not in stale]
    return replace(
        plan,
        record=PlanRecord.from_dict(_summary(plan, field, assignment, accounts, int(moved.sum()))),
        alignment=alignment,
        accounts=accounts[columns],
        territories=team[list(plan.territories.columns)],
    )


def _summary(
    plan: Plan, field: Field, assignment: Ints, accounts: pd.DataFrame, n_moved: int
) -> dict[str, Any]:
    """Return the summary counted again: nothing is proved of a plan after moves."""
    deviations = field.deviations(field.loads(assignment))
    measures = {
        name: {**options, "imbalance": round(float(np.abs(deviations[:, at]).max()), 6)}
        if (at := MEASURES.index(name) if name in MEASURES else -1) >= 0
        else dict(options)
        for name, options in plan.summary["measures"].items()
    }
    broken = _violations(field, assignment, deviations)
    moved = np.flatnonzero(assignment != field.assignment)
    terms = {
        **plan.summary.get("terms", {}),
        "travel_usd": round(float(accounts["travel_h"].sum()) * field.usd_h, 2),
        "handover_usd": round(float(field.price_usd[moved].sum()), 2),
    }
    sums = {
        f"{name}": round(float(accounts[name].sum()), 4)
        for name in ("service_h", "travel_h", "workload_h", "potential_usd")
    }
    note = (
        f"realigned: {moved.size} units and {n_moved} accounts moved since the plan; travel is "
        "estimated, health systems' splits are counted as before, nothing is proved"
    )
    return {
        **plan.summary,
        "status": "no_solution" if broken else "feasible",
        "stop_reason": "finished",
        "bound": None,
        "gap": None,
        "bound_for": "",
        "measures": measures,
        "imbalance": round(float(np.abs(deviations[:, field.tolerance < 1e9]).max()), 6),
        "terms": terms,
        "objective": round(float(sum(terms.values())), 2),
        "violations": broken,
        "totals": {
            **plan.summary.get("totals", {}), **sums,
            "accounts": len(accounts), "moved_accounts": n_moved,
            "moved_revenue_usd": round(float(field.revenue_usd[moved].sum()), 2),
        },
        "notes": [*plan.summary.get("notes", []), note],
    }  # fmt: skip


def _violations(field: Field, assignment: Ints, deviations: Floats) -> list[dict[str, Any]]:
    """Return the bands that are broken, as a plan's summary names them."""
    loads = field.loads(assignment)
    out = []
    for at, measure in zip(*np.nonzero(np.abs(deviations) > field.tolerance + 1e-9), strict=True):
        name, territory = MEASURES[int(measure)], field.territory_ids[int(at)]
        goal = float(field.goal[at, measure] * loads[:, measure].sum())
        value, above = float(loads[at, measure]), bool(deviations[at, measure] > 0)
        limit = goal * (1.0 + (1.0 if above else -1.0) * float(field.tolerance[measure]))
        most = "at most" if above else "at least"
        out.append(
            {
                "rule": "balance",
                "territory_id": territory,
                "measure": name,
                "value": round(value, 4),
                "limit": round(limit, 4),
                "units": [],
                "text": f"{name} of territory {territory} is {value:,.1f}; expected {most} "
                f"{limit:,.1f}",
            }
        )
    return out
