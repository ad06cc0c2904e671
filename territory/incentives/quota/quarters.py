"""A year's quota by quarter: the season of the company's sales, and the ramp of a new rep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.incentives.quota.next_year import next_quarters, quarter_shares
from territory.incentives.quota.spread import whole_dollars

if TYPE_CHECKING:
    from territory.incentives.facts import IncentiveCase
    from territory.incentives.quota.quotas import Quotas

__all__ = ["quarterly_quotas"]


def quarterly_quotas(case: IncentiveCase, quotas: Quotas) -> pd.DataFrame:
    """Return the territories' quotas by quarter, and what of them their reps are held to.

    Returns
    -------
    DataFrame
        One row a territory and quarter: ``territory_id, quarter, season_share`` (of the year),
        ``quota_usd`` (whole dollars that sum to the year's quota), ``rep_id`` ("" = vacant),
        ``pace`` (of the rep in that quarter, 0 to 1: the ramp) and ``rep_quota_usd``, the quota
        times the pace; what a ramping rep is not held to stays with the territory.
    """
    names, shares = next_quarters(case), quarter_shares(case)
    rep_of = dict(zip(case.reps["plan"], case.reps["rep_id"], strict=True))
    rep_of.pop("", None)
    rows = []
    for territory, quota in quotas.quota_usd.items():
        dollars = whole_dollars(shares * float(quota), int(quota))
        rep = rep_of.get(str(territory), "")
        pace = case.paces(rep) if rep else np.ones(len(names))
        for at, name in enumerate(names):
            rows.append(
                {
                    "territory_id": territory,
                    "quarter": name,
                    "season_share": round(float(shares[at]), 6),
                    "quota_usd": int(dollars[at]),
                    "rep_id": rep,
                    "pace": round(float(pace[at]), 6),
                    "rep_quota_usd": round(int(dollars[at]) * float(pace[at])) if rep else 0,
                }
            )
    return pd.DataFrame(rows)
