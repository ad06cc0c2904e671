"""Open the file of one of the scenario's tables, or the frame or sample given instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.inputs.headers.columns import columns_of
from territory.inputs.joins.addresses import Addresses, with_addresses
from territory.inputs.joins.calls_made import CallsMade, with_calls_made
from territory.inputs.reshape.stacked_sheets import stacked_sheets
from territory.inputs.sources.frames import raw_from_frame
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import Options, RawTable, SourceError

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.scenario.sources import Source

__all__ = ["opened"]


def opened(scenario: Scenario, table: str, source: Source) -> RawTable:
    """Return the cells of one table, accounts with what stands of them elsewhere.

    Raises
    ------
    SourceError
        The file is absent or no table, or there is no such sample.
    """
    given = scenario.frame(table)
    if given is not None:
        return raw_from_frame(given)
    if source.sample is not None:
        from territory.inputs.demo.company import sample_table

        try:
            return raw_from_frame(sample_table(source.sample, table))
        except KeyError:
            raise SourceError(f"there is no such sample for {table}", kind="missing_file") from None
    several = source.sheet if isinstance(source.sheet, tuple) else ()
    options = Options(
        sheet=source.sheet if isinstance(source.sheet, str) else None,
        layer=source.layer,
        delimiter=source.delimiter,
        encoding=source.encoding,
        known=_known(table, source),
    )
    path = scenario.resolve(source.file or "")
    raw = stacked_sheets(path, several, options) if several else open_table(path, options)
    return _joined(scenario, source, raw) if table == "accounts" else raw


def _joined(scenario: Scenario, source: Source, raw: RawTable) -> RawTable:
    """Return the accounts with what stands of them in other tables: addresses, calls made."""
    keys, made = source.addresses, source.calls_made
    if keys is not None:
        options = Options(sheet=keys.sheet, known=_known("accounts", source))
        other = open_table(scenario.resolve(keys.file), options)
        found = Addresses(raw=other, file=keys.file, account=keys.account, where=keys.where)
        raw = with_addresses(raw, found, source.columns)
    if made is not None:
        options = Options(sheet=made.sheet, known=_known("calls", source))
        calls = CallsMade(
            raw=open_table(scenario.resolve(made.file), options), file=made.file,
            account=made.account, date=made.date, where=made.where, dates=made.dates,
        )  # fmt: skip
        raw = with_calls_made(raw, calls, source.columns)
    return raw


def _known(table: str, source: Source) -> frozenset[str]:
    """Return the plain names of all headers that the table may have."""
    names = {name for column in columns_of(table) for name in (column.name, *column.aliases)}
    return frozenset(plain_name(name) for name in (*names, *source.columns.values()))
