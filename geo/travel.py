"""Road minutes between places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.crs import require_lonlat
from geo.errors import GeographyError
from geo.points.nearest import nth_distance

__all__ = [
    "CIRCUITY",
    "RURAL_KMH",
    "URBAN_KM",
    "URBAN_KMH",
    "GivenMatrix",
    "RoadEstimate",
    "TravelModel",
    "great_circle_between_km",
    "great_circle_km",
    "is_urban",
    "on_sphere",
    "require_non_negative",
]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

CIRCUITY = 1.3
"""Road kilometres per great-circle kilometre, between the two published figures.

Trips to hospitals in the United States take about 1.4 (Boscoe, Henry and Zdeb 2012,
doi:10.1080/00330124.2011.583586); long trips about 1.2 (Ballou, Rahardja and Sakai 2002,
doi:10.1016/S0965-8564(01)00044-1). A day trip of a field force lies between.
"""

URBAN_KMH = 40.0
"""Door-to-door speed in town: a planning default, editable; no published source."""

RURAL_KMH = 85.0
"""Speed between towns: a planning default, editable; no published source."""

URBAN_KM = 10.0
"""Road within town at an urban end of a trip: a planning default, editable."""

URBAN_RADIUS_KM = 8.0
"""How far `is_urban` looks around a place: a planning default, editable."""

URBAN_COUNT = 5
"""Reference places within the radius that make a place urban: a planning default, editable."""

_CHUNK = 1_000_000
_BLOCK = 16_384
"""Pairs of places that are reckoned at once: as many as stay near the processor."""
_ROWS = 32
"""Places whose distances to all others are reckoned at once where each pair is reckoned once."""


class TravelModel(Protocol):
    """Turn places into minutes by road, one way."""

    def minutes(
        self, origin_lonlat: ArrayLike, destination_lonlat: ArrayLike
    ) -> NDArray[np.float64]:
        """Give (n,k) minutes from k origins to n destinations, each finite and >= 0."""
        ...


def great_circle_km(a_lonlat: ArrayLike, b_lonlat: ArrayLike) -> NDArray[np.float64]:
    """Give great-circle distances between two sets of places.

    Parameters
    ----------
    a_lonlat : (n,2) float64, degrees
    b_lonlat : (k,2) float64, degrees

    Returns
    -------
    (n,k) float64, km

    Notes
    -----
    Haversine on a sphere of radius 6371.0088 km: within 0.6 % of the ellipsoid. O(nk) time, in
    blocks of a million pairs, so that little more than the result is held in memory.

    References
    ----------
    Sinnott, R. W. (1984) Virtues of the haversine, Sky and Telescope 68(2), 159.

    Examples
    --------
    A quarter of the equator:

    >>> round(float(great_circle_km([[0.0, 0.0]], [[90.0, 0.0]])[0, 0]), 1)
    10007.6
    """
    a = np.radians(require_lonlat(a_lonlat))
    b = np.radians(require_lonlat(b_lonlat))
    result = np.empty((len(a), len(b)), dtype=np.float64)
    rows = max(1, _CHUNK // max(1, len(b)))
    for start in range(0, len(a), rows):
        result[start : start + rows] = _haversine(a[start : start + rows, None], b[None, :])
    return result


def great_circle_between_km(a_lonlat: ArrayLike, b_lonlat: ArrayLike) -> NDArray[np.float64]:
    """Give the great-circle distance of each place to its own other one, as `great_circle_km`.

    Parameters
    ----------
    a_lonlat, b_lonlat : (n,2) float64, degrees

    Returns
    -------
    (n,) float64, km
    """
    return _haversine(np.radians(require_lonlat(a_lonlat)), np.radians(require_lonlat(b_lonlat)))


def _haversine(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kilometres between places in radians, longitude and latitude in the last axis."""
    half_lon = (a[..., 0] - b[..., 0]) / 2.0
    half_lat = (a[..., 1] - b[..., 1]) / 2.0
    cosines = np.cos(a[..., 1]) * np.cos(b[..., 1])
    h = np.sin(half_lat) ** 2 + cosines * np.sin(half_lon) ** 2
    return np.asarray(2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(h, 1))))


def on_sphere(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,3) unit vectors, whose straight distances order as great circles do."""
    lon, lat = np.radians(lonlat).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _chord(distance_km: float) -> float:
    return float(2.0 * np.sin(min(distance_km / (2.0 * EARTH_RADIUS_KM), np.pi / 2.0)))


def is_urban(
    lonlat: ArrayLike,
    reference_lonlat: ArrayLike | None = None,
    *,
    radius_km: float = URBAN_RADIUS_KM,
    count: int = URBAN_COUNT,
) -> NDArray[np.bool_]:
    """Tell which places lie among many others.

    Parameters
    ----------
    lonlat : (n,2) float64, degrees
    reference_lonlat : (r,2) float64, degrees, optional
        The places that are counted, usually all accounts; `lonlat` itself if left out. A place
        that is one of them counts itself.
    radius_km : float, km
        Great-circle radius.
    count : int
        Places within the radius that make a place urban.

    Returns
    -------
    (n,) bool

    Notes
    -----
    A k-d tree on the unit sphere: O((n + r) log r).
    """
    places = require_lonlat(lonlat)
    reference = places if reference_lonlat is None else require_lonlat(reference_lonlat)
    if not len(places) or not len(reference):
        return np.zeros(len(places), dtype=bool)
    if count < 1:
        return np.ones(len(places), dtype=bool)
    # Only the count-th nearest matters: counting all would be quadratic in a town of thousands.
    bound = float(np.nextafter(_chord(radius_km), np.inf))
    return np.isfinite(nth_distance(on_sphere(reference), on_sphere(places), n=count, below=bound))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadEstimate:
    """Estimate minutes from great circles, a circuity factor, and two speeds.

    Parameters
    ----------
    circuity : float, >= 1
        Road kilometres per great-circle kilometre.
    urban_kmh, rural_kmh : float, km/h, > 0
        Speeds within and between towns.
    urban_km : float, km, >= 0
        Road within town at each urban end.
    reference_lonlat : (r,2) float64, degrees, optional
        Places whose density tells town from country, usually all accounts (see `is_urban`).
        Without them every place counts as urban: a trip starts and ends in some town.
    urban_radius_km : float, km
    urban_count : int

    Raises
    ------
    GeographyError
        If a value is outside its range.

    Notes
    -----
    With great circle g, road r = circuity · g and u = the number of urban ends (0, 1, 2):

        urban part  p = min(r, u · urban_km)
        minutes     = 60 · (p / urban_kmh + (r - p) / rural_kmh)
    """

    circuity: float = CIRCUITY
    urban_kmh: float = URBAN_KMH
    rural_kmh: float = RURAL_KMH
    urban_km: float = URBAN_KM
    reference_lonlat: NDArray[np.float64] | None = field(default=None, repr=False)
    urban_radius_km: float = URBAN_RADIUS_KM
    urban_count: int = URBAN_COUNT

    def __post_init__(self) -> None:
        wrong = [
            f"{name} is {value:g}; expected {least}"
            for name, value, least, ok in (
                ("circuity", self.circuity, "1 or more", self.circuity >= 1.0),
                ("urban_kmh", self.urban_kmh, "more than 0", self.urban_kmh > 0.0),
                ("rural_kmh", self.rural_kmh, "more than 0", self.rural_kmh > 0.0),
                ("urban_km", self.urban_km, "0 or more", self.urban_km >= 0.0),
            )
            if not (ok and np.isfinite(value))
        ]
        if wrong:
            raise GeographyError("the travel estimate cannot be used", evidence=wrong)
        if self.reference_lonlat is not None:
            require_lonlat(self.reference_lonlat, what="reference place")

    def urban(self, lonlat: ArrayLike) -> NDArray[np.bool_]:
        """(n,) bool: which places this model drives to at urban speed."""
        places = require_lonlat(lonlat)
        if self.reference_lonlat is None:
            return np.ones(len(places), dtype=bool)
        return is_urban(
            places,
            self.reference_lonlat,
            radius_km=self.urban_radius_km,
            count=self.urban_count,
        )

    def minutes(
        self, origin_lonlat: ArrayLike, destination_lonlat: ArrayLike
    ) -> NDArray[np.float64]:
        """Give (n,k) minutes one way from k origins to n destinations."""
        places, origins = require_lonlat(destination_lonlat), require_lonlat(origin_lonlat)
        there = self.urban(places).astype(np.float64)
        here = self.urban(origins).astype(np.float64)
        out = np.empty((len(places), len(origins)))
        rows = max(1, _BLOCK // max(1, len(origins)))
        for start in range(0, len(places), rows):
            part = slice(start, start + rows)
            ends = there[part, None] + here[None, :]
            out[part] = self.road_minutes(great_circle_km(places[part], origins), ends)
        return out

    def road_minutes(
        self, distance_km: NDArray[np.float64], urban_ends: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Give minutes for great-circle kilometres and 0, 1 or 2 urban ends, elementwise."""
        road_km = self.circuity * distance_km
        town_km = np.minimum(road_km, urban_ends * self.urban_km)
        return np.asarray(
            60.0 * (town_km / self.urban_kmh + (road_km - town_km) / self.rural_kmh),
            dtype=np.float64,
        )

    def minutes_among(self, lonlat: ArrayLike, urban: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give (n,n) minutes among places, each way as `road_minutes` of its great circle.

        Parameters
        ----------
        lonlat : (n,2) float64, degrees
        urban : (n,) float64
            1 where a place is driven to at urban speed, else 0.

        Returns
        -------
        (n,n) float64
            Symmetric: each pair is worked out once, some places at a time.
        """
        places = np.radians(require_lonlat(lonlat))
        out = np.empty((len(places), len(places)), dtype=np.float64)
        for start in range(0, len(places), _ROWS):
            part = slice(start, start + _ROWS)
            km = _haversine(places[part, None], places[None, start:])
            out[part, start:] = self.road_minutes(km, urban[part, None] + urban[None, start:])
            out[start:, part] = out[part, start:].T
        return out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GivenMatrix:
    """Give minutes that somebody else has measured; places are only counted.

    Parameters
    ----------
    matrix : (n,k) float64, minutes, >= 0
        Row per destination, column per origin, in the caller's order.

    Raises
    ------
    GeographyError
        If the matrix has NaN, infinite or negative minutes, or later another number of places.
    """

    matrix: NDArray[np.float64]

    def __post_init__(self) -> None:
        require_non_negative(np.asarray(self.matrix, dtype=np.float64), "minutes", dimensions=2)

    def minutes(
        self, origin_lonlat: ArrayLike, destination_lonlat: ArrayLike
    ) -> NDArray[np.float64]:
        """Give a copy of the matrix after checking that it has n rows and k columns."""
        shape = (len(np.asarray(destination_lonlat)), len(np.asarray(origin_lonlat)))
        given = np.array(self.matrix, dtype=np.float64)
        if given.shape != shape:
            raise GeographyError(
                f"the travel matrix has {given.shape[0]:,} rows and {given.shape[1]:,} columns; "
                f"there are {shape[0]:,} destinations and {shape[1]:,} origins"
            )
        return given


def require_non_negative(values: NDArray[np.float64], name: str, *, dimensions: int) -> None:
    """Refuse values that are negative, infinite or no numbers, naming their places.

    `values` is of any shape of as many dimensions as asked for.
    """
    if values.ndim != dimensions:
        raise GeographyError(
            f"{name} has {values.ndim} dimensions; expected {dimensions}",
        )
    wrong = np.argwhere(~(np.isfinite(values) & (values >= 0.0)))
    if len(wrong):
        raise GeographyError(
            f"{len(wrong):,} values of {name} are negative, infinite or not a number",
            evidence=[
                f"{name}[{', '.join(map(str, index))}] is {values[tuple(index)]:g}"
                for index in wrong[:6].tolist()
            ],
        )
