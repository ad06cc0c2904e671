"""What a plan folder says, recomputed from its CSV files and the rules as they were asked."""

from __future__ import annotations

import math
from collections import defaultdict
from pathlib import Path

from tests.check_plan import Plan, check, number, read
from tests.fuzz.worlds import SOUTH, World

__all__ = ["judge"]

EXITS = {"optimal": 0, "feasible": 0, "infeasible": 4, "no_solution": 4, "interrupted": 130}


def judge(world: World, code: int, folder: Path, err: str) -> list[str]:
    """List what is wrong with one run: its exit, its words, its tables, its rules.

    Parameters
    ----------
    world : World
    code : int
        Exit code of ``territory design``.
    folder : Path
        Where the plan was to be written.
    err : str
        What it said on stderr.
    """
    if code not in (0, 2, 4):
        return [f"exit {code}: {_first(err)}"]
    if "Traceback" in err or "this is a bug" in err:
        return [f"exit {code} with {_first(err)}"]
    if code == 2:
        return ["exit 2 of a planted plan: " + _first(err)] if world.planted else []
    if not (folder / "plan.json").is_file():
        if code == 0:
            return ["exit 0 without a plan"]
        return ["a planted plan is called impossible: " + _first(err)] if world.planted else []
    plan = read(folder)
    status = str(plan.summary["status"])
    off = [] if EXITS.get(status) == code else [f"exit {code} with status {status}"]
    if status == "infeasible" and world.planted:
        off.append("a planted plan is called impossible")
    feasible = status in ("optimal", "feasible")
    found = check(plan, inputs=world.ids, allow_outside=not feasible)
    if not (feasible and world.contiguity):
        found = [line for line in found if not line.endswith(" pieces")]
    if not feasible:
        found = [line for line in found if not line.endswith(" has nothing")]
    off += found
    off += _team(world, plan)
    off += _neighbours(world, plan)
    return off + (_rules(world, plan) if feasible else [])


def _first(text: str) -> str:
    return (text.strip().splitlines() or [""])[0]


def _team(world: World, plan: Plan) -> list[str]:
    """Territories are the team's; goals follow the parts of a post, or are equal."""
    rows = plan.tables["territories"]
    if sorted(row["territory_id"] for row in rows) != sorted(world.territories):
        return ["the territories are not the team's"]
    off = [] if set(plan.measures) == set(world.tolerance) else ["the measures are not as asked"]
    for name, tolerance in world.tolerance.items():
        if plan.summary["measures"][name]["tolerance"] != tolerance:
            off.append(f"{name}: the tolerance is not as asked")
        total = math.fsum(number(row, name) for row in rows)
        weight = {t: world.fte[t] if world.goal[name] == "capacity" else 1.0 for t in world.fte}
        whole = sum(weight.values())
        for row in rows:
            goal = total * weight[row["territory_id"]] / whole
            if abs(number(row, f"{name}_goal") - goal) > 0.01 + 1e-6 * goal:
                off.append(f"{row['territory_id']}: the goal of {name} is not {goal:.2f}")
    return off


def _neighbours(world: World, plan: Plan) -> list[str]:
    """Whole cells of a grid touch those beside them, and no others."""
    if world.cells is None:
        return []
    whole = {row["unit_id"] for row in plan.tables["alignment"]} & set(world.cells)
    if {row["unit_id"].split(":")[0] for row in plan.tables["alignment"]} != set(world.cells):
        return ["the units are not the grid's"]
    told = {
        frozenset((row["unit_a"], row["unit_b"]))
        for row in plan.tables["adjacency"]
        if row["unit_a"] in whole and row["unit_b"] in whole
    }
    right = {
        frozenset((a, b))
        for a in whole
        for b in whole
        if sum(abs(x - y) for x, y in zip(world.cells[a], world.cells[b], strict=True)) == 1
    }
    return [] if told == right else [f"{len(told ^ right)} borders of the grid are wrong"]


def _rules(world: World, plan: Plan) -> list[str]:
    """Which rules a plan breaks that is called feasible."""
    owner = {row["account_id"]: row["territory_id"] for row in plan.tables["accounts"]}
    units = {row["unit_id"]: row["territory_id"] for row in plan.tables["alignment"]}

    def where(kind: str, what: str) -> set[str]:
        if kind == "account":
            return {owner[what]}
        return {t for unit, t in units.items() if unit.split(":")[0] == what}

    off = []
    for kind, what, t in world.pinned:
        if where(kind, what) != {t}:
            off.append(f"{kind} {what} is pinned to {t} and in {where(kind, what)}")
    for kind, what, t in world.forbidden:
        if t in where(kind, what):
            off.append(f"{kind} {what} is in {t}, where it is forbidden")
    for group in world.together:
        if len(set().union(*(where(*each) for each in group))) > 1:
            off.append(f"{group} are not together")
    off += [f"{x} does not stay" for x in world.keep if owner[x] != world.today[x]]
    if world.whole:
        systems = defaultdict(set)
        for account, idn in world.idn.items():
            systems[idn].add(owner[account])
        off += [f"system {idn} is split" for idn, at in systems.items() if idn and len(at) > 1]
    off += _shapes(world, plan, units)
    return off + _caps(world, plan, owner) + _radius(world, plan)


def _shapes(world: World, plan: Plan, units: dict[str, str]) -> list[str]:
    """Territories as compact as asked; of whole cells also by a count of their sides."""
    if world.least is None:
        return []
    off = []
    for row in plan.tables["territories"]:
        t, value, limit = row["territory_id"], row["compactness"], row["compactness_limit"]
        if value and float(value) < float(limit):
            off.append(f"{t} has a compactness of {value}; {limit} is asked")
        if world.cells is None or not set(units) <= set(world.cells) or t not in units.values():
            continue
        at = {world.cells[unit]: owner for unit, owner in units.items()}
        size = {0: math.cos(math.radians(SOUTH + 0.5)), 1: 1.0}  # of a cell, by direction
        outline = inland = 0.0
        for cell, owner in at.items():
            for axis, step in ((0, -1), (0, 1), (1, -1), (1, 1)):
                beside = at.get((cell[0] + step * (axis == 0), cell[1] + step * (axis == 1)))
                side = size[1 - axis] * (owner == t and beside != t)
                outline += side
                inland += side * (beside is not None)
        mine = 4 * math.pi * sum(owner == t for owner in at.values()) * size[0] / outline**2
        asked = world.least * min(1.0, 2.0 * inland / outline) ** 2
        if abs(mine - float(value)) > 0.02 or abs(asked - float(limit)) > 0.02:
            off.append(f"{t}: {value} of {limit} by its cells is {mine:.3f} of {asked:.3f}")
    return off


def _caps(world: World, plan: Plan, owner: dict[str, str]) -> list[str]:
    off = []
    for name, cap in world.caps.items():
        column = {"revenue": "revenue_usd", "workload": "service_h"}.get(name)
        weight = {
            row["account_id"]: max(0.0, number(row, column)) if column else 1.0
            for row in plan.tables["accounts"]
        }
        moved = math.fsum(weight[x] for x, t in world.today.items() if owner[x] != t)
        limit = cap * math.fsum(weight[x] for x in world.today) if column else cap
        if moved > limit + 0.01:
            off.append(f"{moved:.2f} of {name} change hands, at most {limit:.2f} may")
    return off


def _radius(world: World, plan: Plan) -> list[str]:
    off = []
    for row in plan.tables["accounts"]:
        if world.radius_min is not None and number(row, "minutes") > world.radius_min + 0.01:
            off.append(f"{row['account_id']} is {row['minutes']} minutes away")
        if world.radius_km is not None and row["territory_id"] in world.home:
            far = _km(number(row, "lon"), number(row, "lat"), *world.home[row["territory_id"]])
            if far > world.radius_km * 1.001 + 0.01:
                off.append(f"{row['account_id']} is {far:.1f} km away")
    return off


def _km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Great circle on a sphere of 6,371 km, by the haversine formula."""
    a, b = math.radians(lat), math.radians(other_lat)
    h = math.sin((b - a) / 2) ** 2
    h += math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(h)))
