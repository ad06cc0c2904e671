"""Periods in two columns: a year, and a month or a quarter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from territory.inputs.headers import standard
from territory.inputs.sources.names import plain_name, plain_names
from territory.inputs.sources.raw import RawTable
from territory.inputs.time.days import MONTHS
from territory.inputs.time.periods import read_periods
from territory.messages import quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["period_parts"]

_YEARS = ("year", "yr", "calendar year", "fiscal year", "fy", "sales year", "jahr", "invoice year")
_MONTHS = (
    *("month", "mon", "mth", "month name", "month no", "month number", "calendar month", "monat"),
    *("sales month", "invoice month"),
)
_QUARTERS = ("quarter", "qtr", "quarter no", "quarter number", "calendar quarter", "fiscal quarter")
_YEAR = re.compile(r"(?:FY\s*)?'?(?:19|20)\d{2}(?:\.0+)?", re.IGNORECASE)
_QUARTER = re.compile(
    r"(?:Q|Qtr|Quarter)?\s*([1-4])(?:\.0+)?(?:Q|st|nd|rd|th)?(?:\s*quarter)?", re.IGNORECASE
)


def period_parts(raw: RawTable, mapping: Mapping[str, str]) -> RawTable:
    """Return a table with one column of periods, where a year and its months stand apart.

    Parameters
    ----------
    raw : RawTable
    mapping : mapping of str to str
        Our column → header; where it names the period nothing is changed.

    Notes
    -----
    Months win over quarters. Months of fiscal years are left alone: which month the first one is
    nobody says.
    """
    headers = [str(name) for name in raw.frame.columns]
    if "period" in mapping or any(plain_name(name) == "period" for name in headers):
        return raw
    for year in _named(headers, _YEARS):
        years = raw.frame[year].str.strip()
        if not bool(years[years != ""].str.fullmatch(_YEAR).all()) or not bool((years != "").any()):
            continue
        whole = _whole(raw, headers, year)
        if whole is not None:
            return whole
        fiscal = plain_name(year) in {"fiscalyear", "fy"}
        for names, read in ((_MONTHS, _month), (_QUARTERS, _quarter)):
            if fiscal and names is _MONTHS:
                continue
            for part in _named(headers, names):
                joined = _joined(years, raw.frame[part].str.strip(), read, fiscal=fiscal)
                if part != year and joined is not None:
                    return _with_period(raw, year, part, joined, others=(*_MONTHS, *_QUARTERS))
    return raw


def _whole(raw: RawTable, headers: list[str], year: str) -> RawTable | None:
    """Return a table without its years, where another column has periods of those years."""
    years = raw.frame[year].str.extract(r"(\d{4})", expand=False)
    for header in _named(headers, standard.PERIOD):
        if header == year:
            continue
        text = raw.frame[header].str.strip()
        by_text = read_periods(text.unique().tolist()).by_text
        if [by_text.get(cell, "")[:4] for cell in text.tolist()] == years.tolist():
            what = f"column {quoted(header)} has the years of {quoted(year)}, which was left out"
            notes = (*raw.notes, ("info", "periods", 0, what, ""))
            return replace(raw, frame=raw.frame.drop(columns=year), notes=notes)
    return None


def _joined(
    years: pd.Series[str], parts: pd.Series[str], read: object, *, fiscal: bool
) -> pd.Series[str] | None:
    """Return a period for each row; None where a row has none."""
    assert callable(read)
    by_text = {text: read(text) for text in parts.unique().tolist()}
    ends = parts.map(by_text)
    if bool((ends[(years != "") & (parts != "")] == "").any()) or not bool((ends != "").any()):
        return None
    bare = years.str.extract(r"(\d{4})", expand=False).fillna("").astype("str")
    prefix = "FY" if fiscal else ""
    whole = (prefix + bare + "-" + ends).where((bare != "") & (ends != ""), "")
    return whole.astype("str")


def _month(text: str) -> str:
    bare = re.sub(r"\.0+$", "", text.strip()).lower().rstrip(".")
    number = int(bare) if re.fullmatch(r"\d{1,2}", bare) else MONTHS.get(bare, 0)
    return f"{number:02d}" if 1 <= number <= 12 else ""


def _quarter(text: str) -> str:
    match = _QUARTER.fullmatch(text.strip())
    return f"Q{match[1]}" if match else ""


def _with_period(
    raw: RawTable, year: str, part: str, joined: pd.Series[str], *, others: tuple[str, ...]
) -> RawTable:
    first = int((joined != "").to_numpy().argmax())
    what = (
        f"columns {quoted(year)} and {quoted(part)} were put together to periods, "
        f"{quoted(raw.frame[year].iloc[first])} and {quoted(raw.frame[part].iloc[first])} to "
        f"{joined.iloc[first]}"
    )
    gone = [year, *_named([str(name) for name in raw.frame.columns], others)]
    frame = raw.frame.assign(period=joined.to_numpy()).drop(columns=[*dict.fromkeys(gone)])
    return replace(raw, frame=frame, notes=(*raw.notes, ("info", "periods", 0, what, "")))


def _named(headers: list[str], names: tuple[str, ...]) -> list[str]:
    wanted = {plain_name(name) for name in names}
    return [header for header in headers if wanted & set(plain_names(header))]
