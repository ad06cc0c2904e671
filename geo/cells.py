"""Cells for points: each gets the land nearest to it, so that bare places have borders too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.conversions import SNAP_M, m_to_km
from geo.coverage.repair import match_borders, polygonal
from geo.errors import GeographyError
from geo.geography import Geography, Note

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

__all__ = ["Split", "cells", "split_units"]

SPREAD_M = 50.0
"""Largest radius on which points at one address are spread, metres."""

_SAME_M = 1.0
_INSET_M = 200.0
_CLOSEST_M = 0.01
_GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))
_FAR_M = 100.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Say into which children a unit is cut.

    Parameters
    ----------
    unit_id : str
    ids : sequence of str, c of them
        Ids of the children below their parent; the unit ids become ``parent:child``.
    points_xy : (c,2) float64, metres
        One point per child in the CRS of the geography.
    level : str
        Level of the children.
    names : sequence of str, optional
        Names for people; the ids where left out.
    """

    unit_id: str
    ids: Sequence[str]
    points_xy: NDArray[np.float64]
    level: str
    names: Sequence[str] | None = None


def cells(
    points_xy: ArrayLike, clip: shapely.Geometry, *, ids: Sequence[str]
) -> tuple[GeoSeries, tuple[Note, ...]]:
    """Cut `clip` into one cell per point: the part of it that is nearest to that point.

    Parameters
    ----------
    points_xy : (n,2) float64, metres, n >= 1
    clip : polygon or multipolygon, metres
    ids : sequence of str, n of them, unique

    Returns
    -------
    GeoSeries
        n cells in the order of `ids`, none empty, which tile `clip`. Cells of land with bays or
        islands may have several parts. No CRS is set.
    tuple of Note
        Points that were moved into the land, and points at one address that were spread.

    Raises
    ------
    GeographyError
        If there are no points, ids are repeated, or coordinates are no numbers.

    Notes
    -----
    Voronoi cells cut at the border: O(n log n + b·v) for b cells on a border of v vertices.
    Points outside `clip` stay as long as each reaches some of it; else all of them move to the
    nearest land. Points at one address (the same metre) are spread on a sunflower spiral in the
    order of their ids, within 50 m and a quarter of the way to the next point and to the border.

    References
    ----------
    Aurenhammer, F. (1991) Voronoi diagrams, ACM Computing Surveys 23(3), 345-405,
    doi:10.1145/116873.116880.
    """
    from geopandas import GeoSeries

    points = np.array(points_xy, dtype=np.float64).reshape(-1, 2)
    names = list(ids)
    _check(points, names)
    if len(points) == 1:
        return GeoSeries([clip], index=names), ()
    outside = ~shapely.intersects_xy(clip, *points.T)
    moved_m = np.zeros(len(points))
    # On the border or off the land there is no room around an address: it goes a little inside.
    crowd = _crowds(points)[1]
    points[crowd], away_m = _into(points[crowd], clip)
    moved_m[crowd] = np.where(outside[crowd], away_m, 0.0)
    placed, shared = _spread(points, names, clip)
    shapes = _cut(placed, clip)
    if shapely.is_empty(shapes).any():
        # One point without land: all that lie outside move, or those moved would oust the others.
        rest = outside & (moved_m == 0.0)
        points[rest], moved_m[rest] = _into(points[rest], clip)
        placed, shared = _spread(points, names, clip)
        shapes = _cut(placed, clip)
    lost = np.flatnonzero(shapely.is_empty(shapes))
    if lost.size:
        raise GeographyError(
            f"{lost.size:,} points get no land of their own",
            evidence=[f'"{names[row]}"' for row in lost],
            hint="give points of one place to one unit",
        )
    return GeoSeries(list(shapes), index=names), _notes(names, moved_m, shared)


def _notes(
    names: list[str], moved_m: NDArray[np.float64], shared: tuple[str, ...]
) -> tuple[Note, ...]:
    notes: list[Note] = []
    moved = np.flatnonzero(moved_m > 0.0)
    if moved.size:
        notes.append(
            Note(
                what=f"{moved.size:,} points lie outside their land and were moved into it, "
                f"by up to {m_to_km(float(moved_m.max())):,.1f} km",
                ids=tuple(names[row] for row in moved),
                severity="warning",
            )
        )
    if shared:
        notes.append(
            Note(
                what=f"{len(shared):,} points share their place with another one and were spread "
                f"by at most {SPREAD_M:.0f} m, so that each has a cell",
                ids=shared,
            )
        )
    return tuple(notes)


def _check(points: NDArray[np.float64], names: list[str]) -> None:
    if not names or len(points) != len(names):
        raise GeographyError(f"{len(points):,} points and {len(names):,} ids; expected as many")
    if len(set(names)) != len(names):
        repeated = sorted({name for name in names if names.count(name) > 1})
        raise GeographyError(
            f"{len(repeated):,} ids of points occur more than once",
            evidence=[f'"{name}"' for name in repeated],
        )
    wrong = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if wrong.size:
        raise GeographyError(
            f"{wrong.size:,} points have no coordinates",
            evidence=[f'"{names[row]}"' for row in wrong],
        )


def _crowds(points: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Give each point's address (the metre it stands on), and whether others stand there too."""
    _, group, count = np.unique(
        np.round(points / _SAME_M), axis=0, return_inverse=True, return_counts=True
    )
    group = group.ravel()
    return group, np.asarray(count[group] > 1, dtype=bool)


def _spread(
    points: NDArray[np.float64], names: list[str], clip: shapely.Geometry
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Move points of one address apart around the first of them by id, which stays."""
    group, crowd = _crowds(points)
    if not crowd.any():
        return points, ()
    from scipy.spatial import cKDTree

    order = np.argsort(np.array(names, dtype=object), kind="stable")
    places = points[order[np.unique(group[order], return_index=True)[1]]]
    tree = cKDTree(places)
    border = shapely.boundary(clip)
    result = points.copy()
    shared: list[str] = []
    for address in np.unique(group[crowd]):
        place = places[address]
        members = order[group[order] == address]
        nearest_m = float(np.max(tree.query(place, k=2)[0]))
        edge_m = float(shapely.distance(shapely.Point(place), border))
        reach_m = max(_CLOSEST_M, min(SPREAD_M, nearest_m / 4.0, edge_m / 4.0))
        step = np.arange(len(members))
        away_m = reach_m * np.sqrt(step / (len(members) - 1))
        angle = step * _GOLDEN_ANGLE
        result[members, 0] = place[0] + away_m * np.cos(angle)
        result[members, 1] = place[1] + away_m * np.sin(angle)
        shared += [names[row] for row in members]
    return result, tuple(shared)


def _into(
    points: NDArray[np.float64], clip: shapely.Geometry
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the nearest place a little inside `clip`, and the metres to it; inner points stay."""
    if not len(points):
        return points, np.zeros(0)
    inset = min(_INSET_M, 1.0e-2 * float(np.sqrt(clip.area)))
    inner = clip.buffer(-inset)
    while inner.is_empty:
        inset /= 10.0
        inner = clip.buffer(-inset)
    lines = shapely.shortest_line(shapely.points(points), inner)
    ends = shapely.get_coordinates(shapely.get_point(lines, -1)).reshape(-1, 2)
    return ends, np.asarray(shapely.length(lines), dtype=np.float64)


def _voronoi(points: NDArray[np.float64], clip: shapely.Geometry) -> NDArray[np.object_]:
    """Give each point's unclipped cell, in the order of the points."""
    west, south, east, north = shapely.total_bounds([clip, shapely.MultiPoint(points)])
    margin = _FAR_M + 0.1 * max(east - west, north - south)
    frame = shapely.box(west - margin, south - margin, east + margin, north + margin)
    diagram = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame, ordered=True)
    )
    if len(diagram) != len(points):
        raise GeographyError(f"{len(points):,} points gave {len(diagram):,} cells")
    return np.asarray(diagram, dtype=object)


def _cut(points: NDArray[np.float64], clip: shapely.Geometry) -> NDArray[np.object_]:
    shapes = _voronoi(points, clip)
    shapely.prepare(clip)
    # Most cells lie wholly inside: only those that reach the border are cut.
    border = ~shapely.contains_properly(clip, shapes)
    shapes[border] = polygonal(shapely.intersection(shapes[border], clip))
    return shapes


def split_units(geography: Geography, splits: Sequence[Split]) -> Geography:
    """Replace heavy units by children; the others keep their shape, and all still tile the land.

    Parameters
    ----------
    geography : Geography
    splits : sequence of Split
        At most one per unit.

    Returns
    -------
    Geography
        Children stand where their parent stood, in the order given: ids ``parent:child``, column
        ``parent`` the parent's id, other columns as the parent's. Neighbours outside get the new
        vertices of the border, so that `rook` finds them. Notes of the cells are added.

    Raises
    ------
    GeographyError
        If a unit is unknown or named twice, or its children are wrong (see `cells`).
    """
    import geopandas
    import pandas as pd

    if not splits:
        return geography
    parents = [split.unit_id for split in splits]
    if len(set(parents)) != len(parents):
        twice = sorted({parent for parent in parents if parents.count(parent) > 1})
        raise GeographyError(
            f"{len(twice):,} units are split twice", evidence=[f'"{unit}"' for unit in twice]
        )
    position = geography.index_of(parents)
    shapes = geography.geometries
    notes = list(geography.notes)
    pieces: list[GeoDataFrame] = []
    for split, row in zip(splits, position, strict=True):
        below, said = cells(split.points_xy, shapes[row], ids=split.ids)
        notes += [
            Note(what=f"{split.unit_id}: {note.what}", ids=note.ids, severity=note.severity)
            for note in said
        ]
        piece = geography.units.iloc[np.full(len(below), row)].copy()
        piece.index = pd.Index([f"{split.unit_id}:{child}" for child in split.ids], name="unit_id")
        piece["name"] = list(split.ids if split.names is None else split.names)
        piece["level"] = split.level
        piece["parent"] = split.unit_id
        pieces.append(
            piece.set_geometry(
                geopandas.GeoSeries(list(below), index=piece.index, crs=geography.crs)
            )
        )
    kept = np.setdiff1d(np.arange(len(shapes)), position)
    place = np.concatenate([kept, np.repeat(position, [len(piece) for piece in pieces])])
    order = np.argsort(place, kind="stable")
    units = pd.concat([geography.units.iloc[kept], *pieces]).iloc[order]
    units.index.name = "unit_id"
    touched = order >= len(kept)
    final = _rematch(np.asarray(units.geometry.array, dtype=object), touched)
    units = units.set_geometry(geopandas.GeoSeries(final, index=units.index, crs=geography.crs))
    if not units.index.is_unique:
        raise GeographyError("children of a split have ids that units have already")
    return geography.replace(units=units, notes=notes)


def _rematch(shapes: NDArray[np.object_], touched: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Match the borders of new children and of the units around them; the rest keep theirs."""
    tree = shapely.STRtree(shapes)
    around = _within_snap(tree, shapes, touched)
    result = shapes.copy()
    result[around] = match_borders(shapes[around], snap=SNAP_M)
    # Snapping may have moved a vertex on the far border of a neighbour: then all are matched.
    # Nothing farther than the next ring can have noticed, so only that is looked at.
    ring = around | _within_snap(tree, shapes, around & ~touched)
    if shapely.coverage_is_valid(result[ring]):
        return result
    return match_borders(result, snap=SNAP_M)


def _within_snap(
    tree: shapely.STRtree, shapes: NDArray[np.object_], chosen: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Mark the chosen shapes, (n,), and all that come within the snapping distance of one."""
    marked = chosen.copy()
    marked[tree.query(shapes[chosen], predicate="dwithin", distance=SNAP_M)[1]] = True
    return marked
