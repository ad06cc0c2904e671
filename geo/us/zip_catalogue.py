"""Make the packaged table of ZIP points from the catalogue: `python -m geo.us.zip_catalogue`.

Deriving it at every command (42,789 records read, every point held against its state's outline)
was a third of a command's time. PyPI `zipcodes` is needed for making the table anew, and by the
test that holds the packaged one against it; not for planning.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.conversions import m_to_km
from geo.crs import equal_area, lonlat_bounds, to_xy
from geo.us.files import STATE_OUTLINES, layer

if TYPE_CHECKING:
    from pandas import DataFrame, Series

__all__ = ["OUTSIDE_KM", "PACKED", "PER_DEGREE", "catalogue", "pack", "words_of"]

OUTSIDE_KM = 25.0
"""A ZIP point farther than this outside its state is not trusted, km."""

PACKED = "zip_points.npz"
"""The packaged table, beside this file."""

PER_DEGREE = 10_000
"""The source gives four decimals of a degree; the packaged table holds whole numbers."""

_WORDS = ("city", "state", "county", "kind", "trouble")


class _Source(Protocol):
    """What is used of the module `zipcodes`, which has no types."""

    def list_all(self) -> list[dict[str, str]]: ...


def catalogue() -> DataFrame:
    """Derive every ZIP code's row from the installed catalogue: slow, exact.

    Returns
    -------
    DataFrame, shape (n, 8)
        As `geo.us.zips.zip_points` describes it.

    References
    ----------
    PyPI `zipcodes` (MIT), from public USPS and Census data.
    """
    import importlib

    import pandas as pd

    source: _Source = importlib.import_module("zipcodes")
    table = pd.DataFrame(
        [
            (
                record["zip_code"],
                record["city"],
                record["state"],
                record["county"],
                float(record["lat"] or 0.0),
                float(record["long"] or 0.0),
                record["zip_code_type"],
                bool(record["active"]),
            )
            for record in source.list_all()
        ],
        columns=["zip", "city", "state", "county", "lat", "lon", "kind", "active"],
    )
    table = table.set_index("zip").sort_index()
    trouble = trouble_of(table)
    table.loc[trouble != "", ["lat", "lon"]] = np.nan
    table["trouble"] = trouble.astype(str)
    return table


def pack(path: Path) -> None:
    """Write the table as whole numbers and lists of words: the same bytes each time."""
    table = catalogue()
    columns: dict[str, NDArray[np.generic]] = {
        "zip": table.index.astype(np.int32).to_numpy(),
        "active": table["active"].to_numpy(dtype=bool),
    }
    for name in ("lat", "lon"):
        whole = np.rint(table[name].fillna(0.0).to_numpy() * PER_DEGREE).astype(np.int32)
        columns[name] = whole
    for name in _WORDS:
        words, of_row = np.unique(table[name].to_numpy(dtype=str), return_inverse=True)
        columns[name] = of_row.astype(np.uint16 if len(words) > 256 else np.uint8)
        columns[f"{name}_words"] = np.frombuffer("\n".join(words).encode(), dtype=np.uint8)
    np.savez_compressed(path, **columns)  # type: ignore[arg-type]


def words_of(columns: Mapping[str, NDArray[np.generic]], name: str) -> NDArray[np.object_]:
    """Give one column of words of the packaged table, shape (n,)."""
    words = columns[f"{name}_words"].tobytes().decode().split("\n")
    return np.array(words, dtype=object)[columns[name].astype(np.intp)]


def trouble_of(table: DataFrame) -> Series:
    """Say for every code why its point is not to be used, "" where it is."""
    import pandas as pd

    reason = pd.Series("", index=table.index, dtype=object)
    outlines = layer(STATE_OUTLINES).set_index("STUSPS").geometry
    unknown = ~table["state"].isin(outlines.index)
    reason[unknown] = "its state " + table["state"][unknown] + " is not in the embedded file"
    absent = ~(np.isfinite(table["lat"]) & np.isfinite(table["lon"]))
    absent |= (table["lat"] == 0.0) | (table["lon"] == 0.0)
    reason[absent] = "no coordinates in the source"
    lon = table["lon"].to_numpy()
    lat = table["lat"].to_numpy()
    usable = (reason == "").to_numpy()
    for state, outline in outlines.items():
        rows = np.flatnonzero(usable & (table["state"] == state).to_numpy())
        shapely.prepare(outline)
        outside = rows[~shapely.contains_xy(outline, lon[rows], lat[rows])]
        if not outside.size:
            continue
        gap_km = _gap_km(outline, lon[outside], lat[outside])
        for row, gap in zip(outside, gap_km, strict=True):
            if gap > OUTSIDE_KM:
                reason.iloc[row] = (
                    f"{lat[row]:.4f}, {lon[row]:.4f} lies {gap:,.0f} km outside {state}"
                )
    return reason


def _gap_km(
    outline: shapely.Geometry, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    from geopandas import GeoSeries

    shape = GeoSeries([outline], crs=4269)
    degrees = shapely.get_coordinates(outline)
    system = equal_area(*lonlat_bounds(degrees[:, 0], degrees[:, 1]))
    points = shapely.points(to_xy(np.column_stack([lon, lat]), system))
    return m_to_km(shapely.distance(points, shape.to_crs(system).iloc[0]))


if __name__ == "__main__":
    pack(Path(__file__).with_name(PACKED))
