"""Tables of what happened after go-live, read like all others: sales, deals, calls, answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.headers.columns import columns_of
from territory.inputs.headers.standard import ENDS
from territory.inputs.numbers.currencies import CODES
from territory.inputs.reshape.stacked_sheets import continued_sheets
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import Options, RawTable, SourceError
from territory.inputs.tables.options import TableOptions
from territory.inputs.tables.reading import Reading, read_table
from territory.messages import quoted

__all__ = ["FACTS", "read_fact_table"]

_COLUMNS = re.compile(
    r"(?:[Ww]rite|name the right column,) columns = \{(\w+) = \"([^\"]*)\"\},? for [^.]*$"
)

FACTS: Mapping[str, str] = MappingProxyType(
    {
        "actuals": "actuals",
        "opportunities": "opportunities",
        "calls": "calls",
        "accounts": "accounts",
        "roster": "reps",
        "satisfaction": "satisfaction",
    }
)
"""Option of the command line → table whose columns the file has."""


_FURTHER: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "reps": {
            "status": (
                *("rep status", "employment status", "employee status", "user status"),
                *("state of rep", "beschäftigungsstatus", "statut", "estado"),
            ),
            "since": (
                *("status since", "status date", "left on", "last day", "last working day"),
                *("leaving date", "exit date", "leave start", "austritt", "austrittsdatum", *ENDS),
            ),
        },
        "accounts": {
            "merged_into": (
                *("merged with", "merged to", "merged into account", "surviving account"),
                *("survivor", "master record", "successor", "duplicate of", "taken over by"),
            ),
        },
    }
)
"""Columns of facts that the table of a scenario does not have, and headers that mean the same."""


def read_fact_table(
    path: Path,
    table: str,
    *,
    shown: str = "",
    columns: Mapping[str, str] | None = None,
    geography: str = "polygons",
    currency: str = "USD",
    fiscal_start: int | None = None,
    numbers: tuple[str, ...] = (),
) -> Reading:
    """Read one file of facts with the tolerance of all tables.

    Parameters
    ----------
    path : Path
        Formats that a scenario's tables may have.
    table : str
        A value of `FACTS`.
    shown : str, optional
        The file as the user wrote it, for messages; the path unless given.
    columns : mapping of str to str, optional
        Our column name → header, where the file's headers are not understood by themselves.
    geography : str
        Kind of the plan's units: counties and ZIPs are codes.
    currency : str
        Of the amounts; a header or a cell in another one is an error.
    fiscal_start : int, optional
        Month in which fiscal years begin.
    numbers : tuple of str
        Further columns of today's accounts that are numbers, of any sign.
    """
    shown = shown or str(path)
    raw_columns = columns_of(table)
    known = {name for column in raw_columns for name in (column.name, *column.aliases)}
    options = Options(known=frozenset(plain_name(name) for name in known))
    try:
        raw = open_table(path, options)
        if any(kind == "sheet" and severity == "warning" for severity, kind, *_ in raw.notes):
            raw = continued_sheets(path, options, _keys(table)) or raw
    except SourceError as error:
        found = Finding(
            severity="error",
            kind=error.kind,
            table=table,
            file=shown,
            what=error.what,
            repair=error.hint,
        )
        import numpy as np

        nothing = Rows(table=table, file=shown, lines=np.empty(0, dtype=np.int64), ids=[])
        return Reading(frame=None, rows=nothing, findings=[found])
    raw = _with_further(raw, _FURTHER.get(table, {}))
    own = {plain_name(column.name) for column in raw_columns}
    foreign = _foreign_headers(raw, own, (table, shown), currency)
    reading = read_table(
        raw,
        TableOptions(
            table=table,
            file=shown,
            columns=columns or {},
            geography=geography,
            guarded=path.suffix.lower() in {".csv", ".tsv", ".txt"},
            currency=currency,
            fiscal_start=fiscal_start,
            numbers=((), numbers),
        ),
    )
    if foreign:
        return replace(reading, findings=foreign)
    if table == FACTS["actuals"]:
        reading = _pieces_alone(reading, currency)
    told = [
        replace(each, severity="error", repair=f"convert the amounts to {currency}")
        if each.kind == "other_currency"
        else replace(each, kind="returned_pieces")
        if (each.table, each.kind, each.column) == ("actuals", "out_of_range", "units")
        else replace(each, repair=_in_the_file(each.repair))
        for each in reading.findings
    ]
    return replace(reading, findings=told)


def _pieces_alone(reading: Reading, currency: str) -> Reading:
    """Take sales in pieces for what they are where no column tells the money."""
    frame = reading.frame
    if frame is None or not frame["units"].notna().any():
        return reading
    what = f"tells pieces and no sales in {currency}: what is counted in money is not known"
    return replace(
        reading,
        findings=[
            replace(each, severity="warning", what=what, repair="")
            if each.kind == "missing_column" and "has no column revenue_usd" in each.what
            else each
            for each in reading.findings
        ],
    )


def _keys(table: str) -> list[frozenset[str]]:
    """Return the names of the columns that tell the rows of a table apart."""
    return [
        frozenset(plain_name(name) for name in (column.name, *column.aliases))
        for column in columns_of(table)
        if column.name in {"account_id", "period", "rep_id", "opportunity_id"}
    ]


def _with_further(raw: RawTable, further: Mapping[str, tuple[str, ...]]) -> RawTable:
    """Call further columns by our names, where they are spelled otherwise or others stand for them.

    A roster's "Status" was a further text, and who had left counted as at work.
    """
    plain = {plain_name(str(header)): str(header) for header in raw.frame.columns}
    renamed: dict[str, str] = {}
    for name, others in further.items():
        if name not in raw.frame.columns:
            words = (plain_name(each) for each in (name, *others))
            found = next((plain[each] for each in words if each in plain), None)
            if found is not None:
                renamed[found] = name
    if not renamed:
        return raw
    return replace(
        raw,
        frame=raw.frame.rename(columns=renamed),
        stored_as_number={renamed.get(k, k): mask for k, mask in raw.stored_as_number.items()},
        stored_as_date={renamed.get(k, k): mask for k, mask in raw.stored_as_date.items()},
    )


def _in_the_file(repair: str) -> str:
    """Return a hint that works without a scenario: no scenario names the tables of facts.

    Examples
    --------
    >>> _in_the_file('did you mean "Mon"? Write columns = {period = "Mon"} for this table in the '
    ...              'scenario')
    'did you mean "Mon"? Call that column period in the file'
    """
    found = _COLUMNS.search(repair)
    if found is not None:
        named = "that column" if found[2] != "HEADER" else "the column that holds it"
        rest = repair[: found.start()]
        call = "Call" if rest or found[0].startswith("W") else "call"
        return f"{rest}{call} {named} {found[1]} in the file"
    if "fiscal_start_month" in repair:
        return f"{repair.replace('this table', 'the history')}, or months of the calendar here"
    if " under [inputs]" in repair:
        return "write the column in the file so that it can mean one thing only"
    return repair


def _foreign_headers(
    raw: RawTable, own: Collection[str], of: tuple[str, str], currency: str
) -> list[Finding]:
    """Find headers that end in the code of another currency, as revenue_eur and Sales (EUR).

    Our own names, as revenue_usd, say what a column means, not its currency.
    """
    out = []
    for header in map(str, raw.frame.columns):
        word = header.strip(" )]").replace("(", " ").replace("[", " ").replace("_", " ").split()
        code = word[-1].upper() if len(word) > 1 else ""
        if plain_name(header) in own:
            continue
        if code in CODES and code != currency.upper():
            out.append(
                Finding(
                    severity="error",
                    kind="other_currency",
                    table=of[0],
                    file=of[1],
                    what=f"column {quoted(header)} is in {code}, the plan reckons in {currency}",
                    repair=f"convert the amounts to {currency}",
                )
            )
    return out
