"""Units that nearly touch: neighbours across slits left by drawing or simplifying."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.conversions import NONZERO, SNAP_M

__all__ = ["GAP_MOST_M", "Facing", "facing_units", "gap_limits"]

GAP_SHARE = 0.02
"""Widest gap across which units are neighbours, as a share of the larger one's width."""

GAP_MOST_M = 500.0
"""Widest gap in any case, metres."""

_MOST_SAMPLES = 2_000_000
_STEEPEST = np.sqrt(0.5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facing:
    """Pairs of units that face each other, ``a < b``, (p,) each.

    Parameters
    ----------
    a, b : (p,) int32
        Positions.
    border_m : (p,) float64, metres
        Length along which they face each other, the mean of both sides.
    gap_m : (p,) float64, metres
        Mean distance there, weighted by length.
    """

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    border_m: NDArray[np.float64]
    gap_m: NDArray[np.float64]


def gap_limits(shapes: NDArray[np.object_], gap_m: float | None = None) -> NDArray[np.float64]:
    """Return (n,) the widest gap of each unit, metres; its width is the root of its area.

    Parameters
    ----------
    shapes : (n,) polygons, metres
    gap_m : float, optional
        The same for all units; 0 for none.
    """
    if gap_m is not None:
        return np.full(len(shapes), float(gap_m))
    return np.asarray(np.minimum(GAP_SHARE * np.sqrt(shapely.area(shapes)), GAP_MOST_M))


def facing_units(
    shapes: NDArray[np.object_],
    ends: NDArray[np.float64],
    unit: NDArray[np.intp],
    limit_m: NDArray[np.float64],
) -> Facing:
    """Find the pairs of units whose exposed borders face each other across a narrow gap.

    Parameters
    ----------
    shapes : (n,) polygons, metres
    ends : (s, 4) float64
        Segments of their rings that no other unit shares: x, y of both ends.
    unit : (s,) int
        Whose segment it is.
    limit_m : (n,) float64
        Widest gap of each unit; a pair has the larger of both.

    Notes
    -----
    Each exposed segment is sampled at a quarter of its unit's limit. A sample belongs to the
    nearest other unit within the limit, provided that it lies across the segment, not along it:
    so cells that meet in a corner only, or across the crossing of two gaps, do not face each
    other. O(samples log n).
    """
    none = np.zeros(0, dtype=np.int32)
    empty = Facing(a=none, b=none, border_m=np.zeros(0), gap_m=np.zeros(0))
    keep = limit_m[unit] > 0
    ends, unit = ends[keep], unit[keep]
    if not len(ends):
        return empty
    # Most exposed segments lie on the coast of all units: only those near another unit count.
    lines = shapely.linestrings(ends.reshape(-1, 2, 2))
    tree = shapely.STRtree(shapes)
    reach = float(limit_m.max())
    rows, hits = tree.query(lines, predicate="dwithin", distance=reach)
    near = np.unique(rows[hits != unit[rows]])
    ends, unit = ends[near], unit[near]
    if not len(ends):
        return empty
    points, segment, weight = _samples(ends, limit_m[unit])
    owner = unit[segment]
    rows, hits = tree.query(shapely.points(points), predicate="dwithin", distance=reach)
    other = hits != owner[rows]
    rows, hits = rows[other], hits[other]
    spots = shapely.points(points[rows])
    away = shapely.distance(spots, shapes[hits])
    good = away <= np.maximum(limit_m[owner[rows]], limit_m[hits])
    rows, hits, away = rows[good], hits[good], away[good]
    order = np.lexsort((hits, away, rows))
    rows, hits, away = rows[order], hits[order], away[order]
    first = np.r_[True, rows[1:] != rows[:-1]] if len(rows) else np.zeros(0, dtype=bool)
    rows, hits, away = rows[first], hits[first], away[first]
    across = _across(points[rows], ends[segment[rows]], shapes[hits], away)
    rows, hits, away = rows[across], hits[across], away[across]
    return _pairs(owner[rows], hits, weight[rows], away, len(shapes)) if len(rows) else empty


def _samples(
    ends: NDArray[np.float64], limit_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
    """Return points along segments, their segments, and the length that each stands for."""
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    step = limit_m / 4.0
    count = np.maximum(1, np.ceil(length / step))
    count = np.maximum(1, np.floor(count * min(1.0, _MOST_SAMPLES / count.sum()))).astype(np.int64)
    segment = np.repeat(np.arange(len(ends)), count)
    within = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
    share = (within + 0.5) / count[segment]
    start, end = ends[segment, :2], ends[segment, 2:]
    return start + share[:, None] * (end - start), segment, (length / count)[segment]


def _across(
    points: NDArray[np.float64],
    ends: NDArray[np.float64],
    shapes: NDArray[np.object_],
    away: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Tell which samples look at the other unit across their segment; touching ones always do."""
    ways = shapely.shortest_line(shapely.points(points), shapes)
    there = shapely.get_coordinates(ways)[1::2]
    step = ends[:, 2:] - ends[:, :2]
    size = np.maximum(np.hypot(step[:, 0], step[:, 1]), NONZERO)
    along = np.abs(((there - points) * step).sum(axis=1)) / size
    return np.asarray((away <= SNAP_M) | (along <= _STEEPEST * away))


def _pairs(
    owner: NDArray[np.intp],
    other: NDArray[np.intp],
    weight: NDArray[np.float64],
    away: NDArray[np.float64],
    n: int,
) -> Facing:
    key = np.minimum(owner, other).astype(np.int64) * n + np.maximum(owner, other)
    pairs, inverse = np.unique(key, return_inverse=True)
    a, b = np.divmod(pairs, n)
    side = (owner > other).astype(np.int64)
    lengths = np.zeros((len(pairs), 2))
    np.add.at(lengths, (inverse, side), weight)
    sides = np.maximum((lengths > 0).sum(axis=1), 1)
    total = np.bincount(inverse, weights=weight, minlength=len(pairs))
    gap = np.bincount(inverse, weights=weight * away, minlength=len(pairs)) / total
    return Facing(
        a=a.astype(np.int32), b=b.astype(np.int32), border_m=lengths.sum(axis=1) / sides, gap_m=gap
    )
