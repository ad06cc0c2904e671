"""What all public files have in common: reading, codes, places, joining."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.findings.rows import Issue, Rows, issue_of
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import Options, RawTable, SourceError
from territory.inputs.tables.codes import read_codes
from territory.messages import Severity, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMNS",
    "Facilities",
    "Published",
    "codes",
    "joined",
    "open_published",
    "published_numbers",
    "published_text",
    "published_types",
]

COLUMNS = (
    *("account_id", "name", "type", "address", "city", "state", "zip", "county_fips"),
    *("lon", "lat", "beds", "owner", "trauma", "ccn", "npi", "procedures", "procedures_at_most"),
    *("procedures_status", "procedures_published", "procedures_period", "procedures_years"),
    *("procedures_source", "services", "focus", "place", "source"),
)
"""Columns of an imported table. ``procedures`` are a year; ``procedures_at_most`` bounds a count
that is suppressed, whole or in part, a year; ``procedures_status`` says what the publisher said:
published, lower bound, too few, none, not available. ``procedures_published`` is as published, of
``procedures_period`` (first/last day) of ``procedures_years`` years; ``procedures_source`` names
publication and edition. ``services`` are other counts of the file; ``focus`` what they, or else
the name, tell that the facility does."""
_NUMBERS = frozenset(
    {
        *("lon", "lat", "beds", "procedures", "procedures_at_most"),
        *("procedures_published", "procedures_years"),
    }
)

SENTINELS = frozenset({"not available", "n/a", "na", "-999", "-999.0", "not applicable", "", "."})
"""What the publishers write for an unknown value, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Published:
    """A published table: its cells by the names used here, and its lines."""

    cells: pd.DataFrame
    raw: RawTable
    file: str
    headers: Mapping[str, str]

    def stored(self, name: str) -> NDArray[np.bool_] | None:
        """Return which cells of a column the file stores as numbers."""
        return self.raw.stored_as_number.get(self.headers[name])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facilities:
    """Facilities of one file, before the filters.

    Attributes
    ----------
    frame : DataFrame
        The columns of `COLUMNS` except place, which `joined` fills; lon and lat may be NaN. The
        further column ``county`` may name the county in words.
    rows : Rows
        File and line of each facility.
    issues : list of Issue
        About these rows.
    findings : list of Finding
        About the whole file.
    counts : dict
        Totals in the order of the work.
    """

    frame: pd.DataFrame
    rows: Rows
    issues: list[Issue]
    findings: list[Finding]
    counts: dict[str, int]


def open_published(
    path: Path, names: Mapping[str, Sequence[str]], *, publication: str, header: str
) -> Published:
    """Open a published file and find its columns.

    Parameters
    ----------
    path : Path
        CSV or Excel.
    names : mapping of str to sequence of str
        Name used here → headers of this and older editions; a leading "?" marks an optional one.
    publication : str
        For messages.
    header : str
        A header that the header row has: titles above it are passed over.
    """
    raw = open_table(path, Options(header_has=header))
    plain = {plain_name(str(name)): str(name) for name in raw.frame.columns}
    headers: dict[str, str] = {}
    lacking: list[str] = []
    for name, editions in names.items():
        for edition in editions:
            if plain_name(edition) in plain:
                headers[name] = plain[plain_name(edition)]
                break
        else:
            if not editions[0].startswith("?"):
                lacking.append(editions[0])
    if lacking:
        raise SourceError(
            f"is no {publication} file: it has no column {', '.join(map(quoted, lacking))}",
            hint="give the file as published, and the kind that belongs to it",
            kind="missing_column",
        )
    cells = raw.frame[list(headers.values())].set_axis(list(headers), axis=1)
    return Published(cells=cells, raw=raw, file=str(path), headers=headers)


def published_text(text: pd.Series[str]) -> pd.Series[str]:
    """Return names and words as published, without blanks around them; sentinels become ""."""
    bare = text.str.strip()
    return bare.where(~bare.str.lower().isin(list(SENTINELS)), "")


def published_types(text: pd.Series[str], known: Mapping[str, str]) -> pd.Series[str]:
    """Return our types of the publisher's kinds; a kind that is not known is spelled plainly."""
    kinds = text.str.strip()
    plain = kinds.str.lower().str.replace(r"[^a-z0-9]+", "_", regex=True)
    return kinds.map(known).fillna(plain)


def published_numbers(text: pd.Series[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return counts, NaN where unknown, and the (n,) cells that held a sentinel or no count.

    A negative count is a sentinel too: it is missing, never zero.
    """
    import pandas as pd

    bare = text.str.strip()
    values = pd.to_numeric(bare.str.replace(",", "").astype(object), errors="coerce").to_numpy(
        dtype=float, copy=True
    )
    bad = ~np.isfinite(values) | (np.nan_to_num(values) < 0)
    values[bad] = np.nan
    return values, bad & np.asarray(bare != "", dtype=bool)


def codes(
    text: pd.Series[str], column: str, kind: str, stored: NDArray[np.bool_] | None
) -> tuple[pd.Series[str], list[Issue]]:
    """Return a column of codes with leading zeros restored; nothing stops an import."""
    plain = published_text(text)
    found, issues = read_codes(plain, column, kind, stored=stored, repair=True)
    return found, [
        replace(issue, severity="warning") if issue.severity == "error" else issue
        for issue in issues
    ]


def joined(
    parts: Sequence[Facilities], *, state: str | None, types: Sequence[str] | None
) -> tuple[pd.DataFrame, list[Finding], dict[str, int]]:
    """Filter and place the facilities of several files, and make one table of them."""
    import pandas as pd

    counts: dict[str, int] = {}
    findings: list[Finding] = []
    frames: list[pd.DataFrame] = []

    def count(what: str, number: int) -> None:
        counts[what] = counts.get(what, 0) + number

    for part in parts:
        for what, number in part.counts.items():
            count(what, number)
        keep = np.ones(len(part.frame), dtype=bool)
        if state is not None:
            keep &= np.asarray(part.frame["state"] == state, dtype=bool)
            count("left out: in another state", int((~keep).sum()))
        if types is not None:
            other = keep & ~np.asarray(part.frame["type"].isin(list(types)), dtype=bool)
            count("left out: of another type", int(other.sum()))
            keep &= ~other
        rows = part.rows.kept(keep)
        for issue in part.issues:
            findings += rows.findings(issue.kept(keep))
        findings += part.findings
        frame, placing = _placed(part.frame[keep].reset_index(drop=True), rows)
        findings += placing
        nowhere = np.asarray(frame["place"] == "", dtype=bool)
        count("left out: without a place, see the audit", int(nowhere.sum()))
        frames.append(frame[~nowhere])
    table = pd.concat(frames, ignore_index=True)
    again = table.duplicated("account_id", keep="last")
    if again.any():
        count("left out: account id again later, which wins", int(again.sum()))
        table = table[~again]
    count("accounts", len(table))
    for name in ("beds", "procedures"):
        if table[name].notna().any():
            count(f"of these with {name}", int(table[name].notna().sum()))
    for place, number in table["place"].value_counts().items():
        count(f"placed by {_PLACES[str(place)]}", int(number))
    return table.reset_index(drop=True)[list(COLUMNS)], findings, counts


_PLACES = {
    "coordinates": "published coordinates",
    "zip": "ZIP code",
    "city": "city (middle of its ZIP codes)",
    "county": "county (middle of its ZIP codes)",
}


def _placed(frame: pd.DataFrame, rows: Rows) -> tuple[pd.DataFrame, list[Finding]]:
    """Fill lon and lat from the ZIP's point, else the middle of its city's or county's ZIPs."""
    import pandas as pd

    from geo.us.zips import zip_points

    out = frame.copy()
    lon, lat = (
        out["lon"].to_numpy(dtype=float, copy=True),
        out["lat"].to_numpy(dtype=float, copy=True),
    )
    place = np.where(np.isnan(lon), "", "coordinates").astype(object)
    points = zip_points()
    usable = points[(points["trouble"] == "") & points["active"].astype(bool)]
    usable = usable.assign(
        city_key=usable["state"]
        + "|"
        + usable["city"].str.upper().str.replace(r"\W+", "", regex=True),
        county_key=usable["state"] + "|" + _county(usable["county"]),
    )
    city = out["state"] + "|" + out["city"].str.upper().str.replace(r"\W+", "", regex=True)
    ways = [
        ("zip", out["zip"], usable[["lon", "lat"]]),
        ("city", city, usable.groupby("city_key")[["lon", "lat"]].median()),
    ]
    if "county" in out:
        county = out["state"] + "|" + _county(out["county"])
        ways.append(("county", county, usable.groupby("county_key")[["lon", "lat"]].median()))
    findings: list[Finding] = []
    of_zip = usable["state"].reindex(out["zip"]).to_numpy(dtype=object)
    elsewhere = np.asarray(
        (out["state"] != "") & pd.notna(of_zip) & (out["state"] != of_zip), dtype=bool
    )
    findings += rows.findings(
        issue_of(
            np.isnan(lon) & elsewhere, out["zip"], severity="warning", kind="zip_other_state",
            column="zip", what="is a ZIP code of another state than the facility's: not used",
        )
    )  # fmt: skip
    for name, key, known in ways:
        # Looked up by the index's own table: `isin` would first list all its 42,000 codes.
        named = (known.index.get_indexer(pd.Index(key)) >= 0) & np.asarray(key != "", dtype=bool)
        here = np.isnan(lon) & named
        here &= ~elsewhere | (name != "zip")
        found = known.reindex(key[here])
        lon[here], lat[here] = found["lon"].to_numpy(), found["lat"].to_numpy()
        place[here] = name
        severity: Severity = "info" if name == "zip" else "warning"
        findings += rows.findings(
            issue_of(
                here, out["zip"], severity=severity, kind=f"placed_by_{name}", column="zip",
                what=f"placed by its {_PLACES[name]}",
            )
        )  # fmt: skip
    findings += rows.findings(
        issue_of(
            np.isnan(lon), out["zip"], severity="warning", kind="no_place", column="zip",
            what="no usable ZIP code, city or county: left out, add the place to the file",
        )
    )  # fmt: skip
    place_text = np.asarray([str(value) for value in place], dtype=object)
    return out.assign(lon=lon, lat=lat, place=place_text).astype({"place": "str"}), findings


def _county(names: pd.Series[str]) -> pd.Series[str]:
    """Return county names without their kind, for comparison."""
    upper = names.str.upper()
    bare = upper.str.replace(
        r"\s+(COUNTY|PARISH|BOROUGH|CENSUS AREA|MUNICIPIO|CITY)$", "", regex=True
    )
    return bare.str.replace(r"\bSAINT\b", "ST", regex=True).str.replace(r"\W+", "", regex=True)


def complete(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return a frame with all columns; the absent ones are missing."""
    blank = {name: np.nan if name in _NUMBERS else "" for name in COLUMNS if name not in frame}
    full = frame.assign(**{**blank, "source": source})
    text = {name: "str" for name in COLUMNS if name not in _NUMBERS}
    numbers = dict.fromkeys(_NUMBERS, "float64")
    return full.astype({**text, **numbers}).reset_index(drop=True)
