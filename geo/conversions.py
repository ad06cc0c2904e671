"""Named unit conversions, so that no bare factor stands anywhere else."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "LIMIT",
    "NONZERO",
    "SNAP_M",
    "km_to_m",
    "m2_to_km2",
    "m_to_km",
    "min_to_h",
    "web_mercator_to_lonlat",
]

LIMIT = 1e-9
"""By how much rounding may take a figure beyond its limit."""

NONZERO = 1e-12
"""Least divisor: what is smaller is rounding."""

SNAP_M = 0.001
"""Corners nearer than this are one, metres."""

_WEB_MERCATOR_RADIUS_M = 6_378_137.0
Number = TypeVar("Number", float, NDArray[np.float64])


def m_to_km(length_m: Number) -> Number:
    """Turn metres into kilometres."""
    return length_m / 1000.0


def km_to_m(length_km: Number) -> Number:
    """Turn kilometres into metres."""
    return length_km * 1000.0


def m2_to_km2(area_m2: Number) -> Number:
    """Turn square metres into square kilometres."""
    return area_m2 / 1.0e6


def min_to_h(time_min: Number) -> Number:
    """Turn minutes into hours."""
    return time_min / 60.0


def web_mercator_to_lonlat(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn spherical web-mercator metres (EPSG:3857) into degrees; NaN stays NaN.

    Parameters
    ----------
    x, y : (n,) float64, metres
        Easting and northing as public portals publish them.

    Returns
    -------
    lon, lat : (n,) float64, degrees

    Notes
    -----
    lon = x / R, lat = atan(sinh(y / R)), R = 6,378,137 m: exact, O(n).

    Examples
    --------
    The corner of the web-mercator square lies at 180 degrees east, 85.0511 degrees north:

    >>> lon, lat = web_mercator_to_lonlat(np.array([20037508.342789]), np.array([20037508.342789]))
    >>> round(float(lon[0]), 4), round(float(lat[0]), 4)
    (180.0, 85.0511)
    """
    lon = np.degrees(np.asarray(x, dtype=np.float64) / _WEB_MERCATOR_RADIUS_M)
    lat = np.degrees(np.arctan(np.sinh(np.asarray(y, dtype=np.float64) / _WEB_MERCATOR_RADIUS_M)))
    return lon, lat
