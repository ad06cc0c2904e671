"""Longitude and latitude in one cell, as in "29.76, -95.37" or "POINT (-95.37 29.76)"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.headers.standard import LAT, LON
from territory.inputs.sources.names import plain_name, plain_names
from territory.inputs.sources.raw import RawTable
from territory.messages import Severity, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["one_cell_coordinates"]

_NUMBER = r"([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?"
_PAIR = re.compile(
    rf"\s*[\[(]?\s*{_NUMBER}\s*(?:[;|/]|,(?=\s|[+-]?\d+\.)|\s)\s*{_NUMBER}\s*[\])]?\s*"
)
_POINT = re.compile(rf"(?i)\s*(?:SRID=4326;)?\s*POINT\s*Z?\s*\({_NUMBER}\s+{_NUMBER}.*\)\s*")
_LON_FIRST = ("lon", "lng", "long", "x")
_WORDS = re.compile(
    r"(?i)lat.*lo?n|lo?n.*lat|coord|geo|location|gps|point|position|\bxy\b|latlng|koordinat"
)
_MOST = 0.9


def one_cell_coordinates(raw: RawTable, mapping: Mapping[str, str]) -> RawTable:
    """Return a table with lon and lat in columns of their own, where one column has both.

    Parameters
    ----------
    raw : RawTable
    mapping : mapping of str to str
        Our column → header; where it names lon or lat nothing is changed.

    Notes
    -----
    Latitude comes first, but in WKT, under headers that name the longitude first, and where the
    first number of any row is above 90. Where the header says nothing and both orders are
    possible, latitude first is what maps show: a warning.
    """
    headers = [str(name) for name in raw.frame.columns]
    own = {plain_name(name) for name in (*LON, *LAT, "lon", "lat")}
    if {"lon", "lat"} & set(mapping) or any(own & set(plain_names(name)) for name in headers):
        return raw
    for header in headers:
        if header in mapping.values() or not _WORDS.search(header):
            continue
        found = _pairs(raw.frame[header])
        if found is not None:
            first, second, wkt = found
            return _with_columns(raw, header, first, second, wkt=wkt)
    return raw


def _pairs(text: pd.Series[str]) -> tuple[list[str], list[str], bool] | None:
    """Return the first and the second numbers of every cell, where most cells are pairs."""
    cells = text.str.strip().tolist()
    filled = [cell for cell in cells if cell]
    if not filled:
        return None
    for pattern, wkt in ((_POINT, True), (_PAIR, False)):
        matches = [pattern.fullmatch(cell) for cell in cells]
        if sum(match is not None for match in matches) >= _MOST * len(filled):
            firsts = [match[1] if match else "" for match in matches]
            return firsts, [match[2] if match else "" for match in matches], wkt
    return None


def _with_columns(
    raw: RawTable, header: str, first: list[str], second: list[str], *, wkt: bool
) -> RawTable:
    import pandas as pd

    one, two = _numbers(first), _numbers(second)
    plain = plain_name(header)
    named = re.search(r"lat", plain) and re.search(r"lo?n|lng", plain)
    lon_first = wkt or plain == "xy"
    sure = lon_first
    if not lon_first and named:
        place = min((plain.find(word) for word in _LON_FIRST[:3] if word in plain), default=99)
        lon_first, sure = place < plain.find("lat"), True
    if bool((np.abs(one) > 90).any()):
        lon_first, sure = True, True
    elif bool((np.abs(two) > 90).any()):
        lon_first, sure = False, True
    lon, lat = (first, second) if lon_first else (second, first)
    cells = raw.frame[header]
    bad = [cell if not a and cell.strip() else "" for a, cell in zip(first, cells, strict=True)]
    frame = raw.frame.assign(
        lon=pd.Series([a or b for a, b in zip(lon, bad, strict=True)], dtype="str").to_numpy(),
        lat=pd.Series([a or b for a, b in zip(lat, bad, strict=True)], dtype="str").to_numpy(),
    )
    frame = frame.drop(columns=header)
    order = "longitude first" if lon_first else "latitude first"
    example = next(cell for cell, a in zip(cells, first, strict=True) if a)
    what = f"column {quoted(header)} has both coordinates, {order}, as in {quoted(example)}"
    severity: Severity = "info" if sure else "warning"
    hint = "" if sure else "where longitude comes first, say so in the header: lon/lat"
    return replace(raw, frame=frame, notes=(*raw.notes, (severity, "points", 0, what, hint)))


def _numbers(texts: list[str]) -> NDArray[np.float64]:
    return np.asarray([float(text.replace(",", ".")) if text else np.nan for text in texts])
