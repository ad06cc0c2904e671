"""Territory outlines: units dissolved without slivers, with every hole and detached part named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.conversions import m2_to_km2
from geo.coverage.matched import matched
from geo.coverage.repair import polygonal
from geo.errors import GeographyError
from geo.geography import Geography, Note

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["Outlines", "outlines", "simplified"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlines:
    """Hold one outline per label.

    Parameters
    ----------
    frame : GeoDataFrame
        Index ``label`` (sorted text), columns ``n_units``, ``n_parts`` (polygons), ``n_holes``,
        ``area_km2`` and ``geometry`` in the CRS of the geography.
    notes : tuple of Note
        Each hole with the labels inside it, each outline of several parts.
    """

    frame: GeoDataFrame
    notes: tuple[Note, ...] = ()


def outlines(geography: Geography, labels: Sequence[str] | NDArray[np.object_]) -> Outlines:
    """Dissolve the units of each label into one outline.

    Parameters
    ----------
    geography : Geography, n units
    labels : (n,) str
        The territory of each unit, in the order of the units.

    Returns
    -------
    Outlines
        Areas add up to those of the units: borders are shared vertex for vertex, so nothing is
        buffered and no sliver is made or removed.

    Raises
    ------
    GeographyError
        If there is not one label per unit, or one is empty.

    Notes
    -----
    Segments that occur twice vanish: O(v log v) for v vertices. Parts may be islands of one unit:
    whether a territory is contiguous is told by the adjacency, not by its parts.
    """
    import geopandas
    import pandas as pd

    given = np.asarray(list(labels), dtype=object)
    if len(given) != len(geography):
        raise GeographyError(f"{len(given):,} labels for {len(geography):,} units")
    unlabelled = [unit for unit, label in zip(geography.ids, given, strict=True) if not label]
    if unlabelled:
        raise GeographyError(
            f"{len(unlabelled):,} units have no territory",
            evidence=[f'"{unit}"' for unit in unlabelled],
        )
    shapes, _ = matched(geography)
    names = sorted(set(given.tolist()))
    merged = np.array(
        [shapely.coverage_union_all(shapes[given == name]) for name in names], dtype=object
    )
    merged = polygonal(merged)
    holes = [_holes(outline) for outline in merged]
    frame = geopandas.GeoDataFrame(
        {
            "n_units": [int((given == name).sum()) for name in names],
            "n_parts": shapely.get_num_geometries(merged),
            "n_holes": [len(found) for found in holes],
            "area_km2": m2_to_km2(np.asarray(shapely.area(merged), dtype=np.float64)),
        },
        index=pd.Index(names, name="label"),
        geometry=list(merged),
        crs=geography.crs,
    )
    return Outlines(frame=frame, notes=_notes(frame, holes, merged))


def _holes(outline: shapely.Geometry) -> NDArray[np.object_]:
    rings = [
        shapely.polygons(ring)
        for part in shapely.get_parts(outline)
        for ring in shapely.get_rings(part)[1:]
    ]
    return np.array(rings, dtype=object)


def _notes(
    frame: GeoDataFrame, holes: list[NDArray[np.object_]], merged: NDArray[np.object_]
) -> tuple[Note, ...]:
    names = list(frame.index)
    inner = shapely.point_on_surface(merged)
    notes: list[Note] = []
    for name, found in zip(names, holes, strict=True):
        for hole in found:
            within = [names[row] for row in np.flatnonzero(shapely.contains(hole, inner))]
            size = m2_to_km2(float(hole.area))
            what = f"around {', '.join(within)}" if within else "of land or water without units"
            notes.append(
                Note(
                    what=f"{name} has a hole of {size:,.2f} km2 {what}",
                    ids=(name, *within),
                    severity="warning" if within else "info",
                )
            )
    notes += [
        Note(what=f"{name} is drawn in {parts} parts", ids=(name,))
        for name, parts in zip(names, frame["n_parts"], strict=True)
        if parts > 1
    ]
    return tuple(notes)


def simplified(frame: GeoDataFrame, tolerance_m: float) -> GeoDataFrame:
    """Draw polygons with fewer vertices; borders that were shared stay shared.

    Parameters
    ----------
    frame : GeoDataFrame of polygons in metres
        A coverage: units or outlines that do not overlap.
    tolerance_m : float, metres, >= 0
        Corners whose triangle is smaller than about this squared vanish; 0 changes nothing.

    Returns
    -------
    GeoDataFrame
        A copy with other geometries; for drawing, not for measuring.

    Notes
    -----
    Visvalingam-Whyatt on the edges of the coverage, O(v log v).

    References
    ----------
    Visvalingam, M. and Whyatt, J. D. (1993) Line generalisation by repeated elimination of
    points, The Cartographic Journal 30(1), 46-51, doi:10.1179/000870493786962263.
    """
    import geopandas

    if not tolerance_m >= 0.0:
        raise GeographyError(f"tolerance_m is {tolerance_m:g}; expected 0 or more")
    shapes = np.asarray(frame.geometry.array, dtype=object)
    if tolerance_m > 0.0:
        shapes = shapely.coverage_simplify(shapes, tolerance_m)
    return frame.set_geometry(geopandas.GeoSeries(list(shapes), index=frame.index, crs=frame.crs))
