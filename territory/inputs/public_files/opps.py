"""CMS outpatient services by hospital and APC: musculoskeletal procedures of each hospital."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.public_files.facilities import (
    Facilities,
    codes,
    complete,
    open_published,
    published_numbers,
    published_text,
)
from territory.inputs.public_files.focus import focus_of_names

__all__ = ["MUSCULOSKELETAL", "read"]

_SUPPRESSED = 10.0
"""Most services of a row that CMS leaves out for having fewer than 11."""

MUSCULOSKELETAL = ("5123", "5124", "5125")
"""Comprehensive APCs "Level 3, 4 and 5 Musculoskeletal Procedures"."""

_NAMES = {
    "ccn": ("Provider ID", "CCN", "Rndrng_Prvdr_CCN"),
    "name": ("Provider Name",),
    "address": ("Provider Street Address",),
    "city": ("Provider City",),
    "state": ("Provider State",),
    "zip": ("Provider Zip Code",),
    "apc": ("APC",),
    "services": ("Comprehensive APC Services",),
}


def read(path: Path) -> Facilities:
    """Read one file of services by provider and APC.

    Notes
    -----
    ``procedures`` is the sum of the services of APC 5123, 5124 and 5125. CMS leaves out rows with
    fewer than 11 services, so the sum is a lower bound where one of the three is absent: it keeps
    that status, and ``procedures_at_most`` adds 10 for each. Where all are absent the count is
    missing, not zero, and at most 30. One account for each provider id, with the name and the
    address of its first row. The services are of the calendar year that the title or the file's
    name gives, of Medicare's fee-for-service patients.
    """
    published = open_published(
        path, _NAMES, publication="CMS OPPS provider APC", header="Provider ID"
    )
    cells = published.cells.apply(lambda text: text.str.strip())
    counts = {"rows read": len(cells)}
    blank = np.asarray(cells["ccn"] == "", dtype=bool)
    if blank.any():
        counts["left out: without a provider id"] = int(blank.sum())
    services, _ = published_numbers(cells["services"])
    orthopaedic = np.asarray(cells["apc"].isin(MUSCULOSKELETAL), dtype=bool)
    sums = (
        pd.Series(services[orthopaedic], index=cells["ccn"][orthopaedic].to_numpy())
        .groupby(level=0)
        .agg(["sum", "count"])
    )
    keep = np.asarray(~cells["ccn"].duplicated(), dtype=bool) & ~blank
    chosen, lines = cells[keep].reset_index(drop=True), published.raw.lines[keep]
    counts["providers"] = len(chosen)
    found = sums.reindex(chosen["ccn"])
    known = found["count"].to_numpy() > 0
    procedures = np.where(known, found["sum"].to_numpy(), np.nan)
    lacking = len(MUSCULOSKELETAL) - np.nan_to_num(found["count"].to_numpy(dtype=np.float64))
    year = _year(path)
    edition = f"cms-opps {year}".strip()
    counts["without any published APC 5123-5125, made missing"] = int((~known).sum())
    counts["with some of APC 5123-5125 suppressed (fewer than 11): a lower bound"] = int(
        (known & (found["count"].to_numpy() < len(MUSCULOSKELETAL))).sum()
    )
    stored_ccn, stored_zip = published.stored("ccn"), published.stored("zip")
    ccns, issues = codes(
        chosen["ccn"], "ccn", "ccn", None if stored_ccn is None else stored_ccn[keep]
    )
    zips, more = codes(
        chosen["zip"], "zip", "zip", None if stored_zip is None else stored_zip[keep]
    )
    ids = "CCN-" + ccns
    frame = pd.DataFrame(
        {
            "account_id": ids,
            "name": published_text(chosen["name"]),
            "type": [_type(ccn) for ccn in ccns.tolist()],
            "address": published_text(chosen["address"]),
            "city": published_text(chosen["city"]),
            "state": published_text(chosen["state"]),
            "zip": zips,
            "ccn": ccns,
            "procedures": procedures,
            "procedures_at_most": np.where(
                lacking > 0, np.nan_to_num(procedures) + lacking * _SUPPRESSED, np.nan
            ),
            "procedures_status": np.select(
                [~known, lacking > 0], ["too few", "lower bound"], "published"
            ),
            "procedures_published": procedures,
            "procedures_period": f"{year}-01-01/{year}-12-31" if year else "",
            "procedures_years": 1.0,
            "procedures_source": edition,
        }
    )
    frame["focus"] = focus_of_names(frame["name"])
    rows = Rows(table="accounts", file=published.file, lines=lines, ids=ids.tolist())
    undated = Finding(
        severity="warning", kind="unknown_period", table="accounts", file=published.file,
        column="procedures_period", value=path.name,
        what="the file's name has no year, so the year of its services is not known",
        repair="name it as published, with its calendar year: ..._CY2016_...",
    )  # fmt: skip
    return Facilities(
        frame=complete(frame, "cms-opps"), rows=rows, issues=[*issues, *more],
        findings=[] if year else [undated],
        counts=counts,
    )  # fmt: skip


def _year(path: Path) -> str:
    """Return the calendar year that a file's name gives, "" where it gives none or several."""
    found = set(re.findall(r"(?<!\d)20\d\d(?!\d)", path.stem))
    return found.pop() if len(found) == 1 else ""


def _type(ccn: str) -> str:
    """Return the type that the last four digits of a hospital's CCN stand for."""
    number = int(ccn[2:]) if ccn[2:].isdigit() else 0
    for low, high, kind in (
        (1300, 1399, "critical_access"),
        (2000, 2299, "long_term_care"),
        (3025, 3099, "rehabilitation"),
        (3300, 3399, "children"),
        (4000, 4499, "psychiatric"),
    ):
        if low <= number <= high:
            return kind
    return "hospital"
