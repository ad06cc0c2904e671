"""HIFLD hospitals: closed ones left out, sentinels made missing, coordinates checked twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.inputs.findings.rows import Rows, issue_of
from territory.inputs.numbers.values import read_numbers
from territory.inputs.public_files.facilities import (
    Facilities,
    codes,
    complete,
    open_published,
    published_numbers,
    published_text,
    published_types,
)
from territory.inputs.public_files.focus import focus_of_names
from territory.inputs.tables.place_columns import check_coordinates

__all__ = ["read"]

_NAMES = {
    "id": ("ID",),
    "name": ("NAME",),
    "address": ("ADDRESS",),
    "city": ("CITY",),
    "state": ("STATE",),
    "zip": ("ZIP",),
    "county": ("?COUNTY", "COUNTY"),
    "county_fips": ("COUNTYFIPS",),
    "type": ("TYPE",),
    "status": ("STATUS",),
    "lat": ("LATITUDE",),
    "lon": ("LONGITUDE",),
    "x": ("?X", "X"),
    "y": ("?Y", "Y"),
    "owner": ("OWNER",),
    "beds": ("BEDS",),
    "trauma": ("TRAUMA",),
}
_TYPES = {
    "GENERAL ACUTE CARE": "hospital",
    "CRITICAL ACCESS": "critical_access",
    "LONG TERM CARE": "long_term_care",
    "SPECIAL": "specialty",
}
_APART = 0.001
"""Degrees between the two pairs of coordinates that are worth a word: about 100 m."""


def read(path: Path) -> Facilities:
    """Read one HIFLD hospitals file."""
    published = open_published(path, _NAMES, publication="HIFLD hospitals", header="NAME")
    cells, lines = published.cells, published.raw.lines
    closed = np.asarray(cells["status"].str.strip().str.upper() == "CLOSED", dtype=bool)
    counts = {"rows read": len(cells), "left out: closed": int(closed.sum())}
    cells, lines = cells[~closed].reset_index(drop=True), lines[~closed]
    ids = "HIFLD-" + cells["id"].str.strip()
    rows = Rows(table="accounts", file=published.file, lines=lines, ids=ids.tolist())
    issues = []
    zips, found = codes(cells["zip"], "zip", "zip", None)
    issues += found
    counties, found = codes(cells["county_fips"], "county_fips", "fips", None)
    issues += found
    beds, sentinel = published_numbers(cells["beds"])
    counts["beds unknown (-999), made missing"] = int(sentinel.sum())
    lon, _ = read_numbers(cells["lon"], "lon", kind="signed")
    lat, _ = read_numbers(cells["lat"], "lat", kind="signed")
    lon, lat, found = check_coordinates(
        lon, lat, (cells["lon"], cells["lat"]), us=True, repair=False
    )
    issues += [
        replace(issue, severity="warning", repairs=[""] * len(issue.rows)) for issue in found
    ]
    if {"x", "y"} <= set(cells.columns):
        apart = _apart(cells, lon, lat)
        counts["coordinates that disagree with X, Y"] = int((apart > _APART).sum())
        issues.append(
            issue_of(
                apart > _APART, cells["lon"], severity="warning", kind="other_point", column="lon",
                what="X, Y (web mercator) lie more than 100 m from LONGITUDE, LATITUDE, "
                "which are used",
            )
        )  # fmt: skip
    frame = pd.DataFrame(
        {
            "account_id": ids,
            "name": published_text(cells["name"]),
            "type": published_types(cells["type"], _TYPES),
            "address": published_text(cells["address"]),
            "city": published_text(cells["city"]),
            "state": published_text(cells["state"]),
            "zip": zips,
            "county_fips": counties,
            "lon": lon,
            "lat": lat,
            "beds": beds,
            "owner": published_text(cells["owner"]),
            "trauma": published_text(cells["trauma"]),
        }
    )
    frame["focus"] = focus_of_names(frame["name"])
    if "county" in cells:
        frame["county"] = published_text(cells["county"])
    return Facilities(
        frame=complete(frame, "hifld-hospitals"), rows=rows, issues=issues, findings=[],
        counts=counts,
    )  # fmt: skip


def _apart(
    cells: pd.DataFrame, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (n,) degrees between the two published places of each hospital; 0 where unknown."""
    from geo.conversions import web_mercator_to_lonlat

    x, _ = read_numbers(cells["x"], "X", kind="signed")
    y, _ = read_numbers(cells["y"], "Y", kind="signed")
    # Editions before 2019 and after 2021 give degrees, the others web mercator.
    in_degrees = bool(
        np.nanmax(np.abs(np.r_[x, 0.0])) <= 180 and np.nanmax(np.abs(np.r_[y, 0.0])) <= 90
    )
    other_lon, other_lat = (x, y) if in_degrees else web_mercator_to_lonlat(x, y)
    return np.nan_to_num(np.hypot(other_lon - lon, other_lat - lat))
