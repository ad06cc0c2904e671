"""Choose an equal-area coordinate system in metres, check it, and refuse degrees."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeographyError

if TYPE_CHECKING:
    from geopandas import GeoSeries
    from pyproj import CRS, Transformer

__all__ = [
    "MAX_AREA_DISTORTION",
    "area_distortion",
    "equal_area",
    "lonlat_bounds",
    "require_lonlat",
    "require_projected",
    "to_lonlat",
    "to_xy",
]

MAX_AREA_DISTORTION = 0.01
"""Largest accepted relative error of a unit's area (fraction)."""

_CONTERMINOUS_US = (-125.5, 24.0, -66.0, 50.0)
_SAMPLE = 64


def lonlat_bounds(lon: ArrayLike, lat: ArrayLike) -> tuple[float, float, float, float]:
    """Give the bounds of points on the globe; across the antimeridian east is above 180.

    Parameters
    ----------
    lon, lat : (n,) float64, degrees, n >= 1

    Returns
    -------
    west, south, east, north : float, degrees
        ``west <= east``; ``east - west`` is the smallest span that holds all points.

    Examples
    --------
    Fiji lies on both sides of the antimeridian, within six degrees:

    >>> lonlat_bounds([177.0, -177.0], [-18.0, -16.0])
    (177.0, -18.0, 183.0, -16.0)
    """
    lons = np.asarray(lon, dtype=np.float64)
    lats = np.asarray(lat, dtype=np.float64)
    west, east = float(lons.min()), float(lons.max())
    if east - west > 180.0:
        ordered = np.unique(lons)
        gaps = np.diff(ordered)
        widest = int(gaps.argmax())
        if gaps[widest] > 360.0 - (east - west):
            west, east = float(ordered[widest + 1]), float(ordered[widest]) + 360.0
    return west, float(lats.min()), east, float(lats.max())


def equal_area(west: float, south: float, east: float, north: float) -> CRS:
    """Choose an equal-area system for bounds in degrees.

    The conterminous United States get EPSG:5070 (Albers, NAD83); everything else gets a Lambert
    azimuthal equal-area system centred on the bounds.

    Parameters
    ----------
    west, south, east, north : float, degrees
        As `lonlat_bounds` gives them.

    Returns
    -------
    pyproj.CRS
        In metres.

    Raises
    ------
    GeographyError
        If the bounds are no bounds on the globe or reach more than a hemisphere.

    References
    ----------
    Snyder, J. P. (1987) Map projections: a working manual, USGS Professional Paper 1395,
    doi:10.3133/pp1395.
    """
    from pyproj import CRS
    from pyproj.crs import ProjectedCRS
    from pyproj.crs.coordinate_operation import LambertAzimuthalEqualAreaConversion

    if not (-90.0 <= south <= north <= 90.0 and -180.0 <= west <= east <= west + 360.0):
        raise GeographyError(
            f"bounds {west:g}, {south:g}, {east:g}, {north:g} are no degrees west, south, east, "
            "north",
            hint="set the coordinate system that the data really has before reading it",
        )
    us_west, us_south, us_east, us_north = _CONTERMINOUS_US
    if us_west <= west and us_south <= south and east <= us_east and north <= us_north:
        return CRS.from_epsg(5070)
    if east - west > 180.0:
        raise GeographyError(
            f"the geography spans {east - west:.0f} degrees of longitude; no local equal-area "
            "system holds more than a hemisphere",
            hint="plan the parts of the world one by one",
        )
    lat = round((south + north) / 2.0, 2)
    lon = round(((west + east) / 2.0 + 180.0) % 360.0 - 180.0, 2)
    return ProjectedCRS(
        LambertAzimuthalEqualAreaConversion(
            latitude_natural_origin=lat, longitude_natural_origin=lon
        ),
        name=f"Local equal area at {lon:g} {lat:g}",
    )


def require_projected(crs: Any) -> CRS:
    """Return the system as a CRS if it is projected in metres; refuse degrees and feet.

    Raises
    ------
    GeographyError
        If there is none, or its axes are not metres.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if crs is None:
        raise GeographyError(
            "the geography has no coordinate system",
            hint="write the .prj file, or set the coordinate system in the file's own software",
        )
    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        raise GeographyError(
            f"{crs!r} is no coordinate system", hint='use "auto" or a code such as "EPSG:5070"'
        ) from error
    units = {axis.unit_name for axis in system.axis_info[:2]}
    if not system.is_projected or units != {"metre"}:
        found = ", ".join(sorted(units)) or "no axes"
        raise GeographyError(
            f"{system.name} measures in {found}; lengths and areas need metres",
            hint='use crs = "auto", which chooses an equal-area system in metres',
        )
    return system


def area_distortion(geometries: GeoSeries) -> float:
    """Give the worst relative error of planar against ellipsoidal area.

    Parameters
    ----------
    geometries : GeoSeries of polygons with a projected CRS
        At most 64 of them, evenly chosen, are measured.

    Returns
    -------
    float
        ``max |planar / ellipsoidal - 1|``, 0 for equal-area systems.

    References
    ----------
    Karney, C. F. F. (2013) Algorithms for geodesics, Journal of Geodesy 87, 43-55,
    doi:10.1007/s00190-012-0578-z.
    """
    system = require_projected(geometries.crs)
    geod = system.get_geod()
    if geod is None:  # pragma: no cover - every projected system stands on an ellipsoid
        raise GeographyError(f"{system.name} has no ellipsoid to check areas against")
    chosen = np.unique(np.linspace(0, len(geometries) - 1, _SAMPLE).astype(int))
    sample = geometries.iloc[chosen]
    # Long planar edges are no geodesics: measured on densified copies, only the area differs.
    degrees = sample.segmentize(5_000.0).to_crs(system.geodetic_crs)
    planar = sample.area.to_numpy()
    globe = np.array([abs(geod.geometry_area_perimeter(shape)[0]) for shape in degrees])
    known = globe > 0.0
    return float(np.abs(planar[known] / globe[known] - 1.0).max(initial=0.0))


def require_lonlat(lonlat: ArrayLike, *, what: str = "point") -> NDArray[np.float64]:
    """Return (n,2) degrees as float64, or name the first rows that are no place on earth.

    Raises
    ------
    GeographyError
        If the shape is not (n,2), or values are NaN or outside -180..180, -90..90.
    """
    points = np.asarray(lonlat, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise GeographyError(f"{what}s have shape {points.shape}; expected (n, 2) with lon, lat")
    inside = (np.abs(points[:, 0]) <= 180.0) & (np.abs(points[:, 1]) <= 90.0)
    if not inside.all():
        wrong = np.flatnonzero(~inside)
        raise GeographyError(
            f"{wrong.size:,} of {len(points):,} {what}s are no place on earth",
            evidence=[
                f"{what} {row}: lon {points[row, 0]:g}, lat {points[row, 1]:g}" for row in wrong
            ],
            hint="longitude is between -180 and 180 and comes first, latitude between -90 and 90",
        )
    return points


@cache
def _transformer(source: str, goal: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(source, goal, always_xy=True)


def to_xy(lonlat: ArrayLike, crs: CRS) -> NDArray[np.float64]:
    """Project (n,2) WGS84 degrees to (n,2) metres of `crs`; refuses impossible degrees."""
    points = require_lonlat(lonlat)
    x, y = _transformer("EPSG:4326", require_projected(crs).to_wkt()).transform(*points.T)
    return np.column_stack([x, y])


def to_lonlat(xy: ArrayLike, crs: CRS) -> NDArray[np.float64]:
    """Turn (n,2) metres of `crs` into (n,2) WGS84 degrees."""
    points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    lon, lat = _transformer(require_projected(crs).to_wkt(), "EPSG:4326").transform(*points.T)
    return np.column_stack([lon, lat])
