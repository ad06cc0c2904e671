"""An independent scorer: the families' objectives and rules from labels alone, no solver asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["Score", "n_disconnected", "score"]

ROUNDING = 1e-9
"""Relative overstepping of a band that is rounding, not a breach."""

BLOCK = 4_000_000
"""Most pairs of one territory that are held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What labels are worth by the family's own definition.

    Attributes
    ----------
    objective : float
        By the family's definition, each territory at its best center.
    feasible : bool
        Every unit has a territory, all k are used, bands are kept and pieces are whole.
    n_disconnected : int
        Territories in more than one piece.
    deviation : float64, shape (m,)
        Worst relative deviation of each measure from its mean; for `cpmp` the worst overload.
    j2_km, j1_km : float
        Scale family only, else nan: RMS km to the workload-weighted centroid, and mean km to the
        workload-median unit, both weighted by workload.
    border_km : float
        Homes family only, else nan: length of border between two territories.
    """

    objective: float
    feasible: bool
    n_disconnected: int
    deviation: NDArray[np.float64]
    j2_km: float = float("nan")
    j1_km: float = float("nan")
    border_km: float = float("nan")


def n_disconnected(edges: NDArray[Any], labels: NDArray[Any]) -> int:
    """Count the territories that the adjacency leaves in more than one piece."""
    n = labels.size
    same = labels[edges[:, 0]] == labels[edges[:, 1]] if len(edges) else np.zeros(0, dtype=bool)
    inner = np.asarray(edges)[same]
    graph = coo_array((np.ones(len(inner)), (inner[:, 0], inner[:, 1])), shape=(n, n))
    _, piece = connected_components(graph, directed=False)
    pairs = np.unique(np.column_stack([labels, piece]), axis=0)
    return int((np.unique(pairs[:, 0], return_counts=True)[1] > 1).sum())


def _members(labels: NDArray[Any]) -> list[NDArray[np.int64]]:
    """Units of each territory that has any."""
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    return np.split(order, cuts)


def _cheapest_center(
    xy: NDArray[np.float64], weight: NDArray[np.float64], power: int
) -> tuple[float, NDArray[np.float64]]:
    """Least Σ weight · distance^power over centers among the points, by trying every one."""
    best, where = np.inf, 0
    step = max(1, BLOCK // len(xy))
    for start in range(0, len(xy), step):
        delta = xy[start : start + step, None, :] - xy[None, :, :]
        squared = (delta**2).sum(axis=2)
        total = (squared if power == 2 else np.sqrt(squared)) @ weight
        at = int(np.argmin(total))
        if total[at] < best:
            best, where = float(total[at]), start + at
    return best, xy[where]


def _balance(
    activity: NDArray[np.float64], labels: NDArray[Any], k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Loads of shape (k, m) and the mean that each measure would have in every territory."""
    loads = np.zeros((k, activity.shape[1]))
    np.add.at(loads, labels, activity)
    return loads, activity.sum(axis=0) / k


def _planar(data: Mapping[str, Any], labels: NDArray[Any], k: int, tolerance: float) -> Score:
    activity = np.asarray(data["w"], dtype=np.float64)
    xy = np.asarray(data["xy"], dtype=np.float64)
    loads, mean = _balance(activity, labels, k)
    off = np.abs(loads - mean)
    scale = "ks" in data
    weight = activity[:, 0] if scale else np.ones(len(xy))
    objective = squares = lengths = 0.0
    for units in _members(labels):
        cost, _ = _cheapest_center(xy[units], weight[units], 2 if scale else 1)
        objective += cost
        if scale:
            load = weight[units]
            centroid = np.average(xy[units], axis=0, weights=load) if load.sum() else xy[units[0]]
            squares += float((((xy[units] - centroid) ** 2).sum(axis=1) * load).sum())
            lengths += _cheapest_center(xy[units], load, 1)[0]
    pieces = n_disconnected(data["edges"], labels)
    return Score(
        objective=objective,
        feasible=bool((off <= mean * (tolerance + ROUNDING)).all())
        and pieces == 0
        and np.unique(labels).size == k,
        n_disconnected=pieces,
        deviation=(off / mean).max(axis=0),
        j2_km=float(np.sqrt(squares / weight.sum())) if scale else float("nan"),
        j1_km=lengths / float(weight.sum()) if scale else float("nan"),
    )


def _moi(data: Mapping[str, Any], labels: NDArray[Any], k: int) -> Score:
    from pyproj import Geod

    geod = Geod(ellps="GRS80")
    lon, lat = (np.asarray(data[key], dtype=np.float64) for key in ("lon", "lat"))
    people = np.asarray(data["pop"], dtype=np.float64)
    loads, mean = _balance(people[:, None], labels, k)
    objective = 0.0
    for units in _members(labels):
        ones = np.ones(units.size)
        best = np.inf
        for center in units:
            _, _, metres = geod.inv(lon[center] * ones, lat[center] * ones, lon[units], lat[units])
            km = np.rint(np.asarray(metres) / 1000.0)
            best = min(best, float((people[units] * (km / 1000.0) ** 2).sum()))
        objective += best
    pieces = n_disconnected(data["edges"], labels)
    inside = (loads >= float(data["L"])) & (loads <= float(data["U"]))
    return Score(
        objective=objective,
        feasible=bool(inside.all()) and pieces == 0 and np.unique(labels).size == k,
        n_disconnected=pieces,
        deviation=(np.abs(loads - mean) / mean).max(axis=0),
    )


def _cpmp(data: Mapping[str, Any], medians: NDArray[Any], k: int) -> Score:
    """Here a label is the index of the median that serves the unit."""
    xy = np.asarray(data["xy"], dtype=np.float64)
    load = np.bincount(medians, weights=data["demand"], minlength=len(xy))
    capacity = np.asarray(data["cap"], dtype=np.float64)
    used = np.unique(medians)
    return Score(
        objective=float(np.hypot(*(xy - xy[medians]).T).sum()),
        feasible=bool((load <= capacity * (1.0 + ROUNDING)).all()) and used.size <= k,
        n_disconnected=0,
        deviation=np.array([max(0.0, float((load[used] / capacity[used]).max()) - 1.0)]),
    )


def _homes(data: Mapping[str, Any], labels: NDArray[Any], k: int, border_usd_km: float) -> Score:
    """Bands are shares of the plan's own total, as travel hangs on who serves a unit."""
    units = np.arange(labels.size)
    share = np.asarray(data["travel_share"], dtype=np.float64)
    amount = data["activity"] + share * data["travel"][units, labels][:, None]
    loads, _ = _balance(amount, labels, k)
    goal = np.asarray(data["goal"], dtype=np.float64)
    own = np.where(share > 0, loads.sum(axis=0) / goal.sum(axis=0), 1.0)
    slack = 1.0 + ROUNDING
    inside = (loads <= data["upper"] * own * slack) & (loads * slack >= data["lower"] * own)
    owner = np.repeat(units, np.diff(data["indptr"]))
    edges = np.column_stack([owner, data["indices"]])[owner < data["indices"]]
    pieces = n_disconnected(edges, labels)
    cut = labels[owner] != labels[data["indices"]]
    border_km = float(np.asarray(data["border_km"])[cut].sum()) / 2.0
    split = 0.0
    ends = np.asarray(data["group_indptr"])
    for g, price in enumerate(data["group_price"]):
        members = data["group_units"][ends[g] : ends[g + 1]]
        split += float(price) * max(0, np.unique(labels[members]).size - 1)
    held = (data["pinned"] < 0) | (data["pinned"] == labels)
    return Score(
        objective=float(data["cost"][units, labels].sum()) + split + border_usd_km * border_km,
        feasible=bool(inside.all() and held.all()) and pieces == 0 and np.unique(labels).size == k,
        n_disconnected=pieces,
        deviation=np.abs(loads / (goal * own) - 1.0).max(axis=0),
        border_km=border_km,
    )


def score(
    family: str,
    data: Mapping[str, Any],
    labels: NDArray[Any],
    *,
    k: int,
    tolerance: float,
    border_usd_km: float = 0.0,
) -> Score:
    """Score labels of a family: ``"ctdp"``, ``"moi"``, ``"cpmp"``, ``"scale"`` or ``"homes"``.

    Raises
    ------
    ValueError
        A label is no territory (for `cpmp`: no unit), or there is not one for each unit.
    """
    labels = np.asarray(labels)
    n = len(data[{"moi": "pop", "homes": "cost"}.get(family, "xy")])
    top = n if family == "cpmp" else k
    if labels.shape != (n,) or labels.min() < 0 or labels.max() >= top:
        raise ValueError(f"labels must be {n} integers from 0 to {top - 1}")
    if family == "moi":
        return _moi(data, labels, k)
    if family == "cpmp":
        return _cpmp(data, labels, k)
    if family == "homes":
        return _homes(data, labels, k, border_usd_km)
    return _planar(data, labels, k, tolerance)
