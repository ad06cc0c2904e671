"""Which of the files given is which table, and what the accounts say of where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from territory.errors import InputError
from territory.inputs.first.areas import as_polygons
from territory.inputs.first.facts import lies_abroad, people, read, states_of
from territory.inputs.first.look import Sheet, as_roster, bare_accounts, look
from territory.inputs.headers.columns import columns_of
from territory.inputs.joins.accounts import join_accounts
from territory.inputs.joins.addresses import Addresses, with_addresses
from territory.inputs.joins.calls_made import CallsMade, with_calls_made
from territory.inputs.joins.names import name_key
from territory.inputs.joins.revenue import revenue_of_history
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.raw import SourceError
from territory.messages import Message, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Found", "found_tables"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """The sheets by kind, those left over, and the accounts as far as they could be read."""

    sheets: dict[str, Sheet]
    accounts: pd.DataFrame
    american: bool
    unused: list[Sheet]


def found_tables(files: Sequence[Path]) -> Found:
    """Return the tables that files hold, the largest of each kind.

    Raises
    ------
    InputError
        A file cannot be read, or no file has accounts.
    """
    sheets: list[Sheet] = []
    for file in files:
        try:
            sheets += look(file)
        except (SourceError, OSError) as error:
            what = error.what if isinstance(error, SourceError) else str(error.strerror)
            hint = error.hint if isinstance(error, SourceError) else ""
            raise InputError(Message(f"{file}: {what}", hint=hint)) from None
    if any(sheet.kind == "accounts" and not sheet.areal for sheet in sheets):
        sheets = [(as_polygons(it) or it) if it.areal else it for it in sheets]
    if any(sheet.kind == "addresses" for sheet in sheets):
        sheets = _with_bare_accounts(sheets)
    chosen: dict[str, Sheet] = {}
    for sheet in sheets:
        if sheet.kind not in {"", "calls"} and len(sheet.raw.lines) > len(
            chosen[sheet.kind].raw.lines if sheet.kind in chosen else ()
        ):
            chosen[sheet.kind] = sheet
    sheets = _with_roster(sheets, chosen)
    if "alignment" in chosen and "reps" in chosen:
        agreeing = _agreeing(chosen["alignment"], chosen["reps"])
        sheets = [agreeing if it is chosen["alignment"] else it for it in sheets]
        chosen["alignment"] = agreeing
    unused = [sheet for sheet in sheets if not any(sheet is it for it in chosen.values())]
    if "accounts" not in chosen and "units" not in chosen:
        evidence = tuple(
            f"{sheet.path.name}: {', '.join(map(quoted, sheet.raw.frame.columns[:10]))}"
            for sheet in sheets
        )
        raise InputError(
            Message(
                "no file has accounts: a table with an id and a ZIP code, coordinates or a city",
                evidence=evidence,
                hint="give the export of your accounts with their addresses",
            )
        )
    import pandas as pd

    if "accounts" not in chosen:
        return Found(sheets=chosen, accounts=pd.DataFrame(), american=True, unused=unused)
    accounts = chosen["accounts"]
    apart = chosen.get("addresses")
    if apart is not None:
        table = Addresses(raw=apart.raw, file=apart.path.name, account=apart.columns["account"])
        raw = with_addresses(accounts.raw, table, accounts.columns)
        chosen["accounts"] = accounts = replace(accounts, raw=raw)
    calls = next((sheet for sheet in unused if sheet.kind == "calls"), None)
    called = _with_calls(accounts, calls) if calls is not None else None
    if calls is not None and called is not None:
        chosen["calls"] = calls
        unused = [sheet for sheet in unused if sheet is not calls]
    plain = read(called or accounts, "points").frame
    abroad = plain is not None and len(plain) > 0 and lies_abroad(accounts, plain)
    reading = read(called or accounts, "points" if abroad else "us_counties")
    frame = reading.frame if reading.frame is not None else pd.DataFrame()
    if "history" in chosen and accounts.columns.get("revenue_usd") in _earned(accounts):
        # What the customer earns stands in for sales only where there is no history of them.
        columns = {ours: it for ours, it in accounts.columns.items() if ours != "revenue_usd"}
        chosen["accounts"] = replace(accounts, columns=columns)
        frame = frame.assign(revenue_usd=np.nan)
    frame = _with_history(frame, chosen)
    placed = sum(states_of(frame).values()) if len(frame) and not abroad else 0
    american = not abroad and placed >= 0.5 * max(1, len(frame))
    return Found(sheets=chosen, accounts=frame, american=american, unused=unused)


def _with_calls(accounts: Sheet, calls: Sheet) -> Sheet | None:
    """Return the accounts with the calls made as theirs; None where they have calls, or no fit."""
    try:
        table = CallsMade(raw=calls.raw, file=calls.path.name)
        raw = with_calls_made(accounts.raw, table, accounts.columns)
    except SourceError:
        return None
    if raw is accounts.raw or not (raw.frame["n_calls"] != "").any():
        return None
    return replace(accounts, raw=raw, columns={**accounts.columns, "n_calls": "n_calls"})


def _with_history(accounts: pd.DataFrame, chosen: dict[str, Sheet]) -> pd.DataFrame:
    """Return the accounts with the sales of the history, as the plan will have them."""
    history = read(chosen["history"], "points") if "history" in chosen else None
    if history is None or history.frame is None or "revenue_usd" not in accounts:
        return accounts
    frame, _ = join_accounts(history.frame, history.rows, accounts)
    return revenue_of_history(accounts, frame, history.rows)[0]


def _earned(accounts: Sheet) -> set[str]:
    """Return the headers that are taken for sales for want of better ones."""
    column = next(it for it in columns_of("accounts") if it.name == "revenue_usd")
    names = {plain_name(name) for name in column.stand_ins}
    return {header for header in map(str, accounts.raw.frame) if plain_name(header) in names}


def _with_roster(sheets: list[Sheet], chosen: dict[str, Sheet]) -> list[Sheet]:
    """Take another table whose rows are the accounts' owners for the reps, where none is it."""
    accounts = chosen.get("accounts")
    if "reps" in chosen or accounts is None or not accounts.owner:
        return sheets
    owners = {name_key(name) for name in people(accounts.raw.frame[accounts.owner].tolist())[0]}
    for sheet in sheets:
        roster = as_roster(sheet, owners) if len(owners) > 1 and sheet is not accounts else None
        if roster is not None:
            chosen.pop(sheet.kind, None)
            chosen["reps"] = roster
            return [roster if it is sheet else it for it in sheets]
    return sheets


def _agreeing(alignment: Sheet, reps: Sheet) -> Sheet:
    """Return an alignment by the column of territories that the reps know, where another does."""
    known = {name_key(cell) for cell in reps.raw.frame.to_numpy(dtype=object).ravel()}

    def share(header: str) -> float:
        cells = {name_key(cell) for cell in alignment.raw.frame[header]} - {""}
        return len(cells & known) / max(1, len(cells))

    own = alignment.columns["territory_id"]
    best = max(map(str, alignment.raw.frame.columns), key=share)
    if share(own) >= 0.5 or share(best) < 0.8 or best in alignment.columns.values():
        return alignment
    return replace(
        alignment,
        columns={**alignment.columns, "territory_id": best},
        why={**alignment.why, "territory_id": "its cells: territories of the reps"},
    )


def _with_bare_accounts(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Take the table that the addresses point at for the accounts, whatever else it looks like."""
    addresses = next(sheet for sheet in sheets if sheet.kind == "addresses")
    wanted = set(addresses.cells("account")) - {""}
    best, share = None, 0.5
    for sheet in sheets:
        bare = bare_accounts(sheet) if sheet is not addresses else None
        if bare is not None:
            hit = len(wanted & set(bare.cells("account_id"))) / max(1, len(wanted))
            best, share = (bare, hit) if hit > share else (best, share)
    if best is None:
        return [replace(it, kind="") if it.kind == "addresses" else it for it in sheets]
    return [best if it.path == best.path and it.sheet == best.sheet else it for it in sheets]
