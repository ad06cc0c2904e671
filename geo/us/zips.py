"""ZIP codes as points, as cells of the land around them, and which cell serves which code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.crs import require_projected, to_xy
from geo.geography import Geography, Note
from geo.us.zip_catalogue import OUTSIDE_KM, PACKED, PER_DEGREE, words_of

if TYPE_CHECKING:
    from pandas import DataFrame, Series

__all__ = ["zip_hosts", "zip_points", "zips"]


def zip_points() -> DataFrame:
    """Give every ZIP code with its point, or the reason why it has none.

    Returns
    -------
    DataFrame
        Index ``zip`` (five digits as text); ``city, state, county`` (names), ``lat, lon``
        (degrees, NaN where not to be trusted), ``kind`` (STANDARD, PO BOX, UNIQUE, MILITARY),
        ``active`` (bool) and ``trouble`` ("" or why there is no point). A copy: change it freely.

    Notes
    -----
    No point: coordinates 0, 0 in the source (military and parcel-return codes), a state outside
    the embedded file, or a point more than 25 km outside its own state. Points in the water off
    their own state are kept. Many codes share one point: post-office boxes with their office.

    References
    ----------
    PyPI `zipcodes` (MIT), from public USPS and Census data.
    """
    return _points().copy()


@cache
def _points() -> DataFrame:
    """Unpack the packaged table once; `geo.us.zip_catalogue` made it and a test holds it."""
    import pandas as pd

    with (
        resources.as_file(resources.files("geo.us") / PACKED) as path,
        np.load(path, allow_pickle=False) as packed,
    ):
        columns = {name: packed[name] for name in packed.files}
    table = pd.DataFrame(index=pd.Index([f"{code:05d}" for code in columns["zip"]], name="zip"))
    for name in ("city", "state", "county"):
        table[name] = words_of(columns, name)
    for name in ("lat", "lon"):
        table[name] = columns[name] / PER_DEGREE
    table["kind"] = words_of(columns, "kind")
    table["active"] = columns["active"]
    table["trouble"] = words_of(columns, "trouble")
    table.loc[table["trouble"] != "", ["lat", "lon"]] = np.nan
    return table


def zips(states: Sequence[str] | None = None) -> Geography:
    """Give a cell of land around every delivery ZIP code.

    Parameters
    ----------
    states : sequence of USPS codes, optional
        None means the 48 conterminous states and DC.

    Returns
    -------
    Geography
        Index: ZIP text; names such as "Houston, TX 77030"; a column ``state``.

    Notes
    -----
    Units are the active codes of kind STANDARD with a usable point; PO BOX and UNIQUE codes (one
    office, one company) are no land of their own: `zip_hosts` gives the cell that serves them.
    A cell is the land of the code's own state nearest to its point (Voronoi), so units never
    cross a state line; the state's land is the union of its embedded counties. Cells are not the
    delivery areas of the Postal Service. O(n log n).
    """
    import geopandas
    import pandas as pd

    from geo.cells import cells
    from geo.coverage.repair import match_borders
    from geo.us.boundaries import counties
    from geo.us.codes import state_codes

    codes = state_codes(states)
    land = counties(codes)
    table = _points()
    table = table[
        (table["kind"] == "STANDARD")
        & table["active"]
        & (table["trouble"] == "")
        & table["state"].isin(codes)
    ]
    xy = to_xy(table[["lon", "lat"]].to_numpy(), land.crs)
    shapes: list[shapely.Geometry] = []
    order: list[int] = []
    notes: list[Note] = []
    for code in codes:
        rows = np.flatnonzero((table["state"] == code).to_numpy())
        if not rows.size:
            notes.append(Note(what=f"{code} has no delivery ZIP code", severity="warning"))
            continue
        of_state = land.geometries[(land.units["state"] == code).to_numpy()]
        outline = shapely.coverage_union_all(of_state)
        found, said = cells(xy[rows], outline, ids=tuple(table.index[rows]))
        shapes += list(found)
        order += rows.tolist()
        notes += [
            Note(what=f"{code}: {note.what}", ids=note.ids, severity=note.severity) for note in said
        ]
    chosen = table.iloc[order]
    matched = match_borders(np.array(shapes, dtype=object), snap=0.001)
    units = geopandas.GeoDataFrame(
        {
            "name": (chosen["city"] + ", " + chosen["state"] + " " + chosen.index).array,
            "level": "zip",
            "parent": "",
            "state": chosen["state"].array,
        },
        index=pd.Index(list(chosen.index), name="unit_id"),
        geometry=list(matched),
        crs=land.crs,
    ).sort_index()
    return Geography(units=units, crs=require_projected(land.crs), notes=tuple(notes))


def zip_hosts(geography: Geography, *, nearest_km: float = OUTSIDE_KM) -> Series:
    """Tell for every ZIP code with a point in which ZIP cell it lies.

    Parameters
    ----------
    geography : Geography
        From `zips`.
    nearest_km : float, km
        A point off the land goes to the nearest cell within this distance.

    Returns
    -------
    Series
        Index ``zip``, values unit ids; a unit serves itself. Codes of other states and codes
        without a point are left out.
    """
    import pandas as pd

    table = _points()
    table = table[(table["trouble"] == "") & table["state"].isin(set(geography.units["state"]))]
    position, _ = geography.locate(table[["lon", "lat"]].to_numpy(), nearest_km=nearest_km)
    ids = np.asarray(geography.units.index, dtype=object)
    hosts = pd.Series(ids[position], index=table.index, name="unit_id")[position >= 0]
    own = hosts.index.intersection(geography.units.index)
    hosts[own] = own
    return hosts
