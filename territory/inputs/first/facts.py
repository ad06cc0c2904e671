"""What the accounts of a first scenario say of themselves: states, types, values that lack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.first.look import Sheet
from territory.inputs.joins.names import name_key, vacancy
from territory.inputs.tables.codes import known_zips
from territory.inputs.tables.options import TableOptions
from territory.inputs.tables.reading import Reading, read_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["calls_a_quarter", "medians", "people", "read", "states_of"]

_CALLS = (
    (r"critical|specialty|rehab|psych|long.?term", 2),
    (r"hospital|medical center|acute|idn|system|academic", 3),
    (r"asc|surg|ambulatory|lab|imaging|dialysis", 2),
)


def read(sheet: Sheet, geography: str) -> Reading:
    """Read a sheet as its table, with every repair."""
    return read_table(
        sheet.raw,
        TableOptions(
            table=sheet.kind, file=sheet.path.name, columns=sheet.columns, geography=geography,
            repair=True, by_city=True, guarded=True,
        ),
    )  # fmt: skip


def states_of(accounts: pd.DataFrame) -> Counter[str]:
    """Count accounts by the state of their ZIP code, else of their county, else as written."""
    from geo.us.fips import STATES

    codes = {code: state for code, (state, _) in known_zips().items()}
    by_fips = {fips: state for state, fips in STATES.items()}
    by_zip = accounts["zip"].map(codes)
    by_county = accounts["county_fips"].str[:2].map(by_fips)
    written = accounts["state"].str.strip().str.upper()
    written = written.where(written.isin(list(STATES)))
    found = by_zip.astype(object).fillna(by_county).fillna(written).dropna()
    return Counter(found.tolist())


def medians(accounts: pd.DataFrame, column: str) -> dict[str, float]:
    """Return the median of a column for each type that lacks some values, and for all as "other".

    Types without any value have the median of all.
    """
    values = accounts[column]
    lacking = accounts.loc[values.isna(), "type"].unique().tolist()
    if not lacking or not values.notna().any():
        return {}
    overall = float(values.median())
    own = values.groupby(accounts["type"]).median()
    out = {kind: float(own.get(kind, np.nan)) for kind in sorted(map(str, lacking))}
    return {kind: overall if np.isnan(value) else value for kind, value in out.items()}


def calls_a_quarter(kind: str) -> int:
    """Return a first guess of the sales calls a quarter on accounts of a type."""
    words = kind.replace("_", " ")
    return next((calls for pattern, calls in _CALLS if re.search(pattern, words)), 1)


def people(labels: Sequence[str]) -> tuple[list[str], Counter[str]]:
    """Return the names of owners, each in its most frequent spelling, and those who are nobody."""
    spelled: dict[str, Counter[str]] = {}
    nobody: Counter[str] = Counter()
    for label in labels:
        name = label.strip()
        if not name:
            continue
        if vacancy(name):
            nobody[name] += 1
        else:
            spelled.setdefault(name_key(name), Counter())[name] += 1
    names = [max(sorted(count), key=lambda it: (count[it], not it.isupper())) for count in
             spelled.values()]  # fmt: skip
    return sorted(names), nobody
