"""Bring volumes from one table to the accounts of another: by code, else by name and place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.market.findings import texts_of

__all__ = ["with_ccn", "with_volumes"]

_WORDS = MappingProxyType(
    {
        "ST": "SAINT", "MT": "MOUNT", "FT": "FORT", "CTR": "CENTER", "CNTR": "CENTER",
        "CENTRE": "CENTER", "HOSP": "HOSPITAL", "MED": "MEDICAL", "REG": "REGIONAL",
        "MEM": "MEMORIAL", "UNIV": "UNIVERSITY", "HLTH": "HEALTH", "STREET": "", "ROAD": "",
        "RD": "", "AVENUE": "", "AVE": "", "DRIVE": "", "DR": "", "BOULEVARD": "", "BLVD": "",
        "HIGHWAY": "HWY", "LANE": "", "LN": "", "NORTH": "N", "SOUTH": "S", "EAST": "E",
        "WEST": "W", "THE": "", "OF": "", "AND": "", "AT": "", "INC": "", "LLC": "", "LP": "",
    }
)  # fmt: skip
"""What publishers abbreviate, and what tells nothing apart."""

_STREETS = MappingProxyType({**_WORDS, "ST": "", "SAINT": ""})
"""In an address ST is nearly always STREET: it and SAINT tell nothing apart there."""

_WITHIN = r"[ ,]+(SUITE|STE|BUILDING|BLDG|FLOOR|UNIT|#)[ .]*[A-Z0-9-]*$"
"""A part of a building at the end of an address."""


def with_ccn(
    accounts: pd.DataFrame, register: pd.DataFrame
) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """Return the accounts with the CCN that a register gives the same place; known ones are kept.

    Parameters
    ----------
    accounts, register : DataFrame
        ``ccn, name, address, city, zip``.

    Returns
    -------
    DataFrame
        A copy; "" where the place was not found.
    dict
        Accounts matched by each way, those without, and ``register rows unmatched``.
    """
    out = accounts.copy()
    ccn = texts_of(out, "ccn").to_numpy(dtype=object, copy=True)
    source = texts_of(register, "ccn").to_numpy(dtype=object)
    pairs, counts = _matched(out, register)
    for mine, theirs in pairs:
        ccn[mine] = np.where(ccn[mine] == "", source[theirs], ccn[mine])
    counts["register rows unmatched"] = len(register) - sum(len(mine) for mine, _ in pairs)
    return out.assign(ccn=pd.array(ccn, dtype="str")), MappingProxyType(counts)


def with_volumes(
    accounts: pd.DataFrame, volumes: pd.DataFrame, *, column: str = "procedures"
) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """Return the accounts with a volume taken from another table where they are the same place.

    An account that has a volume keeps it. A match counts only where it is the only one on both
    sides: two hospitals of one name in one ZIP stay without.

    Parameters
    ----------
    accounts : DataFrame
        ``ccn, name, address, zip``, as imported from public files.
    volumes : DataFrame
        The same, and `column`; its columns that begin with `column` (bounds, status, period,
        source) come along with the volume.
    column : str

    Returns
    -------
    DataFrame
        A copy with `column` and the columns that come along.
    dict
        Accounts matched by each way, and those without: ``ccn``, ``name and zip``, ``address and
        zip``, ``name and city``, ``address and city``, ``none``; then ``volumes unmatched`` (rows
        of `volumes` that no account took), ``COLUMN matched`` and ``COLUMN lost`` (their sums).

    Notes
    -----
    Names and addresses are compared in capitals without punctuation, with the usual abbreviations
    written out: ST is SAINT in a name and a city, and STREET in an address. O(n log n).
    """
    out = accounts.copy()
    others = [name for name in volumes.columns if str(name).startswith(f"{column}_")]
    pairs, counts = _matched(out, volumes)
    old = pd.to_numeric(out[column], errors="coerce") if column in out else None
    value = np.full(len(out), np.nan) if old is None else old.to_numpy(dtype=np.float64, copy=True)
    had = np.isfinite(value)
    source = pd.to_numeric(volumes[column], errors="coerce").to_numpy(dtype=np.float64)
    mine = np.concatenate([rows for rows, _ in pairs])
    theirs = np.concatenate([rows for _, rows in pairs])
    mine, theirs = mine[~had[mine]], theirs[~had[mine]]
    value[mine] = source[theirs]
    for name in others:
        cells = out[name].to_numpy(dtype=object, copy=True) if name in out else None
        text = not pd.api.types.is_numeric_dtype(volumes[name])
        if cells is None:
            cells = np.full(len(out), "" if text else np.nan, dtype=object)
        cells[mine] = volumes[name].to_numpy(dtype=object)[theirs]
        out[name] = pd.array(cells, dtype="str") if text else cells.astype(np.float64)
    unused = np.ones(len(volumes), dtype=bool)
    unused[theirs] = False
    counts["volumes unmatched"] = int(unused.sum())
    counts[f"{column} matched"] = round(float(np.nansum(source[~unused])))
    counts[f"{column} lost"] = round(float(np.nansum(source[unused])))
    return out.assign(**{column: value}), MappingProxyType(counts)


_KEYS: Mapping[str, Callable[[pd.DataFrame], pd.Series[str]]] = MappingProxyType(
    {
        "ccn": lambda frame: texts_of(frame, "ccn"),
        "name and zip": lambda frame: _joined(frame, "name", "zip"),
        "address and zip": lambda frame: _joined(frame, "address", "zip"),
        "name and city": lambda frame: _joined(frame, "name", "city"),
        "address and city": lambda frame: _joined(frame, "address", "city"),
    }
)
"""Ways to find the same place, the surest first."""


def _matched(
    mine: pd.DataFrame, theirs: pd.DataFrame
) -> tuple[list[tuple[NDArray[np.intp], NDArray[np.intp]]], dict[str, int]]:
    """Return the positions matched on both sides by each way, and how many; then how many not."""
    open_rows, unused = np.ones(len(mine), dtype=bool), np.ones(len(theirs), dtype=bool)
    pairs, counts = [], {}
    for way, key in _KEYS.items():
        ours, others = _pairs(key(mine), key(theirs), open_rows, unused)
        counts[way] = len(ours)
        open_rows[ours], unused[others] = False, False
        pairs.append((ours, others))
    counts["none"] = int(open_rows.sum())
    return pairs, counts


def _joined(frame: pd.DataFrame, what: str, place: str) -> pd.Series[str]:
    """Return what and place as one key, "" where either is unknown or says nothing."""
    words = _STREETS if what == "address" else _WORDS
    text = texts_of(frame, what)
    if what == "address":
        text = text.str.replace(_WITHIN, "", case=False, regex=True)
    first, second = _plain(text, words), _plain(texts_of(frame, place), _WORDS)
    return (first + "|" + second).where((first != "") & (second != ""), "")


def _plain(text: pd.Series[str], words: Mapping[str, str]) -> pd.Series[str]:
    bare = text.str.upper().str.replace(r"['’.]", "", regex=True)
    bare = bare.str.replace(r"[^A-Z0-9]+", " ", regex=True).str.strip()
    # Each distinct text is rewritten once: names repeat, and so do cities and ZIPs.
    distinct = {
        each: " ".join(word for part in each.split() if (word := words.get(part, part)))
        for each in bare.unique().tolist()
    }
    return bare.map(distinct).astype("str")


def _pairs(
    mine: pd.Series[str],
    theirs: pd.Series[str],
    open_rows: NDArray[np.bool_],
    unused: NDArray[np.bool_],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return positions on both sides of the keys that stand once on each."""
    sides = []
    for keys, usable in ((mine, open_rows), (theirs, unused)):
        left = pd.Series(np.flatnonzero(usable), index=keys.to_numpy()[usable])
        left = left[left.index != ""]
        sides.append(left[~left.index.duplicated(keep=False)])
    common = sides[0].index.intersection(sides[1].index)
    return (
        sides[0].loc[common].to_numpy(dtype=np.intp),
        sides[1].loc[common].to_numpy(dtype=np.intp),
    )
