"""County codes in two columns: the state's code, or its letters, and the county's three digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from territory.inputs.sources.names import plain_name, plain_names
from territory.inputs.sources.raw import RawTable
from territory.messages import quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["county_parts"]

_STATE = (
    *("statefp", "state fips", "state fips code", "fips state", "statecode", "stfips", "st fips"),
    *("statefips code", "fips st", "statea", "state code fips", "state"),
)
_COUNTY = (
    *("countyfp", "county fips", "county fips code", "fips county", "countycode", "cnty fips"),
    *("cntyfips", "countya", "fips cnty", "county code", "county", "county_fips", "fips"),
)
_LETTERS = ("state", "st", "state abbreviation", "state abbr", "usps", "stusps")


def county_parts(raw: RawTable, mapping: Mapping[str, str]) -> RawTable:
    """Return a table whose county column has five digits, where state and county stood apart.

    Parameters
    ----------
    raw : RawTable
    mapping : mapping of str to str
        Our column → header; where it names the county's column that one may have its state
        beside it too.
    """
    from geo.us.fips import STATES

    headers = [str(name) for name in raw.frame.columns]
    county = next((name for name in _named(headers, _COUNTY) if _digits(raw.frame[name], 3)), None)
    if county is None or (county in mapping.values() and county not in _ours(mapping)):
        return raw
    for state in [*_named(headers, _STATE), *_named(headers, _LETTERS)]:
        text = raw.frame[state].str.strip()
        letters = text.str.upper().map(STATES)
        codes = _code(text, 2) if _digits(text, 2) else letters.fillna("").astype("str")
        needed = raw.frame[county].str.strip() != ""
        if state == county or not bool((codes[needed] != "").all()) or not bool(needed.any()):
            continue
        joined = (codes + _code(raw.frame[county], 3)).where(needed, "")
        first = int(needed.to_numpy().argmax())
        what = (
            f"columns {quoted(state)} and {quoted(county)} were put together to county codes, "
            f"{quoted(text.iloc[first])} and {quoted(raw.frame[county].iloc[first])} to "
            f"{joined.iloc[first]}"
        )
        frame = raw.frame.assign(**{county: joined.astype("str")})
        if _digits(text, 2):
            frame = frame.drop(columns=state)
        numbers = {name: mask for name, mask in raw.stored_as_number.items() if name != county}
        notes = (*raw.notes, ("info", "county_parts", 0, what, ""))
        return replace(raw, frame=frame, notes=notes, stored_as_number=numbers)
    return raw


def _ours(mapping: Mapping[str, str]) -> set[str]:
    return {header for ours, header in mapping.items() if ours in {"county_fips", "unit_id"}}


def _named(headers: list[str], names: tuple[str, ...]) -> list[str]:
    wanted = {plain_name(name) for name in names}
    return [header for header in headers if wanted & set(plain_names(header))]


def _digits(text: pd.Series[str], most: int) -> bool:
    """Return whether all cells of a column that hold something are codes of so many digits."""
    bare = text.str.strip().str.replace(r"\.0+$", "", regex=True)
    filled = bare != ""
    return bool(filled.any()) and bool(bare[filled].str.fullmatch(rf"\d{{1,{most}}}").all())


def _code(text: pd.Series[str], width: int) -> pd.Series[str]:
    bare = text.str.strip().str.replace(r"\.0+$", "", regex=True)
    return bare.where(bare == "", bare.str.zfill(width))
