"""The packaged boundary layers of the United States, read once each."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["COUNTIES", "STATE_OUTLINES", "layer"]

COUNTIES = "cb_2016_us_county_500k"
STATE_OUTLINES = "cb_2016_us_state_500k"


@cache
def layer(name: str) -> GeoDataFrame:
    """Read one layer of plotly-geo: degrees NAD83 (its files carry no .prj), names in UTF-8.

    Callers get the same frame each time and never write to it.

    References
    ----------
    United States Census Bureau, cartographic boundary files 2016, 1:500,000, as packaged in
    plotly-geo 1.0.0.
    """
    import pyogrio

    folder = resources.files("_plotly_geo") / "package_data"
    with resources.as_file(folder) as path:
        frame = pyogrio.read_dataframe(path / f"{name}.shp", encoding="UTF-8")
    return frame.set_crs(4269)
