"""What can be wrong with the columns of the potential, and what has to be told about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.market.findings import about_rows, about_table, numbers_of, texts_of
from territory.messages import closest, counted, quoted

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.market import Market
    from territory.inputs.scenario.scenario import Scenario
    from territory.market.value.peers import PeerEstimate

__all__ = ["check_columns", "medicare_only", "medicare_shares", "outliers", "what_was_done"]

_MIX_SLACK = 0.005
"""Shares are published with two decimals: their sum may miss 1 by this much."""


def check_columns(
    scenario: Scenario, market: Market, accounts: pd.DataFrame, rows: Rows | None
) -> list[Finding]:
    """Find columns that are absent, shares above 1 and types that no account has."""
    findings: list[Finding] = []
    wanted = {"market.procedures": market.procedures}
    if "payer_factors" in market.model_fields_set:
        wanted |= {f"market.payer_factors.{name}": name for name in market.payer_factors}
    if "size" in market.peers.model_fields_set:
        wanted["market.peers.size"] = market.peers.size
    if market.peers.rurality is not None:
        wanted["market.peers.rurality"] = market.peers.rurality
    if market.peers.kind is not None:
        wanted["market.peers.kind"] = market.peers.kind
    if market.at_most is not None:
        wanted["market.at_most"] = market.at_most
    if market.medicare is not None and market.medicare.by_source:
        wanted["market.medicare.by_source"] = f"{market.procedures}_source"
    for key, column in wanted.items():
        if column in accounts:
            continue
        close = closest(column, [str(name) for name in accounts])
        findings.append(
            about_table(
                scenario, kind="missing_column", severity="error", column=column,
                what=f"has no column {quoted(column)}, which {key} of {scenario.display} names",
                repair=f"did you mean {quoted(close[0])}?" if close
                else f"add the column, or name another one in {key}",
            )
        )  # fmt: skip
    shares = [name for name in market.payer_factors if name in accounts]
    total = np.zeros(len(accounts))
    for name in shares:
        share = numbers_of(accounts, name)
        findings += about_rows(
            scenario, accounts, share > 1 + _MIX_SLACK, severity="error", kind="payer_share",
            column=name, what="is above 1; for 36 percent write 0.36",
            repair="write shares between 0 and 1", rows=rows,
        )  # fmt: skip
        findings += about_rows(
            scenario, accounts, share < 0, severity="error", kind="out_of_range", column=name,
            what="is negative; expected 0 or more", rows=rows,
        )  # fmt: skip
        total += np.nan_to_num(share)
    over = total > 1 + _MIX_SLACK
    if over.any() and not findings:
        mix = accounts.assign(payer_mix=[f"{100 * value:.0f} %" for value in total.tolist()])
        findings += about_rows(
            scenario, mix, over, severity="error", kind="payer_mix", column="payer_mix",
            what=f"{' + '.join(shares)} is over 100 %", repair="mend the shares", rows=rows,
        )  # fmt: skip
    findings += about_rows(
        scenario, accounts, numbers_of(accounts, market.procedures) < 0, severity="error",
        kind="out_of_range", column=market.procedures, what="is negative; expected 0 or more",
        rows=rows,
    )  # fmt: skip
    types = set(accounts["type"].unique().tolist())
    named = {f"market.by_type.{kind}": kind for kind in market.by_type}
    if market.medicare is not None:
        named |= {f"market.medicare.types {kind}": kind for kind in market.medicare.types}
    for key, kind in named.items():
        if kind not in types:
            close = closest(kind, [str(each) for each in types])
            findings.append(
                about_table(
                    scenario, kind="unknown_type", severity="error", column="type",
                    what=f"{key} of {scenario.display} names a type that no account has: "
                    f"{', '.join(quoted(str(each)) for each in sorted(types)[:8])} occur",
                    repair=f"did you mean {quoted(close[0])}?" if close else "take the key out",
                )
            )  # fmt: skip
    return findings


def medicare_only(market: Market, accounts: pd.DataFrame) -> NDArray[np.bool_]:
    """Return (n,) whose volumes count Medicare fee-for-service only."""
    if market.medicare is None:
        return np.zeros(len(accounts), dtype=bool)
    if not market.medicare.types:
        return np.ones(len(accounts), dtype=bool)
    return accounts["type"].isin(market.medicare.types).to_numpy(dtype=bool)


def medicare_shares(
    market: Market, accounts: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return (n,) shares of Medicare's counts by their source, and the ends of their ranges."""
    medicare = market.medicare
    assert medicare is not None
    ends = tuple(
        np.full(len(accounts), each) for each in (medicare.share, medicare.low, medicare.high)
    )
    for source, own in medicare.by_source.items():
        here = texts_of(accounts, f"{market.procedures}_source").eq(source).to_numpy(dtype=bool)
        for into, value in zip(ends, (own.share, own.low, own.high), strict=True):
            into[here] = value
    return ends[0], ends[1], ends[2]


def outliers(
    scenario: Scenario,
    market: Market,
    accounts: pd.DataFrame,
    ratio: NDArray[np.float64],
    rows: Rows | None,
) -> list[Finding]:
    """Report volumes that are far above those of peers, (n,) times their median; they are kept."""
    return about_rows(
        scenario, accounts, np.nan_to_num(ratio) >= market.outlier, severity="warning",
        kind="outlier", column=market.procedures,
        what=f"is at least {market.outlier:g} times the median of its peers; kept",
        repair="check the value against its source", rows=rows,
    )  # fmt: skip


def what_was_done(
    scenario: Scenario,
    market: Market,
    accounts: pd.DataFrame,
    modelled: NDArray[np.bool_],
    estimated: NDArray[np.bool_],
    estimate: PeerEstimate,
) -> list[Finding]:
    """Say what was replaced, estimated and scaled."""
    findings = []
    n = int(modelled.sum())
    if "potential_usd" in accounts:
        replaced = int((accounts["potential_usd"].notna().to_numpy() & modelled).sum())
        if replaced:
            findings.append(
                about_table(
                    scenario, kind="replaced", column="potential_usd",
                    what=f"potential_usd of {counted(replaced, 'account')} was replaced by the "
                    f'model of [market] in {scenario.display} (market.given = "replace")',
                )
            )  # fmt: skip
    for at, level in enumerate(estimate.levels):
        here = int((estimated & (estimate.level == at)).sum())
        if here:
            findings.append(
                about_table(
                    scenario, kind="estimated", column=market.procedures,
                    what=f"{market.procedures} of {here:,} of {counted(n, 'account')} were "
                    f"estimated: the median of peers by {level.name} "
                    f"(at least {market.peers.at_least} peers where there are)",
                )
            )  # fmt: skip
    scaled = medicare_only(market, accounts) & modelled & ~estimated
    if scaled.any() and market.medicare is not None:
        medicare = market.medicare
        column = f"{market.procedures}_source"
        of = texts_of(accounts, column) if column in accounts else accounts["type"].str[:0]
        others = ~of.isin(list(medicare.by_source)).to_numpy(dtype=bool)
        for source, own in [*medicare.by_source.items(), ("", medicare)]:
            those = scaled & (of.eq(source).to_numpy(dtype=bool) if source else others)
            if not those.any():
                continue
            told = f" of {source}" if source else ""
            why = f"; {own.source}" if own.source else ""
            findings.append(
                about_table(
                    scenario, kind="scaled", column=market.procedures,
                    what=f"{market.procedures}{told} of {counted(int(those.sum()), 'account')} "
                    f"counts Medicare only and was divided by {own.share:g} "
                    f"({own.low:g} to {own.high:g}){why}",
                )
            )  # fmt: skip
    if not any(name in accounts for name in market.payer_factors):
        findings.append(
            about_table(
                scenario, kind="no_payer_mix",
                what=f"has no payer mix: the payer factor is {market.payer_other:g} for all",
            )
        )  # fmt: skip
    return findings
