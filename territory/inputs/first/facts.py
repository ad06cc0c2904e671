"""What the accounts of a first scenario say of themselves: states, types, values that lack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.first.look import Sheet
from territory.inputs.flags import is_yes
from territory.inputs.headers.languages import POSTAL_ABROAD
from territory.inputs.joins.leads import named_in
from territory.inputs.joins.names import name_key, vacancy
from territory.inputs.numbers.currencies import sign_in
from territory.inputs.numbers.dress import undressed
from territory.inputs.sources.names import plain_name
from territory.inputs.tables.codes import is_american, known_zips
from territory.inputs.tables.money import code_column
from territory.inputs.tables.options import TableOptions
from territory.inputs.tables.place_columns import in_us
from territory.inputs.tables.reading import Reading, read_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "calls_a_quarter", "currencies", "inactive_rows", "lies_abroad", "medians", "people", "read",
    "states_of",
]  # fmt: skip

_CALLS = (
    (r"critical|specialty|rehab|psych|long.?term", 2),
    (r"hospital|medical center|acute|idn|system|academic|klini[kc]|krankenhaus|hopital|clinica", 3),
    (r"asc|surg|ambulatory|\blab|imaging|dialysis|mvz|labor", 2),
)
_STATUS = frozenset(
    {"status", "accountstatus", "customerstatus", "recordstatus", "statecode", "kundenstatus"}
    | {"statut", "facilitystatus", "lifecyclestatus"}
)
_ACTIVE = frozenset({"active", "isactive", "activeflag", "aktiv", "actif", "activo"})
_GONE = frozenset(
    {"inactive", "isinactive", "deleted", "isdeleted", "closed", "isclosed", "inaktiv", "gesperrt"}
)
_INACTIVE = frozenset(
    {"inactive", "closed", "deleted", "deactivated", "terminated", "out of business", "merged"}
    | {"inaktiv", "geschlossen", "gesperrt", "gel\u00f6scht", "inactif", "ferm\u00e9", "inactivo"}
    | {"cerrado", "permanently closed", "do not use", "duplicate"}
)
_NO_ZIP = ("plz", "zahl", "postale", "cep", "nummer")


def read(sheet: Sheet, geography: str) -> Reading:
    """Read a sheet as its table, with every repair."""
    return read_table(
        sheet.raw,
        TableOptions(
            table=sheet.kind, file=sheet.path.name, columns=sheet.columns, geography=geography,
            repair=True, by_city=True, guarded=True,
        ),
    )  # fmt: skip


def lies_abroad(sheet: Sheet, accounts: pd.DataFrame) -> bool:
    """Return whether accounts lie outside the United States for sure, whatever their codes say.

    Their countries say so, else their coordinates, else the word for postal codes: PLZ is no ZIP.

    Parameters
    ----------
    sheet : Sheet
    accounts : DataFrame
        Read without the belief that they lie in the United States: no coordinate is repaired.
    """
    country = accounts["country"]
    if (country.str.strip() != "").mean() >= 0.5:
        return bool(is_american(country, at_home=False).mean() < 0.5)
    points = accounts[["lon", "lat"]].dropna().to_numpy(dtype=np.float64)
    if 2 * len(points) >= len(accounts):
        lon, lat = points.T
        near: NDArray[np.bool_] = in_us(lon, lat) | in_us(lat, lon) | in_us(-lon, lat)
        if near.mean() < 0.5:
            return True
    header = plain_name(sheet.columns.get("zip", ""))
    return header in {plain_name(word) for word in POSTAL_ABROAD if word.endswith(_NO_ZIP)}


def inactive_rows(sheet: Sheet) -> tuple[str, Counter[str]]:
    """Return the header of a column of states, and how many rows it says are inactive, as written.

    Returns
    -------
    (str, Counter)
        "" and nothing where no column says so of some rows and the other of others.
    """
    for header in map(str, sheet.raw.frame.columns):
        name = plain_name(header)
        cells = sheet.raw.frame[header].str.strip()
        plain = cells.str.casefold().str.replace(r"__(?:v|c|sys)$", "", regex=True)
        if name in _STATUS:
            gone = plain.isin(_INACTIVE)
        elif name in _ACTIVE:
            gone = ~is_yes(cells) & (cells != "")
        elif name in _GONE:
            gone = is_yes(cells)
        else:
            continue
        if 0 < int(gone.sum()) < len(cells):
            return header, Counter(cells[gone].tolist())
    return "", Counter()


def currencies(sheet: Sheet) -> set[str]:
    """Return the codes of the currencies that a sheet's columns, headers and cells name.

    A dollar sign alone names none.
    """
    found = set(code_column(sheet.raw.frame)[1])
    for ours, header in sheet.columns.items():
        if ours.endswith("_usd"):
            text = sheet.raw.frame[header]
            found |= {sign_in(header)} | undressed(text, ours).currencies
    return {code for code in found if len(code) == len("USD")}


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
    """Return the names of owners, each in its most frequent spelling, and those who are nobody.

    A cell that names several is so many cells where each stands alone elsewhere, or is nobody.
    """
    alone = {name_key(label) for label in labels if not vacancy(label)}

    def parts(label: str) -> list[str]:
        found = named_in(label)
        known = [each for each in found if name_key(each) in alone]
        all_known = known and all(each in known or vacancy(each) for each in found)
        return found if len(found) > 1 and all_known else [label]

    spelled: dict[str, Counter[str]] = {}
    nobody: Counter[str] = Counter()
    for name in [each.strip() for label in labels for each in parts(label)]:
        if not name:
            continue
        if vacancy(name):
            nobody[name] += 1
        else:
            spelled.setdefault(name_key(name), Counter())[name] += 1
    names = [max(sorted(count), key=lambda it: (count[it], not it.isupper())) for count in
             spelled.values()]  # fmt: skip
    return sorted(names), nobody
