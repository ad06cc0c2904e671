"""The reps of the synthetic demo company, and the unbalanced alignment they have today."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.travel import great_circle_km
from territory.inputs.demo.draws import generator, uniform
from territory.inputs.demo.names import REP_NAMES

__all__ = ["FULL_TIME_H", "sample_alignment", "sample_reps", "sample_tenure"]

# 205 days in the field at 8 hours.
FULL_TIME_H = 1_640.0

# City, ZIP of the home, full-time share, how far today's territory reaches beyond its share
# (more than 1: it grew over the years), years the rep has been there.
_REPS: tuple[tuple[str, str, float, float, float], ...] = (
    ("Houston", "77019", 1.0, 0.80, 11.0),
    ("Houston", "77054", 1.0, 0.95, 7.5),
    ("Sugar Land", "77479", 1.0, 1.25, 4.0),
    ("The Woodlands", "77381", 1.0, 1.05, 6.0),
    ("Pasadena", "77504", 0.6, 0.95, 2.5),
    ("Dallas", "75230", 1.0, 0.85, 9.0),
    ("Garland", "75043", 1.0, 1.10, 3.0),
    ("Plano", "75074", 1.0, 1.0, 5.5),
    ("Fort Worth", "76107", 1.0, 1.05, 12.0),
    ("Arlington", "76016", 0.5, 0.85, 1.5),
    ("San Antonio", "78209", 1.0, 1.02, 8.0),
    ("San Antonio", "78249", 1.0, 0.97, 3.5),
    ("Austin", "78704", 1.0, 0.90, 6.5),
    ("Round Rock", "78664", 1.0, 1.15, 2.0),
    ("El Paso", "79912", 1.0, 1.00, 10.0),
    ("Lubbock", "79424", 1.0, 0.85, 4.5),
    ("Midland", "79707", 1.0, 1.20, 7.0),
    ("McAllen", "78504", 1.0, 0.95, 5.0),
    ("Corpus Christi", "78412", 1.0, 1.2, 9.5),
    ("Tyler", "75703", 1.0, 1.00, 13.0),
)
# One account in thirty stays with a neighbour's rep because it always did.
_INHERITED = 0.034


def sample_reps(points: pd.DataFrame) -> pd.DataFrame:
    """Build the reps table; homes lie a little off the point of their ZIP.

    Parameters
    ----------
    points : DataFrame
        Index zip, columns lon, lat.

    Returns
    -------
    DataFrame, 20 rows
        rep_id, name, territory_id, city, zip, lon, lat, fte, capacity_h.
    """
    home = points.loc[[zip_code for _, zip_code, *_ in _REPS], ["lon", "lat"]].to_numpy()
    rng = generator(len(_REPS))
    home = home + np.column_stack([uniform(rng, len(_REPS), -0.004, 0.004) for _ in range(2)])
    fte = np.array([share for _, _, share, *_ in _REPS])
    return pd.DataFrame(
        {
            "rep_id": [f"R{number:02d}" for number in range(1, len(_REPS) + 1)],
            "name": REP_NAMES,
            "territory_id": [f"T{number:02d}" for number in range(1, len(_REPS) + 1)],
            "city": [city for city, *_ in _REPS],
            "zip": [zip_code for _, zip_code, *_ in _REPS],
            "lon": np.round(home[:, 0], 5),
            "lat": np.round(home[:, 1], 5),
            "fte": fte,
            "capacity_h": FULL_TIME_H * fte,
        }
    )


def sample_alignment(
    rng: np.random.Generator, accounts: pd.DataFrame, reps: pd.DataFrame
) -> pd.DataFrame:
    """Draw today's alignment: grown around homes, uneven, with accounts that never moved along.

    Whole counties follow the rep nearest to their middle in the cities' surroundings, ZIPs within
    the big counties; a rep's reach stretches or shrinks that distance.

    Returns
    -------
    DataFrame
        account_id, territory_id, one row an account.
    """
    reach = np.array([reach for *_, reach, _ in _REPS])
    homes = reps[["lon", "lat"]]
    by_zip = accounts.groupby("county_fips")["zip"].transform("nunique") > 12
    piece = accounts.county_fips.where(~by_zip, accounts["zip"])
    middle = accounts.groupby(piece)[["lon", "lat"]].transform("mean")
    stretched = great_circle_km(middle, homes) / reach
    order = np.argsort(stretched, axis=1, kind="stable")
    inherited = uniform(rng, len(accounts)) < _INHERITED
    owner = np.where(inherited, order[:, 1], order[:, 0])
    territory = reps.territory_id.to_numpy()[owner]
    return pd.DataFrame({"account_id": accounts.account_id.to_numpy(), "territory_id": territory})


def sample_tenure(
    rng: np.random.Generator, alignment: pd.DataFrame, reps: pd.DataFrame
) -> pd.Series:
    """Draw for how many years each account has had its present rep, in quarters of a year."""
    years = pd.Series([years for *_, years in _REPS], index=reps.territory_id)
    most = alignment.territory_id.map(years).to_numpy(dtype=np.float64)
    share = uniform(rng, len(alignment)) ** 0.7
    return pd.Series(np.maximum(np.round(4.0 * share * most) / 4.0, 0.25), name="tenure_y")
