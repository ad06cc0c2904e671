"""A history with one column a period ("Q1 2023", "Q2 2023", …) becomes one row a period."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territory.inputs.headers import standard
from territory.inputs.numbers.header_units import header_unit
from territory.inputs.reshape.period_parts import period_parts
from territory.inputs.sources.names import plain_name, plain_names
from territory.inputs.sources.raw import Note, RawTable
from territory.inputs.time.days import MONTHS
from territory.inputs.time.periods import read_periods
from territory.messages import counted, quoted

__all__ = ["wide_periods"]

_SALES = re.compile(
    r"(?i)\b(?:net|gross|total)?\s*(?:sales|revenues?|amount|turnover|invoiced|umsatz|usd)\b|[$]"
)
_PIECES = re.compile(r"(?i)\b(?:units?|qty|quantity|volume|pieces|cases)\b")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_EDGE = re.compile(r"^[\s:|/()_.,-]+|[\s:|/(_.,-]+$|\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """One column of a period: its header, the period as read, and what it counts."""

    header: str
    period: str
    what: str


def wide_periods(raw: RawTable, mapping: Mapping[str, str]) -> RawTable:
    """Return a history with one row for each account and period.

    Empty cells are not known and give no row. Two columns of sales for one period are left as
    they are, so that the question which one counts is asked.

    Parameters
    ----------
    raw : RawTable
    mapping : mapping of str to str
        Our column → header; where it names period or revenue_usd nothing is changed.
    """
    headers = [str(name) for name in raw.frame.columns]
    if {"period", "revenue_usd"} & set(mapping):
        return raw
    taken = {plain_name(name) for name in ("period", "revenue_usd", *standard.REVENUE)}
    if any(plain_name(name) in taken for name in headers):
        return raw
    columns = _columns(headers) or _months_of_years(raw, headers)
    if not columns:
        return _asked_for_year(raw, headers)
    sales = [column for column in columns if column.what == "revenue_usd"]
    if len(sales) < 2 or len({column.period for column in sales}) < len(sales):
        return raw
    if len({_unit(column.header) for column in sales}) > 1:
        return raw
    pieces = {column.period: column for column in columns if column.what == "units"}
    return _long(raw, sales, pieces)


def _columns(headers: list[str]) -> list[_Column]:
    found: list[_Column] = []
    for header in headers:
        bare = _PIECES.sub(" ", _SALES.sub(" ", _BRACKETS.sub(" ", header)))
        text = _EDGE.sub("", _EDGE.sub("", " ".join(bare.split())))
        if text and read_periods([text], fiscal_start=1).by_text:
            what = "units" if _PIECES.search(header) else "revenue_usd"
            found.append(_Column(header=header, period=text, what=what))
    return found


def _months_of_years(raw: RawTable, headers: list[str]) -> list[_Column]:
    """Return columns named by months or quarters alone, where a column has the year."""
    year = next((name for name in headers if plain_name(name) in {"year", "yr", "jahr"}), None)
    if year is None:
        return []
    return _without_year(headers)


def _without_year(headers: list[str]) -> list[_Column]:
    """Return columns named by months or quarters alone."""
    found: list[_Column] = []
    for header in headers:
        text = _EDGE.sub("", _SALES.sub(" ", _BRACKETS.sub(" ", header))).strip()
        if text.lower().rstrip(".") in MONTHS or re.fullmatch(r"(?i)Q\s*[1-4]|[1-4]\s*Q", text):
            found.append(_Column(header=header, period=text, what="revenue_usd"))
    return found


def _asked_for_year(raw: RawTable, headers: list[str]) -> RawTable:
    """Ask for the year of columns that are months or quarters and have none."""
    found = _without_year(headers)
    if len(found) < 2:
        return raw
    first, last = quoted(found[0].header), quoted(found[-1].header)
    what = f"columns {first} to {last} are periods of a year that stands nowhere"
    hint = f"add a column Year, or write it into the headers: {found[0].period} 2024"
    return replace(raw, notes=(*raw.notes, ("error", "dates", 0, what, hint)))


def _long(raw: RawTable, sales: list[_Column], pieces: Mapping[str, _Column]) -> RawTable:
    import pandas as pd

    unit = _unit(sales[0].header)
    name = f"Sales {unit}" if unit else "revenue_usd"
    wide = {column.header for column in (*sales, *pieces.values())}
    kept = [str(name) for name in raw.frame.columns if name not in wide and not _sum(str(name))]
    rows = np.arange(len(raw.lines))
    parts, lines, order = [], [], []
    stored: list[NDArray[np.bool_]] = []
    for column in sales:
        values = raw.frame[column.header]
        some = (values.str.strip() != "").to_numpy(dtype=bool)
        part = raw.frame.loc[some, kept].copy()
        part["period"] = column.period
        part[name] = values[some]
        if pieces:
            other = pieces.get(column.period)
            part["units"] = raw.frame[other.header][some] if other else ""
        parts.append(part)
        lines.append(raw.lines[some])
        order.append(rows[some])
        flags = raw.stored_as_number.get(column.header, np.zeros(len(rows), dtype=bool))
        stored.append(flags[some])
    frame = pd.concat(parts, ignore_index=True)
    at = np.lexsort((np.arange(len(frame)), np.concatenate(order)))
    frame = frame.iloc[at].reset_index(drop=True)
    where = np.concatenate(order)[at]
    numbers = {name: mask[where] for name, mask in raw.stored_as_number.items() if name in kept}
    numbers[name] = np.concatenate(stored)[at]
    months = all(_bare(column.period) for column in sales)
    first, last = sales[0].header, sales[-1].header
    what = (
        f"{counted(len(sales), 'column')} of periods, {quoted(first)} to {quoted(last)}, were read "
        f"as {counted(len(frame), 'row')} of sales by account and period; empty cells as not known"
    )
    notes: tuple[Note, ...] = (*raw.notes, ("info", "periods", 0, what, ""))
    out = replace(
        raw, frame=frame, lines=np.concatenate(lines)[at], notes=notes, stored_as_number=numbers,
        stored_as_date={name: mask[where] for name, mask in raw.stored_as_date.items()
                        if name in kept},
    )  # fmt: skip
    if not months:
        return out
    part_of = "quarter" if re.search(r"\d", sales[0].period) else "month"
    return period_parts(replace(out, frame=frame.rename(columns={"period": part_of})), {})


def _unit(header: str) -> str:
    """Return what a header has in brackets, where it changes the numbers: "($K)", else ""."""
    unit = " ".join(_BRACKETS.findall(header))
    return unit if header_unit(f"Sales {unit}", "revenue_usd", yearly=False) else ""


def _bare(period: str) -> bool:
    """Return whether a period has no year of its own."""
    return not read_periods([period], fiscal_start=1).by_text


def _sum(header: str) -> bool:
    """Return whether a column sums up others: it is no period and no attribute."""
    return bool({"total", "grandtotal", "ytd", "sum", "summe", "gesamt"} & set(plain_names(header)))
