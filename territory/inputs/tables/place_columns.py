"""Judge coordinates, ZIP and county columns together, and find the rows without a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.findings.rows import Issue, Rows, issue_of
from territory.inputs.tables.codes import is_american, known_zips
from territory.inputs.tables.options import TableOptions
from territory.messages import Severity

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_coordinates", "check_places", "foreign_codes", "in_us", "other_states"]

_NO_DEGREES = 1_000.0

# Generous boxes around the states and the territories: west, south, east, north.
_US_BOXES = (
    (-180.0, 17.0, -64.0, 72.0),
    (172.0, 51.0, 180.0, 56.0),
    (144.0, 13.0, 147.0, 21.0),
    (-171.5, -15.0, -168.0, -10.0),
)


def in_us(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell the points, (n,), in generous boxes around the United States, in degrees."""
    inside = np.zeros(len(lon), dtype=bool)
    for west, south, east, north in _US_BOXES:
        inside |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def check_coordinates(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    text: tuple[pd.Series[str], pd.Series[str]],
    *,
    us: bool,
    repair: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[Issue]]:
    """Return coordinates without the impossible ones, and what is wrong with those.

    Parameters
    ----------
    lon, lat : (n,) float64
        Degrees; NaN where absent.
    text : pair of (n,) Series of str
        The cells of lon and of lat as written.
    us : bool
        Whether everything lies in the United States: exchanged coordinates and lost minus signs
        can then be told from right ones.
    repair : bool
        Whether to exchange and to negate where that leads into the United States.

    Returns
    -------
    lon, lat : (n,) float64
        NaN where a pair cannot be used.
    issues : list of Issue
        Out of range, 0/0, one without the other, exchanged, without the minus sign.
    """
    lon, lat = lon.copy(), lat.copy()
    issues: list[Issue] = []
    open_rows = ~(np.isnan(lon) & np.isnan(lat))

    def tell(mask: NDArray[np.bool_], kind: str, column: str, what: str) -> None:
        cells = text[0] if column == "lon" else text[1]
        issues.append(issue_of(mask, cells, severity="error", kind=kind, column=column, what=what))

    with np.errstate(invalid="ignore"):
        if us:
            inside = in_us(lon, lat)
            swapped = open_rows & ~inside & in_us(lat, lon)
            signless = open_rows & ~inside & ~swapped & in_us(-lon, lat)
            for mask, fix in ((swapped, (lat, lon)), (signless, (-lon, lat))):
                issues += _repairable(mask, fix, text, swapped=mask is swapped, repair=repair)
                if repair:
                    lon, lat = np.where(mask, fix[0], lon), np.where(mask, fix[1], lat)
                else:
                    lon, lat = np.where(mask, np.nan, lon), np.where(mask, np.nan, lat)
                open_rows &= ~mask
        zero = open_rows & (lon == 0) & (lat == 0)
        tell(zero, "bad_place", "lon", "0/0 lies in the Atlantic; it stands for an unknown place")
        metric = open_rows & (np.abs(lat) > _NO_DEGREES) & (np.abs(lon) > _NO_DEGREES)
        what = "no degrees, but metres or feet of a projected system; export lon and lat in degrees"
        tell(metric, "bad_place", "lat", what)
        far_lat = open_rows & (np.abs(lat) > 90) & ~metric
        tell(far_lat, "bad_place", "lat", "latitude is between -90 and 90")
        far_lon = open_rows & ~far_lat & ~metric & (np.abs(lon) > 180)
        tell(far_lon, "bad_place", "lon", "longitude is between -180 and 180")
        lone_lon = open_rows & ~far_lon & np.isnan(lat) & ~np.isnan(lon)
        tell(lone_lon, "bad_place", "lon", "lon without lat")
        lone_lat = open_rows & ~far_lat & np.isnan(lon) & ~np.isnan(lat)
        tell(lone_lat, "bad_place", "lat", "lat without lon")
    bad = zero | metric | far_lat | far_lon | lone_lon | lone_lat
    lon[bad] = np.nan
    lat[bad] = np.nan
    return lon, lat, [issue for issue in issues if len(issue.rows)]


def _repairable(
    mask: NDArray[np.bool_],
    fix: tuple[NDArray[np.float64], NDArray[np.float64]],
    text: tuple[pd.Series[str], pd.Series[str]],
    *,
    swapped: bool,
    repair: bool,
) -> list[Issue]:
    rows = np.flatnonzero(mask)
    if not len(rows):
        return []
    reason = "lon and lat are exchanged" if swapped else "lon lost its minus sign"
    fixes = [f"lon {fix[0][row]:g}, lat {fix[1][row]:g}" for row in rows]
    return [
        Issue(
            severity="warning" if repair else "error",
            kind="repaired" if repair else "swapped" if swapped else "bad_place",
            column="lon",
            rows=rows,
            values=[f"{text[0].iloc[row]}/{text[1].iloc[row]}" for row in rows],
            whats=[f"{reason}; read as {it}" if repair else reason for it in fixes],
            repairs=[""] * len(rows) if repair else fixes,
        )
    ]


def foreign_codes(texts: Mapping[str, pd.Series[str]], options: TableOptions) -> NDArray[np.bool_]:
    """Tell the rows, (n,), whose postal code is no ZIP code of the United States.

    A row's country decides where it is written, else the geography; where the user gives a table
    of postal codes, it places all of them.

    Parameters
    ----------
    texts : mapping of str to (n,) Series of str
        Cells by our name.
    options : TableOptions
    """
    codes = texts.get("zip")
    if codes is None:
        return np.zeros(len(next(iter(texts.values()), ())), dtype=bool)
    if options.postal:
        return np.ones(len(codes), dtype=bool)
    country = texts["country"] if "country" in texts else codes.where(codes.isna(), "")
    return ~is_american(country, at_home=options.at_home)


def check_places(
    frame: pd.DataFrame,
    rows: Rows,
    issues: list[Issue],
    *,
    required: bool,
    column_wide: Callable[[Issue], Finding | None],
    quiet: bool = False,
) -> list[Finding]:
    """Decide what the issues of place columns mean for each row.

    A row with another usable place is only warned about; a row with none is an error if places
    are required, and then it is named once, with the first reason.

    Parameters
    ----------
    frame : DataFrame
        With usable lon, lat, zip and, where there are such columns, county_fips and unit_id.
    rows : Rows
        Names of the rows.
    issues : list of Issue
        Of the place columns, the most telling first.
    required : bool
        Whether every row needs a place (accounts do, reps do not).
    column_wide : callable
        Returns one finding about a column none of whose cells can be used, else None.
    quiet : bool
        A column of places is refused already: rows without a place are no news.
    """
    placed = np.array(frame["lon"].notna() & frame["lat"].notna(), dtype=bool)
    for column in ("zip", "county_fips", "unit_id"):
        if column in frame:
            placed |= np.asarray(frame[column] != "", dtype=bool)
    findings: list[Finding] = []
    told = np.zeros(len(frame), dtype=bool)
    for issue in issues:
        if issue.severity != "error":
            findings += rows.findings(issue)
            continue
        findings += rows.findings(replace(issue.subset(placed), severity="warning"))
        rest = issue.subset(~placed & ~told)
        told[rest.rows] = True
        whole = column_wide(rest) if required else None
        if whole is not None:
            findings.append(whole)
            quiet = True
            continue
        severity: Severity = "error" if required else "warning"
        findings += rows.findings(replace(rest, severity=severity, kind="no_place"))
    if required and not quiet:
        nowhere = ~placed & ~told
        if "postal_code" in frame:
            issue = issue_of(
                nowhere & (frame["postal_code"] != "").to_numpy(dtype=bool), frame["postal_code"],
                severity="error", kind="no_postal_place", column="postal_code",
                what="no ZIP code of the United States",
            )  # fmt: skip
            findings += rows.findings(issue)
            nowhere[issue.rows] = False
        findings += [
            rows.finding(
                int(row),
                severity="error",
                kind="no_place",
                what="no lon and lat, no ZIP code, no county",
            )
            for row in np.flatnonzero(nowhere)
        ]
    return findings


def other_states(frame: pd.DataFrame) -> list[Issue]:
    """Return the rows whose ZIP code lies in another state than they say."""
    stated = frame["state"].str.strip().str.upper()
    codes = {code: state for code, (state, _) in known_zips().items()}
    by_zip = frame["zip"].map(codes).fillna("").astype("str")
    two = stated.str.fullmatch("[A-Z]{2}")
    differ = np.asarray(two & (by_zip != "") & (by_zip != stated), dtype=bool)
    issue = issue_of(
        differ, frame["zip"], severity="warning", kind="other_state", column="zip", what=""
    )
    whats = [f"lies in {by_zip.iloc[row]}, the row says {stated.iloc[row]}" for row in issue.rows]
    return [replace(issue, whats=whats)] if whats else []
