"""The embedded United States: counties and states of 2016."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.crs import equal_area, lonlat_bounds
from geo.geography import Geography
from geo.us.codes import state_codes
from geo.us.files import COUNTIES, STATE_OUTLINES, layer
from geo.us.fips import STATES

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["counties", "states"]


_SUFFIX = {
    "03": "City and Borough",
    "04": "Borough",
    "05": "Census Area",
    "06": "County",
    "12": "Municipality",
    "13": "Municipio",
    "15": "Parish",
    "25": "city",
}


def _projected(frame: GeoDataFrame) -> GeoDataFrame:
    degrees = shapely.get_coordinates(np.asarray(frame.geometry.array, dtype=object))
    return frame.to_crs(equal_area(*lonlat_bounds(degrees[:, 0], degrees[:, 1])))


def _geography(frame: GeoDataFrame) -> Geography:
    projected = _projected(frame)
    return Geography(units=projected, crs=projected.crs)


def counties(states: Sequence[str] | None = None) -> Geography:
    """Give the counties of the 2016 cartographic boundary file, 1:500,000.

    Parameters
    ----------
    states : sequence of USPS codes, optional
        None means the 48 conterminous states and DC: 3,108 counties.

    Returns
    -------
    Geography
        Index: five-digit FIPS text; names such as "Harris County, TX"; a column ``state``.

    References
    ----------
    United States Census Bureau, cartographic boundary file cb_2016_us_county_500k, as packaged
    in plotly-geo 1.0.0.
    """
    codes = state_codes(states)
    usps = {fips: code for code, fips in STATES.items()}
    frame = layer(COUNTIES)
    frame = frame[frame["STATEFP"].isin([STATES[code] for code in codes])].sort_values("GEOID")
    state = frame["STATEFP"].map(usps)
    words = frame["LSAD"].map(_SUFFIX).fillna("")
    name = (frame["NAME"] + " " + words).str.strip() + ", " + state
    return _geography(_units(frame, ids=frame["GEOID"], names=name, state=state, level="county"))


def states(states: Sequence[str] | None = None) -> Geography:
    """Give the states of the same file as `counties`; ids are USPS codes.

    Returns
    -------
    Geography
        48 states and DC where `states` is None.
    """
    codes = state_codes(states)
    frame = layer(STATE_OUTLINES)
    frame = frame[frame["STUSPS"].isin(codes)].sort_values("STUSPS")
    code = frame["STUSPS"]
    return _geography(_units(frame, ids=code, names=frame["NAME"], state=code, level="state"))


def _units(frame: GeoDataFrame, *, ids: Any, names: Any, state: Any, level: str) -> GeoDataFrame:
    import geopandas
    import pandas as pd

    columns = {"name": names.array, "level": level, "parent": "", "state": state.array}
    index = pd.Index(list(ids), name="unit_id")
    return geopandas.GeoDataFrame(
        columns, index=index, geometry=list(frame.geometry), crs=frame.crs
    )
