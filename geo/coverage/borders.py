"""Borders of a coverage: what two units share, and what one has alone."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["MIN_BORDER_M", "shared_borders"]

MIN_BORDER_M = 1.0
"""Shortest common border, metres, that makes two units neighbours: less is a point contact."""


def shared_borders(
    shapes: NDArray[np.object_],
) -> tuple[
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.intp],
]:
    """Return pairs with the length they share, then the segments that nobody shares, by unit."""
    ends, unit = _segments(shapes)
    # Each end as one complex number, y before x: two keys to sort by instead of four.
    end, start = np.ascontiguousarray(ends[:, ::-1]).view(np.complex128).T
    order = np.lexsort((start, end))
    ends, unit, start, end = ends[order], unit[order], start[order], end[order]
    twin = (start[1:] == start[:-1]) & (end[1:] == end[:-1]) & (unit[1:] != unit[:-1])
    first, second, segment = unit[:-1][twin], unit[1:][twin], ends[:-1][twin]
    length = np.hypot(segment[:, 2] - segment[:, 0], segment[:, 3] - segment[:, 1])
    key = np.minimum(first, second).astype(np.int64) * len(shapes) + np.maximum(first, second)
    pairs, inverse = np.unique(key, return_inverse=True)
    border_m = np.bincount(inverse, weights=length, minlength=len(pairs)).astype(np.float64)
    a, b = np.divmod(pairs, len(shapes))
    shared = np.r_[twin, False] | np.r_[False, twin]
    return a.astype(np.int32), b.astype(np.int32), border_m, ends[~shared], unit[~shared]


def _segments(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Give every ring segment as (s,4) coordinates, smaller end first, and its unit (s,)."""
    polygons, unit_of_polygon = shapely.get_parts(shapes, return_index=True)
    rings, polygon_of_ring = shapely.get_rings(polygons, return_index=True)
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    within = ring_of_point[1:] == ring_of_point[:-1]
    start, end = points[:-1][within], points[1:][within]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    ends = np.where(swap[:, None], np.hstack([end, start]), np.hstack([start, end]))
    unit = unit_of_polygon[polygon_of_ring[ring_of_point[:-1][within]]]
    return ends, unit
