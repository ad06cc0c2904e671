"""ZIP codes as points, as cells of the land around them, and which cell serves which code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.conversions import m_to_km
from geo.crs import require_projected, to_xy
from geo.geography import Geography, Note
from geo.us.files import STATE_OUTLINES, layer

if TYPE_CHECKING:
    from pandas import DataFrame, Series

__all__ = ["zip_hosts", "zip_notes", "zip_points", "zips"]

OUTSIDE_KM = 25.0
"""A ZIP point farther than this outside its state is not trusted, km."""


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
    import pandas as pd
    import zipcodes

    catalogue: Any = zipcodes
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
            for record in catalogue.list_all()
        ],
        columns=["zip", "city", "state", "county", "lat", "lon", "kind", "active"],
    )
    table = table.set_index("zip").sort_index()
    trouble = _trouble(table)
    table.loc[trouble != "", ["lat", "lon"]] = np.nan
    table["trouble"] = trouble
    return table


def _trouble(table: DataFrame) -> Series:
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

    from geo.crs import equal_area, lonlat_bounds

    shape = GeoSeries([outline], crs=4269)
    degrees = shapely.get_coordinates(outline)
    system = equal_area(*lonlat_bounds(degrees[:, 0], degrees[:, 1]))
    points = shapely.points(to_xy(np.column_stack([lon, lat]), system))
    return m_to_km(shapely.distance(points, shape.to_crs(system).iloc[0]))


def zip_notes() -> tuple[Note, ...]:
    """Name the codes without a usable point by reason, and count the points that are shared."""
    table = _points()
    notes = []
    bad = table[table["trouble"] != ""]
    for military in (True, False):
        rows = bad[(bad["kind"] == "MILITARY") == military]
        if len(rows):
            what = "military" if military else "civilian"
            notes.append(
                Note(
                    what=f"{len(rows):,} {what} ZIP codes have no usable point: "
                    + ", ".join(sorted(set(rows["trouble"])))[:200],
                    ids=tuple(rows.index),
                    severity="info" if military else "warning",
                )
            )
    shared = table[(table["trouble"] == "") & table.duplicated(["lon", "lat"], keep=False)]
    notes.append(
        Note(
            what=f"{len(shared):,} ZIP codes share their point with another code",
            ids=tuple(shared.index),
        )
    )
    return tuple(notes)


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
