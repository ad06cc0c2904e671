"""A year's quota by quarter: the season of the company's sales, and the ramp of a new rep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.incentives.quota.next_year import next_quarters, quarter_shares
from territory.incentives.quota.spread import whole_dollars

if TYPE_CHECKING:
    from territory.arrays import Floats
    from territory.incentives.facts import IncentiveCase
    from territory.incentives.quota.quotas import Quotas

__all__ = ["own_quotas", "quarterly_quotas", "wider"]


def own_quotas(case: IncentiveCase, quota_usd: Floats) -> Floats:
    """Return what each rep is held to in the year: the sum of its quarters times its pace.

    Parameters
    ----------
    case : IncentiveCase
    quota_usd : (r,) float64
        Quota of each rep's territory, whole dollars; NaN without one.

    Returns
    -------
    (r,) float64
        Whole dollars: the territory's quota for who is there all year and past the ramp.
    """
    shares, out = quarter_shares(case), quota_usd.copy()
    for at, paces in enumerate(case.paces()):
        if np.isfinite(quota_usd[at]):
            dollars = whole_dollars(shares * quota_usd[at], int(quota_usd[at]))
            out[at] = sum(_held(int(q), float(p)) for q, p in zip(dollars, paces, strict=True))
    return out


def wider(case: IncentiveCase) -> Floats:
    """Return (r,) how much wider than a whole year's is the spread of what each rep is judged on.

    Quarters spread on their own (`forecast_of`), so fewer of them spread wider; at least 1.
    """
    shares = quarter_shares(case)
    held = shares * case.paces()
    held = np.where(held.sum(axis=1, keepdims=True) > 0, held, shares)
    one = np.sqrt((held**2).sum(axis=1)) / held.sum(axis=1)
    return np.asarray(np.maximum(one / np.sqrt((shares**2).sum()), 1.0))


def _held(quota_usd: int, pace: float) -> int:
    return round(quota_usd * pace)


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
    pace_of = dict(zip(case.reps["rep_id"], case.paces(), strict=True))
    rows = []
    for territory, quota in quotas.quota_usd.items():
        dollars = whole_dollars(shares * float(quota), int(quota))
        rep = rep_of.get(str(territory), "")
        pace = pace_of[rep] if rep else np.ones(len(names))
        for at, name in enumerate(names):
            rows.append(
                {
                    "territory_id": territory,
                    "quarter": name,
                    "season_share": round(float(shares[at]), 6),
                    "quota_usd": int(dollars[at]),
                    "rep_id": rep,
                    "pace": round(float(pace[at]), 6),
                    "rep_quota_usd": _held(int(dollars[at]), float(pace[at])) if rep else 0,
                }
            )
    return pd.DataFrame(rows)
