"""What people read above a column, and the sentence that says what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from territory.currency import DEFAULT, amounts_in, in_words

__all__ = ["heading", "note_of", "raw_name"]

_WORDS: Mapping[str, str] = {
    "account_id": "Account ID", "unit_id": "Unit ID", "territory_id": "Territory",
    "rep_id": "Rep ID", "rep_name": "Rep", "rep": "Rep", "n_accounts": "Accounts",
    "n_units": "Units", "n_parts": "Pieces", "n_moved_accounts": "Accounts that move",
    "n_calls": "Calls a year", "current_territory_id": "Territory today",
    "current_rep_name": "Rep today", "idn": "IDN", "gpo": "GPO", "zip": "ZIP", "lon": "Longitude",
    "lat": "Latitude", "district_id": "District", "region_id": "Region", "ccn": "CCN", "npi": "NPI",
    "fte": "FTE", "county_fips": "County FIPS", "utilisation": "Use of capacity",
    "travel_share": "Travel, share of work", "n_kept": "Accounts kept",
    "max_min": "Largest ÷ smallest", "cv": "Coefficient of variation", "n_idns": "IDNs",
    "n_split_idns": "IDNs split", "split_idn_revenue_usd": "Revenue of split IDNs (USD)",
    "outside": "Outside its band in", "routed_deviation": "Workload by tours, to goal",
}  # fmt: skip
_UNITS: Mapping[str, str] = {
    "_usd": " (USD)", "_h": " (h)", "_km2": " (km²)", "_km": " (km)", "_min": " (min)",
    "_y": " (years)",
}  # fmt: skip


def heading(name: str) -> str:
    """Return the heading of a column; what is words already stays as it is.

    Examples
    --------
    >>> heading("potential_usd"), heading("workload_h_deviation"), heading("my own Column")
    ('Potential (USD)', 'Workload (h), to goal', 'my own Column')
    """
    if name in _WORDS:
        return in_words(_WORDS[name])
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        return name
    for end, words in (
        ("_deviation", ", to goal"), ("_goal", ", goal"), ("_lower", ", least allowed"),
        ("_upper", ", most allowed"),
    ):  # fmt: skip
        if name.endswith(end) and len(name) > len(end):
            return heading(name.removesuffix(end)) + words
    for end, words in _UNITS.items():
        if name.endswith(end):
            return _plain(name.removesuffix(end)) + in_words(words)
    return _plain(name)


def _plain(name: str) -> str:
    words = re.sub(r"^n_", "", name).replace("_", " ")
    return words[:1].upper() + words[1:]


def raw_name(title: str, names: tuple[str, ...]) -> str:
    """Return which of some columns a heading stands for; the heading itself where none."""
    found = {heading(name).casefold(): name for name in names}
    with amounts_in(DEFAULT):  # a workbook of before its plan named its currency
        found |= {heading(name).casefold(): name for name in names}
    return found.get(title.strip().casefold(), title.strip())


def note_of(name: str, file: str) -> str:
    """Return what a column of a file means, with its unit and formula; "" where nobody says."""
    for pattern, words in _notes(file):
        if pattern.fullmatch(name):
            return in_words(words)
    return ""


@cache
def _notes(file: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    from territory.publish.dictionary import data_dictionary

    with amounts_in(DEFAULT):
        frame = data_dictionary()
    frame = frame[frame["file"].eq(file) & frame["use"].eq("output")]
    found = []
    # Names before patterns; a pattern of a name alone would fit every column.
    rows = [row for row in frame.to_dict("records") if not re.fullmatch(r"\{\w+\}", row["column"])]
    for row in sorted(rows, key=lambda row: "{" in row["column"]):
        pattern = re.sub(r"\\\{[^}]*\\\}", ".+", re.escape(str(row["column"])))
        words = str(row["meaning"])
        words += f" [{row['unit']}]" if row["unit"] else ""
        words += f" = {row['formula']}" if row["formula"] else ""
        found.append((re.compile(pattern), words))
    return tuple(found)
