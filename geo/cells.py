"""Cells for points: each gets the land nearest to it, so that bare places have borders too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.boundaries import Geography, Note
from geo.conversions import m_to_km
from geo.errors import GeographyError
from geo.repair import match_borders, polygonal

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

__all__ = ["Split", "cells", "split_unit", "split_units"]

SPREAD_M = 50.0
"""Largest radius on which points at one address are spread, metres."""

_SNAP_M = 0.001
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
    A point outside `clip` whose cell does not reach it moves to the nearest land. Points at one
    address are spread on a sunflower spiral around it, in the order of their ids, within 50 m
    and a quarter of the way to the next point and to the border.

    References
    ----------
    Aurenhammer, F. (1991) Voronoi diagrams, ACM Computing Surveys 23(3), 345-405,
    doi:10.1145/116873.116880.
    """
    from geopandas import GeoSeries

    points = np.array(points_xy, dtype=np.float64).reshape(-1, 2)
    names = list(ids)
    _check(points, names)
    notes: list[Note] = []
    if len(points) == 1:
        return GeoSeries([clip], index=names), ()
    points, shared = _spread(points, names, clip)
    shapes = _cut(points, clip)
    empty = np.flatnonzero(shapely.is_empty(shapes))
    if empty.size:
        moved, metres = _into(points[empty], clip)
        points[empty] = moved
        points, again = _spread(points, names, clip)
        shared += tuple(name for name in again if name not in shared)
        shapes = _cut(points, clip)
        notes.append(
            Note(
                what=f"{empty.size:,} points lie outside their land and were moved into it, "
                f"by up to {m_to_km(float(metres.max())):,.1f} km",
                ids=tuple(names[row] for row in empty),
                severity="warning",
            )
        )
    lost = np.flatnonzero(shapely.is_empty(shapes))
    if lost.size:
        raise GeographyError(
            f"{lost.size:,} points get no land of their own",
            evidence=[f'"{names[row]}"' for row in lost],
            hint="give points of one place to one unit",
        )
    if shared:
        notes.append(
            Note(
                what=f"{len(shared):,} points share their place with another one and were spread "
                f"by at most {SPREAD_M:.0f} m, so that each has a cell",
                ids=shared,
            )
        )
    return GeoSeries(list(shapes), index=names), tuple(notes)


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


def _spread(
    points: NDArray[np.float64], names: list[str], clip: shapely.Geometry
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Move points at one address (to the millimetre) apart; the first by id stays."""
    from scipy.spatial import cKDTree

    _, group, count = np.unique(
        np.round(points / _SNAP_M), axis=0, return_inverse=True, return_counts=True
    )
    group = group.ravel()
    crowded = np.flatnonzero(count > 1)
    if not crowded.size:
        return points, ()
    result = points.copy()
    _, first = np.unique(group, return_index=True)
    places = points[first]
    border = shapely.boundary(clip)
    tree = cKDTree(places)
    shared: list[str] = []
    for place in crowded:
        members = sorted(np.flatnonzero(group == place), key=lambda row: names[row])
        gap = float(np.atleast_1d(tree.query(places[place], k=2)[0])[-1])
        edge = shapely.distance(shapely.Point(places[place]), border)
        # Off the land the border is no limit: the cells meet it from outside.
        inside = shapely.intersects_xy(clip, *places[place])
        reach = min(SPREAD_M, gap / 4.0, edge / 4.0 if inside else np.inf)
        step = np.arange(len(members))
        radius = reach * np.sqrt(step / max(1, len(members) - 1))
        angle = step * _GOLDEN_ANGLE
        result[members, 0] = places[place, 0] + radius * np.cos(angle)
        result[members, 1] = places[place, 1] + radius * np.sin(angle)
        shared += [names[row] for row in members]
    return result, tuple(shared)


def _into(
    points: NDArray[np.float64], clip: shapely.Geometry
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the nearest place a little inside `clip`, and the metres to it."""
    inset = 1.0e-3 * float(np.sqrt(clip.area))
    inner = clip.buffer(-inset)
    while inner.is_empty:
        inset /= 10.0
        inner = clip.buffer(-inset)
    origins = shapely.points(points)
    lines = shapely.shortest_line(origins, inner)
    ends = shapely.get_coordinates(shapely.get_point(lines, -1))
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


def split_unit(
    geography: Geography,
    unit_id: str,
    *,
    ids: Sequence[str],
    points_xy: ArrayLike,
    level: str,
    names: Sequence[str] | None = None,
) -> Geography:
    """Replace one unit by children with cells of their own; see `split_units`."""
    points = np.asarray(points_xy, dtype=np.float64).reshape(-1, 2)
    return split_units(
        geography, [Split(unit_id=unit_id, ids=ids, points_xy=points, level=level, names=names)]
    )


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
    pieces: dict[int, GeoDataFrame] = {}
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
        pieces[int(row)] = piece.set_geometry(
            geopandas.GeoSeries(list(below), index=piece.index, crs=geography.crs)
        )
    frames = [
        pieces[row] if row in pieces else geography.units.iloc[[row]] for row in range(len(shapes))
    ]
    units = pd.concat(frames)
    units.index.name = "unit_id"
    touched = np.concatenate(
        [np.full(len(frame), row in pieces) for row, frame in enumerate(frames)]
    )
    final = _rematch(np.asarray(units.geometry.array, dtype=object), touched)
    units = units.set_geometry(geopandas.GeoSeries(final, index=units.index, crs=geography.crs))
    if not units.index.is_unique:
        raise GeographyError("children of a split have ids that units have already")
    return geography.replace(units=units, notes=notes)


def _rematch(shapes: NDArray[np.object_], touched: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Match the borders of new children and of the units around them; the rest keep theirs."""
    around = touched.copy()
    hits = shapely.STRtree(shapes).query(shapes[touched], predicate="dwithin", distance=_SNAP_M)[1]
    around[hits] = True
    result = shapes.copy()
    result[around] = match_borders(shapes[around], snap=_SNAP_M)
    # Snapping may have moved a vertex on the far border of a neighbour: then all are matched.
    return match_borders(result, snap=_SNAP_M)
