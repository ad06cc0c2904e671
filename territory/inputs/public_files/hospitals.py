"""CMS Hospital General Information, in this and older editions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from territory.inputs.findings.rows import Rows
from territory.inputs.public_files.facilities import (
    Facilities,
    codes,
    complete,
    open_published,
    published_text,
    published_types,
)
from territory.inputs.public_files.focus import focus_of_names

__all__ = ["read"]

_NAMES = {
    "ccn": ("Facility ID", "Provider ID", "Provider Number"),
    "name": ("Facility Name", "Hospital Name"),
    "address": ("Address", "Address 1"),
    "city": ("City/Town", "City"),
    "state": ("State",),
    "zip": ("ZIP Code",),
    "county": ("County/Parish", "County Name", "County"),
    "type": ("Hospital Type",),
    "owner": ("Hospital Ownership", "Hospital Owner"),
}
_TYPES = {
    "Acute Care Hospitals": "hospital",
    "Critical Access Hospitals": "critical_access",
    "Childrens": "children",
    "Long-term": "long_term_care",
    "Acute Care - Veterans Administration": "veterans",
    "ACUTE CARE - VETERANS ADMINISTRATION": "veterans",
    "Acute Care - Department of Defense": "military",
    "Rural Emergency Hospital": "rural_emergency",
}


def read(path: Path) -> Facilities:
    """Read one Hospital General Information file; of rows with one CCN the first is kept."""
    published = open_published(
        path, _NAMES, publication="CMS Hospital General Information", header="Hospital Type"
    )
    provider = published_text(published.cells["ccn"]).str.zfill(6)
    again = np.asarray(provider.duplicated() & (provider != "000000"), dtype=bool)
    cells, lines = published.cells[~again].reset_index(drop=True), published.raw.lines[~again]
    counts = {"rows read": len(again), "left out: later rows of a CCN": int(again.sum())}
    stored = {name: published.stored(name) for name in ("ccn", "zip")}
    kept = {name: None if cut is None else cut[~again] for name, cut in stored.items()}
    ccns, issues = codes(cells["ccn"], "ccn", "ccn", kept["ccn"])
    zips, found = codes(cells["zip"], "zip", "zip", kept["zip"])
    issues += found
    ids = "CCN-" + ccns
    rows = Rows(table="accounts", file=published.file, lines=lines, ids=ids.tolist())
    frame = pd.DataFrame(
        {
            "account_id": ids,
            "name": published_text(cells["name"]),
            "type": published_types(cells["type"], _TYPES),
            "address": published_text(cells["address"]),
            "city": published_text(cells["city"]),
            "state": published_text(cells["state"]),
            "zip": zips,
            "county": published_text(cells["county"]),
            "owner": published_text(cells["owner"]),
            "ccn": ccns,
            "focus": focus_of_names(published_text(cells["name"])),
        }
    )
    return Facilities(
        frame=complete(frame, "cms-hospitals"), rows=rows, issues=issues, findings=[],
        counts=counts,
    )  # fmt: skip
