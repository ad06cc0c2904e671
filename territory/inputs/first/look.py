"""Look at the user's files: which table each sheet is, and what its columns are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.headers import standard
from territory.inputs.headers.columns import TABLES, columns_of
from territory.inputs.headers.languages import ABROAD
from territory.inputs.headers.matched import matched_headers
from territory.inputs.joins.addresses import account_of
from territory.inputs.joins.names import name_key
from territory.inputs.numbers.settled import settle_numbers
from territory.inputs.numbers.values import missing_marks, read_numbers
from territory.inputs.places.postal import is_geonames, postal_headers
from territory.inputs.reshape.reshape import reshaped
from territory.inputs.reshape.stacked_sheets import alike, stacked_sheets
from territory.inputs.sources.names import plain_name, plain_names
from territory.inputs.sources.open import format_of, open_table, unpacked_table
from territory.inputs.sources.raw import Options, RawTable, SourceError
from territory.inputs.tables.codes import known_zips
from territory.inputs.time.named import period_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sheet", "as_roster", "bare_accounts", "look"]

_WORDS = {
    "potential_usd": r"potential|\btam\b|opportunit|addressable|potenzial|potentiel|potencial",
    "revenue_usd": r"revenue|sales|invoiced|turnover|spend|umsatz|chiffre d.affaires|ventas|omzet|"
    "fatturato|faturamento",
    "service_h": r"\bhours?\b|\bhrs\b|stunden|heures|\bhoras\b|\bore\b",
    "n_calls": r"\bvisits?\b|\bcalls?\b|besuche|\bvisites\b|visitas|bezoeken",
}
_NOT_A_YEARS = re.compile(
    r"(?i)%|\b(?:percent|pct|rank(?:ing)?|score|tier|decile|segment|class|index|growth|change|delta|"
    r"share|target|goal|quota|budget|forecast|plan|lifetime|all.?time|average|avg|mean|daily|date|"
    r"day|days|duration|rolling|ytd|mtd|qtd|to.date|bi-?weekly|units?|qty|quantity|probability|"
    r"opening|frequency|cycle|[qh][1-4]|r?\d+\s*-?\s*(?:years?|months?|weeks?|mo|yrs?|m|y)|"
    r"jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*)\b"
)
"""Words of a header whose numbers are no amounts, hours or calls of one year."""

_TWELVE = re.compile(r"(?i)\b(?:r|rolling|last|trailing|past|t|l)?\s*12\s*-?\s*(?:months?|mo|m)\b")
_OF_A_PERSON = (
    *("rep", "rep name", "employee name", "employee id", "home zip", "fte", "rep id", "full name"),
    *(*ABROAD["rep_id"], *ABROAD["home_zip"], *ABROAD["fte"]),
)
_OF_POSTAL = frozenset({"zip", "lon", "lat", "city", "state", "country", "county_fips", "address"})
_MADE = re.compile(
    r"(?i)\b(?:calls?|visits?|activit(?:y|ies)|interactions?|events?|meetings?|besuche?|visites?|"
    r"visitas?|bezoek\w*)\b"
)
_NUMERIC = 0.8
_CODES = 0.8
_PLACED = ({"zip"}, {"lon", "lat"}, {"county_fips"}, {"city", "state"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """One table that the user gave.

    Attributes
    ----------
    path : Path
    sheet : str, tuple of str or None
        Where the workbook has several; a tuple are read one under the other.
    kind : str
        accounts, reps, alignment, affiliations, history or units; calls, of calls made, which no
        plan reads; polygons, of a layer of areas;
        postal, of a table of postal codes with points; addresses, of accounts whose names stand
        elsewhere; "" where it is none.
    raw : RawTable
    columns : dict
        Our name → header.
    why : dict
        Our name → what the guess rests on.
    owner : str
        Header of the owner or territory of an account; "" where there is none.
    areal : bool
        Whether it is a layer of areas.
    """

    path: Path
    sheet: str | tuple[str, ...] | None
    kind: str
    raw: RawTable
    columns: dict[str, str]
    why: dict[str, str]
    owner: str = ""
    areal: bool = False

    def cells(self, name: str) -> pd.Series[str]:
        """Return a column by our name."""
        return self.raw.frame[self.columns[name]].str.strip()


def look(path: Path) -> list[Sheet]:
    """Return the tables of one file.

    Raises
    ------
    SourceError
        The file cannot be read.
    """
    known = frozenset(
        plain_name(name)
        for table in TABLES
        for column in columns_of(table)
        for name in (column.name, *column.aliases, *column.stand_ins)
    )
    names: Sequence[str | None] = [None]
    kind = format_of(path) if path.is_file() else ""
    if kind == "archive":
        with unpacked_table(path) as inner:
            return [replace(sheet, path=path) for sheet in look(inner)]
    if kind == "text" and is_geonames(path):
        raw = open_table(path, Options(known=known))
        return [Sheet(path=path, sheet=None, kind="postal", raw=raw, columns={}, why={})]
    areal = kind == "vector" and _is_areal(path)
    if kind == "excel":
        from territory.inputs.sources.excel import sheets_of

        names = sheets_of(path, known, also=period_of)
    sheets: list[Sheet] = []
    for name in names:
        try:
            raw = open_table(path, Options(sheet=name, known=known))
        except SourceError:
            if len(names) == 1:
                raise
            continue
        found = _understood(path, name if len(names) > 1 else None, raw)
        sheets.append(replace(found, areal=areal))
    return _by_period(path, sheets, Options(known=known))


def _by_period(path: Path, sheets: list[Sheet], options: Options) -> list[Sheet]:
    """Take sheets that are named by periods and have the same headers for one history."""
    named = [it for it in sheets if isinstance(it.sheet, str) and period_of(it.sheet)]
    if len(named) < 2 or not alike([it.raw for it in named]):
        return sheets
    names = tuple(sorted(str(it.sheet) for it in named))
    both = _understood(path, " ".join(names), stacked_sheets(path, names, options))
    if both.kind != "history":
        return sheets
    return [replace(both, sheet=names), *(it for it in sheets if it not in named)]


def _is_areal(path: Path) -> bool:
    from geo.files.layers import geometry_kind

    return "Polygon" in geometry_kind(path)


def _understood(path: Path, sheet: str | None, raw: RawTable) -> Sheet:
    kind, columns, why = "", dict[str, str](), dict[str, str]()
    postal = postal_headers(raw)
    if len(postal) == len(("code", "lon", "lat")) and _is_postal(raw):
        return Sheet(path=path, sheet=sheet, kind="postal", raw=raw, columns=postal, why=why)
    reference = account_of(raw.frame)
    if reference and _is_addresses(raw, reference):
        own = {"account": reference}
        return Sheet(path=path, sheet=sheet, kind="addresses", raw=raw, columns=own, why=why)
    if _is_calls(raw, f"{path.stem} {sheet or ''}"):
        return Sheet(path=path, sheet=sheet, kind="calls", raw=raw, columns=columns, why=why)
    best = 0.0
    for table in TABLES:
        found, reasons, made = _columns(table, raw)
        if kind == "accounts" and table == "history" and "revenue_usd" in made:
            continue  # accounts may have a column of sales for each year
        score = _score(table, set(found), raw, f"{path.stem} {sheet or ''}")
        if score > best:
            best, kind, why = score, table, reasons
            columns = {ours: header for ours, header in found.items() if ours not in made}
    owner = _owner(raw, columns) if kind == "accounts" else ""
    return Sheet(path=path, sheet=sheet, kind=kind, raw=raw, columns=columns, why=why, owner=owner)


def _is_postal(raw: RawTable) -> bool:
    """Return whether a table says nothing of its rows but where their postal codes lie."""
    headers = matched_headers(raw.frame, columns_of("accounts"), {}).headers
    return set(headers) <= _OF_POSTAL and not _owner(raw, headers)


def _is_calls(raw: RawTable, name: str) -> bool:
    """Return whether rows are calls made: days of accounts that come again, and no money."""
    found = matched_headers(raw.frame, columns_of("calls"), {}).headers
    headers = " ".join(map(str, raw.frame.columns))
    if not {"account_id", "period"} <= set(found) or not _MADE.search(
        re.sub(r"[_\W]+", " ", f"{name} {headers}")
    ):
        return False
    sold = matched_headers(raw.frame, columns_of("history"), {}).headers
    return "revenue_usd" not in sold and not raw.frame[found["account_id"]].is_unique


def _is_addresses(raw: RawTable, reference: str) -> bool:
    """Return whether rows have an id of their own beside their account's, and places."""
    named = {plain_name(str(header)) for header in raw.frame}
    own = named & {plain_name(name) for name in standard.BARE_IDS}
    places = set(matched_headers(raw.frame, columns_of("accounts"), {}).headers)
    street = bool({"address", "zip"} & places)
    return bool(own) and street and "city" in places and not raw.frame[reference].is_unique


def bare_accounts(sheet: Sheet) -> Sheet | None:
    """Return a table of accounts without any place as accounts; None where it is none."""
    found, why, made = _columns("accounts", sheet.raw)
    if why.get("zip", "") == "its cells: ZIP codes":
        del found["zip"], why["zip"]
    if not {"account_id", "name"} <= set(found):
        return None
    columns = {ours: header for ours, header in found.items() if ours not in made}
    owner = _owner(sheet.raw, columns)
    return replace(sheet, kind="accounts", columns=columns, why=why, owner=owner)


def as_roster(sheet: Sheet, owners: Set[str]) -> Sheet | None:
    """Return a table as the reps where one of its columns is today's owners; None where none is.

    Parameters
    ----------
    sheet : Sheet
    owners : set of str
        Each owner's `name_key`.
    """
    for header in map(str, sheet.raw.frame.columns):
        keys = [name_key(cell) for cell in sheet.raw.frame[header]]
        if len(set(keys)) == len(keys) and len(owners & set(keys)) >= _CODES * len(owners):
            found, why, made = _columns("reps", sheet.raw)
            columns = {ours: own for ours, own in found.items() if ours not in made}
            if columns.get("rep_id") != header:
                columns = {ours: own for ours, own in columns.items() if own != header}
                columns["rep_id"], why["rep_id"] = header, "its cells: owners of the accounts"
            return replace(sheet, kind="reps", columns=columns, why=why)
    return None


def _columns(table: str, raw: RawTable) -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    """Return our columns of a table by headers, then by words in them, then by their cells.

    The third are those that stand in no column of the file, but are made of others when read.
    """
    written = {str(name) for name in raw.frame}
    raw = reshaped(raw, table, {})
    frame = raw.frame
    columns = columns_of(table)
    matched = matched_headers(frame, columns, {})
    found = dict(matched.headers)
    why = dict.fromkeys(found, "its header")
    for column in columns:
        if column.name in matched.refused and column.name not in found:
            rivals = _rivals(column.name, (*column.aliases, *column.stand_ins), frame)
            if rivals:
                found[column.name] = rivals[0]
                why[column.name] = f"one of {len(rivals)} headers that fit: {', '.join(rivals[1:])}"
    free = [str(name) for name in frame if name not in found.values()]
    if table in {"accounts", "units", "history"}:
        wanted = {column.name for column in columns} - set(found)
        for ours, header in _by_words(raw, wanted, free):
            found[ours], why[ours] = header, "a word of its header and its numbers"
    if table in {"accounts", "reps"} and not any(part <= set(found) for part in _PLACED[:3]):
        for header in free:
            text = frame[header].str.strip()
            formed = text.str.fullmatch(r"\d{5}(?:-?\d{4})?")
            if _share(formed & text.str[:5].map(known_zips().__contains__).astype(bool), text):
                found["zip"], why["zip"] = header, "its cells: ZIP codes"
                free.remove(header)
                break
    key = columns[0].name
    if table == "accounts" and key in found and (frame[found[key]].str.strip() == "").any():
        whole = _whole_id(frame, columns[0].aliases, found[key])
        if whole:
            why[key] = f"every row has one, unlike {found[key]}"
            found[key] = whole
    if columns[0].required and columns[0].name not in found:
        for header in free:
            text = frame[header].str.strip()
            if len(text) and text.is_unique and (text != "").all() and not _numeric(raw, header):
                found[columns[0].name], why[columns[0].name] = header, "its cells: all different"
                break
    return found, why, frozenset(name for name in found if found[name] not in written)


def _whole_id(frame: pd.DataFrame, names: Sequence[str], own: str) -> str:
    """Return another header of ids that every row has, each another one; "" where there is none."""
    wanted = {plain_name(name) for name in names}
    for header in map(str, frame.columns):
        text = frame[header].str.strip()
        fits = wanted & set(plain_names(header))
        if header != own and fits and text.is_unique and (text != "").all():
            return header
    return ""


def _by_words(raw: RawTable, wanted: Set[str], free: list[str]) -> Iterator[tuple[str, str]]:
    """Yield our columns with headers that have a word for them and numbers, off the free ones."""
    for ours, words in _WORDS.items():
        fitting = [
            header for header in free
            if ours in wanted and re.search(words, header, re.IGNORECASE)
            and not _NOT_A_YEARS.search(_TWELVE.sub(" ", header.replace("_", " ")))
            and _numeric(raw, header, ours)
        ]  # fmt: skip
        if fitting:
            # Of "Sales 2023" and "Sales 2024" the later; else the first.
            chosen = max(fitting, key=_year_in)
            yield ours, chosen
            free.remove(chosen)


def _year_in(header: str) -> int:
    """Return the year that a header names, 0 for none."""
    found = re.search(r"(?<!\d)(?:(?:19|20)(\d\d)|(?i:fy|cy)\s?(\d\d))(?!\d)", header)
    return int(found[1] or found[2]) + 1 if found else 0


def _rivals(name: str, aliases: Sequence[str], frame: pd.DataFrame) -> list[str]:
    wanted = {plain_name(one) for one in (name, *aliases)}
    fitting = [str(header) for header in frame if wanted & set(plain_names(str(header)))]
    return sorted(fitting, key=lambda header: -int((frame[header].str.strip() != "").sum()))


def _numeric(raw: RawTable, header: str, ours: str = "number") -> bool:
    text = raw.frame[header].str.strip()
    filled = (text != "").to_numpy(dtype=bool) & ~missing_marks(text)
    if not filled.any():
        return False
    settled = settle_numbers(
        {ours: text}, stored={ours: raw.stored_as_number.get(header)},
        coordinates=frozenset(), delimiter=raw.delimiter,
    )  # fmt: skip
    values, _ = read_numbers(settled.texts[ours], ours, kind="signed", factor=settled.factors[ours])
    return bool((~np.isnan(values) & filled).sum() >= _NUMERIC * filled.sum())


def _share(good: pd.Series[bool], text: pd.Series[str]) -> bool:
    filled = text.str.strip() != ""
    return bool(filled.sum() > len(text) // 2 and (good & filled).sum() >= _CODES * filled.sum())


def _score(table: str, found: set[str], raw: RawTable, name: str) -> float:
    """Return how much a sheet looks like one of our tables; 0 where it cannot be it."""
    placed = any(part <= found for part in _PLACED)
    headers = {plain for header in raw.frame for plain in plain_names(str(header))}
    person = bool(headers & {plain_name(one) for one in _OF_A_PERSON})
    needs = {
        "accounts": placed and "account_id" in found,
        "reps": "rep_id" in found and (person or "fte" in found or "territory_id" in found),
        "units": "unit_id" in found and bool(found & {"potential_usd", "service_h", "n_calls"}),
        "alignment": "territory_id" in found and bool(found & {"account_id", "unit_id"}),
        "affiliations": "account_id" in found and bool(found & {"idn", "gpo"}),
        "history": {"account_id", "period", "revenue_usd"} <= found,
    }
    if not needs[table]:
        return 0.0
    score = {
        "accounts": 2.0 + 2.0 * ("name" in found) + bool(found & {"potential_usd", "revenue_usd"}),
        "reps": 3.0 + 3.0 * person - 2.0 * ("potential_usd" in found) - (len(raw.lines) > 2000),
        "units": 2.5,
        "alignment": 3.5 if len(raw.frame.columns) <= 6 else 1.0,
        "affiliations": 2.2 if not placed else 0.5,
        "history": 6.0,
    }[table]
    words = {
        "accounts": "account|customer|facilit|hospital|hco|kunde|klant|client",
        "reps": "rep|roster|team|employee|user|au(?:ss|ß)endienst|mitarbeiter|medewerker|personal",
        "units": "unit|zip|county|market",
        "alignment": "align|territor|zip.?to",
        "affiliations": "affil|idn|gpo|parent",
        "history": "histor|sales|invoice|orders",
    }[table]
    return score + 1.5 * bool(re.search(words, name, re.IGNORECASE)) + 0.1 * len(found)


def _owner(raw: RawTable, columns: dict[str, str]) -> str:
    for names in (standard.TODAY, ("territory_id", *standard.TERRITORY), standard.OWNER):
        wanted = {plain_name(name) for name in names}
        for header in raw.frame:
            if wanted & set(plain_names(str(header))) and header not in columns.values():
                return str(header)
    return ""
