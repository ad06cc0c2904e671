"""Turn polygons as found into a coverage: valid, without overlaps, borders vertex for vertex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.conversions import SNAP_M, m2_to_km2
from geo.coverage.borders import MIN_BORDER_M, shared_borders
from geo.coverage.ways import nothing_between
from geo.crs import (
    MAX_AREA_DISTORTION,
    area_distortion,
    equal_area,
    lonlat_bounds,
    require_projected,
)
from geo.errors import GeographyError
from geo.geography import Geography, Note

if TYPE_CHECKING:
    from geopandas import GeoSeries
    from pandas import Series

__all__ = ["match_borders", "polygonal", "prepare", "unit_ids"]

GAP_M = 25.0
"""Slits between units up to this width are closed, metres."""

_M_PER_DEGREE = 111_320.0
_LONG_EDGE_DEGREES = 0.25
_STEP_DEGREES = 0.05
_CHANGED_KM2 = 0.01
_MOST_LON = 540.0
_MOST_LAT = 90.01
_MOST_M = 1e9


def unit_ids(values: Series, *, source: str) -> list[str]:
    """Turn an id column into unique text; whole numbers lose their fraction.

    Raises
    ------
    GeographyError
        If ids are missing or repeated.
    """
    missing = np.flatnonzero(values.isna().to_numpy())
    if missing.size:
        raise GeographyError(
            f"{missing.size:,} of {len(values):,} units of {source} have no id",
            evidence=[f"row {row + 1}" for row in missing],
        )
    if values.dtype.kind == "f" and (values % 1 == 0).all():
        values = values.astype("int64")
    ids = [str(value).strip() for value in values]
    seen: dict[str, int] = {}
    for unit in ids:
        seen[unit] = seen.get(unit, 0) + 1
    repeated = {unit: count for unit, count in seen.items() if count > 1}
    if repeated:
        raise GeographyError(
            f"{len(repeated):,} unit ids of {source} occur more than once",
            evidence=[f'"{unit}" {count} times' for unit, count in repeated.items()],
            hint="dissolve the parts of a unit into one multipolygon, or choose another id column",
        )
    if "" in seen:
        raise GeographyError(f"a unit of {source} has an empty id")
    return ids


def polygonal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Keep the polygons of every shape: lines and points of a collection are dropped.

    Parameters
    ----------
    shapes : (n,) shapely geometries

    Returns
    -------
    (n,) polygons or multipolygons, empty where a shape has no area.
    """
    result = shapely.force_2d(shapes)
    kinds = shapely.get_type_id(result)
    for row in np.flatnonzero((kinds != 3) & (kinds != 6)):
        # A collection may hold multipolygons, so its parts are taken apart twice.
        parts = shapely.get_parts(shapely.get_parts(result[row]))
        area = parts[shapely.get_type_id(parts) == 3]
        result[row] = shapely.multipolygons(area) if len(area) != 1 else area[0]
    return np.asarray(result, dtype=object)


def match_borders(
    shapes: NDArray[np.object_], *, snap: float, gap: float = 0.0
) -> NDArray[np.object_]:
    """Give neighbours the same vertices along their borders, without overlaps or slits.

    Parameters
    ----------
    shapes : (n,) valid polygons
    snap : float
        Vertices closer than this become one; unit of the coordinates.
    gap : float
        Enclosed slits between two units up to this width go to the one with the longer border.

    Returns
    -------
    (n,) polygons; the input itself if it was a coverage already.
    """
    clean = shapes
    if not shapely.coverage_is_valid(shapes):
        clean = np.asarray(shapely.coverage_clean(shapes, snapping_distance=snap), dtype=object)
    return _without_slits(clean, gap) if gap > 0.0 else clean


def _without_slits(shapes: NDArray[np.object_], gap: float) -> NDArray[np.object_]:
    """Close enclosed slits between two units; the input itself where there is none.

    A slit that meets three units or more is a network: as a whole it belongs to none of them, and
    given to one it would cut the others apart. It stays, and neighbours are found across it.
    """
    holes = shapely.get_parts(shapely.polygons(_holes(shapes)))
    narrow = 2.0 * shapely.area(holes) <= gap * shapely.length(holes)
    holes = holes[narrow]
    if not len(holes):
        return shapes
    tree = shapely.STRtree(shapes)
    rows, units = tree.query(holes, predicate="intersects")
    length = shapely.length(shapely.intersection(holes[rows], shapes[units]))
    # The units at the ends of a slit touch it by its width only.
    long = length > np.maximum(0.0, 0.05 * shapely.length(holes[rows]))
    rows, units, length = rows[long], units[long], length[long]
    count = np.bincount(rows, minlength=len(holes))
    filled = shapes.copy()
    for hole in np.flatnonzero((count == 1) | (count == 2)).tolist():
        own = rows == hole
        unit = units[own][np.argmax(length[own])]
        filled[unit] = shapely.union(filled[unit], holes[hole])
    return filled if (count > 0).any() and (count <= 2).any() else shapes


def _holes(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the inner rings of all units together."""
    parts = shapely.get_parts(shapely.coverage_union_all(shapes))
    rings: list[Any] = []
    for part in parts:
        if shapely.get_type_id(part) == 3:
            rings += [shapely.get_interior_ring(part, at) for at in
                      range(shapely.get_num_interior_rings(part))]  # fmt: skip
    return np.asarray(rings, dtype=object)


def _match_note(change: NDArray[np.float64], ids: Sequence[str]) -> Note:
    """Tell by how many km2 the areas of units changed, (n,)."""
    changed = np.flatnonzero(change > _CHANGED_KM2)
    if not changed.size:
        return Note(
            what="borders of neighbours did not match vertex for vertex; they were matched, "
            f"no unit's area changed by more than {_CHANGED_KM2:g} km2"
        )
    worst = [int(row) for row in changed[np.argsort(-change[changed], kind="stable")]]
    return Note(
        what=f"overlaps and slits between units were removed: the area of {len(worst):,} units "
        f"changed, at most by {change[worst[0]]:,.2f} km2 ({ids[worst[0]]})",
        ids=tuple(ids[row] for row in worst),
        severity="warning",
    )


def prepare(
    shapes: GeoSeries, *, ids: Series, names: Series, level: str, crs: Any, source: str
) -> Geography:
    """Make a checked geography of raw polygons, with a note for each kind of repair.

    Parameters
    ----------
    shapes : GeoSeries, n rows, with a CRS
    ids, names : Series, n rows
    level : str
    crs : "auto" or anything pyproj reads
    source : str
        Where the polygons come from, for messages.

    Returns
    -------
    Geography

    Raises
    ------
    GeographyError
        If there are no units, the CRS is missing or not in metres, ids are missing or repeated,
        a unit has no polygon or is covered by others, or areas are distorted by more than 1 %.

    Notes
    -----
    Order: invalid rings repaired; overlaps removed, slits closed and borders matched in the
    source's own system, where an edge is still the edge that was drawn; projected; areas checked.
    """
    import geopandas
    import pandas as pd

    if shapes.crs is None:
        require_projected(None)
    if len(shapes) == 0:
        raise GeographyError(f"{source} holds no units")
    units = unit_ids(ids, source=source)
    notes: list[Note] = []
    raw = np.asarray(shapes.array, dtype=object)
    _refuse_metres(raw, bool(shapes.crs.is_geographic), source)
    raw, repaired = _valid(raw, units, source)
    if repaired:
        notes.append(
            Note(
                what=f"{len(repaired):,} units had invalid rings (self-crossing or out of order), "
                "repaired",
                ids=repaired,
                severity="warning",
            )
        )
    in_degrees = bool(shapes.crs.is_geographic)
    scale = 1.0 / _M_PER_DEGREE if in_degrees else 1.0
    if in_degrees and _longest_edge(raw) > _LONG_EDGE_DEGREES:
        # A long straight edge in degrees bends when projected: both sides get the same bends.
        raw = shapely.segmentize(raw, _STEP_DEGREES)
    matched = match_borders(raw, snap=SNAP_M * scale, gap=GAP_M * scale)
    source_shapes = geopandas.GeoSeries(list(raw), crs=shapes.crs)
    system = _auto(source_shapes) if isinstance(crs, str) and crs == "auto" else crs
    system = require_projected(system)
    projected = geopandas.GeoSeries(list(matched), crs=shapes.crs).to_crs(system)
    # Projecting a border from both sides may differ in the last bit, so it is matched again.
    final = match_borders(np.asarray(projected.array, dtype=object), snap=SNAP_M)
    frame = geopandas.GeoDataFrame(
        {"name": [str(name) for name in names], "level": level, "parent": ""},
        index=pd.Index(units, name="unit_id"),
        geometry=list(final),
        crs=system,
    )
    _refuse_empty(frame.geometry, units, source)
    drawn = final
    if matched is not raw:
        drawn = np.asarray(source_shapes.to_crs(system).array, dtype=object)
        # Compared in the source's own system: projecting alone moves long edges a little.
        share = shapely.area(raw) / shapely.area(matched) - 1.0
        notes.append(_match_note(m2_to_km2(np.abs(share) * frame.area.to_numpy()), units))
    near = tuple(
        (units[a], units[b], way_m) for a, b, way_m in nothing_between(drawn, _neighbours(final))
    )
    distortion = area_distortion(frame.geometry)
    if distortion > MAX_AREA_DISTORTION:
        raise GeographyError(
            f"{system.name} distorts the area of a unit by {distortion:.1%}; "
            f"at most {MAX_AREA_DISTORTION:.0%} is accepted",
            hint='use crs = "auto", which chooses an equal-area system',
        )
    return Geography(units=frame, crs=system, notes=tuple(notes), near=near)


def _neighbours(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return pairs with a common border as ``a * n + b``, ``a < b``."""
    a, b, border_m, _, _ = shared_borders(shapes)
    return (a.astype(np.int64) * len(shapes) + b)[border_m > MIN_BORDER_M]


def _refuse_metres(raw: NDArray[np.object_], in_degrees: bool, source: str) -> None:
    """Refuse coordinates that cannot be what the file says, before anything is computed."""
    bounds = shapely.total_bounds(raw)
    if not np.isfinite(bounds).all():
        return
    far = np.abs(bounds)
    if in_degrees and (max(far[0], far[2]) > _MOST_LON or max(far[1], far[3]) > _MOST_LAT):
        raise GeographyError(
            f"{source} is in degrees by its file, and its coordinates reach {far.max():,.0f}: they "
            "are metres or feet of a projected system",
            hint="export it in longitude and latitude, or as GeoPackage with its system",
        )
    if far.max() > _MOST_M:
        raise GeographyError(f"{source} has coordinates up to {far.max():.3g}; that is no place")


def _valid(
    raw: NDArray[np.object_], units: Sequence[str], source: str
) -> tuple[NDArray[np.object_], tuple[str, ...]]:
    absent = shapely.is_missing(raw) | shapely.is_empty(raw)
    if absent.any():
        raise GeographyError(
            f"{int(absent.sum()):,} of {len(raw):,} units of {source} have no geometry",
            evidence=[f'"{units[row]}"' for row in _rows(absent)],
        )
    broken = ~shapely.is_valid(raw)
    fixed = raw.copy()
    fixed[broken] = shapely.make_valid(raw[broken], method="structure")
    fixed = polygonal(fixed)
    flat = shapely.is_empty(fixed) | (shapely.area(fixed) <= 0.0)
    if flat.any():
        raise GeographyError(
            f"{int(flat.sum()):,} of {len(raw):,} units of {source} have no area",
            evidence=[f'"{units[row]}" is a {raw[row].geom_type}' for row in _rows(flat)],
            hint="units are polygons; accounts as points belong to the accounts table",
        )
    return fixed, tuple(units[row] for row in _rows(broken))


def _rows(mask: NDArray[np.bool_]) -> list[int]:
    return [int(row) for row in np.flatnonzero(mask)]


def _refuse_empty(shapes: GeoSeries, units: Sequence[str], source: str) -> None:
    gone = shapes.is_empty.to_numpy()
    if gone.any():
        raise GeographyError(
            f"{int(gone.sum()):,} units of {source} lie wholly under others",
            evidence=[f'"{units[row]}"' for row in _rows(gone)],
            hint="remove the copies, or give each piece of land to one unit",
        )


def _longest_edge(shapes: NDArray[np.object_]) -> float:
    coordinates, owner = shapely.get_coordinates(shapely.boundary(shapes), return_index=True)
    steps = np.abs(np.diff(coordinates, axis=0)).max(axis=1, initial=0.0)
    return float(steps[owner[1:] == owner[:-1]].max(initial=0.0))


def _auto(shapes: GeoSeries) -> Any:
    degrees = shapely.get_coordinates(np.asarray(shapes.to_crs(4326).array, dtype=object))
    return equal_area(*lonlat_bounds(degrees[:, 0], degrees[:, 1]))
