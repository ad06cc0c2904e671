"""Bring volumes from one table to the accounts of another: by code, else by name and place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.market.findings import texts_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["with_volumes"]

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


def with_volumes(
    accounts: pd.DataFrame,
    volumes: pd.DataFrame,
    *,
    column: str = "procedures",
    suppressed_at_most: float | None = None,
) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """Return the accounts with a volume taken from another table where they are the same place.

    An account that has a volume keeps it. A match counts only where it is the only one on both
    sides: two hospitals of one name in one ZIP stay without.

    Parameters
    ----------
    accounts : DataFrame
        ``ccn, name, address, zip``, as imported from public files.
    volumes : DataFrame
        The same, and `column`.
    column : str
    suppressed_at_most : float, optional
        The most that a volume missing from `volumes` can be: CMS publishes no count under 11, so
        a hospital of its file without any of three procedures has at most 30.

    Returns
    -------
    DataFrame
        A copy with `column` and, where `suppressed_at_most` is given, ``COLUMN_at_most`` (missing
        where the volume is known or the place was not found).
    dict
        Accounts matched by each way, and those without: ``ccn``, ``name and zip``, ``address and
        zip``, ``name and city``, ``none``.

    Notes
    -----
    Names and addresses are compared in capitals without punctuation, with the usual abbreviations
    written out. O(n log n).
    """
    keys: Mapping[str, Callable[[pd.DataFrame], pd.Series[str]]] = {
        "ccn": lambda frame: texts_of(frame, "ccn"),
        "name and zip": lambda frame: _joined(frame, "name", "zip"),
        "address and zip": lambda frame: _joined(frame, "address", "zip"),
        "name and city": lambda frame: _joined(frame, "name", "city"),
    }
    out = accounts.copy()
    value = (
        pd.to_numeric(out[column], errors="coerce").to_numpy(dtype=np.float64, copy=True)
        if column in out
        else np.full(len(out), np.nan)
    )
    open_rows = np.ones(len(out), dtype=bool)
    unused = np.ones(len(volumes), dtype=bool)
    found = np.zeros(len(out), dtype=bool)
    source = pd.to_numeric(volumes[column], errors="coerce").to_numpy(dtype=np.float64)
    counts: dict[str, int] = {}
    for way, key in keys.items():
        mine, theirs = _pairs(key(out), key(volumes), open_rows, unused)
        counts[way] = len(mine)
        value[mine] = np.where(np.isnan(value[mine]), source[theirs], value[mine])
        open_rows[mine], unused[theirs], found[mine] = False, False, True
    counts["none"] = int(open_rows.sum())
    out = out.assign(**{column: value})
    if suppressed_at_most is not None:
        suppressed = found & np.isnan(value)
        out[f"{column}_at_most"] = np.where(suppressed, suppressed_at_most, np.nan)
    return out, MappingProxyType(counts)


def _joined(frame: pd.DataFrame, what: str, place: str) -> pd.Series[str]:
    """Return what and place as one key, "" where either is unknown or says nothing."""
    first, second = _plain(texts_of(frame, what)), _plain(texts_of(frame, place))
    return (first + "|" + second).where((first != "") & (second != ""), "")


def _plain(text: pd.Series[str]) -> pd.Series[str]:
    bare = text.str.upper().str.replace(r"['’.]", "", regex=True)
    bare = bare.str.replace(r"[^A-Z0-9]+", " ", regex=True).str.strip()
    # Each distinct text is rewritten once: names repeat, and so do cities and ZIPs.
    distinct = {each: _words(each) for each in bare.unique().tolist()}
    return bare.map(distinct).astype("str")


def _words(text: str) -> str:
    return " ".join(word for part in text.split() if (word := _WORDS.get(part, part)))


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
