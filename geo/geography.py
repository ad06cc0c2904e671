"""Units with their polygons, points and notes: what every geography hands on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Protocol, cast

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.conversions import km_to_m, m2_to_km2, m_to_km
from geo.crs import lonlat_bounds, to_lonlat, to_xy
from geo.errors import GeographyError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pyproj import CRS


__all__ = ["Geography", "Note", "Point", "Polygon", "Ring", "Severity", "polygons_of"]

Severity = Literal["info", "warning", "error"]


class Point(Protocol):
    """A place in a plane."""

    x: float
    y: float


class Ring(Protocol):
    """A closed line."""

    coords: Iterable[tuple[float, float]]


class Polygon(Protocol):
    """One piece of an area: its outer line and its holes."""

    exterior: Ring
    interiors: Sequence[Ring]
    area: float
    centroid: Point

    def contains(self, other: Point) -> bool:
        """Whether a place lies in it."""

    def representative_point(self) -> Point:
        """Return a place that lies in it."""


def polygons_of(shape: object) -> tuple[Polygon, ...]:
    """Return the pieces of a polygon or multipolygon."""
    return tuple(cast("Sequence[Polygon]", getattr(shape, "geoms", (shape,))))


_LONLAT = "EPSG:4326"
_BEND_DEG = 0.5
"""How far an edge that is straight on the map may bend past the degrees of its two ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Say what was repaired, bridged or guessed, and for which ids.

    Parameters
    ----------
    what : str
        One line with the values.
    ids : tuple of str
        The units, ZIPs or points meant.
    severity : {"info", "warning", "error"}
    """

    what: str
    ids: tuple[str, ...] = ()
    severity: Severity = "info"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Geography:
    """Hold units that tile their land: no overlaps, shared borders with the same vertices.

    Parameters
    ----------
    units : GeoDataFrame, n rows
        Index ``unit_id`` (unique str), columns ``name``, ``level``, ``parent`` ("" without one)
        and ``geometry`` in `crs`; more columns may follow.
    crs : pyproj.CRS
        Equal-area, in metres.
    notes : tuple of Note
        Everything that was repaired on the way.
    near : tuple of (id, id, metres)
        Units without a common border between which nothing lies, as they were drawn, and the
        length of the shortest way: see `geo.coverage.ways`.
    lonlat : (n,) polygons in degrees, optional
        Those that `units` were brought from, where they were read in EPSG:4326.

    Attributes
    ----------
    kept : dict
        What is found once and asked for again: see `geo.coverage.matched`.
    """

    units: GeoDataFrame = field(repr=False)
    crs: CRS
    notes: tuple[Note, ...] = ()
    near: tuple[tuple[str, str, float], ...] = field(default=(), repr=False)
    lonlat: NDArray[np.object_] | None = field(default=None, repr=False)
    kept: dict[str, tuple[NDArray[np.object_], bool]] = field(
        default_factory=dict, init=False, repr=False
    )

    def __len__(self) -> int:
        return len(self.units)

    @property
    def ids(self) -> tuple[str, ...]:
        """Unit ids in the order of `units`."""
        return tuple(self.units.index)

    @property
    def geometries(self) -> NDArray[np.object_]:
        """(n,) shapely polygons in metres."""
        return np.asarray(self.units.geometry.array, dtype=object)

    def index_of(self, ids: Iterable[str]) -> NDArray[np.intp]:
        """Give the positions of `ids`; refuses ids that are no units, naming them."""
        wanted = list(ids)
        positions = np.asarray(self.units.index.get_indexer(wanted), dtype=np.intp)
        if (positions < 0).any():
            unknown = [wanted[row] for row in np.flatnonzero(positions < 0)]
            raise GeographyError(
                f"{len(unknown):,} of {len(wanted):,} ids are no units of the geography",
                evidence=[f'"{unit}"' for unit in unknown],
            )
        return positions

    def subset(self, ids: Iterable[str]) -> Geography:
        """Keep these units, in this order."""
        rows = self.index_of(ids)
        lonlat = None if self.lonlat is None else self.lonlat[rows]
        return replace(self, units=self.units.iloc[rows], lonlat=lonlat)

    def replace(
        self, *, units: GeoDataFrame | None = None, notes: Sequence[Note] | None = None
    ) -> Geography:
        """Return a copy with other units or notes."""
        return Geography(
            units=self.units if units is None else units,
            crs=self.crs,
            notes=self.notes if notes is None else tuple(notes),
            near=self.near,
            lonlat=self.lonlat if units is None else None,
        )

    def as_in_degrees(self) -> Geography:
        """Return the units as they come back from degrees, which they are then brought from.

        Two projections round: what is written in degrees, read and written again is the same to
        the last bit only from here on.
        """
        if self.lonlat is not None:
            return self
        lonlat = self.units.geometry.to_crs(_LONLAT)
        units = self.units.set_geometry(lonlat.to_crs(self.crs))
        return replace(self, units=units, lonlat=np.asarray(lonlat.array, dtype=object))

    def in_degrees(self) -> NDArray[np.object_]:
        """(n,) polygons in degrees, those of `as_in_degrees`."""
        if self.lonlat is not None:
            return self.lonlat
        return np.asarray(self.units.geometry.to_crs(_LONLAT).array, dtype=object)

    def areas_km2(self) -> NDArray[np.float64]:
        """(n,) areas in square kilometres."""
        return m2_to_km2(np.asarray(shapely.area(self.geometries), dtype=np.float64))

    def points_xy(self) -> NDArray[np.float64]:
        """(n,2) metres: each unit's centroid, or a point on its surface where that lies outside."""
        shapes = self.geometries
        points = shapely.centroid(shapes)
        outside = ~shapely.contains_properly(shapes, points)
        points[outside] = shapely.point_on_surface(shapes[outside])
        return np.asarray(shapely.get_coordinates(points), dtype=np.float64)

    def points_lonlat(self) -> NDArray[np.float64]:
        """(n,2) degrees: `points_xy` as lon, lat."""
        return to_lonlat(self.points_xy(), self.crs)

    def may_hold(self, lonlat: ArrayLike) -> NDArray[np.bool_]:
        """Mark the points within the units' bounds: cheap, and none in a unit is left out.

        Parameters
        ----------
        lonlat : (p,2) float64, degrees
            NaN for no place.

        Returns
        -------
        (p,) bool
            False for NaN.
        """
        points = np.asarray(lonlat, dtype=np.float64)
        corners = to_lonlat(shapely.get_coordinates(self.geometries), self.crs)
        west, south, east, north = lonlat_bounds(corners[:, 0], corners[:, 1])
        beside = (points[:, 0] - west + _BEND_DEG) % 360.0 <= east - west + 2.0 * _BEND_DEG
        between = (points[:, 1] >= south - _BEND_DEG) & (points[:, 1] <= north + _BEND_DEG)
        return np.asarray(beside & between)

    def locate(
        self, lonlat: ArrayLike, *, nearest_km: float = 0.0
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Find the unit under each point; on a border the first unit of the order wins.

        Parameters
        ----------
        lonlat : (p,2) float64, degrees
        nearest_km : float, km
            A point outside every unit goes to the nearest one within this distance.

        Returns
        -------
        position : (p,) int32
            Position of the unit in `units`, -1 if there is none.
        distance_km : (p,) float64, km
            0 inside, the distance bridged outside, inf where nothing was found.

        Notes
        -----
        O(p log n) with an STR tree.
        """
        points = shapely.points(to_xy(lonlat, self.crs))
        tree = shapely.STRtree(self.geometries)
        position = np.full(len(points), -1, dtype=np.int32)
        distance_km = np.full(len(points), np.inf)
        # Written from the last unit to the first, so that the first of several stays.
        rows, units = tree.query(points, predicate="intersects")
        order = np.argsort(-units, kind="stable")
        position[rows[order]] = units[order]
        distance_km[rows] = 0.0
        lost = np.flatnonzero(position < 0)
        if nearest_km > 0.0 and lost.size:
            (rows, units), metres = tree.query_nearest(
                points[lost], max_distance=km_to_m(float(nearest_km)), return_distance=True
            )
            order = np.argsort(-units, kind="stable")
            position[lost[rows[order]]] = units[order]
            distance_km[lost[rows]] = m_to_km(metres)
        return position, distance_km
