"""Ragged lines: land without accounts that lies along another territory more than along its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from territory.plan import Plan

__all__ = ["strays"]

LEAST_KM = 0.1
"""Kilometres of border that giving it away has to save: less is rounding."""

_Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Land:
    """Units (n,) with their territory, and each way from one to a neighbour with its border."""

    owner: _Numbers
    origin: _Numbers
    target: _Numbers
    km: NDArray[np.float64]

    @property
    def own(self) -> NDArray[np.bool_]:
        """Which ways stay in their territory."""
        return np.asarray(self.owner[self.origin] == self.owner[self.target])


def strays(plan: Plan) -> list[tuple[str, ...]]:
    """Return the pieces of account-free land that would shorten the border in other hands.

    A piece is a unit without accounts, or all such units of a territory that hang together. It
    strays where another territory has more border with it than its own has, and its own stays in
    one piece without it: an enclave, a tendril or a finger that moves no hour and no dollar.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of tuple of str
        Unit ids of each piece, in the order of the alignment; a unit of a piece that strays as a
        whole is not named again.

    Notes
    -----
    Arrays throughout: a million units are looked at in seconds. O(e log e), and O(units of the
    territory) more for each piece that another territory has more border with.
    """
    ids = plan.alignment["unit_id"].astype(str).tolist()
    land = _land(plan)
    free = ~plan.alignment["unit_id"].isin(set(plan.accounts["unit_id"])).to_numpy(dtype=bool)
    inside = land.own & free[land.origin] & free[land.target]
    pieces = np.where(free, _components(_graph(land, inside)), -1)
    found = _stray(land, pieces)
    named = np.zeros(len(ids), dtype=bool)
    named[[unit for piece in found for unit in piece]] = True
    found += _stray(land, np.where(free & ~named, np.arange(len(ids)), -1))
    return [tuple(ids[unit] for unit in piece) for piece in sorted(found)]


def _land(plan: Plan) -> _Land:
    place = pd.Index(plan.alignment["unit_id"])
    one, two = (place.get_indexer(pd.Index(plan.adjacency[name])) for name in ("unit_a", "unit_b"))
    border = plan.adjacency["kind"].eq("border").to_numpy(dtype=bool)
    km = np.where(border, plan.adjacency["border_km"].to_numpy(dtype=np.float64), 0.0)
    return _Land(
        owner=pd.factorize(plan.alignment["territory_id"])[0].astype(np.int64),
        origin=np.concatenate([one, two]).astype(np.int64),
        target=np.concatenate([two, one]).astype(np.int64),
        km=np.concatenate([km, km]),
    )


def _graph(land: _Land, ways: NDArray[np.bool_]) -> csr_array:
    from scipy.sparse import csr_array

    n = len(land.owner)
    at = land.origin[ways], land.target[ways]
    return csr_array((np.ones(len(at[0]), dtype=np.int8), at), shape=(n, n))


def _components(graph: csr_array) -> _Numbers:
    from scipy.sparse.csgraph import connected_components

    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _stray(land: _Land, pieces: _Numbers) -> list[list[int]]:
    """Return the units of each piece that strays; `pieces` (n,) are 0 to n - 1, -1 in none."""
    wanted = _wanted(land, pieces)
    if not wanted.size:
        return []
    graph = _graph(land, land.own)
    whole = _components(graph)
    found = []
    for piece in wanted.tolist():
        units = np.flatnonzero(pieces == piece)
        rest = np.setdiff1d(np.flatnonzero(whole == whole[units[0]]), units)
        if not _components(graph[rest][:, rest]).any():
            found.append(units.tolist())
    return found


def _wanted(land: _Land, pieces: _Numbers) -> _Numbers:
    """Return the pieces beside their own territory that another has more border with."""
    n, k = len(land.owner), int(land.owner.max(initial=0)) + 1
    piece = pieces[land.origin]
    out = (piece >= 0) & (pieces[land.target] != piece)
    own = out & land.own
    other = out & ~land.own
    beside = np.bincount(piece[own], minlength=n) > 0
    own_km = np.bincount(piece[own], land.km[own], minlength=n)
    pairs, at = np.unique(piece[other] * k + land.owner[land.target[other]], return_inverse=True)
    km = np.bincount(at, land.km[other], minlength=len(pairs))
    most = np.zeros(n)
    np.maximum.at(most, pairs // k, km)
    return np.flatnonzero(beside & (most > own_km + LEAST_KM))
