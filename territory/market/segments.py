"""Cut accounts into segments by any attributes, and say what each segment holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.audit import Audit
from territory.market.findings import about_table, numbers_of, texts_of
from territory.market.value.draws import sum_intervals
from territory.market.value.peers import size_band
from territory.market.value.potential import MARKET_ROW
from territory.messages import quoted
from territory.wording import NONZERO

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["segment_names", "segment_table", "with_segments"]

_BETWEEN = " · "


def segment_names(
    accounts: pd.DataFrame, by: Sequence[str], bands: Mapping[str, Sequence[float]]
) -> pd.Series[str]:
    """Return the segment of each account: its attributes in words, unknown ones named so.

    Parameters
    ----------
    accounts : DataFrame
    by : sequence of str
        Columns; a column of `bands` is cut into its bands.
    bands : mapping of str to sequence of float
        Limits, ascending; a value on a limit belongs to the band above it.
    """
    parts = []
    for column in by:
        if column in bands:
            band = size_band(numbers_of(accounts, column), bands[column])
            text = pd.Series(band, index=accounts.index, dtype="str")
            parts.append(f"{column} " + text)
        else:
            text = texts_of(accounts, column)
            parts.append(text.where(text != "", f"{column} unknown"))
    out = parts[0]
    for part in parts[1:]:
        out = out + _BETWEEN + part
    return out.astype("str")


def with_segments(scenario: Scenario, accounts: pd.DataFrame) -> tuple[pd.DataFrame, Audit]:
    """Return the accounts with their ``segment``; without a section ``tiers`` unchanged."""
    options = scenario.tiers
    if options is None:
        return accounts, Audit()
    absent = [name for name in options.segments if name not in accounts]
    if absent:
        return accounts, Audit(
            [
                about_table(
                    scenario, kind="missing_column", severity="error", column=name,
                    what=f"has no column {quoted(name)}, which tiers.segments of "
                    f"{scenario.display} names",
                    repair="add the column, or take it out of tiers.segments",
                )
                for name in absent
            ]
        )  # fmt: skip
    names = segment_names(accounts, options.segments, options.bands)
    return accounts.assign(segment=names), Audit()


def segment_table(
    accounts: pd.DataFrame, by: str = "segment", *, tiers: Sequence[str] = ()
) -> pd.DataFrame:
    """Sum up the accounts by segment or tier; rows of the units table are left out.

    Parameters
    ----------
    accounts : DataFrame
        With the column named by `by`, ``potential_usd`` and ``revenue_usd``.
    by : str
    tiers : sequence of str
        Names of the tiers in their order; others follow by name.

    Returns
    -------
    DataFrame
        ``BY, n_accounts, accounts_share, potential_usd, potential_low_usd, potential_high_usd,
        potential_share, n_estimated, n_unknown, revenue_usd, penetration, potential_mean_usd`` and,
        where there is a score, ``score``; the largest potential first, tiers in the order of their
        names. Low and high are NaN where no account's error is known.
        ``potential_usd`` sums medians, ``potential_mean_usd`` means: what is to be expected
        of all together; both are of the accounts whose potential is known, NaN where none is, and
        ``n_unknown`` counts the others.
    """
    own = accounts[accounts["type"] != MARKET_ROW]
    groups = own.groupby(by, sort=True)
    out = pd.DataFrame({"n_accounts": groups.size()})
    out["accounts_share"] = out["n_accounts"] / max(len(own), 1)
    # What is unknown is not 0, here and below: penetration is that of accounts with known revenue.
    out["potential_usd"] = groups["potential_usd"].sum(min_count=1).round(2)
    low, high = sum_intervals(own, own[by], [str(name) for name in out.index])
    told = own.get("potential_low_usd", pd.Series(np.nan, index=own.index)).notna()
    some = out["potential_usd"].notna() & told.groupby(own[by]).any()
    out["potential_low_usd"] = pd.Series(low, index=out.index).round(2).where(some)
    out["potential_high_usd"] = pd.Series(high, index=out.index).round(2).where(some)
    out.insert(
        5, "potential_share", out["potential_usd"] / max(out["potential_usd"].sum(), NONZERO)
    )
    estimated = own.get("potential_estimated", pd.Series(False, index=own.index))
    out["n_estimated"] = estimated.groupby(own[by]).sum().astype(int)
    out["n_unknown"] = own["potential_usd"].isna().groupby(own[by]).sum().astype(int)
    out["revenue_usd"] = groups["revenue_usd"].sum(min_count=1).round(2)
    known = own["potential_usd"].where(own["revenue_usd"].notna()).groupby(own[by]).sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        out["penetration"] = out["revenue_usd"] / known.replace(0.0, np.nan)
    mean = own["potential_mean_usd" if "potential_mean_usd" in own else "potential_usd"]
    out["potential_mean_usd"] = mean.groupby(own[by]).sum(min_count=1).round(2)
    if "score" in own:
        out["score"] = groups["score"].mean().round(4)
    out = out.reset_index()
    if by == "tier":
        named = {name: at for at, name in enumerate(tiers)}
        rank = out["tier"].map(named).fillna(len(named))
        order_of = rank.sort_values(kind="stable").index
        return out.loc[order_of].reset_index(drop=True)
    order = ["potential_usd", by]
    return out.sort_values(order, ascending=[False, True], ignore_index=True)
