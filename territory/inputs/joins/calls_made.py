"""Calls a year of each account, counted from the calls that were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.headers.columns import columns_of
from territory.inputs.headers.matched import matched_headers
from territory.inputs.joins.ids import match_ids
from territory.inputs.selection.narrow import narrowed
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.raw import Note, RawTable, SourceError
from territory.inputs.time.periods import months_of, read_periods
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.time.days import Order

__all__ = ["CallsMade", "with_calls_made"]

_YEAR = 12
_STATUS = frozenset(
    {"status", "callstatus", "activitystatus", "visitstatus", "state", "statuscode"}
)
_NOT_MADE = frozenset(
    {"planned", "scheduled", "open", "notstarted", "cancelled", "canceled", "noshow", "deferred"}
    | {"geplant", "offen", "abgesagt", "storniert", "planifie", "annule", "planificada", "saved"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsMade:
    """A table of calls, a row each: its cells, its file, headers, how its days are written."""

    raw: RawTable
    file: str
    account: str | None = None
    date: str | None = None
    where: str | None = None
    dates: Order | None = None


def with_calls_made(accounts: RawTable, calls: CallsMade, mapping: Mapping[str, str]) -> RawTable:
    """Return the accounts with a column ``n_calls``, if they have none.

    An account's calls are those of the last twelve months with a call; where the table has fewer
    months they are brought to a year. Calls that are planned or cancelled by a column of states do
    not count. An account without a call has an empty cell: how often it should be called is not
    known from calls that nobody made.

    Parameters
    ----------
    accounts : RawTable
    calls : CallsMade
    mapping : mapping of str to str
        Our column → header of the accounts, from the scenario.

    Raises
    ------
    SourceError
        No column of the calls names the account or the day, or a day can be read in two ways.
    """
    ours = matched_headers(accounts.frame, columns_of("accounts"), mapping).headers
    if "n_calls" in ours or "account_id" not in ours:
        return accounts
    table = narrowed(calls.raw, {}, "account_id", where=calls.where).frame
    named = {
        name: header
        for name, header in (("account_id", calls.account), ("period", calls.date))
        if header
    }
    found = {**matched_headers(table, columns_of("calls"), named).headers, **named}
    for name, key in (("account_id", "account"), ("period", "date")):
        if found.get(name) not in table:
            has = ", ".join(map(quoted, map(str, table.columns[:12])))
            what = "account of a call" if key == "account" else "day of a call"
            raise SourceError(
                f"{calls.file} has no column of the {what}; it has {has}",
                hint=f'write {key} = "HEADER" beside its file, under calls_made',
            )
    made = _made(table)
    month = _months(table[found["period"]], calls)
    n = np.ones(len(table))
    counted_in = found.get("n_calls")
    if counted_in is not None:
        import pandas as pd

        n = pd.to_numeric(table[counted_in], errors="coerce").fillna(0.0).to_numpy(dtype=np.float64)
    usable = made & (month >= 0)
    if not usable.any():
        return accounts
    end = int(month[usable].max()) + 1
    first = max(int(month[usable].min()), end - _YEAR)
    usable &= month >= first
    ids = accounts.frame[ours["account_id"]].str.strip()
    names = dict(zip(accounts.frame[ours["name"]], ids, strict=True)) if "name" in ours else None
    matched = match_ids(table[found["account_id"]].str.strip(), ids, names=names)
    whose = np.asarray(matched.ids, dtype=object)
    total = dict.fromkeys(ids, 0.0)
    known = np.array([id_ in total for id_ in whose], dtype=bool)
    for id_, share in zip(whose[usable & known], n[usable & known], strict=True):
        total[id_] += share * _YEAR / (end - first)
    cells = [f"{total[id_]:.4g}" if total[id_] > 0 else "" for id_ in ids]
    notes = _notes(calls.file, cells, int(made.size - made.sum()), end - first,
                   int((usable & ~known).sum()))  # fmt: skip
    frame = accounts.frame.assign(n_calls=cells).astype("str")
    return replace(accounts, frame=frame, notes=(*accounts.notes, *notes))


def _months(text: pd.Series[str], calls: CallsMade) -> NDArray[np.int64]:
    """Return (n,) the month of each call, counted from year 0; -1 where there is none."""
    read = read_periods(text.tolist(), fiscal_start=1, order=calls.dates)
    if read.questions:
        what, _ = read.questions[0]
        hint = 'write dates = "day first" or dates = "month first" beside its file, in calls_made'
        raise SourceError(f"{calls.file}: {what}", hint=hint)
    spans = {cell: months_of(period) for cell, period in read.by_text.items()}
    return np.array([span[0] if (span := spans.get(cell)) else -1 for cell in text], dtype=np.int64)


def _made(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which calls were made, by a column of states where there is one, (n,)."""
    made = np.ones(len(table), dtype=bool)
    for name in map(str, table.columns):
        if plain_name(name) in _STATUS:
            cells = table[name].str.replace(r"(?i)_+(?:vod|v|c)(?:__c)?$", "", regex=True)
            made &= ~np.array([plain_name(cell) in _NOT_MADE for cell in cells], dtype=bool)
    return made


def _notes(file: str, cells: list[str], not_made: int, months: int, strange: int) -> list[Note]:
    n = sum(1 for cell in cells if cell)
    what = f"n_calls of {n:,} of {counted(len(cells), 'account')} are the calls made in "
    what += f"{'the last year' if months == _YEAR else counted(months, 'month')} of {file}"
    what += "" if months == _YEAR else ", brought to a year"
    what += f"; {len(cells) - n:,} had none" if n < len(cells) else ""
    what += f"; {counted(not_made, 'row')} planned or cancelled" if not_made else ""
    what += f"; {counted(strange, 'call')} of other accounts" if strange else ""
    repair = "" if months == _YEAR else "give a year of calls, or a column n_calls of the accounts"
    return [("info" if months == _YEAR else "warning", "calls_made", 0, what, repair)]
