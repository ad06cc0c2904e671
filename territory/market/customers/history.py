"""Figures of each account from its sales history: trend, penetration, and how like a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.audit import Finding
from territory.market.findings import about_table, numbers_of

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["ACCOUNT_FIGURES", "trend", "with_figures"]

ACCOUNT_FIGURES = ("trend", "penetration", "profile")
"""Columns that factors may name beside those of the accounts table."""


def trend(accounts: pd.DataFrame, history: pd.DataFrame) -> NDArray[np.float64]:
    """Compare the later half of the periods with the earlier half.

    Parameters
    ----------
    accounts : DataFrame
        ``account_id``.
    history : DataFrame
        ``account_id, period, revenue_usd``; periods sort as text, as in 2024-Q1. With an odd
        number of periods the middle one counts for neither half.

    Returns
    -------
    (n,) float64
        (later − earlier) / (later + earlier), from −1 (lost) over 0 (steady) to 1 (new); missing
        where there were no sales in either half.
    """
    periods = sorted(history["period"].unique().tolist())
    half = len(periods) // 2
    sums = []
    for part in (periods[:half], periods[len(periods) - half :]):
        sales = history[history["period"].isin(part)].groupby("account_id")["revenue_usd"].sum()
        found = accounts["account_id"].map(sales).fillna(0.0).to_numpy(dtype=np.float64)
        sums.append(np.maximum(found, 0.0))
    earlier, later = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((later - earlier) / (later + earlier), dtype=np.float64)


def with_figures(
    scenario: Scenario, accounts: pd.DataFrame, history: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return a copy of the accounts with the figures that factors of the scenario name.

    ``penetration`` is revenue ÷ potential, 0 to 1, unknown where either is; ``trend`` see `trend`;
    ``profile`` is the probability of being won, see `territory.market.customers.profile`. A column
    of that name in the table is used as it is.
    """
    out, findings = accounts.copy(), list[Finding]()
    options = scenario.tiers
    if options is None:
        return out, findings
    used = {factor.column for factor in options.factors} - set(accounts.columns)
    if "penetration" in used:
        potential = numbers_of(accounts, "potential_usd")
        revenue = numbers_of(accounts, "revenue_usd")
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.clip(revenue / potential, 0.0, 1.0)
        out["penetration"] = np.where(potential > 0, share, np.nan)
    for name in ("trend", "profile"):
        if name in used and (history is None or not len(history)):
            if name == "profile" and options.profile and options.profile.outcome:
                continue
            findings.append(
                about_table(
                    scenario, table="history", kind="missing_table", severity="error",
                    what=f"tiers.factors names the column {name}, and there is no sales history",
                    repair="name a history table under [inputs], or take the factor out",
                )
            )  # fmt: skip
            out[name] = np.nan
            used.discard(name)
    if "trend" in used and history is not None:
        out["trend"] = trend(accounts, history)
    if "profile" in used and options.profile is not None:
        from territory.market.customers.profile import fit_profile

        profile = fit_profile(scenario, accounts, history)
        if profile.refused is not None:
            findings.append(
                about_table(
                    scenario, kind="thin_history", severity="error", column="profile",
                    what=profile.refused, repair="take the factor profile out",
                )
            )  # fmt: skip
            out["profile"] = np.nan
        else:
            out["profile"] = profile.probability
    return out, findings
