"""Synthetic markets: by ZIP for the conterminous United States, by canton for Belgium."""

from __future__ import annotations

import numpy as np
import pandas as pd

from territory.arrays import Floats
from territory.inputs.demo.draws import generator, lognormal, normal

__all__ = ["belgium_market", "us_market", "us_market_accounts"]


_SEED = 20_240_602
_SERVICE_H = 330_000.0
_POTENTIAL_USD = 3.0e9
_BELGIAN_SEED = 20_240_603
_CALL_H = 1.4
# Weight of a ZIP that is not a street-delivery area, beside one that is.
_KIND = {"STANDARD": 1.0, "UNIQUE": 0.25, "PO BOX": 0.04}
_NEIGHBOURHOOD_KM, _REGION_KM = 12.0, 100.0
# Log-scale deviations: the common part makes large markets large in both measures, the own parts
# leave a correlation of about 0.8 between them (checked by a test).
_COMMON, _OWN = 0.45, 0.34
_DRIFT_WAVES = 6


def us_market() -> pd.DataFrame:
    """Build the synthetic market: every active ZIP with a point in the 48 states and DC.

    Returns
    -------
    DataFrame
        unit_id (ZIP, text), name, service_h, n_calls, potential_usd; ordered by ZIP.

    Notes
    -----
    Activity follows the density of street-delivery ZIPs, with lognormal noise and a smooth drift
    between regions. Where ZIPs are sparse, calls are fewer for the same potential, as in the call
    plans of real field forces: the hours on the road are taken from the hours with customers.
    Sums are about 330,000 h and USD 3 bn. O(n log n).
    """
    from geo.us.codes import CONTERMINOUS
    from geo.us.zips import zip_points

    points = zip_points()
    known = points.state.isin(CONTERMINOUS) & points.active & points.kind.isin(list(_KIND))
    points = points[known].dropna(subset=["lat", "lon"]).sort_index()
    rng = generator(_SEED)
    n = len(points)
    crowd = _street_zips(points, _NEIGHBOURHOOD_KM)
    frequency = 1.0 / (_CALL_H + _way_h(crowd, _street_zips(points, _REGION_KM)))
    base = points.kind.map(_KIND).to_numpy(dtype=np.float64) * (0.15 + crowd**0.45)
    common = base * np.exp(_COMMON * normal(rng, n))
    lonlat = points[["lon", "lat"]].to_numpy(dtype=np.float64)
    service = common * np.exp(_OWN * normal(rng, n)) * frequency
    potential = common * np.exp(_OWN * normal(rng, n)) * np.exp(_drift(rng, lonlat))
    service_h = np.round(service * (_SERVICE_H / service.sum()), 2)
    calls = np.round(service_h / _CALL_H, 1)
    potential_usd = np.round(potential * (_POTENTIAL_USD / potential.sum()), 0)
    return pd.DataFrame(
        {
            "unit_id": points.index.to_numpy(),
            "name": (points.city + ", " + points.state).to_numpy(),
            "service_h": service_h,
            "n_calls": calls,
            "potential_usd": potential_usd,
        }
    )


def _way_h(crowd: Floats, region: Floats) -> Floats:
    """(n,) hours on the road for one call, from how many ZIPs lie near and in the region.

    Fitted by hand to the travel of a plan with 150 territories, 0.3 h in cities, 3 h in Montana.
    """
    return np.asarray(5.0 * crowd**-0.40 * region**-0.25 + 15.0 / region, dtype=np.float64)


def us_market_accounts() -> pd.DataFrame:
    """Build the same market as accounts: one for each ZIP, at its point, of type ``market``.

    A geography of counties needs it in this shape: each ZIP lies in the county under its point,
    and a county that is too heavy can be split into its ZIPs.

    Returns
    -------
    DataFrame
        account_id, name, type, state, zip, lon, lat, service_h, n_calls, potential_usd.
    """
    from geo.us.zips import zip_points

    market = us_market()
    points = zip_points().loc[market.unit_id]
    columns = {
        "account_id": market.unit_id,
        "name": market["name"],
        "type": "market",
        "state": points.state.to_numpy(),
        "zip": market.unit_id,
        "lon": points.lon.to_numpy(),
        "lat": points.lat.to_numpy(),
    }
    return pd.DataFrame(columns).join(market[["service_h", "n_calls", "potential_usd"]])


def _street_zips(points: pd.DataFrame, within_km: float) -> Floats:
    """(n,) how many street-delivery ZIPs lie within this distance, at least 1."""
    from scipy.spatial import cKDTree

    lon, lat = np.radians(points.lon.to_numpy()), np.radians(points.lat.to_numpy())
    ball = 6371.0088 * np.column_stack(
        [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
    )
    street = cKDTree(ball[(points.kind == "STANDARD").to_numpy()])
    count = street.query_ball_point(ball, within_km, return_length=True)
    return np.maximum(np.asarray(count, dtype=np.float64), 1.0)


def _drift(rng: np.random.Generator, lonlat: Floats) -> Floats:
    """(n,) smooth log-scale difference between regions: a few long waves, deviation about 0.05."""
    total = np.zeros(len(lonlat))
    for _ in range(_DRIFT_WAVES):
        east, north, phase = rng.random(3)
        angle = lonlat[:, 0] * (0.15 + 0.2 * east) + lonlat[:, 1] * (0.2 + 0.3 * north)
        total += np.sin(angle + 2.0 * np.pi * phase)
    return 0.03 * total


def belgium_market() -> pd.DataFrame:
    """Build the synthetic market of Belgium: one row for each of its 162 judicial cantons.

    Returns
    -------
    DataFrame
        unit_id (the canton's id), name, service_h, n_calls, potential_usd.

    Raises
    ------
    geo.errors.GeographyError
        If the extra `belgium` is not installed.
    """
    from geo.belgium import cantons

    units = cantons().units.sort_index()
    rng = generator(_BELGIAN_SEED)
    n = len(units)
    # Cantons were drawn with similar numbers of people, so there is no denser or emptier kind.
    size = lognormal(rng, n, 1.0, 0.30)
    calls = np.round(70.0 * size * lognormal(rng, n, 1.0, 0.12))
    potential_usd = np.round(640_000.0 * size * lognormal(rng, n, 1.0, 0.18), 0)
    return pd.DataFrame(
        {
            "unit_id": units.index.to_numpy(),
            "name": units.name.to_numpy(),
            "service_h": np.round(calls * 1.35, 1),
            "n_calls": calls.astype(np.int64),
            "potential_usd": potential_usd,
        }
    )
