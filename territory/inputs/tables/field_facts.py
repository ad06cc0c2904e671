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
from territory.inputs.numbers.currencies import CODES
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


def read_fact_table(
    path: Path,
    table: str,
    *,
    columns: Mapping[str, str] | None = None,
    geography: str = "polygons",
    currency: str = "USD",
) -> Reading:
    """Read one file of facts with the tolerance of all tables.

    Parameters
    ----------
    path : Path
        Formats that a scenario's tables may have.
    table : str
        A value of `FACTS`.
    columns : mapping of str to str, optional
        Our column name → header, where the file's headers are not understood by themselves.
    geography : str
        Kind of the plan's units: counties and ZIPs are codes.
    currency : str
        Of the amounts; a header or a cell in another one is an error.
    """
    raw_columns = columns_of(table)
    known = {name for column in raw_columns for name in (column.name, *column.aliases)}
    try:
        raw = open_table(path, Options(known=frozenset(plain_name(name) for name in known)))
    except SourceError as error:
        found = Finding(
            severity="error",
            kind=error.kind,
            table=table,
            file=str(path),
            what=error.what,
            repair=error.hint,
        )
        import numpy as np

        nothing = Rows(table=table, file=str(path), lines=np.empty(0, dtype=np.int64), ids=[])
        return Reading(frame=None, rows=nothing, findings=[found])
    own = {plain_name(column.name) for column in raw_columns}
    foreign = _foreign_headers(raw, own, (table, str(path)), currency)
    reading = read_table(
        raw,
        TableOptions(
            table=table,
            file=str(path),
            columns=columns or {},
            geography=geography,
            guarded=path.suffix.lower() in {".csv", ".tsv", ".txt"},
            currency=currency,
        ),
    )
    if foreign:
        return replace(reading, findings=foreign)
    told = [
        replace(each, severity="error", repair=f"convert the amounts to {currency}")
        if each.kind == "other_currency"
        else replace(each, repair=_in_the_file(each.repair))
        for each in reading.findings
    ]
    return replace(reading, findings=told)


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
