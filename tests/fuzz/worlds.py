"""Random scenarios: any mix of geography, homes, parts of a post, measures and rules."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

__all__ = ["World", "write_world"]

SHAPED = 0.04
"""Share of the worlds that ask for compact territories: each costs a second of search."""

CELL = 0.2
"""Width and height of a grid's cell in degrees."""

WEST, SOUTH = -98.0, 31.0
"""The corner of the points and the grid: central Texas."""

VERMONT = (-72.95, -72.65, 43.05, 44.75)
"""A box of longitudes and latitudes that lies inside Vermont: nine of its 14 counties."""


@dataclass(slots=True, kw_only=True)
class World:
    """A scenario as written, in the words that a stranger judges it by."""

    seed: int
    geography: str = ""
    tolerance: dict[str, float] = field(default_factory=dict)
    goal: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    territories: list[str] = field(default_factory=list)
    fte: dict[str, float] = field(default_factory=dict)
    home: dict[str, tuple[float, float]] = field(default_factory=dict)
    today: dict[str, str] = field(default_factory=dict)
    idn: dict[str, str] = field(default_factory=dict)
    pinned: list[tuple[str, str, str]] = field(default_factory=list)
    forbidden: list[tuple[str, str, str]] = field(default_factory=list)
    together: list[list[tuple[str, str]]] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)
    caps: dict[str, float] = field(default_factory=dict)
    radius_km: float | None = None
    radius_min: float | None = None
    least: float | None = None
    whole: bool = False
    contiguity: bool = True
    planted: dict[str, str] | None = None
    cells: dict[str, tuple[int, int]] | None = None
    widest: float = 0.0
    """How far the planted plan is from its goals at most, as a share of them."""


def write_world(folder: Path, seed: int, mix: int = 0) -> World:
    """Write one scenario and return what it asks; every fourth has a plan that is known.

    Parameters
    ----------
    folder : Path
    seed : int
        Of the tables, the geography and the measures.
    mix : int
        Which mix of rules and prices over them.
    """
    rng = np.random.default_rng(seed)
    world = World(seed=seed)
    kinds = ["grid"] if seed % 4 == 3 else ["points", "grid", "counties"]
    world.geography = str(rng.choice(kinds))
    k = int(rng.integers(1, 6))
    world.territories = [f"T{t}" for t in range(k)]
    lines: list[str] = []
    rows = _accounts(rng, world, folder, k, lines)
    plant = seed % 4 == 3
    if plant:
        world.planted = _planted(world, rows, k)
    loads = {name: np.array([row[name] for row in rows]) for name in ("service_h", "potential_usd")}
    _team(rng, world, folder, plant)
    _measures(rng, world, rows, loads, plant, lines)
    _today(rng, world, folder, rows)
    rng = np.random.default_rng([seed, mix]) if mix else rng
    _rules(rng, world, rows, lines)
    if world.widest > 1.0:  # no tolerance is that wide: nobody knows whether there is a plan
        world.planted = None
    price = rng.choice([0.0, 0.0, 2.0, 10.0])
    lines += [
        "[objective]",
        f"border_usd_km = {price}",
        f"idn_split_usd = {float(rng.choice([0, 500, 2000]))}",
        f"handover = {float(rng.choice([0, 0.05]))}",
        *("[solve]", 'effort = "quick"', f"seed = {(seed + mix) % 3}", "[outputs]", "formats = []"),
    ]
    _write(folder / "accounts.csv", rows)
    (folder / "s.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return world


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    _keep(path, file.getvalue())


def _keep(path: Path, text: str) -> None:
    """Write a file, but not anew what stands there: what is read once is known by its date."""
    data = text.encode("utf-8")
    if not path.is_file() or path.read_bytes() != data:
        path.write_bytes(data)


def _accounts(
    rng: np.random.Generator, world: World, folder: Path, k: int, lines: list[str]
) -> list[dict[str, object]]:
    """Accounts with places, and the section of the geography."""
    n = int(rng.integers(max(8, 2 * k), 40))
    lines += ["[inputs]", 'accounts = "accounts.csv"', 'reps = "reps.csv"']
    lines += ['alignment = "today.csv"', "[geography]"]
    split = str(rng.choice(["0", "0.1", "0.4"]))
    if world.geography == "points":
        places = [(WEST + rng.random(), SOUTH + rng.random()) for _ in range(n)]
        if rng.random() < 0.2:  # several at one address
            places = [places[i // 2] for i in range(n)]
        lines += ['kind = "points"']
    elif world.geography == "grid":
        width, height = int(rng.integers(2, 7)), int(rng.integers(max(1, -(-k // 2)), 6))
        world.cells = _grid(folder, width, height)
        places = [
            (WEST + CELL * width * x, SOUTH + CELL * height * y)
            for x, y in rng.beta(*rng.choice([1.0, 3.0], size=2), size=(n, 2)) * 0.98 + 0.01
        ]
        lines += ['kind = "polygons"', 'file = "units.geojson"', 'id = "unit"']
        lines += [f"split_above = {split}"]
    else:
        west, east, south, north = VERMONT
        places = [
            (west + (east - west) * rng.random(), south + (north - south) * rng.random())
            for _ in range(n)
        ]
        lines += ['kind = "us_counties"', 'states = ["VT"]', f"split_above = {split}"]
    heavy = rng.random() < 0.3
    rows: list[dict[str, object]] = []
    for i, (lon, lat) in enumerate(places):
        size = int(rng.integers(1, 30)) * (10 if heavy and i == 0 else 1)
        idn = f"S{int(rng.integers(3))}" if rng.random() < 0.25 else ""
        row = {
            "account_id": f"N{i:02d}",
            "name": f"Clinic {i}",
            "lon": round(lon, 5),
            "lat": round(lat, 5),
            "service_h": size,
            "n_calls": max(1, size // 2),
            "potential_usd": 0 if rng.random() < 0.05 else int(size * rng.integers(500, 1500)),
            "revenue_usd": int(rng.integers(0, 9000)) - (500 if rng.random() < 0.05 else 0),
            "tenure_y": int(rng.integers(0, 9)),
            "idn": idn,
        }
        rows.append(row)
        world.ids.append(str(row["account_id"]))
        world.idn[str(row["account_id"])] = idn
    return rows


def _grid(folder: Path, width: int, height: int) -> dict[str, tuple[int, int]]:
    """Write the grid's polygons; returns column and row of each unit."""
    cells, features = {}, []
    for x in range(width):
        for y in range(height):
            name = f"U{x}-{y}"
            cells[name] = (x, y)
            west, south = WEST + CELL * x, SOUTH + CELL * y
            east, north = WEST + CELL * (x + 1), SOUTH + CELL * (y + 1)
            ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
            features.append(
                {
                    "type": "Feature",
                    "properties": {"unit": name},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            )
    text = json.dumps({"type": "FeatureCollection", "features": features})
    _keep(folder / "units.geojson", text)
    return cells


def _planted(world: World, rows: list[dict[str, object]], k: int) -> dict[str, str]:
    """Give each account to the stripe of columns that it lies in: a plan in whole pieces."""
    assert world.cells is not None
    width = 1 + max(x for x, _ in world.cells.values())
    world.territories = world.territories[: min(k, width)]
    k = len(world.territories)
    column = [int((float(str(row["lon"])) - WEST) / CELL) for row in rows]
    return {
        str(row["account_id"]): world.territories[min(c * k // width, k - 1)]
        for row, c in zip(rows, column, strict=True)
    }


def _team(rng: np.random.Generator, world: World, folder: Path, plant: bool) -> None:
    homes = rng.random() < 0.6
    box = (WEST, WEST + 1, SOUTH, SOUTH + 1) if world.geography != "counties" else VERMONT
    part = not plant and rng.random() < 0.4
    rows: list[dict[str, object]] = []
    for t, territory in enumerate(world.territories):
        lon = round(box[0] + (box[1] - box[0]) * rng.random(), 4)
        lat = round(box[2] + (box[3] - box[2]) * rng.random(), 4)
        world.fte[territory] = float(rng.choice([0.5, 0.8, 1.0])) if part else 1.0
        if homes:
            world.home[territory] = (lon, lat)
        place = {"lon": lon if homes else "", "lat": lat if homes else ""}
        fte = world.fte[territory]
        rows.append({"rep_id": f"R{t}", "territory_id": territory, **place, "fte": fte})
    _write(folder / "reps.csv", rows)


def _measures(
    rng: np.random.Generator,
    world: World,
    rows: list[dict[str, object]],
    loads: dict[str, np.ndarray],
    plant: bool,
    lines: list[str],
) -> None:
    choices = [["workload_h", "potential_usd"], ["service_h", "potential_usd"], ["workload_h"]]
    names = choices[1] if plant else choices[int(rng.integers(3))]
    for name in names:
        tolerance = float(rng.choice([0.1, 0.2, 0.3, 0.5, 0.8]))
        if world.planted is not None:
            owner = np.array([world.planted[str(row["account_id"])] for row in rows])
            load = np.array([loads[name][owner == t].sum() for t in world.territories])
            off = float(np.abs(load / max(load.mean(), 1e-9) - 1.0).max())
            # What is known to keep the bands, to a hair where the draw is tight.
            tolerance = round(min(1.0, off + float(rng.choice([1e-3, 0.05]))), 4)
            world.widest = max(world.widest, off)
        goal = str(rng.choice(["capacity", "capacity", "equal"]))
        world.tolerance[name], world.goal[name] = tolerance, goal
        lines += [f"[measures.{name}]", f"tolerance = {tolerance}", f'goal = "{goal}"']


def _today(
    rng: np.random.Generator, world: World, folder: Path, rows: list[dict[str, object]]
) -> None:
    """Today's alignment: the planted plan with changes, by longitude, or by chance."""
    loose = float(rng.choice([0.0, 0.2, 1.0]))
    order = np.argsort([float(str(row["lon"])) for row in rows], kind="stable")
    rank = np.empty(len(rows), dtype=int)
    rank[order] = np.arange(len(rows))
    k = len(world.territories)
    table: list[dict[str, object]] = []
    for i, row in enumerate(rows):
        account = str(row["account_id"])
        there = world.territories[int(rank[i] * k // len(rows))]
        if world.planted is not None:
            there = world.planted[account]
        if rng.random() < loose:
            there = str(rng.choice(world.territories))
        if rng.random() < 0.05:
            continue  # a white space of today
        if rng.random() < 0.03:
            there = "GONE"
        world.today[account] = there
        table.append({"account_id": account, "territory_id": there})
    if not table:
        table = [{"account_id": rows[0]["account_id"], "territory_id": world.territories[0]}]
        world.today[str(rows[0]["account_id"])] = world.territories[0]
    _write(folder / "today.csv", table)


def _rules(
    rng: np.random.Generator, world: World, rows: list[dict[str, object]], lines: list[str]
) -> None:
    """Any mix of rules; where a plan is planted, only those that it keeps."""
    plan, ids = world.planted, world.ids
    some = lambda chance=0.25: rng.random() < chance  # noqa: E731
    pick = [str(each) for each in rng.choice(ids, size=min(8, len(ids)), replace=False)]
    there = lambda account: plan[account] if plan else str(rng.choice(world.territories))  # noqa: E731
    said = ["[rules]"]
    if some():
        world.pinned = [("account", x, there(x)) for x in pick[: int(rng.integers(1, 4))]]
    if some() and len(world.territories) > 1:
        for x in pick[3 : 3 + int(rng.integers(1, 3))]:
            others = [t for t in world.territories if plan is None or plan[x] != t]
            world.forbidden.append(("account", x, str(rng.choice(others))))
    if some(0.2) and world.cells is not None and plan is None and world.geography == "grid":
        unit = str(rng.choice(list(world.cells)))
        rule = ("unit", unit, str(rng.choice(world.territories)))
        (world.pinned if some(0.5) else world.forbidden).append(rule)
    if some():
        group = [x for x in pick[5:8] if plan is None or plan[x] == plan[pick[5]]]
        if len(group) > 1:
            world.together.append([("account", x) for x in group])
    if some(0.2):
        kept = [x for x in pick[:5] if world.today.get(x) in world.territories]
        world.keep = [x for x in kept[:2] if plan is None or plan[x] == world.today[x]]
    for name, most in (("accounts", len(ids)), ("revenue", 1.0), ("workload", 1.0)):
        if some(0.12):
            value = float(rng.choice([0.2, 0.5, 0.8])) * most
            if plan is None:
                world.caps[name] = int(value) if name == "accounts" else round(value, 3)
    if plan is None and some(0.15):
        world.radius_km = float(rng.choice([40.0, 80.0, 150.0]))
    if plan is None and some(0.1):
        world.radius_min = float(rng.choice([60.0, 120.0]))
    world.whole = plan is None and some(0.15)
    world.contiguity = not some(0.15)
    own = np.random.default_rng([world.seed, 7])
    if plan is None and own.random() < SHAPED:
        world.least = float(own.choice([0.1, 0.3, 0.5, 0.7]))
        said += [f"compactness_least = {world.least}"]
    said += [f"contiguity = {str(world.contiguity).lower()}"]
    said += [f"max_moved_{name} = {value}" for name, value in world.caps.items()]
    said += [f"radius_km = {world.radius_km}"] if world.radius_km else []
    said += [f"radius_min = {world.radius_min}"] if world.radius_min else []
    said += ["keep_idn_whole = true"] if world.whole and any(world.idn.values()) else []
    for name, rules in (("pinned", world.pinned), ("forbidden", world.forbidden)):
        for kind, what, territory in rules:
            said += [f"[[rules.{name}]]", f'territory = "{territory}"', f'{kind}s = ["{what}"]']
    for number, group in enumerate(world.together):
        names = ", ".join(f'"{x}"' for _, x in group)
        said += ["[[rules.together]]", f'name = "g{number}"', f"accounts = [{names}]"]
    if world.keep:
        said += ["[[rules.keep]]", "accounts = [" + ", ".join(f'"{x}"' for x in world.keep) + "]"]
    lines += said
