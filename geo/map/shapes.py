"""Polygons made light enough for a map file: simplified together, rounded, packed as integers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

__all__ = ["PackedPolygons", "Shapes", "packed", "shapes", "shared_borders"]

# Polygons, of rings, of numbers: lon, lat of the first point, then the steps from point to point,
# all in units of 1e-5 degree (about a metre). The closing point is left out.
PackedPolygons = list[list[list[int]]]

_PER_DEGREE = 100_000
_VERTEX_BUDGET = 150_000
_ROOM = 1.15
"""Points that suffice, as a multiple of the fewest that a coverage can be simplified to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """What a map draws of territories and units.

    Attributes
    ----------
    territories : tuple of PackedPolygons
        One for each territory, in the order of the frame.
    units : tuple of PackedPolygons
        One for each unit; empty when there were too many to draw.
    points : (n, 2) float64
        lon, lat of a point inside each unit, degrees.
    label_points : (k, 2) float64
        lon, lat of the middle of each territory's largest part, degrees; NaN without a polygon.
    sizes : (k,) float64
        Areas of the territories, to rank them.
    bounds : (float, float, float, float)
        west, south, east, north in degrees.
    neighbours : tuple of (int, int)
        Pairs of territories that share a border, indices in the order of the frame.
    levels : tuple of tuple of PackedPolygons
        For each grouping of the territories one outline a group, by the groups' names.
    today : tuple of PackedPolygons
        Territories of today, in the order of `today_ids`; empty where they are not known.
    today_ids : tuple of str
    """

    territories: tuple[PackedPolygons, ...]
    units: tuple[PackedPolygons, ...]
    points: NDArray[np.float64]
    label_points: NDArray[np.float64]
    sizes: NDArray[np.float64]
    bounds: tuple[float, float, float, float]
    neighbours: tuple[tuple[int, int], ...]
    levels: tuple[tuple[PackedPolygons, ...], ...] = ()
    today: tuple[PackedPolygons, ...] = ()
    today_ids: tuple[str, ...] = ()


def shapes(
    territories: "pd.DataFrame",
    units: "GeoDataFrame",
    *,
    unit_limit: int,
    vertex_budget: int = _VERTEX_BUDGET,
    levels: Sequence[Sequence[str]] = (),
    matched: bool = False,
) -> Shapes:
    """Simplify, round and pack the polygons of a plan.

    Units are simplified as one coverage and territories are put together from the simplified units,
    so that both follow exactly the same lines. Without units, or for a territory that has none, the
    territory's own polygon is taken.

    Parameters
    ----------
    territories : DataFrame or GeoDataFrame, k rows
        Index territory_id; geometry in any CRS, needed only for territories without units.
    units : GeoDataFrame, n rows, n may be 0
        Column territory_id ("" or unknown: in no territory), optional today_id; any CRS.
    unit_limit : int
        More units than this are drawn as their territories' outlines only.
    vertex_budget : int
        Simplification grows until all drawn polygons have at most this many points.
    levels : sequence of sequences of k str
        Groupings of the territories: for each the group of every territory.
    matched : bool
        Whether the units are known to have the same points along shared borders.

    Returns
    -------
    Shapes
    """
    import shapely

    crs = units.crs if len(units) else territories.crs
    own = _own_polygons(territories, crs)
    if len(units):
        pieces = shapely.make_valid(np.asarray(units.geometry.array, dtype=object))
        pieces = pieces if matched else _coverage(pieces)
        position = {str(name): i for i, name in enumerate(territories.index)}
        owner = np.array([position.get(str(t), -1) for t in units["territory_id"]], dtype=np.intp)
    else:
        pieces, owner = _coverage(shapely.make_valid(own)), np.arange(len(own))
    west, south, east, north = _extent(pieces)
    inside = shapely.point_on_surface(pieces)
    draw_units = 0 < len(units) <= unit_limit
    tolerance, most = float(np.hypot(east - west, north - south)) / 10_000, np.inf
    light = pieces
    while True:
        # Points vanish in the order of what they matter: what is light already goes on from there.
        light = shapely.coverage_simplify(light, tolerance)
        wholes = None if draw_units else _wholes(light, owner, own)
        n_vertices = int(shapely.get_num_coordinates(light if wholes is None else wholes).sum())
        if n_vertices <= vertex_budget or tolerance > (east - west + north - south) / 200:
            break
        if draw_units and np.isinf(most):
            # Corners where three units meet always stay: a budget below them would cost only truth.
            coarse = shapely.coverage_simplify(light, (east - west + north - south) / 125)
            most = _ROOM * float(shapely.get_num_coordinates(coarse).sum())
        if n_vertices <= most:
            break
        tolerance *= 1.6
    wholes = _wholes(light, owner, own) if wholes is None else wholes
    lonlat = _to_lonlat(wholes, crs)
    today_ids, former = _today(units, light)
    return Shapes(
        territories=packed(lonlat),
        units=packed(_to_lonlat(light, crs)) if draw_units else (),
        points=_coordinates(_to_lonlat(inside, crs)) if len(units) else np.empty((0, 2)),
        label_points=_middles(lonlat),
        sizes=np.asarray(shapely.area(wholes), dtype=np.float64),
        bounds=_extent(lonlat),
        neighbours=shared_borders(wholes),
        levels=tuple(packed(_to_lonlat(_joined(wholes, groups), crs)) for groups in levels),
        today=packed(_to_lonlat(former, crs)) if len(today_ids) else (),
        today_ids=today_ids,
    )


def _wholes(
    pieces: NDArray[np.object_], owner: NDArray[np.intp], own: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Put the territories together from their pieces; one without any keeps its own polygon."""
    import shapely

    return np.array(
        [
            shapely.coverage_union_all(pieces[owner == t]) if (owner == t).any() else own[t]
            for t in range(len(own))
        ],
        dtype=object,
    )


def packed(polygons: Iterable[Any]) -> tuple[PackedPolygons, ...]:
    """Round polygons to five decimals of a degree and pack their rings as integer steps.

    Parameters
    ----------
    polygons : sequence of Polygon or MultiPolygon
        Coordinates lon, lat in degrees. Rings that shrink to a line by the rounding are left out.

    Returns
    -------
    tuple of PackedPolygons

    Examples
    --------
    >>> from shapely import box
    >>> packed([box(0, 0, 0.00002, 0.00001)])
    ([[[2, 0, 0, 1, -2, 0, 0, -1]]],)
    """
    import shapely

    wholes = np.asarray(list(polygons), dtype=object)
    parts, whole = shapely.get_parts(wholes, return_index=True)
    areas = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    rings, part = shapely.get_rings(parts[areas], return_index=True)
    steps = _steps(rings)
    begins = np.searchsorted(part, np.arange(np.count_nonzero(areas) + 1)).tolist()
    result: tuple[PackedPolygons, ...] = tuple([] for _ in wholes)
    for owner, (begin, end) in zip(whole[areas].tolist(), pairwise(begins), strict=True):
        if steps[begin]:
            result[owner].append([ring for ring in steps[begin:end] if ring])
    return result


def shared_borders(polygons: Sequence[Any] | NDArray[np.object_]) -> tuple[tuple[int, int], ...]:
    """Return the pairs of polygons that share a border of more than single points.

    Parameters
    ----------
    polygons : sequence of Polygon or MultiPolygon, length k

    Returns
    -------
    tuple of (int, int)
        Pairs (a, b), a < b, sorted.

    Examples
    --------
    Two squares side by side; a third touches only a corner:

    >>> from shapely import box
    >>> shared_borders([box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 1, 3, 2)])
    ((0, 1),)
    """
    import shapely

    array = np.asarray(polygons, dtype=object)
    left, right = shapely.STRtree(array).query(array, predicate="intersects")
    left, right = left[left < right], right[left < right]
    boundaries = shapely.boundary(array)
    met = shapely.length(shapely.intersection(boundaries[left], boundaries[right])) > 0
    apart = ~met
    met[apart] = shapely.area(shapely.intersection(array[left[apart]], array[right[apart]])) > 0
    return tuple(sorted((int(a), int(b)) for a, b in zip(left[met], right[met], strict=True)))


def _coverage(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return polygons whose shared borders have the same points on both sides.

    Cells cut inside their parents end on its border where the neighbour has no point. There all
    borders are cut at each other's ends, and the faces between them given back to their owners.
    """
    import shapely

    if bool(shapely.coverage_is_valid(polygons)):
        return polygons
    lines = shapely.union_all(shapely.boundary(polygons))
    faces = shapely.get_parts(shapely.polygonize([lines]))
    inside = shapely.point_on_surface(faces)
    face, owner = shapely.STRtree(polygons).query(inside, predicate="within")
    order = np.lexsort((owner, face))
    face, first = np.unique(face[order], return_index=True)
    owner = owner[order][first]
    mended = polygons.copy()
    by_owner = np.argsort(owner, kind="stable")
    owners, start = np.unique(owner[by_owner], return_index=True)
    for index, members in zip(owners, np.split(face[by_owner], start[1:]), strict=True):
        mended[index] = shapely.coverage_union_all(faces[members])
    return np.asarray(mended, dtype=object)


def _joined(wholes: NDArray[np.object_], groups: Sequence[str]) -> NDArray[np.object_]:
    """Return one polygon a group, in the order of the groups' names."""
    import shapely

    names = np.asarray(list(map(str, groups)), dtype=object)
    joined = [shapely.coverage_union_all(wholes[names == name]) for name in sorted(set(names))]
    return np.array(joined, dtype=object)


def _today(
    units: "GeoDataFrame", pieces: NDArray[np.object_]
) -> tuple[tuple[str, ...], NDArray[np.object_]]:
    """Return the territories of today by id, each as one polygon."""
    if "today_id" not in units.columns:
        return (), np.empty(0, dtype=object)
    owners = [str(owner) for owner in units["today_id"]]
    known = np.array([owner != "" for owner in owners], dtype=bool)
    names = [owner for owner in owners if owner]
    return tuple(sorted(set(names))), _joined(pieces[known], names)


def _own_polygons(territories: "pd.DataFrame", crs: Any) -> NDArray[np.object_]:
    import shapely
    from geopandas import GeoDataFrame

    if not isinstance(territories, GeoDataFrame):
        return np.array([shapely.Polygon()] * len(territories), dtype=object)
    polygons = territories.geometry.to_crs(crs) if crs is not None else territories.geometry
    return np.asarray(shapely.make_valid(np.asarray(polygons.array, dtype=object)), dtype=object)


def _steps(rings: NDArray[np.object_]) -> list[list[int]]:
    """Return the steps of each ring, none of one that shrinks to a line; all rings in one go."""
    import shapely

    points, ring = shapely.get_coordinates(rings, return_index=True)
    grid = np.rint(points * _PER_DEGREE).astype(np.int64)
    first = np.diff(ring, prepend=-1) != 0
    moved = first | (np.diff(grid, axis=0, prepend=grid[:1]) != 0).any(axis=1)
    grid, ring = grid[moved], ring[moved]
    inner = np.diff(ring, append=-1) == 0  # a ring ends where it began
    grid, ring = grid[inner], ring[inner]
    first = np.diff(ring, prepend=-1) != 0
    steps = np.where(first[:, None], grid, np.diff(grid, axis=0, prepend=grid[:1])).ravel().tolist()
    begins = (2 * np.searchsorted(ring, np.arange(len(rings) + 1))).tolist()
    return [steps[begin:end] if end - begin >= 6 else [] for begin, end in pairwise(begins)]


def _to_lonlat(geometries: NDArray[np.object_], crs: Any) -> NDArray[np.object_]:
    from geopandas import GeoSeries

    series = GeoSeries(geometries, crs=crs)
    return np.asarray((series.to_crs(4326) if crs is not None else series).array, dtype=object)


def _middles(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the centre of the largest circle inside each polygon's largest part."""
    import shapely

    middles = np.full((len(polygons), 2), np.nan)
    for i, polygon in enumerate(polygons):
        parts = shapely.get_parts(polygon)
        if polygon.is_empty:
            continue
        largest = parts[int(shapely.area(parts).argmax())]
        west, south, east, north = shapely.bounds(largest)
        tolerance = max(min(east - west, north - south), 1e-6) / 50
        circle = shapely.maximum_inscribed_circle(largest, tolerance=tolerance)
        middles[i] = shapely.get_coordinates(circle)[0]
    return middles


def _extent(geometries: NDArray[np.object_]) -> tuple[float, float, float, float]:
    import shapely

    west, south, east, north = (float(value) for value in shapely.total_bounds(geometries))
    return west, south, east, north


def _coordinates(points: NDArray[np.object_]) -> NDArray[np.float64]:
    import shapely

    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])
