"""CMS ambulatory surgery centers: one account for each CCN, orthopaedic cases as procedures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from territory.inputs.findings.rows import Rows, issue_of
from territory.inputs.public_files.facilities import (
    Facilities,
    codes,
    complete,
    open_published,
    published_numbers,
    published_text,
)

__all__ = ["read"]

_NAMES = {
    "name": ("Facility Name", "ASC Name"),
    "ccn": ("Facility ID", "Provider ID", "CCN"),
    "npi": ("NPI",),
    "city": ("City/Town", "City"),
    "state": ("State",),
    "zip": ("ZIP Code",),
    "year": ("Year",),
    "cases": ("ASC-17 Total Cases",),
}


def read(path: Path) -> Facilities:
    """Read one file of facility-level ASC measures.

    Notes
    -----
    Rows of one CCN and NPI are editions of the same numbers: the latest full year wins (``2023``
    before ``2023_Q4``). Different NPIs under one CCN are counted apart by CMS, so their cases
    are added; name, NPI and place are those of the row with most cases, the first of equals. "N/A"
    with a footnote (5: not available; 1, 7: too few cases) is missing, never zero.
    """
    published = open_published(path, _NAMES, publication="CMS ASC facility", header="NPI")
    cells = published.cells.apply(lambda text: text.str.strip())
    cases, unknown = published_numbers(cells["cases"])
    counts = {"rows read": len(cells)}
    full = cells["year"].str.fullmatch(r"\d{4}")
    order = cells.assign(
        cases=cases, line=published.raw.lines, at=np.arange(len(cells)), full=full,
        unknown=unknown,
    ).sort_values(["full", "year", "at"], ascending=[False, False, True])  # fmt: skip
    editions = order.drop_duplicates(["ccn", "npi"]).sort_values("at")
    counts["left out: other periods of the same numbers"] = len(cells) - len(editions)
    first = editions.sort_values(["cases", "at"], ascending=[False, True], na_position="last")
    chosen = first.drop_duplicates("ccn").sort_values("at").reset_index(drop=True)
    counts["joined: further NPIs of the same CCN"] = len(editions) - len(chosen)
    groups = editions.groupby("ccn")
    total = groups["cases"].sum(min_count=1)
    counts["cases unknown (N/A, footnote), made missing"] = int(total.isna().sum())
    ids = "CCN-" + chosen["ccn"]
    rows = Rows(
        table="accounts", file=published.file, lines=chosen["line"].to_numpy(), ids=ids.tolist()
    )
    places = groups["zip"].nunique().reindex(chosen["ccn"]).to_numpy()
    sites = groups.size().reindex(chosen["ccn"]).to_numpy()
    issues = [
        issue_of(
            places > 1, chosen["zip"], severity="warning", kind="several_sites", column="zip",
            what="one CCN with several ZIP codes; the site with most cases is the place",
        ),
        issue_of(
            (sites > 1) & (places == 1), chosen["npi"], severity="info", kind="several_npis",
            column="npi", what="several NPIs under one CCN; their cases were added",
        ),
    ]  # fmt: skip
    zips, found = codes(chosen["zip"], "zip", "zip", None)
    issues += found
    ccns, found = codes(chosen["ccn"], "ccn", "ccn", None)
    issues += found
    npis, found = codes(chosen["npi"], "npi", "npi", None)
    issues += found
    frame = pd.DataFrame(
        {
            "account_id": ids,
            "name": published_text(chosen["name"]),
            "type": "asc",
            "city": published_text(chosen["city"]),
            "state": published_text(chosen["state"]),
            "zip": zips,
            "ccn": ccns,
            "npi": npis,
            "procedures": total.reindex(chosen["ccn"]).to_numpy(),
        }
    )
    return Facilities(
        frame=complete(frame, "cms-asc"), rows=rows, issues=issues, findings=[], counts=counts
    )
