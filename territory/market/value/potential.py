"""What an account could buy: procedures × units × price × payer factor × access, with an interval.

Every step has a low and a high value beside it. Volumes that nobody reports are estimated from
peers, flagged, and never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.audit import Audit
from territory.inputs.findings.rows import Rows
from territory.market.findings import about_table, among, numbers_of
from territory.market.value.peers import PeerEstimate, estimate_from_peers, peer_levels
from territory.market.value.potential_checks import (
    check_columns,
    medicare_only,
    medicare_shares,
    outliers,
    what_was_done,
)

if TYPE_CHECKING:
    from territory.inputs.scenario.market import Market
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["MARKET_ROW", "POTENTIAL_COLUMNS", "with_potential"]


MARKET_ROW = "market"
"""Type of the accounts that stand for rows of the units table: their potential is given."""

POTENTIAL_COLUMNS = (
    *("potential_usd", "potential_mean_usd", "potential_low_usd", "potential_high_usd"),
    *("potential_estimated", "potential_basis", "procedures_all_payers"),
)
"""What `with_potential` adds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """One factor of the potential, and how far it may lie off as natural logarithms."""

    value: Floats
    down: Floats
    up: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Volume:
    """All-payer volumes: medians with their errors, means, the peers' estimates.

    ``estimated``: who needed one; ``suppressed``: of these, whose count is known to be small;
    ``bounded``: whose count is a lower bound.
    """

    part: _Part
    mean: Floats
    estimate: PeerEstimate
    estimated: NDArray[np.bool_]
    suppressed: NDArray[np.bool_]
    bounded: NDArray[np.bool_]


def with_potential(
    scenario: Scenario,
    accounts: pd.DataFrame,
    *,
    memberships: pd.DataFrame | None = None,
    rows: Rows | None = None,
) -> tuple[pd.DataFrame, Audit]:
    """Return the accounts with their potential and its interval.

    Rows of the units table (type ``market``) keep the potential they came with, and so does every
    account with one where ``market.given`` is ``keep``; such a potential has no interval.

    Parameters
    ----------
    scenario : Scenario
        Without a section ``market`` the given potential is used as it is.
    accounts : DataFrame, n rows
        With ``account_id, type, gpo`` and the columns the section names: volumes, payer shares.
    memberships : DataFrame, optional
        ``account_id, gpo``: further purchasing groups of an account.
    rows : Rows, optional
        File and line of each account, for findings.

    Returns
    -------
    DataFrame
        A copy with ``potential_usd`` (median), ``potential_mean_usd, potential_low_usd,
        potential_high_usd`` (USD a year),
        ``potential_estimated`` (bool: whether the volume was estimated),
        ``potential_basis`` (in words) and ``procedures_all_payers`` (a year, as reckoned with;
        missing where the potential is given).
    Audit
        What was estimated from whom, outliers (kept); errors where the columns cannot be used.

    Notes
    -----
    The interval is meant to hold 80 of 100 accounts. Independent errors are combined as the root
    of the sum of squares of their logarithms. Volumes count Medicare only where the section says
    so: they are divided by the share of their source, and the interval takes in its range. A count
    that the source suppresses (``market.at_most``) is small for that reason: nobody's peer, but the
    law of its group takes in that it is small, and its own value is that of those below its limit.
    A count that is known and has a greater limit is a lower bound: the middle of both is taken.

    Medians do not add up: the sum over accounts that is to be expected is that of
    ``potential_mean_usd``. Of estimated volumes it is the peers' mean, of given ones the value.
    """
    market = scenario.market
    if market is None:
        return _as_given(accounts), Audit()
    findings = check_columns(scenario, market, accounts, rows)
    if any(finding.severity == "error" for finding in findings):
        return _as_given(accounts), Audit(findings)
    modelled = (accounts["type"] != MARKET_ROW).to_numpy(dtype=bool)
    if market.given == "keep" and "potential_usd" in accounts:
        modelled = modelled & accounts["potential_usd"].isna().to_numpy(dtype=bool)
    if not modelled.any():
        return _as_given(accounts), Audit(findings)
    found = _volume(scenario, market, accounts, modelled)
    volume, estimate, estimated = found.part, found.estimate, found.estimated
    if np.isnan(volume.value[modelled]).any():
        findings.append(
            about_table(
                scenario, kind="no_volume", severity="error", column=market.procedures,
                what=f"no account has a value above 0 in {market.procedures}, so nothing can be "
                "estimated from peers",
                repair=f"fill {market.procedures} for some accounts of each type",
            )
        )  # fmt: skip
        return _as_given(accounts), Audit(findings)
    payer = _payer(scenario, market, accounts, estimate)
    access = _access(market, accounts, memberships)
    price = _by_type(market, accounts)
    value = volume.value * price * payer.value * access.value
    down = np.sqrt(volume.down**2 + payer.down**2 + access.down**2)
    up = np.sqrt(volume.up**2 + payer.up**2 + access.up**2)
    out = _as_given(accounts)
    for name, number in (
        ("potential_usd", value),
        ("potential_mean_usd", found.mean * price * payer.value * access.value),
        ("potential_low_usd", value * np.exp(-down)),
        ("potential_high_usd", value * np.exp(up)),
    ):
        given = out[name].to_numpy(dtype=np.float64)
        out[name] = np.where(modelled, number.round(2), given)
    out["potential_estimated"] = estimated
    basis = np.where(modelled, "volume given", "potential given").astype(object)
    scaled = medicare_only(market, accounts) & modelled
    basis[scaled] = "Medicare volume given, scaled to all payers"
    at = np.flatnonzero(estimated)
    basis[at] = estimate.basis(at)
    basis[found.suppressed] = "suppressed count, below its limit: " + basis[found.suppressed]
    basis[found.bounded & modelled] = "lower bound given: the middle of what the count can be"
    out["potential_basis"] = pd.array(basis, dtype="str")
    out["procedures_all_payers"] = np.where(modelled, volume.value.round(4), np.nan)
    ratio = np.where(modelled & ~estimated, volume.value / estimate.value, 0.0)
    findings += outliers(scenario, market, accounts, ratio, rows)
    findings += what_was_done(scenario, market, accounts, modelled, estimated, estimate)
    return out, Audit(findings)


def _as_given(accounts: pd.DataFrame) -> pd.DataFrame:
    """Return the potential as it is; how far it may be off is not known, and not nothing."""
    out = accounts.copy()
    for name in POTENTIAL_COLUMNS[:4]:
        if name not in out:
            mean = name == "potential_mean_usd"
            out[name] = out["potential_usd"] if mean else np.full(len(out), np.nan)
    return out.assign(potential_estimated=False, potential_basis="potential given")


def _volume(
    scenario: Scenario, market: Market, accounts: pd.DataFrame, modelled: NDArray[np.bool_]
) -> _Volume:
    """Return all-payer volumes with what is known of them."""
    given = numbers_of(accounts, market.procedures)
    given = np.where(accounts["type"].to_numpy() == MARKET_ROW, np.nan, given)
    error = np.full(len(given), np.log1p(market.volume_error))
    down, up = error, error.copy()
    scaled = medicare_only(market, accounts)
    most = numbers_of(accounts, market.at_most or "")
    if market.medicare is not None:
        share, low, high = medicare_shares(market, accounts)
        given, most = (np.where(scaled, each / share, each) for each in (given, most))
        down = np.hypot(down, np.where(scaled, np.log(high / share), 0.0))
        up = np.hypot(up, np.where(scaled, np.log(share / low), 0.0))
    # A sum with suppressed parts is a lower bound: the middle of what it can be, and how far.
    bounded = np.isfinite(given) & (given > 0) & (most > given)
    middle = np.where(bounded, (given + most) / 2.0, given)
    with np.errstate(divide="ignore", invalid="ignore"):
        down = np.where(bounded, np.hypot(down, np.log(middle / given)), down)
        up = np.where(bounded, np.hypot(up, np.log(most / middle)), up)
    given = middle
    suppressed = np.isnan(given) & (most > 0)
    levels = peer_levels(scenario, accounts)
    estimate = estimate_from_peers(
        given, levels, at_least=market.peers.at_least, most=np.where(suppressed, most, np.nan)
    )
    estimated = modelled & np.isnan(given)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread_down = np.log(estimate.value / estimate.low)
        spread_up = np.log(estimate.high / estimate.value)
    # The error of the peers' own scale is the estimate's too: it does not average out.
    known = np.isfinite(given) & (given > 0)
    for at, level in enumerate(levels):
        here = estimated & (estimate.level == at)
        if here.any():
            sizes = np.bincount(level.code[known], minlength=len(level.labels))
            for own, spread, into in ((down, spread_down, 0), (up, spread_up, 1)):
                sums = np.bincount(level.code[known], own[known], minlength=len(level.labels))
                mean = sums / np.maximum(sizes, 1)
                wide = np.hypot(spread[here], mean[level.code[here]])
                if into == 0:
                    spread_down[here] = wide
                else:
                    spread_up[here] = wide
    value = np.where(estimated, estimate.value, given)
    mean = np.where(estimated, estimate.mean, given)
    down = np.where(estimated, spread_down, down)
    up = np.where(estimated, spread_up, up)
    return _Volume(
        part=_Part(value=value, down=down, up=up),
        mean=mean,
        estimate=estimate,
        estimated=estimated,
        suppressed=estimated & suppressed,
        bounded=bounded,
    )


def _payer(
    scenario: Scenario, market: Market, accounts: pd.DataFrame, estimate: PeerEstimate
) -> _Part:
    """Return the factor by payer mix; a mix nobody gives is taken from peers, or is neutral."""
    n = len(accounts)
    factor, total = np.zeros(n), np.zeros(n)
    known = np.zeros(n, dtype=bool)
    for name, weight in market.payer_factors.items():
        share = numbers_of(accounts, name)
        known |= np.isfinite(share)
        total += np.nan_to_num(share)
        factor += weight * np.nan_to_num(share)
    rest = np.maximum(1.0 - total, 0.0)
    factor = np.where(known, factor + market.payer_other * rest, np.nan)
    peers = estimate_from_peers(factor, estimate.levels, at_least=market.peers.at_least)
    value = np.where(known, factor, peers.value)
    unknown = np.isnan(value)
    value = np.where(unknown, market.payer_other, value)
    with np.errstate(divide="ignore", invalid="ignore"):
        down = np.where(known | unknown, 0.0, np.log(peers.value / peers.low))
        up = np.where(known | unknown, 0.0, np.log(peers.high / peers.value))
    return _Part(value=value, down=down, up=up)


def _access(market: Market, accounts: pd.DataFrame, memberships: pd.DataFrame | None) -> _Part:
    """Return the factor by purchasing contract; an unknown group may be any of the two."""
    n = len(accounts)
    access = market.access
    if not access.contract:
        return _Part(value=np.ones(n), down=np.zeros(n), up=np.zeros(n))
    group = accounts["gpo"] if "gpo" in accounts else pd.Series("", index=accounts.index)
    held = group.isin(access.contract).to_numpy(dtype=bool)
    known = (group.fillna("") != "").to_numpy(dtype=bool)
    if memberships is not None and len(memberships):
        ids = accounts["account_id"]
        with_contract = memberships.loc[memberships["gpo"].isin(access.contract), "account_id"]
        held = held | among(ids, with_contract)
        known = known | among(ids, memberships["account_id"])
    value = np.where(held, access.held, np.where(known, access.not_held, access.unknown))
    low, high = min(access.held, access.not_held), max(access.held, access.not_held)
    with np.errstate(divide="ignore", invalid="ignore"):
        down = np.where(known, 0.0, np.log(value / min(low, access.unknown)))
        up = np.where(known, 0.0, np.log(max(high, access.unknown) / value))
    # With a factor of 0 there is no logarithm: the interval goes down to nothing.
    return _Part(value=value, down=np.nan_to_num(down), up=np.nan_to_num(up, posinf=0.0))


def _by_type(market: Market, accounts: pd.DataFrame) -> Floats:
    """Return (n,) USD a procedure: units × price."""
    types = accounts["type"].unique().tolist()
    usd = {}
    for kind in types:
        own = market.by_type.get(kind)
        units = (own and own.units_per_procedure) or market.units_per_procedure
        usd[kind] = units * ((own and own.price_usd) or market.price_usd)
    return accounts["type"].map(usd).to_numpy(dtype=np.float64)
