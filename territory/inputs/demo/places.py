"""Where the accounts of the synthetic demo company stand: areas, ZIPs and points in Texas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.travel import great_circle_km
from territory.arrays import Floats
from territory.inputs.demo.draws import pick, uniform

__all__ = ["AREAS", "HEAVY_ZIP", "Area", "place_accounts", "texas_zips"]


# The Texas Medical Center: one ZIP that weighs as much as a whole territory.
HEAVY_ZIP = "77030"
_HEAVY_ACCOUNTS = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Describe one market area of Texas.

    Parameters
    ----------
    name : str
    lon, lat : float, degrees
        Its middle.
    radius_km : float
        ZIPs within it belong to the area.
    accounts : int
        How many accounts stand there.
    hospitals, surgery_centers, critical_access : float
        Shares of the facility types; the rest are clinics.
    """

    name: str
    lon: float
    lat: float
    radius_km: float
    accounts: int
    hospitals: float = 0.26
    surgery_centers: float = 0.40
    critical_access: float = 0.0


# Accounts follow population, except that the far west has more than its share: oil towns with
# surgery centers. Without them no plan could be balanced in hours and in potential at once.
AREAS: tuple[Area, ...] = (
    Area(name="Houston", lon=-95.40, lat=29.77, radius_km=62, accounts=222),
    Area(name="Dallas", lon=-96.75, lat=32.90, radius_km=46, accounts=168),
    Area(name="Fort Worth", lon=-97.32, lat=32.76, radius_km=46, accounts=97),
    Area(name="San Antonio", lon=-98.50, lat=29.47, radius_km=52, accounts=105),
    Area(name="Austin", lon=-97.75, lat=30.35, radius_km=52, accounts=97),
    Area(name="El Paso", lon=-106.42, lat=31.78, radius_km=60, accounts=61),
    Area(name="Rio Grande Valley", lon=-98.00, lat=26.15, radius_km=75, accounts=61),
    Area(name="Corpus Christi", lon=-97.42, lat=27.78, radius_km=50, accounts=36),
    Area(name="Lubbock", lon=-101.87, lat=33.57, radius_km=40, accounts=26),
    Area(name="Amarillo", lon=-101.84, lat=35.20, radius_km=40, accounts=22),
    Area(name="Midland-Odessa", lon=-102.22, lat=31.92, radius_km=50, accounts=30),
    Area(name="Abilene", lon=-99.74, lat=32.45, radius_km=40, accounts=14),
    Area(name="San Angelo", lon=-100.44, lat=31.46, radius_km=40, accounts=11),
    Area(name="Wichita Falls", lon=-98.50, lat=33.90, radius_km=40, accounts=11),
    Area(name="Waco", lon=-97.15, lat=31.55, radius_km=40, accounts=20),
    Area(name="Killeen", lon=-97.60, lat=31.10, radius_km=35, accounts=22),
    Area(name="Tyler", lon=-95.10, lat=32.40, radius_km=60, accounts=33),
    Area(name="Texarkana", lon=-94.20, lat=33.40, radius_km=45, accounts=9),
    Area(name="Beaumont", lon=-94.05, lat=30.05, radius_km=45, accounts=24),
    Area(name="College Station", lon=-96.33, lat=30.62, radius_km=35, accounts=16),
    Area(name="Laredo", lon=-99.48, lat=27.53, radius_km=40, accounts=16),
    # Everything outside the circles, west and east of the 99th meridian.
    Area(
        name="Rural West",
        lon=-101.5,
        lat=31.8,
        radius_km=0,
        accounts=33,
        hospitals=0.24,
        surgery_centers=0.20,
        critical_access=0.45,
    ),
    Area(
        name="Rural East",
        lon=-96.5,
        lat=31.0,
        radius_km=0,
        accounts=66,
        hospitals=0.34,
        surgery_centers=0.26,
        critical_access=0.14,
    ),
)
_WEST_OF = -99.3


def texas_zips() -> pd.DataFrame:
    """Return the street-delivery ZIPs of Texas with the area and county their point lies in.

    Returns
    -------
    DataFrame
        Index zip; columns city, lon, lat, area (position in `AREAS`), county_fips, room_km (how
        far from its point a place is still nearer to it than to any other ZIP's).
    """
    from geo.us.boundaries import counties
    from geo.us.zips import zip_points

    points = zip_points()
    here = points[(points.state == "TX") & (points.kind == "STANDARD") & points.active]
    here = here.dropna(subset=["lat", "lon"]).sort_index()
    lonlat = here[["lon", "lat"]].to_numpy(dtype=np.float64)
    county, _ = counties(["TX"]).locate(lonlat)
    # A ZIP whose point lies in the sea or across the state line gets no accounts.
    here, lonlat = here[county >= 0], lonlat[county >= 0]
    ids = np.asarray(counties(["TX"]).ids)

    between = great_circle_km(lonlat, lonlat)
    np.fill_diagonal(between, np.inf)
    middles = np.array([(area.lon, area.lat) for area in AREAS])
    radius = np.array([area.radius_km for area in AREAS])
    circles = radius > 0
    relative = great_circle_km(lonlat, middles[circles]) / radius[circles]
    area = np.where(
        relative.min(axis=1) <= 1.0,
        np.flatnonzero(circles)[relative.argmin(axis=1)],
        np.flatnonzero(~circles)[np.where(lonlat[:, 0] < _WEST_OF, 0, 1)],
    )
    return pd.DataFrame(
        {
            "city": here.city.to_numpy(),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "area": area,
            "county_fips": ids[county[county >= 0]],
            # Two ZIPs may share a point; their accounts stay together.
            "room_km": np.clip(0.5 * between.min(axis=1), 0.15, 6.0),
        },
        index=here.index,
    )


def _zip_weights(zips: pd.DataFrame) -> Floats:
    """Weigh ZIPs within their area: dense neighbourhoods carry more, far edges less."""
    lonlat = zips[["lon", "lat"]].to_numpy()
    distance = great_circle_km(lonlat, lonlat)
    crowd = np.exp(-((distance / 9.0) ** 2)).sum(axis=1)
    return np.asarray(np.sqrt(crowd), dtype=np.float64)


def place_accounts(rng: np.random.Generator) -> pd.DataFrame:
    """Place every account near, never on, the point of its ZIP.

    Returns
    -------
    DataFrame
        One row an account: zip, city, county_fips, area (position in `AREAS`), lon, lat.
    """
    zips = texas_zips()
    weights = _zip_weights(zips)
    area = zips.area.to_numpy()
    heavy = int(np.flatnonzero(zips.index == HEAVY_ZIP)[0])
    rows: list[NDArray[np.intp]] = []
    for position, market in enumerate(AREAS):
        inside = np.where(area == position, weights, 0.0)
        n = market.accounts
        if area[heavy] == position:
            inside[heavy] = 0.0
            rows.append(np.full(_HEAVY_ACCOUNTS, heavy, dtype=np.intp))
            n -= _HEAVY_ACCOUNTS
        rows.append(pick(rng, n, inside))
    row = np.concatenate(rows)
    lon, lat = _scatter(rng, zips, row)
    chosen = zips.iloc[row]
    return pd.DataFrame(
        {
            "zip": chosen.index.to_numpy(),
            "city": chosen.city.to_numpy(),
            "county_fips": chosen.county_fips.to_numpy(),
            "area": chosen.area.to_numpy(),
            "lon": lon,
            "lat": lat,
        }
    )


def _scatter(
    rng: np.random.Generator, zips: pd.DataFrame, row: NDArray[np.intp]
) -> tuple[Floats, Floats]:
    """Step away from the ZIP's point, within its cell and inside the same county."""
    from geo.us.boundaries import counties

    texas = counties(["TX"])
    ids = np.asarray(texas.ids)
    chosen = zips.iloc[row]
    room = 0.85 * chosen.room_km.to_numpy()
    reach = room * np.sqrt(uniform(rng, len(row), 0.02, 1.0))
    angle = uniform(rng, len(row), 0.0, 2.0 * np.pi)
    lon0, lat0 = chosen.lon.to_numpy(), chosen.lat.to_numpy()
    county = chosen.county_fips.to_numpy()
    lon, lat = lon0.copy(), lat0.copy()
    waiting = np.ones(len(row), dtype=bool)
    for share in (1.0, 0.5, 0.25, 0.1, 0.03):
        km_a_degree = 111.195
        lat_try = np.round(lat0 + share * reach * np.sin(angle) / km_a_degree, 5)
        east = share * reach * np.cos(angle) / (km_a_degree * np.cos(np.radians(lat0)))
        lon_try = np.round(lon0 + east, 5)
        position, _ = texas.locate(np.column_stack([lon_try, lat_try]))
        good = waiting & (position >= 0) & (ids[position] == county)
        lon[good], lat[good] = lon_try[good], lat_try[good]
        waiting &= ~good
    return lon, lat
