"""Estimate what an account does not say from accounts of its kind, from fine groups to coarse."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.market.findings import texts_of
from territory.market.value.censored import fit_below
from territory.messages import counted

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["PeerEstimate", "PeerLevel", "estimate_from_peers", "peer_levels", "size_band"]

INTERVAL = (0.1, 0.9)
"""Quantiles of the peers that bound an estimate: four of five peers lie between them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeerLevel:
    """One way of grouping accounts.

    Parameters
    ----------
    name : str
        What its groups have in common, in words.
    code : (n,) int64
        Group of each account.
    labels : sequence of str
        What each group is called, by code.
    """

    name: str
    code: NDArray[np.int64]
    labels: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeerEstimate:
    """Estimates of each account's value by its peers.

    Parameters
    ----------
    value, low, high, mean : (n,) float64
        Median, 10 and 90 % quantiles and mean of the finest group that is large enough; of an
        account with a limit, of those of the group below it. NaN where no account has a value.
    count : (n,) int64
        Peers in that group.
    level : (n,) int64
        Position of the level used; -1 where there is none.
    levels : sequence of PeerLevel
        From fine to coarse.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    count: NDArray[np.int64]
    level: NDArray[np.int64]
    levels: Sequence[PeerLevel]

    def basis(self, rows: NDArray[np.intp]) -> NDArray[np.object_]:
        """Say for some accounts who their peers are, as in ``12 peers: asc, town``."""
        out = np.full(len(rows), "", dtype=object)
        for at, level in enumerate(self.levels):
            here = np.flatnonzero(self.level[rows] == at)
            if not len(here):
                continue
            chosen = rows[here]
            groups, inverse = np.unique(level.code[chosen], return_inverse=True)
            first = np.zeros(len(groups), dtype=np.intp)
            first[inverse] = chosen
            texts = [
                f"{counted(int(self.count[row]), 'peer')}: {level.labels[group]}"
                for group, row in zip(groups.tolist(), first.tolist(), strict=True)
            ]
            out[here] = np.asarray(texts, dtype=object)[inverse]
        return out


def size_band(values: NDArray[np.float64], limits: Sequence[float]) -> NDArray[np.object_]:
    """Return the band of each value in words; a value on a limit belongs to the band above it.

    Examples
    --------
    >>> size_band(np.array([10.0, 50.0, np.nan]), [50.0, 150.0]).tolist()
    ['under 50', '50 to 150', 'unknown']
    """
    shown = [f"{limit:,g}" for limit in limits]
    names = [f"under {shown[0]}"] if shown else ["any"]
    names += [f"{low} to {high}" for low, high in itertools.pairwise(shown)]
    names += [f"{shown[-1]} and more"] if shown else []
    at = np.searchsorted(np.asarray(limits, dtype=np.float64), values, side="right")
    at = np.where(np.isnan(values), len(names), at)
    return np.asarray([*names, "unknown"], dtype=object)[at]


def peer_levels(scenario: Scenario, accounts: pd.DataFrame) -> list[PeerLevel]:
    """Group accounts by type × size × rurality, type × size, type, size × rurality, and at all.

    The last but one serves types of which nobody has a volume: accounts of their size tell more
    than all accounts do.

    Parameters
    ----------
    scenario : Scenario
        With its section ``market``: which columns, which bands.
    accounts : DataFrame
        With ``type``; the size column and lon, lat are used where they are there.
    """
    assert scenario.market is not None
    peers = scenario.market.peers
    n = len(accounts)
    kind = accounts["type"].to_numpy(dtype=object)
    if peers.kind is not None:
        told = texts_of(accounts, peers.kind).to_numpy(dtype=object)
        kind = np.where(told == "", kind, kind + " " + told)
    size = np.full(n, "", dtype=object)
    if peers.size in accounts:
        values = pd.to_numeric(accounts[peers.size], errors="coerce").to_numpy(dtype=np.float64)
        size = np.asarray(f"{peers.size} " + size_band(values, peers.size_bands).astype(object))
    parts = [("type", kind), ("size", size), ("rurality", _rurality(accounts, peers.rurality))]
    chosen_parts = [(0, 1, 2), (0, 1), (0,), (1, 2)]
    if peers.kind is not None:
        parts.append(("type", accounts["type"].to_numpy(dtype=object)))
        chosen_parts.insert(3, (3,))
    codes = [pd.factorize(part)[0].astype(np.int64) for _, part in parts]
    levels = []
    for chosen in chosen_parts:
        code = np.zeros(n, dtype=np.int64)
        for at in chosen:
            code = code * (int(codes[at].max(initial=0)) + 1) + codes[at]
        code, unique = pd.factorize(code)
        if chosen == (1, 2) and len(unique) < 2:
            continue  # nothing is known but the type
        first = np.zeros(len(unique), dtype=np.intp)
        first[code[::-1]] = np.arange(n)[::-1]
        labels = [
            ", ".join(text for at in chosen if (text := str(parts[at][1][row])))
            for row in first.tolist()
        ]
        name = " × ".join(parts[at][0] for at in chosen)
        levels.append(PeerLevel(name=name, code=code.astype(np.int64), labels=labels))
    everyone = PeerLevel(name="all", code=np.zeros(n, dtype=np.int64), labels=["all accounts"])
    return [*levels, everyone]


def _rurality(accounts: pd.DataFrame, column: str | None) -> NDArray[np.object_]:
    if column is not None:
        given = texts_of(accounts, column)
        return given.where(given != "", "rurality unknown").to_numpy(dtype=object)
    if not {"lon", "lat"} <= set(accounts.columns):
        return np.full(len(accounts), "", dtype=object)
    from geo.travel import is_urban

    lonlat = accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    placed = np.isfinite(lonlat).all(axis=1)
    out = np.full(len(accounts), "place unknown", dtype=object)
    if placed.any():
        places = lonlat[placed]
        # Neighbours one after the other: a search among a million points is three times as fast.
        order = np.lexsort((places[:, 1], places[:, 0].round(1)))
        town = np.empty(len(places), dtype=bool)
        town[order] = is_urban(places[order])
        out[placed] = np.where(town, "town", "country")
    return out


def estimate_from_peers(
    values: NDArray[np.float64],
    levels: Sequence[PeerLevel],
    *,
    at_least: int,
    most: NDArray[np.float64] | None = None,
) -> PeerEstimate:
    """Return the peers' median and interval for every account, its own value among them.

    Accounts without a value and accounts that report 0 are nobody's peers: an estimate is of the
    volume of accounts that do have one, and never 0.

    Parameters
    ----------
    values : (n,) float64
        Above 0, 0, or NaN where unknown.
    levels : sequence of PeerLevel
        From fine to coarse; the last one is used however few its peers are.
    at_least : int
        Fewest peers of a group.
    most : (n,) float64, optional
        The most that a suppressed value can be; NaN elsewhere. Such accounts are nobody's peers,
        but that they are small is taken in by `fit_below` where a group has any.

    Notes
    -----
    O(n log n) a level.
    """
    n = len(values)
    known = np.isfinite(values) & (values > 0)
    limit = np.full(n, np.nan) if most is None else np.where(known, np.nan, most)
    below = np.isfinite(limit) & (limit > 0)
    value, low, high, mean = (np.full(n, np.nan) for _ in range(4))
    count, used = np.zeros(n, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    for at, level in enumerate(levels):
        sizes = np.bincount(level.code[known], minlength=len(level.labels))
        enough = sizes >= (at_least if at < len(levels) - 1 else 1)
        here = (used < 0) & enough[level.code]
        if not here.any():
            continue
        groups = pd.Series(values[known]).groupby(level.code[known])
        table = np.full((len(sizes), 4), np.nan)
        table[np.flatnonzero(sizes), :3] = groups.quantile(
            np.array([INTERVAL[0], 0.5, INTERVAL[1]])
        ).unstack()
        table[np.flatnonzero(sizes), 3] = groups.mean()
        code = level.code[here]
        low[here], value[here], high[here], mean[here] = table[code].T
        count[here], used[here] = sizes[code], at
        if below.any():
            touched = np.bincount(level.code[below], minlength=len(sizes)) > 0
            law = fit_below(values, limit, level.code, len(sizes))
            inside = here & touched[level.code]
            for rows, limits in ((inside & ~below, None), (inside & below, limit)):
                of = level.code[rows]
                for share, into in ((INTERVAL[0], low), (0.5, value), (INTERVAL[1], high)):
                    into[rows] = (
                        law.quantile(share, of)
                        if limits is None
                        else law.quantile_below(share, of, limits[rows])
                    )
                mean[rows] = law.mean(of) if limits is None else law.mean_below(of, limits[rows])
    return PeerEstimate(
        value=value, low=low, high=high, mean=mean, count=count, level=used, levels=levels
    )
