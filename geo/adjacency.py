"""Which units are neighbours: those that share a stretch of border; islands are bridged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.conversions import SNAP_M, m_to_km
from geo.coverage.borders import MIN_BORDER_M, shared_borders
from geo.coverage.gaps import Facing, facing_units, gap_limits
from geo.coverage.matched import matched
from geo.geography import Geography, Note

__all__ = ["Adjacency", "rook"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adjacency:
    """Hold the neighbour relation of n units as e edges, each once, ordered by (a, b).

    Parameters
    ----------
    n : int
        Number of units.
    a, b : (e,) int32
        Positions of the two units, ``a < b``.
    border_km : (e,) float64, km
        Length of the common border, 0 for a bridge.
    bridge : (e,) bool
        True where nothing is shared and the edge was added to connect an island.
    notes : tuple of Note
        One per bridge.
    """

    n: int
    a: NDArray[np.int32]
    b: NDArray[np.int32]
    border_km: NDArray[np.float64]
    bridge: NDArray[np.bool_]
    notes: tuple[Note, ...] = ()

    def pairs(self) -> NDArray[np.int32]:
        """(e,2) positions."""
        return np.column_stack([self.a, self.b])

    def csr(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Give the relation both ways as ``indptr (n+1,)``, ``indices (2e,)``, int32, sorted."""
        order = self._order()
        indices = np.concatenate([self.b, self.a])[order].astype(np.int32)
        degree = np.bincount(np.concatenate([self.a, self.b]), minlength=self.n)
        indptr = np.concatenate([[0], np.cumsum(degree)]).astype(np.int32)
        return indptr, indices

    def csr_border_km(self) -> NDArray[np.float64]:
        """(2e,) border lengths aligned with the indices of `csr`, km."""
        return np.concatenate([self.border_km, self.border_km])[self._order()]

    def csr_bridge(self) -> NDArray[np.bool_]:
        """(2e,) bridges aligned with the indices of `csr`."""
        return np.concatenate([self.bridge, self.bridge])[self._order()]

    def _order(self) -> NDArray[np.intp]:
        source = np.concatenate([self.a, self.b])
        goal = np.concatenate([self.b, self.a])
        return np.lexsort((goal, source))


def rook(
    geography: Geography, *, min_border_m: float = MIN_BORDER_M, gap_m: float | None = 0.0
) -> Adjacency:
    """Find the units that share more than a metre of border, and connect what is left apart.

    Parameters
    ----------
    geography : Geography, n units
    min_border_m : float, metres
        A common border of at most this length is a point contact and makes no neighbours.
    gap_m : float, metres, or None
        Units that face each other across a gap up to this width are neighbours too; None: up to
        2 % of the larger one's width, at most 500 m. 0: only what touches. With a gap, pairs
        whose short border was lost in the drawing are neighbours too, with a border of 0 km: see
        `geo.coverage.ways`.

    Returns
    -------
    Adjacency
        Connected: the component with most units is the mainland; every other one is tied to the
        nearest unit outside it (smallest distance, then first unit) until one is left. Units
        that meet in a point only are bridged like islands, with 0 km.

    Notes
    -----
    Neighbours of a coverage have bitwise equal border segments, so one sort of all segments finds
    every pair with its length: O(v log v) for v vertices. Should the units overlap or their
    vertices differ, copies of them are matched first and a note says so.
    """
    shapes = geography.geometries
    ids = geography.ids
    notes: list[Note] = []
    same, changed = matched(geography)
    if changed:
        notes.append(
            Note(
                what="borders of units did not match vertex for vertex; they were matched to find "
                "the neighbours",
                severity="warning",
            )
        )
    a, b, border_m, exposed, owner = shared_borders(same)
    long_enough = border_m > min_border_m
    a, b, border_m = a[long_enough], b[long_enough], border_m[long_enough]
    if gap_m != 0.0:
        found = facing_units(same, exposed, owner, gap_limits(same, gap_m))
        a, b, border_m, widths = _with_facing(len(shapes), (a, b, border_m), found, min_border_m)
        notes += _gap_note(widths, ids)
        lost = _lost_borders(geography, a, b, gap_m)
        notes += _lost_note(lost, ids)
        a, b = np.r_[a, lost[:, 0]], np.r_[b, lost[:, 1]]
        border_m = np.r_[border_m, np.zeros(len(lost))]
    bridges = _bridges(len(shapes), a, b, shapes)
    notes += [
        Note(
            what=f"{ids[i]} shares no border with the rest; bridged to {ids[j]}, "
            f"{m_to_km(gap_m):,.1f} km away",
            ids=(ids[i], ids[j]),
            severity="warning",
        )
        for i, j, gap_m in bridges
    ]
    bridge_a = np.array([min(i, j) for i, j, _ in bridges], dtype=np.int32)
    bridge_b = np.array([max(i, j) for i, j, _ in bridges], dtype=np.int32)
    all_a = np.concatenate([a, bridge_a])
    all_b = np.concatenate([b, bridge_b])
    border_km = np.concatenate([m_to_km(border_m), np.zeros(len(bridges))])
    is_bridge = np.concatenate([np.zeros(len(a), dtype=bool), np.ones(len(bridges), dtype=bool)])
    order = np.lexsort((all_b, all_a))
    return Adjacency(
        n=len(shapes),
        a=all_a[order],
        b=all_b[order],
        border_km=border_km[order],
        bridge=is_bridge[order],
        notes=tuple(notes),
    )


def _with_facing(
    n: int,
    borders: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]],
    found: Facing,
    min_border_m: float,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], list[tuple[int, int, float]]]:
    """Add pairs that face each other to those that share a border; return the new ones' gaps."""
    a, b, border_m = borders
    known, facing = a.astype(np.int64) * n + b, found.a.astype(np.int64) * n + found.b
    new = ~np.isin(facing, known)
    # Of a border that touches in part, the slit is the rest; both lists are sorted by pair.
    border_m = border_m.copy()
    border_m[np.searchsorted(known, facing[~new])] += found.border_m[~new]
    # Shorter than its gap is wide: two corners that look at each other, no border.
    new &= found.border_m > np.maximum(min_border_m, found.gap_m)
    widths = [
        (int(i), int(j), float(gap))
        for i, j, gap in zip(found.a[new], found.b[new], found.gap_m[new], strict=True)
    ]
    all_a, all_b = np.concatenate([a, found.a[new]]), np.concatenate([b, found.b[new]])
    length = np.concatenate([border_m, found.border_m[new]])
    order = np.lexsort((all_b, all_a))
    return all_a[order], all_b[order], length[order], widths


def _lost_borders(
    geography: Geography, a: NDArray[np.int32], b: NDArray[np.int32], gap_m: float | None
) -> NDArray[np.int32]:
    """(q,2) pairs that are no neighbours yet, although nothing lies between them."""
    row = {unit: at for at, unit in enumerate(geography.ids)}
    pairs = {
        (min(row[first], row[second]), max(row[first], row[second]))
        for first, second, way_m in geography.near
        if first in row and second in row and (gap_m is None or way_m <= gap_m)
    }
    pairs -= set(zip(a.tolist(), b.tolist(), strict=True))
    return np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)


def _lost_note(pairs: NDArray[np.int32], ids: tuple[str, ...]) -> list[Note]:
    if not len(pairs):
        return []
    shown = ", ".join(f"{ids[a]} and {ids[b]}" for a, b in pairs[:5])
    more = f" and {len(pairs) - 5:,} more" if len(pairs) > 5 else ""
    have = "pair of units has" if len(pairs) == 1 else "pairs of units have"
    return [
        Note(
            what=f"{len(pairs):,} {have} no border in the layer, but nothing lies between them "
            f"where it was simplified: taken as neighbours ({shown}{more})",
            ids=tuple(dict.fromkeys(ids[at] for at in pairs.ravel())),
            severity="warning",
        )
    ]


def _gap_note(widths: list[tuple[int, int, float]], ids: tuple[str, ...]) -> list[Note]:
    wide = sorted((it for it in widths if it[2] > SNAP_M), key=lambda it: -it[2])
    if not wide:
        return []
    i, j, gap = wide[0]
    pairs = "pair of units does" if len(wide) == 1 else "pairs of units do"
    return [
        Note(
            what=f"{len(wide):,} {pairs} not touch, but face each other across a gap, at most "
            f"{gap:,.1f} m wide on average ({ids[i]} and {ids[j]}): taken as neighbours",
            ids=(ids[i], ids[j]),
            severity="warning",
        )
    ]


def _components(n: int, edges: list[tuple[int, int]]) -> NDArray[np.int32]:
    """Number the components in the order of their first units, (n,).

    By smallest labels that spread along edges and jump: a handful of rounds, and no SciPy, whose
    import costs more than all of them.
    """
    a, b = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    label = np.arange(n)
    while True:
        low = np.minimum(label[a], label[b])
        new = label.copy()
        for end in (label[a], label[b], a, b):
            np.minimum.at(new, end, low)
        while not np.array_equal(new, new[new]):
            new = new[new]
        if np.array_equal(new, label):
            return np.unique(label, return_inverse=True)[1].astype(np.int32)
        label = new


def _bridges(
    n: int, a: NDArray[np.int32], b: NDArray[np.int32], shapes: NDArray[np.object_]
) -> list[tuple[int, int, float]]:
    """List (island unit, nearest unit, metres) until all is one component, nearest first."""
    edges = list(zip(a.tolist(), b.tolist(), strict=True))
    bridges: list[tuple[int, int, float]] = []
    while True:
        label = _components(n, edges)
        sizes = np.bincount(label)
        if len(sizes) <= 1:
            return bridges
        mainland = int(sizes.argmax())
        found: dict[tuple[int, int], tuple[int, int, float]] = {}
        for component in range(len(sizes)):
            if component == mainland:
                continue
            island = np.flatnonzero(label == component)
            i, j, gap_m = _nearest_outside(island, np.flatnonzero(label != component), shapes)
            found.setdefault((min(i, j), max(i, j)), (i, j, gap_m))
        # Two islands may choose each other by different units: a later one that closes a circle
        # with shorter ones is left out, as in Kruskal's tree.
        for i, j, gap_m in sorted(found.values(), key=lambda bridge: (bridge[2], bridge[:2])):
            if label[i] != label[j]:
                bridges.append((i, j, gap_m))
                edges.append((i, j))
                label[label == label[j]] = label[i]


def _nearest_outside(
    island: NDArray[np.intp], outside: NDArray[np.intp], shapes: NDArray[np.object_]
) -> tuple[int, int, float]:
    tree = shapely.STRtree(shapes[outside])
    (rows, hits), metres = tree.query_nearest(shapes[island], return_distance=True)
    best = np.lexsort((outside[hits], island[rows], metres))[0]
    return int(island[rows[best]]), int(outside[hits[best]]), float(metres[best])
