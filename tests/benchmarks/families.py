"""Published instance families as they come in files, and each of them as a `Problem`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["SCALE_TOLERANCES", "Instance", "family_of", "find", "moi_distances_km", "to_problem"]

SCALE_TOLERANCES = (0.10, 0.05)
"""Relative tolerances at which every instance of the scale family is solved."""

BORDER_PRICES = (0.0, 5.0)
"""USD a kilometre of border at which every instance of the homes family is solved."""

PAIRS_LIMIT = 50_000_000
"""Most entries of a dense cost table; a larger `moi` instance is solved in the plane."""

KEYS = {
    "ctdp": {"xy", "w", "edges", "k", "tau"},
    "moi": {"lon", "lat", "pop", "edges", "L", "U", "k"},
    "cpmp": {"xy", "cap", "demand", "k"},
    "scale": {"xy", "w", "edges", "blen", "ks"},
    "homes": {"cost", "travel", "activity", "travel_share", "goal", "lower", "upper"}
    | {"indptr", "indices", "border_km", "exempt", "pinned"}
    | {"group_indptr", "group_units", "group_price"},
}
PREFIXES = {
    "ctdp_": "ctdp",
    "planar_": "ctdp",
    "moi_": "moi",
    "cpmp_": "cpmp",
    "homes_": "homes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One file of one family, with one number of territories and one tolerance.

    Attributes
    ----------
    name : str
        File name without ending.
    family : {"ctdp", "moi", "cpmp", "scale", "homes"}
    data : mapping of str to array
        The file's arrays under the names that its authors gave them.
    k : int
        Number of territories.
    tolerance : float
        Allowed relative deviation; nan where the family says it otherwise.
    border_usd_km : float
        Price of a kilometre of border between territories; the homes family only.
    """

    name: str
    family: str
    data: Mapping[str, NDArray[Any]]
    k: int
    tolerance: float
    border_usd_km: float = 0.0

    @property
    def n(self) -> int:
        """Number of units."""
        return len(next(self.data[key] for key in ("xy", "pop", "cost") if key in self.data))

    @property
    def label(self) -> str:
        """Name of the labels file, without ending."""
        if self.family == "homes" and self.border_usd_km:
            return f"{self.name}_b{round(self.border_usd_km)}"
        if self.family != "scale":
            return self.name
        return f"{self.name}_k{self.k}_t{round(self.tolerance * 100):02d}"


def family_of(name: str, keys: set[str]) -> str | None:
    """Name the family of a file from its name, or from its arrays where the name says nothing."""
    for prefix, family in PREFIXES.items():
        if name.startswith(prefix):
            return family if KEYS[family] <= keys else None
    return next((family for family, needed in KEYS.items() if needed <= keys), None)


def _read(path: Path) -> Iterator[Instance]:
    with np.load(path, allow_pickle=False) as file:
        family = family_of(path.stem, set(file.files))
        if family is None:
            return
        data = {key: file[key] for key in file.files}
    if family == "scale":
        for k in np.atleast_1d(data["ks"]).tolist():
            for tolerance in SCALE_TOLERANCES:
                yield Instance(
                    name=path.stem, family=family, data=data, k=int(k), tolerance=tolerance
                )
        return
    if family == "homes":
        for price in BORDER_PRICES:
            yield Instance(
                name=path.stem,
                family=family,
                data=data,
                k=data["cost"].shape[1],
                tolerance=float("nan"),
                border_usd_km=price,
            )
        return
    tolerance = float(data["tau"]) if family == "ctdp" else float("nan")
    yield Instance(name=path.stem, family=family, data=data, k=int(data["k"]), tolerance=tolerance)


def find(folder: Path, only: str = "*") -> list[Instance]:
    """Read every instance below a folder whose label or path matches the pattern, small first.

    Files of no family are left out: a folder may hold results beside its instances.
    """
    found = [
        instance
        for path in sorted(folder.rglob("*.npz"))
        for instance in _read(path)
        if any(
            fnmatch(text, only)
            for text in (instance.label, path.stem, str(path.relative_to(folder)))
        )
    ]
    return sorted(found, key=lambda each: (each.n, each.label))


def moi_distances_km(data: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
    """GRS80 geodesic distance of every pair, rounded to whole kilometres, shape (n, n)."""
    from pyproj import Geod

    lon, lat = (np.asarray(data[key], dtype=np.float64) for key in ("lon", "lat"))
    n = lon.size
    geod = Geod(ellps="GRS80")
    out = np.zeros((n, n))
    for i in range(n - 1):
        rest = slice(i + 1, n)
        here = np.ones(n - i - 1)
        _, _, metres = geod.inv(lon[i] * here, lat[i] * here, lon[rest], lat[rest])
        out[i, rest] = np.rint(metres / 1000.0)
    return out + out.T


def _planar_moi(data: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
    """Approximate plane coordinates in units of 1,000 km, for tables that would not fit."""
    lon, lat = (np.radians(np.asarray(data[key], dtype=np.float64)) for key in ("lon", "lat"))
    return np.column_stack([lon * np.cos(lat.mean()), lat]) * 6.371


def _banded(
    activity: NDArray[np.float64], k: int, tolerance: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Equal goals and their relative bands, each of shape (k, m)."""
    goal = np.tile(activity.sum(axis=0) / k, (k, 1))
    return goal, goal * (1.0 - tolerance), goal * (1.0 + tolerance)


def _with_homes(instance: Instance) -> Problem:
    """Build a frozen planning problem: given homes, bands with travel inside, priced groups."""
    from solvers import MatrixCost
    from solvers.problem.parts import Balance, Borders, Groups, Rules
    from solvers.problem.problem import Problem

    data = instance.data
    return Problem(
        cost=MatrixCost(cost=data["cost"], travel=data["travel"]),
        balance=Balance(
            activity=data["activity"],
            goal=data["goal"],
            lower=data["lower"],
            upper=data["upper"],
            travel_share=data["travel_share"],
        ),
        indptr=data["indptr"],
        indices=data["indices"],
        rules=Rules(exempt=data["exempt"], pinned=data["pinned"]),
        groups=Groups(
            indptr=data["group_indptr"], units=data["group_units"], price=data["group_price"]
        ),
        borders=Borders(km=data["border_km"], price=instance.border_usd_km),
    )


def to_problem(instance: Instance) -> Problem:
    """Build the family's task: its centers, its exact objective, its bands."""
    if instance.family == "homes":
        return _with_homes(instance)
    from solvers import PairCost, PlanarCost
    from solvers.problem.problem import Balance, Problem, Rules, adjacency_from_edges

    data, n, k = instance.data, instance.n, instance.k
    nothing = np.zeros(n)
    edges = data["edges"] if "edges" in data else np.zeros((0, 2), dtype=np.int64)
    indptr, indices = adjacency_from_edges(n, edges)
    capacity = None
    if instance.family in ("ctdp", "scale"):
        activity = np.ascontiguousarray(data["w"], dtype=np.float64)
        goal, lower, upper = _banded(activity, k, instance.tolerance)
        scale = instance.family == "scale"
        cost: PlanarCost | PairCost = PlanarCost(
            xy=np.ascontiguousarray(data["xy"], dtype=np.float64),
            weight=activity[:, 0].copy() if scale else np.ones(n),
            offset=nothing,
            power=2 if scale else 1,
        )
    elif instance.family == "moi":
        people = np.asarray(data["pop"], dtype=np.float64)
        activity = people[:, None]
        lower = np.full((k, 1), float(data["L"]))
        upper = np.full((k, 1), float(data["U"]))
        goal = np.clip(np.full((k, 1), people.sum() / k), lower, upper)
        if n * n <= PAIRS_LIMIT:
            cost = PairCost(pair=people[:, None] * (moi_distances_km(data) / 1000.0) ** 2)
        else:
            cost = PlanarCost(xy=_planar_moi(data), weight=people, offset=nothing, power=2)
    else:
        activity = np.asarray(data["demand"], dtype=np.float64)[:, None]
        capacity = np.asarray(data["cap"], dtype=np.float64)[:, None]
        goal = np.full((k, 1), activity.sum() / k)
        lower = np.zeros((k, 1))
        upper = np.maximum(goal, capacity.max())
        cost = PlanarCost(
            xy=np.ascontiguousarray(data["xy"], dtype=np.float64), weight=np.ones(n), offset=nothing
        )
    return Problem(
        cost=cost,
        balance=Balance(
            activity=activity, goal=goal, lower=lower, upper=upper, center_upper=capacity
        ),
        indptr=indptr,
        indices=indices,
        rules=Rules(contiguity=capacity is None),
    )
