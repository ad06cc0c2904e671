"""Accounts whose addresses stand in a table of their own, as some CRM systems export them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.flags import is_yes
from territory.inputs.headers import standard
from territory.inputs.headers.columns import columns_of
from territory.inputs.headers.matched import matched_headers
from territory.inputs.joins.ids import match_ids
from territory.inputs.selection.narrow import narrowed
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.raw import Note, RawTable, SourceError
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Addresses", "account_of", "with_addresses"]

_PLACE = ("address", "city", "state", "zip", "county_fips", "country", "lon", "lat")
_PRIMARY = frozenset({"primary", "isprimary", "primaryaddress", "primaryflag", "hauptadresse"})
_GONE = frozenset({"inactive", "isinactive", "deleted", "isdeleted", "inactiveflag"})
_REFERENCES = tuple(name for name in standard.ACCOUNT_ID if name not in standard.BARE_IDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """A table of addresses: its cells, its file, the header of the account, the rows that count."""

    raw: RawTable
    file: str
    account: str | None = None
    where: str | None = None


def account_of(frame: pd.DataFrame) -> str:
    """Return the header that names the account of a row, "" where there is none."""
    wanted = {plain_name(name) for name in _REFERENCES}
    return next((str(name) for name in frame if plain_name(str(name)) in wanted), "")


def with_addresses(
    accounts: RawTable, addresses: Addresses, mapping: Mapping[str, str]
) -> RawTable:
    """Return the accounts with the places of their addresses, as far as they have none.

    Of several addresses of an account the primary one counts, else the first; inactive ones do
    not.

    Parameters
    ----------
    accounts : RawTable
    addresses : Addresses
    mapping : mapping of str to str
        Our column → header of the accounts, from the scenario.

    Raises
    ------
    SourceError
        No column of the addresses names the account, or none of the places is there.
    """
    ours = matched_headers(accounts.frame, columns_of("accounts"), mapping).headers
    other = narrowed(addresses.raw, {}, "account_id", where=addresses.where)
    header = addresses.account or account_of(other.frame)
    if not header or header not in other.frame:
        has = ", ".join(map(quoted, map(str, other.frame.columns[:12])))
        named = f"has no column {quoted(header)}" if header else "has no column of account ids"
        raise SourceError(
            f"{addresses.file} {named}; it has {has}",
            hint='write account = "HEADER" beside its file, under addresses',
        )
    places = matched_headers(other.frame, columns_of("accounts"), {}).headers
    copied = {name: places[name] for name in _PLACE if name in places and name not in ours}
    if "account_id" not in ours or not copied:
        return accounts
    rows, several = _chosen(other.frame, header)
    ids = accounts.frame[ours["account_id"]].str.strip()
    found = match_ids(other.frame[header].str.strip().iloc[rows], ids)
    at = {id_: int(row) for id_, row in zip(found.ids, rows, strict=True)}
    where = np.asarray([at.get(id_, -1) for id_ in ids], dtype=np.intp)
    frame, stored = accounts.frame.copy(), dict(accounts.stored_as_number)
    for written in copied.values():
        name = written if written not in frame else f"{written} (address)"
        cells = other.frame[written].to_numpy(dtype=object)
        frame[name] = np.where(where >= 0, cells[np.maximum(where, 0)], "")
        if written in other.stored_as_number:
            stored[name] = other.stored_as_number[written][np.maximum(where, 0)] & (where >= 0)
    notes = _notes(addresses.file, int((where >= 0).sum()), len(ids), several)
    return replace(
        accounts,
        frame=frame.astype("str"),
        notes=(*accounts.notes, *(note for note in other.notes if note[1] != "delimiter"), *notes),
        stored_as_number=stored,
    )


def _notes(file: str, n: int, total: int, several: int) -> list[Note]:
    what = f"{n:,} of {counted(total, 'account')} have their address from {file}"
    notes: list[Note] = [("info", "addresses", 0, what, "")]
    if several:
        what = f"{counted(several, 'account')} of {file} have several addresses and not one that "
        what += "is primary: the first was taken"
        hint = 'write where = "…" beside its file, under addresses'
        notes.append(("warning", "addresses", 0, what, hint))
    return notes


def _chosen(frame: pd.DataFrame, header: str) -> tuple[NDArray[np.intp], int]:
    """Return one row for each account, and for how many it was not told which."""
    flags = {plain_name(str(name)): str(name) for name in frame}
    primary, usable = np.zeros(len(frame), dtype=bool), np.ones(len(frame), dtype=bool)
    for plain, name in flags.items():
        if plain in _PRIMARY:
            primary |= is_yes(frame[name]).to_numpy(dtype=bool)
        elif plain in _GONE:
            usable &= ~is_yes(frame[name]).to_numpy(dtype=bool)
    accounts = frame[header].str.strip()
    usable &= (accounts != "").to_numpy(dtype=bool)
    order = np.flatnonzero(usable)
    order = order[np.argsort(~primary[order], kind="stable")]
    rows = order[~accounts.iloc[order].duplicated().to_numpy(dtype=bool)]
    n = accounts[usable].value_counts()
    n_primary = accounts[usable & primary].value_counts().reindex(n.index).fillna(0)
    return rows, int(((n > 1) & (n_primary != 1)).sum())
