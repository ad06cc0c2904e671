"""A made-up plan of any size, with every table that a real one has, and nothing solved."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

import solvers
from geo.adjacency import Adjacency
from geo.geography import Geography
from solvers.events import ignore
from solvers.stop import never
from territory.audit import Audit
from territory.encoding.attempts import Attempts
from territory.encoding.case import Case
from territory.encoding.encode import encode
from territory.encoding.travel import roads_of
from territory.inputs.scenario.scenario import read_scenario
from territory.plan import Plan
from tests.territory.worlds import grid_scenario

__all__ = ["large_world"]

_WIDTH_M = 5_000.0


def large_world(n_accounts: int, *, side: int = 182, k: int = 400, seed: int = 1) -> Plan:
    """Return a plan in which one unit of thirty went over a border since today.

    Parameters
    ----------
    n_accounts : int
    side : int
        Units are side x side squares of 5 km.
    k : int
        Territories; each unit is with the nearest of k homes.
    seed : int
    """
    rng = np.random.default_rng(seed)
    crs = CRS.from_epsg(5070)
    row, column = np.divmod(np.arange(side * side), side)
    west, south = column * _WIDTH_M - 400_000.0, row * _WIDTH_M + 500_000.0
    xy = np.column_stack([west, south]) + _WIDTH_M / 2
    boxes = shapely.box(west, south, west + _WIDTH_M, south + _WIDTH_M)
    ids = [f"U{at:05d}" for at in range(len(xy))]
    units = gpd.GeoDataFrame(
        {"name": ids, "level": "unit", "parent": ""},
        index=pd.Index(ids, name="unit_id"),
        geometry=list(boxes),
        crs=crs,
    )
    degrees = gpd.points_from_xy(*xy.T, crs=crs).to_crs(4326)
    lonlat = np.column_stack([degrees.x, degrees.y])
    homes = rng.choice(len(xy), size=k, replace=False)
    owner = _nearest(xy, xy[homes])
    case = Case(
        scenario=_scenario(),
        unit_ids=tuple(ids),
        unit_lonlat=lonlat,
        unit_xy=xy,
        adjacency=_adjacency(side),
        accounts=_accounts(rng, n_accounts, ids, lonlat),
        team=pd.DataFrame(
            {
                "territory_id": [f"T{t:03d}" for t in range(k)],
                "rep_id": [f"R{t:03d}" for t in range(k)],
                "rep_name": [f"Rep {t}" for t in range(k)],
                "lon": lonlat[homes, 0],
                "lat": lonlat[homes, 1],
                "capacity": 1.0,
                "capacity_h": 1_500.0,
            }
        ),
        current=pd.Series([""] * n_accounts, dtype="str"),
        unit_current=pd.Series([""] * len(ids), dtype="str"),
    )
    names = case.team["territory_id"].to_numpy()
    at = pd.Index(ids).get_indexer(pd.Index(case.accounts["unit_id"]))
    case = replace(case, current=pd.Series(names[owner[at]], dtype="str"))
    geography = Geography(units=units, crs=crs)
    return _planned(case, _moved(rng, case.adjacency, owner), geography)


def _planned(case: Case, assignment: NDArray[np.int32], geography: Geography) -> Plan:
    case, roads = roads_of(case, assignment=assignment)
    encoding = encode(case, roads)
    judged = solvers.evaluate(encoding.problem, assignment)
    result = solvers.Result(
        assignment=assignment,
        centers=judged.centers,
        evaluation=judged,
        status=solvers.Status.NO_SOLUTION,
        stop_reason="made up",
        bound=float("-inf"),
        seed=1,
        wall_s=0.0,
        cpu_s=0.0,
    )
    attempts = Attempts(case, geography=geography, audit=Audit(), observer=ignore, stop=never)
    return attempts.plan(encoding, result, roads)


def _scenario():
    with tempfile.TemporaryDirectory() as folder:
        return read_scenario(grid_scenario(Path(folder)))


def _nearest(xy: NDArray[np.float64], homes: NDArray[np.float64]) -> NDArray[np.int32]:
    from scipy.spatial import cKDTree

    return np.asarray(cKDTree(homes).query(xy)[1], dtype=np.int32)


def _adjacency(side: int) -> Adjacency:
    at = np.arange(side * side).reshape(side, side)
    a = np.concatenate([at[:, :-1].ravel(), at[:-1, :].ravel()])
    b = np.concatenate([at[:, 1:].ravel(), at[1:, :].ravel()])
    order = np.lexsort((b, a))
    return Adjacency(
        n=side * side,
        a=a[order].astype(np.int32),
        b=b[order].astype(np.int32),
        border_km=np.full(a.size, _WIDTH_M / 1_000.0),
        bridge=np.zeros(a.size, dtype=bool),
    )


def _moved(
    rng: np.random.Generator, edges: Adjacency, owner: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Give one unit of thirty to a territory that it touches."""
    cut = np.flatnonzero(owner[edges.a] != owner[edges.b])
    chosen = rng.choice(cut, size=owner.size // 30, replace=False)
    out = owner.copy()
    out[edges.a[chosen]] = owner[edges.b[chosen]]
    return out


def _accounts(
    rng: np.random.Generator, n: int, ids: list[str], lonlat: NDArray[np.float64]
) -> pd.DataFrame:
    at = rng.integers(0, len(ids), n)
    potential = rng.lognormal(10, 1.0, n).round(2)
    return pd.DataFrame(
        {
            "account_id": [f"A{number:06d}" for number in range(n)],
            "name": [f"Clinic number {number}" for number in range(n)],
            "unit_id": np.asarray(ids, dtype=object)[at],
            "lon": (lonlat[at, 0] + rng.uniform(-0.02, 0.02, n)).round(6),
            "lat": (lonlat[at, 1] + rng.uniform(-0.02, 0.02, n)).round(6),
            "potential_usd": potential,
            "service_h": rng.uniform(2.0, 8.0, n).round(2),
            "n_calls": rng.integers(2, 9, n).astype(float),
            "tier": rng.choice(["A", "B", "C"], n),
            "type": rng.choice(["hospital", "clinic", "asc"], n),
            "revenue_usd": (potential * rng.uniform(0.0, 0.5, n)).round(2),
            "idn": np.where(rng.random(n) < 0.3, [f"S{x}" for x in rng.integers(0, 900, n)], ""),
            "tenure_y": 2.0,
            "hop_min": 12.0,
            "on_site_min": 40.0,
        }
    )
