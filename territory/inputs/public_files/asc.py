"""CMS ambulatory surgery centers: one account for each CCN, orthopaedic cases as procedures."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import MappingProxyType

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
from territory.inputs.public_files.focus import focus_of_names
from territory.inputs.sources.raw import SourceError
from territory.messages import quoted

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
    "note": ("?ASC-17 Footnote", "ASC-17 Footnote"),
    **{
        f"{kind}_{measure}": (f"?{head}", head)
        for measure in (12, 18, 19)
        for kind, head in (
            ("cases", f"ASC-{measure} Total Cases"),
            ("note", f"ASC-{measure} Footnote"),
        )
    },
    **{f"rate_{measure}": (f"?ASC-{measure} Rate", f"ASC-{measure} Rate") for measure in (9, 11)},
}
_OTHERS = MappingProxyType({12: "colonoscopy", 18: "urology", 19: "general surgery"})
"""The other counts of claims in the file: what a center does beside orthopaedics (ASC-17)."""

_SAID = MappingProxyType({"1": "too few", "5": "not available", "7": "none"})
"""Footnotes of CMS: 1 too few cases to report, 5 results not available, 7 no cases qualified."""
_RANK = MappingProxyType({"published": 0, "too few": 1, "none": 2, "not available": 3})


def read(path: Path) -> Facilities:
    """Read one file of facility-level ASC measures.

    Notes
    -----
    Rows of one CCN and NPI are editions of the same numbers: the latest full year wins (``2023``
    before ``2023_Q4``). Different NPIs under one CCN are counted apart by CMS, so their cases
    are added; name, NPI and place are those of the row with most cases, the first of equals.

    The footnotes of ASC-17 are three different things. 7: no case qualified, which is 0. 1: too few
    to report; missing, and at most one less than the smallest count of the file. 5: not available;
    missing, nothing is known. Of 1,218 centers with a 5 in 2021 and another count of claims in the
    file, one had a published count in 2023 and 15 too few: such a center hardly does orthopaedics.

    The counts are of Medicare's fee-for-service patients of 65 years and more (measure CBE 3470)
    over two calendar years that end with ``Year``, without January to June 2020, which CMS excepted
    from reporting; they are divided by the length of that period.
    """
    published = open_published(path, _NAMES, publication="CMS ASC facility", header="NPI")
    cells = published.cells.apply(lambda text: text.str.strip())
    if "note" not in cells:
        cells["note"] = ""
    cases, _ = published_numbers(cells["cases"])
    counts = {"rows read": len(cells)}
    full = cells["year"].str.fullmatch(r"\d{4}")
    order = cells.assign(
        cases=cases, line=published.raw.lines, at=np.arange(len(cells)), full=full,
    ).sort_values(["full", "year", "at"], ascending=[False, False, True])  # fmt: skip
    editions = order.drop_duplicates(["ccn", "npi"]).sort_values("at")
    counts["left out: other periods of the same numbers"] = len(cells) - len(editions)
    first = editions.sort_values(["cases", "at"], ascending=[False, True], na_position="last")
    chosen = first.drop_duplicates("ccn").sort_values("at").reset_index(drop=True)
    counts["joined: further NPIs of the same CCN"] = len(editions) - len(chosen)
    groups = editions.groupby("ccn")
    volumes = _volumes(editions, published.file).reindex(chosen["ccn"]).reset_index(drop=True)
    for status in _RANK:
        counts[f"orthopaedic cases {status}"] = int((volumes["procedures_status"] == status).sum())
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
        }
    )
    frame = pd.concat([frame, volumes], axis=1)
    told = focus_of_names(frame["name"])
    frame["focus"] = volumes["focus"].where(volumes["focus"] != "", told)
    return Facilities(
        frame=complete(frame, "cms-asc"), rows=rows, issues=issues, findings=[], counts=counts
    )


def _volumes(editions: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return what is counted of each CCN, by CCN: a year's cases, bounds, and what else it does."""
    said = editions["note"].map(_SAID).where(editions["cases"].isna(), "published")
    said = said.fillna("not available")
    best = editions.assign(rank=said.map(_RANK)).groupby("ccn")
    status = best["rank"].min().map({rank: name for name, rank in _RANK.items()})
    total = best["cases"].sum(min_count=1)
    years = best["year"].first().map(lambda text: _period(text, file))
    length = years.map(lambda each: each[1])
    smallest = float(editions["cases"].min())
    many = best.size()
    out = pd.DataFrame(
        {
            "procedures": (total / length).where(status == "published", np.nan),
            "procedures_at_most": ((smallest - 1.0) * many / length).where(status == "too few"),
            "procedures_status": status.astype("str"),
            "procedures_published": total,
            "procedures_period": years.map(lambda each: each[0]).astype("str"),
            "procedures_years": length,
            "procedures_source": ("cms-asc " + best["year"].first()).astype("str"),
        }
    )
    out.loc[status == "none", "procedures"] = 0.0
    done = {}
    for measure, name in _OTHERS.items():
        if f"cases_{measure}" in editions:
            count, _ = published_numbers(editions[f"cases_{measure}"])
            told = np.isfinite(count) | editions[f"note_{measure}"].isin(["1"]).to_numpy()
            done[name] = pd.Series(told, index=editions.index).groupby(editions["ccn"]).any()
    if "rate_11" in editions:
        rate, _ = published_numbers(editions["rate_11"])
        better = pd.Series(np.nan_to_num(rate) > 0, index=editions.index)
        done["cataract surgery"] = better.groupby(editions["ccn"]).any()
    others = pd.DataFrame(done).reindex(out.index)
    words = [
        "; ".join(name for name, does in zip(done, row, strict=True) if does)
        for row in others.to_numpy(dtype=bool).tolist()
    ]
    out["services"] = pd.array(words, dtype="str")
    orthopaedic = status.isin(["published", "too few"])
    only = out["services"].map({"colonoscopy": "endoscopy", "urology": "urology"}).fillna("")
    only = only.where(out["services"] != "cataract surgery", "eye")
    mixed = orthopaedic & (out["services"] != "")
    out["focus"] = np.select([mixed, orthopaedic], ["several", "orthopaedics"], only)
    return out.astype({"focus": "str"})


def _period(year: str, file: str) -> tuple[str, float]:
    """Return first and last day, and the years, of the claims that an edition counts."""
    if not re.fullmatch(r"\d{4}", year):
        raise SourceError(
            f"Year is {quoted(year)} in {file}: how long its claims were counted is not known",
            hint="keep the rows of a full year, as in 2023",
            kind="unknown_period",
        )
    last = int(year)
    first, months = date(last - 1, 1, 1), 24
    if last == 2020:
        return "2019-01-01/2020-12-31 without 2020-01/2020-06", 1.5
    if last == 2021:
        first, months = date(2020, 7, 1), 18
    return f"{first.isoformat()}/{date(last, 12, 31).isoformat()}", months / 12.0
